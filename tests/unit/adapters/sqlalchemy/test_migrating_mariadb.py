"""Changing a schema on MariaDB while people work with it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from sqlalchemy import Engine, create_engine, event, inspect

from tests.conformance.databases import configured
from worktraq.adapters.sqlalchemy import SqlStore, databases, migrating
from worktraq.adapters.sqlalchemy.migrating import migrate
from worktraq.errors import Conflict

pytestmark = pytest.mark.requirement("B-08")


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Of a new database."""
    with new_database() as opened:
        yield opened


@contextmanager
def new_database() -> Iterator[Engine]:
    """The engine of one."""
    server = next((each for each in configured() if each.name == "mariadb"), None)
    if server is None:
        pytest.skip("no MariaDB server was found")
    with server.database() as database:
        opened = create_engine(database.url)
        yield opened
        opened.dispose()


def columns(engine: Engine) -> set[str]:
    """Of items."""
    return {column["name"] for column in inspect(engine).get_columns("worktraq_item")}


def test_a_long_look_at_a_table_keeps_nobody_else_out(engine: Engine) -> None:
    """Who wants the table gets it in between the attempts to change it, and once the look is over it is changed."""
    with engine.begin() as connection:
        migrate(connection, "worktraq_0004")
    gave_way = Event()

    @event.listens_for(engine, "handle_error")
    def note(_context: object) -> None:
        gave_way.set()

    with ThreadPoolExecutor(1) as pool, engine.connect() as looking:
        looking.exec_driver_sql("SELECT count(*) FROM worktraq_item")
        migrated = pool.submit(SqlStore(engine).migrate)
        assert gave_way.wait(60)
        with engine.connect() as other:
            other.exec_driver_sql("SET SESSION lock_wait_timeout = 30")
            assert other.exec_driver_sql("SELECT count(*) FROM worktraq_item").scalar() == 0
            other.invalidate()
        assert not migrated.done()
        assert "vat_hundredths" not in columns(engine)
        looking.rollback()
        migrated.result(60)
    assert "vat_hundredths" in columns(engine)
    with engine.connect() as other:
        ((here, everywhere),) = other.exec_driver_sql("SELECT @@SESSION.lock_wait_timeout, @@GLOBAL.lock_wait_timeout")
    assert here == everywhere


def test_every_new_column_is_added_at_once(engine: Engine) -> None:
    """MariaDB refuses what it cannot do without writing the table anew."""
    added: list[str] = []

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def at_once(
        _connection: object, _cursor: object, statement: str, parameters: object, _context: object, _many: object
    ) -> tuple[str, object]:
        if " ADD COLUMN " in statement:
            added.append(statement)
            statement += ", ALGORITHM=INSTANT"
        return statement, parameters

    SqlStore(engine).migrate()
    assert len(added) > 10


def test_who_cannot_have_the_schema_for_himself_is_told(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """He does not change it at the same time as somebody else."""
    monkeypatch.setattr(databases, "MIGRATION_SECONDS", 0)
    monkeypatch.setattr(migrating, "PATIENCE_SECONDS", 0)
    store = SqlStore(engine)
    with store._alone(), pytest.raises(Conflict) as refused:
        store.migrate()
    assert refused.value.is_retryable
    assert inspect(engine).get_table_names() == []


def test_databases_on_one_server_are_changed_side_by_side(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has a schema for himself keeps nobody from another one."""
    monkeypatch.setattr(databases, "MIGRATION_SECONDS", 0)
    with new_database() as other, SqlStore(engine)._alone():
        SqlStore(other).migrate()
        assert "vat_hundredths" in columns(other)
