"""Totals of registered time."""

from collections.abc import Collection, Sequence
from datetime import date

from attrs import evolve

from worktraq.adapters.memory.entries import is_wanted
from worktraq.adapters.memory.tables import Tables
from worktraq.core.calendar import Period
from worktraq.core.entries import ItemKind, TimeEntry
from worktraq.core.ids import CustomerId, ProjectId, UserId
from worktraq.core.overviews import GroupBy, HoursTotal
from worktraq.ports.entries import ItemFilter

Group = tuple[CustomerId | None, ProjectId | None, UserId | None, Period | None, Period | None]


class MemoryHours:
    """Totals of time entries."""

    def __init__(self, tables: Tables) -> None:
        self._items = tables.items

    def totals(self, wanted: ItemFilter, by: Collection[GroupBy], *, week_start: int = 1) -> Sequence[HoursTotal]:
        """A total per group that has a time entry; within an order, what has no project comes first."""
        of_time = evolve(wanted, kind=ItemKind.TIME)
        groups: dict[Group, list[TimeEntry]] = {}
        for item in self._items.rows():
            if isinstance(item, TimeEntry) and is_wanted(item, of_time):
                groups.setdefault(_group_of(item, by, week_start), []).append(item)
        return [_total(group, groups[group]) for group in sorted(groups, key=_in_order)]


def _group_of(entry: TimeEntry, by: Collection[GroupBy], week_start: int) -> Group:
    return (
        entry.customer_id if GroupBy.CUSTOMER in by else None,
        entry.project_id if GroupBy.PROJECT in by else None,
        entry.user_id if GroupBy.USER in by else None,
        Period.month(entry.on.year, entry.on.month) if GroupBy.MONTH in by else None,
        Period.week(entry.on, week_start) if GroupBy.WEEK in by else None,
    )


def _in_order(group: Group) -> tuple[str, str, str, date, date]:
    customer_id, project_id, user_id, month, week = group
    return (
        customer_id.hex if customer_id else "",
        project_id.hex if project_id else "",
        user_id.hex if user_id else "",
        month.first if month else date.min,
        week.first if week else date.min,
    )


def _total(group: Group, entries: Collection[TimeEntry]) -> HoursTotal:
    minutes = sum(entry.minutes for entry in entries)
    billable = sum(entry.minutes for entry in entries if entry.is_billable)
    return HoursTotal(*group, minutes, billable, len(entries))
