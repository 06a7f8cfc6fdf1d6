"""Reading what waits for an approver, in groups."""

from collections.abc import Sequence
from typing import Protocol

from worktraq.core.calendar import Cadence
from worktraq.core.inbox import WaitingGroup
from worktraq.ports.entries import ItemFilter


class InboxReader(Protocol):
    """Groups of items, made by the store."""

    def groups(self, wanted: ItemFilter, cadence: Cadence, week_start: int) -> Sequence[WaitingGroup]:
        """A group per employee, customer, project and week or month that has an item, in order of their keys.

        Args:
            wanted: Which items are counted.
            cadence: Weeks or months.
            week_start: ISO weekday on which a week begins.
        """
