"""No connection is lost: whatever fails, wherever, the pool is full again and the next transaction works."""

import gc
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, timedelta
from functools import partial
from random import Random

import pytest
from attrs import frozen
from sqlalchemy import Engine, QueuePool, create_engine, text

from tests.budgets import chosen
from tests.hosting.faults import Fault, Point, inject
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.core.actors import Actor
from worktraq.core.entries import Item
from worktraq.engine import WorkTraq
from worktraq.errors import WorktraqError
from worktraq.ports.entries import ItemFilter
from worktraq.testing.builders import MONDAY, a_time_entry
from worktraq.testing.fakes import FixedClock, RecordingNotifier
from worktraq.testing.firms import Firm, stored_firm
from worktraq.usecases.transaction import Transaction

FAILURES = chosen(modest=70, large=10_000)
SEED = 20261005
POOL = 3


class _HostError(Exception):
    """Something of the host's own goes wrong."""


RAISED_BY_HOST = (_HostError, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError)


@frozen
class Host:
    """A product with worktraq in it, whose driver can be made to fail.

    Attributes:
        database: The engine of SQLAlchemy that it works with.
        store: On it.
        engine: On the store.
        firm: Stored.
        fault: What fails next.
    """

    database: Engine
    store: SqlStore
    engine: WorkTraq
    firm: Firm
    fault: Fault

    @property
    def eva(self) -> Actor:
        """An employee."""
        return Actor.user(self.firm.id, self.firm.employee.id)

    @property
    def checked_out(self) -> int:
        """How many connections somebody holds."""
        assert isinstance(self.database.pool, QueuePool)
        return self.database.pool.checkedout()


@pytest.fixture
def host(url: str) -> Iterator[Host]:
    """With a small pool, so that a lost connection is missed soon."""
    store = SqlStore.from_url(url, pool_size=POOL, max_overflow=0, pool_timeout=5, poolclass=QueuePool)
    fault = Fault()
    inject(store.engine, fault)
    engine = WorkTraq(store, clock=FixedClock(), notifier=RecordingNotifier())
    firm = stored_firm(store)
    with store.unit_of_work(firm.id, writes=True) as uow:
        uow.items.add(*(a_time_entry(firm.activity, MONDAY, 1) for _ in range(20)))
    yield Host(store.engine, store, engine, firm, fault)
    store.close()


def register(host: Host, random: Random) -> None:
    """A transaction, in which the host fails sometimes."""
    with host.engine.transaction(host.eva) as tx:
        tx.entries.register_time(host.firm.activity.id, on=a_day(random), minutes=1)
        raise_sometimes(random)
        tx.approval.submit_items([tx.entries.list(limit=1).items[0].id])


def under_a_key(host: Host, random: Random) -> None:
    """A function that is done once, and tried again when something was in the way."""

    def work(tx: Transaction) -> str:
        raise_sometimes(random)
        return tx.entries.register_time(host.firm.activity.id, on=a_day(random), minutes=1).id.hex

    host.engine.run(host.eva, work, key=str(random.random()))


def look(host: Host, random: Random) -> None:
    """A view, in which the host fails sometimes."""
    with host.engine.view(host.eva) as tx:
        tx.overviews.hours()
        raise_sometimes(random)
        tx.entries.list()


def abandon_a_view(host: Host, random: Random) -> None:
    """A generator of the host with a view in it, which is closed, forgotten or broken off in the middle."""

    def items() -> Generator[Item, None, None]:
        with host.engine.view(host.eva) as tx:
            yield from tx.entries.list()

    streamed = items()
    with suppress(StopIteration):
        next(streamed)
    way = random.randrange(3)
    if way == 0:
        streamed.close()
    elif way == 1:
        with closing(streamed):
            raise_sometimes(random)
            next(streamed)
    else:
        host.fault.lift()  # nobody would hear of it
        del streamed


def abandon_a_stream(host: Host, random: Random) -> None:
    """Rows that come in batches, of which not all are read."""
    with host.store.unit_of_work(host.firm.id, writes=random.random() < 0.5) as uow:
        streams = [uow.items.stream(ItemFilter()) for _ in range(2)]
        for stream in streams:
            next(stream)
        raise_sometimes(random)
        uow.users.find(host.firm.employee.id)


def join(host: Host, random: Random) -> None:
    """Within the host's transaction, which the host ends one way or the other."""
    with host.database.begin() as connection:
        connection.execute(text("INSERT INTO note VALUES ('x')"))
        with host.engine.transaction(host.eva, connection=connection) as tx:
            tx.entries.register_time(host.firm.activity.id, on=a_day(random), minutes=1)
            raise_sometimes(random)
        if random.random() < 0.5:
            connection.rollback()


def deliver(host: Host, _random: Random) -> None:
    """Everything that goes across organizations."""
    host.engine.run_due()
    host.engine.deliver_notifications()


ACTS: tuple[Callable[[Host, Random], None], ...] = (
    register,
    under_a_key,
    look,
    abandon_a_view,
    abandon_a_stream,
    join,
    deliver,
)


def a_day(random: Random) -> date:
    """One of so many that none of them gets full."""
    return MONDAY + timedelta(days=random.randrange(300))


def raise_sometimes(random: Random) -> None:
    """What happens to a host."""
    if random.random() < 0.4:
        raise random.choice(RAISED_BY_HOST)


def failures_of(database: Engine) -> list[Callable[[], BaseException]]:
    """What the driver says when the connection is lost, when it is in doubt, and when a statement is at fault."""
    driver = database.dialect.loaded_dbapi
    lost, doubtful, wrong = (
        {"sqlite": ("disk I/O error",), "postgresql": ("server closed the connection unexpectedly",)},
        {"sqlite": ("interrupted",), "postgresql": ("connection in transaction status UNKNOWN",)},
        {"sqlite": ("too big",), "postgresql": ("out of range",)},
    )
    return [
        partial(driver.OperationalError, *lost.get(database.name, (2013, "Lost connection to server during query"))),
        partial(driver.InterfaceError, *doubtful.get(database.name, (0, ""))),
        partial(driver.DataError, *wrong.get(database.name, (1264, "Out of range value"))),
    ]


@contextmanager
def failing(host: Host, random: Random) -> Iterator[None]:
    """Let the driver fail somewhere within the block, or not at all."""
    kinds = (*failures_of(host.database), KeyboardInterrupt, SystemExit, MemoryError)
    points = frozenset(random.sample(list(Point), random.randint(0, 3)))
    if Point.CONNECT in points:
        host.database.dispose()
    host.fault.set(points, random.choice((0, 0, 1, 2, 5, 9)), random.choice(kinds))
    try:
        yield
    finally:
        host.fault.lift()


@pytest.mark.requirement("B-08")
def test_no_connection_is_lost_whatever_fails(host: Host, record_property: Callable[[str, object], None]) -> None:
    """Functions, drivers, interrupts and abandoned views at random points; after each the pool is whole."""
    random = Random(SEED)
    met: Counter[str] = Counter()
    for number in range(FAILURES):
        act = random.choice(ACTS)
        with failing(host, random):
            error = what_is_raised(act, host, random)
        met[type(error).__name__ if error else "nothing"] += 1
        assert error is None or isinstance(error, (WorktraqError, *RAISED_BY_HOST)) or act is join, error
        del error
        assert host.checked_out == 0, (number, act.__name__, host.fault)
        works(host)
        assert number % 100 or idle_in_transaction(host) == 0
    assert idle_in_transaction(host) == 0
    record_property(
        "figure", f"pool on {host.database.name}: {FAILURES} rounds, nothing lost; {dict(met.most_common())}"
    )


@pytest.mark.requirement("B-08")
@pytest.mark.parametrize("act", [register, look])
def test_each_failure_alone_leaves_a_whole_pool(host: Host, act: Callable[[Host, Random], None]) -> None:
    """At every point where a driver can fail, with an error of its own or an interrupt."""
    _, doubtful, _ = failures_of(host.database)
    for point in Point:
        for make in (doubtful, KeyboardInterrupt):
            if point is Point.CONNECT:
                host.database.dispose()
            host.fault.set(frozenset({point}), 0, make)
            error = what_is_raised(act, host, Random(SEED))
            host.fault.lift()
            assert error is None or isinstance(error, (WorktraqError, *RAISED_BY_HOST)), error
            del error
            assert host.checked_out == 0
            works(host)


def what_is_raised(act: Callable[[Host, Random], None], host: Host, random: Random) -> BaseException | None:
    """What an act ends with."""
    try:
        act(host, random)
    except BaseException as error:  # noqa: BLE001  # all of it is what is tried
        return error.with_traceback(None)
    return None


def works(host: Host) -> None:
    """A new transaction does what it should."""
    with host.store.unit_of_work(host.firm.id, writes=True) as uow:
        uow.users.lock(host.firm.employee.id)
        assert uow.users.find(host.firm.employee.id) == host.firm.employee


def idle_in_transaction(host: Host) -> int:
    """How many connections of the host the server still sees in a transaction."""
    gc.collect()
    asking = create_engine(host.database.url)
    try:
        with asking.connect() as connection:
            if host.database.name == "postgresql":
                return int(connection.execute(text(IDLE_ON_POSTGRESQL)).scalar_one())
            if host.database.name in ("mariadb", "mysql"):
                return int(connection.execute(text(IDLE_ON_MARIADB)).scalar_one())
            return 0
    finally:
        asking.dispose()


IDLE_ON_POSTGRESQL = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'
"""
IDLE_ON_MARIADB = """
SELECT count(*) FROM information_schema.innodb_trx trx
JOIN information_schema.processlist process ON process.id = trx.trx_mysql_thread_id
WHERE process.db = database() AND process.id <> connection_id() AND process.command = 'Sleep'
"""
