"""What is particular about each database."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from enum import Enum
from itertools import count
from typing import Any
from uuid import UUID

from attrs import frozen
from sqlalchemy import BigInteger, ColumnElement, Connection, Engine, Integer, case, event, literal_column
from sqlalchemy.engine.interfaces import DBAPICursor, Dialect

from worktraq.adapters.sqlalchemy.cells import Cell, Row, id_of
from worktraq.adapters.sqlalchemy.changes import Insertion
from worktraq.adapters.sqlalchemy.errors import raised_by
from worktraq.adapters.sqlalchemy.statements import Compiler
from worktraq.errors import Conflict, InvalidInput


class Kind(Enum):
    """The databases that worktraq knows."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    MARIADB = "mariadb"

    @classmethod
    def of(cls, name: str) -> "Kind":
        """The database that SQLAlchemy knows by a name.

        Raises:
            InvalidInput: With ``database_unknown``.
        """
        try:
            return cls("mariadb" if name == "mysql" else name)
        except ValueError:
            raise InvalidInput.of("url", "database_unknown") from None


_BEFORE_MARCH = 306
"""From the first of March to the end of the year; the first day of the year 1 is day 1, as in Python."""
_SCHEMA_LOCK = 7_704_511
_MARIADB_LOCK = "CONCAT('worktraq.', MD5(DATABASE()))"
"""Locks are of the whole server there, and their names shorter than those of databases can be."""
MIGRATION_SECONDS = 600
LOCK_MILLISECONDS = 1_000
"""How long a change of the schema waits for a table on PostgreSQL before it lets others pass."""
_numbers = count(1)

# Microseconds since 1970 by the clock of the database when the statement began, also within a transaction. What goes
# on ticking within a statement is compared with every row, and no index helps.
_NOW = {
    Kind.SQLITE: "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
    Kind.POSTGRESQL: "CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000000 AS BIGINT)",
    Kind.MARIADB: "CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)",
}

# On SQLite the lock is taken at once: a transaction that has read first can no longer get it when another one wrote.
_WRITING = {
    Kind.SQLITE: ("BEGIN IMMEDIATE",),
    Kind.POSTGRESQL: (),
    Kind.MARIADB: ("SET TRANSACTION ISOLATION LEVEL READ COMMITTED",),
}

_SNAPSHOT = {
    Kind.SQLITE: ("BEGIN",),
    Kind.POSTGRESQL: (),
    Kind.MARIADB: (
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ),
}

# What SQLAlchemy arranges without a statement. On SQLite, a host's engine leaves beginning to us.
_WRITING_OPTIONS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.SQLITE: {"isolation_level": "AUTOCOMMIT"},
    Kind.POSTGRESQL: {"isolation_level": "READ COMMITTED"},
    Kind.MARIADB: {},
}
_SNAPSHOT_OPTIONS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.SQLITE: {"isolation_level": "AUTOCOMMIT"},
    Kind.POSTGRESQL: {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    Kind.MARIADB: {},
}

_BEGIN = "worktraq_begin"


def begin_where_told(engine: Engine) -> Engine:
    """An engine for SQLite whose transactions begin where SQLAlchemy says so, and not before the first change.

    That is how the sqlite3 module would have it, which makes savepoints and snapshots something else than they are.
    """
    event.listen(engine, "connect", _leave_beginning_to_us)
    event.listen(engine, "begin", _begin)
    return engine.execution_options(**{_BEGIN: "BEGIN"})


def _leave_beginning_to_us(connection: Any, _record: object) -> None:  # noqa: ANN401  # of the sqlite3 module
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    _driver_connection(connection).execute(connection.get_execution_options()[_BEGIN])


def _number(value: int) -> ColumnElement[int]:
    """A number in the text of a statement: with parameters, what is selected and grouped by would seem different."""
    return literal_column(f"{value:d}", Integer)


def first_of_week(number: int, week_start: int) -> date:
    """The first day of the week with a number of `Database.week_of`."""
    return date.fromordinal((number - 1) * 7 + week_start)


@frozen
class Database:
    """A database, as sessions need to know it.

    Attributes:
        kind: Which one it is.
        dialect: How it is spoken to.
        compiler: The compiled statements.
        driver_errors: What its driver raises.
        has_row_security: Whether the database itself keeps organizations apart.
    """

    kind: Kind
    dialect: Dialect
    compiler: Compiler
    driver_errors: tuple[type[BaseException], ...]
    has_row_security: bool = False

    @classmethod
    def of(cls, dialect: Dialect, *, has_row_security: bool = False) -> "Database":
        """The database behind a dialect.

        Raises:
            InvalidInput: With ``database_unknown`` when it is not one that worktraq knows, and with
                ``only_on_postgresql`` when another one is to keep organizations apart.
        """
        kind = Kind.of(dialect.name)
        if has_row_security and kind is not Kind.POSTGRESQL:
            raise InvalidInput.of("row_level_security", "only_on_postgresql")
        return cls(kind, dialect, Compiler(dialect), raised_by(dialect), has_row_security)

    @property
    def has_native_ids(self) -> bool:
        """Whether an id is stored as such, and not as 16 bytes."""
        return self.kind is Kind.POSTGRESQL

    @property
    def locks_rows(self) -> bool:
        """Whether rows are locked one by one; on SQLite there is one writer at a time."""
        return self.kind is not Kind.SQLITE

    @property
    def now(self) -> ColumnElement[int]:
        """The instant by the clock of the database."""
        return literal_column(_NOW[self.kind], BigInteger)

    def packed(self, entity_id: UUID) -> Cell:
        """An id as it is stored."""
        return entity_id if self.kind is Kind.POSTGRESQL else entity_id.int.to_bytes(16, "big")

    def unpacked(self, cell: Cell) -> UUID:
        """The id that is stored so."""
        if isinstance(cell, UUID):
            return cell
        assert isinstance(cell, bytes)
        return id_of(cell)

    def month_of(self, day: ColumnElement[int]) -> ColumnElement[int]:
        """The month of a day, such as 202610."""
        return self._whole(day, 100)

    def week_of(self, day: ColumnElement[int], week_start: int) -> ColumnElement[int]:
        """The number of the week that a day lies in, counted from the year 1; see `first_of_week`.

        Days are counted by the calendar's own arithmetic, which is the same on every database: the year begins in
        March here, so that the day that is sometimes missing is its last one.
        """
        month = self._whole(day, 100) % _number(100)
        year = self._whole(day, 10_000) - case((month <= _number(2), _number(1)), else_=_number(0))
        of_months = self._whole((month + _number(9)) % _number(12) * _number(153) + _number(2), 5)
        leap_days = self._whole(year, 4) - self._whole(year, 100) + self._whole(year, 400)
        ordinal = year * _number(365) + leap_days + of_months + day % _number(100)
        return self._whole(ordinal - _number(_BEFORE_MARCH + week_start - 7), 7)

    def empty_first(self, column: ColumnElement[object]) -> ColumnElement[object]:
        """A column to sort by, with what is empty before the rest; the other databases do that anyhow."""
        return column.nulls_first() if self.kind is Kind.POSTGRESQL else column

    def quotient(self, number: ColumnElement[int], by: ColumnElement[int]) -> ColumnElement[int]:
        """A division of whole numbers that are not negative, without the rest."""
        return number.op("DIV", precedence=8)(by) if self.kind is Kind.MARIADB else number // by

    def _whole(self, number: ColumnElement[int], divisor: int) -> ColumnElement[int]:
        return self.quotient(number, _number(divisor))

    def streaming_cursor(self, connection: Connection) -> DBAPICursor:
        """A cursor that does not fetch everything when it is opened."""
        raw = _driver_connection(connection)
        cursor: DBAPICursor
        if self.kind is Kind.POSTGRESQL:
            cursor = raw.cursor(name=f"worktraq_{next(_numbers)}")
        elif self.dialect.driver == "pymysql":
            from pymysql.cursors import SSCursor

            cursor = raw.cursor(SSCursor)
        else:
            cursor = raw.cursor()
        return cursor

    @property
    def streams_beside_statements(self) -> bool:
        """Whether other statements can run while a stream is read; on MariaDB its rows are in their way."""
        return self.kind is not Kind.MARIADB

    @property
    def copies(self) -> bool:
        """Whether many rows can be added as a stream, which PostgreSQL refuses where policies hold."""
        return self.kind is Kind.POSTGRESQL and self.dialect.driver == "psycopg" and not self.has_row_security

    def copy(self, connection: Connection, insertion: Insertion, rows: Iterable[Row]) -> None:
        """Add rows as a stream."""
        with (
            _driver_connection(connection).cursor() as cursor,
            cursor.copy(insertion.copying(self.dialect)) as stream,
        ):
            for row in rows:
                stream.write_row(row)

    def engine_for(self, engine: Engine, *, writes: bool) -> Engine:
        """The engine, with the transactions that are wanted."""
        if _BEGIN in engine.get_execution_options():
            return engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE" if writes else "BEGIN"})
        return engine.execution_options(**(_WRITING_OPTIONS if writes else _SNAPSHOT_OPTIONS)[self.kind])

    def begin(self, connection: Connection, *, writes: bool) -> None:
        """Begin a transaction on a connection of `engine_for`."""
        connection.begin()  # for statements on the driver's cursor do not
        if _BEGIN in connection.get_execution_options():
            return
        for statement in (_WRITING if writes else _SNAPSHOT)[self.kind]:
            connection.exec_driver_sql(statement)

    @contextmanager
    def migrating_alone(self, connection: Connection) -> Iterator[None]:
        """Keep other processes, which may start at the same time, from changing the schema too.

        On PostgreSQL and MariaDB, whoever wants a table that is to be changed waits behind the change, even to read.
        So that does not wait for long.

        Raises:
            Conflict: Retryable, when somebody else changes it all the time.
        """
        if self.kind is Kind.POSTGRESQL:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
        if self.kind is not Kind.MARIADB:  # where a transaction ends with every change of the schema
            yield
            return
        (before,) = connection.exec_driver_sql("SELECT @@SESSION.lock_wait_timeout").one()
        locked = connection.exec_driver_sql(f"SELECT GET_LOCK({_MARIADB_LOCK}, {MIGRATION_SECONDS})")
        if locked.scalar() != 1:
            raise Conflict("transaction_conflict", is_retryable=True)
        connection.exec_driver_sql(f"SET SESSION lock_wait_timeout = {-(-LOCK_MILLISECONDS // 1000)}")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SET SESSION lock_wait_timeout = {before}")
            connection.exec_driver_sql(f"SELECT RELEASE_LOCK({_MARIADB_LOCK})")

    def begin_unless_begun(self, connection: Connection, *, writes: bool) -> None:
        """Make true that a host's connection is in a transaction.

        The sqlite3 module begins one before the first change only. A savepoint that comes earlier would be the
        transaction itself, and releasing it would commit what is the host's to commit.
        """
        if self.kind is Kind.SQLITE and not _driver_connection(connection).in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _driver_connection(connection: Connection) -> Any:  # noqa: ANN401  # of whichever driver there is
    return connection.connection.driver_connection
