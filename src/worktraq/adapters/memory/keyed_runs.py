"""What was done under a key of the host."""

from datetime import datetime

from worktraq.adapters.memory.tables import Tables
from worktraq.core.keyed_runs import KeyedRun
from worktraq.errors import Conflict


class MemoryKeyedRuns:
    """The runs of the organization."""

    def __init__(self, tables: Tables) -> None:
        self._runs = tables.keyed_runs

    def find(self, key_hash: bytes, /) -> KeyedRun | None:
        """The run with this digest of a key, or None."""
        return self._runs.get(key_hash)

    def claim(self, run: KeyedRun) -> None:
        """Store a run that is about to be done."""
        self._runs.require_open()
        if self.find(run.key_hash) is not None:
            raise Conflict("key_in_use", is_retryable=True)
        self._runs.put(run.key_hash, run)

    def keep(self, run: KeyedRun) -> None:
        """Store what came of a run."""
        self._runs.put(run.key_hash, run)

    def forget(self, before: datetime) -> int:
        """Remove the runs from before an instant."""
        self._runs.require_open()
        count = len(self._runs.rows())
        self._runs.delete_where(lambda run: run.at < before)
        return count - len(self._runs.rows())
