"""The row mapper: between a frozen entity and a row of plain values, by position.

For each class one function is written out that makes entities of rows and one that makes a row of an entity,
without looping over fields: loading costs little more than the constructor. What they do follows from the fields of
the class and their annotations; `tests/unit/adapters/sqlalchemy/test_mapping.py` holds them against the plain way.

A field that is itself an attrs class stands in columns of its own, named after both fields, or only after the inner
one when it is listed in `flat`.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as ReadOnly
from functools import cached_property
from typing import Any, Generic, TypeVar

from attrs import frozen
from sqlalchemy import Column, Table

from worktraq.adapters.sqlalchemy.cells import Cell, Found, Row
from worktraq.adapters.sqlalchemy.fields import Plan, Special, Written, emit
from worktraq.core.ids import OrganizationId

E = TypeVar("E")
Load = Callable[[Iterable[Found], OrganizationId], list[E]]
Dump = Callable[[E, OrganizationId, Cell], Row]


class Mapping(Generic[E]):
    """How the entities of a class, or of several told apart by a column, stand in a table.

    Args:
        table: Where they stand.
        classes: The one class, or the class for each value of the column `kind`.
        flat: Fields whose inner fields are columns without the outer name.
        names: Columns that are named unlike their field.
        special: Fields that are not mapped by their annotation.
        derived: Columns that follow from the entity, for searching; they are written and never read.
        derived_together: More of them, which one function gives in this order.
        apart: Fields that stand in a table of their own; their values come behind the columns of a row.
        only: The columns that are written, for storing a part of what there is; all of them where none are named.
    """

    def __init__(
        self,
        table: Table,
        classes: type[E] | ReadOnly[str, type[E]],
        *,
        flat: Sequence[str] = (),
        names: ReadOnly[str, str] | None = None,
        special: ReadOnly[str, Special] | None = None,
        derived: ReadOnly[str, Callable[[E], Cell]] | None = None,
        derived_together: tuple[Sequence[str], Callable[[E], Row]] | None = None,
        apart: Sequence[str] = (),
        only: Sequence[str] = (),
    ) -> None:
        self.table = table
        self._classes = classes if isinstance(classes, ReadOnly) else {"": classes}
        self._flat = frozenset(flat)
        self._names = names or {}
        self._special = special or {}
        self._derived = derived or {}
        self._together = derived_together
        self._apart = tuple(apart)
        self._only = tuple(only)

    @cached_property
    def read(self) -> tuple[Column[object], ...]:
        """The columns of a row that is loaded."""
        return tuple(self.table.c[name] for name in self._packed.read)

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The names of the columns of a row that is stored, the organization first."""
        return self._packed.written

    def functions(self, *, native: bool) -> "Functions[E]":
        """What loads and dumps, with ids native or as bytes."""
        return self._native if native else self._packed

    @cached_property
    def _native(self) -> "Functions[E]":
        return self._generate(native=True)

    @cached_property
    def _packed(self) -> "Functions[E]":
        return self._generate(native=False)

    def _generate(self, *, native: bool) -> "Functions[E]":
        written = {
            kind: emit(cls, Plan(self._flat, self._names, self._special, self._apart, native))
            for kind, cls in self._classes.items()
        }
        read = self._in_order({column for each in written.values() for column in each.columns})
        load = _load_function(self._classes, written, read, self._apart)
        together = self._together if not self._only else None
        names = self._only or self._in_order({*read, *self._derived, *(together[0] if together else ())})
        dumps = {
            cls: _dump_function(kind, written[kind], names, self._derived, together)
            for kind, cls in self._classes.items()
        }
        return Functions(read, ("organization_id", *names), load, dumps)

    def _in_order(self, names: set[str]) -> tuple[str, ...]:
        """Columns as they follow each other in the table, so that a row is inserted as it is."""
        if len(self._classes) > 1:
            names = {*names, "kind"}
        return tuple(column.name for column in self.table.columns if column.name in names)


@frozen
class Functions(Generic[E]):
    """The generated functions, and the columns they are made for.

    Attributes:
        read: Names of the columns of a row that is loaded.
        written: Names of the columns of a row that is stored.
        load: Entities of rows, all of the organization given.
        dumps: For each class, the row of an entity, for the organization given and its id as stored.
    """

    read: tuple[str, ...]
    written: tuple[str, ...]
    load: Load[E]
    dumps: ReadOnly[type[E], Dump[E]]

    def dump(self, entities: Iterable[E], organization_id: OrganizationId, owner: Cell) -> list[Row]:
        """The rows of entities.

        Raises:
            ForeignEntity: When one of them belongs to another organization.
        """
        dumps = self.dumps
        return [dumps[type(entity)](entity, organization_id, owner) for entity in entities]


def _load_function(
    classes: ReadOnly[str, type[E]], written: ReadOnly[str, Written], read: Sequence[str], apart: Sequence[str]
) -> Load[E]:
    cells = {column: f"c{index}" for index, column in enumerate((*read, *apart))}
    scope: dict[str, Any] = {}
    lines = ["def load(rows, organization_id):", "    ids, instants = Ids(), Instants()", "    entities = []"]
    lines += ["    keep = entities.append", f"    for {', '.join(cells.values())}, in rows:"]
    for number, kind in enumerate(classes, start=1):
        scope |= written[kind].scope
        which = "" if len(classes) == 1 else "else: " if number == len(classes) else f"if {cells['kind']} == {kind!r}: "
        lines.append(f"        {which}keep({written[kind].load(cells)})")
    lines.append("    return entities")
    load: Load[E] = _compiled("\n".join(lines), "load", scope)
    return load


def _dump_function(
    kind: str,
    written: Written,
    names: Sequence[str],
    derived: ReadOnly[str, Callable[[E], Cell]],
    together: tuple[Sequence[str], Callable[[E], Row]] | None,
) -> Dump[E]:
    scope: dict[str, Any] = dict(written.scope)
    cells = dict(written.dumps)
    own = written.owner
    lines = [
        "def dump(entity, organization_id, owner):",
        f"    if {own} is not organization_id and {own} != organization_id: raise ForeignEntity",
    ]
    if kind:
        cells["kind"] = repr(kind)
    for number, (column, derive) in enumerate(derived.items()):
        scope[f"derive{number}"] = derive
        cells[column] = f"derive{number}(entity)"
    if together is not None:
        columns, scope["together"] = together
        cells |= {column: f"together{number}" for number, column in enumerate(columns)}
        lines.append(f"    {', '.join(cells[column] for column in columns)}, = together(entity)")
    lines.append(f"    return (owner, {', '.join(cells.get(name, 'None') for name in names)})")
    dump: Dump[E] = _compiled("\n".join(lines), "dump", scope)
    return dump


def _compiled(source: str, name: str, scope: dict[str, Any]) -> Callable[..., Any]:
    exec(source, scope)  # noqa: S102  # the source is made of names of our own classes and columns only
    made: Callable[..., Any] = scope[name]
    return made
