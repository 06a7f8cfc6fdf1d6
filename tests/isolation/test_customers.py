"""Customers, and what hangs on them, when two people change them at the same time."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from tests.isolation.acts import (
    Deed,
    a_firm_in,
    by,
    deletes_customer,
    deletes_project,
    engine_of,
    sets_markup,
    sets_rate,
)
from tests.isolation.places import Place
from tests.isolation.turns import orders
from worktraq.core.actors import Actor
from worktraq.core.imports import ImportPlan
from worktraq.core.markups import MarkupSubject
from worktraq.core.notifications import NotificationKind
from worktraq.core.projects import Project
from worktraq.core.rates import RateSubject
from worktraq.core.sheets import Sheet
from worktraq.errors import Conflict
from worktraq.testing.firms import Firm
from worktraq.usecases.transaction import Transaction


def _adds_customer(tx: Transaction) -> object:
    return tx.customers.add_business(company_name="Slagerij Pieters", number="K-7")


def _numbers(firm: Firm) -> Deed:
    customer = firm.other_customer
    return lambda tx: tx.customers.change(customer.id, version=customer.version, number="K-7")


@pytest.mark.requirement("B-08")
def test_a_customer_number_is_given_once(place: Place) -> None:
    """Of two who give it at the same time, to a new customer and to another one, one is told that it is taken."""
    for order in orders():
        firm = a_firm_in(place)
        outcomes = order.play(place, by(firm.manager, _adds_customer), by(firm.admin, _numbers(firm)))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            assert len(uow.customers.find_by_numbers(["K-7"])) == 1
        assert outcomes.successes == 1


@pytest.mark.requirement("B-08", "T-06", "W-05")
@pytest.mark.parametrize("subject", [RateSubject.CUSTOMER, RateSubject.PROJECT, RateSubject.ACTIVITY])
def test_no_rate_outlives_its_customer(place: Place, subject: RateSubject) -> None:
    """A rate that is set while the customer is deleted goes with it, or comes too late; also one on what hangs on it."""
    for order in orders():
        firm = a_firm_in(place)
        things: Mapping[RateSubject, UUID] = {
            RateSubject.CUSTOMER: firm.customer.id,
            RateSubject.PROJECT: firm.project.id,
            RateSubject.ACTIVITY: firm.activity.id,
        }
        order.play(
            place,
            by(firm.manager, sets_rate(subject, things[subject])),
            by(firm.admin, deletes_customer(firm.customer)),
        )
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            assert uow.customers.find(firm.customer.id) is None
            assert not uow.rates.on_subjects([things[subject]])


@pytest.mark.requirement("B-08", "T-06", "W-05")
def test_no_markup_outlives_its_customer(place: Place) -> None:
    """As with a rate."""
    for order in orders():
        firm = a_firm_in(place)
        sets = by(firm.manager, sets_markup(MarkupSubject.CUSTOMER, firm.customer.id))
        order.play(place, sets, by(firm.admin, deletes_customer(firm.customer)))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            assert uow.customers.find(firm.customer.id) is None
            assert not uow.markups.on_subjects([firm.customer.id])


@pytest.mark.requirement("B-08", "W-05")
def test_no_rate_outlives_its_project(place: Place) -> None:
    """As with a customer."""
    for order in orders():
        firm = a_firm_in(place)
        project = _new_project(place, firm)
        sets = by(firm.manager, sets_rate(RateSubject.PROJECT, project.id))
        order.play(place, sets, by(firm.admin, deletes_project(project)))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            assert uow.projects.find(project.id) is None
            assert not uow.rates.on_subjects([project.id])


def _new_project(place: Place, firm: Firm) -> Project:
    with engine_of(place).transaction(Actor.user(firm.id, firm.manager.id)) as tx:
        return tx.projects.add(firm.customer.id, name="New")


@pytest.mark.requirement("B-08")
def test_an_import_is_applied_once(place: Place) -> None:
    """Whoever applies the same plan at the same time is told that it is stale, and every row is there once."""
    for order in orders(are_alike=True):
        firm = a_firm_in(place)
        plan = _planned(place, firm)
        outcomes = order.play(place, by(firm.manager, _applies(plan)), by(firm.admin, _applies(plan)))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            assert len(uow.customers.find_by_numbers(["K-8", "K-9"])) == 2
        assert outcomes.successes == 1
        assert isinstance(outcomes.one if outcomes.succeeded[1] else outcomes.another, Conflict)


def _planned(place: Place, firm: Firm) -> ImportPlan:
    rows = (("Klantnummer", "Bedrijfsnaam"), ("K-8", "Slagerij Pieters"), ("K-9", "Groenteboer De Wit"))
    with engine_of(place).view(Actor.user(firm.id, firm.manager.id)) as tx:
        return tx.imports.plan_customers([Sheet("Klanten", rows)])


def _applies(plan: ImportPlan) -> Deed:
    return lambda tx: tx.imports.apply(plan)


@pytest.mark.requirement("B-08")
def test_of_two_looks_one_is_kept(place: Place) -> None:
    """Whoever chooses a colour at the same time as somebody else is told; the first one too, that nobody lost his."""
    for order in orders(are_alike=True):
        firm = a_firm_in(place)
        outcomes = order.play(place, by(firm.admin, _colours("#112233")), by(firm.admin, _colours("#445566")))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            brand = uow.brands.find()
        assert brand is not None
        assert (brand.colour, brand.version) == ("#112233" if outcomes.succeeded[0] else "#445566", 1)
        assert outcomes.successes == 1


def _colours(colour: str) -> Deed:
    return lambda tx: tx.organizations.change_brand(version=0, colour=colour)


@pytest.mark.requirement("B-08")
def test_of_two_texts_for_the_same_mail_one_is_kept(place: Place) -> None:
    """A text of mails without a name of its own stands alone for its kind and language."""
    for order in orders(are_alike=True):
        firm = a_firm_in(place)
        outcomes = order.play(place, by(firm.admin, _words("Even kijken?")), by(firm.manager, _words("Al gezien?")))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            assert len(uow.templates.all()) == 1
        assert outcomes.successes == 1


def _words(subject: str) -> Deed:
    kind, body = NotificationKind.APPROVAL_REMINDER, "{{ link }}"
    return lambda tx: tx.notifications.add_template(kind, language="nl", subject=subject, body=body)
