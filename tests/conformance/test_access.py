"""Grants, in every store."""

from worktraq.testing.contracts.access import GrantRepositoryContract


class TestGrants(GrantRepositoryContract):
    """The grants of an organization."""
