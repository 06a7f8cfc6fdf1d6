"""What revisions are written with: a table, its constraints and indexes, as each database wants them.

Released revisions rely on these functions, so they keep doing what they do. What a later revision needs otherwise
becomes another function.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.types import TypeEngine

from worktraq.adapters.sqlalchemy import row_security
from worktraq.adapters.sqlalchemy.partitions import BY_ORGANIZATION, PARTITIONS, partition, partitions_of

T = TypeVar("T")
PREFIX = "worktraq_"
_MARIADB = ("mysql", "mariadb")
_COLLATION = "utf8mb4_nopad_bin"

ID = (
    sa.LargeBinary(16)
    .with_variant(mysql.BINARY(16), *_MARIADB)
    .with_variant(postgresql.UUID(as_uuid=True), "postgresql")
)
HASH = sa.LargeBinary(32).with_variant(mysql.BINARY(32), *_MARIADB)
INSTANT = sa.BigInteger()
DAY = sa.Integer()
MINOR = sa.BigInteger()
LONG = sa.Text().with_variant(mysql.MEDIUMTEXT(collation=_COLLATION), *_MARIADB)


def text(longest: int) -> TypeEngine[str]:
    """Text of at most so many characters, compared and sorted by code point."""
    return (
        sa.String(longest)
        .with_variant(mysql.VARCHAR(longest, collation=_COLLATION), *_MARIADB)
        .with_variant(sa.String(longest, collation="C"), "postgresql")
    )


def filled(kind: TypeEngine[T], *names: str) -> tuple[sa.Column[T], ...]:
    """Columns that are never empty."""
    return tuple(sa.Column(name, kind, nullable=False) for name in names)


def optional(kind: TypeEngine[T], *names: str) -> tuple[sa.Column[T], ...]:
    """Columns that may be empty."""
    return tuple(sa.Column(name, kind) for name in names)


def table(name: str, *items: sa.schema.SchemaItem) -> None:
    """Make a table of things that an organization owns; its constraints are named after it."""
    full = PREFIX + name
    for item in items:
        if isinstance(item, sa.Constraint):
            item.name = "_".join([item.info["sign"], full, *item.info["column"]])
    partitions = _partitions()
    op.create_table(
        full,
        sa.Column("organization_id", ID, nullable=False),
        *items,
        postgresql_partition_by=BY_ORGANIZATION if partitions else None,
        sqlite_with_rowid=False,
        mysql_engine="InnoDB",
        mariadb_engine="InnoDB",
        mysql_default_charset="utf8mb4",
        mariadb_default_charset="utf8mb4",
        if_not_exists=_may_be_half_done(),
    )
    for number in range(partitions):
        op.execute(partition(full, number, partitions))
    if _is_on_postgresql() and row_security.is_on(op.get_bind()):
        row_security.switch_on(op.get_bind())


def _may_be_half_done() -> bool:
    """Whether a revision that was interrupted is still there in part: on MariaDB, no change of the schema is undone.

    Run again, a revision passes over what it has done.
    """
    return op.get_context().dialect.name in _MARIADB


def _is_on_postgresql() -> bool:
    """Whether there is a PostgreSQL to be asked, and not a script to be written."""
    return op.get_context().dialect.name == "postgresql" and not op.get_context().as_sql


def _partitions() -> int:
    """How many partitions a table gets: as many as the others have, and what the host asks for at first."""
    there = partitions_of(op.get_bind()) if _is_on_postgresql() else None
    if there is not None:
        return there
    config = op.get_context().config
    wanted = config.attributes.get(PARTITIONS) if config else None
    return int(wanted or 0) if op.get_context().dialect.name == "postgresql" else 0


def key(*columns: str) -> sa.PrimaryKeyConstraint:
    """The primary key, led by the organization."""
    return sa.PrimaryKeyConstraint("organization_id", *columns, info={"sign": "pk", "column": []})


def unique(column: str, *others: str) -> sa.UniqueConstraint:
    """That no two things of an organization have all of this in common."""
    return sa.UniqueConstraint("organization_id", column, *others, info={"sign": "uq", "column": [column]})


def refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    """That a column holds the id of a thing of the same organization."""
    return sa.ForeignKeyConstraint(
        ["organization_id", column],
        [f"{PREFIX}{to}.organization_id", f"{PREFIX}{to}.id"],
        info={"sign": "fk", "column": [column]},
    )


def index(of: str, name: str, *columns: str, only_filled: str = "") -> None:
    """Make an index, led by the organization; databases that can, leave out rows where a column is empty.

    One that is there already is taken as it is: a host may make it beforehand, without keeping anybody from writing.
    """
    condition = sa.text(f"{only_filled} IS NOT NULL") if only_filled else None
    columns = ("organization_id", *columns)
    op.create_index(
        f"ix_{PREFIX}{of}_{name}",
        PREFIX + of,
        columns,
        sqlite_where=condition,
        postgresql_where=condition,
        if_not_exists=True,
    )


def add(of: str, *columns: sa.Column[T]) -> None:
    """Add columns to a table; those that are never empty need a default of the server for the rows there are."""
    for column in columns:
        op.add_column(PREFIX + of, column, if_not_exists=_may_be_half_done())


def drop_columns(of: str, *names: str) -> None:
    """Drop columns of a table, the last one first."""
    for name in reversed(names):
        op.drop_column(PREFIX + of, name, if_exists=_may_be_half_done())


def drop_indexes(of: str, *names: str) -> None:
    """Drop indexes of a table, the last one first."""
    for name in reversed(names):
        op.drop_index(f"ix_{PREFIX}{of}_{name}", PREFIX + of, if_exists=_may_be_half_done())


def drop(*names: str) -> None:
    """Drop tables, the last one first."""
    for name in reversed(names):
        op.drop_table(PREFIX + name, if_exists=_may_be_half_done())


def assume_many_rows() -> None:
    """Tell SQLite how selective our indexes are, where nobody has counted.

    Without statistics it takes an organization for ten rows and reads it from end to end rather than going through an
    index. Going by figures that do not change, it makes the same plans on a full database as on an empty one; a host
    that runs ANALYZE replaces them.
    """
    if op.get_bind().dialect.name != "sqlite" or op.get_context().as_sql:
        return
    connection = op.get_bind()
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # makes the table of statistics, if there is none
    counted = {row[0] for row in connection.exec_driver_sql("SELECT tbl FROM sqlite_stat1")}
    names = sa.inspect(connection).get_table_names()
    for name in names:
        if name.startswith(PREFIX) and name not in counted:
            for row in _statistics(connection, name):
                connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", row)
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # reads them again


def assume_many_rows_behind_new_indexes() -> None:
    """Tell SQLite how selective indexes are that a revision added to a table that was there; it prefers one it knows nothing of.

    Where the host has counted the rows of the table itself, they are counted again.
    """
    if op.get_context().as_sql or op.get_bind().dialect.name != "sqlite":
        return
    connection = op.get_bind()
    counted = connection.exec_driver_sql("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall()
    known = {(name, index_name) for name, index_name, _ in counted}
    assumed = {name for name, _, figures in counted if figures.split()[0] == str(_ROWS)}
    for name in sorted({name for name, *_ in counted if name.startswith(PREFIX)}):
        unknown = [row for row in _statistics(connection, name) if row[:2] not in known]
        if unknown and name not in assumed:
            connection.exec_driver_sql(f"ANALYZE {name}")
        elif unknown:
            connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", unknown)
    connection.exec_driver_sql("ANALYZE sqlite_schema")


_ROWS = 1_000_000
_ROWS_OF_ORGANIZATION = 100_000
_NARROWS_BY = 40


def _statistics(connection: sa.Connection, name: str) -> Iterator[tuple[str, str, str]]:
    for _, index_name, is_unique, origin, _ in connection.exec_driver_sql(f"PRAGMA index_list({name})").fetchall():
        columns = [row[2] for row in connection.exec_driver_sql(f"PRAGMA index_info({index_name})").fetchall()]
        # The primary key is the table itself, and goes by its name.
        yield name, name if origin == "pk" else index_name, _figures(columns, is_unique or columns[-1:] == ["id"])


def _figures(columns: Sequence[str], is_unique: bool) -> str:
    """The rows of the table, then those that agree on the first column, the first two, and so on."""
    rows = _ROWS_OF_ORGANIZATION if columns[0] == "organization_id" else _ROWS
    figures = []
    for _ in columns:
        figures.append(max(rows, 2))
        rows //= _NARROWS_BY
    if is_unique:
        figures[-1] = 1
    return " ".join(map(str, [_ROWS, *figures]))
