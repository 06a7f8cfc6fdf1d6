"""Changing the schema while people work with it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Engine, create_engine, event, inspect

from tests.conformance.databases import configured
from worktraq.adapters.sqlalchemy import SqlStore, databases, migrating
from worktraq.adapters.sqlalchemy.migrating import migrate
from worktraq.adapters.sqlalchemy.schema import metadata
from worktraq.errors import Conflict

pytestmark = pytest.mark.requirement("B-08")


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Of a database at a revision behind which tables get new columns."""
    server = next((each for each in configured() if each.name == "postgres"), None)
    if server is None:
        pytest.skip("no PostgreSQL server was found")
    with server.database() as database:
        opened = create_engine(database.url)
        with opened.begin() as connection:
            migrate(connection, "worktraq_0004")
        yield opened
        opened.dispose()


def columns(engine: Engine) -> set[str]:
    """Of items."""
    return {column["name"] for column in inspect(engine).get_columns("worktraq_item")}


def test_a_long_look_at_a_table_keeps_nobody_else_out(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who wants the table gets it in between the attempts to change it, and once the look is over it is changed."""
    monkeypatch.setattr(databases, "LOCK_MILLISECONDS", 50)
    tried, gave_way = Event(), Event()

    @event.listens_for(engine, "handle_error")
    def note(_context: object) -> None:
        (gave_way if tried.is_set() else tried).set()

    with ThreadPoolExecutor(1) as pool, engine.connect() as looking:
        looking.exec_driver_sql("SELECT count(*) FROM worktraq_item")
        migrated = pool.submit(SqlStore(engine).migrate)
        assert tried.wait(60)
        with engine.connect() as other:
            other.exec_driver_sql("SET statement_timeout = '30s'")  # it would wait for whoever looks, without end
            assert other.exec_driver_sql("SELECT count(*) FROM worktraq_item").scalar() == 0
        assert gave_way.wait(60)
        assert not migrated.done()
        assert "vat_hundredths" not in columns(engine)
        looking.rollback()
        migrated.result(60)
    assert "vat_hundredths" in columns(engine)


def test_waiting_for_a_table_has_an_end(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is given up is told that it can be tried again; what was done before stays done, revision by revision."""
    monkeypatch.setattr(databases, "LOCK_MILLISECONDS", 50)
    monkeypatch.setattr(migrating, "PATIENCE_SECONDS", 0)
    with engine.connect() as looking:
        looking.exec_driver_sql("SELECT count(*) FROM worktraq_item")
        with pytest.raises(Conflict) as refused:
            SqlStore(engine).migrate()
    assert refused.value.is_retryable
    SqlStore(engine).migrate()
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())


def test_a_new_column_leaves_the_rows_as_they_are(engine: Engine) -> None:
    """PostgreSQL writes a table anew for some columns, and gives it another file then; none of ours is such."""
    before = files_of(engine)
    SqlStore(engine).migrate()
    after = files_of(engine)
    assert {name: after[name] for name in before} == before


def files_of(engine: Engine) -> dict[str, int]:
    """In which file each table stands."""
    query = "SELECT relname, relfilenode FROM pg_class WHERE starts_with(relname, 'worktraq_') AND relkind = 'r'"
    with engine.connect() as connection:
        return {row.relname: row.relfilenode for row in connection.exec_driver_sql(query)}


def test_an_index_made_beforehand_is_taken(engine: Engine) -> None:
    """A host makes it without keeping anybody from writing, and migrates then."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(
            "CREATE INDEX CONCURRENTLY ix_worktraq_item_comment_user ON worktraq_item_comment (organization_id, user_id)"
        )
    SqlStore(engine).migrate()
    names = {each["name"] for each in inspect(engine).get_indexes("worktraq_item_comment")}
    assert "ix_worktraq_item_comment_user" in names
