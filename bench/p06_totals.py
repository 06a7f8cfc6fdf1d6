"""P6: totals of many time entries, against the best SQL that can be written by hand on the same schema."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from attrs import frozen

from bench.blocks import Pattern, filling, repeat
from bench.firm import NOW, Firm, firm
from bench.measuring import Figure, Scale, medians
from bench.places import Row
from worktraq import GroupBy
from worktraq.adapters.sqlalchemy.entries import ITEMS
from worktraq.core.entries import TimeEntry
from worktraq.core.ids import ActivityId, CustomerId, ItemId, UserId

_EMPLOYEES = 100
_CUSTOMERS = 200
_ACTIVITIES = 12
_AT_A_DAY = 20
_FIRST_DAY = date(2024, 12, 2)
_TOTALS = {
    "per customer, month and employee": (GroupBy.CUSTOMER, GroupBy.USER, GroupBy.MONTH),
    "per customer and month": (GroupBy.CUSTOMER, GroupBy.MONTH),
    "per employee": (GroupBy.USER,),
}
# A customer, an employee and a month; the columns in the order in which the library gives them.
_COLUMNS = {GroupBy.CUSTOMER: "customer_id", GroupBy.USER: "user_id", GroupBy.MONTH: '"on" / 100'}


@frozen
class Work:
    """Whose time there is.

    Attributes:
        user_ids: The employees.
        customer_ids: For whom they work.
    """

    user_ids: Sequence[UserId]
    customer_ids: Sequence[CustomerId]


def measure(scale: Scale) -> list[Figure]:
    """All names of customers and employees included, as a host shows them."""
    entries = scale.of(1_000_000, 50_000)
    with firm() as made:
        fill(made, added(made), entries)
        connection = sqlite3.connect(made.file)
        figures = []
        for name, by in _TOTALS.items():
            ways: dict[str, Callable[[], object]] = {
                "ours": lambda by=by: totals(made, by),  # type: ignore[misc]  # binds
                "theirs": lambda by=by: by_hand(connection, made, by),  # type: ignore[misc]  # binds
            }
            found = medians(ways, scale.repetitions + 4)
            groups = len(by_hand(connection, made, by))
            work = f"totals {name} over {entries:,} entries, {groups:,} groups (SQLite)"
            figures.append(Figure("P6", work, "SQL by hand, fetchall", found["ours"], found["theirs"], "<= 1.1"))
        connection.close()
    return figures


def totals(made: Firm, by: Sequence[GroupBy]) -> int:
    """What the library adds up."""
    with made.engine.view(made.admin) as tx:
        return len(tx.overviews.hours(by=by).totals)


def by_hand(connection: sqlite3.Connection, made: Firm, by: Sequence[GroupBy]) -> list[Row]:
    """The same through the driver."""
    columns = ", ".join(_COLUMNS[each] for each in by)
    billable = "SUM(CASE WHEN is_billable THEN minutes ELSE 0 END)"
    statement = (
        f"SELECT {columns}, SUM(minutes), {billable}, COUNT(*) FROM worktraq_item "  # of constants above
        f"WHERE organization_id = ? AND minutes IS NOT NULL GROUP BY {columns} ORDER BY {columns}"
    )
    return connection.execute(statement, (made.admin.organization_id.bytes,)).fetchall()


def added(made: Firm) -> Work:
    """Employees and customers with their names."""
    with made.engine.transaction(made.admin) as tx:
        users = [tx.users.add(name=f"Employee {each}", email=f"{each}@acme.example") for each in range(_EMPLOYEES)]
        customers = [tx.customers.add_business(company_name=f"Customer {each}") for each in range(_CUSTOMERS)]
    return Work([user.id for user in users], [customer.id for customer in customers])


def fill(made: Firm, work: Work, number: int) -> None:
    """Put time in the database, day after day; every twelve days everybody works on the same things again."""
    owner = made.admin.organization_id
    dump = ITEMS.mapping.functions(native=False).dump
    turns = [dump(list(_entries(made, work, day)), owner, owner.bytes) for day in range(_ACTIVITIES)]
    days = {day: _stored(day) for day in range(number // len(turns[0]))}
    with filling(made.place, ITEMS.table.name) as connection:
        repeat(connection, made.place, Pattern(ITEMS.table.name, ITEMS.mapping.written, "id", turns), days)


def _stored(number: int) -> int:
    """A day, as it is stored."""
    day = _FIRST_DAY + timedelta(days=number)
    return day.year * 10_000 + day.month * 100 + day.day


def _entries(made: Firm, work: Work, day: int) -> Iterator[TimeEntry]:
    """Of one day."""
    for who, user_id in enumerate(work.user_ids):
        for each in range(_AT_A_DAY):
            turn = (day + each) % _ACTIVITIES
            yield TimeEntry(
                id=ItemId(UUID(int=0)),
                organization_id=made.admin.organization_id,
                user_id=user_id,
                customer_id=work.customer_ids[(who * _ACTIVITIES + turn * 7) % _CUSTOMERS],
                project_id=None,
                activity_id=ActivityId(UUID(int=who * _ACTIVITIES + turn)),
                on=_FIRST_DAY,
                note="Year-end file",
                since=NOW,
                minutes=25,
                is_billable=turn > 1,
            )
