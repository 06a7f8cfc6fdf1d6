"""What is told to whom: the intent that waits in the outbox, and what is said when it is delivered."""

from datetime import date, timedelta
from enum import StrEnum

from attrs import field, frozen

from worktraq.core.calendar import Period
from worktraq.core.ids import IntentId, ItemId, OrganizationId, RequestId, UserId
from worktraq.core.money import Money

MOST_ATTEMPTS = 8
LEASE = timedelta(minutes=5)
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


@frozen
class Intent:
    """That somebody is to be told something. Holds ids only: never a text, an address, a token or an amount.

    Attributes:
        id: Of the intent; every attempt sends the same message.
        organization_id: Who tells.
        kind: What is told.
        user_id: The employee who is told; None when it is the recipient of the request.
        request_id: The request it is about, if any.
        item_ids: The items it is about.
    """

    id: IntentId
    organization_id: OrganizationId
    kind: NotificationKind
    user_id: UserId | None = None
    request_id: RequestId | None = None
    item_ids: tuple[ItemId, ...] = ()


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
        employee_name: Whose hours and expenses.
        customer_name: For whom the work was.
        project_name: On which project; may be empty.
        period: About which days; None when about several.
        lines: The items, in order of day.
        minutes: Of all lines together.
        expenses: Of all lines together, per currency.
        due_on: When a decision is expected, if one is.
        link: Where to decide; a secret.
        decided_by: Who decided, if somebody did.
    """

    id: IntentId
    kind: NotificationKind
    language: str
    organization_name: str
    recipient_name: str
    recipient_email: str
    employee_name: str
    customer_name: str
    project_name: str = ""
    period: Period | None = None
    lines: tuple[NotificationLine, ...] = ()
    minutes: int = 0
    expenses: tuple[Money, ...] = ()
    due_on: date | None = None
    link: str = field(default="", repr=False)
    decided_by: str = ""


@frozen
class DeliveryReport:
    """What one round of delivering did.

    Attributes:
        delivered: Messages sent.
        dropped: Intents about things that no longer exist.
        postponed: Attempts that failed and are repeated later.
        dead: Attempts that failed for good.
    """

    delivered: int = 0
    dropped: int = 0
    postponed: int = 0
    dead: int = 0

    @property
    def attempts(self) -> int:
        """All of these together."""
        return self.delivered + self.dropped + self.postponed + self.dead
