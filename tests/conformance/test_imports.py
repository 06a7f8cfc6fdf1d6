"""What was imported, in every store."""

from worktraq.testing.contracts.imports import ImportLinkRepositoryContract


class TestImportLinks(ImportLinkRepositoryContract):
    """Which things came from where."""
