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
