"""Reading totals of registered time."""

from collections.abc import Collection, Sequence
from typing import Protocol

from worktraq.core.overviews import GroupBy, HoursTotal
from worktraq.ports.entries import ItemFilter


class HoursReader(Protocol):
    """Totals of time entries, made by the store."""

    def totals(self, wanted: ItemFilter, by: Collection[GroupBy]) -> Sequence[HoursTotal]:
        """A total per group that has a time entry, in order of customer, project, user and month; no project comes first.

        What is not grouped by is None in every total. Without any grouping there is one total, or none at all
        when nothing was registered. The `kind` of the filter is not looked at.
        """
