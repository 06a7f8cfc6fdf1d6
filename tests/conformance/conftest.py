"""The stores that every contract runs on: memory and SQLite always, PostgreSQL and MariaDB where a URL names a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.databases import SERVERS, ServerDatabase, configured
from worktraq.ports.unit_of_work import Store

pytest.register_assert_rewrite("worktraq.testing.contracts")


def pytest_report_header() -> list[str]:
    """Which stores the contracts run on, and which they could."""
    missing = [f"{server.name} ({server.variable} is not set)" for server in SERVERS if server not in configured()]
    return [f"stores: {', '.join(_stores())}" + (f"; not {', '.join(missing)}" if missing else "")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run everything that takes a store once on each."""
    if "store" in metafunc.fixturenames:
        metafunc.parametrize("store", _stores(), indirect=True)


def _stores() -> list[str]:
    return ["memory", "sqlite", *(server.name for server in configured())]


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store with its schema up to date."""
    if request.param == "memory":
        from worktraq.adapters.memory import MemoryStore

        yield MemoryStore()
        return
    from worktraq.adapters.sqlalchemy import SqlStore

    if request.param == "sqlite":
        template: Path = request.getfixturevalue("migrated_file")
        file = tmp_path / "worktraq.db"
        file.write_bytes(template.read_bytes())
        url = f"sqlite:///{file}"
    else:
        database: ServerDatabase = request.getfixturevalue(f"{request.param}_database")
        database.empty()
        url = database.url
    sql_store = SqlStore.from_url(url)
    yield sql_store
    sql_store.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with an empty schema, to be copied."""
    from worktraq.adapters.sqlalchemy import SqlStore

    file = tmp_path_factory.mktemp("template") / "migrated.db"
    migrating = SqlStore.from_url(f"sqlite:///{file}")
    migrating.migrate()
    migrating.close()
    assert not file.with_name("migrated.db-wal").exists(), "the file would not be whole"
    return file


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[ServerDatabase]:
    """A database of this run on the PostgreSQL server."""
    yield from _server_database("postgres")


@pytest.fixture(scope="session")
def mariadb_database() -> Iterator[ServerDatabase]:
    """A database of this run on the MariaDB server."""
    yield from _server_database("mariadb")


def _server_database(name: str) -> Iterator[ServerDatabase]:
    from worktraq.adapters.sqlalchemy import SqlStore

    server = next(server for server in SERVERS if server.name == name)
    with server.database() as database:
        migrating = SqlStore.from_url(database.url)
        migrating.migrate()
        migrating.close()
        yield database
