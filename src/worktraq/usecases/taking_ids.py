"""Ids as hosts give them: looked at here for every use case, so that none of them and no store meets what is none.

What is looked at is what the signature of a use case names an id, several ids, or a mapping from ids.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import wraps
from inspect import getmembers, isfunction
from types import FunctionType, UnionType
from typing import NewType, TypeVar, Union, get_args, get_origin
from uuid import UUID

from worktraq.core.ids import check_id
from worktraq.errors import InvalidInput

A = TypeVar("A")
Take = Callable[[str, object], object]
"""What becomes of an argument, from its name and value."""

_areas: dict[type, type] = {}


def taking_ids(area: type[A]) -> type[A]:
    """An area whose use cases raise `InvalidInput` with ``id_malformed`` for what is no id, before they do anything."""
    found = _areas.get(area)
    if found is None:
        checked = {
            name: _checked(function, takes)
            for name, function in getmembers(area, isfunction)
            if not name.startswith("_") and (takes := _takes_of(function))
        }
        of_class = {"__doc__": area.__doc__, "__module__": area.__module__}
        found = _areas[area] = type(area.__name__, (area,), {**of_class, **checked})
    return found


def _takes_of(function: FunctionType) -> Mapping[str, tuple[int, Take]]:
    """The parameters that are ids, with their places."""
    names = function.__code__.co_varnames
    takes = ((name, _take_of(annotation)) for name, annotation in function.__annotations__.items())
    return {name: (names.index(name), take) for name, take in takes if take is not None and name != "return"}


def _checked(function: FunctionType, takes: Mapping[str, tuple[int, Take]]) -> Callable[..., object]:
    @wraps(function)
    def checked(*args: object, **kwargs: object) -> object:
        for name, (at, take) in takes.items():
            if name in kwargs:
                kwargs[name] = take(name, kwargs[name])
            elif at < len(args) and (taken := take(name, args[at])) is not args[at]:
                args = (*args[:at], taken, *args[at + 1 :])
        return function(*args, **kwargs)

    return checked


def _take_of(annotation: object) -> Take | None:
    """What becomes of arguments of a type; None for types that are no ids."""
    if annotation is UUID or (isinstance(annotation, NewType) and annotation.__supertype__ is UUID):
        return _one
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        takes = [(each, _take_of(each)) for each in inside]
        take = next((take for _, take in takes if take is not None), None)
        others = tuple(each for each, found in takes if found is None and isinstance(each, type))
        return take and _unless(others, take)
    if not isinstance(origin, type) or not issubclass(origin, Iterable) or not _take_of(inside[0]):
        return None
    return _keys if issubclass(origin, Mapping) else _several


def _one(name: str, given: object) -> object:
    check_id(name, given)
    return given


def _unless(others: tuple[type, ...], take: Take) -> Take:
    return lambda name, given: given if isinstance(given, others) else take(name, given)


def _several(name: str, given: object) -> object:
    if not isinstance(given, Iterable):
        raise InvalidInput.of(name, "id_malformed")
    ids = given if isinstance(given, Collection) else tuple(given)  # what can be read only once
    for each in ids:
        check_id(name, each)
    return ids


def _keys(name: str, given: object) -> object:
    if not isinstance(given, Mapping):
        raise InvalidInput.of(name, "id_malformed")
    return _several(name, given)
