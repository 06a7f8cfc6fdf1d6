"""P4: registering one time entry in its own transaction, against the same statements by hand."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, timedelta
from itertools import count as numbers
from itertools import repeat

from bench.firm import Firm, firm, times
from bench.measuring import Figure, Scale, medians
from worktraq import WorkTraq
from worktraq.adapters.sqlalchemy import SqlStore

Statement = tuple[str, Sequence[object]]


class Recording(sqlite3.Connection):
    """A connection of the driver that remembers what is sent through it."""

    def cursor(self, _factory: object = None) -> sqlite3.Cursor:  # type: ignore[override]  # the driver gives none
        """A cursor that remembers."""
        return super().cursor(RecordingCursor)


class RecordingCursor(sqlite3.Cursor):
    """A cursor that remembers what is sent through it."""

    def execute(self, sql: str, parameters: object = (), /) -> "RecordingCursor":
        """Remember a statement, and send it."""
        assert isinstance(parameters, Sequence)
        sent.append((sql, parameters))
        return super().execute(sql, parameters)


sent: list[Statement] = []


def measure(scale: Scale) -> list[Figure]:
    """The statements are those that the library sent, with new ids and days in them."""
    count = scale.of(1_000, 200)
    with firm() as made:
        number = numbers()

        def register(engine: WorkTraq = made.engine) -> None:
            (new,) = times(made, 1, offset=next(number))
            with engine.transaction(made.employee) as tx:
                tx.entries.register_time(new.activity_id, on=new.on, minutes=new.minutes, note=new.note)

        def ours() -> None:
            for _ in range(count):
                register()

        statements = _recorded(made, register)
        found = medians({"ours": ours, "driver": lambda: _by_hand(made, statements, count)}, scale.repetitions)
    note = f"{len(statements)} statements between BEGIN and COMMIT: " + ", ".join(_short(sql) for sql, _ in statements)
    work = f"register one entry in its own transaction, {count:,} times (SQLite)"
    return [Figure("P4", work, "the same statements by hand", found["ours"], found["driver"], "<= 3.0", note)]


def _recorded(made: Firm, register: Callable[[WorkTraq], None]) -> list[Statement]:
    store = SqlStore.from_url(f"sqlite:///{made.file}", connect_args={"factory": Recording})
    engine = WorkTraq(store, clock=lambda: made.now)
    register(engine)  # which also opens the connection and compiles the statements
    sent.clear()
    register(engine)
    found: list[Statement] = [
        (sql, tuple(parameters)) for sql, parameters in sent if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
    ]
    store.close()
    return found


def _by_hand(made: Firm, statements: Sequence[Statement], count: int) -> None:
    with closing(sqlite3.connect(made.file, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        fresh, day = _fresh_ids(connection, statements), _day_of(statements)
        cursor = connection.cursor()
        for _ in range(count):
            # A day gets a hundred entries on both sides, so that the sum over it costs both the same.
            values: dict[object, object] = {day: next(_DAYS), **{old: secrets.token_bytes(16) for old in fresh}}
            cursor.execute("BEGIN IMMEDIATE")
            for sql, parameters in statements:
                cursor.execute(sql, _replaced(parameters, values))
                if sql.startswith("SELECT"):
                    cursor.fetchall()
            cursor.execute("COMMIT")


def _replaced(parameters: Sequence[object], values: Mapping[object, object]) -> list[object]:
    return [values.get(each, each) for each in parameters]


def _days() -> Iterator[int]:
    """Days as they are stored, a hundred times each, none of which the other side uses."""
    day = date(2101, 1, 1)
    while True:
        yield from repeat(day.year * 10_000 + day.month * 100 + day.day, 100)
        day += timedelta(days=1)


_DAYS = _days()


def _day_of(statements: Sequence[Statement]) -> int:
    """The day of the recorded entry."""
    days = {each for _, parameters in statements for each in parameters if isinstance(each, int) and each > 20_000_000}
    return min(days)


def _fresh_ids(connection: sqlite3.Connection, statements: Sequence[Statement]) -> list[bytes]:
    """The ids that the recorded transaction made."""
    known = {row[0] for row in connection.execute("SELECT id FROM worktraq_item UNION SELECT id FROM worktraq_event")}
    return [
        each
        for sql, parameters in statements
        if sql.startswith("INSERT")
        for each in dict.fromkeys(parameters)
        if isinstance(each, bytes) and each in known
    ]


def _short(sql: str) -> str:
    words = sql.split()
    if words[0] == "SELECT":
        return f"SELECT {words[words.index('FROM') + 1]}"
    return " ".join(words[:3]) if words[0] == "INSERT" else " ".join(words[:2])
