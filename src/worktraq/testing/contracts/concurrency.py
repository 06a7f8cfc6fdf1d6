"""What every store must do when several threads work with it at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from attrs import evolve

from worktraq.core.ids import IntentId
from worktraq.errors import Conflict
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing.builders import a_customer, a_time_entry, a_user, an_intent
from worktraq.testing.contracts.base import StoreContract, reading, writing
from worktraq.testing.firms import Firm

WORKERS = 4
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

    def test_a_number_is_taken_once_however_many_want_it(self, store: Store, firm: Firm) -> None:
        """Of several who add the same number at the same time, one succeeds and the others meet a conflict."""

        def take_number(uow: UnitOfWork) -> None:
            if not uow.customers.find_by_numbers(["K-2"]):
                uow.customers.add(a_customer(firm.id, number="K-2"))

        at_once(store, firm, take_number, times=1)
        with reading(store, firm) as uow:
            assert len(uow.customers.find_by_numbers(["K-2"])) == 1

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
