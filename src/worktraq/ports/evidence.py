"""Storing what is kept of decisions on requests."""

from typing import Protocol

from worktraq.core.evidence import Attestation
from worktraq.core.ids import RequestId


class AttestationRepository(Protocol):
    """The attestations of the organization, one per decided request; they are added, and never changed."""

    def add(self, attestation: Attestation) -> None:
        """Store an attestation; its request is stored before it.

        Raises:
            Conflict: With ``already_exists`` when the request has one.
        """

    def find(self, request_id: RequestId) -> Attestation | None:
        """The attestation of a request, or None."""
