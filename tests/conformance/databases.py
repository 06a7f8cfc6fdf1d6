"""Databases on a server, made for one run of the tests and dropped after it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from attrs import frozen
from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text


@frozen
class ServerDatabase:
    """A database of our own on a server.

    Attributes:
        url: As SQLAlchemy takes it, password included.
    """

    url: str

    def empty(self) -> None:
        """Remove every row, and keep the schema."""
        engine = create_engine(self.url)
        quoted = [
            f'"{name}"' if engine.name == "postgresql" else f"`{name}`" for name in inspect(engine).get_table_names()
        ]
        tables = [name for name in quoted if "alembic" not in name and "version" not in name]
        with engine.begin() as connection:
            if engine.name == "postgresql":
                connection.execute(text(f"TRUNCATE {', '.join(tables)}"))
            else:
                _empty_mariadb(connection, tables)
        engine.dispose()


def _empty_mariadb(connection: Connection, tables: list[str]) -> None:
    connection.execute(text("SET foreign_key_checks = 0"))
    for table in tables:
        connection.execute(text(f"DELETE FROM {table}"))
    connection.execute(text("SET foreign_key_checks = 1"))


@frozen
class Server:
    """A database server that the tests can use.

    Attributes:
        name: Of the store, as the tests show it.
        variable: Of the environment; holds the URL of a database whose user may create others.
        driver: That SQLAlchemy uses.
    """

    name: str
    variable: str
    driver: str

    @contextmanager
    def database(self) -> Iterator[ServerDatabase]:
        """A new database, dropped at the end."""
        given = make_url(os.environ[self.variable]).set(drivername=self.driver)
        name = f"worktraq_test_{uuid4().hex}"
        _run(given, f"CREATE DATABASE {name}")
        try:
            yield ServerDatabase(given.set(database=name).render_as_string(hide_password=False))
        finally:
            _run(given, f"DROP DATABASE {name}")


def _run(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


SERVERS = (
    Server("postgres", "WORKTRAQ_TEST_POSTGRES_URL", "postgresql+psycopg"),
    Server("mariadb", "WORKTRAQ_TEST_MARIADB_URL", "mariadb+pymysql"),
)


def configured() -> list[Server]:
    """The servers that the environment names."""
    return [server for server in SERVERS if os.environ.get(server.variable)]
