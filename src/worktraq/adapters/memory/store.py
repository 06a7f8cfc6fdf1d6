"""The store: what is committed, and the one transaction at a time that may change it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import RLock

from worktraq.adapters.memory.notifications import MemoryClaims
from worktraq.adapters.memory.organizations import MemoryDirectory
from worktraq.adapters.memory.tables import Tables
from worktraq.adapters.memory.unit_of_work import MemoryUnitOfWork
from worktraq.core.ids import OrganizationId
from worktraq.errors import AdapterError, Conflict
from worktraq.ports.clock import Clock


def _now() -> datetime:
    return datetime.now(UTC)


class MemoryStore:
    """Keeps everything in memory, until the process ends. It has no connection that a host could share.

    Args:
        clock: By which leases and waits in the outbox run.
    """

    def __init__(self, clock: Clock = _now) -> None:
        self._clock = clock
        self._committed: Mapping[OrganizationId, Tables] = {}
        self._writer = RLock()
        self._is_writing = False
        self.directory = MemoryDirectory(self._tables)
        self.claims = MemoryClaims(self._tables, self._writing, clock)

    def migrate(self) -> None:
        """Nothing to do: there is no schema. Stores have this in common."""

    def fork(self) -> "MemoryStore":
        """Another store with what is committed here; what changes in one does not reach the other."""
        forked = MemoryStore(self._clock)
        forked._committed = self._committed
        return forked

    @contextmanager
    def unit_of_work(
        self, organization_id: OrganizationId, *, writes: bool, connection: object | None = None
    ) -> Iterator[MemoryUnitOfWork]:
        """Begin a transaction for one organization; see `worktraq.ports.unit_of_work.Store`.

        Raises:
            AdapterError: With ``connection_not_taken`` when a connection is given.
            Conflict: With ``store_busy``, retryable, within another transaction of the same thread.
        """
        if connection is not None:
            raise AdapterError("connection_not_taken")
        if writes:
            with self._writing(organization_id) as tables:
                yield MemoryUnitOfWork(organization_id, tables, self._clock)
        else:
            tables = self._committed.get(organization_id) or Tables()
            yield MemoryUnitOfWork(organization_id, tables, self._clock)

    def _tables(self) -> Mapping[OrganizationId, Tables]:
        return self._committed

    @contextmanager
    def _writing(self, organization_id: OrganizationId) -> Iterator[Tables]:
        with self._writer:
            if self._is_writing:
                raise Conflict("store_busy", is_retryable=True)
            tables = (self._committed.get(organization_id) or Tables()).fork()
            self._is_writing = True
            try:
                yield tables
            finally:
                tables.close()
                self._is_writing = False
            self._committed = {**self._committed, organization_id: tables}
