"""What a use case needs that makes several transactions of its own: to do one again when another one was in the way."""

import random
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from worktraq.errors import Conflict

T = TypeVar("T")
_MOST_TRIES = 8


class Patiently(Protocol):
    """Does something that is one whole transaction, again while another transaction is in the way."""

    def __call__(self, attempt: Callable[[], T], /) -> T:
        """Do it, and give what came of it.

        Raises:
            Conflict: When it was in the way every time, or when doing the same again is of no use.
        """


def again_when_in_the_way(attempt: Callable[[], T]) -> T:
    """Call a function that is one whole transaction, again while another transaction is in the way."""
    for tries in range(1, _MOST_TRIES):
        try:
            return attempt()
        except Conflict as conflict:
            if not conflict.is_retryable:
                raise
            time.sleep(random.uniform(0, 0.01 * 2**tries))  # noqa: S311  # spreads retries, protects nothing
    return attempt()
