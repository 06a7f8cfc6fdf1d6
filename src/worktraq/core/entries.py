"""Time entries and expenses: the two kinds of item that are submitted, approved and billed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from enum import StrEnum

from attrs import evolve, field, frozen
from attrs.validators import optional

from worktraq.core.calendar import MINUTES_PER_DAY, check_date
from worktraq.core.chains import STEPS, ApprovalChain, Step
from worktraq.core.ids import (
    ActivityId,
    ContactId,
    CustomerId,
    ItemId,
    OrganizationId,
    ProjectId,
    RequestId,
    UserId,
    is_id,
)
from worktraq.core.money import Money
from worktraq.core.projects import Activity, Project, ProjectStatus
from worktraq.core.replacing import maker
from worktraq.core.text import clean_note
from worktraq.core.unset import UNSET, Unset, either
from worktraq.errors import InvalidInput, Reason, Refused


class State(StrEnum):
    """Where an item stands on its way to an invoice."""

    DRAFT = "draft"
    AWAITING_INTERNAL = "awaiting_internal"
    AWAITING_CUSTOMER = "awaiting_customer"
    REJECTED = "rejected"
    APPROVED = "approved"
    INVOICED = "invoiced"


class ItemKind(StrEnum):
    """Which of the two kinds of item it is."""

    TIME = "time"
    EXPENSE = "expense"


@frozen(kw_only=True)
class Item:
    """What a time entry and an expense have in common.

    Attributes:
        id: Of the item.
        organization_id: Whose item it is.
        user_id: Who did the work or paid: the owner.
        customer_id: For whom.
        project_id: On which project, if on one.
        activity_id: The activity it is tied to (W-11).
        contact_id: Who was responsible for it at the customer, if named (T-08).
        on: The local day of work.
        note: What was done or bought.
        is_billable: Whether it is to be billed.
        state: Where it stands.
        chain: The steps it passes; fixed at submission, None before.
        passed: How many steps of the chain lie behind.
        is_waived: Whether the customer's step was passed by a waiver.
        request_id: The last request in which the customer was asked about it.
        since: When it came into its state, in UTC.
        version: Goes up with every change.
    """

    id: ItemId
    organization_id: OrganizationId
    user_id: UserId
    customer_id: CustomerId
    project_id: ProjectId | None
    activity_id: ActivityId
    contact_id: ContactId | None = None
    on: date
    note: str = ""
    is_billable: bool = True
    state: State = State.DRAFT
    chain: ApprovalChain | None = None
    passed: int = 0
    is_waived: bool = False
    request_id: RequestId | None = None
    since: datetime
    version: int = 1

    @property
    def current_step(self) -> Step | None:
        """The step that the item waits for, or that rejected it; None when it waits for none."""
        if self.chain is None:
            return None
        steps = STEPS[self.chain]
        return steps[self.passed] if self.passed < len(steps) else None

    @property
    def is_unbilled(self) -> bool:
        """Whether it is still to be billed: billable, and on no invoice."""
        return self.is_billable and self.state is not State.INVOICED

    @property
    def follows_rates(self) -> bool:
        """Whether its price is not frozen yet, and so is what today's rates give."""
        return self.state not in (State.APPROVED, State.INVOICED)


MOVED = ("state", "chain", "passed", "is_waived", "request_id", "since", "version")
"""The fields of an item that tell where it stands; nothing else of it changes on its way to an invoice."""


@frozen(kw_only=True)
class TimeEntry(Item):
    """Worked time on one day.

    Attributes:
        minutes: Whole minutes, 1 to 1,440.
        starts_at: The wall clock time at which it began, if known.
        utc_offset: Minutes east of UTC of that clock, if known.
    """

    minutes: int
    starts_at: time | None = None
    utc_offset: int | None = None


_new_draft = maker(
    TimeEntry,
    "id",
    "organization_id",
    "user_id",
    "customer_id",
    "project_id",
    "activity_id",
    "contact_id",
    "on",
    "note",
    "is_billable",
    "since",
    "minutes",
    "starts_at",
    "utc_offset",
)


@frozen(kw_only=True)
class Expense(Item):
    """Money spent for a customer.

    Attributes:
        amount: What was paid, VAT included, in the currency of the customer.
        receipt_reference: By which the receipt is found; may be empty.
        vat_hundredths: The VAT rate on the receipt in hundredths of a percent, 2100 for 21 %; None where there is none.
        is_reimbursable: Whether the employee gets it back; not for what the firm paid itself.
    """

    amount: Money
    receipt_reference: str = ""
    vat_hundredths: int | None = None
    is_reimbursable: bool = True


@frozen
class NewTime:
    """Time to be registered.

    Attributes:
        activity_id: On which activity.
        on: The local day of work.
        minutes: Whole minutes, 1 to 1,440.
        note: What was done.
        starts_at: The wall clock time at which it began, if known.
        utc_offset: Minutes east of UTC of that clock, if known.
        contact_id: Who was responsible for it at the customer, if to be named.

    Raises:
        InvalidInput: With ``id_malformed`` for what is no id.
    """

    activity_id: ActivityId = field(validator=is_id)
    on: date
    minutes: int
    note: str = ""
    starts_at: time | None = None
    utc_offset: int | None = None
    contact_id: ContactId | None = field(default=None, validator=optional(is_id))


@frozen
class Workplace:
    """What registering on one activity depends on, gathered before any item is checked.

    Attributes:
        activity: With its owner and days.
        project: Of the activity, if any.
        currency: Of the customer.
        refusals: What stands against it on any day: an archived customer, or the access of the owner (T-09).
    """

    activity: Activity
    project: Project | None
    currency: str
    refusals: tuple[Reason, ...] = ()

    def reasons_against(self, on: date) -> tuple[Reason, ...]:
        """Why nothing can be registered here for a day of work (W-12)."""
        reasons = [*self.activity.reasons_against(on), *self.refusals]
        if self.project is not None:
            status = self.project.status(on)
            if status is ProjectStatus.PLANNED:
                reasons.append(Reason.of("project_not_started"))
            elif status is ProjectStatus.FINISHED:
                reasons.append(Reason.of("project_finished"))
        return tuple(reasons)

    @property
    def bills_time(self) -> bool:
        """Whether hours here are billable: a billable activity, and no fixed price."""
        return self.activity.is_billable and (self.project is None or self.project.bills_time)


def check_minutes(minutes: int) -> int:
    """The minutes, when they are a whole number of one day.

    Raises:
        InvalidInput: With code ``minutes_out_of_range``.
    """
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= MINUTES_PER_DAY:
        raise InvalidInput.of("minutes", "minutes_out_of_range", most=MINUTES_PER_DAY)
    return minutes


def _check_start(starts_at: time | None, utc_offset: int | None) -> None:
    if starts_at is not None and starts_at.tzinfo is not None:
        raise InvalidInput.of("starts_at", "start_has_zone")
    if utc_offset is not None and (starts_at is None or not -MINUTES_PER_DAY < utc_offset < MINUTES_PER_DAY):
        raise InvalidInput.of("utc_offset", "utc_offset_wrong")


def new_time_entry(item_id: ItemId, new: NewTime, at_work: Workplace, at: datetime) -> TimeEntry:
    """A time entry, in DRAFT.

    Raises:
        InvalidInput: Naming the field.
        Refused: With every reason of W-12 that stands against it.
    """
    check_date(new.on)
    check_minutes(new.minutes)
    if new.starts_at is not None or new.utc_offset is not None:
        _check_start(new.starts_at, new.utc_offset)
    reasons = at_work.reasons_against(new.on)
    if reasons:
        raise Refused(reasons)
    activity = at_work.activity
    return _new_draft(
        item_id,
        activity.organization_id,
        activity.user_id,
        activity.customer_id,
        activity.project_id,
        activity.id,
        new.contact_id,
        new.on,
        clean_note("note", new.note) if new.note else "",
        at_work.bills_time,
        at,
        new.minutes,
        new.starts_at,
        new.utc_offset,
    )


def check_day_totals(minutes: Mapping[date, int]) -> None:
    """That nobody works more than a day in a day, all entries together.

    Args:
        minutes: Of one employee, per day, with what is being added.

    Raises:
        Refused: With code ``day_is_full``, for every such day.
    """
    over = sorted(day for day, total in minutes.items() if total > MINUTES_PER_DAY)
    if over:
        raise Refused(
            Reason.of("day_is_full", on=day.isoformat(), minutes=minutes[day], most=MINUTES_PER_DAY) for day in over
        )


def edited_time(
    entry: TimeEntry,
    *,
    on: date | Unset = UNSET,
    minutes: int | Unset = UNSET,
    note: str | Unset = UNSET,
    starts_at: time | Unset | None = UNSET,
    utc_offset: int | Unset | None = UNSET,
    contact_id: ContactId | Unset | None = UNSET,
) -> TimeEntry:
    """The entry with those values changed that are given.

    Raises:
        InvalidInput: Naming the field.
    """
    begins = either(starts_at, entry.starts_at)
    offset = either(utc_offset, entry.utc_offset)
    _check_start(begins, offset)
    return evolve(
        entry,
        on=entry.on if on is UNSET else check_date(on),
        minutes=entry.minutes if minutes is UNSET else check_minutes(minutes),
        note=entry.note if note is UNSET else clean_note("note", note),
        starts_at=begins,
        utc_offset=offset,
        contact_id=either(contact_id, entry.contact_id),
        version=entry.version + 1,
    )


def minutes_of(items: Iterable[Item]) -> int:
    """The minutes of the time entries among the items."""
    return sum(item.minutes for item in items if isinstance(item, TimeEntry))
