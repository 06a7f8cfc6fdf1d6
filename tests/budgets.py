"""How much a test tries: modestly in every run, a lot in the long one. Same tests, other numbers."""

from typing import TypeVar

from hypothesis import settings

T = TypeVar("T")
_LARGE_FROM = 1_000


def chosen(*, modest: T, large: T) -> T:
    """The budget that holds in this run: the large one under ``--hypothesis-profile long``."""
    return large if settings.default is not None and settings.default.max_examples >= _LARGE_FROM else modest
