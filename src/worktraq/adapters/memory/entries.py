"""Time entries and expenses."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from attrs import evolve

from worktraq.adapters.memory.repository import MemoryRepository, page_of
from worktraq.core.entries import MOVED, Expense, Item, ItemKind, State, TimeEntry
from worktraq.core.ids import ItemId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.ports.entries import ItemFilter


class MemoryItems(MemoryRepository[Item, ItemId]):
    """The time entries and expenses of the organization."""

    table_name = "items"

    def move(self, *items: Item) -> None:
        """Store where items stand now."""
        self._check_versions(items, step=1)
        for item in items:
            stored = self._table.get(item.id)
            assert stored is not None
            self._table.put(item.id, evolve(stored, **{name: getattr(item, name) for name in MOVED}))

    def page(self, request: PageRequest, wanted: ItemFilter) -> Page[Item]:
        """Items in order of day, then id."""
        found = (item for item in self._table.rows() if is_wanted(item, wanted))
        return page_of(found, request, lambda item: (item.on.isoformat(), item.id.hex))

    def stream(self, wanted: ItemFilter) -> Iterator[Item]:
        """All items wanted, in order of day, then id."""
        found = (item for item in self._table.rows() if is_wanted(item, wanted))
        return iter(sorted(found, key=lambda item: (item.on, item.id)))

    def minutes_on(self, user_id: UserId, days: Collection[date]) -> Mapping[date, int]:
        """The minutes that a user has registered on each of the days."""
        wanted = set(days)
        minutes: dict[date, int] = {}
        for item in self._table.rows():
            if item.user_id == user_id and item.on in wanted and isinstance(item, TimeEntry):
                minutes[item.on] = minutes.get(item.on, 0) + item.minutes
        return minutes

    def awaiting_offer(self) -> Sequence[Item]:
        """Every item that waits for the customer and stands in no request."""
        return [item for item in self._in_order() if item.state is State.AWAITING_CUSTOMER and item.request_id is None]


def is_wanted(item: Item, wanted: ItemFilter) -> bool:
    """Whether an item satisfies everything that a filter gives."""
    return (
        wanted.scope.sees(item.user_id, item.customer_id, item.project_id)
        and wanted.user_id in (None, item.user_id)
        and (wanted.not_user_id is None or item.user_id != wanted.not_user_id)
        and wanted.customer_id in (None, item.customer_id)
        and wanted.project_id in (None, item.project_id)
        and (wanted.period is None or item.on in wanted.period)
        and (not wanted.states or item.state in wanted.states)
        and (wanted.kind is None or isinstance(item, _CLASS_OF[wanted.kind]))
        and wanted.is_billable in (None, item.is_billable)
    )


_CLASS_OF = {ItemKind.TIME: TimeEntry, ItemKind.EXPENSE: Expense}
