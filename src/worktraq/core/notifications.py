"""What is told to whom: the intent that waits in the outbox, and what is said when it is delivered."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from attrs import evolve, field, frozen

from worktraq.core.calendar import Period
from worktraq.core.ids import IntentId, ItemId, OrganizationId, RequestId, TemplateId, UserId
from worktraq.core.money import Money
from worktraq.core.users import Role

MOST_ATTEMPTS = 8
LEASE = timedelta(minutes=5)
MOST_FAILURES = 100
_FIRST_WAIT = timedelta(minutes=1)


class NotificationKind(StrEnum):
    """What is told."""

    APPROVAL_REQUESTED = "approval_requested"
    APPROVAL_REMINDER = "approval_reminder"
    TIMESHEET_APPROVED = "timesheet_approved"
    ITEMS_APPROVED = "items_approved"
    ITEMS_REJECTED = "items_rejected"
    ITEMS_REOPENED = "items_reopened"
    TIMESHEET_REOPENED = "timesheet_reopened"
    REQUEST_ESCALATED = "request_escalated"
    INVITATION = "invitation"


@frozen
class Intent:
    """That somebody is to be told something. Holds ids only: never a text, an address, a token or an amount.

    Attributes:
        id: Of the intent; every attempt sends the same message.
        organization_id: Who tells.
        kind: What is told.
        user_id: The user who is told; None when it is the recipient of the request.
        request_id: The request it is about, if any.
        item_ids: The items it is about.
        template_id: The template that was chosen for it, if one was.
    """

    id: IntentId
    organization_id: OrganizationId
    kind: NotificationKind
    user_id: UserId | None = None
    request_id: RequestId | None = None
    item_ids: tuple[ItemId, ...] = ()
    template_id: TemplateId | None = None


@frozen
class ClaimedIntent:
    """An intent that one worker holds for a while.

    Attributes:
        intent: What is to be delivered.
        fence: Proof of the lease; a worker whose lease has passed to another is refused.
        attempts: How often it was claimed, this time included.
    """

    intent: Intent
    fence: int
    attempts: int


@frozen
class DeadIntent:
    """An intent that could not be delivered and waits for a person to decide.

    Attributes:
        intent: What was to be delivered.
        attempts: How often it was tried.
        problem: Code of the last failure.
    """

    intent: Intent
    attempts: int
    problem: str


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait before the next attempt; None when there is to be none."""
    return None if attempts >= MOST_ATTEMPTS else _FIRST_WAIT * 4 ** (attempts - 1)


@frozen
class NotificationLine:
    """An item in a message: never a rate.

    Attributes:
        on: The day of work.
        activity: Description of the activity; may be empty.
        note: What was done or bought.
        minutes: Of time; None for an expense.
        amount: Of an expense; None for time.
        is_approved: Whether it was approved; None where nothing was decided about it.
        comment: What was said about it.
    """

    on: date
    activity: str
    note: str
    minutes: int | None
    amount: Money | None
    is_approved: bool | None = None
    comment: str = ""


@frozen
class Attachment:
    """A file that goes along with a message.

    Attributes:
        name: Of the file.
        media_type: Such as ``application/pdf``.
        content: Its bytes.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)


@frozen
class Wording:
    """What an organization says in its own words; see `worktraq.core.templates`.

    Attributes:
        subject: With the names of values in it.
        body: The same, of several lines.
    """

    subject: str
    body: str


@frozen(kw_only=True)
class Notification:
    """A message, ready to be put into words in the reader's language.

    Attributes:
        id: Of the intent; the same for every attempt.
        kind: What is told.
        language: Of the reader.
        organization_name: Who tells.
        recipient_name: Who is told.
        recipient_email: Where.
        employee_name: Whose hours and expenses, or who is invited.
        customer_name: For whom the work was; empty in an invitation.
        contact_name: Who at the customer does not decide; only in an escalation.
        project_name: On which project; may be empty.
        period: About which days; None when about several.
        lines: The items, in order of day.
        minutes: Of all lines together.
        expenses: Of all lines together, per currency.
        due_on: When a decision is expected, if one is.
        link: Where to decide, or to accept an invitation; a secret.
        decided_by: Who decided, if somebody did.
        attachments: Files that go along.
        colour: Of the organization, as ``#RRGGBB``; empty for the usual one.
        wording: In place of the usual text, if the organization has its own.
        invited_by: Who invites; empty where nobody is invited, or the system does it.
        role: What an invited person becomes.
        expires_at: When the link of an invitation stops working, in UTC.
        time_zone: Of the organization, in which instants are told.
    """

    id: IntentId
    kind: NotificationKind
    language: str
    organization_name: str
    recipient_name: str
    recipient_email: str
    employee_name: str
    customer_name: str
    contact_name: str = ""
    project_name: str = ""
    period: Period | None = None
    lines: tuple[NotificationLine, ...] = ()
    minutes: int = 0
    expenses: tuple[Money, ...] = ()
    due_on: date | None = None
    link: str = field(default="", repr=False)
    decided_by: str = ""
    attachments: tuple[Attachment, ...] = ()
    colour: str = ""
    wording: Wording | None = None
    invited_by: str = ""
    role: Role | None = None
    expires_at: datetime | None = None
    time_zone: str = "UTC"


@frozen
class FailedDelivery:
    """An attempt that failed, without whom it was to reach.

    Attributes:
        organization_id: Who tells.
        intent_id: What was to be told; see `DeadIntent`.
        code: What went wrong.
        is_dead: Whether it is given up; otherwise it is tried again later.
    """

    organization_id: OrganizationId
    intent_id: IntentId
    code: str
    is_dead: bool


@frozen
class DeliveryReport:
    """What one round of delivering did.

    Attributes:
        delivered: Messages sent.
        dropped: Intents about things that no longer exist.
        postponed: Attempts that failed and are repeated later.
        dead: Attempts that failed for good.
        failures: What failed, the first hundred of them; two reports are equal when their figures are.
    """

    delivered: int = 0
    dropped: int = 0
    postponed: int = 0
    dead: int = 0
    failures: tuple[FailedDelivery, ...] = field(default=(), eq=False)

    @property
    def attempts(self) -> int:
        """All of these together."""
        return self.delivered + self.dropped + self.postponed + self.dead

    def failing(self, claimed: ClaimedIntent, code: str, *, is_dead: bool) -> "DeliveryReport":
        """The report with an attempt added that failed."""
        intent = claimed.intent
        failures = self.failures
        if len(failures) < MOST_FAILURES:
            failures = (*failures, FailedDelivery(intent.organization_id, intent.id, code, is_dead))
        if is_dead:
            return evolve(self, dead=self.dead + 1, failures=failures)
        return evolve(self, postponed=self.postponed + 1, failures=failures)
