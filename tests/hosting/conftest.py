"""Databases for hosts to put worktraq into: SQLite always, the servers that the environment names."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import create_engine, text

from tests.conformance.databases import ServerDatabase, configured
from worktraq.adapters.sqlalchemy import SqlStore


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, ServerDatabase]]:
    """A database on each server, with our schema and a table of the host."""
    with ExitStack() as stack:
        opened = {server.name: stack.enter_context(server.database()) for server in configured()}
        for database in opened.values():
            _prepare(database.url)
        yield opened


@pytest.fixture(params=["sqlite", *(server.name for server in configured())])
def url(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path, servers: dict[str, ServerDatabase]) -> str:
    """Of a database with our schema, and a table ``note`` of the host; both are empty."""
    if request.param == "sqlite":
        made = f"sqlite:///{copy(migrated, tmp_path / 'host.db')}"
        _add_table(made)
        return made
    servers[request.param].empty()
    return servers[request.param].url


def _prepare(url: str) -> None:
    store = SqlStore.from_url(url)
    store.migrate()
    store.close()
    _add_table(url)


def _add_table(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (content VARCHAR(20))"))
    engine.dispose()
