"""The same rows without the library, through the driver by hand."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.sqlalchemy.audit import event_table
from worktraq.adapters.sqlalchemy.entries import item_table

Row = tuple[object, ...]


ITEM_COLUMNS = [column.name for column in item_table.columns]
EVENT_COLUMNS = [column.name for column in event_table.columns]


def quoted(columns: Sequence[str]) -> str:
    """Column names for a statement."""
    return ", ".join(f'"{name}"' for name in columns)


def insert_into(table: str, columns: Sequence[str]) -> str:
    """An INSERT by hand."""
    return f"INSERT INTO {table} ({quoted(columns)}) VALUES ({', '.join('?' * len(columns))})"


def fetched(file: Path, table: str, columns: Sequence[str]) -> list[Row]:
    """All rows of a table."""
    connection = sqlite3.connect(file)
    try:
        return connection.execute(f"SELECT {quoted(columns)} FROM {table}").fetchall()
    finally:
        connection.close()


class EmptyCopy:
    """An empty database with the same tables, in which rows can be put without the library."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory()
        self.file = Path(self._folder.name) / "copy.db"
        store = SqlStore.from_url(f"sqlite:///{self.file}")
        store.migrate()
        store.close()

    def by_driver(self, items: Sequence[Row], events: Sequence[Row]) -> None:
        """Ready tuples through the driver, in one transaction."""
        connection = sqlite3.connect(self.file)
        with connection:
            connection.executemany(insert_into("worktraq_item", ITEM_COLUMNS), items)
            connection.executemany(insert_into("worktraq_event", EVENT_COLUMNS), events)
        connection.close()

    def clear(self) -> None:
        """Empty it again."""
        connection = sqlite3.connect(self.file)
        with connection:
            connection.execute("DELETE FROM worktraq_item")
            connection.execute("DELETE FROM worktraq_event")
        connection.close()

    def close(self) -> None:
        """Remove it."""
        self._folder.cleanup()
