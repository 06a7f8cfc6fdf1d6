"""Storing what was done under a key of the host."""

from datetime import datetime
from typing import Protocol

from worktraq.core.keyed_runs import KeyedRun


class KeyedRunRepository(Protocol):
    """The runs of the organization: one for a key and whoever asked."""

    def find(self, key_hash: bytes, /) -> KeyedRun | None:
        """The run with this digest of a key, or None."""

    def claim(self, run: KeyedRun) -> None:
        """Store a run that is about to be done, so that nobody else does it.

        Waits for another transaction that has claimed the same key, until that has ended.

        Raises:
            Conflict: With ``key_in_use``, retryable, when the run is there.
            Refused: With ``read_only``.
        """

    def keep(self, run: KeyedRun) -> None:
        """Store what came of a run that was claimed in the same transaction."""

    def forget(self, before: datetime) -> int:
        """Remove the runs from before an instant; gives how many they were."""
