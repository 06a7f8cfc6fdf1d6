"""Rates and frozen prices, in every store."""

from worktraq.testing.contracts.rates import PriceRepositoryContract, RateRepositoryContract


class TestRates(RateRepositoryContract):
    """The rates of an organization."""


class TestPrices(PriceRepositoryContract):
    """The frozen prices of items."""
