"""Totals of registered time."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar
from uuid import UUID

from attrs import evolve
from sqlalchemy import case, func, select

from worktraq.adapters.sqlalchemy.cells import Cell, Found
from worktraq.adapters.sqlalchemy.entries import conditions, item_table
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.core.calendar import Period
from worktraq.core.entries import ItemKind
from worktraq.core.ids import CustomerId, ProjectId, UserId
from worktraq.core.overviews import GroupBy, HoursTotal
from worktraq.ports.entries import ItemFilter

I = TypeVar("I", bound=UUID)  # noqa: E741  # the same letter as in the ports

_c = item_table.c
_billable_minutes = func.sum(case((_c.is_billable, _c.minutes), else_=0))
_ORDER = (GroupBy.CUSTOMER, GroupBy.PROJECT, GroupBy.USER, GroupBy.MONTH)


class SqlHours:
    """Totals of time entries, made by the database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def totals(self, wanted: ItemFilter, by: Collection[GroupBy]) -> Sequence[HoursTotal]:
        """A total per group that has a time entry; what has no project comes before what has one."""
        columns = {
            GroupBy.CUSTOMER: _c.customer_id,
            GroupBy.PROJECT: _c.project_id,
            GroupBy.USER: _c.user_id,
            GroupBy.MONTH: self._session.database.month_of(_c.on).label("month"),
        }
        groups = [(each, columns[each]) for each in _ORDER if each in by]
        statement = (
            select(*(column for _, column in groups), func.sum(_c.minutes), _billable_minutes, func.count())
            .where(_c.organization_id == OWNER, *conditions(self._session, evolve(wanted, kind=ItemKind.TIME)))
            .group_by(*(column for _, column in groups))
            .having(func.count() > 0)
        )
        kinds = [each for each, _ in groups]
        rows = self._session.read(statement)
        # Sorted here, since databases differ in whether what is empty comes first.
        rows.sort(key=lambda row: [(cell is not None, cell) for cell in row[: len(kinds)]])
        return [self._total(kinds, row) for row in rows]

    def _total(self, kinds: Sequence[GroupBy], row: Found) -> HoursTotal:
        group = dict(zip(kinds, row, strict=False))
        minutes, billable_minutes, entries = row[len(kinds) :]
        return HoursTotal(
            self._id(CustomerId, group.get(GroupBy.CUSTOMER)),
            self._id(ProjectId, group.get(GroupBy.PROJECT)),
            self._id(UserId, group.get(GroupBy.USER)),
            _month(group.get(GroupBy.MONTH)),
            int(minutes),
            int(billable_minutes),
            int(entries),
        )

    def _id(self, make: Callable[[UUID], I], cell: Cell) -> I | None:
        return None if cell is None else make(self._session.database.unpacked(cell))


def _month(number: int | None) -> Period | None:
    return None if number is None else Period.month(*divmod(number, 100))
