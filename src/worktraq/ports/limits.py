"""Slowing down whoever tries too often."""

from typing import Protocol

from attrs import frozen


@frozen
class Limit:
    """How often something may be tried.

    Attributes:
        most: So many times.
        seconds: Within so many seconds.
    """

    most: int
    seconds: int = 60


class RateLimiter(Protocol):
    """Counts tries under keys. A count may be lost when there are too many keys; it is never another key's."""

    def wait(self, key: str, limit: Limit) -> int:
        """The whole seconds until another try under the key is allowed, 0 for now; counts nothing."""

    def count(self, key: str, limit: Limit) -> None:
        """Count one try under the key."""
