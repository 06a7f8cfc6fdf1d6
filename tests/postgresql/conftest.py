"""PostgreSQL with both of its options: tables in partitions, and row level security for a role that does not own them."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from tests.conformance.databases import configured
from tests.postgresql.databases import Divided
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.testing.firms import Firm, stored_firm

PARTITIONS = 2


@pytest.fixture(scope="session")
def divided() -> Iterator[Divided]:
    """A database of this run, with a role of its own."""
    server = next((each for each in configured() if each.name == "postgres"), None)
    if server is None:
        pytest.skip("no PostgreSQL server was found")
    role = f"worktraq_app_{uuid4().hex}"
    with server.database() as database:
        owner = create_engine(database.url)
        SqlStore(owner, row_level_security=True).migrate(partitions=PARTITIONS)
        with owner.begin() as connection:
            connection.execute(text(f"CREATE ROLE {role}"))
            connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"))
        # Taking the role on at once, a session needs no way of its own into the server.
        application = make_url(database.url).update_query_dict({"options": f"-c role={role}"})
        try:
            yield Divided(owner, application.render_as_string(hide_password=False), role, PARTITIONS)
        finally:
            with owner.begin() as connection:
                connection.execute(text(f"DROP OWNED BY {role}"))
                connection.execute(text(f"DROP ROLE {role}"))
            owner.dispose()


@pytest.fixture
def emptied(divided: Divided) -> Divided:
    """The same, without rows."""
    divided.empty()
    return divided


@pytest.fixture
def engine(emptied: Divided) -> Iterator[Engine]:
    """Of the role, with one connection for everybody."""
    opened = create_engine(emptied.application, pool_size=1, max_overflow=0, pool_timeout=5)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def opened(divided: Divided) -> Iterator[SqlStore]:
    """For the role; connections and compiled statements are kept."""
    store = SqlStore.from_url(divided.application, row_level_security=True)
    yield store
    store.close()


@pytest.fixture
def store(opened: SqlStore, emptied: Divided) -> SqlStore:
    """What the contracts run on."""
    return opened


@pytest.fixture
def single(engine: Engine) -> SqlStore:
    """A store whose units of work take turns on one connection."""
    return SqlStore(engine, row_level_security=True)


@pytest.fixture
def firms(single: SqlStore) -> tuple[Firm, Firm]:
    """Two organizations in it."""
    return stored_firm(single), stored_firm(single, "Elsewhere")
