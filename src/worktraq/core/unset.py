"""The value of an argument that was not given, where None means "make it empty"."""

from enum import Enum
from typing import Final, TypeVar

T = TypeVar("T")


class Unset(Enum):
    """The type of `UNSET`, the default of every argument of a ``change``."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET


def either(value: T | Unset, otherwise: T) -> T:
    """The value when it was given, else the other one."""
    return otherwise if value is UNSET else value
