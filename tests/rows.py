"""Rows for every table of a schema, by plain SQL: also of a schema that the code no longer knows.

What refers to a row refers to the one with the same number. The first row of a table has something in every column,
the second one only where it must; codes and formats are such that the code can load them.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID, uuid5

from sqlalchemy import Connection, MetaData, Table, insert, inspect
from sqlalchemy.sql.sqltypes import Boolean, Integer, String, Uuid

PREFIX = "worktraq_"
_OURS = re.compile(rf"{PREFIX}(?!alembic)\w+(?<!_p\d)")
_PARTITION = re.compile(r"_p\d+$")
Rows = Mapping[str, Sequence[Mapping[str, object]]]
_DAY = 20261005
_NOON = int(datetime(2026, 10, 5, 12, tzinfo=UTC).timestamp() * 1_000_000)

# Of tables, or of all tables (""), what a column holds that is not just any text or number.
_VALUES: Mapping[tuple[str, str], object] = {
    ("", "language"): "nl",
    ("", "currency"): "EUR",
    ("", "country"): "NL",
    ("", "chain"): "internal",
    ("", "registration_access"): "all",
    ("", "version"): 1,
    ("", "is_internal"): False,
    ("", "is_dead"): False,
    ("", "is_ended"): False,
    ("grant", "right"): "register",
    ("organization", "time_zone"): "Europe/Amsterdam",
    ("organization", "reminder_days"): "[7, 14]",
    ("organization", "week_start"): 1,
    ("user", "role"): "admin",
    ("customer", "kind"): "business",
    ("customer", "status"): "active",
    ("project", "billing_kind"): "hourly",
    ("project", "billing_cadence"): "monthly",
    ("item", "kind"): "time",
    ("item", "state"): "draft",
    ("item", "minutes"): 60,
    ("item", "request_id"): None,
    ("item", "amount_minor"): None,
    ("item", "amount_currency"): None,
    ("item", "starts_at"): None,
    ("item", "utc_offset"): None,
}


def tables_in(connection: Connection) -> list[Table]:
    """Our tables, those that are referred to first; without partitions and the table of versions."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name.startswith(PREFIX) and "alembic" not in name)
    return [table for table in found.sorted_tables if not _PARTITION.search(table.name)]


def fill(connection: Connection, tables: Sequence[Table], *organization_ids: UUID) -> None:
    """Put rows into all tables, for some organizations."""
    for table in tables:
        is_single = [column.name for column in table.primary_key] == ["organization_id"]
        for number in (1,) if is_single else (1, 2):
            connection.execute(insert(table), [_row(table, each, number) for each in organization_ids])


def rows_in(connection: Connection, columns: Mapping[str, Sequence[str]] | None = None) -> Rows:
    """Everything that is stored, in some order that hangs on nothing else.

    Args:
        connection: To the database.
        columns: Of which tables which columns; all when left out.
    """
    quote = connection.dialect.identifier_preparer.quote
    names = [name for name in inspect(connection).get_table_names() if _OURS.fullmatch(name)]
    found = {}
    for table in sorted(names if columns is None else set(names) & set(columns)):
        wanted = "*" if columns is None else ", ".join(map(quote, columns[table]))
        rows = connection.exec_driver_sql(f"SELECT {wanted} FROM {quote(table)}").mappings()
        found[table] = sorted((dict(row) for row in rows), key=repr)
    return found


def columns_of(rows: Rows) -> dict[str, list[str]]:
    """The columns of each table."""
    return {name: list(found[0]) for name, found in rows.items()}


def an_id(table: str, number: int) -> UUID:
    """Of a row; every organization has the same ones, which no key minds."""
    return uuid5(UUID(int=number), table.removeprefix(PREFIX))


def _row(table: Table, organization_id: UUID, number: int) -> dict[str, object]:
    keys = [key for key in table.foreign_keys if key.parent.name != "organization_id"]
    referred = {key.parent.name: _PARTITION.sub("", key.column.table.name) for key in keys}
    row: dict[str, object] = {"organization_id": _stored(organization_id, table)}
    for column in table.columns:
        if column.name == "organization_id":
            continue
        if number > 1 and column.nullable:
            row[column.name] = None
        elif column.name in referred:
            row[column.name] = _stored(an_id(referred[column.name], number), table)
        elif column.name == "id" or column.name.endswith(("_id", "invited_by")):
            row[column.name] = _id_or_text(table, column.name, number)
        else:
            row[column.name] = _value(table, column.name, number)
    return row


def _id_or_text(table: Table, name: str, number: int) -> object:
    if isinstance(table.c[name].type, String):
        return f"{name} {number}"
    return _stored(an_id(table.name if name == "id" else f"{table.name}.{name}", number), table)


def _value(table: Table, name: str, number: int) -> object:
    short, kind = table.name.removeprefix(PREFIX), table.c[name].type
    for key in ((short, name), ("", name)):
        if key in _VALUES:
            return _VALUES[key]
    if isinstance(kind, Boolean) or name.startswith(("is_", "allows_", "requires_")) or name.endswith("_approval"):
        return True
    if isinstance(kind, Integer):
        return _integer(name, number)
    if isinstance(kind, String):
        return _text(name, kind.length, number)
    if isinstance(kind, Uuid):
        return an_id(f"{table.name}.{name}", number)
    return sha256(f"{table.name}.{name}.{number}".encode()).digest()[: getattr(kind, "length", None)]


def _integer(name: str, number: int) -> int:
    if name == "on" or name.endswith(("_on", "_first", "_from")):
        return _DAY + number
    if name.endswith("_until") and name != "lease_until":
        return _DAY + 10
    if name in {"at", "since"} or name.endswith("_at"):
        return _NOON + number
    return number


def _text(name: str, longest: int | None, number: int) -> str:
    if name.endswith("currency"):
        return "EUR"
    if name.endswith("email"):
        return f"row{number}@acme.example"
    if name in {"item_ids", "details", "shown", "imported"}:
        return ""
    return f"{name} {number}"[: longest or 200]


def _stored(value: UUID, table: Table) -> object:
    return value if isinstance(table.c.organization_id.type, Uuid) else value.bytes
