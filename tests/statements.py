"""What a store sends to its database, statement by statement, also past SQLAlchemy."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import field, frozen

from worktraq.adapters.sqlalchemy import SqlStore

_CONTROL = re.compile(
    r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA|SET|SHOW|SELECT row_security_active)\b", re.IGNORECASE
)


@frozen
class Sent:
    """A statement as the driver got it, with the parameters of its first row."""

    sql: str
    parameters: Any


@frozen
class Recorder:
    """Keeps the statements that went through the connections of a store.

    Attributes:
        sent: All so far, those left out that only begin, end or set something.
    """

    sent: list[Sent] = field(factory=list)

    def note(self, sql: object, parameters: object) -> None:
        """Keep a statement."""
        if not _CONTROL.match(str(sql)):
            self.sent.append(Sent(str(sql), parameters))

    @contextmanager
    def only(self) -> Iterator[list[Sent]]:
        """What is sent within the block."""
        start = len(self.sent)
        found: list[Sent] = []
        yield found
        found += self.sent[start:]

    def sqlite(self, file: Path) -> SqlStore:
        """A store on a file."""
        return SqlStore.from_url(f"sqlite:///{file}", connect_args={"factory": self._sqlite_connection()})

    def postgresql(self, url: str, *, row_level_security: bool = False) -> SqlStore:
        """A store on a server."""
        arguments = {"cursor_factory": self._postgresql_cursor()}
        return SqlStore.from_url(url, row_level_security=row_level_security, connect_args=arguments)

    def _sqlite_connection(self) -> type[sqlite3.Connection]:
        note = self.note

        class Cursor(sqlite3.Cursor):
            def execute(self, sql: str, parameters: Any = ()) -> "Cursor":  # noqa: ANN401  # as of the driver
                note(sql, parameters)
                super().execute(sql, parameters)
                return self

            def executemany(self, sql: str, rows: Iterable[Any]) -> "Cursor":
                given = list(rows)
                note(sql, given[0])
                super().executemany(sql, given)
                return self

        class Connection(sqlite3.Connection):
            def cursor(self, factory: Any = Cursor) -> Any:  # noqa: ANN401  # as of the driver
                return super().cursor(factory)

        return Connection

    def _postgresql_cursor(self) -> type[Any]:
        from psycopg import Cursor as DriversCursor

        note = self.note

        class Cursor(DriversCursor[Any]):
            def execute(self, query: Any, params: Any = None, **options: Any) -> Any:  # noqa: ANN401  # as of the driver
                note(query, params)
                return super().execute(query, params, **options)

            def executemany(self, query: Any, params_seq: Iterable[Any], **options: Any) -> None:  # noqa: ANN401  # as of the driver
                given = list(params_seq)
                note(query, given[0])
                super().executemany(query, given, **options)

        return Cursor
