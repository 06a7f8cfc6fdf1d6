"""What is not billed yet, and why."""

from datetime import timedelta

import pytest

from tests.unit.usecases.firm import Office
from worktraq.core.access import Right
from worktraq.core.billing import NextAction, Sum, UnbilledReason, Waiting
from worktraq.core.calendar import Period
from worktraq.core.entries import Item
from worktraq.core.money import Money, Rate
from worktraq.core.rates import RateSubject
from worktraq.errors import NotFound
from worktraq.testing.builders import MONDAY, OCTOBER


def leading(office: Office, item: Item) -> str:
    """The first reason why an item is not billed."""
    with office.viewing(office.manager) as tx:
        return tx.billing.why(item.id)[0].reason.value


@pytest.mark.requirement("L-13", "B-01")
def test_item_has_its_reason_at_every_place(office: Office) -> None:
    """From draft to ready, with the customer's refusal and the expired link in between."""
    office.set_rate()
    item = office.time()
    found = [leading(office, item)]
    office.submit()
    found.append(leading(office, item))
    draft = office.time()
    office.approve(item)
    found.append(leading(office, item))
    with office.acting(office.eva) as tx:
        tx.entries.delete(draft.id, version=1)
    found.append(leading(office, item))
    (request,) = office.requests()
    office.engine.run_due(request.expires_at)
    found.append(leading(office, item))
    with office.acting(office.manager) as tx:
        request = tx.signoff.renew(request.id, version=2)
    with office.acting(office.contact(request)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, reject={item.id: "no"})
    found.append(leading(office, item))
    with office.acting(office.manager) as tx:
        tx.approval.waive([item.id], reason="urgent")
    found.append(leading(office, item))
    assert found == [
        *("not_submitted", "awaiting_internal", "not_offered", "awaiting_customer", "request_expired", "rejected"),
        "ready",
    ]


@pytest.mark.requirement("B-01", "L-13")
def test_reason_names_who_waits_for_whom_since_when(office: Office) -> None:
    """And every further reason comes after the leading one."""
    item = office.time()
    at = office.clock.tick(timedelta(hours=2))
    office.submit()
    with office.viewing(office.manager) as tx:
        first, second = tx.billing.why(item.id)
    assert (first.waits_for, first.next_action, first.since) == (Waiting.APPROVER, NextAction.APPROVE, at)
    assert (second.reason, second.next_action) == (UnbilledReason.NO_RATE, NextAction.SET_RATE)


@pytest.mark.requirement("B-01", "L-13", "L-11")
def test_sums_per_reason_add_up_to_the_total(office: Office) -> None:
    """Over projects, expenses and work without a rate; what is not billable is left out."""
    office.set_rate("77.7731")
    firm = office.firm
    with office.acting(office.eva) as tx:
        tx.entries.register_time(firm.internal_activity.id, on=MONDAY, minutes=5)
        tx.entries.register_time(firm.fixed_activity.id, on=MONDAY, minutes=5)
        loose = tx.entries.register_time(firm.loose_activity.id, on=MONDAY, minutes=50)
        tx.approval.submit(OCTOBER)
    office.approve(loose)
    office.time(61)
    office.expense("12.50")
    with office.viewing(office.manager) as tx:
        overview = tx.billing.unbilled()
    (totals,) = overview.totals
    assert totals.by_reason == {
        UnbilledReason.NOT_SUBMITTED: Sum(2, 61, Money("91.57", "EUR")),
        UnbilledReason.NO_RATE: Sum(1, 50, Money("0", "EUR"), 1, 50),
    }
    assert totals.total == Sum(3, 111, Money("91.57", "EUR"), 1, 50)
    assert len(overview.lines) == 3


@pytest.mark.requirement("L-13")
def test_overview_is_narrowed_down(office: Office) -> None:
    """To a customer, project, employee or period: who holds this invoice up."""
    firm = office.firm
    item = office.time()
    with office.acting(office.coen) as tx:
        other = tx.entries.register_time(firm.colleague_activity.id, on=MONDAY, minutes=60)
    with office.viewing(office.manager) as tx:
        unbilled = tx.billing.unbilled
        assert [each.item_id for each in unbilled(user_id=firm.colleague.id).lines] == [other.id]
        assert [each.item_id for each in unbilled(project_id=firm.project.id, period=OCTOBER).lines] == [
            *(item.id, other.id),
        ]
        assert unbilled(customer_id=firm.other_customer.id).lines == ()
        assert unbilled(period=Period.month(2026, 11)).lines == ()


@pytest.mark.requirement("W-05", "W-04", "T-09")
@pytest.mark.parametrize("right", [None, Right.READ, Right.APPROVE, Right.BILL])
def test_employee_reads_own_hours_and_those_he_bills(office: Office, right: Right | None) -> None:
    """In hours, without any amount, whether there is a rate or not."""
    firm = office.firm
    own_rate = Rate("77.7731", "EUR")
    office.time()
    with office.acting(office.manager) as tx:
        tx.rates.set(RateSubject.CUSTOMER, firm.customer.id, own_rate)
        if right is not None:
            tx.access.grant(right, customer_id=firm.customer.id, user_id=firm.colleague.id)
    with office.acting(office.coen) as tx:
        tx.entries.register_time(firm.colleague_activity.id, on=MONDAY, minutes=30)
        overview = tx.billing.unbilled()
    expected = 90 if right is Right.BILL else 30
    assert [each.total for each in overview.totals] == [Sum(2 if right is Right.BILL else 1, expected)]
    assert {each.value for each in overview.lines} == {None}


@pytest.mark.requirement("W-05")
def test_employee_does_not_learn_whether_there_is_a_rate(office: Office) -> None:
    """Approved work without a rate looks as ready as with one."""
    with office.acting(office.eva) as tx:
        item = tx.entries.register_time(office.firm.loose_activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    office.approve(item)
    with office.viewing(office.eva) as tx:
        without = (tx.billing.why(item.id), tx.billing.unbilled(), tx.audit.history(item.id))
    with office.acting(office.manager) as tx:
        tx.rates.fill_in(item.id, Rate("77.7731", "EUR"), reason="Forgotten")
    with office.viewing(office.eva) as tx:
        assert (tx.billing.why(item.id), tx.billing.unbilled(), tx.audit.history(item.id)) == without


def test_what_is_never_billed_has_no_reason(office: Office) -> None:
    """Nor is there one for what nobody sees."""
    with office.acting(office.eva) as tx:
        item = tx.entries.register_time(office.firm.internal_activity.id, on=MONDAY, minutes=60)
        assert tx.billing.why(item.id) == ()
    office.refuses(office.coen, lambda tx: tx.billing.why(item.id), NotFound)


def test_customers_in_several_currencies_have_totals_of_their_own(office: Office) -> None:
    """Nothing is converted."""
    with office.acting(office.manager) as tx:
        customer = tx.customers.add_business(company_name="Nova Inc.", currency="USD")
        activity = tx.activities.add(user_id=office.firm.employee.id, customer_id=customer.id, rate=Rate("10", "USD"))
    office.expense("12.50")
    with office.acting(office.eva) as tx:
        tx.entries.register_time(activity.id, on=MONDAY, minutes=90)
    with office.viewing(office.manager) as tx:
        totals = tx.billing.unbilled().totals
    assert [(each.currency, each.total.value) for each in totals] == [
        ("EUR", Money("12.50", "EUR")),
        ("USD", Money("15", "USD")),
    ]
