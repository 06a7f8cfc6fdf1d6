"""What a host has hung on its engine stays as it is: we add nothing, take nothing away, and are heard where it counts."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session as OrmSession

from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.core.actors import Actor
from worktraq.engine import WorkTraq
from worktraq.testing.builders import MONDAY
from worktraq.testing.fakes import FixedClock
from worktraq.testing.firms import Firm, stored_firm

OF_ENGINE = (
    "begin",
    "commit",
    "rollback",
    "savepoint",
    "release_savepoint",
    "rollback_savepoint",
    "before_cursor_execute",
)
OF_POOL = ("connect", "checkout", "checkin", "invalidate")


@pytest.fixture
def host(url: str) -> Iterator[Engine]:
    """The engine of a host, as it made it."""
    engine = create_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def firm(host: Engine) -> Firm:
    """Stored in the host's database."""
    return stored_firm(SqlStore(host))


def eva(firm: Firm) -> Actor:
    """An employee of the firm."""
    return Actor.user(firm.id, firm.employee.id)


def work(host: Engine, firm: Firm, connection: Connection | OrmSession | None = None) -> None:
    """Something of ours."""
    engine = WorkTraq(SqlStore(host), clock=FixedClock())
    with engine.transaction(eva(firm), connection=connection) as tx:
        tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60)


def listeners(host: Engine) -> dict[str, list[Callable[..., object]]]:
    """All that listens to an engine and its pool."""
    of_engine = {name: list(getattr(host.dispatch, name)) for name in OF_ENGINE}
    return of_engine | {name: list(getattr(host.pool.dispatch, name)) for name in OF_POOL}


@pytest.fixture
def heard(host: Engine) -> Counter[str]:
    """How often the host hears of what."""
    counted: Counter[str] = Counter()

    def counting(name: str) -> Callable[..., None]:
        def count(*_arguments: object) -> None:
            counted[name] += 1

        return count

    for name in (*OF_ENGINE, *OF_POOL):
        event.listen(host, name, counting(name))
    return counted


@pytest.mark.requirement("B-08")
def test_we_listen_to_nothing_of_a_host(host: Engine, firm: Firm) -> None:
    """Neither when the store is made nor when it is used."""
    before = listeners(host)
    work(host, firm)
    with host.connect() as connection:
        work(host, firm, connection)
    assert listeners(host) == before


@pytest.mark.requirement("B-08")
def test_a_host_hears_of_our_transactions(host: Engine, firm: Firm, heard: Counter[str]) -> None:
    """Each takes a connection, begins, commits and gives it back, as one of its own would."""
    work(host, firm)
    assert {name: heard[name] for name in ("checkout", "begin", "commit", "checkin")} == {
        "checkout": 1,
        "begin": 1,
        "commit": 1,
        "checkin": 1,
    }
    with pytest.raises(ZeroDivisionError), WorkTraq(SqlStore(host)).transaction(eva(firm)):
        _ = 1 // 0
    assert (heard["commit"], heard["rollback"], heard["checkin"]) == (1, 1, 2)


@pytest.mark.requirement("B-08")
def test_a_host_hears_of_our_savepoint_but_not_of_our_statements(host: Engine, firm: Firm, heard: Counter[str]) -> None:
    """They go to the driver's cursor; its own statements are heard as before."""
    statements: list[str] = []
    event.listen(host, "before_cursor_execute", lambda *arguments: statements.append(arguments[2].split()[0]))
    with host.begin() as connection:
        connection.execute(text("INSERT INTO note VALUES ('x')"))
        work(host, firm, connection)
        connection.execute(text("INSERT INTO note VALUES ('y')"))
    assert statements == ["INSERT", "SAVEPOINT", "RELEASE", "INSERT"]
    assert (heard["savepoint"], heard["release_savepoint"], heard["rollback_savepoint"]) == (1, 1, 0)
    assert (heard["commit"], heard["rollback"]) == (1, 0)


@pytest.mark.requirement("B-08")
def test_savepoints_of_the_host_go_around_and_between_ours(host: Engine, firm: Firm) -> None:
    """What it rolls back to takes ours with it, and the rest of its transaction stays."""
    with OrmSession(host) as session:
        session.execute(text("INSERT INTO note VALUES ('kept')"))
        work(host, firm, session)
        savepoint = session.begin_nested()
        session.execute(text("INSERT INTO note VALUES ('lost')"))
        work(host, firm, session)
        savepoint.rollback()
        work(host, firm, session)
        session.commit()
    with host.connect() as connection:
        assert connection.execute(text("SELECT content FROM note")).scalars().all() == ["kept"]
    with WorkTraq(SqlStore(host)).view(eva(firm)) as tx:
        assert len(tx.entries.list()) == 2
