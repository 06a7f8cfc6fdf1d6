"""Transactions that meet a real deadlock, a lock that is not given, or a snapshot that is outdated."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from tests.isolation.acts import by, registers
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.core.actors import Actor
from worktraq.core.customers import Customer
from worktraq.core.ids import OrganizationId
from worktraq.core.users import Role, User
from worktraq.engine import WorkTraq
from worktraq.errors import Conflict, InvalidInput, Refused
from worktraq.ports.unit_of_work import UnitOfWork
from worktraq.testing.builders import MONDAY, a_user, an_intent
from worktraq.testing.fakes import BEGINNING, RecordingNotifier
from worktraq.testing.firms import Firm, stored_firm
from worktraq.usecases.transaction import Transaction

BRIEFLY = {
    "sqlite": "PRAGMA busy_timeout = 0",
    "postgresql": "SET lock_timeout = '1ms'",
    "mariadb": "SET SESSION innodb_lock_wait_timeout = 0",
}
_PATIENCE = 30.0
_SERVERS = {"postgresql", "mariadb"}


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """A store."""
    store = SqlStore.from_url(url)
    yield store
    store.close()


@pytest.fixture
def hasty(url: str) -> Iterator[SqlStore]:
    """A store that waits for nobody."""
    store = SqlStore.from_url(url)
    _wait_for_nobody(store.engine)
    yield store
    store.close()


def _wait_for_nobody(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(BRIEFLY[engine.dialect.name])
        cursor.close()
        connection.commit()


def _admin(firm: Firm) -> Actor:
    return Actor.user(firm.id, firm.admin.id)


def _renamed(tx: Transaction, customer: Customer, name: str) -> Customer:
    version = tx.customers.get(customer.id).version
    return tx.customers.change(customer.id, version=version, email=f"{name}@jansen.example")


@pytest.mark.requirement("B-08")
def test_who_is_sacrificed_to_a_deadlock_does_everything_again(store: SqlStore) -> None:
    """The whole function, in a new transaction: both halves of what it did are there in the end, once."""
    if store.engine.dialect.name not in _SERVERS:
        pytest.skip("one transaction at a time writes, so that none waits for another one in a circle")
    firm = stored_firm(store)
    engine, barrier = WorkTraq(store), Barrier(2, timeout=_PATIENCE)
    attempts: list[int] = []

    def both(*customers: Customer) -> Callable[[Transaction], int]:
        calls: list[Transaction] = []

        def set_both(tx: Transaction) -> int:
            calls.append(tx)
            tx.customers.set_pin(customers[0].id, "1234")
            if len(calls) == 1:
                barrier.wait()
            tx.customers.set_pin(customers[1].id, "5678")
            return len(calls)

        return set_both

    with engine.transaction(_admin(firm)) as tx:
        for customer in (firm.customer, firm.other_customer):
            tx.customers.set_pin(customer.id, "0000")
    deeds = [both(firm.customer, firm.other_customer), both(firm.other_customer, firm.customer)]
    with ThreadPoolExecutor(2) as pool:
        attempts += pool.map(lambda deed: engine.run(_admin(firm), deed), deeds)
    assert sorted(attempts) == [1, 2]
    with store.unit_of_work(firm.id, writes=False) as uow:
        pins = [uow.pins.find(customer.id) for customer in (firm.customer, firm.other_customer)]
    assert [pin and pin.version for pin in pins] == [3, 3]


@contextmanager
def _in_the_way(store: SqlStore, firm: Firm) -> Iterator[Callable[[], datetime]]:
    """Somebody holds what others need until they have tried once; gives the clock that tells when they begin."""
    begun: list[datetime] = []
    with ExitStack() as stack:
        holder = stack.enter_context(store.unit_of_work(firm.id, writes=True))
        holder.organizations.lock()
        holder.users.lock(firm.employee.id)

        def clock() -> datetime:
            begun.append(BEGINNING)
            if len(begun) > 1:
                stack.close()
            return BEGINNING

        yield clock
    assert len(begun) > 1, "nobody tried again"


@pytest.mark.requirement("B-08")
def test_who_gets_no_lock_tries_again(store: SqlStore, hasty: SqlStore) -> None:
    """As a whole, and without a word to who asked."""
    firm = stored_firm(store)
    with _in_the_way(store, firm) as clock:
        by(firm.employee, registers(firm.activity))(WorkTraq(hasty, clock=clock))
    with store.unit_of_work(firm.id, writes=False) as uow:
        assert uow.customers.dependents(firm.customer.id).items == 1


@pytest.mark.requirement("B-08")
def test_the_scheduler_tries_again(store: SqlStore, hasty: SqlStore) -> None:
    """What is due is done once nobody is in the way any more."""
    firm = stored_firm(store)
    by(firm.employee, registers(firm.activity))(WorkTraq(store))
    with _in_the_way(store, firm) as clock:
        assert WorkTraq(hasty, clock=clock).run_due(organization_id=firm.id).sealed == 1


@pytest.mark.requirement("B-08")
def test_a_worker_tries_again(hasty: SqlStore, store: SqlStore) -> None:
    """Claiming what is to be delivered, and noting that it was, wait for who is in the way."""
    if store.engine.dialect.name in _SERVERS:
        pytest.skip("a worker passes over what somebody else holds")
    firm, notifier = stored_firm(store), RecordingNotifier()
    with store.unit_of_work(firm.id, writes=True) as uow:
        uow.outbox.add(an_intent(firm.employee))
    engine, tried = WorkTraq(hasty, notifier=notifier), list[int]()
    with ExitStack() as holding:
        holding.enter_context(store.unit_of_work(firm.id, writes=True))

        @event.listens_for(hasty.engine, "checkin")
        def let_go(_connection: object, _record: object) -> None:
            tried.append(1)
            holding.close()

        report = engine.deliver_notifications(organization_id=firm.id)
    assert tried
    assert report.attempts == 1


def _last_two_administrators(uow: UnitOfWork, firm: Firm) -> User:
    bo = a_user(firm.id, "Bo", role=Role.ADMIN)
    uow.users.add(bo)
    return bo


@contextmanager
def _hosting(url: str, isolation: str | None = None) -> Iterator[Connection]:
    """A host's own connection, as its own engine makes it."""
    engine = create_engine(url, **({"isolation_level": isolation} if isolation else {}))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _snapshot(connection: Connection, organization_id: OrganizationId) -> None:
    """The host reads something of its own, and from then on sees what there was."""
    connection.execute(text("SELECT count(*) FROM worktraq_customer")).all()


@pytest.mark.requirement("B-08")
def test_a_host_is_told_that_its_transaction_is_to_be_repeated(store: SqlStore, url: str) -> None:
    """What changed since the host began to read is a conflict with a type and code; nothing is repeated for the host."""
    firm = stored_firm(store)
    engine = WorkTraq(store)
    isolation = "REPEATABLE READ" if store.engine.dialect.name == "postgresql" else None
    with _hosting(url, isolation) as connection:
        if store.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        _snapshot(connection, firm.id)
        with engine.transaction(_admin(firm)) as tx:
            _renamed(tx, firm.customer, "somebody")
        with pytest.raises(Conflict) as raised, engine.transaction(_admin(firm), connection=connection) as tx:
            _renamed(tx, firm.customer, "host")
        is_told_by_version = store.engine.dialect.name == "mariadb" and not _has_snapshot_isolation(connection)
    expected = ("changed_meanwhile", False) if is_told_by_version else ("transaction_conflict", True)
    assert (raised.value.code, raised.value.is_retryable) == expected


def _has_snapshot_isolation(connection: Connection) -> bool:
    return bool(connection.scalar(text("SELECT @@innodb_snapshot_isolation")))


@pytest.mark.requirement("B-08")
def test_a_deadlock_voids_the_transaction_of_a_host(store: SqlStore, url: str) -> None:
    """It gets a retryable conflict, and has to begin again; on MariaDB nothing is left of what it had done itself."""
    if store.engine.dialect.name not in _SERVERS:
        pytest.skip("one transaction at a time writes")
    firm, engine, barrier = stored_firm(store), WorkTraq(store), Barrier(2, timeout=_PATIENCE)

    def change(first: Customer, second: Customer) -> object:
        with _hosting(url) as connection:
            try:
                with engine.transaction(_admin(firm), connection=connection) as tx:
                    _renamed(tx, first, "first")
                    barrier.wait()
                    _renamed(tx, second, "second")
            except Conflict as conflict:
                return conflict.code, conflict.is_retryable
            connection.commit()
            return None

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(change, (firm.customer, firm.internal), (firm.internal, firm.customer)))
    assert sorted(told, key=str) == [("transaction_conflict", True), None]


@pytest.mark.requirement("B-08")
@pytest.mark.parametrize("isolation", [None, "REPEATABLE READ", "SERIALIZABLE"])
def test_a_rule_over_a_set_holds_in_the_transaction_of_a_host(store: SqlStore, url: str, isolation: str | None) -> None:
    """Also where it began to read before somebody else changed the set: it counts what there is now."""
    if store.engine.dialect.name == "sqlite":
        pytest.skip("who has read before somebody else wrote cannot write any more")
    firm, engine = stored_firm(store), WorkTraq(store)
    with store.unit_of_work(firm.id, writes=True) as uow:
        bo = _last_two_administrators(uow, firm)
    with _hosting(url, isolation) as connection:
        _snapshot(connection, firm.id)
        with engine.transaction(_admin(firm)) as tx:
            tx.users.change(bo.id, version=1, role=Role.EMPLOYEE)
        with (
            pytest.raises((Refused, Conflict)),
            engine.transaction(_admin(firm), connection=connection) as tx,
        ):
            tx.users.change(firm.admin.id, version=1, role=Role.EMPLOYEE)
    with store.unit_of_work(firm.id, writes=False) as uow:
        assert uow.users.count_active(Role.ADMIN) == 1


@pytest.mark.requirement("B-08")
@pytest.mark.parametrize("isolation", [None, "REPEATABLE READ", "SERIALIZABLE"])
def test_a_day_never_has_too_many_minutes_in_the_transaction_of_a_host(
    store: SqlStore, url: str, isolation: str | None
) -> None:
    """As with administrators; what was added since is counted too."""
    if store.engine.dialect.name == "sqlite":
        pytest.skip("who has read before somebody else wrote cannot write any more")
    firm, engine = stored_firm(store), WorkTraq(store)
    eva = Actor.user(firm.id, firm.employee.id)
    with _hosting(url, isolation) as connection:
        _snapshot(connection, firm.id)
        engine.run(eva, registers(firm.activity, 800))
        with pytest.raises((InvalidInput, Refused, Conflict)), engine.transaction(eva, connection=connection) as tx:
            tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=800)


@pytest.mark.requirement("B-07", "B-08")
@pytest.mark.parametrize("isolation", [None, "REPEATABLE READ", "SERIALIZABLE"])
def test_the_trail_has_no_fork_in_the_transaction_of_a_host(store: SqlStore, url: str, isolation: str | None) -> None:
    """Whoever seals in a transaction that began before somebody else sealed goes on behind that, or is told."""
    if store.engine.dialect.name == "sqlite":
        pytest.skip("who has read before somebody else wrote cannot write any more")
    firm, engine = stored_firm(store), WorkTraq(store)
    eva = Actor.user(firm.id, firm.employee.id)
    with _hosting(url, isolation) as connection:
        _snapshot(connection, firm.id)
        engine.run(eva, registers(firm.activity))
        engine.run_due(organization_id=firm.id)
        with suppress(Conflict), engine.transaction(_admin(firm), connection=connection) as tx:
            tx.customers.archive(firm.other_customer.id, version=1)
            tx.audit.seal()
        connection.commit()
    with engine.view(_admin(firm)) as tx:
        assert tx.audit.verify() is None
        numbers = [record.number for record in tx.audit.records()]
    assert numbers == list(range(1, len(numbers) + 1))
