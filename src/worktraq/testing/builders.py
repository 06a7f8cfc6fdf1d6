"""Entities with sensible values, for tests that care about one or two of them.

Every builder takes what the entity belongs to, and what the test cares about; for the rest there is `attrs.evolve`.
What is built is not stored: `worktraq.testing.firms` builds and stores what everything else hangs on.
"""

from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from attrs import evolve

from worktraq.core.access import Grant, Right
from worktraq.core.actors import ActorKind
from worktraq.core.approval import Decision, DecisionKind, Submission
from worktraq.core.calendar import Period
from worktraq.core.chains import ApprovalChain, Step
from worktraq.core.comments import Comment
from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer, CustomerData, CustomerKind
from worktraq.core.entries import Expense, Item, State, TimeEntry, minutes_of
from worktraq.core.events import Event, EventName
from worktraq.core.evidence import Attestation, Channel, decided_lines
from worktraq.core.ids import (
    ActivityId,
    CommentId,
    ContactId,
    CustomerId,
    DecisionId,
    EventId,
    GrantId,
    IntentId,
    ItemId,
    MarkupId,
    OrganizationId,
    ProjectId,
    RateRuleId,
    RequestId,
    SubmissionId,
    TeamId,
    TemplateId,
    UserId,
)
from worktraq.core.imports import ImportKind, ImportLink
from worktraq.core.invitations import Invitation, InvitationStatus
from worktraq.core.keyed_runs import KeyedRun
from worktraq.core.links import token_hash
from worktraq.core.markups import MarkupRule, MarkupSubject
from worktraq.core.money import Money, Rate, total, value_of_time
from worktraq.core.notifications import Intent, NotificationKind
from worktraq.core.organizations import Address, BillingDetails, Organization, Settings
from worktraq.core.pins import CustomerPin
from worktraq.core.projects import Activity, Billing, Hourly, Project
from worktraq.core.rates import ItemPrice, RateRule, RateSubject
from worktraq.core.signoff import ApprovalRequest, Line, Recipient, RequestStatus, digest_of, in_order
from worktraq.core.templates import MailTemplate
from worktraq.core.users import Role, Team, User
from worktraq.testing.fakes import BEGINNING, SeededIds

T = TypeVar("T", bound=Item)

new_id = SeededIds()
"""Where the ids of everything that is built come from."""

MONDAY = date(2026, 10, 5)
"""The day of work of what is built, unless another one is given."""

OCTOBER = Period.month(2026, 10)
"""The month of that day."""


def an_organization(name: str = "Acme", settings: Settings = Settings()) -> Organization:
    """A new organization."""
    return Organization(OrganizationId(new_id()), name, settings)


def billing_details_of(organization: Organization) -> BillingDetails:
    """The first billing details of an organization."""
    return BillingDetails(
        organization.id, f"{organization.name} B.V.", Address("Dam 1", "1012 JS", "Amsterdam", "NL"), "NL004495445B01"
    )


def a_user(organization_id: OrganizationId, name: str = "Eva", *, email: str = "", role: Role = Role.EMPLOYEE) -> User:
    """A user, with a mail address that nobody else has unless one is given."""
    user_id = UserId(new_id())
    return User(user_id, organization_id, name, email or f"{user_id.hex}@acme.example", role)


def an_invitation(
    user: User, *, status: InvitationStatus = InvitationStatus.OPEN, sent_at: datetime = BEGINNING
) -> Invitation:
    """That a user, who should not be active, is asked to join."""
    return Invitation(
        user_id=user.id,
        organization_id=user.organization_id,
        status=status,
        key_name="2026",
        token_hash=token_hash(user.id.hex),
        sent_at=sent_at,
        expires_at=sent_at + timedelta(days=14),
        since=sent_at,
    )


def a_team(organization_id: OrganizationId, *members: User, name: str = "Advice") -> Team:
    """A team of these users."""
    return Team(TeamId(new_id()), organization_id, name, tuple(sorted(member.id for member in members)))


def a_grant(right: Right, on: Customer | Project, to: User | Team) -> Grant:
    """A right on a customer or project, held by a user or team."""
    project_id = on.id if isinstance(on, Project) else None
    customer_id = on.customer_id if isinstance(on, Project) else on.id
    user_id = to.id if isinstance(to, User) else None
    team_id = to.id if isinstance(to, Team) else None
    return Grant(GrantId(new_id()), on.organization_id, right, customer_id, project_id, user_id, team_id)


def a_customer(
    organization_id: OrganizationId,
    name: str = "Bakkerij Jansen B.V.",
    *,
    number: str = "",
    city: str = "",
    currency: str = "",
    is_internal: bool = False,
) -> Customer:
    """A business customer."""
    data = CustomerData(
        company_name=name,
        number=number,
        email="ap@jansen.example",
        address=Address(city=city, country="NL"),
        currency=currency,
    )
    return Customer(CustomerId(new_id()), organization_id, data, is_internal=is_internal)


def a_private_customer(
    organization_id: OrganizationId, first_name: str = "Piet", last_name: str = "Pietersen"
) -> Customer:
    """A customer who is a private person."""
    data = CustomerData(kind=CustomerKind.PRIVATE, first_name=first_name, last_name=last_name)
    return Customer(CustomerId(new_id()), organization_id, data)


def a_contact(
    organization_id: OrganizationId, *at: Customer, name: str = "Jan Jansen", email: str = "jan@jansen.example"
) -> ContactPerson:
    """A contact person at these customers."""
    customer_ids = tuple(sorted(customer.id for customer in at))
    return ContactPerson(ContactId(new_id()), organization_id, name, email, customer_ids=customer_ids)


def a_pin(customer: Customer) -> CustomerPin:
    """The first PIN of a customer; no digits open it."""
    return CustomerPin(
        customer_id=customer.id, organization_id=customer.organization_id, salt=b"s" * 32, hash=b"h" * 32
    )


def a_keyed_run(organization_id: OrganizationId, key_hash: bytes = b"1" * 32) -> KeyedRun:
    """What is being done under a key."""
    return KeyedRun(organization_id=organization_id, key_hash=key_hash, given_hash=b"g" * 32, at=BEGINNING)


def a_project(
    customer: Customer, name: str = "Advice", *, billing: Billing = Hourly(customer_approval=True)
) -> Project:
    """A project for a customer, which asks the customer unless told otherwise."""
    return Project(ProjectId(new_id()), customer.organization_id, customer.id, name, billing)


def an_activity(
    user: User, customer: Customer, project: Project | None = None, *, is_billable: bool = True
) -> Activity:
    """What a user works on for a customer."""
    return Activity(
        ActivityId(new_id()),
        user.organization_id,
        user.id,
        customer.id,
        project.id if project else None,
        "Advice",
        is_billable,
    )


def a_rate(
    on: Activity | Project | Customer | Organization, rate: Rate = Rate("95.00", "EUR"), valid_from: date | None = None
) -> RateRule:
    """A rate on a thing."""
    organization_id = on.id if isinstance(on, Organization) else on.organization_id
    subject = RateSubject(type(on).__name__.lower())
    return RateRule(RateRuleId(new_id()), organization_id, subject, on.id, rate, valid_from)


def a_markup(
    on: Project | Customer | Organization, hundredths: int = 1500, valid_from: date | None = None
) -> MarkupRule:
    """A mark-up on the expenses of a thing."""
    organization_id = on.id if isinstance(on, Organization) else on.organization_id
    subject = MarkupSubject(type(on).__name__.lower())
    return MarkupRule(MarkupId(new_id()), organization_id, subject, on.id, hundredths, valid_from)


def a_price(item: Item, rate: Rate = Rate("95.00", "EUR"), at: datetime = BEGINNING) -> ItemPrice:
    """The frozen price of an item: its amount, or its minutes at a rate that was filled in."""
    if isinstance(item, Expense):
        return ItemPrice(item.id, item.organization_id, item.amount, None, None, at)
    return ItemPrice(item.id, item.organization_id, value_of_time(minutes_of([item]), rate), rate, None, at)


def a_time_entry(
    activity: Activity, on: date = MONDAY, minutes: int = 60, *, note: str = "", state: State = State.DRAFT
) -> TimeEntry:
    """Time on an activity, in any state."""
    entry = TimeEntry(
        id=ItemId(new_id()),
        organization_id=activity.organization_id,
        user_id=activity.user_id,
        customer_id=activity.customer_id,
        project_id=activity.project_id,
        activity_id=activity.id,
        on=on,
        note=note,
        is_billable=activity.is_billable,
        since=BEGINNING,
        minutes=minutes,
    )
    return in_state(entry, state)


def an_expense(
    activity: Activity,
    on: date = MONDAY,
    amount: Money = Money("12.50", "EUR"),
    *,
    note: str = "Parking",
    state: State = State.DRAFT,
) -> Expense:
    """An expense on an activity, in any state."""
    expense = Expense(
        id=ItemId(new_id()),
        organization_id=activity.organization_id,
        user_id=activity.user_id,
        customer_id=activity.customer_id,
        project_id=activity.project_id,
        activity_id=activity.id,
        on=on,
        note=note,
        is_billable=activity.is_billable,
        since=BEGINNING,
        amount=amount,
    )
    return in_state(expense, state)


_PASSED = {State.AWAITING_CUSTOMER: 1, State.REJECTED: 1, State.APPROVED: 2, State.INVOICED: 2}


def in_state(item: T, state: State) -> T:
    """The item in another state, with the chain (INTERNAL, CUSTOMER) as far as that needs; its version stays."""
    return evolve(
        item,
        state=state,
        chain=None if state is State.DRAFT else ApprovalChain.INTERNAL_CUSTOMER,
        passed=_PASSED.get(state, 0),
    )


def a_decision(item: Item, by: User, kind: DecisionKind = DecisionKind.APPROVED, at: datetime = BEGINNING) -> Decision:
    """A decision of a colleague on an item."""
    return Decision(
        DecisionId(new_id()), item.organization_id, item.id, kind, Step.INTERNAL, ActorKind.USER, by.id, by.name, at
    )


def a_comment(item: Item, by: User, text: str = "See the agreement", at: datetime = BEGINNING) -> Comment:
    """What a colleague remarked on an item."""
    return Comment(CommentId(new_id()), item.organization_id, item.id, by.id, text, at)


def a_submission(user: User, period: Period = OCTOBER, at: datetime = BEGINNING) -> Submission:
    """That a user handed in a period."""
    return Submission(SubmissionId(new_id()), user.organization_id, user.id, period, at)


def a_request(
    project: Project,
    user: User,
    *items: Item,
    period: Period = OCTOBER,
    recipient: Recipient = Recipient(None, "Bakkerij Jansen B.V.", "ap@jansen.example", "nl"),
    status: RequestStatus = RequestStatus.OPEN,
    sent_at: datetime = BEGINNING,
) -> ApprovalRequest:
    """What a customer is asked about items of a user on a project."""
    request_id = RequestId(new_id())
    spent = [item.amount for item in items if isinstance(item, Expense)]
    return ApprovalRequest(
        id=request_id,
        organization_id=project.organization_id,
        user_id=user.id,
        customer_id=project.customer_id,
        project_id=project.id,
        period=period,
        item_ids=tuple(item.id for item in in_order(items)),
        recipient=recipient,
        minutes=minutes_of(items),
        expenses=total(spent, spent[0].currency) if spent else None,
        digest="1:" + "0" * 64,
        key_name="2026",
        token_hash=token_hash(request_id.hex),
        sent_at=sent_at,
        due_on=sent_at.date() + timedelta(days=7),
        expires_at=sent_at + timedelta(days=30),
        status=status,
        since=sent_at,
    )


def an_attestation(request: ApprovalRequest, *lines: Line) -> Attestation:
    """What is kept of the approval of a request, through its link."""
    return Attestation(
        request_id=request.id,
        organization_id=request.organization_id,
        at=BEGINNING,
        channel=Channel.LINK,
        by=request.recipient.name,
        user_id=None,
        address="192.0.2.7",
        comment="",
        digest=digest_of(lines),
        lines=decided_lines(lines, {}, ""),
        salt=new_id().hex,
    )


def an_intent(to: User, *items: Item, request: ApprovalRequest | None = None) -> Intent:
    """That a user is to be told that items were approved; or the customer of a request, what he or she is asked."""
    item_ids = tuple(item.id for item in items)
    intent_id, organization_id = IntentId(new_id()), to.organization_id
    if request is not None:
        return Intent(intent_id, organization_id, NotificationKind.APPROVAL_REQUESTED, None, request.id, item_ids)
    return Intent(intent_id, organization_id, NotificationKind.ITEMS_APPROVED, to.id, None, item_ids)


def a_template(
    organization_id: OrganizationId,
    name: str = "",
    *,
    kind: NotificationKind = NotificationKind.APPROVAL_REMINDER,
    language: str = "nl",
) -> MailTemplate:
    """A text of the organization for reminders in Dutch."""
    subject, body = "Nog even kijken?", "Beste {{ recipient }},\n\n{{ link }}"
    return MailTemplate(
        id=TemplateId(new_id()),
        organization_id=organization_id,
        kind=kind,
        language=language,
        name=name,
        subject=subject,
        body=body,
    )


def an_event(
    organization_id: OrganizationId,
    subject_id: UUID,
    name: EventName = EventName.CUSTOMER_CHANGED,
    *,
    by: User | None = None,
    at: datetime = BEGINNING,
) -> Event:
    """That something happened to a thing, by a user or else by the system."""
    kind = ActorKind.USER if by else ActorKind.SYSTEM
    return Event(EventId(new_id()), organization_id, at, kind, by.id if by else None, name, subject_id)


def an_import_link(
    customer: Customer, external_id: str, *, source: str = "excel", digest: str = "", imported: str = ""
) -> ImportLink:
    """Where a customer was imported from."""
    kind = ImportKind.CUSTOMER
    return ImportLink(customer.organization_id, source, kind, external_id, customer.id, digest or "0" * 64, imported)
