"""Drivers that fail where a test wants them to: every call goes to the real driver, or raises.

A connection that is to be closed is closed all the same: what fails is the answer, and no socket is left open.
"""

import sqlite3
from collections.abc import Callable
from enum import Enum
from typing import Any

from attrs import define
from sqlalchemy import Engine, event

Connect = Callable[..., object]


class Point(Enum):
    """Where a driver can fail."""

    CONNECT = "connect"
    CURSOR = "cursor"
    EXECUTE = "execute"
    FETCH = "fetch"
    COMMIT = "commit"
    AFTER_COMMIT = "after commit"
    ROLLBACK = "rollback"
    CLOSE = "close"


@define
class Fault:
    """What fails next.

    Attributes:
        points: Where; several, so that getting over one failure fails as well.
        after: How many calls there still succeed.
        make: What is raised.
        raised: How often it was.
    """

    points: frozenset[Point] = frozenset()
    after: int = 0
    make: Callable[[], BaseException] = RuntimeError
    raised: int = 0

    def reach(self, point: Point) -> None:
        """Raise, when it is time."""
        if point not in self.points:
            return
        if self.after > 0:
            self.after -= 1
            return
        self.raised += 1
        raise self.make()

    def set(self, points: frozenset[Point], after: int, make: Callable[[], BaseException]) -> None:
        """Fail from a call on."""
        self.points, self.after, self.make, self.raised = points, after, make, 0

    def lift(self) -> None:
        """Fail no more."""
        self.points = frozenset()


def inject(engine: Engine, fault: Fault) -> None:
    """Let the connections that an engine opens from now on fail where the fault says."""
    connect = _CONNECTS[engine.dialect.driver](fault)

    @event.listens_for(engine, "do_connect")
    def open_one(_dialect: object, _record: object, arguments: Any, options: Any) -> object:  # noqa: ANN401  # of the driver
        fault.reach(Point.CONNECT)
        return connect(*arguments, **options)


def _failing_connection(base: type, fault: Fault) -> type:
    """A subclass of a driver's connection."""

    class FailingConnection(base):  # type: ignore[misc]  # the class is the driver's
        def cursor(self, *arguments: object, **options: object) -> object:
            fault.reach(Point.CURSOR)
            return super().cursor(*arguments, **options)

        def commit(self) -> None:
            fault.reach(Point.COMMIT)
            super().commit()
            fault.reach(Point.AFTER_COMMIT)

        def rollback(self) -> None:
            fault.reach(Point.ROLLBACK)
            super().rollback()

        def close(self) -> None:
            super().close()
            fault.reach(Point.CLOSE)

    return FailingConnection


def _failing_cursor(base: type, fault: Fault) -> type:
    """A subclass of a driver's cursor."""

    class FailingCursor(base):  # type: ignore[misc]  # the class is the driver's
        def execute(self, *arguments: object, **options: object) -> object:
            fault.reach(Point.EXECUTE)
            return super().execute(*arguments, **options)

        def executemany(self, *arguments: object, **options: object) -> object:
            fault.reach(Point.EXECUTE)
            return super().executemany(*arguments, **options)

        def fetchall(self) -> object:
            fault.reach(Point.FETCH)
            return super().fetchall()

        def fetchmany(self, *arguments: object, **options: object) -> object:
            fault.reach(Point.FETCH)
            return super().fetchmany(*arguments, **options)

    return FailingCursor


def _sqlite(fault: Fault) -> Connect:
    cursor_class = _failing_cursor(sqlite3.Cursor, fault)

    class Connection(_failing_connection(sqlite3.Connection, fault)):  # type: ignore[misc]  # made above
        def cursor(self) -> object:
            return super().cursor(cursor_class)

    def connect(*arguments: Any, **options: Any) -> object:  # noqa: ANN401  # of the driver
        return sqlite3.connect(*arguments, **options, factory=Connection)

    return connect


def _psycopg(fault: Fault) -> Connect:
    import psycopg

    connection_class = _failing_connection(psycopg.Connection, fault)
    cursor_class = _failing_cursor(psycopg.Cursor, fault)
    streaming_class = _failing_cursor(psycopg.ServerCursor, fault)

    def connect(*arguments: Any, **options: Any) -> object:  # noqa: ANN401  # of the driver
        opened = connection_class.connect(*arguments, **options, cursor_factory=cursor_class)  # type: ignore[attr-defined]  # psycopg's
        opened.server_cursor_factory = streaming_class
        return opened

    return connect


def _pymysql(fault: Fault) -> Connect:
    import pymysql

    connection_class = _failing_connection(pymysql.connections.Connection, fault)
    cursor_class = _failing_cursor(pymysql.cursors.Cursor, fault)

    def connect(*arguments: Any, **options: Any) -> object:  # noqa: ANN401  # of the driver
        return connection_class(*arguments, **options, cursorclass=cursor_class)

    return connect


_CONNECTS: dict[str, Callable[[Fault], Connect]] = {"pysqlite": _sqlite, "psycopg": _psycopg, "pymysql": _pymysql}
