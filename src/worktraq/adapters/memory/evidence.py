"""What is kept of decisions on requests."""

from worktraq.adapters.memory.tables import Tables
from worktraq.core.evidence import Attestation
from worktraq.core.ids import OrganizationId, RequestId
from worktraq.errors import Conflict, NotFound


class MemoryAttestations:
    """The attestations of the organization."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._requests = tables.requests
        self._table = tables.attestations

    def add(self, attestation: Attestation) -> None:
        """Store an attestation."""
        self._table.require_open()
        if attestation.organization_id != self._organization_id or self._requests.get(attestation.request_id) is None:
            raise NotFound("request")
        if self._table.get(attestation.request_id) is not None:
            raise Conflict("already_exists")
        self._table.put(attestation.request_id, attestation)

    def find(self, request_id: RequestId) -> Attestation | None:
        """The attestation of a request, or None."""
        return self._table.get(request_id)
