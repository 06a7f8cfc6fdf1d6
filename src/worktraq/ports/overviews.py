"""Reading totals of registered time."""

from collections.abc import Collection, Sequence
from typing import Protocol

from worktraq.core.overviews import GroupBy, HoursTotal
from worktraq.ports.entries import ItemFilter


class HoursReader(Protocol):
    """Totals of time entries, made by the store."""

    def totals(self, wanted: ItemFilter, by: Collection[GroupBy], *, week_start: int = 1) -> Sequence[HoursTotal]:
        """A total per group that has a time entry, in order of customer, project, user, month and week.

        What has no project comes before what has one. What is not grouped by is None in every total. Without any
        grouping there is one total, or none at all when nothing was registered.

        Args:
            wanted: Which time entries; the `kind` of the filter is not looked at.
            by: What there is a total for.
            week_start: The ISO weekday on which a week begins, 1 for Monday.
        """
