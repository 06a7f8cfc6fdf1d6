"""Reading a long result in batches."""

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy.engine.interfaces import DBAPICursor

from worktraq.adapters.sqlalchemy.cells import Found

BATCH = 2_000
"""How many rows are read or changed at once."""


class Stream:
    """The rows behind an open cursor.

    Args:
        cursor: On which a query was run.
    """

    def __init__(self, cursor: DBAPICursor) -> None:
        self._cursor = cursor
        self._kept: Iterator[Found] | None = None

    def batch(self) -> Sequence[Found]:
        """The next rows; none at the end."""
        return self._cursor.fetchmany(BATCH) if self._kept is None else list(islice(self._kept, BATCH))

    def keep_rest(self) -> None:
        """Take what is left into memory, so that the connection is free for another statement."""
        if self._kept is None:
            self._kept = iter(self._cursor.fetchall())

    def close(self) -> None:
        """Give up what was not read."""
        self._kept = iter(())
        self._cursor.close()
