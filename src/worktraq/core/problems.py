"""Gathering everything that is wrong with an input, so that one error names it all."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from worktraq.errors import InvalidInput, Problem

P = ParamSpec("P")
T = TypeVar("T")


class Problems:
    """What was found wrong so far."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, field: str, code: str) -> None:
        """Note a problem."""
        self._found.append(Problem(field, code))

    def keep(self, otherwise: T, clean: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `clean` makes of the arguments, or `otherwise` with its problems noted."""
        try:
            return clean(*args, **kwargs)
        except InvalidInput as error:
            self._found.extend(error.problems)
            return otherwise

    def raise_if_any(self) -> None:
        """End gathering.

        Raises:
            InvalidInput: With all that was found, if anything was.
        """
        if self._found:
            raise InvalidInput(self._found)
