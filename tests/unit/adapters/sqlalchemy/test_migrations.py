"""The schema that the revisions make, and how it is brought up and down."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, inspect

from tests.conformance.databases import configured
from worktraq.adapters.sqlalchemy import SqlStore, is_of_the_host
from worktraq.adapters.sqlalchemy.migrating import VERSION_LOCATION, VERSION_TABLE, migrate, take_back
from worktraq.adapters.sqlalchemy.schema import metadata

HOST_ENVIRONMENT = """
from alembic import context

with context.config.attributes["engine"].begin() as connection:
    context.configure(connection=connection)
    context.run_migrations()
"""


@pytest.fixture(params=["sqlite", *(server.name for server in configured())])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Of an empty database."""
    if request.param == "sqlite":
        opened = create_engine(f"sqlite:///{tmp_path}/hours.db")
        yield opened
        opened.dispose()
        return
    server = next(server for server in configured() if server.name == request.param)
    with server.database() as database:
        opened = create_engine(database.url)
        yield opened
        opened.dispose()


def tables_in(engine: Engine) -> set[str]:
    """The tables of ours in a database, without that of the versions."""
    return {name for name in inspect(engine).get_table_names() if name.startswith("worktraq_")} - {VERSION_TABLE}


def test_the_revisions_make_what_the_code_expects(engine: Engine) -> None:
    """Tables, columns, keys and indexes are those of the metadata, and no others; also when it is done at every start."""
    store = SqlStore(engine)
    store.migrate()
    store.migrate()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
    assert tables_in(engine) == set(metadata.tables)


def test_everything_can_be_taken_back(engine: Engine) -> None:
    """Step by step up, for every revision stands on the ones before it; down to nothing, and up again."""
    revisions = [each.revision for each in ScriptDirectory(str(VERSION_LOCATION.parent)).walk_revisions()]
    for revision in reversed(revisions):
        with engine.begin() as connection:
            migrate(connection, revision)
    assert tables_in(engine) == set(metadata.tables)
    with engine.begin() as connection:
        take_back(connection)
    assert tables_in(engine) == set()
    with engine.begin() as connection:
        migrate(connection)
    assert tables_in(engine) == set(metadata.tables)


def hosts_config(folder: Path, engine: Engine) -> Config:
    """Of a host that has our revisions among its own."""
    (folder / "versions").mkdir()
    (folder / "env.py").write_text(HOST_ENVIRONMENT, encoding="utf-8")
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{folder / 'versions'}\n{VERSION_LOCATION}")
    config.attributes["engine"] = engine
    return config


def test_a_host_runs_our_revisions_with_its_own_alembic(tmp_path: Path, engine: Engine) -> None:
    """With our location among its own, our branch is a target of its commands, up and down.

    When it compares, what it would drop of ours is not looked at; its own table that is missing is still found.
    """
    config = hosts_config(tmp_path, engine)
    command.upgrade(config, "worktraq@head")
    assert tables_in(engine) == set(metadata.tables)
    assert VERSION_TABLE not in inspect(engine).get_table_names()
    models = MetaData()
    Table("note", models, Column("id", Integer, primary_key=True))
    with engine.connect() as connection:
        blind = compare_metadata(MigrationContext.configure(connection), models)
        options = {"include_name": is_of_the_host}
        seen = compare_metadata(MigrationContext.configure(connection, opts=options), models)
    assert [(kind, table.name) for kind, table in seen] == [("add_table", "note")]
    assert len(blind) > len(metadata.tables)
    command.downgrade(config, "worktraq@base")
    assert tables_in(engine) == set()


def test_every_table_is_led_by_its_organization() -> None:
    """Primary keys, foreign keys and indexes, so that the tables can be sharded; but for the claiming of intents."""
    led: list[tuple[str, str]] = []
    for table in metadata.tables.values():
        keys = [("primary key", table.primary_key.columns.keys())]
        keys += [(str(key.name), list(key.column_keys)) for key in table.foreign_key_constraints]
        keys += [(str(index.name), index.columns.keys()) for index in table.indexes]
        led += [(table.name, name) for name, columns in keys if columns[0] != "organization_id"]
    assert led == [("worktraq_intent", "ix_worktraq_intent_available")]


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("user_id = x'00' AND \"on\" = 20261005", "ix_worktraq_item_user_totals"),
        ("customer_id = x'00' AND \"on\" >= 20261001", "ix_worktraq_item_customer_totals"),
        ("project_id = x'00' ORDER BY \"on\", id", "ix_worktraq_item_project"),
        ("open_on IS NOT NULL AND is_billable ORDER BY open_on, id", "ix_worktraq_item_open"),
        ('1 ORDER BY "on", id LIMIT 100', "ix_worktraq_item_on"),
    ],
)
def test_sqlite_uses_the_indexes_before_anybody_counted(migrated: Path, condition: str, index: str) -> None:
    """A new database makes the plans of a full one."""
    engine = create_engine(f"sqlite:///{migrated}")
    query = f"EXPLAIN QUERY PLAN SELECT * FROM worktraq_item WHERE organization_id = x'00' AND {condition}"
    with engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(query)]
    engine.dispose()
    assert len(plan) == 1, plan
    assert f"USING INDEX {index} " in plan[0]
