"""Timesheets: what stands on them, and how the files are named."""

import re
from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.approval import DecisionKind
from worktraq.core.calendar import Period
from worktraq.core.chains import Step
from worktraq.core.money import Money
from worktraq.core.timesheets import expenses_of, file_name, timesheet_decisions, timesheet_lines
from worktraq.testing.builders import MONDAY, OCTOBER, a_decision, a_time_entry, an_expense
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()


def test_line_shows_what_was_done_and_never_a_rate() -> None:
    """Minutes of time, the amount of an expense, and whether the customer was passed over."""
    time, expense = evolve(a_time_entry(FIRM.activity), is_waived=True), an_expense(FIRM.activity)
    first, second = timesheet_lines([time, expense], {FIRM.activity.id: "Advice"})
    assert (first.on, first.activity, first.note, first.minutes, first.amount, first.is_waived) == (
        time.on,
        "Advice",
        time.note,
        time.minutes,
        None,
        True,
    )
    assert (second.minutes, second.amount, second.is_waived) == (None, expense.amount, False)
    assert timesheet_lines([time], {})[0].activity == ""


def test_expenses_are_added_up_per_currency() -> None:
    """In order of currency; time has none."""
    spent = [evolve(an_expense(FIRM.activity), amount=Money(amount, "EUR")) for amount in ("1.50", "2.00")]
    other = evolve(an_expense(FIRM.activity), amount=Money("3", "CHF"))
    assert expenses_of([*spent, other, a_time_entry(FIRM.activity)]) == (Money("3.00", "CHF"), Money("3.50", "EUR"))


@pytest.mark.requirement("L-14")
def test_decisions_of_one_moment_and_person_stand_together() -> None:
    """The oldest first; void ones and rejections do not count, and nothing said inside the firm is repeated."""
    one, two = a_time_entry(FIRM.activity), a_time_entry(FIRM.activity)
    inside = [evolve(a_decision(item, FIRM.manager), step=Step.INTERNAL, comment="internal") for item in (one, two)]
    at = BEGINNING + timedelta(hours=1)
    waived = evolve(
        a_decision(one, FIRM.manager, DecisionKind.WAIVED, at), step=Step.CUSTOMER, comment="customer is away"
    )
    void = evolve(waived, item_id=two.id, is_void=True)
    rejected = evolve(waived, kind=DecisionKind.REJECTED)
    first, second = timesheet_decisions([waived, *inside, void, rejected])
    assert (first.kind, first.step, first.by, first.lines, first.comment) == (
        DecisionKind.APPROVED,
        Step.INTERNAL,
        "Mo",
        2,
        "",
    )
    assert (second.kind, second.at, second.lines, second.comment) == (DecisionKind.WAIVED, at, 1, "customer is away")


@pytest.mark.parametrize(
    ("period", "names", "expected"),
    [
        (OCTOBER, ["Eva de Vries"], "timesheet-2026-10-eva-de-vries.pdf"),
        (Period.week(MONDAY), ["Zoë Müller-Łoś"], "timesheet-2026-w41-zoe-muller-los.pdf"),
        (Period(MONDAY, MONDAY + timedelta(days=3)), ["Søren"], "timesheet-2026-10-05-2026-10-07-soren.pdf"),
        (Period.day(MONDAY), ["漢字"], "timesheet-2026-10-05-2026-10-05.pdf"),
        (OCTOBER, ["../../etc/passwd", "\r\nX: y"], "timesheet-2026-10-etc-passwd-x-y.pdf"),
        (OCTOBER, ["Straße" * 40], "timesheet-2026-10-" + ("strasse" * 40)[:60] + ".pdf"),
    ],
)
def test_file_name_tells_what_is_in_it(period: Period, names: list[str], expected: str) -> None:
    """In letters that every system and mail program takes."""
    assert file_name("timesheet", period, names) == expected


@given(names=st.lists(st.text(), max_size=3), day=st.dates(date(1900, 1, 1), date(2999, 1, 1)))
def test_file_name_is_always_safe(names: list[str], day: date) -> None:
    """Short, and of small letters, digits and dashes, whoever the employee is."""
    assert re.fullmatch(
        r"timesheet-[a-z0-9]+(-[a-z0-9]+)*\.pdf", name := file_name("timesheet", Period.day(day), names)
    )
    assert len(name) <= 100
