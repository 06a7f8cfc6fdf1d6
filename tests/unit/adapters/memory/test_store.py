"""What is peculiar to the store in memory; everything else stands in the contracts."""

from datetime import timedelta

import pytest

from worktraq.adapters.memory import MemoryStore
from worktraq.core.paging import Key, PageRequest
from worktraq.errors import AdapterError, Conflict, InvalidInput, Refused
from worktraq.ports.unit_of_work import Store
from worktraq.testing.builders import a_user, an_intent, an_organization
from worktraq.testing.fakes import FixedClock
from worktraq.testing.firms import stored_firm

LEASE = timedelta(minutes=5)


def test_it_is_a_store() -> None:
    """It satisfies the port, and an empty one has no organization."""
    store: Store = MemoryStore()
    assert list(store.directory.organization_ids()) == []


def test_migrating_keeps_what_is_stored() -> None:
    """There is no schema, and what a host calls for other stores does no harm."""
    store = MemoryStore()
    firm = stored_firm(store)
    store.migrate()
    assert list(store.directory.organization_ids()) == [firm.id]


def test_a_connection_of_the_host_is_not_taken() -> None:
    """There is nothing that a transaction could be shared with."""
    with (
        pytest.raises(AdapterError) as caught,
        MemoryStore().unit_of_work(an_organization().id, writes=True, connection=object()),
    ):
        pass
    assert caught.value.code == "connection_not_taken"
    assert not caught.value.is_transient


@pytest.mark.parametrize("is_same", [True, False])
def test_a_transaction_within_a_transaction_is_a_conflict(is_same: bool) -> None:
    """There is one writer at a time, also within a thread; the outer transaction goes on."""
    store = MemoryStore()
    firm, other = stored_firm(store), stored_firm(store)
    user = a_user(firm.id)
    with store.unit_of_work(firm.id, writes=True) as uow:
        with (
            pytest.raises(Conflict) as caught,
            store.unit_of_work(firm.id if is_same else other.id, writes=True),
        ):
            pass
        uow.users.add(user)
    assert caught.value.is_retryable
    with store.unit_of_work(firm.id, writes=False) as view:
        assert view.users.find(user.id) == user


def test_a_transaction_that_ended_refuses_changes() -> None:
    """What somebody kept of it after a commit or rollback can change nothing any more."""
    store = MemoryStore()
    firm = stored_firm(store)
    with store.unit_of_work(firm.id, writes=True) as committed:
        committed.users.lock(firm.admin.id)
    with pytest.raises(ValueError, match="undone"), store.unit_of_work(firm.id, writes=True) as failed:
        raise ValueError("undone")
    for ended in (committed, failed):
        with pytest.raises(Refused):
            ended.users.add(a_user(firm.id))


def test_leases_and_waits_run_by_the_clock_that_is_given() -> None:
    """An intent is claimed again when its lease, or its wait, is over, and not a microsecond before."""
    clock = FixedClock()
    store = MemoryStore(clock=clock)
    firm = stored_firm(store)
    with store.unit_of_work(firm.id, writes=True) as uow:
        uow.outbox.add(an_intent(firm.employee))
    store.claims.claim(1, LEASE)
    clock.tick(LEASE - timedelta(microseconds=1))
    assert store.claims.claim(1, LEASE) == []
    clock.tick(timedelta(microseconds=1))
    (claimed,) = store.claims.claim(1, LEASE)
    assert store.claims.postpone(claimed, timedelta(minutes=1), "mail_down")
    assert store.claims.claim(1, LEASE) == []
    clock.tick(timedelta(minutes=1))
    assert [again.attempts for again in store.claims.claim(1, LEASE)] == [3]


@pytest.mark.parametrize("key", [(), ("a",), ("a", 1), (1, 2), ("a", "b", "c")])
def test_a_cursor_of_another_list_is_refused(key: Key) -> None:
    """A key that no row of the list can have is the host's mistake, and says so."""
    store = MemoryStore()
    firm = stored_firm(store)
    with store.unit_of_work(firm.id, writes=False) as uow, pytest.raises(InvalidInput) as caught:
        uow.users.page(PageRequest(10, key), role=None, is_active=None, is_invited=None, search="")
    assert caught.value.code == "cursor_malformed"
