"""Registering, while somebody else registers too, changes what it is registered on, or takes it away."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.isolation.acts import (
    Deed,
    a_firm_in,
    by,
    deletes_customer,
    deletes_project,
    engine_of,
    registers,
)
from tests.isolation.places import Place
from tests.isolation.turns import orders
from worktraq.core.actors import Actor
from worktraq.core.customers import CustomerStatus
from worktraq.core.entries import NewTime
from worktraq.core.ids import ItemId
from worktraq.core.projects import Project
from worktraq.engine import WorkTraq
from worktraq.ports.unit_of_work import UnitOfWork
from worktraq.testing.builders import MONDAY, a_time_entry
from worktraq.testing.firms import Firm


def _one_entry(firm: Firm) -> Deed:
    return registers(firm.loose_activity, 800)


def _several(firm: Firm) -> Deed:
    times = [NewTime(firm.activity.id, MONDAY, minutes) for minutes in (400, 400)]
    return lambda tx: tx.entries.register_times(times)


def _a_longer_one(firm: Firm) -> Deed:
    return lambda tx: tx.entries.edit_time(_ENTRY[firm.id.hex], version=1, minutes=800)


_ENTRY: dict[str, ItemId] = {}


def _with_an_entry(uow: UnitOfWork, firm: Firm) -> None:
    entry = a_time_entry(firm.activity, minutes=60)
    uow.items.add(entry)
    _ENTRY[firm.id.hex] = entry.id


@pytest.mark.requirement("B-08")
@pytest.mark.parametrize("way", [_one_entry, _several, _a_longer_one])
def test_a_day_never_has_too_many_minutes(place: Place, way: Callable[[Firm], Deed]) -> None:
    """Of two registrations that do not fit into a day together one is refused, in whichever way the other one came."""
    for order in orders():
        firm = a_firm_in(place, _with_an_entry)
        outcomes = order.play(place, by(firm.employee, registers(firm.activity, 700)), by(firm.employee, way(firm)))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            minutes = uow.items.minutes_on(firm.employee.id, [MONDAY])[MONDAY]
        assert outcomes.successes == 1
        assert minutes in {760, 800, 860}


@pytest.mark.requirement("B-08", "T-06")
def test_nothing_is_registered_on_a_customer_that_is_gone(place: Place) -> None:
    """Either the customer stays with what was registered, or it goes with its activities and nothing was."""
    for order in orders():
        firm = a_firm_in(place)
        outcomes = order.play(
            place,
            by(firm.employee, registers(firm.loose_activity)),
            by(firm.manager, deletes_customer(firm.other_customer)),
        )
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            is_there = uow.customers.find(firm.other_customer.id) is not None
            assert is_there == (uow.activities.find(firm.loose_activity.id) is not None)
            items = uow.customers.dependents(firm.other_customer.id).items
        assert outcomes.successes == 1
        assert items == is_there


@pytest.mark.requirement("B-08")
def test_a_project_that_is_worked_on_stays(place: Place) -> None:
    """Of somebody who deletes a project and somebody who gives it its first activity one is refused."""
    for order in orders():
        projects: list[Project] = []
        firm = a_firm_in(place)
        with engine_of(place).transaction(Actor.user(firm.id, firm.manager.id)) as tx:
            projects.append(tx.projects.add(firm.customer.id, name="New"))
        outcomes = order.play(
            place, by(firm.manager, _adds_activity(firm, projects[0])), by(firm.admin, deletes_project(projects[0]))
        )
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            is_there = uow.projects.find(projects[0].id) is not None
            on_it = [each for each in uow.activities.of_customer(firm.customer.id) if each.project_id == projects[0].id]
        assert outcomes.successes == 1
        assert len(on_it) == is_there


def _adds_activity(firm: Firm, project: Project) -> Deed:
    return lambda tx: tx.activities.add(
        user_id=firm.employee.id, customer_id=project.customer_id, project_id=project.id
    )


@pytest.mark.requirement("B-08", "W-07")
def test_archiving_and_registering_happen_one_after_the_other(place: Place) -> None:
    """Whoever archives keeps what was registered before; nobody is hindered for longer than that takes."""
    for order in orders():
        firm = a_firm_in(place)
        customer = firm.other_customer
        outcomes = order.play(
            place, by(firm.employee, registers(firm.loose_activity)), by(firm.manager, _archives(firm))
        )
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            archived, items = uow.customers.find(customer.id), uow.customers.dependents(customer.id).items
        assert archived is not None
        assert archived.status is CustomerStatus.ARCHIVED
        assert outcomes.succeeded[1]
        assert items == outcomes.succeeded[0]


def _archives(firm: Firm) -> Deed:
    customer = firm.other_customer
    return lambda tx: tx.customers.archive(customer.id, version=customer.version)


def _runs_what_is_due(firm: Firm, engine: WorkTraq) -> object:
    return engine.run_due(organization_id=firm.id)


@pytest.mark.requirement("B-07", "B-08")
def test_what_is_committed_late_is_sealed_later(place: Place) -> None:
    """A trail that is sealed while somebody registers is whole, and has every event in the end."""
    for order in orders():
        firm = a_firm_in(place)
        engine = engine_of(place)
        outcomes = order.play(
            place,
            by(firm.employee, registers(firm.activity)),
            partial(_runs_what_is_due, firm),
        )
        engine.run_due(organization_id=firm.id)
        with engine.view(Actor.user(firm.id, firm.admin.id)) as tx:
            assert tx.audit.verify() is None
            numbers = [record.number for record in tx.audit.records()]
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            assert not uow.events.unsealed(10)
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers
        assert outcomes.successes == 2


@pytest.mark.requirement("B-07", "B-08")
def test_two_who_seal_make_one_trail(place: Place) -> None:
    """No event is sealed twice, and no number is given twice."""
    for order in orders(are_alike=True):
        firm = a_firm_in(place)
        engine = engine_of(place)
        for minutes in (10, 20):
            engine.run(Actor.user(firm.id, firm.employee.id), registers(firm.activity, minutes))
        order.play(place, by(firm.admin, lambda tx: tx.audit.seal()), by(firm.manager, lambda tx: tx.audit.seal()))
        with engine.view(Actor.user(firm.id, firm.admin.id)) as tx:
            assert [record.number for record in tx.audit.records()] == [1, 2]
            assert tx.audit.verify() is None
