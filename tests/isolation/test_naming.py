"""What names a user for good, when he or she is removed or erased at the same time."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from attrs import evolve

from tests.isolation.acts import Deed, a_firm_in, asked, by, engine_of, removes_user, submitted
from tests.isolation.places import Place
from tests.isolation.turns import orders
from worktraq.core.actors import Actor
from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer
from worktraq.core.holds import LegalHold
from worktraq.core.ids import ItemId
from worktraq.core.projects import Activity, Hourly
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.users import Role, User
from worktraq.ports.unit_of_work import UnitOfWork
from worktraq.testing.builders import OCTOBER, a_user
from worktraq.testing.firms import Firm
from worktraq.usecases.transaction import Transaction

Prepare = Callable[[Place, Firm], tuple[Sequence[ItemId], Deed]]


def _approve(ids: Sequence[ItemId]) -> Deed:
    return lambda tx: tx.approval.approve(ids)


def _approves(place: Place, firm: Firm) -> tuple[Sequence[ItemId], Deed]:
    ids = [item.id for item in submitted(place, firm, 60)]
    return ids, _approve(ids)


def _rejects(place: Place, firm: Firm) -> tuple[Sequence[ItemId], Deed]:
    ids = [item.id for item in submitted(place, firm, 60)]
    return ids, lambda tx: tx.approval.reject(ids, reason="Too long")


def _remarks(place: Place, firm: Firm) -> tuple[Sequence[ItemId], Deed]:
    ids = [item.id for item in submitted(place, firm, 60)]
    return ids, lambda tx: tx.approval.comment(ids[0], "Too long")


def _reopens(place: Place, firm: Firm) -> tuple[Sequence[ItemId], Deed]:
    ids = [item.id for item in submitted(place, firm, 60)]

    def approve(tx: Transaction) -> object:
        tx.approval.approve(ids)
        return tx.approval.waive(ids, reason="Urgent")

    engine_of(place).run(Actor.user(firm.id, firm.admin.id), approve)
    return ids, lambda tx: tx.approval.reopen(ids, reason="Wrong day")


def _decides_on_behalf(place: Place, firm: Firm) -> tuple[Sequence[ItemId], Deed]:
    request = asked(place, firm, firm.admin)
    return request.item_ids, lambda tx: tx.signoff.decide_on_behalf(
        request.id, version=request.version, reason="By telephone", accept=request.item_ids
    )


@pytest.mark.requirement("B-08", "W-06")
@pytest.mark.parametrize("prepare", [_approves, _rejects, _remarks, _reopens, _decides_on_behalf])
def test_nobody_who_decided_or_remarked_something_is_removed(place: Place, prepare: Prepare) -> None:
    """Of a manager who decides or remarks something and is removed meanwhile, there is one or the other."""
    for order in orders():
        firm = a_firm_in(place)
        ids, deed = prepare(place, firm)
        outcomes = order.play(place, by(firm.manager, deed), by(firm.admin, removes_user(firm.manager)))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            is_there = uow.users.find(firm.manager.id) is not None
            decided = {decision.actor_id for decision in uow.decisions.of_items(ids)}
            remarked = {comment.user_id for item_id in ids for comment in uow.comments.of_item(item_id)}
        assert outcomes.successes == 1
        assert (firm.manager.id in decided | remarked) == is_there


@pytest.mark.requirement("B-08", "W-06")
def test_nobody_who_lifted_a_hold_is_removed(place: Place) -> None:
    """Of an administrator who lifts a legal hold and is removed meanwhile, there is one or the other."""
    for order in orders():
        bo: list[User] = []
        firm = a_firm_in(place, partial(_with_another_administrator, bo=bo))
        hold = engine_of(place).run(Actor.user(firm.id, firm.admin.id), _holds(firm.customer))
        outcomes = order.play(place, by(bo[0], _lifts(hold)), by(firm.admin, removes_user(bo[0])))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            is_there = uow.users.find(bo[0].id) is not None
            after = uow.holds.find(hold.id)
        assert outcomes.successes == 1
        assert after is not None
        assert after.lifted_by == (bo[0].id if is_there else None)


def _with_another_administrator(uow: UnitOfWork, firm: Firm, bo: list[User]) -> None:
    bo.append(a_user(firm.id, "Bo", role=Role.ADMIN))
    uow.users.add(*bo)


def _holds(customer: Customer) -> Callable[[Transaction], LegalHold]:
    return lambda tx: tx.privacy.place_hold(customer_id=customer.id, reason="Lawsuit")


def _lifts(hold: LegalHold) -> Deed:
    return lambda tx: tx.privacy.lift_hold(hold.id)


@pytest.mark.requirement("B-08")
def test_no_decision_names_somebody_who_was_erased(place: Place) -> None:
    """A decision that comes in between is erased too, or is none of somebody who was deactivated."""
    for order in orders():
        firm = a_firm_in(place)
        ids = [item.id for item in submitted(place, firm, 60)]
        order.play(place, by(firm.manager, _approve(ids)), by(firm.admin, _erases(firm.manager)))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            user = uow.users.find(firm.manager.id)
            assert user is not None
            assert user.name != firm.manager.name
            assert {decision.actor_name for decision in uow.decisions.of_items(ids)} <= {user.name}


@pytest.mark.requirement("B-08")
@pytest.mark.parametrize("is_redirected", [False, True])
def test_nobody_is_asked_who_was_erased(place: Place, is_redirected: bool) -> None:
    """A contact person who is about to be asked is not erased, or somebody else is asked."""
    for order in orders():
        firm = a_firm_in(place)
        asks = _redirects(asked(place, firm), firm.contact) if is_redirected else _asks_contact(place, firm)
        outcomes = order.play(
            place,
            by(firm.manager, asks),
            by(firm.admin, _erases_contact(firm.contact)),
        )
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            contact = uow.contacts.find(firm.contact.id)
            named = {request.recipient.name for request in uow.requests.open_ones()}
        assert contact is not None
        assert (contact.name == firm.contact.name) is not outcomes.succeeded[1]
        assert (firm.contact.name in named) is not outcomes.succeeded[1]


@pytest.mark.requirement("B-08")
def test_no_private_customer_is_asked_who_was_erased(place: Place) -> None:
    """Who is about to be asked is not erased, or is nobody who could be asked."""
    for order in orders():
        firm = a_firm_in(place)
        outcomes = order.play(
            place,
            by(firm.manager, _asks_private_customer(place, firm)),
            by(firm.admin, _erases_customer(firm.other_customer)),
        )
        assert outcomes.successes == 1


def _erases_contact(contact: ContactPerson) -> Deed:
    return lambda tx: tx.privacy.erase_person(contact_id=contact.id)


def _erases_customer(customer: Customer) -> Deed:
    return lambda tx: tx.privacy.erase_person(customer_id=customer.id)


def _asks_contact(place: Place, firm: Firm) -> Deed:
    ids = [item.id for item in submitted(place, firm, 60)]

    def name_contact(tx: Transaction) -> object:
        tx.projects.change(firm.project.id, version=firm.project.version, contact_id=firm.contact.id)
        return tx.approval.approve(ids)

    engine_of(place).run(Actor.user(firm.id, firm.manager.id), name_contact)
    return lambda tx: tx.signoff.offer(user_id=firm.employee.id, project_id=firm.project.id, period=OCTOBER)


def _asks_private_customer(place: Place, firm: Firm) -> Deed:
    piet = firm.other_customer

    def assign(tx: Transaction) -> Activity:
        tx.customers.change(piet.id, version=piet.version, email="piet@example.com")
        project = tx.projects.add(piet.id, name="Advice", billing=Hourly(customer_approval=True))
        return tx.activities.add(user_id=firm.employee.id, customer_id=piet.id, project_id=project.id)

    activity = engine_of(place).run(Actor.user(firm.id, firm.admin.id), assign)
    ids = [item.id for item in submitted(place, evolve(firm, activity=activity), 60)]
    engine_of(place).run(Actor.user(firm.id, firm.admin.id), _approve(ids))
    assert activity.project_id is not None
    project_id = activity.project_id
    return lambda tx: tx.signoff.offer(user_id=firm.employee.id, project_id=project_id, period=OCTOBER)


def _redirects(request: ApprovalRequest, contact: ContactPerson) -> Deed:
    return lambda tx: tx.signoff.redirect(request.id, version=request.version, contact_id=contact.id)


def _erases(user: User) -> Deed:
    def erase(tx: Transaction) -> object:
        tx.users.deactivate(user.id, version=user.version)
        return tx.privacy.erase_person(user_id=user.id)

    return erase
