"""Rates and frozen prices."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from datetime import date
from uuid import UUID

from worktraq.adapters.memory.references import require_referred
from worktraq.adapters.memory.repository import MemoryRepository
from worktraq.adapters.memory.tables import Tables
from worktraq.core.entries import Expense, TimeEntry
from worktraq.core.ids import ActivityId, ItemId, MarkupId, OrganizationId, ProjectId, RateRuleId
from worktraq.core.markups import MarkupRule
from worktraq.core.money import Money
from worktraq.core.rates import ItemPrice, MoneyBudget, RateRule, Spending, UnpricedTime
from worktraq.errors import Conflict, NotFound


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


class MemoryMarkups(MemoryRepository[MarkupRule, MarkupId]):
    """The mark-ups on expenses."""

    table_name = "markups"

    def unique_keys(self, entity: MarkupRule) -> Iterable[Hashable]:
        """The subject and the date of validity."""
        return ((entity.subject, entity.subject_id, entity.valid_from),)

    def on_subjects(self, subject_ids: Collection[UUID]) -> Sequence[MarkupRule]:
        """Every mark-up on one of these things, in order of their ids."""
        wanted = set(subject_ids)
        return [rule for rule in self._in_order() if rule.subject_id in wanted]


class MemoryPrices:
    """The frozen prices of items."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._prices = tables.prices

    def add(self, *prices: ItemPrice) -> None:
        """Store prices of items that have none."""
        ids = {price.item_id for price in prices}
        if len(ids) < len(prices) or any(self._prices.get(item_id) for item_id in ids):
            raise Conflict("already_exists")
        self.put(*prices)

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

    def spending(self, project_id: ProjectId) -> Spending:
        """What was registered on a project: sums per currency, and the time without a price."""
        amounts: Counter[str] = Counter()
        unpriced: Counter[tuple[ActivityId, date, int]] = Counter()
        for item in self._tables.items.rows():
            if item.project_id != project_id:
                continue
            price = self._prices.get(item.id)
            if isinstance(item, Expense):
                amounts[item.amount.currency] += item.amount.minor
            elif price is not None:
                amounts[price.value.currency] += price.value.minor
            elif isinstance(item, TimeEntry):
                unpriced[item.activity_id, item.on, item.minutes] += 1
        sums = (Money.from_minor(minor, currency) for currency, minor in sorted(amounts.items()))
        return Spending(tuple(sums), tuple(UnpricedTime(*key, unpriced[key]) for key in sorted(unpriced)))


class MemoryBudgets:
    """The money budgets of projects."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._tables = tables
        self._budgets = tables.budgets

    def find(self, project_id: ProjectId) -> MoneyBudget | None:
        """The budget of a project, or None."""
        return self._budgets.get(project_id)

    def add(self, budget: MoneyBudget) -> None:
        """Store the first budget of a project."""
        self._budgets.require_open()
        if budget.organization_id != self._organization_id:
            raise NotFound("organization")
        if self._budgets.get(budget.project_id) is not None:
            raise Conflict("already_exists")
        require_referred(self._tables, [budget])
        self._budgets.put(budget.project_id, budget)

    def save(self, budget: MoneyBudget) -> None:
        """Store a changed budget."""
        self._budgets.require_open()
        stored = self._budgets.get(budget.project_id)
        if stored is None or stored.version != budget.version - 1:
            raise Conflict("changed_meanwhile")
        self._budgets.put(budget.project_id, budget)

    def remove_of(self, project_ids: Collection[ProjectId]) -> None:
        """Forget the budgets of projects."""
        for project_id in project_ids:
            self._budgets.delete(project_id)
