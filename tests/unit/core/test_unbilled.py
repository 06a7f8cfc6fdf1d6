"""The overview of what is not billed yet, and its lines."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.billing import NextAction, Unbilled, UnbilledReason, Waiting
from worktraq.core.calendar import Cadence, Period
from worktraq.core.entries import Item, State
from worktraq.core.ids import ContactId, InstalmentId
from worktraq.core.instalments import Instalment
from worktraq.core.money import Money
from worktraq.core.signoff import RequestStatus
from worktraq.core.unbilled import (
    HELD_UP_BY,
    AgeBand,
    Sum,
    UnbilledBy,
    UnbilledGroup,
    UnbilledOverview,
    age_in_days,
    band_of,
    held_up,
    instalment_sum,
    overview,
    sums_of,
)
from worktraq.core.unbilled_lines import Acting, UnbilledLine, explained, line_of
from worktraq.testing.builders import MONDAY, OCTOBER, a_price, a_time_entry, an_expense, new_id
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()
ENTRY = a_time_entry(FIRM.activity)
LATER = BEGINNING + timedelta(days=3)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
NAMES: dict[UUID, str] = {FIRM.employee.id: "Eva"}


def unbilled(item: Item, *, priced: bool = True, status: RequestStatus | None = None) -> Unbilled:
    """An item with what its reasons follow from."""
    return Unbilled(item, "EUR", a_price(item) if priced else None, status, LATER if status else None)


def made(*found: Unbilled, by: tuple[UnbilledBy, ...] = (), shows_amounts: bool = True) -> UnbilledOverview:
    """The overview over items, on the day they came about."""
    sums = sums_of(found, by, at=BEGINNING, week_start=1, shows_amounts=shows_amounts)
    return overview(sums, by, shows_amounts=shows_amounts, names=NAMES)


@pytest.mark.requirement("B-01")
def test_sums_per_reason_add_up_to_the_total() -> None:
    """Items without a rate count in minutes, on their own."""
    found = [
        unbilled(a_time_entry(FIRM.activity, minutes=60)),
        unbilled(a_time_entry(FIRM.activity, minutes=90, state=State.APPROVED)),
        unbilled(a_time_entry(FIRM.activity, minutes=30, state=State.APPROVED), priced=False),
        unbilled(an_expense(FIRM.activity, amount=Money("12.50", "EUR"), state=State.APPROVED)),
    ]
    (totals,) = made(*found).totals
    assert totals.total == Sum(4, 180, Money("250.00", "EUR"), 1, 30)
    assert totals.by_reason == {
        UnbilledReason.NOT_SUBMITTED: Sum(1, 60, Money("95.00", "EUR")),
        UnbilledReason.NO_RATE: Sum(1, 30, Money("0", "EUR"), 1, 30),
        UnbilledReason.READY: Sum(2, 90, Money("155.00", "EUR")),
    }
    assert list(totals.by_reason) == [UnbilledReason.NOT_SUBMITTED, UnbilledReason.NO_RATE, UnbilledReason.READY]


@pytest.mark.requirement("B-01")
def test_every_currency_has_totals_of_its_own() -> None:
    """Euros and dollars are not added up."""
    dollars = unbilled(an_expense(FIRM.activity, amount=Money("1", "USD")))
    totals = made(dollars, unbilled(ENTRY)).totals
    assert [(each.currency, each.total.value) for each in totals] == [
        ("EUR", Money("95", "EUR")),
        ("USD", Money("1", "USD")),
    ]


def test_without_items_nothing_is_unbilled() -> None:
    """No totals, no groups."""
    assert made() == UnbilledOverview((), (), NAMES)


@pytest.mark.requirement("W-05")
def test_who_sees_no_amounts_does_not_learn_whether_there_is_a_rate() -> None:
    """Approved work looks ready, with or without one, and the sums are in hours."""
    approved = a_time_entry(FIRM.activity, minutes=30, state=State.APPROVED)
    with_rate, without = (made(unbilled(approved, priced=each), shows_amounts=False) for each in (True, False))
    assert with_rate == without
    (totals,) = with_rate.totals
    assert totals.by_reason == {UnbilledReason.READY: Sum(1, 30)}


@pytest.mark.requirement("L-13")
def test_groups_are_in_order_and_say_what_they_are_of() -> None:
    """What was not grouped by is empty; what has no project comes first."""
    loose, later = a_time_entry(FIRM.loose_activity), a_time_entry(FIRM.activity, date(2026, 11, 2))
    shown = made(unbilled(ENTRY), unbilled(later), unbilled(loose), by=(UnbilledBy.PROJECT, UnbilledBy.MONTH))
    found = [(group.project_id, group.month, group.totals[0].total.items) for group in shown.groups]
    november = Period.month(2026, 11)
    assert found == [(None, OCTOBER, 1), (FIRM.project.id, OCTOBER, 1), (FIRM.project.id, november, 1)]
    assert {(group.customer_id, group.user_id, group.period, group.reason, group.age) for group in shown.groups} == {
        (None, None, None, None, None)
    }


@pytest.mark.requirement("L-13")
def test_groups_by_everything_else() -> None:
    """Customer, employee, billing period, reason and age."""
    by = (UnbilledBy.CUSTOMER, UnbilledBy.USER, UnbilledBy.PERIOD, UnbilledBy.REASON, UnbilledBy.AGE)
    weekly = evolve(unbilled(ENTRY), cadence=Cadence.WEEKLY)
    (group,) = made(weekly, by=by).groups
    assert evolve(group, totals=()) == UnbilledGroup(
        customer_id=FIRM.customer.id,
        user_id=FIRM.employee.id,
        period=Period.week(MONDAY),
        reason=UnbilledReason.NOT_SUBMITTED,
        age=AgeBand.UP_TO_7,
    )


@pytest.mark.requirement("B-01")
@pytest.mark.parametrize(
    ("days", "more", "age", "band"),
    [
        (-2, 0, 0, "up_to_7"),
        (0, 0, 0, "up_to_7"),
        (8, -1, 7, "up_to_7"),
        (8, 0, 8, "up_to_30"),
        (31, -1, 30, "up_to_30"),
        (31, 0, 31, "up_to_60"),
        (61, 0, 61, "up_to_90"),
        (91, -1, 90, "up_to_90"),
        (91, 0, 91, "over_90"),
    ],
)
def test_age_counts_whole_days(days: int, more: int, age: int, band: str) -> None:
    """A band holds its last day to the end."""
    since = BEGINNING - DAY * days - MOMENT * more
    assert (age_in_days(since, BEGINNING), band_of(since, BEGINNING).value) == (age, band)


@pytest.mark.requirement("L-13")
def test_periods_tell_who_holds_the_invoice_up() -> None:
    """Per project and billing period, with the reason; a period in which all is ready is held up by nobody."""
    draft, rejected = ENTRY, a_time_entry(FIRM.activity, state=State.REJECTED)
    colleague = a_time_entry(FIRM.colleague_activity)
    ready = a_time_entry(FIRM.activity, date(2026, 11, 2), state=State.APPROVED)
    items = [unbilled(each) for each in (draft, rejected, colleague, ready)]
    first, second = held_up(
        sums_of(items, HELD_UP_BY, at=BEGINNING, week_start=1, shows_amounts=True), shows_amounts=True
    )
    assert (first.customer_id, first.project_id, first.period) == (FIRM.customer.id, FIRM.project.id, OCTOBER)
    assert first.employees == {
        UnbilledReason.REJECTED: (FIRM.employee.id,),
        UnbilledReason.NOT_SUBMITTED: tuple(sorted((FIRM.employee.id, FIRM.colleague.id))),
    }
    assert (first.is_ready, second.is_ready, second.period) == (False, True, Period.month(2026, 11))
    assert [each.totals[0].total.items for each in (first, second)] == [3, 1]


def line(found: Unbilled, asked: tuple[str, ContactId | None] | None = None) -> UnbilledLine:
    """An item in the list, ten days later."""
    return line_of(found, names=NAMES, asked=asked, at=BEGINNING + 10 * DAY, week_start=1, shows_amounts=True)


@pytest.mark.requirement("L-13")
def test_line_leads_to_the_timesheet() -> None:
    """Whose it is, for whom, on which project and in which billing period, how long and how much."""
    first = line(unbilled(ENTRY))
    assert (first.item_id, first.user_id, first.customer_id, first.project_id, first.activity_id) == (
        *(ENTRY.id, FIRM.employee.id, FIRM.customer.id, FIRM.project.id, FIRM.activity.id),
    )
    assert (first.on, first.period, first.request_id, first.age_days) == (MONDAY, OCTOBER, None, 10)
    assert (first.minutes, first.value) == (60, Money("95", "EUR"))
    second = line(unbilled(an_expense(FIRM.loose_activity)))
    assert (second.minutes, second.value, second.project_id) == (0, Money("12.50", "EUR"), None)
    assert line(unbilled(ENTRY, priced=False)).value is None


@pytest.mark.requirement("B-01", "L-13")
def test_line_names_who_has_to_act() -> None:
    """The employee, the contact who was asked where that may be told, or else a role."""
    contact_id = ContactId(new_id())
    waiting = a_time_entry(FIRM.activity, state=State.AWAITING_CUSTOMER)
    asked = unbilled(waiting, status=RequestStatus.OPEN)
    assert line(unbilled(ENTRY)).owner == Acting(who=Waiting.EMPLOYEE, name="Eva", user_id=FIRM.employee.id)
    assert line(asked, ("Jan", contact_id)).owner == Acting(who=Waiting.CONTACT, name="Jan", contact_id=contact_id)
    assert line(asked).owner == Acting(who=Waiting.CONTACT)
    assert line(unbilled(waiting), ("Jan", None)).owner == Acting(who=Waiting.MANAGER)


WORDS = [
    ("rejected", None, True, "It was rejected on 2026-10-05. Eva has to revise it and hand it in again."),
    ("draft", None, True, "It has been a draft since 2026-10-05. Eva has to hand it in."),
    ("awaiting_customer", "open", True, "It has been put to Jan since 2026-10-08. The customer has to decide on it."),
    (
        "awaiting_customer",
        None,
        False,
        """It has been waiting since 2026-10-05, but nobody at Bakkerij Jansen can be asked. \
A manager has to name a contact person with a mail address.""",
    ),
]


@pytest.mark.requirement("B-01")
@pytest.mark.parametrize(("state", "status", "can_be_asked", "words"), WORDS)
def test_line_is_explained_in_words(state: str, status: str | None, can_be_asked: bool, words: str) -> None:
    """Since when, who has to act, what to do next."""
    found = unbilled(a_time_entry(FIRM.activity, state=State(state)), status=RequestStatus(status) if status else None)
    shown = line(evolve(found, can_be_asked=can_be_asked), ("Jan", None))
    zone = "Europe/Amsterdam"
    assert str(explained(shown, employee="Eva", customer="Bakkerij Jansen", time_zone=zone)) == words


@pytest.mark.requirement("B-01")
def test_every_reason_and_action_has_its_words() -> None:
    """Also where there are several reasons."""
    for state in State:
        for status in (None, *RequestStatus):
            shown = line(unbilled(a_time_entry(FIRM.activity, state=state), priced=False, status=status))
            said = explained(shown, employee="Eva", customer="Jansen", time_zone="UTC")
            assert len(said.explanation) == len(shown.why)
            assert str(said).endswith("A manager has to fill one in.")
    assert {each.value for each in NextAction} >= {"set_rate"}


@pytest.mark.requirement("B-01", "L-11")
@pytest.mark.parametrize("by", [(), tuple(UnbilledBy)])
def test_instalment_counts_as_ready(by: tuple[UnbilledBy, ...]) -> None:
    """In the month in which it is due, for no employee."""
    amount = Money("500", "EUR")
    due = Instalment(
        InstalmentId(new_id()), FIRM.id, FIRM.customer.id, FIRM.fixed_project.id, MONDAY, amount, "First half"
    )
    found = instalment_sum(due, by, since=BEGINNING, at=BEGINNING)
    expected = UnbilledGroup(
        customer_id=FIRM.customer.id,
        project_id=FIRM.fixed_project.id,
        month=OCTOBER,
        period=OCTOBER,
        reason=UnbilledReason.READY,
        age=AgeBand.UP_TO_7,
    )
    assert found.group == (expected if by else UnbilledGroup())
    assert (found.reason, found.items, found.minutes, found.minor) == (UnbilledReason.READY, 1, 0, 50_000)
