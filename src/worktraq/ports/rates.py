"""Storing rates and frozen prices."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from worktraq.core.ids import ItemId, RateRuleId
from worktraq.core.rates import ItemPrice, RateRule
from worktraq.ports.repository import Repository


class RateRepository(Repository[RateRule, RateRuleId], Protocol):
    """The rates of the organization. A subject has one rate per currency and date of validity."""

    def on_subjects(self, subject_ids: Collection[UUID]) -> Sequence[RateRule]:
        """Every rate on one of these things, in order of their ids; takes any number of things."""


class PriceRepository(Protocol):
    """The frozen prices of items."""

    def put(self, *prices: ItemPrice) -> None:
        """Store prices; a price that the item had before is replaced."""

    def of_items(self, item_ids: Collection[ItemId]) -> Sequence[ItemPrice]:
        """The prices of those items that have one; takes any number of items."""

    def remove(self, item_ids: Collection[ItemId]) -> None:
        """Forget the prices of items; those without one are passed over."""
