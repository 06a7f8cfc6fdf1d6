"""Values as JSON and back, for the edges: events, plans, the command line.

An instant is written in UTC, a date in ISO form, an id, a decimal and an amount as text, so that
nothing passes through a float. The same value always gives the same text.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import NoReturn, TypeVar, get_args, get_origin
from uuid import UUID

from cattrs import (
    BaseConverter,
    ClassValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationError,
    StructureHandlerNotFoundError,
)
from cattrs.cols import list_structure_factory
from cattrs.dispatch import StructureHook
from cattrs.errors import AttributeValidationNote, IterableValidationNote
from cattrs.strategies import configure_union_passthrough

from worktraq.core.calendar import check_date, check_instant
from worktraq.core.money import Money, Rate, currency_digits
from worktraq.errors import InvalidInput, Problem

__all__ = ["converter", "from_json", "to_json"]

T = TypeVar("T")
_WHOLE = "json"
_COLLECTIONS: Mapping[object, Callable[[Iterable[object]], object]] = {
    list: list,
    tuple: tuple,
    Sequence: tuple,
    frozenset: frozenset,
    AbstractSet: frozenset,
}


@cache
def converter() -> Converter:
    """The converter that knows all of worktraq's values; copy it before adding hooks of your own.

    It takes every value for what it is: no text becomes a number, and a name that a class does not
    have is refused.
    """
    made = Converter(forbid_extra_keys=True, unstruct_collection_overrides={AbstractSet: _in_order})
    for plain in (str, int, bool):
        _add_plain(made, plain)
    configure_union_passthrough(str | int | None, made)
    _add_collections(made)
    _add_values(made)
    _add_amounts(made)
    return made


def to_json(value: object) -> str:
    """The JSON text of a value: names in order, no blanks, so that equal values have equal texts.

    Raises:
        InvalidInput: For an instant without a time zone, or a date outside the years 1900 to 2999.
        TypeError: For a value that has no exact form in JSON, such as a float.
    """
    return json.dumps(
        converter().unstructure(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def from_json(text: str, cls: type[T]) -> T:
    """The value of a type that a JSON text holds.

    Raises:
        InvalidInput: With every problem that was found, and where. Codes: ``json_malformed``,
            ``value_malformed``, ``value_missing``, ``name_unknown``, and those of the core.
    """
    try:
        read: object = json.loads(text, parse_float=_refuse_float, parse_constant=_refuse_float)
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput.of(_WHOLE, "json_malformed") from None
    try:
        return converter().structure(read, cls)
    except StructureHandlerNotFoundError:
        # The type that was asked for is at fault, not the text.
        raise
    except Exception as error:
        raise InvalidInput(_problems(error, "")) from error


def _add_plain(made: Converter, plain: type) -> None:
    def take(value: object, cls: type) -> object:
        if type(value) is not plain:
            raise ValueError(f"not {plain.__name__}")
        # An enum of texts is a text too, and is looked up by it.
        return value if cls is plain else cls(value)

    made.register_structure_hook(plain, take)


def _add_collections(made: Converter) -> None:
    made.register_structure_hook_factory(lambda cls: get_origin(cls) in _COLLECTIONS, _collection_hook)


def _collection_hook(cls: type, conv: BaseConverter) -> StructureHook:
    collect = _COLLECTIONS[get_origin(cls)]
    is_fixed = get_origin(cls) is tuple and Ellipsis not in get_args(cls)
    take = _fixed_hook(cls, conv) if is_fixed else list_structure_factory(cls, conv)

    def take_list(value: object, _cls: object) -> object:
        # A text and an object can be walked through as well, but neither is a list.
        if not isinstance(value, list):
            raise ValueError("not a list")
        return collect(take(value, cls))

    return take_list


def _fixed_hook(cls: type, conv: BaseConverter) -> StructureHook:
    members = [(member, conv.get_structure_hook(member)) for member in get_args(cls)]

    def take(values: Sequence[object], _cls: object) -> list[object]:
        return [hook(value, member) for value, (member, hook) in zip(values, members, strict=True)]

    return take


def _add_values(made: Converter) -> None:
    made.register_unstructure_hook(UUID, str)
    made.register_structure_hook(UUID, lambda value, _: UUID(_text(value)))
    made.register_unstructure_hook(Decimal, str)
    made.register_structure_hook(Decimal, lambda value, _: _decimal(_text(value)))
    made.register_unstructure_hook(date, lambda value: check_date(value).isoformat())
    made.register_structure_hook(date, lambda value, _: _date(_text(value)))
    made.register_unstructure_hook(datetime, lambda value: check_instant(value).isoformat())
    made.register_structure_hook(datetime, lambda value, _: check_instant(datetime.fromisoformat(_text(value))))
    made.register_unstructure_hook(time, time.isoformat)
    made.register_structure_hook(time, lambda value, _: time.fromisoformat(_text(value)))
    made.register_unstructure_hook(float, _refuse_float)
    made.register_structure_hook(float, lambda value, _: _refuse_float(value))


def _add_amounts(made: Converter) -> None:
    made.register_unstructure_hook(Money, lambda money: _amount(money.amount, currency_digits(money.currency), money))
    made.register_structure_hook(Money, lambda value, _: Money(*_amount_and_currency(value)))
    made.register_unstructure_hook(Rate, lambda rate: _amount(rate.amount, 4, rate))
    made.register_structure_hook(Rate, lambda value, _: Rate(*_amount_and_currency(value)))


def _amount(amount: Decimal, digits: int, value: Money | Rate) -> dict[str, str]:
    return {"amount": f"{amount:.{digits}f}", "currency": value.currency}


def _amount_and_currency(value: object) -> tuple[str, str]:
    if not isinstance(value, dict) or value.keys() != {"amount", "currency"}:
        raise ValueError("not an amount with its currency")
    return _text(value["amount"]), _text(value["currency"])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _date(text: str) -> date:
    # Python reads "20261005" and "2026-W41-1" as well; one date has one text here.
    on = check_date(date.fromisoformat(text))
    if on.isoformat() != text:
        raise ValueError("not in the form 2026-10-05")
    return on


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("not a decimal number") from None
    if not number.is_finite():
        raise ValueError("not finite")
    return number


def _refuse_float(value: object) -> NoReturn:
    raise TypeError(f"{value} would be a float, which is not exact")


def _in_order(members: Iterable[object]) -> list[object]:
    return sorted(members, key=lambda member: json.dumps(member, sort_keys=True))


def _deeper(path: str, note: AttributeValidationNote | IterableValidationNote) -> str:
    if isinstance(note, AttributeValidationNote):
        return f"{path}.{note.name}".lstrip(".")
    return f"{path}[{note.index}]"


def _problems(error: BaseException, path: str) -> Iterator[Problem]:
    if isinstance(error, ClassValidationError | IterableValidationError):
        noted, others = error.group_exceptions()
        for inner, note in noted:
            yield from _problems(inner, _deeper(path, note))
        for inner in others:
            yield from _problems(inner, path)
    elif isinstance(error, ForbiddenExtraKeysError):
        for name in sorted(error.extra_fields):
            yield Problem(f"{path}.{name}".lstrip("."), "name_unknown")
    elif isinstance(error, InvalidInput):
        for problem in error.problems:
            yield Problem(problem.field, problem.code, problem.parameters, place=path)
    else:
        yield Problem(path or _WHOLE, "value_missing" if isinstance(error, KeyError) else "value_malformed")
