"""Adding many rows, and giving each of many rows values of its own, in one statement per batch and not per row.

SQLite runs one statement for each row, inside the process. For a change, PostgreSQL takes a batch as one array per
column and MariaDB as one JSON document; both join it with the table.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    LargeBinary,
    String,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.selectable import TableValuedAlias

from worktraq.adapters.sqlalchemy.cells import Row
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.statements import Prepared

Fresh = Mapping[str, ColumnElement[Any]]
Guard = Callable[[Fresh], ColumnElement[bool]]
_BATCH = "batch"


class Insertion:
    """What adds rows to a table.

    Args:
        table: Where the rows go.
        columns: What stands in a row that is given, the organization first.
    """

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self._table = table
        self._columns = tuple(columns)

    @cached_property
    def by_row(self) -> Prepared:
        """One row at a time."""
        values = {name: OWNER if name == OWNER.key else bindparam(name) for name in self._columns}
        return Prepared(insert(self._table).values(values), self._columns)

    @cached_property
    def by_arrays(self) -> Prepared:
        """A batch as arrays, for `arrays`; for PostgreSQL where it takes no stream."""
        given = [self._table.c[name] for name in self._columns if name != OWNER.key]
        batch = _batch_of_arrays(given)
        rows = select(OWNER, *(batch.c[column.name] for column in given))
        return Prepared(insert(self._table).from_select([OWNER.key, *(column.name for column in given)], rows))

    def arrays(self, rows: Sequence[Row]) -> dict[str, Any]:
        """The parameters of `by_arrays`."""
        return _arrays(self._columns, rows)

    def copying(self, dialect: Dialect) -> str:
        """The command of PostgreSQL that takes rows as a stream."""
        quote = dialect.identifier_preparer.quote
        return f"COPY {quote(self._table.name)} ({', '.join(map(quote, self._columns))}) FROM STDIN"


class Change:
    """What changes a row, found by its key, when the guard lets it.

    Args:
        table: Where the rows are.
        columns: What stands in a row that is given: the organization first, then the keys and new values.
        keys: The columns, besides the organization, that say which row it is.
        guard: Given the new values, whether the row may change.
    """

    def __init__(self, table: Table, columns: Sequence[str], keys: Sequence[str], guard: Guard) -> None:
        self._table = table
        self.columns = tuple(columns)
        self._given = [table.c[name] for name in columns if name != OWNER.key]
        self._keys = frozenset(keys)
        self._guard = guard

    @cached_property
    def by_row(self) -> Prepared:
        """One row at a time."""
        fresh = {column.name: bindparam(f"new_{column.name}", type_=column.type) for column in self._given}
        names = [name if name == OWNER.key else f"new_{name}" for name in self.columns]
        return self._prepared(fresh, names)

    @cached_property
    def by_arrays(self) -> Prepared:
        """A batch as arrays, for `arrays`."""
        batch = _batch_of_arrays(self._given)
        return self._prepared({column.name: batch.c[column.name] for column in self._given})

    def arrays(self, rows: Sequence[Row]) -> dict[str, Any]:
        """The parameters of `by_arrays`."""
        return _arrays(self.columns, rows)

    @cached_property
    def by_document(self) -> Prepared:
        """A batch as a JSON document, for `document`."""
        paths = [f"{_name(column)} {_type_in_document(column)} PATH '$[{n}]'" for n, column in enumerate(self._given)]
        read = [f"UNHEX({_name(column)})" if _is_binary(column) else _name(column) for column in self._given]
        named = [f"{each} AS {_name(column)}" for each, column in zip(read, self._given, strict=True)]
        given = f"JSON_TABLE(:document, '$[*]' COLUMNS ({', '.join(paths)})) AS given"
        source = f"SELECT {', '.join(named)} FROM {given}"  # noqa: S608  # made of names of our own columns only
        batch = text(source).columns(*(Column(column.name, column.type) for column in self._given)).subquery(_BATCH)
        return self._prepared({column.name: batch.c[column.name] for column in self._given})

    def document(self, rows: Sequence[Row]) -> dict[str, Any]:
        """The parameters of `by_document`."""
        cells = [[cell.hex() if isinstance(cell, bytes) else cell for cell in row[1:]] for row in rows]
        return {"document": json.dumps(cells, separators=(",", ":"), ensure_ascii=False)}

    def _prepared(self, fresh: Fresh, columns: Sequence[str] = ()) -> Prepared:
        c = self._table.c
        same = [c[name] == fresh[name] for name in sorted(self._keys)]
        values = {name: value for name, value in fresh.items() if name not in self._keys}
        statement = update(self._table).where(c.organization_id == OWNER, *same, self._guard(fresh))
        return Prepared(statement.values(values), columns)


def _batch_of_arrays(given: Sequence[Column[Any]]) -> TableValuedAlias:
    arrays: list[BindParameter[Any]] = [bindparam(f"all_{column.name}", type_=ARRAY(column.type)) for column in given]
    return func.unnest(*arrays).table_valued(*(column.name for column in given)).render_derived(name=_BATCH)


def _arrays(columns: Sequence[str], rows: Sequence[Row]) -> dict[str, Any]:
    return {f"all_{name}": list(cells) for name, cells in zip(columns, zip(*rows, strict=True), strict=True)}


def _is_binary(column: Column[Any]) -> bool:
    return isinstance(column.type, LargeBinary)


def _name(column: Column[Any]) -> str:
    return f"`{column.name}`"


def _type_in_document(column: Column[Any]) -> str:
    if _is_binary(column):
        return "VARCHAR(64)"
    if isinstance(column.type, Text):
        return "MEDIUMTEXT"
    if isinstance(column.type, String):
        return f"VARCHAR({column.type.length})"
    return "BIGINT"
