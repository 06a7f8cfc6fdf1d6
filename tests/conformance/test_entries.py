"""Time entries and expenses, in every store."""

from worktraq.testing.contracts.entries import ItemRepositoryContract


class TestItems(ItemRepositoryContract):
    """The items of an organization."""
