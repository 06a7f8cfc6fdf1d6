"""The metadata of all tables, and what their columns are made of.

A column holds what every database takes as it is: an id as 16 bytes (natively on PostgreSQL), an instant as
microseconds since 1970 UTC, a time of day as microseconds since midnight, a day as the integer 20261005, an amount
as minor units. Every key leads with the organization, so that the tables can be sharded by tenant.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
)
from sqlalchemy import text as sql_text
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import TypeEngine

PREFIX = "worktraq_"
OWNER: BindParameter[object] = bindparam("organization_id")
"""Whose rows a statement touches; the session fills it in, and nothing else can."""

# Without padding, 'a' and 'a ' differ as they do everywhere else; binary, the order is that of code points.
_COLLATION = "utf8mb4_nopad_bin"
_MARIADB = ("mysql", "mariadb")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_1_name)s",
        "uq": "uq_%(table_name)s_%(column_1_name)s",
    }
)

ID = LargeBinary(16).with_variant(mysql.BINARY(16), *_MARIADB).with_variant(postgresql.UUID(as_uuid=True), "postgresql")
HASH = LargeBinary(32).with_variant(mysql.BINARY(32), *_MARIADB)
INSTANT = BigInteger()


def text(longest: int) -> TypeEngine[str]:
    """Text of at most so many characters, compared and sorted by code point."""
    return (
        String(longest)
        .with_variant(mysql.VARCHAR(longest, collation=_COLLATION), *_MARIADB)
        .with_variant(String(longest, collation="C"), "postgresql")
    )


def long_text() -> TypeEngine[str]:
    """Text that no index holds, such as a note or a list of ids."""
    return Text().with_variant(mysql.MEDIUMTEXT(collation=_COLLATION), *_MARIADB)


CODE = text(40)
CURRENCY = text(3)
NAME = text(200)
LINE = text(500)
MAIL = text(254)
KEY = text(300)
"""A folded key; `worktraq.adapters.sqlalchemy.mapping.bounded` keeps it within the length."""


def table(name: str, *items: SchemaItem) -> Table:
    """A table of things that an organization owns."""
    return Table(
        PREFIX + name,
        metadata,
        Column("organization_id", ID, primary_key=True),
        *items,
        # The key is the table: one tree less to write, and secondary indexes end in the id.
        sqlite_with_rowid=False,
        mysql_engine="InnoDB",
        mariadb_engine="InnoDB",
        mysql_default_charset="utf8mb4",
        mariadb_default_charset="utf8mb4",
    )


def refers(column: str, to: str) -> ForeignKeyConstraint:
    """A foreign key to a thing of the same organization."""
    return ForeignKeyConstraint(["organization_id", column], [f"{PREFIX}{to}.organization_id", f"{PREFIX}{to}.id"])


def index(of: str, name: str, *columns: str, only_filled: str = "") -> Index:
    """An index, led by the organization; databases that can, leave out rows where a column is empty."""
    condition = sql_text(f"{only_filled} IS NOT NULL") if only_filled else None
    full = f"ix_{PREFIX}{of}_{name}"
    return Index(full, "organization_id", *columns, sqlite_where=condition, postgresql_where=condition)
