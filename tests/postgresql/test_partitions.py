"""Tables in partitions by organization."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, ForeignKeyConstraint, Table, create_engine, inspect, text

from tests.conformance.databases import configured
from tests.hot_queries import CLAIM, QUERIES, sent_by, stored_examples
from tests.plans import plan_of
from tests.postgresql.databases import Divided
from tests.statements import Recorder
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.sqlalchemy.migrating import VERSION_TABLE, migrate, take_back
from worktraq.adapters.sqlalchemy.partitions import partitions_of
from worktraq.adapters.sqlalchemy.row_security import switch_on
from worktraq.adapters.sqlalchemy.schema import metadata
from worktraq.errors import InvalidInput

pytestmark = pytest.mark.requirement("B-08")
_PARTITIONS = """
SELECT c.relname, (SELECT count(*) FROM pg_inherits WHERE inhparent = c.oid), c.relrowsecurity
FROM pg_class c WHERE c.relname LIKE 'worktraq%' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
"""


def state_of(connection: Connection) -> Mapping[str, tuple[int, bool]]:
    """How many partitions each table has, and whether it has policies."""
    found = connection.execute(text(_PARTITIONS)).all()
    return {name: (partitions, policies) for name, partitions, policies in found if name != VERSION_TABLE}


@contextmanager
def new_database() -> Iterator[Engine]:
    """An empty database on the server."""
    server = next((each for each in configured() if each.name == "postgres"), None)
    if server is None:
        pytest.skip("no PostgreSQL server was found")
    with server.database() as database:
        engine = create_engine(database.url)
        try:
            yield engine
        finally:
            engine.dispose()


@pytest.fixture(scope="module")
def undivided() -> Iterator[Engine]:
    """A database whose tables have no partitions."""
    with new_database() as engine:
        SqlStore(engine).migrate()
        yield engine


def test_every_table_has_partitions_and_policies(divided: Divided) -> None:
    """As asked for when the schema was made."""
    with divided.owner.connect() as connection:
        assert state_of(connection) == dict.fromkeys(metadata.tables, (divided.partitions, True))


def test_the_code_finds_what_it_expects(divided: Divided) -> None:
    """Columns, keys and indexes are those of the metadata, partitions or not."""
    with divided.owner.connect() as connection:
        options = {"version_table": VERSION_TABLE, "include_object": is_of_a_whole_table}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def is_of_a_whole_table(found: object, name: str | None, *_: object) -> bool:
    """Leaves out partitions, and the keys by which tables refer to each partition of another one."""
    if isinstance(found, ForeignKeyConstraint):
        return {each.column.table.name for each in found.elements} <= set(metadata.tables)
    return not isinstance(found, Table) or name in metadata.tables


def test_later_revisions_go_on_as_the_schema_was_made() -> None:
    """New tables get partitions and policies without anybody saying so again; and all can be taken back."""
    with new_database() as engine:
        with engine.begin() as connection:
            migrate(connection, "worktraq_0001", partitions=2)
            switch_on(connection)
        SqlStore(engine).migrate()
        with engine.begin() as connection:
            assert state_of(connection) == dict.fromkeys(metadata.tables, (2, True))
            take_back(connection)
        assert inspect(engine).get_table_names() == [VERSION_TABLE]


def test_an_existing_schema_stays_as_it_is(undivided: Engine) -> None:
    """Another number of partitions is refused, the same one is taken."""
    with pytest.raises(InvalidInput) as refused:
        SqlStore(undivided).migrate(partitions=4)
    assert (refused.value.field, refused.value.code) == ("partitions", "partitions_differ")
    with undivided.connect() as connection:
        assert partitions_of(connection) == 0


def test_asking_again_for_the_same_is_fine(divided: Divided) -> None:
    """A host calls it at every start."""
    SqlStore(divided.owner).migrate(partitions=divided.partitions)
    with divided.owner.connect() as connection:
        assert partitions_of(connection) == divided.partitions


@pytest.mark.parametrize("number", [-1, 0, 1, 33])
def test_a_number_that_makes_no_sense_is_refused(undivided: Engine, number: int) -> None:
    """Fewer than two are none, more than 32 are too many to be made at once."""
    with pytest.raises(InvalidInput) as refused:
        SqlStore(undivided).migrate(partitions=number)
    assert refused.value.code == "number_out_of_range"


def test_other_databases_have_none() -> None:
    """Only PostgreSQL can."""
    with pytest.raises(InvalidInput) as refused:
        SqlStore(create_engine("sqlite://")).migrate(partitions=4)
    assert (refused.value.field, refused.value.code) == ("partitions", "only_on_postgresql")


def test_a_query_touches_one_partition(emptied: Divided) -> None:
    """Of each table, with or without policies; only claiming has to look into all of them."""
    owner = Recorder().postgresql(emptied.owner.url.render_as_string(hide_password=False))
    firm = stored_examples(owner)
    owner.close()
    recorder = Recorder()
    store = recorder.postgresql(emptied.application, row_level_security=True)
    tables = {
        (name, table)
        for name in QUERIES
        for sent in sent_by(recorder, store, firm, name)
        for table in plan_of(store.engine, sent).tables
    }
    claimed, *_ = sent_by(recorder, store, firm, CLAIM)
    all_intents = plan_of(store.engine, claimed).tables
    store.close()
    numbers = {name: {table.rpartition("_p")[2] for each, table in tables if each == name} for name in QUERIES}
    assert {len(found) for found in numbers.values()} == {1}, numbers
    assert len(set.union(*numbers.values())) == 1
    assert len(all_intents) == emptied.partitions
