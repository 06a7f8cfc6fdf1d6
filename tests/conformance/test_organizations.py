"""Organizations, in every store."""

from worktraq.testing.contracts.organizations import OrganizationDirectoryContract, OrganizationRepositoryContract


class TestOrganizations(OrganizationRepositoryContract):
    """The organization of a unit of work."""


class TestDirectory(OrganizationDirectoryContract):
    """All organizations of a store."""
