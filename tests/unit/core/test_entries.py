"""Time entries and expenses."""

from collections.abc import Callable
from datetime import UTC, date, time
from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.chains import ApprovalChain, Step
from worktraq.core.entries import (
    Expense,
    NewTime,
    State,
    TimeEntry,
    Workplace,
    check_day_totals,
    edited_time,
    minutes_of,
    new_time_entry,
)
from worktraq.core.expenses import edited_expense, new_expense
from worktraq.core.ids import ItemId
from worktraq.core.money import Money
from worktraq.core.projects import FixedPrice
from worktraq.errors import InvalidInput, Reason, Refused
from worktraq.testing.builders import MONDAY, a_time_entry, an_expense, in_state
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()
PLACE = Workplace(FIRM.activity, FIRM.project, "EUR")
ITEM = ItemId(UUID(int=7))


def time_on(place: Workplace = PLACE, /, **values: object) -> TimeEntry:
    """Time registered at a place."""
    given: dict[str, object] = {"activity_id": FIRM.activity.id, "on": MONDAY, "minutes": 60, **values}
    return new_time_entry(ITEM, NewTime(**given), place, BEGINNING)  # type: ignore[arg-type]  # also bad values


def expense_on(place: Workplace = PLACE, /, **values: object) -> Expense:
    """An expense registered at a place."""
    given: dict[str, object] = {
        "on": MONDAY,
        "amount": Money("12.50", "EUR"),
        "description": "Parking",
        "is_billable": None,
        "contact_id": None,
        **values,
    }
    return new_expense(ITEM, place, at=BEGINNING, **given)  # type: ignore[arg-type]  # also bad values


def refusal(act: Callable[[], object]) -> list[str]:
    """Every reason against something."""
    with pytest.raises(Refused) as raised:
        act()
    return [reason.code for reason in raised.value.reasons]


def problem(act: Callable[[], object]) -> tuple[str, str]:
    """The field that is wrong, and why."""
    with pytest.raises(InvalidInput) as raised:
        act()
    return raised.value.field, raised.value.code


@pytest.mark.requirement("W-11")
def test_entry_is_tied_to_its_activity() -> None:
    """Employee, customer and project follow from it."""
    entry = time_on(note=" Year-end\r\nfile ", starts_at=time(9), utc_offset=120, contact_id=FIRM.contact.id)
    assert (entry.activity_id, entry.user_id, entry.customer_id, entry.project_id) == (
        *(FIRM.activity.id, FIRM.employee.id, FIRM.customer.id, FIRM.project.id),
    )
    assert (entry.state, entry.note, entry.starts_at, entry.utc_offset) == (
        *(State.DRAFT, "Year-end\nfile", time(9), 120),
    )
    assert (entry.contact_id, entry.since, entry.version) == (FIRM.contact.id, BEGINNING, 1)


@pytest.mark.parametrize("minutes", [0, -1, 1441, 60.0, "60", True, None])
def test_minutes_are_whole_and_of_one_day(minutes: object) -> None:
    """Neither nothing, nor less, nor more than a day, nor a float."""
    assert problem(lambda: time_on(minutes=minutes)) == ("minutes", "minutes_out_of_range")


@pytest.mark.parametrize("minutes", [1, 1440])
def test_one_minute_and_a_whole_day_are_taken(minutes: int) -> None:
    """The bounds belong to the range."""
    assert time_on(minutes=minutes).minutes == minutes


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"starts_at": time(9, tzinfo=UTC)}, "starts_at", "start_has_zone"),
        ({"utc_offset": 60}, "utc_offset", "utc_offset_wrong"),
        ({"utc_offset": 0}, "utc_offset", "utc_offset_wrong"),
        ({"starts_at": time(9), "utc_offset": 1440}, "utc_offset", "utc_offset_wrong"),
        ({"starts_at": time(9), "utc_offset": -1440}, "utc_offset", "utc_offset_wrong"),
        ({"on": "2026-10-05"}, "on", "date_malformed"),
        ({"note": "a\0b"}, "note", "text_control"),
    ],
)
def test_bad_time_is_refused(values: dict[str, object], field: str, code: str) -> None:
    """A start is a wall clock time, with its offset apart."""
    assert problem(lambda: time_on(**values)) == (field, code)


@pytest.mark.requirement("W-12")
def test_all_reasons_against_registering_are_given() -> None:
    """An ended activity, an archived customer, no access and a project that has not begun, all at once."""
    place = Workplace(
        evolve(FIRM.activity, is_active=False),
        evolve(FIRM.project, starts_on=date(2026, 10, 6)),
        "EUR",
        (Reason.of("customer_archived"), Reason.of("registration_none")),
    )
    expected = ["activity_inactive", "customer_archived", "registration_none", "project_not_started"]
    assert refusal(lambda: time_on(place)) == expected
    assert refusal(lambda: expense_on(place)) == expected


@pytest.mark.requirement("T-07")
def test_nothing_is_registered_after_the_end_of_the_project() -> None:
    """Its last day is the last on which work may lie."""
    place = evolve(PLACE, project=evolve(FIRM.project, ends_on=MONDAY))
    assert time_on(place).on == MONDAY
    assert refusal(lambda: time_on(place, on=date(2026, 10, 6))) == ["project_finished"]


@pytest.mark.requirement("W-13")
def test_internal_work_is_not_billable() -> None:
    """Neither hours nor expenses, even when somebody asks for it."""
    place = Workplace(FIRM.internal_activity, None, "EUR")
    assert not time_on(place).is_billable
    assert not expense_on(place, is_billable=True).is_billable


def test_fixed_price_bills_no_hours_but_expenses_on_demand() -> None:
    """Hours belong to the price; an expense is billable as marked, by default on hourly projects only."""
    place = evolve(PLACE, activity=FIRM.fixed_activity, project=FIRM.fixed_project)
    assert not time_on(place).is_billable
    assert not expense_on(place).is_billable
    assert expense_on(place, is_billable=True).is_billable


def test_hourly_work_is_billable() -> None:
    """On a project, or for a customer without one; an expense can be marked as not."""
    loose = evolve(PLACE, activity=FIRM.loose_activity, project=None)
    assert time_on().is_billable
    assert time_on(loose).is_billable
    assert expense_on().is_billable
    assert not expense_on(is_billable=False).is_billable


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"amount": Money("1", "USD")}, "amount", "currency_not_customers"),
        ({"amount": Money("0", "EUR")}, "amount", "amount_not_positive"),
        ({"amount": Money("-1", "EUR")}, "amount", "amount_not_positive"),
        ({"amount": "12.50"}, "amount", "amount_malformed"),
        ({"description": " "}, "description", "text_missing"),
        ({"on": None}, "on", "date_malformed"),
    ],
)
def test_bad_expense_is_refused(values: dict[str, object], field: str, code: str) -> None:
    """It is positive, in the currency of the customer, and says what was bought."""
    assert problem(lambda: expense_on(**values)) == (field, code)


def test_day_holds_at_most_1440_minutes() -> None:
    """Every day that gets too full is named, in order."""
    other = date(2026, 10, 6)
    check_day_totals({MONDAY: 1440})
    with pytest.raises(Refused) as raised:
        check_day_totals({other: 1441, MONDAY: 2000, date(2026, 10, 7): 5})
    assert [dict(reason.parameters)["on"] for reason in raised.value.reasons] == ["2026-10-05", "2026-10-06"]
    assert [reason.code for reason in raised.value.reasons] == ["day_is_full", "day_is_full"]


def test_edited_time_keeps_what_is_not_given() -> None:
    """What is given as nothing becomes empty."""
    entry = time_on(starts_at=time(9), utc_offset=60, contact_id=FIRM.contact.id, note="One")
    day = date(2026, 10, 6)
    assert edited_time(entry, minutes=30) == evolve(entry, minutes=30, version=2)
    assert edited_time(entry, on=day, note="Two") == evolve(entry, on=day, note="Two", version=2)
    emptied = edited_time(entry, starts_at=None, utc_offset=None, contact_id=None)
    assert emptied == evolve(entry, starts_at=None, utc_offset=None, contact_id=None, version=2)


@pytest.mark.parametrize(
    ("values", "field"),
    [({"minutes": -5}, "minutes"), ({"on": None}, "on"), ({"note": "\0"}, "note"), ({"starts_at": None}, "utc_offset")],
)
def test_bad_edit_of_time_is_refused(values: dict[str, object], field: str) -> None:
    """The same rules count as for new time."""
    entry = time_on(starts_at=time(9), utc_offset=60)
    assert problem(lambda: edited_time(entry, **values))[0] == field  # type: ignore[arg-type]  # bad values


def test_edited_expense_keeps_what_is_not_given() -> None:
    """Amount, text, day and whether it is billed change apart."""
    expense, day = expense_on(), date(2026, 10, 6)
    amount = Money("3", "EUR")
    assert edited_expense(expense, "EUR", amount=amount) == evolve(expense, amount=amount, version=2)
    assert edited_expense(expense, "EUR", on=day, description="Lunch", is_billable=False) == evolve(
        expense, on=day, note="Lunch", is_billable=False, version=2
    )
    with_contact = evolve(expense, contact_id=FIRM.contact.id)
    assert edited_expense(with_contact, "EUR", contact_id=None).contact_id is None


@pytest.mark.parametrize(
    ("values", "field"),
    [({"amount": Money("1", "USD")}, "amount"), ({"description": ""}, "description"), ({"on": "x"}, "on")],
)
def test_bad_edit_of_an_expense_is_refused(values: dict[str, object], field: str) -> None:
    """The same rules count as for a new one."""
    expense = expense_on()
    assert problem(lambda: edited_expense(expense, "EUR", **values))[0] == field  # type: ignore[arg-type]  # bad


def test_minutes_are_those_of_the_time_entries() -> None:
    """An expense takes no time."""
    assert minutes_of([time_on(minutes=60), expense_on(), time_on(minutes=15)]) == 75


def test_current_step_is_the_one_that_is_waited_for() -> None:
    """A draft waits for none, nor does what is approved; a rejected item stands at the step that rejected it."""
    entry = a_time_entry(FIRM.activity)
    awaiting = in_state(entry, State.AWAITING_CUSTOMER)
    assert entry.current_step is None
    assert awaiting.current_step is Step.CUSTOMER
    assert evolve(awaiting, chain=ApprovalChain.INTERNAL_CUSTOMER, passed=0).current_step is Step.INTERNAL
    assert in_state(entry, State.APPROVED).current_step is None


@pytest.mark.parametrize("state", State)
def test_item_is_unbilled_until_it_is_invoiced(state: State) -> None:
    """What is not billable never is."""
    item = an_expense(FIRM.activity, state=state)
    assert item.is_unbilled is (state is not State.INVOICED)
    assert not evolve(item, is_billable=False).is_unbilled


@pytest.mark.parametrize("state", State)
def test_price_follows_the_rates_until_approval(state: State) -> None:
    """From then on it is frozen."""
    item = a_time_entry(FIRM.activity, state=state)
    assert item.follows_rates is (state not in (State.APPROVED, State.INVOICED))


def test_fixed_price_is_what_it_says() -> None:
    """The firm of these tests has such a project."""
    assert FIRM.fixed_project.billing == FixedPrice()


@pytest.mark.parametrize("hundredths", [-1, 10_001, True, "21"])
def test_vat_on_a_receipt_is_a_rate(hundredths: object) -> None:
    """In hundredths of a percent, up to a hundred percent; when registered and when edited."""
    with pytest.raises(InvalidInput) as raised:
        expense_on(vat_hundredths=hundredths)
    assert (raised.value.field, raised.value.code) == ("vat_hundredths", "number_out_of_range")
    with pytest.raises(InvalidInput):
        edited_with(hundredths)


def edited_with(hundredths: object) -> Expense:
    """An expense with another VAT rate."""
    return edited_expense(expense_on(), "EUR", vat_hundredths=hundredths)  # type: ignore[arg-type]  # also bad values


def test_receipt_of_an_expense_is_kept() -> None:
    """By default there is none, and the employee gets the money back."""
    plain = expense_on()
    assert (plain.receipt_reference, plain.vat_hundredths, plain.is_reimbursable) == ("", None, True)
    said = expense_on(receipt_reference=" R-17 ", vat_hundredths=2100, is_reimbursable=False)
    assert (said.receipt_reference, said.vat_hundredths, said.is_reimbursable) == ("R-17", 2100, False)
    with pytest.raises(InvalidInput):
        expense_on(receipt_reference="x" * 101)
