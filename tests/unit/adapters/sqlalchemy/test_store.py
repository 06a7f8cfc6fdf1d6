"""What is peculiar to the store in a database: transactions of the host, views, databases in memory."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from attrs import evolve
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session as OrmSession

from tests.conformance.databases import configured, remove_rows, tables_to_empty
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.sqlalchemy.streams import BATCH
from worktraq.core.audit import first_broken, sealed
from worktraq.errors import AdapterError, Conflict, InvalidInput, Refused
from worktraq.ports.entries import ItemFilter
from worktraq.ports.unit_of_work import Store
from worktraq.testing.builders import a_customer, a_time_entry, an_event, an_organization
from worktraq.testing.contracts.base import reading, writing
from worktraq.testing.firms import Firm, stored_firm

KNOWN = a_customer(an_organization().id, "Bakkerij Jansen B.V.")


@pytest.fixture(scope="module", params=["sqlite", *(server.name for server in configured())])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """On the engine of a host, with a table of its own beside ours."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('host')}/host.db"
        else:
            server = next(server for server in configured() if server.name == request.param)
            url = stack.enter_context(server.database()).url
        engine = create_engine(url)
        stack.callback(engine.dispose)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE note (content VARCHAR(20))"))
        store = SqlStore(engine)
        store.migrate()
        yield store


@pytest.fixture
def store(database: SqlStore) -> SqlStore:
    """Without rows."""
    remove_rows(database.engine, tables_to_empty(database.engine))
    return database


@pytest.fixture
def host(store: SqlStore) -> Engine:
    """The engine of the host."""
    return store.engine


@pytest.fixture
def firm(store: SqlStore) -> Firm:
    """A firm in it."""
    return stored_firm(store)


def notes(host: Engine) -> list[str]:
    """What the host has kept."""
    with host.connect() as connection:
        return list(connection.execute(text("SELECT content FROM note")).scalars())


def is_kept(store: SqlStore, firm: Firm) -> bool:
    """Whether the customer was kept that the tests store."""
    with reading(store, firm) as uow:
        return uow.customers.find(KNOWN.id) is not None


def write_note(connection: Connection | OrmSession, content: str) -> None:
    """What the host does in its transaction."""
    connection.execute(text("INSERT INTO note VALUES (:content)"), {"content": content})


def test_it_is_a_store(store: SqlStore) -> None:
    """It satisfies the port, and an empty one has no organization."""
    port: Store = store
    assert list(port.directory.organization_ids()) == []


class TestTransactionsOfTheHost:
    """A unit of work on a connection of the host joins its transaction."""

    def test_both_are_kept_when_the_host_commits(self, host: Engine, store: SqlStore, firm: Firm) -> None:
        """What the host wrote and what we wrote appear together."""
        with host.begin() as connection:
            write_note(connection, "before")
            with store.unit_of_work(firm.id, writes=True, connection=connection) as uow:
                uow.customers.add(evolve(KNOWN, organization_id=firm.id))
            write_note(connection, "after")
        assert notes(host) == ["before", "after"]
        assert is_kept(store, firm)

    def test_nothing_is_kept_when_the_host_rolls_back(self, host: Engine, store: SqlStore, firm: Firm) -> None:
        """Our block has ended well, and still committed nothing."""
        with host.connect() as connection:
            write_note(connection, "before")
            with store.unit_of_work(firm.id, writes=True, connection=connection) as uow:
                uow.customers.add(evolve(KNOWN, organization_id=firm.id))
            connection.rollback()
        assert notes(host) == []
        assert not is_kept(store, firm)

    def test_nothing_is_kept_when_ours_came_first_and_the_host_rolls_back(
        self, host: Engine, store: SqlStore, firm: Firm
    ) -> None:
        """The driver of SQLite would take our savepoint for the transaction, and commit it."""
        with host.connect() as connection:
            with store.unit_of_work(firm.id, writes=True, connection=connection) as uow:
                uow.customers.add(evolve(KNOWN, organization_id=firm.id))
            write_note(connection, "after")
            connection.rollback()
        assert notes(host) == []
        assert not is_kept(store, firm)

    def test_an_error_in_ours_leaves_the_hosts_work(self, host: Engine, store: SqlStore, firm: Firm) -> None:
        """Only our part is undone; the host goes on and commits."""
        with host.begin() as connection:
            write_note(connection, "before")
            with (
                pytest.raises(Conflict),
                store.unit_of_work(firm.id, writes=True, connection=connection) as uow,
            ):
                uow.customers.add(evolve(KNOWN, organization_id=firm.id), firm.customer)
            write_note(connection, "after")
        assert notes(host) == ["before", "after"]
        assert not is_kept(store, firm)

    def test_a_session_of_the_orm_is_taken(self, host: Engine, store: SqlStore, firm: Firm) -> None:
        """Its connection is what counts."""
        with OrmSession(host) as session, session.begin():
            write_note(session, "before")
            with store.unit_of_work(firm.id, writes=True, connection=session) as uow:
                uow.customers.add(evolve(KNOWN, organization_id=firm.id))
        assert notes(host) == ["before"]
        assert is_kept(store, firm)

    def test_a_view_sees_what_the_host_has_not_committed(self, host: Engine, store: SqlStore, firm: Firm) -> None:
        """It is the host's transaction that it looks into; and it changes nothing."""
        with host.begin() as connection:
            with store.unit_of_work(firm.id, writes=True, connection=connection) as uow:
                uow.customers.add(evolve(KNOWN, organization_id=firm.id))
            with store.unit_of_work(firm.id, writes=False, connection=connection) as view:
                assert view.customers.find(KNOWN.id) is not None
                with pytest.raises(Refused):
                    view.customers.remove(evolve(KNOWN, organization_id=firm.id))

    def test_something_else_is_not_taken(self, store: SqlStore, firm: Firm) -> None:
        """A connection is one of SQLAlchemy."""
        with pytest.raises(AdapterError) as caught, store.unit_of_work(firm.id, writes=True, connection=object()):
            pass
        assert caught.value.code == "connection_not_taken"


class TestErrorsOfTheHost:
    """What the host raises within a transaction is passed on."""

    def test_an_error_of_another_database_is_not_translated(self, host: Engine, store: SqlStore, firm: Firm) -> None:
        """Also when it is one of SQLAlchemy; and nothing is kept."""

        def fail_elsewhere() -> None:
            with store.unit_of_work(firm.id, writes=True) as uow, host.connect() as elsewhere:
                uow.customers.add(evolve(KNOWN, organization_id=firm.id))
                elsewhere.execute(text("SELECT nothing FROM nowhere"))

        with pytest.raises(SQLAlchemyError):
            fail_elsewhere()
        assert not is_kept(store, firm)


class TestMigrating:
    """Bringing the schema up to date."""

    def test_several_processes_can_start_at_the_same_time(self, tmp_path: Path) -> None:
        """One of them migrates, the others wait and find it done."""
        stores = [SqlStore.from_url(f"sqlite:///{tmp_path}/hours.db") for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(SqlStore.migrate, stores))
        assert [list(store.directory.organization_ids()) for store in stores] == [[]] * 4
        for store in stores:
            store.close()


class TestViews:
    """A view is a snapshot that refuses changes."""

    def test_it_refuses_every_change(self, store: SqlStore, firm: Firm) -> None:
        """With the code that says why, whatever is changed, and also when there is nothing to change."""
        with reading(store, firm) as view:
            changes = (
                partial(view.customers.add, firm.customer),
                partial(view.items.save, a_time_entry(firm.activity)),
                partial(view.prices.remove, []),
                partial(view.users.lock, firm.employee.id),
                view.events.append,
                view.outbox.add,
            )
            for change in changes:
                with pytest.raises(Refused) as caught:
                    change()
                assert [reason.code for reason in caught.value.reasons] == ["read_only"]

    def test_the_pool_is_as_it_was_after_it(self, host: Engine, store: SqlStore, firm: Firm) -> None:
        """A connection that served a view can write again."""
        with reading(store, firm) as view:
            view.customers.find(firm.customer.id)
        with host.begin() as connection:
            write_note(connection, "written")
        assert notes(host) == ["written"]


class TestInMemory:
    """A database in memory, as for a notebook."""

    def test_it_keeps_what_is_stored(self) -> None:
        """Between transactions, while the store lives."""
        store = SqlStore.from_url("sqlite://")
        store.migrate()
        firm = stored_firm(store)
        with reading(store, firm) as uow:
            assert uow.customers.find(firm.customer.id) == firm.customer
        store.close()

    def test_a_second_transaction_within_the_first_is_refused(self) -> None:
        """There is one connection, and so one transaction at a time."""
        store = SqlStore.from_url("sqlite://")
        store.migrate()
        firm = stored_firm(store)
        with writing(store, firm), pytest.raises(Conflict) as caught, reading(store, firm):
            pass
        store.close()
        assert caught.value.code == "store_busy"


class TestSavingMany:
    """Changes of many rows at once."""

    def test_one_stale_row_among_many_keeps_all_from_being_saved(self, store: SqlStore, firm: Firm) -> None:
        """All or nothing."""
        items = [a_time_entry(firm.activity) for _ in range(10)]
        with writing(store, firm) as uow:
            uow.items.add(*items)
        stale = [evolve(item, version=2 if number else 3, passed=1) for number, item in enumerate(items)]
        with pytest.raises(Conflict), writing(store, firm) as uow:
            uow.items.save(*stale)
        with reading(store, firm) as uow:
            assert uow.items.find_many([item.id for item in items]) == items


class TestStreams:
    """Long lists, read in batches."""

    def test_other_statements_run_while_one_is_read(self, store: SqlStore, firm: Firm) -> None:
        """Whoever reads a list may look things up on the way, and gets every row once."""
        items = [a_time_entry(firm.activity) for _ in range(2 * BATCH + 1)]
        with writing(store, firm) as uow:
            uow.items.add(*items)
        with reading(store, firm) as uow:
            streamed = uow.items.stream(ItemFilter())
            found = [item if at % 50 else uow.items.find(item.id) for at, item in enumerate(streamed)]
        assert found == items

    def test_two_can_be_read_at_once(self, store: SqlStore, firm: Firm) -> None:
        """Side by side, on the same connection."""
        items = [a_time_entry(firm.activity) for _ in range(BATCH + 1)]
        with writing(store, firm) as uow:
            uow.items.add(*items)
        with reading(store, firm) as uow:
            pairs = list(zip(uow.items.stream(ItemFilter()), uow.items.stream(ItemFilter()), strict=True))
        assert pairs == [(item, item) for item in items]

    def test_one_that_is_given_up_is_in_nobodys_way(self, store: SqlStore, firm: Firm) -> None:
        """A list of which only the beginning was read leaves a connection that works."""
        items = [a_time_entry(firm.activity) for _ in range(BATCH + 1)]
        with writing(store, firm) as uow:
            uow.items.add(*items)
        with writing(store, firm) as uow:
            begun = uow.items.stream(ItemFilter())
            assert next(begun) == items[0]
        with writing(store, firm) as uow:
            assert uow.items.find(items[1].id) == items[1]


class TestUrls:
    """Which databases a store can be made for."""

    @pytest.mark.parametrize(
        ("url", "driver"),
        [
            ("postgresql://localhost/hours", "psycopg"),
            ("mariadb://localhost/hours", "pymysql"),
            ("mysql://localhost/hours", "pymysql"),
        ],
    )
    def test_a_url_without_a_driver_gets_ours(self, url: str, driver: str) -> None:
        """The one that the extra installs."""
        assert SqlStore.from_url(url).engine.dialect.driver == driver

    def test_another_database_is_refused(self) -> None:
        """Before anything is opened."""
        engine = create_engine("sqlite://")
        engine.dialect.name = "oracle"
        with pytest.raises(InvalidInput) as refused:
            SqlStore(engine)
        assert (refused.value.field, refused.value.code) == ("url", "database_unknown")


@pytest.mark.requirement("B-07")
@pytest.mark.parametrize("change", ["name = 'item.invented'", "details = '{'", "details = '5'", "actor_kind = ''"])
def test_record_that_was_made_unreadable_is_named(host: Engine, change: str) -> None:
    """Whoever overwrites a record of the audit trail with anything at all does not stop it from being verified."""
    store = SqlStore(host)
    firm = stored_firm(store)
    events = [an_event(firm.id, firm.customer.id) for _ in range(3)]
    with writing(store, firm) as uow:
        uow.events.append(*events)
        uow.events.seal(*sealed(events, None))
    with host.begin() as connection:
        connection.execute(text(f"UPDATE worktraq_event SET {change} WHERE number = 2"))
    with reading(store, firm) as uow:
        assert first_broken(uow.events.chain(0, None)) == 2
