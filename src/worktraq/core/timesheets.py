"""The timesheet of one employee, project and period: what was done and who decided on it, never a rate (L-09, W-05)."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from attrs import evolve, field, frozen

from worktraq.core.approval import Decision, DecisionKind
from worktraq.core.calendar import Period
from worktraq.core.chains import Step
from worktraq.core.entries import Expense, Item, TimeEntry
from worktraq.core.ids import ActivityId, ItemId
from worktraq.core.money import Money, total
from worktraq.core.text import fold

_NO_LETTERS = re.compile("[^a-z0-9]+")
_SPELLED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})
_LONGEST_NAME = 60


@frozen
class TimesheetDecision:
    """A decision on some or all lines.

    Attributes:
        kind: Approved or waived.
        step: Which step of the chain it was about.
        by: Who decided, by name.
        at: When, in UTC.
        on_behalf: Whether somebody of the firm decided for the customer.
        comment: What was said; may be empty.
        lines: How many lines it is about.
    """

    kind: DecisionKind
    step: Step
    by: str
    at: datetime
    on_behalf: bool
    comment: str
    lines: int


@frozen
class TimesheetLine:
    """An item of a timesheet.

    Attributes:
        on: The day of work.
        activity: Description of the activity; may be empty.
        note: What was done or bought.
        minutes: Of time; None for an expense.
        amount: Of an expense; None for time.
        is_waived: Whether the firm went on without the customer's approval (L-14).
    """

    on: date
    activity: str
    note: str
    minutes: int | None
    amount: Money | None
    is_waived: bool = False


@frozen(kw_only=True)
class Timesheet:
    """What a timesheet says, not how it looks.

    Attributes:
        organization_name: Who worked for the customer.
        customer_name: For whom.
        project_name: On which project.
        employee_name: Who worked.
        period: Which days.
        lines: In order of day.
        decisions: Who decided what and when, in order of instant; empty while nothing is decided.
        minutes: Of all lines together.
        expenses: Of all lines together, per currency.
        digest: Of the content.
        is_approved: Whether every line is approved; otherwise the sheet says that it is not.
        time_zone: An IANA name, in which instants are shown.
        colour: Of the organization, as ``#RRGGBB``; empty for the usual one.
        logo: Of the organization, a PNG or JPEG; empty for none.
    """

    organization_name: str
    customer_name: str
    project_name: str
    employee_name: str
    period: Period
    lines: tuple[TimesheetLine, ...]
    decisions: tuple[TimesheetDecision, ...] = ()
    minutes: int
    expenses: tuple[Money, ...]
    digest: str
    is_approved: bool
    time_zone: str
    colour: str = ""
    logo: bytes = field(default=b"", repr=False)


def timesheet_lines(items: Iterable[Item], activities: Mapping[ActivityId, str]) -> tuple[TimesheetLine, ...]:
    """Items as lines, in their order, with the descriptions of their activities."""
    return tuple(
        TimesheetLine(
            on=item.on,
            activity=activities.get(item.activity_id, ""),
            note=item.note,
            minutes=item.minutes if isinstance(item, TimeEntry) else None,
            amount=item.amount if isinstance(item, Expense) else None,
            is_waived=item.is_waived,
        )
        for item in items
    )


def expenses_of(items: Iterable[Item]) -> tuple[Money, ...]:
    """What was spent, per currency."""
    amounts = [item.amount for item in items if isinstance(item, Expense)]
    currencies = sorted({amount.currency for amount in amounts})
    return tuple(total([each for each in amounts if each.currency == one], one) for one in currencies)


def timesheet_decisions(decisions: Iterable[Decision]) -> tuple[TimesheetDecision, ...]:
    """The decisions by which lines were approved or waived, those of one moment and person together, the oldest first.

    What was said inside the firm is not repeated: a timesheet is for the customer.
    """
    lines: dict[TimesheetDecision, set[ItemId]] = {}
    for each in decisions:
        if each.is_void or each.kind is DecisionKind.REJECTED:
            continue
        comment = each.comment if each.step is Step.CUSTOMER else ""
        shown = TimesheetDecision(each.kind, each.step, each.actor_name, each.at, each.on_behalf, comment, 0)
        lines.setdefault(shown, set()).add(each.item_id)
    found = [evolve(decision, lines=len(item_ids)) for decision, item_ids in lines.items()]
    return tuple(sorted(found, key=lambda decision: decision.at))


def file_name(document: str, period: Period, names: Collection[str]) -> str:
    """A name for a PDF that tells what is in it, of small letters, digits and dashes: ``timesheet-2026-10-eva.pdf``."""
    name = "-".join(filter(None, map(spelled, names)))[:_LONGEST_NAME]
    return "-".join(filter(None, (document, _period_name(period), name.strip("-")))) + ".pdf"


def spelled(name: str) -> str:
    """A name in small letters, digits and dashes, as it can stand in the name of a file."""
    return _NO_LETTERS.sub("-", fold(name).translate(_SPELLED)).strip("-")


def _period_name(period: Period) -> str:
    if period == Period.month(period.first.year, period.first.month):
        return f"{period.first:%Y-%m}"
    if period == Period.week(period.first):
        year, week, _ = period.first.isocalendar()
        return f"{year}-w{week:02}"
    return f"{period.first.isoformat()}-{period.last.isoformat()}"
