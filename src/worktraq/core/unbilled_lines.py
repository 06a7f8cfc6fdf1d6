"""The items that are not billed yet one by one: who has to act, since when, and why in words (B-01, L-13)."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from attrs import evolve, frozen

from worktraq.core.billing import NextAction, Unbilled, Waiting, Why, reasons
from worktraq.core.calendar import Period, local_date
from worktraq.core.entries import TimeEntry
from worktraq.core.ids import ActivityId, ContactId, CustomerId, ItemId, ProjectId, RequestId, UserId
from worktraq.core.money import Money
from worktraq.core.unbilled import age_in_days
from worktraq.errors import Reason


@frozen(kw_only=True)
class Acting:
    """Who has to act on an item.

    Attributes:
        who: In which role.
        name: Of the employee, or of the contact who was asked; empty where it is anybody in the role.
        user_id: The employee.
        contact_id: The contact who was asked.
    """

    who: Waiting
    name: str = ""
    user_id: UserId | None = None
    contact_id: ContactId | None = None


@frozen(kw_only=True)
class UnbilledLine:
    """One item that is not billed yet, with why.

    Attributes:
        item_id: The item.
        user_id: Whose it is.
        customer_id: For whom.
        project_id: On which project, if on one.
        activity_id: The activity it is tied to.
        request_id: In which the customer was asked about it, if that has happened.
        on: The day of work.
        period: The billing period of that day: with employee and project, the way to the timesheet.
        minutes: Of time; 0 for an expense.
        value: What it is worth; None without a rate, and always None for who may not see amounts.
        why: All reasons, the leading one first.
        owner: Who has to act on the leading one.
        age_days: For how many whole days the leading one stands.
    """

    item_id: ItemId
    user_id: UserId
    customer_id: CustomerId
    project_id: ProjectId | None
    activity_id: ActivityId
    request_id: RequestId | None
    on: date
    period: Period
    minutes: int
    value: Money | None
    why: tuple[Why, ...]
    owner: Acting
    age_days: int


def line_of(
    unbilled: Unbilled,
    *,
    names: Mapping[UUID, str],
    asked: tuple[str, ContactId | None] | None,
    at: datetime,
    week_start: int,
    shows_amounts: bool,
) -> UnbilledLine:
    """One item in the list of what is not billed.

    Args:
        unbilled: The item.
        names: Of the employees.
        asked: Name and id of who was asked about it; None where that is not to be told.
        at: Now, for the age.
        week_start: ISO weekday with which billing periods of a week begin.
        shows_amounts: Whether the reader may see amounts (W-05).
    """
    item, why = unbilled.item, reasons(unbilled, shows_amounts=shows_amounts)
    owner = Acting(who=why[0].waits_for)
    if owner.who is Waiting.EMPLOYEE:
        owner = evolve(owner, name=names[item.user_id], user_id=item.user_id)
    elif owner.who is Waiting.CONTACT and asked is not None:
        owner = evolve(owner, name=asked[0], contact_id=asked[1])
    return UnbilledLine(
        item_id=item.id,
        user_id=item.user_id,
        customer_id=item.customer_id,
        project_id=item.project_id,
        activity_id=item.activity_id,
        request_id=item.request_id,
        on=item.on,
        period=Period.of(item.on, unbilled.cadence, week_start),
        minutes=item.minutes if isinstance(item, TimeEntry) else 0,
        value=unbilled.price.value if shows_amounts and unbilled.price is not None else None,
        why=why,
        owner=owner,
        age_days=age_in_days(why[0].since, at),
    )


@frozen
class Explained:
    """Why one item is not billed, in words: as text in English; `worktraq.i18n.localize` gives it in other languages.

    Attributes:
        explanation: One sentence per reason, the leading one first: what it waits for, since when, and who has to do what.
    """

    explanation: tuple[Reason, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.explanation))


def explained(line: UnbilledLine, *, employee: str, customer: str, time_zone: str) -> Explained:
    """A line in words.

    Args:
        line: The item.
        employee: Name of whose it is.
        customer: Name of for whom it is.
        time_zone: Of the organization: decides on which day something came about.
    """
    contact = line.owner.name or customer
    sentences = []
    for why in line.why:
        on = local_date(why.since, time_zone).isoformat()
        if why.next_action is NextAction.NAME_CONTACT:
            sentences.append(Reason.of("why_no_contact", since=on, customer=customer))
        else:
            code = why.reason.value
            said = Reason.of(f"why_{code}", since=on, employee=employee, customer=customer, contact=contact)
            sentences.append(said)
    return Explained(tuple(sentences))
