"""Where a worker dies: at an exact point of a commit, or whenever its time has come."""

import os
import signal
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, event

from tests.crash.crew import Crew
from tests.crash.journal import Tag, TaggedIds
from worktraq.adapters.sqlalchemy import SqlStore


class Point(StrEnum):
    """When a worker is killed."""

    BEFORE = "just before COMMIT is sent"
    SENT = "COMMIT is sent, its reply not read"
    AFTER = "just after the reply is read"
    DURING = "some microseconds after COMMIT began"
    ANY = "at any moment"
    TOLD = "when it is told"


@frozen
class Death:
    """How a worker ends.

    Attributes:
        point: When.
        commit: At which commit, from 1.
        delay: In microseconds; after the beginning of that commit or, with `Point.ANY`, of the work.
    """

    point: Point
    commit: int = 1
    delay: int = 0


def kill_itself() -> None:
    """End this process as the kernel ends one, with nothing done first."""
    os.kill(os.getpid(), signal.SIGKILL)


class Deathbed:
    """Follows every commit of a worker, writes it down, and lets the worker die at the wanted one."""

    def __init__(self, store: SqlStore, ids: TaggedIds, death: Death, signals: int) -> None:
        """Begin.

        Args:
            store: Of the worker.
            ids: Of the worker; each transaction draws its own.
            death: When to die.
            signals: A file to write to when a commit begins at which another process is to end this one.
        """
        self.crew: Crew | None = None
        self._ids = ids
        self._death = death
        self._signals = signals
        self._commits = 0
        self._dialect = store.engine.dialect
        self._commit: Callable[[Any], None] = self._dialect.do_commit
        setattr(self._dialect, "do_commit", self._commit_watched)  # noqa: B010  # it is this one object's only
        event.listen(store.engine, "begin", self._begin)

    def _begin(self, _connection: Connection) -> None:
        if self.crew is not None:
            before = self._ids.tag
            is_same = before.command == self.crew.command
            self._ids.begin(Tag(before.fork, self.crew.command, before.attempt + 1 if is_same else 1))

    def _commit_watched(self, connection: Any) -> None:  # noqa: ANN401  # of whichever driver there is
        crew, tag, drawn = self.crew, self._ids.tag, self._ids.drawn
        if crew is None or not crew.command:
            self._commit(connection)
            return
        self._commits += 1
        point = self._death.point if self._commits == self._death.commit else Point.TOLD
        if drawn:
            names = [each.hex for each in drawn]
            crew.journal.write(
                command=tag.command, what="committing", attempt=tag.attempt, drawn=names, point=point.name
            )
        if point is Point.BEFORE:
            kill_itself()
        elif point is Point.SENT:
            self._send_and_die(connection)
        elif point is Point.DURING:
            os.write(self._signals, b".")
        self._commit(connection)
        if drawn:
            crew.journal.write(command=tag.command, what="committed", attempt=tag.attempt)
        if point is Point.AFTER:
            kill_itself()

    def _send_and_die(self, connection: Any) -> None:  # noqa: ANN401  # of whichever driver there is
        """Send COMMIT as the driver does, and never read what the server says."""
        if self._dialect.driver == "psycopg":
            connection.pgconn.send_query(b"COMMIT")
            connection.pgconn.flush()
        elif self._dialect.driver == "pymysql":
            from pymysql.constants.COMMAND import COM_QUERY

            connection._execute_command(COM_QUERY, "COMMIT")
        else:  # SQLite is no server: the commit is made, and nobody is told
            self._commit(connection)
        kill_itself()
