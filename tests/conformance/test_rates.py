"""Rates and frozen prices, in every store."""

from worktraq.testing.contracts.rates import (
    MarkupRepositoryContract,
    MoneyBudgetRepositoryContract,
    PriceRepositoryContract,
    RateRepositoryContract,
)


class TestRates(RateRepositoryContract):
    """The rates of an organization."""


class TestMarkups(MarkupRepositoryContract):
    """The mark-ups on expenses."""


class TestPrices(PriceRepositoryContract):
    """The frozen prices of items."""


class TestBudgets(MoneyBudgetRepositoryContract):
    """The money budgets of projects."""
