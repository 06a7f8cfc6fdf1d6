"""Proposals of invoices."""

from datetime import date

import pytest
from attrs import evolve
from hypothesis import given

from tests.unit.core.proposing import FIRM, TUESDAY, due, make, ready, shown, time
from worktraq.core.calendar import Cadence, Period
from worktraq.core.ids import ProjectId, UserId
from worktraq.core.money import Money, Rate
from worktraq.core.proposals import (
    Due,
    InvoiceProposal,
    Ready,
    invoice_of,
    spanning,
    totals_of,
    with_texts,
    without_lines,
)
from worktraq.core.terms import InvoicePer, LinesPer
from worktraq.errors import InvalidInput
from worktraq.testing import strategies
from worktraq.testing.builders import MONDAY, an_expense, new_id


@pytest.mark.requirement("L-11")
def test_lines_are_time_then_expenses_then_instalments() -> None:
    """Time of one activity and rate together, an expense and an instalment a line each, in order of project and day."""
    proposal = make(
        due("Second half", TUESDAY),
        due(),
        ready(an_expense(FIRM.activity, TUESDAY, note="Bus\nline 5")),
        ready(an_expense(FIRM.activity)),
        ready(time(on=TUESDAY)),
        ready(time()),
        ready(time(activity=FIRM.colleague_activity), employee="Coen"),
        ready(time(activity=FIRM.colleague_activity), activity="Travel", employee="Coen"),
        ready(time(), rate=Rate("95.00", "EUR")),
    )
    assert shown(proposal) == [
        (1, "time", "Advice", 3),
        (2, "time", "Travel, Coen", 1),
        (3, "time", "Advice, Eva", 1),
        (4, "expense", "Parking", 1),
        (5, "expense", "Bus", 1),
        (6, "instalment", "First half", 0),
        (7, "instalment", "Second half", 0),
    ]
    assert proposal.period == Period(MONDAY, date(2026, 10, 7))
    assert len(proposal.item_versions) == 7
    assert len(proposal.instalment_versions) == 2


@pytest.mark.parametrize(
    ("lines_per", "expected"),
    [
        (LinesPer.ACTIVITY, [3]),
        (LinesPer.EMPLOYEE, [2, 1]),
        (LinesPer.ITEM, [1, 1, 1]),
    ],
)
def test_lines_are_as_fine_as_the_customer_wants(lines_per: LinesPer, expected: list[int]) -> None:
    """Per activity, employee or item."""
    entries = [time(), time(), time(activity=FIRM.colleague_activity)]
    proposal = make(*(ready(entry) for entry in entries), lines_per=lines_per)
    assert [len(line.item_ids) for line in proposal.lines] == expected
    users = [line.user_id for line in proposal.lines]
    assert (
        users
        == {
            LinesPer.ACTIVITY: [None],
            LinesPer.EMPLOYEE: [FIRM.employee.id, FIRM.colleague.id],
            LinesPer.ITEM: [FIRM.employee.id, FIRM.employee.id, FIRM.colleague.id],
        }[lines_per]
    )


@pytest.mark.requirement("L-11")
def test_line_is_rounded_once_and_tells_the_difference() -> None:
    """Two quarters of an hour at 27.50: 13.75, where the items are worth 6.88 each."""
    (line,) = make(ready(time()), ready(time())).lines
    assert (line.raw_minutes, line.minutes, line.net, line.items_value) == (
        30,
        30,
        Money("13.75", "EUR"),
        Money("13.76", "EUR"),
    )
    assert line.difference == Money("-0.01", "EUR")


def test_time_is_rounded_by_the_policy_of_its_project() -> None:
    """Raw minutes stay beside what is billed; an expense is never rounded."""
    loose = time(1, activity=FIRM.loose_activity)
    proposal = make(ready(time(1)), ready(loose), ready(an_expense(FIRM.loose_activity)))
    assert [(line.raw_minutes, line.minutes) for line in proposal.lines] == [(1, 15), (1, 1), (0, 0)]
    assert proposal.totals.difference == Money("6.42", "EUR")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ([ready(time(note="Call\nwith Jan"))], "Call"),
        ([ready(time())], "Advice, Eva"),
        ([ready(time(note="a")), ready(time(note="b"))], "Advice, Eva"),
        ([ready(time()), ready(time(activity=FIRM.colleague_activity), employee="Coen")], "Advice"),
        ([ready(time(), activity="", employee="")], "A"),
        (
            [
                ready(time(activity=FIRM.loose_activity), activity=""),
                ready(
                    evolve(time(activity=FIRM.loose_activity), user_id=FIRM.colleague.id), activity="", employee="Al"
                ),
            ],
            "Al, Eva",
        ),
        ([ready(an_expense(FIRM.activity, note=""))], "Advice"),
        ([ready(an_expense(FIRM.activity, note=""), activity="")], "A"),
        ([ready(an_expense(FIRM.loose_activity, note=""), activity="")], "Eva"),
        ([due("")], "Report"),
    ],
)
def test_line_always_says_something(given: list[Ready | Due], text: str) -> None:
    """The note of a single entry, else activity and employee, else the project, else who did it."""
    assert [line.text for line in make(*given).lines] == [text]


def test_names_without_end_fit_a_line() -> None:
    """Those of many employees on an activity that has no name."""
    entries = [evolve(time(activity=FIRM.loose_activity), user_id=UserId(new_id())) for _ in range(3)]
    many = [ready(entry, activity="", employee=f"{number}" * 90) for number, entry in enumerate(entries)]
    (line,) = make(*many).lines
    assert len(line.text) == 200


def test_period_and_totals_of_nothing() -> None:
    """An invoice of instalments has no period."""
    assert make(due()).period is None
    assert spanning([]) is None
    assert totals_of([], "EUR").gross == Money("0", "EUR")


@given(strategies.proposals())
def test_totals_add_up(proposal: InvoiceProposal) -> None:
    """Lines, shares, tax and difference."""
    totals, lines = proposal.totals, proposal.lines
    assert totals.net.minor == sum(line.net.minor for line in lines) == sum(share.net.minor for share in totals.shares)
    assert totals.tax.minor == sum(share.tax.minor for share in totals.shares)
    assert totals.gross.minor == totals.net.minor + totals.tax.minor
    assert totals.net.minor == sum(line.items_value.minor for line in lines) + totals.difference.minor


@pytest.mark.parametrize(
    ("invoice_per", "one", "other", "is_same"),
    [
        (InvoicePer.CUSTOMER, (FIRM.project.id, MONDAY), (None, date(2027, 1, 1)), True),
        (InvoicePer.PROJECT, (FIRM.project.id, MONDAY), (FIRM.project.id, date(2027, 1, 1)), True),
        (InvoicePer.PROJECT, (FIRM.project.id, MONDAY), (None, MONDAY), False),
        (InvoicePer.PERIOD, (FIRM.project.id, MONDAY), (None, date(2026, 10, 31)), True),
        (InvoicePer.PERIOD, (FIRM.project.id, MONDAY), (FIRM.project.id, date(2026, 11, 1)), False),
    ],
)
def test_what_stands_on_one_invoice(
    invoice_per: InvoicePer,
    one: tuple[ProjectId | None, date],
    other: tuple[ProjectId | None, date],
    *,
    is_same: bool,
) -> None:
    """Everything of the customer, of a project, or of a billing period."""
    keys = {str(invoice_of(invoice_per, project_id, on, Cadence.MONTHLY, 1)) for project_id, on in (one, other)}
    assert (len(keys) == 1) is is_same
    sunday = date(2026, 10, 11)
    assert invoice_of(InvoicePer.PERIOD, None, sunday, Cadence.WEEKLY, 1) == Period.week(MONDAY)


def test_lines_are_left_out_and_numbered_anew() -> None:
    """What they bill is left out with them."""
    first, second, part = ready(time()), ready(an_expense(FIRM.activity)), due()
    proposal = without_lines(make(first, second, part), [2])
    assert shown(proposal) == [(1, "time", "Advice, Eva", 1), (2, "instalment", "First half", 0)]
    assert proposal.item_versions == ((first.item.id, 1),)
    assert proposal.instalment_versions == ((part.instalment_id, 1),)
    assert without_lines(proposal, [2]).instalment_versions == ()


def test_at_least_one_line_is_left() -> None:
    """And only lines that there are can be left out."""
    proposal = make(ready(time()))
    for numbers, code in (([1], "lines_missing"), ([1, 2], "line_unknown")):
        with pytest.raises(InvalidInput) as raised:
            without_lines(proposal, numbers)
        assert raised.value.code == code


def test_texts_change_and_amounts_stay() -> None:
    """The note too, where one is given."""
    proposal = make(ready(time()), due())
    changed = with_texts(proposal, {2: " Half of it "}, note="Thank you")
    assert [line.text for line in changed.lines] == ["Advice, Eva", "Half of it"]
    assert changed.note == "Thank you"
    assert with_texts(changed, {}).note == "Thank you"
    assert changed.totals == proposal.totals
    for texts, code in (({3: "x"}, "line_unknown"), ({1: " "}, "text_missing")):
        with pytest.raises(InvalidInput) as raised:
            with_texts(proposal, texts)
        assert raised.value.code == code
