"""The databases in which two transactions meet, and how each of them tells that one waits for the other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident

from attrs import Factory, define
from sqlalchemy import Engine, create_engine, event, text

from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.ports.unit_of_work import Store


@define
class Place:
    """A store, and whether somebody waits in it.

    Attributes:
        name: Of the store.
        store: The store.
        has_one_writer: Whether a transaction that writes lets no other one begin.
        is_blocked: Whether a connection waits for another one, by the number that the database gave it.
        numbers: Of the connection that each thread took last.
    """

    name: str
    store: Store
    has_one_writer: bool
    is_blocked: Callable[[int], bool]
    numbers: dict[int, int] = Factory(dict)

    def is_waiting(self, thread: int, *, is_beginning: bool, is_other_inside: bool) -> bool:
        """Whether a thread can only go on when the transaction of the other one is over."""
        if self.has_one_writer:
            return is_beginning and is_other_inside
        number = self.numbers.get(thread)
        return number is not None and self.is_blocked(number)


@contextmanager
def on_server(name: str, url: str) -> Iterator[Place]:
    """A place in a database of a server."""
    store = SqlStore.from_url(url)
    watching = create_engine(url, isolation_level="AUTOCOMMIT")
    is_blocked = _waits_on_postgres if name == "postgres" else _waits_on_mariadb
    place = Place(name, store, has_one_writer=False, is_blocked=lambda number: is_blocked(watching, number))

    @event.listens_for(store.engine, "checkout")
    def note_number(connection: object, _record: object, _proxy: object) -> None:
        place.numbers[get_ident()] = _number_of(connection)

    try:
        yield place
    finally:
        store.close()
        watching.dispose()


@contextmanager
def in_file(name: str, url: str) -> Iterator[Place]:
    """A place in a database of SQLite."""
    store = SqlStore.from_url(url)
    yield with_one_writer(name, store)
    store.close()


def with_one_writer(name: str, store: Store) -> Place:
    """A place in which one transaction after the other writes."""
    return Place(name, store, has_one_writer=True, is_blocked=lambda _number: False)


def _number_of(connection: object) -> int:
    """What the database calls a connection."""
    told = connection.info.backend_pid if hasattr(connection, "info") else connection.thread_id()  # type: ignore[attr-defined]  # of whichever driver
    return int(told)


def _waits_on_postgres(watching: Engine, number: int) -> bool:
    with watching.connect() as connection:
        return bool(connection.scalar(text("SELECT cardinality(pg_blocking_pids(:number)) > 0"), {"number": number}))


def _waits_on_mariadb(watching: Engine, number: int) -> bool:
    """By the report of InnoDB: its table of transactions is renewed ten times a second only."""
    with watching.connect() as connection:
        ((_kind, _name, report),) = connection.execute(text("SHOW ENGINE INNODB STATUS"))
    transactions = report.split("---TRANSACTION ")
    return any("LOCK WAIT" in each for each in transactions if f"thread id {number}," in each)
