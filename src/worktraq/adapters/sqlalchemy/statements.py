"""Statements: every one of them names the organization, and the frequent ones are compiled once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from operator import itemgetter

from attrs import frozen
from sqlalchemy import Column, ColumnElement, Delete, Insert, Select, Update, bindparam, false
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BindParameter
from sqlalchemy.sql.selectable import Alias, FromClause, TableClause

from worktraq.adapters.sqlalchemy.cells import Cell, Row
from worktraq.adapters.sqlalchemy.schema import OWNER

Statement = Select[*tuple[object, ...]] | Insert | Update | Delete
SIZES = (1, 8, 64, 512)
"""How many keys one statement looks for; a few sizes, so that each is compiled and planned once."""
_KEY_NAMES = [f"key_{index}" for index in range(SIZES[-1])]


class WithoutOrganization(ValueError):
    """A statement touches a table without saying of which organization."""


def require_organization(statement: Statement) -> None:
    """Go on only when every table that a statement reads or changes is bound to the organization of the session.

    A table is bound when its ``organization_id`` is compared with the session's, or with that of a bound table.

    Raises:
        WithoutOrganization: Naming the tables that are not.
    """
    tables: set[FromClause] = set()
    bound: set[FromClause] = set()
    pairs: list[tuple[FromClause, FromClause]] = []
    for element in visitors.iterate(statement):
        if isinstance(element, TableClause | Alias):
            tables.add(element)
        elif isinstance(element, BinaryExpression) and element.operator is operators.eq:
            one, other = _owner_of(element.left), _owner_of(element.right)
            if one is not None and other is not None:
                pairs.append((one, other))
            elif one is not None and _is_session(element.right):
                bound.add(one)
    for _ in pairs:
        bound.update(table for pair in pairs if not bound.isdisjoint(pair) for table in pair)
    if missing := tables - bound:
        raise WithoutOrganization(", ".join(sorted(str(getattr(each, "name", each)) for each in missing)))


def _owner_of(side: object) -> FromClause | None:
    return side.table if isinstance(side, Column) and side.name == OWNER.key else None


def _is_session(side: object) -> bool:
    return isinstance(side, BindParameter) and side.key == OWNER.key


@frozen
class Compiled:
    """A statement in the words of one database, for the driver's cursor.

    Attributes:
        sql: The text, with a mark per parameter.
        names: The parameter at each mark.
        literals: Values that stand in the statement itself.
        arrange: Makes the parameters of a row that is stored; None when they are the row.
    """

    sql: str
    names: tuple[str, ...]
    literals: Mapping[str, Cell]
    arrange: Callable[[Row], Row] | None

    def parameters(self, values: Mapping[str, Cell]) -> Row:
        """The parameters in the order of the marks."""
        if self.literals:
            values = {**self.literals, **values}
        return tuple([values[name] for name in self.names])

    def arranged(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The parameters for each of the rows."""
        return rows if self.arrange is None else list(map(self.arrange, rows))


class Prepared:
    """A statement that is compiled once per database.

    Args:
        statement: It names the organization.
        columns: The parameters in the order of the rows that it is run with, if it is run with rows.
    """

    def __init__(self, statement: Statement, columns: Sequence[str] = ()) -> None:
        self._statement = statement
        self._columns = tuple(columns)

    def compiled(self, dialect: Dialect) -> Compiled:
        """The statement for a dialect with positional parameters.

        Raises:
            WithoutOrganization: It does not name the organization.
        """
        compiled = self._statement.compile(dialect=dialect)
        names = tuple(compiled.positiontup or ())
        if not isinstance(self._statement, Insert):
            require_organization(self._statement)
        elif OWNER.key not in names:
            raise WithoutOrganization(self._statement.table.name)
        literals = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        return Compiled(compiled.string, names, literals, self._arrangement(names))

    def _arrangement(self, names: tuple[str, ...]) -> Callable[[Row], Row] | None:
        if names == self._columns or not self._columns:
            return None
        places = [self._columns.index(name) for name in names]
        return itemgetter(*places)


def is_among(column: ColumnElement[object], cells: Iterable[Cell]) -> ColumnElement[bool]:
    """Whether a column holds one of the cells; each is a parameter of its own, so that the text is complete."""
    parameters: list[BindParameter[object]] = [bindparam(None, cell, unique=True) for cell in cells]
    return column.in_(parameters) if parameters else false()


class ByKeys:
    """A statement that looks for any number of keys, as one prepared statement per size of batch.

    Args:
        build: Makes the statement for the parameters that hold the keys.
        sizes: How many keys a statement looks for; even numbers where keys come in pairs.
    """

    def __init__(
        self, build: Callable[[list[BindParameter[object]]], Statement], sizes: tuple[int, ...] = SIZES
    ) -> None:
        self._build = build
        self.sizes = sizes
        self._of_size: dict[int, Prepared] = {}

    def batches(self, keys: Iterable[Cell]) -> Iterator[tuple[Prepared, dict[str, Cell]]]:
        """Statements with their keys; the last key is repeated where a batch is not full."""
        remaining = list(keys)
        while remaining:
            size = next((size for size in self.sizes if size >= len(remaining)), self.sizes[-1])
            batch, remaining = remaining[:size], remaining[size:]
            batch += batch[-1:] * (size - len(batch))
            yield self._prepared(size), dict(zip(_KEY_NAMES, batch))  # noqa: B905  # there are names for the largest size

    def _prepared(self, size: int) -> Prepared:
        if size not in self._of_size:
            self._of_size[size] = Prepared(self._build([bindparam(name) for name in _KEY_NAMES[:size]]))
        return self._of_size[size]


class Compiler:
    """The compiled statements of one database.

    Args:
        dialect: How it is spoken to.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = copy(dialect)
        if not dialect.positional:  # rows are tuples, and go to the driver as they are
            self._dialect.paramstyle = "format"
            self._dialect.positional = True
        self._compiled: dict[Prepared, Compiled] = {}

    def __getitem__(self, prepared: Prepared) -> Compiled:
        found = self._compiled.get(prepared)
        if found is None:
            found = self._compiled[prepared] = self.compiled(prepared)
        return found

    def compiled(self, prepared: Prepared) -> Compiled:
        """A statement that will not be needed again."""
        return prepared.compiled(self._dialect)
