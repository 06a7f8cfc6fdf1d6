"""The store: opens units of work on a database, and brings its schema up to date."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from threading import RLock
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from worktraq.adapters.sqlalchemy import row_security
from worktraq.adapters.sqlalchemy.databases import Database, Kind, begin_where_told
from worktraq.adapters.sqlalchemy.errors import translating
from worktraq.adapters.sqlalchemy.migrating import bring_up_to_date
from worktraq.adapters.sqlalchemy.moving import copy_rows, remove_rows
from worktraq.adapters.sqlalchemy.notifications import SqlClaims
from worktraq.adapters.sqlalchemy.organizations import SqlDirectory
from worktraq.adapters.sqlalchemy.row_security import Crossing
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.unit_of_work import SqlUnitOfWork
from worktraq.core.ids import OrganizationId, check_id
from worktraq.errors import AdapterError, Conflict, InvalidInput

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "mariadb": "mariadb+pymysql",
    "mysql": "mariadb+pymysql",
}
BUSY_SECONDS = 10
"""How long a writing transaction on SQLite waits for another one."""
_CACHE_KIBIBYTES = 16 * 1024
_PAGES_IN_LOG = 4_000
_LOCKED_SECONDS = 0.01


class SqlStore:
    """Keeps everything in a database: SQLite, PostgreSQL or MariaDB.

    A database in memory (``sqlite://``) has one connection, and so one transaction at a time, views included.

    Args:
        engine: Of the host. On SQLite its connections should enforce foreign keys, as those of `from_url` do.
        row_level_security: Whether PostgreSQL itself keeps organizations apart, as a second wall. Units of work then
            need a role that does not own the tables; `migrate` needs the one that does.

    Attributes:
        engine: With the pool of connections.
        directory: All organizations in the database.
        claims: Of what is to be delivered, for all organizations.

    Raises:
        InvalidInput: With ``database_unknown`` when the engine is for another database, and with
            ``only_on_postgresql`` when that cannot keep organizations apart.
    """

    def __init__(self, engine: Engine, *, row_level_security: bool = False) -> None:
        self.engine = engine
        self._database = Database.of(engine.dialect, has_row_security=row_level_security)
        self._writers = self._database.engine_for(engine, writes=True)
        self._readers = self._database.engine_for(engine, writes=False)
        self._only_one = RLock() if isinstance(engine.pool, StaticPool) else None
        self._is_taken = False
        self.directory = SqlDirectory(self._database, partial(self._across, Crossing.DIRECTORY, writes=False))
        self.claims = SqlClaims(self._database, partial(self._across, Crossing.DELIVERY, writes=True))

    @classmethod
    def from_url(cls, url: str, *, row_level_security: bool = False, **engine_options: object) -> "SqlStore":
        """A store with an engine of its own.

        Args:
            url: As SQLAlchemy takes it; ``sqlite://`` is a database in memory.
            row_level_security: As of the class.
            engine_options: For `sqlalchemy.create_engine`.

        Raises:
            InvalidInput: With ``database_unknown`` for what is no URL, or one of another database than the three, and
                with ``only_on_postgresql``.
            ModuleNotFoundError: When the driver is not installed.
        """
        try:
            engine = _engine(url, engine_options)
        except (ArgumentError, ValueError):
            # Not chained: the message may repeat the password in the URL.
            raise InvalidInput.of("url", "database_unknown") from None
        return cls(engine, row_level_security=row_level_security)

    def migrate(self, *, partitions: int | None = None) -> None:
        """Bring the schema up to date; does nothing where it is.

        On PostgreSQL and MariaDB a table in use is waited for in short turns, so that those behind it can get on in between.

        Args:
            partitions: Into how many partitions by organization PostgreSQL splits each table of a new schema, from
                2 to 32. A later call need not repeat it.

        Raises:
            InvalidInput: With ``only_on_postgresql``, ``number_out_of_range``, or ``partitions_differ`` where the
                schema that is there has another number of them.
            Conflict: Retryable, when a table was in use for ten minutes.
            AdapterError: When the database fails.
        """
        bring_up_to_date(self._alone, self._database, partitions)

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        with (
            self._transaction(writes=True) as connection,
            self._translating(),
            self._database.migrating_alone(connection),
        ):
            yield connection

    def copy_organization(self, organization_id: OrganizationId, to: "SqlStore") -> None:
        """Copy everything of an organization to another store, as it is at one moment; all or nothing.

        The host lets nobody change it meanwhile, and removes it here when it is there: work that is done for all
        organizations would else be done in both stores.

        Args:
            organization_id: Which one.
            to: A store with the same schema, also of another kind of database.

        Raises:
            NotFound: When this store does not have it.
            Conflict: With ``already_exists`` where the other store has it.
            AdapterError: When a database fails.
        """
        with (
            self._opened(organization_id, writes=False) as source,
            to._opened(organization_id, writes=True) as target,  # noqa: SLF001  # of the same class
        ):
            copy_rows(organization_id, source, target)

    def remove_organization(self, organization_id: OrganizationId) -> None:
        """Remove everything of an organization from this store, its audit trail included.

        Raises:
            AdapterError: When the database fails.
        """
        with self._opened(organization_id, writes=True) as (connection, database):
            remove_rows(organization_id, connection, database)

    @contextmanager
    def _opened(self, organization_id: OrganizationId, *, writes: bool) -> Iterator[tuple[Connection, Database]]:
        check_id("organization_id", organization_id)
        with self._of(organization_id, writes=writes) as connection, self._translating():
            yield connection, self._database

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
            joined = _connection_of(connection)
            opened: AbstractContextManager[Connection] = self._joined(joined, organization_id, writes=writes)
        else:
            opened = self._of(organization_id, writes=writes)
        with opened as opened_connection:
            session = Session(
                opened_connection, self._database, organization_id, writes=writes, is_joined=connection is not None
            )
            try:
                yield SqlUnitOfWork(session)
            finally:
                session.finish()

    @contextmanager
    def _of(self, organization_id: OrganizationId, *, writes: bool) -> Iterator[Connection]:
        with self._transaction(writes=writes) as connection:
            if self._database.has_row_security:
                with self._translating():
                    row_security.enter(connection, organization_id)
            yield connection

    @contextmanager
    def _across(self, crossing: Crossing, *, writes: bool) -> Iterator[Connection]:
        with self._transaction(writes=writes) as connection:
            if self._database.has_row_security:
                with self._translating():
                    row_security.cross(connection, crossing)
            yield connection

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        engine = self._writers if writes else self._readers
        with self._exclusively():
            with self._translating():
                connection = engine.connect()
            try:
                with self._translating():
                    self._database.begin(connection, writes=writes)
                try:
                    yield connection
                    with self._translating():
                        connection.commit()
                except BaseException:
                    _give_up(connection)  # also what could not be committed, which SQLite leaves open
                    raise
            finally:
                with suppress(*self._database.driver_errors):
                    connection.close()  # what failed first is told; what is broken, the pool discards

    @contextmanager
    def _joined(self, connection: Connection, organization_id: OrganizationId, *, writes: bool) -> Iterator[Connection]:
        with self._translating():
            self._database.begin_unless_begun(connection, writes=writes)
            savepoint = connection.begin_nested()
        try:
            if self._database.has_row_security:
                with row_security.entered(connection, organization_id):
                    yield connection
            else:
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
    # Every page of an import touches pages all over the indexes. After 1,000, the default, they would be copied from
    # the log to the file at each commit, the same ones again and again.
    cursor.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_IN_LOG}")
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
