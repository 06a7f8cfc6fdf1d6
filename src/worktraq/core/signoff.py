"""What a customer is asked: one employee, one project, one period; line by line, once (L-03 to L-08, B-03 to B-05)."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from attrs import evolve, field, frozen

from worktraq.core.calendar import Period, local_date
from worktraq.core.entries import Expense, Item, State, TimeEntry, minutes_of
from worktraq.core.ids import ContactId, CustomerId, ItemId, OrganizationId, ProjectId, RequestId, UserId
from worktraq.core.links import Links, token_hash
from worktraq.core.money import Money, total
from worktraq.core.organizations import Settings
from worktraq.errors import Conflict, InvalidInput, Problem, Refused


class RequestStatus(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    DECIDED = "decided"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@frozen
class Recipient:
    """Who is asked at the customer.

    Attributes:
        contact_id: The contact person; None when it is the customer's own mail address.
        name: How he or she is addressed.
        email: Where the mail goes.
        language: Of the mail and the page.
    """

    contact_id: ContactId | None
    name: str
    email: str
    language: str


@frozen(kw_only=True)
class ApprovalRequest:
    """What one customer contact is asked.

    Attributes:
        id: Of the request.
        organization_id: Who asks.
        user_id: Whose hours and expenses.
        customer_id: Who is asked.
        project_id: About which project.
        period: About which days.
        item_ids: The lines, in the order shown.
        recipient: Who is asked.
        minutes: Of all lines together.
        expenses: Of all lines together; None when there are none.
        digest: Of the lines as they are shown.
        key_name: Of the key that signed the link.
        token_number: Goes up when the request is renewed.
        token_hash: What the link is found by. The token itself is not stored.
        previous_token_hash: Of the link before, which works no longer; None when there was none.
        sent_at: When it was last offered, in UTC.
        due_on: The day on which the decision is expected.
        expires_at: When the link stops working, in UTC.
        reminders: How many reminders were sent since then.
        is_escalated: Whether managers were told since then that there is no decision.
        status: Where it stands.
        since: When it came into its status, in UTC.
        decided_by: Name of who decided, empty before.
        comment: What was said with the decision.
        version: Goes up with every change.
    """

    id: RequestId
    organization_id: OrganizationId
    user_id: UserId
    customer_id: CustomerId
    project_id: ProjectId
    period: Period
    item_ids: tuple[ItemId, ...]
    recipient: Recipient
    minutes: int
    expenses: Money | None
    digest: str
    key_name: str
    token_number: int = 1
    token_hash: bytes = field(repr=False)
    previous_token_hash: bytes | None = field(default=None, repr=False)
    sent_at: datetime
    due_on: date
    expires_at: datetime
    reminders: int = 0
    is_escalated: bool = False
    status: RequestStatus = RequestStatus.OPEN
    since: datetime
    decided_by: str = ""
    comment: str = ""
    version: int = 1


@frozen
class Line:
    """An item as the customer sees it: never a rate.

    Attributes:
        item_id: The item.
        on: The day of work.
        activity: Description of the activity; may be empty.
        note: What was done or bought.
        minutes: Of time; None for an expense.
        amount: Of an expense; None for time.
    """

    item_id: ItemId
    on: date
    activity: str
    note: str
    minutes: int | None
    amount: Money | None


def line_of(item: Item, activity: str) -> Line:
    """An item as a line."""
    minutes = item.minutes if isinstance(item, TimeEntry) else None
    amount = item.amount if isinstance(item, Expense) else None
    return Line(item.id, item.on, activity, item.note, minutes, amount)


def digest_of(lines: Iterable[Line]) -> str:
    """A digest of exactly what is shown, with the version of its own form in front (B-04)."""
    shown = [
        [
            line.item_id.hex,
            line.on.isoformat(),
            line.activity,
            line.note,
            line.minutes,
            str(line.amount) if line.amount else None,
        ]
        for line in sorted(lines, key=lambda line: (line.on, line.item_id))
    ]
    form = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    return "1:" + hashlib.sha256(form.encode()).hexdigest()


def in_order(items: Iterable[Item]) -> list[Item]:
    """Items in the order in which a customer reads them."""
    return sorted(items, key=lambda item: (item.on, item.id.int))


def is_due(period: Period, today: date, submitted: Iterable[Period]) -> bool:
    """Whether a billing period has ended, or is handed in as a whole."""
    return period.until <= today or period.is_covered_by(submitted)


def is_settled(items: Iterable[Item]) -> bool:
    """Whether nothing of a period can still come to the customer: no draft, no rejection, nothing under review."""
    return not any(
        item.state in (State.DRAFT, State.REJECTED)
        or (item.state is State.AWAITING_INTERNAL and _reaches_customer(item))
        for item in items
    )


def _reaches_customer(item: Item) -> bool:
    return item.chain is not None and item.chain.asks_customer_after(item.passed)


def to_offer(
    items: Collection[Item], period: Period, today: date, submitted: Iterable[Period], settling_days: int
) -> list[Item]:
    """The items that the customer is to be asked about now, out of all billable ones of a period.

    Args:
        items: The billable items of one employee on one project in the period.
        period: The billing period.
        today: In the organization's time zone.
        submitted: What the employee handed in.
        settling_days: Days after the end of the period, after which it is no longer waited for the rest.
    """
    waiting = [item for item in items if item.state is State.AWAITING_CUSTOMER and item.request_id is None]
    if not waiting or not is_due(period, today, submitted):
        return []
    is_overdue = period.until + timedelta(days=settling_days) <= today
    return in_order(waiting) if is_overdue or is_settled(items) else []


def opened(
    request_id: RequestId,
    items: Sequence[Item],
    lines: Sequence[Line],
    *,
    project_id: ProjectId,
    period: Period,
    recipient: Recipient,
    settings: Settings,
    links: Links,
    at: datetime,
) -> ApprovalRequest:
    """A new request about items of one employee, project and period."""
    first = items[0]
    spent = [item.amount for item in items if isinstance(item, Expense)]
    token = links.token(first.organization_id, request_id, 1, links.current_key)
    return ApprovalRequest(
        id=request_id,
        organization_id=first.organization_id,
        user_id=first.user_id,
        customer_id=first.customer_id,
        project_id=project_id,
        period=period,
        item_ids=tuple(item.id for item in items),
        recipient=recipient,
        minutes=minutes_of(items),
        expenses=total(spent, spent[0].currency) if spent else None,
        digest=digest_of(lines),
        key_name=links.current_key,
        token_hash=token_hash(token),
        sent_at=at,
        due_on=local_date(at, settings.time_zone) + timedelta(days=settings.due_days),
        expires_at=at + timedelta(days=settings.expiry_days),
        since=at,
    )


def check_open(request: ApprovalRequest, settings: Settings) -> None:
    """That a request can still be decided.

    Raises:
        Refused: With ``request_decided``, and by whom and on which day; with ``request_expired``,
            ``request_superseded`` or ``request_withdrawn``.
    """
    match request.status:
        case RequestStatus.DECIDED:
            on = local_date(request.since, settings.time_zone)
            raise Refused.because("request_decided", by=request.decided_by, on=on.isoformat())
        case RequestStatus.EXPIRED:
            raise Refused.because("request_expired")
        case RequestStatus.SUPERSEDED:
            raise Refused.because("request_superseded")
        case RequestStatus.WITHDRAWN:
            raise Refused.because("request_withdrawn")


def check_complete(
    request: ApprovalRequest, accepted: Collection[ItemId], rejected: Mapping[ItemId, str], digest: str, shown: str
) -> None:
    """That a decision is about exactly what is shown, each line once (B-03, B-04).

    Args:
        request: The request being decided.
        accepted: Lines that are approved.
        rejected: Lines that are rejected, with a comment each.
        digest: Of what the person saw.
        shown: Of what there is now.

    Raises:
        Conflict: With ``request_stale`` when the content has changed since.
        InvalidInput: With ``lines_undecided`` or ``lines_unknown``.
    """
    if digest != shown:
        raise Conflict("request_stale")
    decided = [*accepted, *rejected]
    if len(decided) != len(set(decided)) or not set(decided) <= set(request.item_ids):
        raise InvalidInput([Problem("lines", "lines_unknown")])
    missing = len(request.item_ids) - len(decided)
    if missing:
        raise InvalidInput.of("lines", "lines_undecided", count=missing)


def decided(request: ApprovalRequest, *, by: str, comment: str, digest: str, at: datetime) -> ApprovalRequest:
    """The request, decided on."""
    return evolve(
        request,
        status=RequestStatus.DECIDED,
        since=at,
        decided_by=by,
        comment=comment,
        digest=digest,
        version=request.version + 1,
    )


def closed(request: ApprovalRequest, status: RequestStatus, at: datetime) -> ApprovalRequest:
    """The request, expired, superseded or withdrawn."""
    return evolve(request, status=status, since=at, version=request.version + 1)


def renewed(request: ApprovalRequest, settings: Settings, links: Links, at: datetime) -> ApprovalRequest:
    """The request, open again with a new link; older links are void.

    Raises:
        Refused: When it is decided, superseded or withdrawn; with ``recipient_without_email`` when who was asked was
            erased.
    """
    if request.status is not RequestStatus.EXPIRED:
        check_open(request, settings)
    if not request.recipient.email:
        raise Refused.because("recipient_without_email")
    number = request.token_number + 1
    token = links.token(request.organization_id, request.id, number, links.current_key)
    return evolve(
        request,
        status=RequestStatus.OPEN,
        since=at,
        sent_at=at,
        due_on=local_date(at, settings.time_zone) + timedelta(days=settings.due_days),
        expires_at=at + timedelta(days=settings.expiry_days),
        reminders=0,
        is_escalated=False,
        key_name=links.current_key,
        token_number=number,
        token_hash=token_hash(token),
        previous_token_hash=request.token_hash,
        version=request.version + 1,
    )


def freed(item: Item) -> Item:
    """An item whose request was superseded: the customer is asked about it again."""
    return evolve(item, request_id=None, version=item.version + 1)


def put_into(item: Item, request_id: RequestId) -> Item:
    """An item that the customer is asked about."""
    return evolve(item, request_id=request_id, version=item.version + 1)


def expired_by_now(request: ApprovalRequest, at: datetime) -> ApprovalRequest:
    """The request as it is at an instant, also where the scheduler has not come by yet."""
    if request.status is RequestStatus.OPEN and request.expires_at <= at:
        return closed(request, RequestStatus.EXPIRED, at)
    return request
