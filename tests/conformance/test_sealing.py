"""Sealing beside work that goes on, on the databases that have several writers at once."""

from datetime import timedelta
from threading import Thread

import pytest

from worktraq import Actor, WorkTraq
from worktraq.core.audit import first_broken, sealed
from worktraq.ports.unit_of_work import Store
from worktraq.testing.builders import MONDAY, an_event
from worktraq.testing.contracts.base import reading, writing
from worktraq.testing.firms import stored_firm
from worktraq.usecases import audit


@pytest.fixture
def shared_store(store: Store, request: pytest.FixtureRequest) -> Store:
    """A store with several writers at once."""
    if request.node.callspec.params["store"] in ("memory", "sqlite"):
        pytest.skip("has one writer at a time")
    return store


@pytest.mark.requirement("B-07")
def test_nobody_who_registers_waits_for_the_sealer(shared_store: Store) -> None:
    """While a sealer holds its transaction, somebody else registers and commits; it is sealed the next time."""
    firm = stored_firm(shared_store)
    engine = WorkTraq(shared_store)
    with writing(shared_store, firm) as uow:
        uow.events.append(an_event(firm.id, firm.customer.id))

    def register() -> None:
        with engine.transaction(Actor.user(firm.id, firm.employee.id)) as tx:
            tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60)
            tx.approval.submit_items([tx.entries.list().items[0].id])

    with writing(shared_store, firm) as uow:
        uow.events.seal(*sealed(uow.events.unsealed(100), uow.events.head()))
        worker = Thread(target=register, daemon=True)
        worker.start()
        worker.join(timedelta(seconds=20).total_seconds())
        assert not worker.is_alive(), "registering waits for the sealer"
        assert [record.number for record in uow.events.chain(0, None)] == [1]
    with reading(shared_store, firm) as uow:
        assert len(uow.events.unsealed(100)) == 2
    engine.run_due()
    with reading(shared_store, firm) as uow:
        chain = list(uow.events.chain(0, None))
    assert first_broken(chain) is None
    assert len(chain) == 3


@pytest.mark.requirement("B-07")
def test_many_events_are_sealed_in_several_transactions(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of them holds more than the limit, and in the end everything is sealed."""
    firm = stored_firm(store)
    with writing(store, firm) as uow:
        uow.events.append(*(an_event(firm.id, firm.customer.id) for _ in range(25)))
    monkeypatch.setattr(audit, "MOST_AT_ONCE", 10)
    monkeypatch.setattr(audit.Audit.seal, "__kwdefaults__", {"limit": 10})
    assert WorkTraq(store).run_due().sealed == 25
    with reading(store, firm) as uow:
        assert first_broken(uow.events.chain(0, None)) is None
        assert list(uow.events.unsealed(100)) == []
