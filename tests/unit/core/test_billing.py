"""What is not billed yet, and why."""

from datetime import datetime, timedelta

import pytest
from attrs import evolve

from worktraq.core.billing import (
    NextAction,
    Sum,
    Unbilled,
    UnbilledReason,
    Waiting,
    Why,
    overview,
    reasons,
    without_rates,
)
from worktraq.core.entries import Item, State
from worktraq.core.money import Money
from worktraq.core.signoff import RequestStatus
from worktraq.testing.builders import a_price, a_time_entry, an_expense
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()
ENTRY = a_time_entry(FIRM.activity)
LATER = BEGINNING + timedelta(days=3)

EXPECTED = [
    ("rejected", None, "rejected", "employee", "revise"),
    ("draft", None, "not_submitted", "employee", "submit"),
    ("awaiting_internal", None, "awaiting_internal", "approver", "approve"),
    ("awaiting_customer", None, "not_offered", "manager", "offer"),
    ("awaiting_customer", "withdrawn", "not_offered", "manager", "offer"),
    ("awaiting_customer", "superseded", "not_offered", "manager", "offer"),
    ("awaiting_customer", "open", "awaiting_customer", "contact", "decide"),
    ("awaiting_customer", "expired", "request_expired", "manager", "renew"),
    ("approved", None, "ready", "manager", "invoice"),
]


def unbilled(item: Item, *, priced: bool = True, status: str | None = None) -> Unbilled:
    """An item as a store finds it."""
    since: datetime | None = LATER if status else None
    request_status = RequestStatus(status) if status else None
    return Unbilled(item, "EUR", a_price(item) if priced else None, request_status, since)


@pytest.mark.requirement("B-01", "L-13")
@pytest.mark.parametrize(("state", "status", "reason", "waits_for", "action"), EXPECTED)
def test_every_state_has_its_reason(state: str, status: str | None, reason: str, waits_for: str, action: str) -> None:
    """With who has to act, what comes next, and since when; that of the request where there is one."""
    item = a_time_entry(FIRM.activity, state=State(state))
    why = reasons(unbilled(item, status=status))
    since = LATER if status else BEGINNING
    assert why == (Why(UnbilledReason(reason), Waiting(waits_for), NextAction(action), since),)


@pytest.mark.requirement("L-07")
def test_item_says_when_nobody_can_be_asked() -> None:
    """Then the next thing to do is to name a contact."""
    item = a_time_entry(FIRM.activity, state=State.AWAITING_CUSTOMER)
    (why,) = reasons(evolve(unbilled(item), can_be_asked=False))
    assert (why.reason, why.next_action) == (UnbilledReason.NOT_OFFERED, NextAction.NAME_CONTACT)


@pytest.mark.requirement("L-07")
def test_open_request_is_answered_also_without_an_address_now() -> None:
    """Somebody was asked already."""
    item = a_time_entry(FIRM.activity, state=State.AWAITING_CUSTOMER)
    (why,) = reasons(evolve(unbilled(item, status="open"), can_be_asked=False))
    assert why.next_action is NextAction.DECIDE


@pytest.mark.requirement("B-01")
@pytest.mark.parametrize("state", [state for state in State if state is not State.INVOICED])
def test_missing_rate_is_a_further_reason_and_leads_once_approved(state: State) -> None:
    """No item is without a reason, and what comes first leads."""
    why = reasons(unbilled(a_time_entry(FIRM.activity, state=state), priced=False))
    assert why[-1].reason is UnbilledReason.NO_RATE
    assert (len(why) == 1) is (state is State.APPROVED)


@pytest.mark.requirement("B-01")
def test_sums_per_reason_add_up_to_the_total() -> None:
    """Items without a rate count in minutes, on their own."""
    found = [
        unbilled(a_time_entry(FIRM.activity, minutes=60)),
        unbilled(a_time_entry(FIRM.activity, minutes=90, state=State.APPROVED)),
        unbilled(a_time_entry(FIRM.activity, minutes=30, state=State.APPROVED), priced=False),
        unbilled(an_expense(FIRM.activity, amount=Money("12.50", "EUR"), state=State.APPROVED)),
    ]
    (totals,) = overview(found, shows_amounts=True).totals
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
    dollars = evolve(unbilled(an_expense(FIRM.activity, amount=Money("1", "USD"))), currency="USD")
    totals = overview([dollars, unbilled(ENTRY)], shows_amounts=True).totals
    assert [(each.currency, each.total.value) for each in totals] == [
        ("EUR", Money("95", "EUR")),
        ("USD", Money("1", "USD")),
    ]


def test_without_items_nothing_is_unbilled() -> None:
    """No totals, no lines."""
    shown = overview([], shows_amounts=True)
    assert (shown.totals, shown.lines) == ((), ())


@pytest.mark.requirement("W-05")
def test_who_sees_no_amounts_does_not_learn_whether_there_is_a_rate() -> None:
    """Approved work looks ready, with or without one, and the sums are in hours."""
    approved = a_time_entry(FIRM.activity, minutes=30, state=State.APPROVED)
    with_rate = overview([unbilled(approved)], shows_amounts=False)
    without_rate = overview([unbilled(approved, priced=False)], shows_amounts=False)
    assert with_rate == without_rate
    (totals,) = with_rate.totals
    assert totals.by_reason == {UnbilledReason.READY: Sum(1, 30)}
    assert with_rate.lines[0].value is None


@pytest.mark.requirement("W-05")
def test_missing_rate_is_taken_out_of_the_reasons() -> None:
    """Other reasons stay; where none is left, it is ready."""
    draft = reasons(unbilled(ENTRY, priced=False))
    approved = reasons(unbilled(a_time_entry(FIRM.activity, state=State.APPROVED), priced=False))
    assert [each.reason for each in without_rates(draft)] == [UnbilledReason.NOT_SUBMITTED]
    assert [each.reason for each in without_rates(approved)] == [UnbilledReason.READY]


@pytest.mark.requirement("L-13")
def test_line_leads_to_the_item() -> None:
    """Whose it is, for whom, on which project, how long and how much."""
    shown = overview([unbilled(ENTRY), unbilled(an_expense(FIRM.loose_activity))], shows_amounts=True)
    first, second = shown.lines
    assert (first.item_id, first.user_id, first.customer_id, first.project_id) == (
        *(ENTRY.id, FIRM.employee.id, FIRM.customer.id, FIRM.project.id),
    )
    assert (first.minutes, first.value) == (60, Money("95", "EUR"))
    assert (second.minutes, second.value, second.project_id) == (0, Money("12.50", "EUR"), None)
