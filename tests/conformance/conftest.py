"""The stores that every contract runs on: memory and SQLite always, PostgreSQL and MariaDB where there is a server.

MariaDB keeps transactions apart in two ways, by `innodb_snapshot_isolation`, which differs between its versions. What
depends on it runs on both (`mariadb` without, `mariadb-snapshot` with it), and everything does with the large budgets.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest
from attrs import frozen
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import QueuePool

from tests.budgets import chosen
from tests.conformance.databases import configured, isolating, remove_rows, tables_to_empty
from worktraq.adapters.memory import MemoryStore
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.ports.unit_of_work import Store

SEVERAL_AT_ONCE = {"Barrier", "Thread", "ThreadPoolExecutor"}


@frozen
class Opened:
    """A store with its schema, for all tests of this process; connections and compiled statements are kept."""

    store: SqlStore
    tables: Sequence[str]

    @classmethod
    def at(cls, url: str) -> "Opened":
        """Make the schema in an empty database."""
        store = SqlStore.from_url(url)
        if store.engine.dialect.name == "sqlite":
            event.listen(store.engine, "connect", _wait_for_no_disk)
        store.migrate()
        return cls(store, tables_to_empty(store.engine))


def _wait_for_no_disk(connection: DBAPIConnection, _record: object) -> None:
    """Nothing here need outlive the machine."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run everything that takes a store once on each."""
    if "store" in metafunc.fixturenames:
        servers = isolating() if _depends_on_isolation(metafunc) else configured()
        metafunc.parametrize("store", ["memory", "sqlite", *(server.name for server in servers)], indirect=True)


def _depends_on_isolation(metafunc: pytest.Metafunc) -> bool:
    from worktraq.testing.contracts.unit_of_work import TransactionContract

    does_several_things_at_once = not SEVERAL_AT_ONCE.isdisjoint(metafunc.function.__globals__)
    is_about_transactions = metafunc.cls is not None and issubclass(metafunc.cls, TransactionContract)
    return chosen(modest=does_several_things_at_once or is_about_transactions, large=True)


@pytest.fixture
def store(request: pytest.FixtureRequest, opened: Callable[[str], Opened]) -> Iterator[Store]:
    """An empty store with its schema up to date, that gets all its connections back."""
    if request.param == "memory":
        yield MemoryStore()
        return
    database = opened(request.param)
    pool = database.store.engine.pool
    remove_rows(database.store.engine, database.tables)
    yield database.store
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0, "a transaction was left open"


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Opened]]:
    """The databases of this process, each made when it is asked for."""
    made: dict[str, Opened] = {}
    with ExitStack() as stack:

        def database(name: str) -> Opened:
            if name not in made:
                made[name] = Opened.at(_url(name, tmp_path_factory, stack))
                stack.callback(made[name].store.close)
            return made[name]

        yield database


def _url(name: str, tmp_path_factory: pytest.TempPathFactory, stack: ExitStack) -> str:
    if name == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'worktraq.db'}"
    server = next(server for server in isolating() if server.name == name)
    return stack.enter_context(server.database()).url
