"""Rates and frozen prices."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from uuid import UUID

from worktraq.adapters.memory.references import require_referred
from worktraq.adapters.memory.repository import MemoryRepository
from worktraq.adapters.memory.tables import Tables
from worktraq.core.ids import ItemId, RateRuleId
from worktraq.core.rates import ItemPrice, RateRule


class MemoryRates(MemoryRepository[RateRule, RateRuleId]):
    """The rates of the organization."""

    table_name = "rates"

    def unique_keys(self, entity: RateRule) -> Iterable[Hashable]:
        """The subject, the currency and the date of validity."""
        return ((entity.subject, entity.subject_id, entity.rate.currency, entity.valid_from),)

    def on_subjects(self, subject_ids: Collection[UUID]) -> Sequence[RateRule]:
        """Every rate on one of these things, in order of their ids."""
        wanted = set(subject_ids)
        return [rule for rule in self._in_order() if rule.subject_id in wanted]


class MemoryPrices:
    """The frozen prices of items."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._prices = tables.prices

    def put(self, *prices: ItemPrice) -> None:
        """Store prices."""
        self._prices.require_open()
        require_referred(self._tables, prices)
        for price in prices:
            self._prices.put(price.item_id, price)

    def of_items(self, item_ids: Collection[ItemId]) -> Sequence[ItemPrice]:
        """The prices of those items that have one, in order of the items' ids."""
        found = (self._prices.get(item_id) for item_id in sorted(set(item_ids)))
        return [price for price in found if price is not None]

    def remove(self, item_ids: Collection[ItemId]) -> None:
        """Forget the prices of items."""
        for item_id in item_ids:
            self._prices.delete(item_id)
