"""The databases that are measured: SQLite always, PostgreSQL and MariaDB where a server lets us in."""

import atexit
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import evolve, frozen
from sqlalchemy import make_url

from tests.conformance.databases import Server, answers, configured, find_servers, tables_to_empty
from worktraq.adapters.sqlalchemy import SqlStore

Row = tuple[object, ...]
_TITLES = {"postgres": "PostgreSQL", "mariadb": "MariaDB"}
_VERSION = {"postgres": "SHOW server_version", "mariadb": "SELECT VERSION()"}


@frozen
class Place:
    """An empty database with our tables in it.

    Attributes:
        title: What people call the database.
        url: As SQLAlchemy takes it.
    """

    title: str
    url: str

    @property
    def file(self) -> Path:
        """Of a database on SQLite."""
        name = make_url(self.url).database
        assert name is not None
        return Path(name)

    def connect(self) -> Any:  # of whichever driver there is
        """A connection of the driver, which begins a transaction by itself and is committed by hand."""
        url = make_url(self.url)
        if self.title == "PostgreSQL":
            import psycopg

            return psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
        if self.title == "MariaDB":
            import pymysql

            return pymysql.connect(
                host=url.host or "127.0.0.1",
                port=url.port or 3306,
                user=url.username,
                password=url.password or "",
                database=url.database,
                init_command=str(url.query.get("init_command", "")) or None,
            )
        return sqlite3.connect(self.file)

    def insert_into(self, table: str, columns: Sequence[str]) -> str:
        """An INSERT by hand."""
        mark = "?" if self.title == "SQLite" else "%s"
        return f"INSERT INTO {table} ({self.quoted(columns)}) VALUES ({', '.join(mark for _ in columns)})"

    def quoted(self, columns: Sequence[str]) -> str:
        """Column names for a statement."""
        mark = "`" if self.title == "MariaDB" else '"'
        return ", ".join(f"{mark}{name}{mark}" for name in columns)

    def fetched(self, table: str, columns: Sequence[str], order: Sequence[str] = ()) -> list[Row]:
        """All rows of a table, as the driver gives them."""
        ordered = f" ORDER BY {self.quoted(order)}" if order else ""
        return self.answered(f"SELECT {self.quoted(columns)} FROM {table}{ordered}")

    def answered(self, sql: str) -> list[Row]:
        """All rows that a statement finds."""
        connection = self.connect()
        try:
            cursor = connection.cursor()
            cursor.execute(sql)
            return list(cursor.fetchall())
        finally:
            connection.close()

    def put(self, *filled: tuple[str, Sequence[str], Sequence[Row]]) -> None:
        """Add ready rows to tables in the fastest way of the driver, all in one transaction."""
        connection = self.connect()
        cursor = connection.cursor()
        for table, columns, rows in filled:
            if self.title == "PostgreSQL":
                with cursor.copy(f"COPY {table} ({self.quoted(columns)}) FROM STDIN") as stream:
                    for row in rows:
                        stream.write_row(row)
                continue
            cursor.executemany(self.insert_into(table, columns), rows)
        connection.commit()
        connection.close()

    def clear(self, *tables: str) -> None:
        """Remove every row of some tables, and what they leave behind in the files."""
        connection = self.connect()
        cursor = connection.cursor()
        if self.title == "PostgreSQL":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        else:
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")
        connection.commit()
        connection.close()

    def empty(self) -> None:
        """Remove every row of every table."""
        store = SqlStore.from_url(self.url)
        tables = tables_to_empty(store.engine)
        store.close()
        self.clear(*tables)


@contextmanager
def on_sqlite() -> Iterator[Place]:
    """A file in a folder that is removed afterwards."""
    with TemporaryDirectory() as folder:
        yield _migrated(Place("SQLite", f"sqlite:///{Path(folder) / 'firm.db'}"))


Opener = Callable[[], Any]
# Making all tables takes seconds on a server, so that one database there serves all measurements.
_kept: dict[str, Place] = {}
_until_the_end = ExitStack()
atexit.register(_until_the_end.close)


@cache
def _servers() -> Mapping[str, Server]:
    """The servers that there are, by their titles; on these a commit waits for the disk, unlike in the tests."""
    own = find_servers().own
    if own:
        _until_the_end.callback(own.stop)
    return {_TITLES[server.name]: evolve(server, prepare="") for server in configured()}


def places() -> dict[str, Opener]:
    """What opens each database that there is, empty, by its title."""
    servers = _servers()

    def opener(title: str) -> Opener:
        @contextmanager
        def opened() -> Iterator[Place]:
            if title in _kept:
                _kept[title].empty()
            else:
                database = _until_the_end.enter_context(servers[title].database())
                _kept[title] = _migrated(Place(title, database.url))
            yield _kept[title]

        return opened

    return {"SQLite": on_sqlite, **{title: opener(title) for title in servers}}


@contextmanager
def empty_database(title: str) -> Iterator[str]:
    """The URL of a new database without any table on one of the servers; it is dropped afterwards."""
    with _servers()[title].database() as database:
        yield database.url


def server_versions() -> dict[str, str]:
    """The versions of the database servers that there are, by their titles."""
    found = {}
    for title, server in _servers().items():
        url = make_url(os.environ[server.variable]).set(drivername=server.driver)
        found[title] = str(answers(url, _VERSION[server.name])[0]).split()[0]
    return found


def missing_servers() -> list[str]:
    """The titles of those that no server was found for."""
    return [title for title in _TITLES.values() if title not in _servers()]


def _migrated(place: Place) -> Place:
    store = SqlStore.from_url(place.url)
    store.migrate()
    store.close()
    return place
