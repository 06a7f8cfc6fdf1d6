"""Decisions: of colleagues and of customers, when two of them decide at the same time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest

from tests.isolation.acts import Deed, a_firm_in, asked, by, by_customer, engine_of, handed_in, submitted
from tests.isolation.places import Place
from tests.isolation.turns import orders
from worktraq.core.access import Right
from worktraq.core.actors import Actor
from worktraq.core.entries import State
from worktraq.core.ids import ItemId
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.engine import WorkTraq
from worktraq.errors import Conflict, Refused
from worktraq.ports.unit_of_work import UnitOfWork
from worktraq.testing.builders import OCTOBER, a_grant
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import Firm
from worktraq.usecases.transaction import Transaction


def _approves(ids: Sequence[ItemId]) -> Deed:
    return lambda tx: tx.approval.approve(ids)


def _rejects(ids: Sequence[ItemId]) -> Deed:
    return lambda tx: tx.approval.reject(ids, reason="Too long")


def _decides(request: ApprovalRequest, *, accepts: bool = True) -> Deed:
    ids = request.item_ids

    def decide(tx: Transaction) -> object:
        digest = tx.signoff.shown().digest
        if accepts:
            return tx.signoff.decide(digest=digest, accept=ids)
        return tx.signoff.decide(digest=digest, reject=dict.fromkeys(ids, "Too long"))

    return decide


def _decides_on_behalf(request: ApprovalRequest) -> Deed:
    return lambda tx: tx.signoff.decide_on_behalf(
        request.id, version=request.version, reason="By telephone", accept=request.item_ids
    )


def _waives(request: ApprovalRequest) -> Deed:
    return lambda tx: tx.approval.waive(request.item_ids, reason="Urgent")


def _with_an_approver(uow: UnitOfWork, firm: Firm) -> None:
    """Coen approves inside the firm, and does not decide on the customer's behalf."""
    uow.grants.add(a_grant(Right.APPROVE, firm.customer, firm.colleague))


@pytest.mark.requirement("B-08", "W-09")
def test_an_item_is_approved_or_rejected(place: Place) -> None:
    """Never both: one decision is kept, and whoever comes second is told."""
    for order in orders():
        firm = a_firm_in(place, _with_an_approver)
        ids = [item.id for item in submitted(place, firm, 60, 90)]
        outcomes = order.play(place, by(firm.manager, _approves(ids)), by(firm.colleague, _rejects(ids[1:])))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            states = [item.state for item in uow.items.find_many(ids)]
            decided = sorted(decision.item_id for decision in uow.decisions.of_items(ids))
        assert outcomes.successes == 1
        if outcomes.succeeded[0]:
            assert (states, decided) == ([State.AWAITING_CUSTOMER] * 2, ids)
        else:
            assert (states, decided) == ([State.AWAITING_INTERNAL, State.REJECTED], ids[1:])


@pytest.mark.requirement("B-03", "B-08", "L-08")
@pytest.mark.parametrize("second", ["another tab", "on behalf", "a waiver"])
def test_a_request_is_decided_once(place: Place, second: str) -> None:
    """By the customer in one of two tabs, or on the customer's behalf; or not at all, when somebody waived it first."""
    for order in orders():
        firm = a_firm_in(place)
        request = asked(place, firm)
        other = {
            "another tab": by_customer(request, _decides(request, accepts=False)),
            "on behalf": by(firm.admin, _decides_on_behalf(request)),
            "a waiver": by(firm.manager, _waives(request)),
        }[second]
        outcomes = order.play(place, by_customer(request, _decides(request)), other)
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            (after,) = uow.requests.find_many([request.id])
            states = {item.state for item in uow.items.find_many(request.item_ids)}
            decisions = [each for each in uow.decisions.of_items(request.item_ids) if each.step.value == "customer"]
            attestation = uow.attestations.find(request.id)
        assert outcomes.successes == 1
        assert isinstance(outcomes.one if outcomes.succeeded[1] else outcomes.another, Conflict | Refused)
        assert len(decisions) == len(request.item_ids)
        is_waived = second == "a waiver" and outcomes.succeeded[1]
        assert after.status is (RequestStatus.SUPERSEDED if is_waived else RequestStatus.DECIDED)
        assert (attestation is None) == is_waived
        is_rejected = second == "another tab" and outcomes.succeeded[1]
        assert states == {State.REJECTED if is_rejected else State.APPROVED}


def _reminds(firm: Firm, now: datetime, engine: WorkTraq) -> int:
    return engine.run_due(now, organization_id=firm.id).reminders


@pytest.mark.requirement("B-08", "L-03", "L-06")
def test_two_machines_remind_once(place: Place) -> None:
    """What is due is done by one of them; the other one finds nothing left to do."""
    now = BEGINNING + timedelta(days=8)
    for order in orders(are_alike=True):
        firm = a_firm_in(place)
        asked(place, firm)
        outcomes = order.play(
            place,
            partial(_reminds, firm, now),
            partial(_reminds, firm, now),
        )
        assert {outcomes.one, outcomes.another} == {0, 1}


@pytest.mark.requirement("B-08", "L-08")
def test_a_decision_counts_however_the_scheduler_comes_in_between(place: Place) -> None:
    """The scheduler repeats its round with what it finds then; the customer at most has to send the form again."""
    now = BEGINNING + timedelta(days=8)
    for order in orders():
        firm = a_firm_in(place)
        request = asked(place, firm)
        outcomes = order.play(
            place,
            by_customer(request, _decides(request)),
            partial(_reminds, firm, now),
        )
        assert outcomes.succeeded[1]
        if not outcomes.succeeded[0]:
            assert isinstance(outcomes.one, Conflict)
            by_customer(request, _decides(request))(engine_of(place))
        with engine_of(place).view(Actor.user(firm.id, firm.admin.id)) as tx:
            assert tx.signoff.get(request.id).request.status is RequestStatus.DECIDED


@pytest.mark.requirement("B-08", "L-03")
def test_whoever_settles_a_period_last_asks_the_customer(place: Place) -> None:
    """Of two who approve the last items of a month at the same time, the second one asks about both."""
    for order in orders(are_alike=True):
        firm = a_firm_in(place)
        one, another = (item.id for item in handed_in(place, firm, 60, 90))
        outcomes = order.play(place, by(firm.manager, _approves([one])), by(firm.admin, _approves([another])))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            requests = uow.requests.open_ones()
        assert outcomes.successes == 2
        assert [request.item_ids for request in requests] == [(one, another)]


@pytest.mark.requirement("B-08", "L-03")
def test_handing_in_and_approving_ask_the_customer(place: Place) -> None:
    """Whichever comes second."""
    for order in orders():
        firm = a_firm_in(place)
        (item,) = submitted(place, firm, 60)
        outcomes = order.play(
            place, by(firm.employee, lambda tx: tx.approval.submit(OCTOBER)), by(firm.manager, _approves([item.id]))
        )
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            requests = uow.requests.open_ones()
        assert outcomes.successes == 2
        assert [request.item_ids for request in requests] == [(item.id,)]
