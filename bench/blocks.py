"""Millions of rows on SQLite in little time: the database repeats patterns, with other ids and days."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from attrs import frozen

from bench.places import Place, Row

_ROW = 2
"""How many bytes of an id say which row of its block it is; those before them say which block."""


@frozen
class Pattern:
    """What the rows of a table have in common.

    Attributes:
        table: Where they go.
        columns: Of that table, in the order of the rows.
        id_column: The one that gets an id of its own in each row; all ids are in the order of the blocks.
        turns: Blocks of rows, of which every next one is used.
    """

    table: str
    columns: Sequence[str]
    id_column: str
    turns: Sequence[Sequence[Row]]


@contextmanager
def filling(place: Place, table: str) -> Iterator[sqlite3.Connection]:
    """A connection to fill a table through, whose indexes are made anew when all of it is there."""
    connection = sqlite3.connect(place.file, isolation_level=None)
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    indexes = connection.execute(sql, (table,)).fetchall()
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    connection.execute("PRAGMA threads = 2")
    connection.execute("BEGIN")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield connection
    for _, made in indexes:
        connection.execute(made)
    connection.execute("COMMIT")
    connection.close()


def repeat(connection: sqlite3.Connection, place: Place, pattern: Pattern, days: Mapping[int, int]) -> None:
    """Add a block of rows for each number, all on the same day if their table has one."""
    quoted = place.quoted(pattern.columns)
    connection.execute(
        f"CREATE TEMP TABLE pattern AS SELECT 0 AS turn, x'' AS row, {quoted} FROM {pattern.table} LIMIT 0"
    )
    marks = ", ".join("?" for _ in pattern.columns)
    connection.executemany(f"INSERT INTO pattern VALUES (?, ?, {marks})", _numbered(pattern.turns))
    values = ", ".join(_value(pattern, place, column) for column in pattern.columns)
    connection.executemany(
        f"INSERT INTO {pattern.table} ({quoted}) SELECT {values} FROM pattern WHERE turn = :turn",
        (
            {"block": number.to_bytes(16 - _ROW, "big"), "day": day, "turn": number % len(pattern.turns)}
            for number, day in days.items()
        ),
    )
    connection.execute("DROP TABLE pattern")


def _numbered(turns: Iterable[Sequence[Row]]) -> Iterator[Row]:
    for turn, rows in enumerate(turns):
        for at, row in enumerate(rows):
            yield (turn, at.to_bytes(_ROW, "big"), *row)


def _value(pattern: Pattern, place: Place, column: str) -> str:
    if column == pattern.id_column:
        return "CAST(:block || row AS BLOB)"
    return ":day" if column == "on" else place.quoted([column])
