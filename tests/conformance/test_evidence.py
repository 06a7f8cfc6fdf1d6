"""What is kept of decisions on requests, in every store."""

from worktraq.testing.contracts.evidence import AttestationRepositoryContract


class TestAttestations(AttestationRepositoryContract):
    """The attestations of an organization."""
