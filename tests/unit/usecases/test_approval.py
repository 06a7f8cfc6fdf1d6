"""Approving and rejecting inside the firm, and what follows from a move."""

from datetime import date, timedelta

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.access import Right
from worktraq.core.approval import DecisionKind
from worktraq.core.calendar import Period
from worktraq.core.chains import ApprovalChain, Step
from worktraq.core.entries import NewTime, State
from worktraq.core.notifications import NotificationKind
from worktraq.core.signoff import RequestStatus
from worktraq.errors import Refused
from worktraq.testing.builders import MONDAY, OCTOBER


@pytest.mark.requirement("W-09")
def test_inbox_holds_what_waits_inside_the_firm(office: Office) -> None:
    """The oldest day first, without own work, narrowed down if wanted."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        activity = tx.activities.add(user_id=firm.manager.id, customer_id=firm.customer.id)
        tx.entries.register_time(activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    late, early = office.time(on=MONDAY + timedelta(days=1)), office.time()
    office.submit()
    draft = office.time()
    with office.viewing(office.manager) as tx:
        assert [each.id for each in tx.approval.inbox()] == [early.id, late.id]
        assert len(tx.approval.inbox(user_id=firm.colleague.id)) == 0
        assert len(tx.approval.inbox(project_id=firm.project.id, customer_id=firm.customer.id, period=OCTOBER)) == 2
    with office.viewing(office.eva) as tx:
        assert len(tx.approval.inbox()) == 0
    assert draft.state is State.DRAFT


@pytest.mark.requirement("W-09")
def test_rejection_is_kept_with_who_when_and_why(office: Office) -> None:
    """The owner reads it."""
    item = office.time()
    office.submit()
    at = office.clock.tick()
    with office.acting(office.manager) as tx:
        tx.approval.reject([item.id], reason="Too long")
    with office.viewing(office.eva) as tx:
        (decision,) = tx.approval.decisions(item.id)
    assert (decision.kind, decision.step, decision.comment) == (DecisionKind.REJECTED, Step.INTERNAL, "Too long")
    assert (decision.actor_id, decision.actor_name, decision.at) == (office.firm.manager.id, "Mo", at)
    assert not decision.on_behalf


@pytest.mark.requirement("W-09")
def test_of_many_items_none_is_approved_when_the_last_is_refused(office: Office) -> None:
    """Also for whoever catches the refusal and goes on; without the last, all of them are, with decision and price."""
    days = [MONDAY - timedelta(days=at) for at in range(25)]
    with office.acting(office.eva) as tx:
        new = [NewTime(office.firm.activity.id, day, 10) for day in days for _ in range(100)]
        items = tx.entries.register_times(new)
        tx.approval.submit(Period(min(days), max(days) + timedelta(days=1)))
    last = office.time(on=MONDAY + timedelta(days=1))
    with office.acting(office.manager) as tx:
        with pytest.raises(Refused):
            tx.approval.approve([*(item.id for item in items), last.id])
        assert {tx.entries.get(item.id).state for item in items} == {State.AWAITING_INTERNAL}
    with office.acting(office.manager) as tx:
        approved = tx.approval.approve([item.id for item in items])
    assert [item.id for item in approved] == [item.id for item in items]
    assert {item.passed for item in approved} == {1}
    with office.viewing(office.manager) as tx:
        assert {tx.entries.get(item.id).state for item in items} == {State.AWAITING_CUSTOMER}
        assert {len(tx.approval.decisions(item.id)) for item in items[::500]} == {1}


@pytest.mark.requirement("W-09")
def test_rejection_without_a_reason_is_refused(office: Office) -> None:
    """Blanks are no reason."""
    item = office.time()
    office.submit()
    error = office.refuses(office.manager, lambda tx: tx.approval.reject([item.id], reason="  "), Refused)
    assert codes(error) == ["reason_missing"]


@pytest.mark.requirement("T-09", "W-09")
def test_right_to_approve_does_not_decide_for_the_customer(office: Office) -> None:
    """On the customer's behalf only a manager decides."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.access.grant(Right.APPROVE, customer_id=firm.customer.id, user_id=firm.colleague.id)
    item = office.time()
    office.submit()
    with office.acting(office.coen) as tx:
        tx.approval.approve([item.id])
    for command in (
        lambda tx: tx.approval.approve([item.id], reason="phone"),
        lambda tx: tx.approval.reject([item.id], reason="phone"),
        lambda tx: tx.approval.waive([item.id], reason="phone"),
    ):
        assert "needs_manager" in codes(office.refuses(office.coen, command, Refused))


@pytest.mark.requirement("T-09")
def test_approver_does_not_approve_his_own(office: Office) -> None:
    """A right does not change that."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.access.grant(Right.APPROVE, customer_id=firm.customer.id, user_id=firm.employee.id)
    item = office.time()
    office.submit()
    with office.viewing(office.eva) as tx:
        assert len(tx.approval.inbox()) == 0
    assert codes(office.refuses(office.eva, lambda tx: tx.approval.approve([item.id]), Refused)) == ["own_item"]


@pytest.mark.requirement("L-12")
def test_rejected_item_goes_round_again(office: Office) -> None:
    """Told, changed, handed in again; the first decision no longer counts."""
    item = office.time()
    office.submit()
    with office.acting(office.manager) as tx:
        tx.approval.reject([item.id], reason="Too long")
    with office.acting(office.eva) as tx:
        (draft,) = tx.approval.revise([item.id])
        tx.entries.edit_time(item.id, version=draft.version, minutes=30)
        tx.approval.submit_items([item.id])
    office.approve(item)
    with office.viewing(office.manager) as tx:
        decisions = tx.approval.decisions(item.id)
    assert [(each.kind, each.is_void) for each in decisions] == [
        (DecisionKind.REJECTED, True),
        (DecisionKind.APPROVED, False),
    ]


@pytest.mark.requirement("L-14")
@pytest.mark.parametrize("place", ["not offered", "open", "expired", "refused"])
def test_customers_step_is_waived_wherever_only_it_is_missing(office: Office, place: str) -> None:
    """Who, when and why is recorded, and the item is marked."""
    item = office.time()
    if place == "not offered":
        with office.acting(office.eva) as tx:
            tx.entries.register_time(office.firm.activity.id, on=MONDAY, minutes=5)
            tx.approval.submit_items([item.id])
        office.approve(item)
        assert office.requests() == []
    else:
        request = office.asked(item)
        if place == "expired":
            office.engine.run_due(request.expires_at)
        if place == "refused":
            with office.acting(office.contact(request)) as tx:
                tx.signoff.decide(digest=tx.signoff.shown().digest, reject={item.id: "no"})
    with office.acting(office.manager) as tx:
        (waived,) = tx.approval.waive([item.id], reason="Agreed by phone")
        decision = tx.approval.decisions(item.id)[-1]
    assert (waived.state, waived.is_waived) == (State.APPROVED, True)
    assert (decision.kind, decision.step, decision.comment) == (
        *(DecisionKind.WAIVED, Step.CUSTOMER, "Agreed by phone"),
    )
    assert (decision.actor_id, decision.at) == (office.firm.manager.id, office.clock.now)


@pytest.mark.requirement("L-14")
def test_waiving_one_item_offers_the_others_again(office: Office) -> None:
    """The request is superseded; a new one holds the rest."""
    item, other = office.time(), office.expense()
    first = office.asked(item, other)
    with office.acting(office.manager) as tx:
        tx.approval.waive([item.id], reason="urgent")
    old, new = office.requests()
    assert (old.id, old.status, new.status) == (first.id, RequestStatus.SUPERSEDED, RequestStatus.OPEN)
    assert new.item_ids == (other.id,)
    assert office.item(other.id).request_id == new.id


@pytest.mark.requirement("B-05")
def test_withdrawing_an_item_supersedes_its_request(office: Office) -> None:
    """In a chain that begins with the customer; the others wait until the rest is settled."""
    office.settle_settings(chain=ApprovalChain.CUSTOMER)
    item, other = office.time(), office.expense()
    office.submit()
    (request,) = office.requests()
    with office.acting(office.eva) as tx:
        tx.approval.withdraw([item.id])
    (old,) = office.requests()
    assert (old.id, old.status) == (request.id, RequestStatus.SUPERSEDED)
    assert (office.state(item), office.item(other.id).request_id) == (State.DRAFT, None)
    with office.acting(office.eva) as tx:
        tx.approval.submit_items([item.id])
    assert set(office.requests()[-1].item_ids) == {item.id, other.id}


def test_withdrawing_ends_once_a_step_is_passed(office: Office) -> None:
    """Somebody has agreed already."""
    item = office.time()
    office.submit()
    office.approve(item)
    error = office.refuses(office.eva, lambda tx: tx.approval.withdraw([item.id]), Refused)
    assert codes(error) == ["step_already_passed"]


def test_reopening_makes_decisions_and_price_void_and_tells_everybody(office: Office) -> None:
    """The owner, and the customer who had approved."""
    office.set_rate()
    item = office.time()
    request = office.asked(item)
    with office.acting(office.contact(request)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id])
    with office.acting(office.admin) as tx:
        assert tx.rates.explain(item.id).is_frozen
        tx.approval.reopen([item.id], reason="Wrong project")
        assert not tx.rates.explain(item.id).is_frozen
        assert all(each.is_void for each in tx.approval.decisions(item.id))
    office.deliver()
    kinds = [each.kind for each in office.notifier.delivered[-2:]]
    assert set(kinds) == {NotificationKind.ITEMS_REOPENED, NotificationKind.TIMESHEET_REOPENED}
    assert office.state(item) is State.DRAFT


def test_reopening_needs_a_reason(office: Office) -> None:
    """Everybody concerned wants to know."""
    with office.acting(office.eva) as tx:
        entry = tx.entries.register_time(office.firm.loose_activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    office.approve(entry)
    error = office.refuses(office.manager, lambda tx: tx.approval.reopen([entry.id], reason=""), Refused)
    assert codes(error) == ["reason_missing"]


def test_reopening_tells_the_owner_where_no_customer_was_asked(office: Office) -> None:
    """There is nobody else to tell."""
    with office.acting(office.eva) as tx:
        entry = tx.entries.register_time(office.firm.loose_activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    office.approve(entry)
    office.deliver()
    with office.acting(office.manager) as tx:
        tx.approval.reopen([entry.id], reason="Wrong day")
    office.deliver()
    assert [each.kind for each in office.notifier.delivered[1:]] == [NotificationKind.ITEMS_REOPENED]


def test_empty_period_can_be_handed_in(office: Office) -> None:
    """It tells that there is nothing more to come."""
    assert office.submit() == []


@pytest.mark.requirement("B-02", "L-14")
def test_customer_then_firm_asks_in_that_order(office: Office) -> None:
    """And what the customer waived is still looked at inside."""
    office.settle_settings(chain=ApprovalChain.CUSTOMER_INTERNAL)
    item, other = office.time(), office.expense()
    office.submit()
    (request,) = office.requests()
    with office.acting(office.contact(request)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id], reject={other.id: "no"})
    assert (office.state(item), office.state(other)) == (State.AWAITING_INTERNAL, State.REJECTED)
    with office.acting(office.manager) as tx:
        (waived,) = tx.approval.waive([other.id], reason="urgent")
        assert waived.state is State.AWAITING_INTERNAL
        tx.approval.approve([item.id, other.id])
    assert (office.state(item), office.state(other)) == (State.APPROVED, State.APPROVED)


@pytest.mark.requirement("L-09")
def test_timesheet_is_sent_once_when_the_firm_approves_after_the_customer(office: Office) -> None:
    """With all approved lines, when the last of the request has left the firm's review."""
    office.settle_settings(chain=ApprovalChain.CUSTOMER_INTERNAL)
    item, other = office.time(), office.expense()
    office.submit()
    (request,) = office.requests()
    with office.acting(office.contact(request)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id, other.id])
    office.approve(item)
    office.deliver()
    assert office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED) == []
    office.approve(other)
    office.deliver()
    (timesheet,) = office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED)
    assert len(timesheet.lines) == 2


def test_items_of_several_days_and_people_are_approved_at_once(office: Office) -> None:
    """Each owner gets one mail."""
    firm = office.firm
    one = office.time(on=date(2026, 10, 6))
    two = office.time()
    office.submit()
    with office.acting(office.coen) as tx:
        other = tx.entries.register_time(firm.colleague_activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    with office.acting(office.manager) as tx:
        tx.approval.reject([one.id, two.id, other.id], reason="Wrong project")
    office.deliver()
    told = office.notifier.of_kind(NotificationKind.ITEMS_REJECTED)
    assert sorted((each.recipient_name, len(each.lines)) for each in told) == [("Coen", 1), ("Eva", 2)]
