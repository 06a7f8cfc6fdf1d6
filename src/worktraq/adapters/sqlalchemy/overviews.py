"""Totals of registered time."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import repeat
from typing import Any

from attrs import evolve
from sqlalchemy import ColumnElement, case, func, select

from worktraq.adapters.sqlalchemy.cells import Cell
from worktraq.adapters.sqlalchemy.databases import first_of_week
from worktraq.adapters.sqlalchemy.entries import conditions, item_table
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.core.calendar import Period
from worktraq.core.overviews import GroupBy, HoursTotal
from worktraq.core.replacing import maker
from worktraq.ports.entries import ItemFilter

_c = item_table.c
_billable_minutes = func.sum(case((_c.is_billable, _c.minutes), else_=0))
_ORDER = (GroupBy.CUSTOMER, GroupBy.PROJECT, GroupBy.USER, GroupBy.MONTH, GroupBy.WEEK)
_total = maker(HoursTotal)


class SqlHours:
    """Totals of time entries, made by the database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def totals(self, wanted: ItemFilter, by: Collection[GroupBy], *, week_start: int = 1) -> Sequence[HoursTotal]:
        """A total per group that has a time entry; what has no project comes before what has one."""
        groups = self._groups(by, week_start)
        columns = groups.values()
        of_time = (_c.minutes.is_not(None), *conditions(self._session, evolve(wanted, kind=None)))
        statement = select(*columns, func.sum(_c.minutes), _billable_minutes, func.count()).where(
            _c.organization_id == OWNER, *of_time
        )
        if groups:
            order = map(self._session.database.empty_first, columns)
            statement = statement.group_by(*columns).order_by(*order)
        else:
            statement = statement.having(func.count() > 0)
        rows = self._session.read(statement)
        if not rows:
            return []
        # Column by column, since the few ids and months there are stand in many rows.
        cells = list(zip(*rows, strict=True))
        found = dict(zip(groups, cells, strict=False))
        values = (self._values(each, found[each], week_start) if each in found else repeat(None) for each in _ORDER)
        sums = (map(int, each) for each in cells[len(groups) :])
        return list(map(_total, *values, *sums))

    def _groups(self, by: Collection[GroupBy], week_start: int) -> dict[GroupBy, ColumnElement[Any]]:
        database = self._session.database
        columns: dict[GroupBy, ColumnElement[Any]] = {
            GroupBy.CUSTOMER: _c.customer_id,
            GroupBy.PROJECT: _c.project_id,
            GroupBy.USER: _c.user_id,
            GroupBy.MONTH: database.month_of(_c.on).label("month"),
            GroupBy.WEEK: database.week_of(_c.on, week_start).label("week"),
        }
        return {each: columns[each] for each in _ORDER if each in by}

    def _values(self, kind: GroupBy, cells: Sequence[Cell], week_start: int) -> Iterable[object]:
        make: Callable[[Cell], object] = self._session.database.unpacked
        if kind is GroupBy.MONTH:
            make = _month
        elif kind is GroupBy.WEEK:
            make = lambda number: Period.week(first_of_week(_number(number), week_start), week_start)  # noqa: E731  # binds
        known = {cell: None if cell is None else make(cell) for cell in set(cells)}
        return map(known.__getitem__, cells)


def _month(cell: Cell) -> Period:
    return Period.month(*divmod(_number(cell), 100))


def _number(cell: Cell) -> int:
    assert isinstance(cell, int)
    return cell
