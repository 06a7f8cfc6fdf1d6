"""Random interleavings of whole transactions: every store does what the memory store does in some order of them."""

from collections.abc import Callable

import pytest
from attrs import evolve
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from tests.budgets import chosen
from worktraq.adapters.memory import MemoryStore
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.testing.machine import Tally, check_interleavings

BRIEFLY = {
    "sqlite": "PRAGMA busy_timeout = 0",
    "postgresql": "SET lock_timeout = '1ms'",
    "mariadb": "SET SESSION innodb_lock_wait_timeout = 0",
}
"""How to wait for nobody: all transactions are of one thread, which would wait for itself."""


@pytest.mark.requirement("B-08", "B-09")
def test_a_store_does_what_the_memory_store_does(url: str, record_property: Callable[[str, object], None]) -> None:
    """Whatever people do in transactions that overlap: outcomes, errors and content are those of one after the other."""
    store = SqlStore.from_url(url)

    @event.listens_for(store.engine, "connect")
    def wait_for_nobody(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(BRIEFLY[store.engine.dialect.name])
        cursor.close()
        connection.commit()

    total = _run_until_enough(store, interleavings=chosen(modest=0, large=10_000))
    store.close()
    record_property("figure", f"interleavings on {store.engine.dialect.name}: {total}")


@pytest.mark.requirement("B-09")
def test_the_memory_store_does_what_it_does() -> None:
    """Which lets one transaction in at a time: the machine finds no fault with that."""
    tally = check_interleavings(MemoryStore(), examples=chosen(modest=10, large=2_000))
    assert tally.compared
    assert tally.interleavings == 0


def _run_until_enough(store: SqlStore, *, interleavings: int) -> Tally:
    """So many groups of transactions that overlap, or on SQLite, where none do, so many that met another one."""
    total = check_interleavings(store, examples=chosen(modest=4, large=100))
    while total.interleavings + total.conflicts < interleavings:
        more = check_interleavings(store, examples=100)
        total = evolve(total, **{name: getattr(total, name) + getattr(more, name) for name in _COUNTED})
    assert total.compared
    return total


_COUNTED = ("transactions", "kept", "interleavings", "reordered", "conflicts", "compared")
