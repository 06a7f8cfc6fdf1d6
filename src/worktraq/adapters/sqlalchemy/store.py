"""The store: opens units of work on a database, and brings its schema up to date."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import RLock
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from worktraq.adapters.sqlalchemy.databases import Database, Kind, begin_where_told
from worktraq.adapters.sqlalchemy.errors import translating
from worktraq.adapters.sqlalchemy.migrating import migrate
from worktraq.adapters.sqlalchemy.notifications import SqlClaims
from worktraq.adapters.sqlalchemy.organizations import SqlDirectory
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.unit_of_work import SqlUnitOfWork
from worktraq.core.ids import OrganizationId
from worktraq.errors import AdapterError, Conflict, InvalidInput

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "mariadb": "mariadb+pymysql",
    "mysql": "mariadb+pymysql",
}
BUSY_SECONDS = 10
"""How long a writing transaction on SQLite waits for another one."""
_CACHE_KIBIBYTES = 16 * 1024
_LOCKED_SECONDS = 0.01


class SqlStore:
    """Keeps everything in a database: SQLite, PostgreSQL or MariaDB.

    A database in memory (``sqlite://``) has one connection, and so one transaction at a time, views included.

    Args:
        engine: Of the host. On SQLite its connections should enforce foreign keys, as those of `from_url` do.

    Attributes:
        engine: With the pool of connections.
        directory: All organizations in the database.
        claims: Of what is to be delivered, for all organizations.

    Raises:
        InvalidInput: With ``database_unknown`` when the engine is for another database.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._database = Database.of(engine.dialect)
        self._writers = self._database.engine_for(engine, writes=True)
        self._readers = self._database.engine_for(engine, writes=False)
        self._only_one = RLock() if isinstance(engine.pool, StaticPool) else None
        self._is_taken = False
        self.directory = SqlDirectory(self._database, self._reading)
        self.claims = SqlClaims(self._database, self._writing)

    @classmethod
    def from_url(cls, url: str, **engine_options: object) -> "SqlStore":
        """A store with an engine of its own.

        Args:
            url: As SQLAlchemy takes it; ``sqlite://`` is a database in memory.
            engine_options: For `sqlalchemy.create_engine`.

        Raises:
            InvalidInput: With ``database_unknown`` for what is no URL, or one of another database than the three.
            ModuleNotFoundError: When the driver is not installed.
        """
        try:
            engine = _engine(url, engine_options)
        except (ArgumentError, ValueError):
            # Not chained: the message may repeat the password in the URL.
            raise InvalidInput.of("url", "database_unknown") from None
        return cls(engine)

    def migrate(self) -> None:
        """Bring the schema up to date; does nothing where it is.

        Raises:
            AdapterError: When the database fails.
        """
        with self._writing() as connection, self._translating(), self._database.migrating_alone(connection):
            migrate(connection)

    def close(self) -> None:
        """Close all connections that are not in use."""
        self.engine.dispose()

    @contextmanager
    def unit_of_work(
        self, organization_id: OrganizationId, *, writes: bool, connection: object | None = None
    ) -> Iterator[SqlUnitOfWork]:
        """Begin a transaction for one organization; see `worktraq.ports.unit_of_work.Store`.

        Args:
            organization_id: Whose things are worked with.
            writes: Whether anything may change.
            connection: A SQLAlchemy connection of the host, or an ORM session.

        Raises:
            Conflict: Retryable, when another transaction was in the way.
            AdapterError: When the database fails, or with ``connection_not_taken`` for another kind of connection.
        """
        if connection is not None:
            opened: AbstractContextManager[Connection] = self._joined(_connection_of(connection), writes=writes)
        elif writes:
            opened = self._writing()
        else:
            opened = self._reading()
        with opened as opened_connection:
            session = Session(opened_connection, self._database, organization_id, writes=writes)
            try:
                yield SqlUnitOfWork(session)
            finally:
                session.finish()

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._transaction(self._writers, writes=True)

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._transaction(self._readers, writes=False)

    @contextmanager
    def _transaction(self, engine: Engine, *, writes: bool) -> Iterator[Connection]:
        with self._exclusively():
            with self._translating():
                connection = engine.connect()
            try:
                with self._translating():
                    self._database.begin(connection, writes=writes)
                try:
                    yield connection
                except BaseException:
                    _give_up(connection)
                    raise
                with self._translating():
                    connection.commit()
            finally:
                connection.close()

    @contextmanager
    def _joined(self, connection: Connection, *, writes: bool) -> Iterator[Connection]:
        with self._translating():
            self._database.begin_unless_begun(connection, writes=writes)
            savepoint = connection.begin_nested()
        try:
            yield connection
        except BaseException:
            with suppress(SQLAlchemyError):  # a deadlock on MariaDB has taken the savepoint with it
                savepoint.rollback()
            raise
        with self._translating():
            savepoint.commit()

    def _translating(self) -> AbstractContextManager[None]:
        return translating(self._database.driver_errors)

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        if self._only_one is None:
            yield
            return
        with self._only_one:
            if self._is_taken:
                raise Conflict("store_busy", is_retryable=True)
            self._is_taken = True
            try:
                yield
            finally:
                self._is_taken = False


def _give_up(connection: Connection) -> None:
    try:
        connection.rollback()
    except SQLAlchemyError:
        connection.invalidate()  # the transaction is lost with the connection


def _connection_of(given: object) -> Connection:
    if isinstance(given, Connection):
        return given
    connect = getattr(given, "connection", None)
    found = connect() if callable(connect) else None
    if not isinstance(found, Connection):
        raise AdapterError("connection_not_taken")
    return found


def _engine(url: str, given: Mapping[str, object]) -> Engine:
    parsed = make_url(url)
    Kind.of(parsed.get_backend_name())
    if parsed.drivername in _DRIVERS:
        parsed = parsed.set(drivername=_DRIVERS[parsed.drivername])
    options: dict[str, Any] = {"hide_parameters": True, **given}
    if parsed.get_backend_name() != Kind.SQLITE.value:
        return create_engine(parsed, **{"pool_pre_ping": True, **options})
    arguments = {"timeout": BUSY_SECONDS, **options.pop("connect_args", {})}
    if parsed.database in (None, "", ":memory:"):
        arguments["check_same_thread"] = False
        options = {"poolclass": StaticPool, **options}
    engine = create_engine(parsed, connect_args=arguments, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    return begin_where_told(engine)


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    _write_ahead(cursor)
    # Rows go into several indexes, each at another place. In the 2 MB of the default their pages would take turns.
    cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    """Let views and the one writer not wait for each other.

    While another process makes the same change to a new file, SQLite refuses at once, whatever the timeout.
    """
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if monotonic() > until:
                raise
            sleep(_LOCKED_SECONDS)
        else:
            return
