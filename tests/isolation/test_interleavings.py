"""Random interleavings of whole transactions: every store does what the memory store does in some order of them."""

from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from tests.budgets import chosen
from worktraq.adapters.memory import MemoryStore
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.testing.machine import check_interleavings
from worktraq.testing.tallies import Tally

BRIEFLY = {
    "sqlite": "PRAGMA busy_timeout = 0",
    "postgresql": "SET lock_timeout = '1ms'",
    "mariadb": "SET SESSION innodb_lock_wait_timeout = 0",
}
"""How to wait for nobody: all transactions are of one thread, which would wait for itself."""

STEPS = chosen(modest=40, large=100)


@pytest.mark.requirement("B-08", "B-09")
def test_a_store_does_what_the_memory_store_does(
    url: str, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    """Whatever people do in transactions that overlap: outcomes, errors and content are those of one after the other."""
    store = SqlStore.from_url(url)

    @event.listens_for(store.engine, "connect")
    def wait_for_nobody(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(BRIEFLY[store.engine.dialect.name])
        cursor.close()
        connection.commit()

    total = _run_until_enough(store, chosen(modest=0, large=10_000))
    store.close()
    record_property("figure", f"interleavings on {request.node.callspec.params['url']}: {total}")


@pytest.mark.requirement("B-09")
def test_the_memory_store_does_what_it_does() -> None:
    """Which lets one transaction in at a time: the machine finds no fault with that."""
    tally = check_interleavings(MemoryStore(), examples=chosen(modest=5, large=1_000), steps=STEPS)
    assert tally.compared
    assert tally.interleavings == 0


def _run_until_enough(store: SqlStore, wanted: int) -> Tally:
    """So many groups of transactions that overlap; on SQLite, where none do, so many that met another one."""
    has_one_writer = store.engine.dialect.name == "sqlite"
    total = Tally()
    while not total.compared or (total.encounters if has_one_writer else total.interleavings) < wanted:
        total += check_interleavings(store, examples=chosen(modest=2, large=50), steps=STEPS)
    return total
