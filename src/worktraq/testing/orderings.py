"""In which orders transactions may have happened that overlapped."""

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations
from typing import Protocol, TypeVar


class Spanning(Protocol):
    """Something that was open from one moment to another."""

    @property
    def begun(self) -> int:
        """When it began."""

    @property
    def ended(self) -> int:
        """When it ended."""


S = TypeVar("S", bound=Spanning)


def orders_of(together: Sequence[S]) -> Iterator[tuple[Sequence[S], bool]]:
    """All orders in which transactions may have happened, that in which they ended first; and whether one was overtaken.

    Mostly one comes before another that began when it had ended. It may also come behind that one where a third one
    comes in between that was open all the while: this had not seen anything of the one, nor the other anything of it.
    """
    orders = list(permutations(sorted(together, key=lambda each: each.ended)))
    as_they_happened = [order for order in orders if not any(_swapped(order))]
    yield from ((order, False) for order in as_they_happened)
    yield from ((order, True) for order in orders if order not in as_they_happened and _is_bridged(order))


def _swapped(order: Sequence[Spanning]) -> Iterator[tuple[int, int]]:
    """The places of two of which the one that comes later had ended when the other one began."""
    for before, after in combinations(range(len(order)), 2):
        if order[before].begun > order[after].ended:
            yield before, after


def _is_bridged(order: Sequence[Spanning]) -> bool:
    return all(
        any(each.begun < order[after].ended and each.ended > order[before].begun for each in order[before + 1 : after])
        for before, after in _swapped(order)
    )
