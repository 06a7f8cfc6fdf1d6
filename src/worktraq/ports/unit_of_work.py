"""The unit of work: every repository of one organization, in one transaction; and the store that opens it."""

from contextlib import AbstractContextManager
from typing import Protocol

from worktraq.core.ids import OrganizationId
from worktraq.ports.access import GrantRepository
from worktraq.ports.approval import DecisionRepository, SubmissionRepository
from worktraq.ports.audit import EventLog
from worktraq.ports.billing import UnbilledReader
from worktraq.ports.branding import BrandRepository
from worktraq.ports.comments import CommentRepository
from worktraq.ports.connections import (
    ConnectionRepository,
    ImportMarkRepository,
    ImportRunRepository,
    QuestionRepository,
    SightingRepository,
)
from worktraq.ports.customers import ContactRepository, CustomerRepository
from worktraq.ports.entries import ItemRepository
from worktraq.ports.erasing import Forgetter, Overwriter, PastTime, Traces
from worktraq.ports.evidence import AttestationRepository
from worktraq.ports.imports import ImportLinkRepository
from worktraq.ports.inbox import InboxReader
from worktraq.ports.instalments import InstalmentRepository
from worktraq.ports.invitations import InvitationRepository
from worktraq.ports.invoices import HandOverRepository, InvoiceRepository, InvoiceYears
from worktraq.ports.keyed_runs import KeyedRunRepository
from worktraq.ports.notifications import Outbox, OutboxClaims
from worktraq.ports.organizations import OrganizationDirectory, OrganizationRepository
from worktraq.ports.overviews import HoursReader
from worktraq.ports.pins import PinRepository
from worktraq.ports.privacy import ErasureRepository, HoldRepository, RetentionRepository
from worktraq.ports.projects import ActivityRepository, ProjectRepository
from worktraq.ports.rates import MarkupRepository, MoneyBudgetRepository, PriceRepository, RateRepository
from worktraq.ports.requests import RequestReader
from worktraq.ports.signoff import RequestRepository
from worktraq.ports.templates import TemplateRepository
from worktraq.ports.terms import ProjectRoundingRepository, SellerProfileRepository, TermsRepository
from worktraq.ports.users import TeamRepository, UserRepository


class UnitOfWork(Protocol):
    """The repositories of one organization, all in the same transaction."""

    @property
    def organizations(self) -> OrganizationRepository: ...
    @property
    def brands(self) -> BrandRepository: ...
    @property
    def users(self) -> UserRepository: ...
    @property
    def invitations(self) -> InvitationRepository: ...
    @property
    def teams(self) -> TeamRepository: ...
    @property
    def grants(self) -> GrantRepository: ...
    @property
    def customers(self) -> CustomerRepository: ...
    @property
    def pins(self) -> PinRepository: ...
    @property
    def contacts(self) -> ContactRepository: ...
    @property
    def projects(self) -> ProjectRepository: ...
    @property
    def activities(self) -> ActivityRepository: ...
    @property
    def rates(self) -> RateRepository: ...
    @property
    def markups(self) -> MarkupRepository: ...
    @property
    def prices(self) -> PriceRepository: ...
    @property
    def budgets(self) -> MoneyBudgetRepository: ...
    @property
    def terms(self) -> TermsRepository: ...
    @property
    def seller_profiles(self) -> SellerProfileRepository: ...
    @property
    def roundings(self) -> ProjectRoundingRepository: ...
    @property
    def instalments(self) -> InstalmentRepository: ...
    @property
    def invoices(self) -> InvoiceRepository: ...
    @property
    def invoice_years(self) -> InvoiceYears: ...
    @property
    def hand_overs(self) -> HandOverRepository: ...
    @property
    def items(self) -> ItemRepository: ...
    @property
    def decisions(self) -> DecisionRepository: ...
    @property
    def comments(self) -> CommentRepository: ...
    @property
    def submissions(self) -> SubmissionRepository: ...
    @property
    def requests(self) -> RequestRepository: ...
    @property
    def attestations(self) -> AttestationRepository: ...
    @property
    def inbox(self) -> InboxReader: ...
    @property
    def request_overview(self) -> RequestReader: ...
    @property
    def unbilled(self) -> UnbilledReader: ...
    @property
    def hours(self) -> HoursReader: ...
    @property
    def import_links(self) -> ImportLinkRepository: ...
    @property
    def connections(self) -> ConnectionRepository: ...
    @property
    def import_runs(self) -> ImportRunRepository: ...
    @property
    def questions(self) -> QuestionRepository: ...
    @property
    def sightings(self) -> SightingRepository: ...
    @property
    def import_marks(self) -> ImportMarkRepository: ...
    @property
    def templates(self) -> TemplateRepository: ...
    @property
    def keyed_runs(self) -> KeyedRunRepository: ...
    @property
    def holds(self) -> HoldRepository: ...
    @property
    def erasures(self) -> ErasureRepository: ...
    @property
    def retentions(self) -> RetentionRepository: ...
    @property
    def traces(self) -> Traces: ...
    @property
    def overwriter(self) -> Overwriter: ...
    @property
    def forgetter(self) -> Forgetter: ...
    @property
    def past_time(self) -> PastTime: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def events(self) -> EventLog: ...


class Store(Protocol):
    """Where everything is kept."""

    @property
    def directory(self) -> OrganizationDirectory: ...
    @property
    def claims(self) -> OutboxClaims: ...

    def unit_of_work(
        self, organization_id: OrganizationId, *, writes: bool, connection: object | None = None
    ) -> AbstractContextManager[UnitOfWork]:
        """Begin a transaction for one organization.

        Leaving the block commits; an exception rolls everything back and is passed on. Without `writes` it is a
        snapshot that blocks nobody, in which every change is refused.

        Args:
            organization_id: Whose things are worked with.
            writes: Whether anything may change.
            connection: A connection of the host in a transaction of its own, which is joined through a savepoint
                and never committed here.

        Raises:
            Conflict: Retryable, when another transaction was in the way.
            Refused: With ``read_only`` on a change without `writes`.
            AdapterError: When the database fails.
        """
        ...
