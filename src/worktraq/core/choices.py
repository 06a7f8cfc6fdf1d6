"""Values that are one of a few, as a form or a file gives them."""

from enum import StrEnum
from typing import TypeVar

from worktraq.errors import InvalidInput

E = TypeVar("E", bound=StrEnum)


def chosen(field: str, kind: type[E], value: str) -> E:
    """The member of an enum, from itself or from its value.

    Raises:
        InvalidInput: With code ``choice_unknown``.
    """
    try:
        return kind(value)
    except ValueError:
        raise InvalidInput.of(field, "choice_unknown", known=", ".join(kind)) from None


def chosen_if_any(field: str, kind: type[E], value: str | None) -> E | None:
    """The member of an enum, or None where nothing is chosen.

    Raises:
        InvalidInput: With code ``choice_unknown``.
    """
    return None if value is None else chosen(field, kind, value)


def yes_or_no(field: str, value: bool) -> bool:
    """The value, when it is true or false: a text of a form, such as ``no``, would count as true.

    Raises:
        InvalidInput: With code ``value_malformed``.
    """
    if not isinstance(value, bool):
        raise InvalidInput.of(field, "value_malformed")
    return value
