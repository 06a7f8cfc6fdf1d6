"""What waits for an approver, in groups."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from worktraq.adapters.sqlalchemy.cells import Cell, Found, days
from worktraq.adapters.sqlalchemy.databases import first_of_week
from worktraq.adapters.sqlalchemy.entries import conditions, item_table
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.core.calendar import Cadence, Period
from worktraq.core.ids import CustomerId, ProjectId, UserId
from worktraq.core.inbox import Seen, WaitingGroup
from worktraq.core.money import Money
from worktraq.ports.entries import ItemFilter

_c = item_table.c
_figures = (
    *(func.count(), func.sum(_c.version), func.sum(_c.minutes), func.sum(_c.amount_minor)),
    *(func.max(_c.since), func.min(_c.on)),
)


class SqlInbox:
    """Groups of items, made by the database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def groups(self, wanted: ItemFilter, cadence: Cadence, week_start: int) -> Sequence[WaitingGroup]:
        """A group per employee, customer, project and week or month that has an item, in order of their keys."""
        database = self._session.database
        is_weekly = cadence is Cadence.WEEKLY
        number = database.week_of(_c.on, week_start) if is_weekly else database.month_of(_c.on)
        period = number.label("period")
        # The currency is the customer's; grouping by it sets time apart, and keeps sums exact should it ever differ.
        columns = (
            _c.user_id,
            _c.customer_id,
            _c.project_id,
            period,
            _c.amount_currency,
        )
        statement = (
            select(*columns, *_figures)
            .where(_c.organization_id == OWNER, *conditions(self._session, wanted))
            .group_by(*columns)
        )
        groups: dict[Found, list[Found]] = {}
        for row in self._session.read(statement):
            groups.setdefault(row[:4], []).append(row[4:])
        found = (self._group(key, parts, cadence, week_start) for key, parts in groups.items())
        return sorted(found, key=lambda group: group.key)

    def _group(self, key: Found, parts: Sequence[Found], cadence: Cadence, week_start: int) -> WaitingGroup:
        user_id, customer_id, project_id, number = key
        seen = [Seen(*(int(figure or 0) for figure in part[1:6])) for part in parts]
        total = sum(seen[1:], start=seen[0])
        spent = sorted((currency, each.spent) for (currency, *_), each in zip(parts, seen, strict=True) if currency)
        return WaitingGroup(
            user_id=UserId(self._session.database.unpacked(user_id)),
            customer_id=CustomerId(self._session.database.unpacked(customer_id)),
            project_id=None if project_id is None else ProjectId(self._session.database.unpacked(project_id)),
            period=_period(number, cadence, week_start),
            items=total.items,
            minutes=total.minutes,
            expenses=tuple(Money.from_minor(minor, currency) for currency, minor in spent),
            oldest=min(_day(part[6]) for part in parts),
            token=total.token,
        )


def _period(number: int, cadence: Cadence, week_start: int) -> Period:
    if cadence is Cadence.WEEKLY:
        return Period.week(first_of_week(number, week_start), week_start)
    return Period.month(*divmod(number, 100))


def _day(number: Cell) -> date:
    assert isinstance(number, int)
    day = days[number]
    assert day is not None
    return day
