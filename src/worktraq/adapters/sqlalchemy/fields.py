"""What the generated functions of a mapping say about the fields of one class."""

import types
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Union, get_args, get_origin, get_type_hints
from uuid import UUID

import attrs
from attrs import field, frozen

from worktraq.adapters.sqlalchemy import cells
from worktraq.core.money import Money, Rate
from worktraq.core.replacing import maker


class ForeignEntity(ValueError):
    """Something of another organization was given to be stored."""


@frozen
class Special:
    """A field with a rule of its own.

    Attributes:
        columns: Where it stands.
        load: Makes the value of the cells of these columns.
        dump: Makes the cells of the value.
    """

    columns: tuple[str, ...]
    load: Callable[..., object]
    dump: Callable[..., cells.Row]


@frozen
class Written:
    """The source of one class's functions.

    Attributes:
        columns: Its columns, without the organization.
        load: Source that makes an entity, for the names of the cells by column.
        dumps: Source that makes each cell of an ``entity``.
        owner: The field that holds the organization.
        scope: What the sources refer to.
    """

    columns: tuple[str, ...]
    load: Callable[[Mapping[str, str]], str]
    dumps: Mapping[str, str]
    owner: str
    scope: Mapping[str, object]


@frozen
class Plan:
    """How the fields of a class are mapped; see `worktraq.adapters.sqlalchemy.mapping.Mapping`."""

    flat: frozenset[str]
    names: Mapping[str, str]
    special: Mapping[str, Special]
    apart: tuple[str, ...]
    is_native: bool
    scope: dict[str, object] = field(factory=dict)
    dumps: dict[str, str] = field(factory=dict)


_COMMON: Mapping[str, object] = {
    "Ids": cells.Ids,
    "Instants": cells.Instants,
    "id_of": cells.id_of,
    "days": cells.days,
    "day_numbers": cells.day_numbers,
    "microseconds_of": cells.microseconds_of,
    "time_of": cells.time_of,
    "time_number": cells.time_number,
    "numbers_of": cells.numbers_of,
    "listed": cells.listed,
    "ids_of": cells.ids_of,
    "listed_ids": cells.listed_ids,
    "pairs_of": cells.pairs_of,
    "listed_pairs": cells.listed_pairs,
    "money_of": Money.from_minor,
    "rate_of": Rate.from_ten_thousandths,
    "ForeignEntity": ForeignEntity,
}

# Per type: how a cell is loaded and how a value is dumped, with and without None. `{0}` is the cell or the value.
_SAME = ("{0}", "{0}", "{0}")
_SIMPLE: Mapping[object, tuple[str, str, str]] = {
    int: _SAME,
    str: _SAME,
    bytes: _SAME,
    date: ("days[{0}]", "day_numbers[{0}]", "day_numbers[{0}]"),
    time: ("time_of({0})", "time_number({0})", "time_number({0})"),
    datetime: ("instants[{0}]", "microseconds_of({0})", "None if {0} is None else microseconds_of({0})"),
    tuple[int, ...]: ("numbers_of({0})", "listed({0})", ""),
    tuple[UUID, ...]: ("ids_of({0})", "listed_ids({0})", ""),
    tuple[tuple[str, str | int], ...]: ("pairs_of({0})", "listed_pairs({0})", ""),
}
_NATIVE: Mapping[object, tuple[str, str, str]] = {UUID: _SAME, bool: ("{0}", "{0}", "{0}")}
# sqlite3 looks for an adapter of what is not exactly an int or str, which takes longer than storing it.
_PACKED: Mapping[object, tuple[str, str, str]] = {
    UUID: ("ids[{0}]", "{0}.int.to_bytes(16, 'big')", "None if {0} is None else {0}.int.to_bytes(16, 'big')"),
    bool: ("{0} == 1", "1 if {0} else 0", "None if {0} is None else 1 if {0} else 0"),
}
_PARTS: Mapping[object, tuple[str, str]] = {Money: ("minor", "money_of"), Rate: ("ten_thousandths", "rate_of")}


def emit(cls: type, plan: Plan) -> Written:
    """The source for a class.

    Raises:
        TypeError: A field has a type that no rule is known for.
    """
    loads = _of_class(cls, "entity", "", plan)
    columns = tuple(dict.fromkeys(column for column in plan.dumps if column != "organization_id"))
    owner = plan.dumps.get("organization_id", "entity.organization_id")
    return Written(columns, loads, plan.dumps, owner, {**_COMMON, **plan.scope})


Source = Callable[[Mapping[str, str]], str]


def _of_class(cls: type, path: str, prefix: str, plan: Plan) -> Source:
    make, is_positional = _maker_of(cls)
    plan.scope[cls.__name__] = make
    hints = get_type_hints(cls)
    arguments = [
        (each.alias, _of_field(hints[each.name], f"{path}.{each.name}", prefix, each.name, plan))
        for each in attrs.fields(cls)
    ]

    def load(names: Mapping[str, str]) -> str:
        given = (source(names) if is_positional else f"{alias}={source(names)}" for alias, source in arguments)
        return f"{cls.__name__}({', '.join(given)})"

    return load


def _maker_of(cls: type) -> tuple[Callable[..., object], bool]:
    """What makes an instance of a class, and whether it takes the values by position; the faster way where there is one."""
    try:
        return maker(cls), True
    except TypeError:
        return cls, False


def _of_field(hint: object, path: str, prefix: str, name: str, plan: Plan) -> Source:
    column = plan.names.get(name, prefix + name)
    if name in plan.special:
        return _special(plan.special[name], path, name, plan)
    if name in plan.apart:
        return lambda names: names[name]
    if column == "organization_id":
        plan.dumps[column] = path
        return lambda _names: column
    bare, is_optional = _without_none(hint)
    if bare in _PARTS:
        return _amount(bare, path, column, is_optional, plan)
    if isinstance(bare, type) and attrs.has(bare):
        return _of_class(bare, path, prefix if name in plan.flat else f"{column}_", plan)
    load, dump, dump_optional = _rule(bare, name, plan)
    plan.dumps[column] = (dump_optional if is_optional else dump).format(path)
    return lambda names: load.format(names[column])


def _rule(bare: object, name: str, plan: Plan) -> tuple[str, str, str]:
    if bare is UUID and name == "id" and not plan.is_native:
        return ("id_of({0})", *_PACKED[UUID][1:])  # remembering what comes once would cost more than making it
    if isinstance(bare, type) and issubclass(bare, StrEnum):
        members: dict[str | None, StrEnum | None] = {member.value: member for member in bare}
        plan.scope[f"{bare.__name__}_of"] = {None: None, **members}
        return f"{bare.__name__}_of[{{0}}]", "{0}._value_", "None if {0} is None else {0}._value_"
    rules = {**_SIMPLE, **(_NATIVE if plan.is_native else _PACKED)}
    if bare not in rules:
        raise TypeError(f"no rule for {name}: {bare}")
    return rules[bare]


def _amount(bare: object, path: str, column: str, is_optional: bool, plan: Plan) -> Source:
    number, make = _PARTS[bare]
    first, second = f"{column}_{number}", f"{column}_currency"
    for part, target in ((number, first), ("currency", second)):
        plan.dumps[target] = f"None if {path} is None else {path}.{part}" if is_optional else f"{path}.{part}"

    def load(names: Mapping[str, str]) -> str:
        made = f"{make}({names[first]}, {names[second]})"
        return f"None if {names[first]} is None else {made}" if is_optional else made

    return load


def _special(rule: Special, path: str, name: str, plan: Plan) -> Source:
    plan.scope.update({f"{name}_loaded": rule.load, f"{name}_dumped": rule.dump})
    for index, column in enumerate(rule.columns):
        plan.dumps[column] = f"{name}_dumped({path})[{index}]"
    return lambda names: f"{name}_loaded({', '.join(names[column] for column in rule.columns)})"


def _without_none(hint: object) -> tuple[object, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        kept = [each for each in get_args(hint) if each is not types.NoneType]
        if len(kept) == 1:
            return _plain(kept[0]), True
    return _plain(hint), False


def _plain(hint: object) -> object:
    """The type under a NewType, also within a tuple."""
    hint = getattr(hint, "__supertype__", hint)
    if get_origin(hint) is tuple:
        return types.GenericAlias(tuple, tuple(_plain_parts(hint)))
    return hint


def _plain_parts(hint: object) -> Iterator[object]:
    for each in get_args(hint):
        yield each if each is Ellipsis else _plain(each)
