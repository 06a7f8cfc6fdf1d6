"""P4: registering one time entry in its own transaction, against the same statements by hand."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import count as numbers
from itertools import repeat
from typing import Any
from uuid import UUID

from bench.firm import Firm, firm, times
from bench.measuring import Figure, Scale, medians
from bench.places import Place, places
from worktraq import WorkTraq
from worktraq.adapters.sqlalchemy import SqlStore

Parameters = Sequence[object] | Mapping[str, object]
Statement = tuple[str, Parameters]

sent: list[Statement] = []


class _SqliteConnection(sqlite3.Connection):
    """A connection of the driver that remembers what is sent through it."""

    def cursor(self, _factory: object = None) -> sqlite3.Cursor:  # type: ignore[override]  # the driver gives none
        """A cursor that remembers."""
        return super().cursor(_SqliteCursor)


class _SqliteCursor(sqlite3.Cursor):
    """A cursor that remembers what is sent through it."""

    def execute(self, sql: str, parameters: Any = (), /) -> "_SqliteCursor":
        """Remember a statement, and send it."""
        sent.append((sql, parameters))
        return super().execute(sql, parameters)


def _recording(place: Place) -> Mapping[str, Any]:
    """Arguments for connecting that make the driver remember."""
    if place.title == "SQLite":
        return {"factory": _SqliteConnection}
    if place.title == "PostgreSQL":
        import psycopg

        class PostgresCursor(psycopg.Cursor[Any]):
            def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
                sent.append((query, params or ()))
                return super().execute(query, params, **how)

        return {"cursor_factory": PostgresCursor}
    import pymysql.cursors

    class MariadbCursor(pymysql.cursors.Cursor):
        def execute(self, query: str, args: Any = None) -> int:
            sent.append((query, args or ()))
            return super().execute(query, args)

    return {"cursorclass": MariadbCursor}


def measure(scale: Scale) -> Iterator[Figure]:
    """The statements are those that the library sent, with new ids and days in them; on each database."""
    for opener in places().values():
        with firm(opener) as made:
            yield _on(made, scale)


def _on(made: Firm, scale: Scale) -> Figure:
    count = scale.of(300, 50)
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
    note = f"{made.place.title}: {len(statements)} statements between BEGIN and COMMIT: "
    note += ", ".join(_short(sql) for sql, _ in statements)
    work = f"register one entry in its own transaction, {count:,} times ({made.place.title})"
    return Figure("P4", work, "the same statements by hand", found["ours"], found["driver"], "<= 3.0", note)


def _recorded(made: Firm, register: Callable[[WorkTraq], None]) -> list[Statement]:
    store = SqlStore.from_url(made.place.url, connect_args=_recording(made.place))
    engine = WorkTraq(store, clock=lambda: made.now)
    register(engine)  # which also opens the connection and compiles the statements
    sent.clear()
    register(engine)
    found = [
        each for each in sent if each[0].startswith(("SELECT w", "SELECT COALESCE", "SELECT sum", "INSERT", "UPDATE"))
    ]
    store.close()
    return found


def _by_hand(made: Firm, statements: Sequence[Statement], count: int) -> None:
    connection = made.place.connect()
    is_sqlite = made.place.title == "SQLite"
    if is_sqlite:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
    cursor = connection.cursor()
    fresh, day = _fresh_ids(cursor, statements), _day_of(statements)
    connection.commit()
    for _ in range(count):
        # A day gets a hundred entries on both sides, so that the sum over it costs both the same.
        values: dict[object, object] = {day: next(_DAYS), **{old: _new_id(old) for old in fresh}}
        if is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        for sql, parameters in statements:
            cursor.execute(sql, _replaced(parameters, values))
            if sql.startswith("SELECT"):
                cursor.fetchall()
        connection.commit()
    connection.close()


def _new_id(like: object) -> UUID | bytes:
    made = secrets.token_bytes(16)
    return UUID(bytes=made) if isinstance(like, UUID) else made


def _replaced(parameters: Parameters, values: Mapping[object, object]) -> Parameters:
    if isinstance(parameters, Mapping):
        return {name: _new_value(each, values) for name, each in parameters.items()}
    return [_new_value(each, values) for each in parameters]


def _new_value(old: object, values: Mapping[object, object]) -> object:
    """In place of a recorded one; PostgreSQL is given lists too."""
    return [values.get(each, each) for each in old] if isinstance(old, list) else values.get(old, old)


def _days() -> Iterator[int]:
    """Days as they are stored, a hundred times each, none of which the other side uses."""
    day = date(2101, 1, 1)
    while True:
        yield from repeat(day.year * 10_000 + day.month * 100 + day.day, 100)
        day += timedelta(days=1)


_DAYS = _days()


def _given(parameters: Parameters) -> Iterator[object]:
    for each in parameters.values() if isinstance(parameters, Mapping) else parameters:
        yield from each if isinstance(each, list) else [each]


def _day_of(statements: Sequence[Statement]) -> int:
    """The day of the recorded entry."""
    given = (each for _, parameters in statements for each in _given(parameters))
    return min(each for each in given if isinstance(each, int) and each > 20_000_000)


def _fresh_ids(cursor: Any, statements: Sequence[Statement]) -> list[object]:
    """The ids that the recorded transaction made."""
    cursor.execute("SELECT id FROM worktraq_item UNION SELECT id FROM worktraq_event")
    known = {row[0] for row in cursor.fetchall()}
    return [
        each
        for sql, parameters in statements
        if sql.startswith("INSERT")
        for each in dict.fromkeys(_given(parameters))
        if each in known
    ]


def _short(sql: str) -> str:
    words = sql.split()
    if words[0] == "SELECT":
        return f"SELECT {words[words.index('FROM') + 1]}"
    return " ".join(words[:3]) if words[0] == "INSERT" else " ".join(words[:2])
