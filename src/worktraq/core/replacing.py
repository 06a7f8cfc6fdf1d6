"""Making frozen entities on hot paths: what `attrs.evolve` and the constructor do, at a fraction of the cost.

A frozen class sets each of its slots by name, through a call. Here a new entity begins as an instance of an open twin,
a class with the same slots that may be written to, is filled by plain assignments, and then becomes an instance of
the frozen class, which Python allows because both have the same layout. Nobody ever holds the open form.

Nothing is validated: the values come from an entity, a rule or a store. The functions are generated, so that they
name every field instead of looping over them; `tests/unit/core/test_replacing.py` holds them against the plain way.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from attrs import AttrsInstance, fields

T = TypeVar("T", bound=AttrsInstance)


def replacer(cls: type[T], *names: str) -> Callable[..., T]:
    """A function that takes an entity and new values for exactly the named fields, in that order.

    Args:
        cls: A frozen class with slots, but without a slot of its own for weak references.
        names: The fields to be replaced.
    """
    values = {field.name: field.name if field.name in names else f"entity.{field.name}" for field in fields(cls)}
    return _filling(cls, ["entity", *names], values)


def maker(cls: type[T], *names: str) -> Callable[..., T]:
    """A function that takes values for exactly the named fields, in that order; the others have their defaults.

    Args:
        cls: A frozen class with slots, but without a slot of its own for weak references.
        names: The fields that are given; by default all of them, in the order of the fields.
    """
    arguments = names or tuple(field.name for field in fields(cls))
    defaults = {f"default_{field.name}": field.default for field in fields(cls)}
    values = {name: name if name in arguments else f"default_{name}" for name in (f.name for f in fields(cls))}
    return _filling(cls, arguments, values, defaults)


def open_twin(cls: type[T]) -> type[T]:
    """A class with the layout of a frozen one, whose instances can be filled.

    Raises:
        TypeError: The layouts differ: `cls` has no slots, or, before Python 3.13, one of its own for weak references.
    """
    if "__slots__" not in vars(cls):
        raise TypeError(f"{cls.__name__} has no slots")
    # Both have to be given: Python keeps one place for setting and deleting, and the frozen class filled it.
    writable = {
        "__slots__": vars(cls)["__slots__"],
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    twin: type[T] = type(f"_Open{cls.__name__}", cls.__mro__[1:2], writable)
    object.__new__(twin).__class__ = cls
    return twin


def _filling(
    cls: type[T],
    arguments: Iterable[str],
    values: Mapping[str, str],
    known: Mapping[str, object] = MappingProxyType({}),
) -> Callable[..., T]:
    lines = [f"def make({', '.join(arguments)}):", "    made = new(twin)"]
    lines += [f"    made.{name} = {value}" for name, value in values.items()]
    lines += ["    made.__class__ = cls", "    return made"]
    scope: dict[str, object] = {"cls": cls, "twin": open_twin(cls), "new": object.__new__, **known}
    made: dict[str, Callable[..., T]] = {}
    exec("\n".join(lines), scope, made)  # noqa: S102  # the source is made of field names of our own classes only
    return made["make"]
