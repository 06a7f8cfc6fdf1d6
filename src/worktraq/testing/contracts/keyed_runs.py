"""What every store must do with what was done under a key of the host."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.actors import Actor
from worktraq.core.ids import CustomerId
from worktraq.core.keyed_runs import KEPT_FOR
from worktraq.engine import WorkTraq
from worktraq.errors import Conflict, WorktraqError
from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.builders import a_keyed_run, a_time_entry
from worktraq.testing.contracts.base import (
    StoreContract,
    conflict,
    many_examples,
    read_only,
    reading,
    rolled_back,
    writing,
)
from worktraq.testing.fakes import FixedClock, RecordingNotifier
from worktraq.testing.firms import Firm
from worktraq.usecases.transaction import Transaction

_AT_ONCE = 6
_MOMENT = timedelta(microseconds=1)


class KeyedRunRepositoryContract(StoreContract):
    """The runs of an organization: one for a key and whoever asked."""

    def test_a_run_is_claimed_and_kept(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """It is found by the digest of its key, with its outcome; in its own organization only."""
        run = a_keyed_run(firm.id)
        done = evolve(run, outcome='"x"')
        with writing(store, firm) as uow:
            assert uow.keyed_runs.find(run.key_hash) is None
            uow.keyed_runs.claim(run)
            assert uow.keyed_runs.find(run.key_hash) == run
            uow.keyed_runs.keep(done)
        with reading(store, firm) as uow:
            assert uow.keyed_runs.find(run.key_hash) == done
            assert uow.keyed_runs.find(b"o" * 32) is None
        with writing(store, other_firm) as uow:
            assert uow.keyed_runs.find(run.key_hash) is None
            uow.keyed_runs.claim(evolve(run, organization_id=other_firm.id))

    @many_examples
    @given(data=st.data())
    def test_every_run_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever the core makes is kept exactly."""
        run = data.draw(strategies.keyed_runs(firm))
        with rolled_back(store, firm) as uow:
            uow.keyed_runs.claim(evolve(run, outcome=""))
            uow.keyed_runs.keep(run)
            assert uow.keyed_runs.find(run.key_hash) == run

    def test_a_run_is_claimed_once(self, store: Store, firm: Firm) -> None:
        """Whoever comes second may try again; the first one stays as it is."""
        run = a_keyed_run(firm.id)
        with writing(store, firm) as uow:
            uow.keyed_runs.claim(run)
        with pytest.raises(Conflict) as caught, writing(store, firm) as uow:
            uow.keyed_runs.claim(evolve(run, given_hash=b"o" * 32))
        assert (caught.value.code, caught.value.is_retryable) == ("key_in_use", True)
        with conflict("key_in_use"), writing(store, firm) as uow:
            uow.keyed_runs.claim(a_keyed_run(firm.id, b"2" * 32))
            uow.keyed_runs.claim(a_keyed_run(firm.id, b"2" * 32))
        with reading(store, firm) as uow:
            assert uow.keyed_runs.find(run.key_hash) == run
            assert uow.keyed_runs.find(b"2" * 32) is None

    def test_old_runs_are_forgotten(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Those from before an instant, of this organization."""
        old, later = a_keyed_run(firm.id), a_keyed_run(firm.id, b"2" * 32)
        later = evolve(later, at=old.at + _MOMENT)
        for each in (firm, other_firm):
            with writing(store, each) as uow:
                uow.keyed_runs.claim(evolve(old, organization_id=each.id))
                uow.keyed_runs.claim(evolve(later, organization_id=each.id))
        with writing(store, firm) as uow:
            assert uow.keyed_runs.forget(old.at) == 0
            assert uow.keyed_runs.forget(later.at) == 1
            assert uow.keyed_runs.forget(later.at) == 0
            assert uow.keyed_runs.find(old.key_hash) is None
            assert uow.keyed_runs.find(later.key_hash) == later
        with reading(store, other_firm) as uow:
            assert uow.keyed_runs.find(old.key_hash) is not None

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing is claimed, kept or forgotten without `writes`."""
        run = a_keyed_run(firm.id)
        with read_only(), reading(store, firm) as uow:
            uow.keyed_runs.claim(run)
        with read_only(), reading(store, firm) as uow:
            uow.keyed_runs.keep(run)
        with read_only(), reading(store, firm) as uow:
            uow.keyed_runs.forget(run.at)


class DoneOnceContract(StoreContract):
    """What is asked for with a key is done once (B-08)."""

    @pytest.fixture
    def engine(self, store: Store) -> WorkTraq:
        """On the store, with a clock that stands still."""
        return WorkTraq(store, clock=FixedClock(), notifier=RecordingNotifier())

    @pytest.mark.requirement("B-08")
    def test_many_who_ask_at_once_get_one_outcome(self, engine: WorkTraq, firm: Firm) -> None:
        """One of them does it; the others wait, and get what came of it."""
        manager = Actor.user(firm.id, firm.manager.id)
        barrier = Barrier(_AT_ONCE)

        def add_customer(tx: Transaction) -> CustomerId:
            return tx.customers.add_business(company_name="Nova", number="N-1").id

        def ask(_: int) -> CustomerId:
            barrier.wait()
            return engine.run(manager, add_customer, key="key")

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            outcomes = Counter(pool.map(ask, range(_AT_ONCE)))
        with engine.view(manager) as tx:
            (added,) = tx.customers.list(search="Nova")
        assert outcomes == {added.id: _AT_ONCE}

    @pytest.mark.requirement("B-08")
    def test_one_key_tells_once(self, engine: WorkTraq, store: Store, firm: Firm) -> None:
        """However often a rejection is asked for, there is one mail, one fact and one decision."""
        item = a_time_entry(firm.activity)
        with writing(store, firm) as uow:
            uow.items.add(item)
        employee, manager = (Actor.user(firm.id, user.id) for user in (firm.employee, firm.manager))

        def submit(tx: Transaction) -> None:
            tx.approval.submit_items([item.id])

        def reject(tx: Transaction) -> str:
            (rejected,) = tx.approval.reject([item.id], reason="See the agreement")
            return rejected.state.value

        for _ in range(3):
            engine.run(employee, submit, key="submit")
        assert [engine.run(manager, reject, key="reject", given="x") for _ in range(3)] == ["rejected"] * 3
        assert engine.deliver_notifications().delivered == 1
        with engine.view(manager) as tx:
            assert len(tx.approval.decisions(item.id)) == 1

    @pytest.mark.requirement("B-08")
    def test_what_fails_leaves_the_key_free(self, engine: WorkTraq, firm: Firm) -> None:
        """A refusal is no outcome: asked again, it is tried again, also with another input."""
        manager = Actor.user(firm.id, firm.manager.id)

        def fail(tx: Transaction) -> None:
            tx.customers.add_business(company_name="Nova")
            raise NotImplementedError

        with pytest.raises(NotImplementedError):
            engine.run(manager, fail, key="key", given=1)
        with pytest.raises(WorktraqError):
            engine.run(manager, lambda tx: tx.customers.add_business(company_name="Nova"), key="key", given=2)
        assert engine.run(manager, lambda tx: len(tx.customers.list(search="Nova")), key="key", given=3) == 0
        assert engine.run(manager, lambda _: 1, key="key", given=3) == 0

    @pytest.mark.requirement("B-08")
    def test_outcomes_are_forgotten_in_the_end(self, store: Store, firm: Firm) -> None:
        """Seven days later, what time brings takes them away, and the key is new."""
        clock = FixedClock()
        engine = WorkTraq(store, clock=clock)
        admin = Actor.user(firm.id, firm.admin.id)
        assert engine.run(admin, lambda _: 1, key="key") == 1
        clock.tick(KEPT_FOR)
        engine.run_due()
        assert engine.run(admin, lambda _: 2, key="key") == 1
        clock.tick(_MOMENT)
        engine.run_due()
        assert engine.run(admin, lambda _: 2, key="key") == 2
