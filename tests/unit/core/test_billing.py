"""Why an item is not billed yet."""

from collections.abc import Collection
from datetime import datetime, timedelta

import pytest
from attrs import evolve

from worktraq.core.billing import (
    NextAction,
    Unbilled,
    UnbilledReason,
    Waiting,
    Why,
    reasons,
    reasons_of,
    status_by_now,
    wanted_reasons,
)
from worktraq.core.entries import Item, State
from worktraq.core.money import Money
from worktraq.core.signoff import RequestStatus
from worktraq.testing.builders import a_price, a_request, a_time_entry, an_expense
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()
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
    """An item with what its reasons follow from."""
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


@pytest.mark.requirement("W-05")
@pytest.mark.parametrize("state", [state for state in State if state is not State.INVOICED])
def test_who_sees_no_amounts_does_not_learn_whether_there_is_a_rate(state: State) -> None:
    """Other reasons stay; where none is left, it is ready."""
    item = a_time_entry(FIRM.activity, state=state)
    with_rate, without = (reasons(unbilled(item, priced=each), shows_amounts=False) for each in (True, False))
    assert with_rate == without == reasons(unbilled(item))


@pytest.mark.requirement("B-01")
def test_request_is_expired_from_the_instant_of_its_expiry() -> None:
    """Also where the scheduler has not come by; since then, and not since it was sent."""
    request = a_request(FIRM.project, FIRM.employee)
    moment = timedelta(microseconds=1)
    assert status_by_now(request, request.expires_at - moment) == (RequestStatus.OPEN, BEGINNING)
    assert status_by_now(request, request.expires_at) == (RequestStatus.EXPIRED, request.expires_at)
    decided = evolve(request, status=RequestStatus.DECIDED)
    assert status_by_now(decided, request.expires_at) == (RequestStatus.DECIDED, BEGINNING)


@pytest.mark.requirement("B-01")
def test_every_reason_is_for_somebody_to_act_on() -> None:
    """And for one party only."""
    parts = [reasons_of(who) for who in Waiting]
    assert sum(map(len, parts)) == len(UnbilledReason)
    assert frozenset().union(*parts) == frozenset(UnbilledReason)


@pytest.mark.requirement("B-01", "W-05")
@pytest.mark.parametrize(
    ("given", "waits_for", "shows_amounts", "expected"),
    [
        ([], None, True, None),
        ([], None, False, None),
        (["ready", "no_rate"], None, True, {"ready", "no_rate"}),
        (["ready", "no_rate"], None, False, {"ready"}),
        (["no_rate"], None, False, set()),
        ([], "employee", True, {"rejected", "not_submitted"}),
        (["rejected", "ready"], "employee", True, {"rejected"}),
    ],
)
def test_reasons_and_who_has_to_act_narrow_down_together(
    given: Collection[str], waits_for: str | None, shows_amounts: bool, expected: set[str] | None
) -> None:
    """For who sees no amounts, asking for what lacks a rate finds nothing, not everything."""
    who = Waiting(waits_for) if waits_for else None
    found = wanted_reasons(list(map(UnbilledReason, given)), who, shows_amounts=shows_amounts)
    assert found == expected


@pytest.mark.requirement("B-01", "W-05")
def test_item_counts_in_the_currency_of_its_price() -> None:
    """Else in that of what was paid, else in the customer's; who sees no amounts is not told of a price."""
    dollars = unbilled(an_expense(FIRM.activity, amount=Money("1", "USD")))
    time = a_time_entry(FIRM.activity)
    yen = evolve(unbilled(time), currency="JPY")
    found = [each.value_currency(shows_amounts=shows) for each in (dollars, yen) for shows in (True, False)]
    assert found == ["USD", "USD", "EUR", "JPY"]
    assert evolve(yen, price=None).value_currency(shows_amounts=True) == "JPY"
