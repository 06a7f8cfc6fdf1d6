"""The databases of the tests: which there are, and what is made and left on them."""

import time
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.conformance.databases import SERVERS, Server, answers, configured, find_servers, isolating
from tests.conformance.own_postgres import NotStarted, OwnPostgres
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.ports.unit_of_work import Store
from worktraq.testing.contracts.base import reading
from worktraq.testing.firms import stored_firm


@pytest.fixture(params=[server.name for server in SERVERS])
def server(request: pytest.FixtureRequest) -> Server:
    """Each server that there should be."""
    for each in configured():
        if each.name == request.param:
            return each
    pytest.skip(f"there is no {request.param}; the header of this run says how to have one")


@pytest.mark.requirement("B-08")
def test_server_is_there(server: Server) -> None:
    """One behaviour on all databases is shown on all; where one is missing, this test is skipped to say so."""
    with server.database() as database:
        assert answers(make_url(database.url), "SELECT 1") == [1]


def test_database_is_dropped_when_it_is_left(server: Server) -> None:
    """Nothing stays on the server."""
    with server.database() as database:
        name = make_url(database.url).database
        names = answers(make_url(database.url), server.names)
    with server.database() as other:
        assert name in names
        assert name not in answers(make_url(other.url), server.names)


def test_leftovers_of_killed_runs_are_dropped_after_a_day(server: Server) -> None:
    """What may be in use stays, and so does what is somebody else's."""
    now = int(time.time())
    mark = uuid4().hex[:12]
    old, new = (f"worktraq_test_{made}_{mark}" for made in (now - 90_000, now - 80_000))
    theirs = f"worktraq_{now - 90_000}_{mark}"
    with server.database() as database:
        engine = create_engine(database.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in (old, new, theirs):
                connection.execute(text(f"CREATE DATABASE {name}"))
            server.drop_leftovers()
            left = set(connection.execute(text(server.names)).scalars()) & {old, new, theirs}
            for name in left:
                connection.execute(text(f"DROP DATABASE {name}"))
        engine.dispose()
    assert left == {new, theirs}


def test_emptying_leaves_the_schema_only(server: Server) -> None:
    """The next test finds no firm, and tables."""
    with server.database() as database:
        store = SqlStore.from_url(database.url)
        store.migrate()
        firm = stored_firm(store)
        database.empty()
        with reading(store, firm) as uow:
            assert uow.users.find_many([user.id for user in firm.users]) == []
        assert list(store.directory.organization_ids()) == []
        store.close()


def test_mariadb_runs_in_both_ways_of_isolation() -> None:
    """Every connection of ours has the setting that the store is named after."""
    servers = [each for each in isolating() if each.name.startswith("mariadb")]
    if len(servers) < 2:
        pytest.skip("there is no MariaDB with innodb_snapshot_isolation")
    found = {}
    for each in servers:
        with each.database() as database:
            store = SqlStore.from_url(database.url)
            with store.engine.connect() as connection:
                found[each.name] = connection.execute(text("SELECT @@innodb_snapshot_isolation")).scalar_one()
            store.close()
    assert found == {"mariadb": 0, "mariadb-snapshot": 1}


def test_missing_database_fails_where_everything_is_to_be_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    """With CI=true one error ends the run before it begins; elsewhere the header tells."""
    for each in SERVERS:
        monkeypatch.setenv(each.variable, "")
    monkeypatch.delenv("CI", raising=False)
    assert [line.partition(":")[0] for line in find_servers().missing] == [each.name for each in SERVERS]
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.UsageError, match=r"postgres.*mariadb"):
        find_servers()


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/postgres", "nonsense"])
def test_server_that_is_named_must_answer(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Whoever asks for a server does not get another one, or none, unnoticed."""
    monkeypatch.setenv(SERVERS[0].variable, url)
    with pytest.raises(pytest.UsageError, match="WORKTRAQ_TEST_POSTGRES_URL"):
        find_servers()


def test_own_postgres_serves_and_leaves_nothing() -> None:
    """Where none is running, the tests start one themselves."""
    try:
        own = OwnPostgres.start()
    except NotStarted as error:
        pytest.skip(str(error))
    url = make_url(own.url).set(drivername="postgresql+psycopg")
    try:
        assert answers(url, SERVERS[0].fits) == [True]
    finally:
        own.stop()
    assert not own.folder.exists()


@pytest.mark.requirement("B-08")
def test_every_store_starts_empty(store: Store) -> None:
    """The conformance suite runs on every database, each test in a store of its own."""
    assert list(store.directory.organization_ids()) == []
