"""Databases on a server, made for one run of the tests and dropped after it.

Which servers there are is found out once, before anything is collected, and kept in the environment. So all processes
of a run (workers of pytest-xdist, tests that run tests) go by the same answer.
"""

import os
import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, cached_property
from getpass import getuser
from uuid import uuid4

import pytest
from attrs import evolve, frozen
from sqlalchemy import URL, Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from tests.conformance.own_postgres import NotStarted, OwnPostgres

_LEFTOVER = re.compile(r"worktraq_test_(\d{10})_[0-9a-f]{12}")
_LEFT_AFTER_SECONDS = 86_400
_ISOLATION = "innodb_snapshot_isolation"
_PROBE_SECONDS = 2

# What refers to a row need not be looked for when everything goes. PostgreSQL leaves that to a superuser only.
_DELETING = {"mariadb": "SET STATEMENT foreign_key_checks = 0 FOR DELETE FROM"}
_BEFORE_DELETING = {
    "postgresql": (
        "SET LOCAL lock_timeout = '20s'",  # a transaction that was left open is an error
        (
            "SELECT set_config('session_replication_role', 'replica', true)"
            " FROM pg_roles WHERE rolname = current_user AND rolsuper"
        ),
    )
}


@frozen
class ServerDatabase:
    """A database of our own on a server.

    Attributes:
        url: As SQLAlchemy takes it, password included.
    """

    url: str

    def empty(self) -> None:
        """Remove every row, and keep the schema."""
        remove_rows(self._engine, self._tables)

    def close(self) -> None:
        """Give up the connection that rows are removed with."""
        self._engine.dispose()

    @cached_property
    def _engine(self) -> Engine:
        return create_engine(self.url)

    @cached_property
    def _tables(self) -> Sequence[str]:
        return tables_to_empty(self._engine)


def tables_to_empty(engine: Engine) -> Sequence[str]:
    """Every table of a database but those of the migrations, each before those that it refers to."""
    in_order = [name for name, _ in inspect(engine).get_sorted_table_and_fkc_names() if name is not None]
    return [name for name in reversed(in_order) if "alembic" not in name and "version" not in name]


def remove_rows(engine: Engine, tables: Sequence[str]) -> None:
    """Remove every row of some tables: most hold none, and to look is much faster than to delete."""
    quoted = [engine.dialect.identifier_preparer.quote(name) for name in tables]
    filled = " UNION ALL ".join(
        f"SELECT {at} FROM (SELECT 1) AS here WHERE EXISTS (SELECT 1 FROM {table})" for at, table in enumerate(quoted)
    )
    with engine.begin() as connection:
        for setting in _BEFORE_DELETING.get(engine.dialect.name, ()):
            connection.execute(text(setting))
        deleting = _DELETING.get(engine.dialect.name, "DELETE FROM")
        for at in sorted(connection.execute(text(filled)).scalars()):
            connection.execute(text(f"{deleting} {quoted[at]}"))


@frozen
class Server:
    """A database server that the tests can use.

    Attributes:
        name: Of the store, as the tests show it.
        variable: Of the environment; holds the URL of a database whose user may create others, or nothing.
        driver: That SQLAlchemy uses.
        nearby: Where it may run on this machine.
        fits: A query that says whether it is the server that is meant, and lets this user make databases.
        names: A query for all databases.
        prepare: What is set for each new database.
        isolation: On MariaDB, whether a transaction may change what another one has changed since it began to read.
    """

    name: str
    variable: str
    driver: str
    nearby: Sequence[str]
    fits: str
    names: str
    prepare: str = ""
    isolation: str = ""

    @contextmanager
    def database(self) -> Iterator[ServerDatabase]:
        """A new database, dropped at the end."""
        name = f"worktraq_test_{int(time.time())}_{uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name}")
        if self.prepare:
            self._run(self.prepare.format(name=name))
        made = ServerDatabase(self._url.set(database=name).render_as_string(hide_password=False))
        try:
            yield made
        finally:
            made.close()
            self._run(f"DROP DATABASE {name}")

    def drop_leftovers(self) -> None:
        """Drop the databases of runs that were killed more than a day ago."""
        for name in answers(self._url, self.names):
            found = _LEFTOVER.fullmatch(str(name))
            if found and int(found[1]) < time.time() - _LEFT_AFTER_SECONDS:
                with suppress(SQLAlchemyError):  # another run has just done it
                    self._run(f"DROP DATABASE {name}")

    @property
    def _url(self) -> URL:
        url = make_url(os.environ[self.variable]).set(drivername=self.driver)
        if self.driver.startswith("mariadb") and _knows_isolation(url):
            setting = f"SET SESSION {_ISOLATION} = {self.isolation or 'OFF'}"
            return url.update_query_dict({"init_command": setting})
        return url

    def _run(self, statement: str) -> None:
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()


SERVERS = (
    Server(
        "postgres",
        "WORKTRAQ_TEST_POSTGRES_URL",
        "postgresql+psycopg",
        (f"postgresql://{getuser()}@127.0.0.1:5432/postgres", "postgresql://postgres@127.0.0.1:5432/postgres"),
        "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user",
        "SELECT datname FROM pg_database",
        # These databases need not outlive a crash, and waiting for the disk would take most of the time.
        "ALTER DATABASE {name} SET synchronous_commit = off",
    ),
    Server(
        "mariadb",
        "WORKTRAQ_TEST_MARIADB_URL",
        "mariadb+pymysql",
        (f"mariadb://{getuser()}@127.0.0.1:3306", "mariadb://root@127.0.0.1:3306"),
        "SELECT VERSION() LIKE '%MariaDB%' AND EXISTS"
        " (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type = 'CREATE')",
        "SELECT schema_name FROM information_schema.schemata",
    ),
)


def configured() -> list[Server]:
    """The servers that this run uses."""
    return [server for server in SERVERS if os.environ.get(server.variable)]


def isolating() -> list[Server]:
    """The servers that this run uses, MariaDB once for each way in which it keeps transactions apart."""
    others = [
        evolve(server, name="mariadb-snapshot", isolation="ON")
        for server in configured()
        if server.name == "mariadb"
        and _knows_isolation(make_url(os.environ[server.variable]).set(drivername=server.driver))
    ]
    return [*configured(), *others]


@frozen
class Found:
    """What a run has to work with.

    Attributes:
        missing: For each database that is missing, what to do about it.
        own: A server that was started for this run.
    """

    missing: Sequence[str]
    own: OwnPostgres | None


def find_servers() -> Found:
    """Decide for this run and its workers which servers are used: those named, else those nearby, else our own.

    Raises:
        pytest.UsageError: When a server that is named does not let us in, or with ``CI=true`` when one is missing.
    """
    missing: list[str] = []
    own = None
    for server in SERVERS:
        if server.variable not in os.environ:
            os.environ[server.variable] = next((url for url in server.nearby if _lets_us_in(server, url)), "")
            if server.name == "postgres" and not os.environ[server.variable]:
                own = _own_postgres(missing)
                os.environ[server.variable] = own.url if own else ""
        elif os.environ[server.variable] and not _lets_us_in(server, os.environ[server.variable]):
            raise pytest.UsageError(f"{server.variable} names no {server.name} server on which we may make databases")
        if os.environ[server.variable]:
            server.drop_leftovers()
        else:
            missing.append(f"{server.name}: none on 127.0.0.1 lets us make databases; set {server.variable} to a URL")
    if missing and os.environ.get("CI") == "true":
        raise pytest.UsageError("with CI=true every database is needed; " + "; ".join(missing))
    return Found(missing, own)


def _own_postgres(missing: list[str]) -> OwnPostgres | None:
    try:
        return OwnPostgres.start()
    except NotStarted as error:
        missing.append(str(error))
        return None


def _lets_us_in(server: Server, address: str) -> bool:
    try:
        url = make_url(address).set(drivername=server.driver)
    except ArgumentError:
        return False
    if url.host and url.port:
        try:
            socket.create_connection((url.host, url.port), _PROBE_SECONDS).close()
        except OSError:
            return False
    try:
        return bool(answers(url, server.fits)[0])
    except (SQLAlchemyError, LookupError):
        return False


def answers(url: URL, query: str) -> list[object]:
    """The first column of what a query gives."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return list(connection.execute(text(query)).scalars())
    finally:
        engine.dispose()


@cache
def _knows_isolation(url: URL) -> bool:
    return bool(answers(url, f"SHOW VARIABLES LIKE '{_ISOLATION}'"))
