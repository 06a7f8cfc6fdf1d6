"""How an organization looks, in every store."""

from worktraq.testing.contracts.branding import BrandRepositoryContract


class TestBrands(BrandRepositoryContract):
    """The brand of a unit of work."""
