"""What waits for an approver, in groups."""

from collections.abc import Sequence

from worktraq.adapters.memory.entries import is_wanted
from worktraq.adapters.memory.tables import Tables
from worktraq.core.calendar import Cadence, Period
from worktraq.core.entries import Expense, Item, minutes_of
from worktraq.core.ids import CustomerId, ProjectId, UserId
from worktraq.core.inbox import Seen, WaitingGroup
from worktraq.core.money import amounts_per_currency
from worktraq.ports.entries import ItemFilter

Group = tuple[UserId, CustomerId, ProjectId | None, Period]


class MemoryInbox:
    """Groups of items."""

    def __init__(self, tables: Tables) -> None:
        self._items = tables.items

    def groups(self, wanted: ItemFilter, cadence: Cadence, week_start: int) -> Sequence[WaitingGroup]:
        """A group per employee, customer, project and week or month that has an item, in order of their keys."""
        groups: dict[Group, list[Item]] = {}
        for item in self._items.rows():
            if is_wanted(item, wanted):
                period = Period.of(item.on, cadence, week_start)
                groups.setdefault((item.user_id, item.customer_id, item.project_id, period), []).append(item)
        return sorted((_group(*group, items) for group, items in groups.items()), key=lambda group: group.key)


def _group(
    user_id: UserId, customer_id: CustomerId, project_id: ProjectId | None, period: Period, items: Sequence[Item]
) -> WaitingGroup:
    return WaitingGroup(
        user_id=user_id,
        customer_id=customer_id,
        project_id=project_id,
        period=period,
        items=len(items),
        minutes=minutes_of(items),
        expenses=amounts_per_currency(item.amount for item in items if isinstance(item, Expense)),
        oldest=min(item.on for item in items),
        token=Seen.of(items).token,
    )
