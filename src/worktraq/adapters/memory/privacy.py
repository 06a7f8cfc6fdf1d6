"""Legal holds, periods of retention, and who was erased."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from worktraq.adapters.memory.repository import MemoryRepository, page_of
from worktraq.adapters.memory.tables import Tables
from worktraq.core.holds import LegalHold
from worktraq.core.ids import HoldId, OrganizationId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.privacy import Erasure
from worktraq.core.retention import Retention
from worktraq.errors import Conflict


class MemoryHolds(MemoryRepository[LegalHold, HoldId]):
    """The legal holds of the organization."""

    table_name = "holds"

    def page(self, request: PageRequest, *, is_in_force: bool | None) -> Page[LegalHold]:
        """Holds, the newest first."""
        found = (hold for hold in self._table.rows() if is_in_force in (None, hold.is_in_force))
        return page_of(found, request, lambda hold: (hold.id.hex,), is_descending=True)

    def in_force(self) -> Sequence[LegalHold]:
        """Every hold that was not lifted."""
        return [hold for hold in self._in_order() if hold.is_in_force]

    def on(self, subject_id: UUID) -> Sequence[LegalHold]:
        """Every hold on a thing."""
        return [hold for hold in self._in_order() if hold.subject_id == subject_id]


class MemoryErasures:
    """Who was erased."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._erasures = tables.erasures

    def find(self, subject_id: UUID, /) -> Erasure | None:
        """The erasure of a person, or None."""
        return self._erasures.get(subject_id)

    def put(self, erasure: Erasure) -> None:
        """Store an erasure."""
        self._erasures.require_open()
        stored = self.find(erasure.subject_id)
        before = stored.version if stored else 0
        if erasure.organization_id != self._organization_id or erasure.version != before + 1:
            raise Conflict("changed_meanwhile")
        self._erasures.put(erasure.subject_id, erasure)

    def page(self, request: PageRequest) -> Page[Erasure]:
        """Erasures in order of the ids of the persons."""
        return page_of(self._erasures.rows(), request, lambda erasure: (erasure.subject_id.hex,))


class MemoryRetentions:
    """For how long the organization keeps what."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._retention = tables.retention
        self._applied = tables.retention_applied

    def find(self) -> Retention | None:
        """The periods, or None."""
        return self._retention.get(self._organization_id)

    def put(self, retention: Retention) -> None:
        """Store the periods."""
        self._retention.require_open()
        stored = self.find()
        before = stored.version if stored else 0
        if retention.organization_id != self._organization_id or retention.version != before + 1:
            raise Conflict("changed_meanwhile")
        self._retention.put(self._organization_id, retention)

    def applied_on(self) -> date | None:
        """The last day up to which everything past its time was erased."""
        return self._applied.get(self._organization_id)

    def note_applied(self, on: date) -> None:
        """Store that day."""
        self._applied.put(self._organization_id, on)
