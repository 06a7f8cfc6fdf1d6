"""What every store must do when several threads work with it at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from attrs import evolve

from worktraq.core.actors import Actor
from worktraq.core.customers import Customer
from worktraq.core.ids import IntentId
from worktraq.core.projects import Activity
from worktraq.engine import WorkTraq
from worktraq.errors import Conflict, NotFound, Refused
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing.builders import (
    MONDAY,
    a_contact,
    a_customer,
    a_project,
    a_time_entry,
    a_user,
    an_activity,
    an_intent,
)
from worktraq.testing.contracts.base import StoreContract, reading, writing
from worktraq.testing.fakes import FixedClock
from worktraq.testing.firms import Firm
from worktraq.usecases.transaction import Transaction

WORKERS = 4
TIMES = 12
PATIENCE = 200
"""How often a worker tries again before the test gives up on it."""


class ConcurrencyContract(StoreContract):
    """Several threads at once: nothing is lost, and what is locked is counted right."""

    def test_no_update_is_lost(self, store: Store, firm: Firm) -> None:
        """Who meets a conflict tries again, and every change is there in the end."""

        def rename(uow: UnitOfWork) -> None:
            organization = uow.organizations.find()
            assert organization is not None
            version = organization.version + 1
            uow.organizations.save(evolve(organization, name=f"Acme {version}", version=version))

        at_once(store, firm, rename, times=5)
        with reading(store, firm) as uow:
            version = 1 + 5 * WORKERS
            assert uow.organizations.find() == evolve(firm.organization, name=f"Acme {version}", version=version)

    def test_a_rule_over_a_set_holds_under_the_lock_of_the_organization(self, store: Store, firm: Firm) -> None:
        """Who locks, counts, and then adds, never adds one too many."""

        def add_unless_full(uow: UnitOfWork) -> None:
            uow.organizations.lock()
            if uow.users.count_active(None) < 9:
                uow.users.add(a_user(firm.id))

        at_once(store, firm, add_unless_full, times=5)
        with reading(store, firm) as uow:
            assert uow.users.count_active(None) == 9

    def test_a_rule_over_a_set_holds_under_the_lock_of_a_user(self, store: Store, firm: Firm) -> None:
        """The minutes of a day never exceed it, however many register at once."""
        day = a_time_entry(firm.activity).on

        def register_unless_full(uow: UnitOfWork) -> None:
            uow.users.lock(firm.employee.id)
            if uow.items.minutes_on(firm.employee.id, [day]).get(day, 0) + 200 <= 1440:
                uow.items.add(a_time_entry(firm.activity, day, 200))

        at_once(store, firm, register_unless_full, times=4)
        with reading(store, firm) as uow:
            assert dict(uow.items.minutes_on(firm.employee.id, [day])) == {day: 1400}

    def test_a_rule_over_a_set_holds_under_the_lock_of_a_customer(self, store: Store, firm: Firm) -> None:
        """Who locks, counts, and then adds, never adds one too many."""

        def add_unless_full(uow: UnitOfWork) -> None:
            uow.customers.lock(firm.customer.id)
            if len(uow.contacts.of_customers([firm.customer.id])) < 4:
                uow.contacts.add(a_contact(firm.id, firm.customer))

        at_once(store, firm, add_unless_full, times=4)
        with reading(store, firm) as uow:
            assert len(uow.contacts.of_customers([firm.customer.id])) == 4

    def test_a_rule_holds_under_the_lock_of_a_contact(self, store: Store, firm: Firm) -> None:
        """Who locks and then looks, sees what another one has done before."""

        def name_unless_named(uow: UnitOfWork) -> None:
            uow.contacts.lock(firm.contact.id)
            if not uow.contacts.is_referred_to(firm.contact.id):
                uow.projects.add(evolve(a_project(firm.customer, "Audit"), contact_id=firm.contact.id))

        at_once(store, firm, name_unless_named, times=2)
        with reading(store, firm) as uow:
            named = [each for each in uow.projects.of_customer(firm.customer.id) if each.contact_id is not None]
        assert len(named) == 1

    def test_a_number_is_taken_once_however_many_want_it(self, store: Store, firm: Firm) -> None:
        """Of several who add the same number at the same time, one succeeds and the others meet a conflict."""

        def take_number(uow: UnitOfWork) -> None:
            if not uow.customers.find_by_numbers(["K-2"]):
                uow.customers.add(a_customer(firm.id, number="K-2"))

        at_once(store, firm, take_number, times=1)
        with reading(store, firm) as uow:
            assert len(uow.customers.find_by_numbers(["K-2"])) == 1

    @pytest.mark.requirement("T-06")
    def test_nothing_is_registered_on_a_customer_that_is_deleted(self, store: Store, firm: Firm) -> None:
        """Of registering and deleting at the same time one succeeds; no registration is left without its customer."""
        engine = WorkTraq(store, clock=FixedClock())
        employee, manager = (Actor.user(firm.id, user.id) for user in (firm.employee, firm.manager))
        for _ in range(TIMES):
            customer = a_customer(firm.id)
            activity = an_activity(firm.employee, customer)
            with writing(store, firm) as uow:
                uow.customers.add(customer)
                uow.activities.add(activity)
            at_the_same_time(
                partial(engine.run, employee, partial(_register, activity=activity)),
                partial(engine.run, manager, partial(_delete, customer=customer)),
            )
            with reading(store, firm) as uow:
                items = uow.customers.dependents(customer.id).items
                is_there = (uow.customers.find(customer.id) is not None, uow.activities.find(activity.id) is not None)
            assert (items, *is_there) in {(1, True, True), (0, False, False)}

    def test_an_intent_is_claimed_by_one_worker(self, store: Store, firm: Firm) -> None:
        """However many claim at the same time, each intent goes to one of them."""
        intents = [an_intent(firm.employee) for _ in range(40)]
        with writing(store, firm) as uow:
            uow.outbox.add(*intents)

        def claim_all(_worker: int) -> list[IntentId]:
            found: list[IntentId] = []
            for _ in range(PATIENCE):
                try:
                    batch = store.claims.claim(3, timedelta(hours=1))
                except Conflict:
                    continue
                if not batch:
                    break
                found += [claimed.intent.id for claimed in batch]
            return found

        with ThreadPoolExecutor(WORKERS) as pool:
            claimed = [intent_id for found in pool.map(claim_all, range(WORKERS)) for intent_id in found]
        assert sorted(claimed) == [intent.id for intent in intents]


def _register(tx: Transaction, *, activity: Activity) -> None:
    tx.entries.register_time(activity.id, on=MONDAY, minutes=60)


def _delete(tx: Transaction, *, customer: Customer) -> None:
    tx.customers.delete(customer.id, version=customer.version)


def at_the_same_time(*acts: Callable[[], None]) -> None:
    """Let each of these be done by a thread of its own, whether the others let it or not."""
    barrier = Barrier(len(acts))

    def do(act: Callable[[], None]) -> None:
        barrier.wait()
        with suppress(Refused, NotFound, Conflict):
            act()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(do, acts))


def at_once(store: Store, firm: Firm, change: Callable[[UnitOfWork], None], *, times: int) -> None:
    """Let several threads make a change a number of times each, and try again after every conflict."""
    barrier = Barrier(WORKERS)

    def work(_worker: int) -> None:
        barrier.wait()
        for _ in range(times):
            _until_done(store, firm, change)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))


def _until_done(store: Store, firm: Firm, change: Callable[[UnitOfWork], None]) -> None:
    for attempt in range(PATIENCE):
        try:
            with writing(store, firm) as uow:
                change(uow)
        except Conflict:
            if attempt == PATIENCE - 1:
                raise
        else:
            return
