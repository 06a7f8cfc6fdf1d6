"""What is kept of one organization, in tables that are copied when they are first changed."""

from collections.abc import Callable, ValuesView
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from attrs import frozen

from worktraq.core.access import Grant
from worktraq.core.approval import Decision, Submission
from worktraq.core.audit import SealedEvent
from worktraq.core.branding import Brand
from worktraq.core.comments import Comment
from worktraq.core.connections import AccountingConnection
from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer
from worktraq.core.entries import Item
from worktraq.core.events import Event
from worktraq.core.evidence import Attestation
from worktraq.core.holds import LegalHold
from worktraq.core.import_runs import ImportRun
from worktraq.core.imports import ImportKind, ImportLink
from worktraq.core.instalments import Instalment
from worktraq.core.invitations import Invitation
from worktraq.core.invoices import HandOver, Invoice, InvoiceYear
from worktraq.core.keyed_runs import KeyedRun
from worktraq.core.markups import MarkupRule
from worktraq.core.notifications import Intent
from worktraq.core.organizations import BillingDetails, Organization
from worktraq.core.pins import CustomerPin
from worktraq.core.privacy import Erasure
from worktraq.core.projects import Activity, Project
from worktraq.core.questions import Question
from worktraq.core.rates import ItemPrice, MoneyBudget, RateRule
from worktraq.core.retention import Retention
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.templates import MailTemplate
from worktraq.core.terms import BillingTerms, ProjectRounding, SellerProfile
from worktraq.core.users import Team, User
from worktraq.errors import Refused

K = TypeVar("K")
R = TypeVar("R")


class Table(Generic[K, R]):
    """Rows by key. It is closed until forked: a closed table refuses every change, so its rows stay as they are."""

    __slots__ = ("_is_copied", "_is_open", "_rows")

    def __init__(self) -> None:
        self._rows: dict[K, R] = {}
        self._is_open = False
        self._is_copied = False

    def get(self, key: K) -> R | None:
        """The row with this key, or None."""
        return self._rows.get(key)

    def rows(self) -> ValuesView[R]:
        """All rows, in the order in which their keys came."""
        return self._rows.values()

    def last(self) -> R | None:
        """The row whose key came last, or None."""
        return next(reversed(self._rows.values()), None)

    def fork(self) -> "Table[K, R]":
        """An open table with the same rows; its changes do not reach this one."""
        forked: Table[K, R] = Table()
        forked._rows = self._rows
        forked._is_open = True
        return forked

    def close(self) -> None:
        """Refuse changes from now on."""
        self._is_open = False

    def require_open(self) -> None:
        """Go on only when the table may be changed.

        Raises:
            Refused: With ``read_only``.
        """
        if not self._is_open:
            raise Refused.because("read_only")

    def put(self, key: K, row: R) -> None:
        """Store a row, instead of the one that has the key, if any."""
        self._own_rows()[key] = row

    def delete(self, key: K) -> None:
        """Forget the row with this key, if there is one."""
        self._own_rows().pop(key, None)

    def delete_where(self, is_meant: Callable[[R], bool]) -> None:
        """Forget the rows that are meant."""
        for key in [key for key, row in self._rows.items() if is_meant(row)]:
            self.delete(key)

    def _own_rows(self) -> dict[K, R]:
        self.require_open()
        if not self._is_copied:
            self._rows = dict(self._rows)
            self._is_copied = True
        return self._rows


@frozen
class Delivery:
    """An intent in the outbox, with how its delivery goes.

    Attributes:
        intent: What is to be delivered.
        due_at: From when it may be claimed: after a lease or a wait.
        attempts: How often it was claimed.
        fence: Goes up with every claim.
        is_held: Whether the last claim is still to be answered.
        is_dead: Whether it is no longer tried.
        is_delivered: Whether it has reached its reader.
        problem: Code of the last failure.
    """

    intent: Intent
    due_at: datetime
    attempts: int = 0
    fence: int = 0
    is_held: bool = False
    is_dead: bool = False
    is_delivered: bool = False
    problem: str = ""


class Tables:
    """The tables of one organization; the organization itself and its billing details have one row at most."""

    def __init__(self) -> None:
        self.organization: Table[UUID, Organization] = Table()
        self.billing_details: Table[UUID, BillingDetails] = Table()
        self.brand: Table[UUID, Brand] = Table()
        self.users: Table[UUID, User] = Table()
        self.invitations: Table[UUID, Invitation] = Table()
        self.teams: Table[UUID, Team] = Table()
        self.grants: Table[UUID, Grant] = Table()
        self.customers: Table[UUID, Customer] = Table()
        self.pins: Table[UUID, CustomerPin] = Table()
        self.contacts: Table[UUID, ContactPerson] = Table()
        self.projects: Table[UUID, Project] = Table()
        self.activities: Table[UUID, Activity] = Table()
        self.rates: Table[UUID, RateRule] = Table()
        self.markups: Table[UUID, MarkupRule] = Table()
        self.prices: Table[UUID, ItemPrice] = Table()
        self.budgets: Table[UUID, MoneyBudget] = Table()
        self.terms: Table[UUID, BillingTerms] = Table()
        self.seller_profile: Table[UUID, SellerProfile] = Table()
        self.roundings: Table[UUID, ProjectRounding] = Table()
        self.instalments: Table[UUID, Instalment] = Table()
        self.invoices: Table[UUID, Invoice] = Table()
        self.invoice_years: Table[int, InvoiceYear] = Table()
        self.hand_overs: Table[UUID, HandOver] = Table()
        self.items: Table[UUID, Item] = Table()
        self.decisions: Table[UUID, Decision] = Table()
        self.comments: Table[UUID, Comment] = Table()
        self.submissions: Table[UUID, Submission] = Table()
        self.requests: Table[UUID, ApprovalRequest] = Table()
        self.attestations: Table[UUID, Attestation] = Table()
        self.import_links: Table[tuple[str, ImportKind, str], ImportLink] = Table()
        self.accounting_connection: Table[UUID, AccountingConnection] = Table()
        self.import_runs: Table[UUID, ImportRun] = Table()
        self.questions: Table[UUID, Question] = Table()
        self.sightings: Table[tuple[UUID, ImportKind, str], str] = Table()
        self.import_marks: Table[tuple[str, UUID], UUID] = Table()
        self.templates: Table[UUID, MailTemplate] = Table()
        self.keyed_runs: Table[bytes, KeyedRun] = Table()
        self.holds: Table[UUID, LegalHold] = Table()
        self.erasures: Table[UUID, Erasure] = Table()
        self.retention: Table[UUID, Retention] = Table()
        self.retention_applied: Table[UUID, date] = Table()
        self.outbox: Table[UUID, Delivery] = Table()
        self.unsealed: Table[UUID, Event] = Table()
        self.chain: Table[int, SealedEvent] = Table()
        self.sealed_ids: Table[UUID, UUID] = Table()

    def fork(self) -> "Tables":
        """Open tables with the same rows."""
        forked = Tables.__new__(Tables)
        vars(forked).update({name: table.fork() for name, table in vars(self).items()})
        return forked

    def named(self, name: str) -> Table[UUID, object]:
        """The table of this name, one of those that are keyed by id."""
        table: Table[UUID, object] = getattr(self, name)
        return table

    def close(self) -> None:
        """Refuse changes from now on."""
        for table in vars(self).values():
            table.close()
