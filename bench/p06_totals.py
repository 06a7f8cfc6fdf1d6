"""P6: totals of many time entries, against the best SQL that can be written by hand on the same schema."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import count, islice
from uuid import UUID

from attrs import evolve, frozen

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
    entries = scale.of(1_000_000, 100_000)
    with firm() as made:
        fill(made, added(made), entries)
        connection = sqlite3.connect(made.file)
        figures = []
        for name, by in _TOTALS.items():
            ways: dict[str, Callable[[], object]] = {
                "ours": lambda by=by: totals(made, by),  # type: ignore[misc]  # binds
                "theirs": lambda by=by: by_hand(connection, made, by),  # type: ignore[misc]  # binds
            }
            found = medians(ways, scale.repetitions)
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
    """Put time in the database, day after day, without asking the rules."""
    dump = ITEMS.mapping.functions(native=False).dump
    organization_id = made.admin.organization_id
    connection = sqlite3.connect(made.file)
    with connection:
        entries = islice(_entries(made, work), number)
        while batch := list(islice(entries, 10_000)):
            connection.executemany(
                made.place.insert_into("worktraq_item", ITEMS.mapping.written),
                dump(batch, organization_id, organization_id.bytes),
            )
    connection.close()


def _entries(made: Firm, work: Work) -> Iterator[TimeEntry]:
    pattern = TimeEntry(
        id=ItemId(UUID(int=0)),
        organization_id=made.admin.organization_id,
        user_id=work.user_ids[0],
        customer_id=work.customer_ids[0],
        project_id=None,
        activity_id=made.activity.id,
        on=_FIRST_DAY,
        note="Year-end file",
        since=NOW,
        minutes=25,
    )
    numbers = count(1)
    for day in count():
        on = _FIRST_DAY + timedelta(days=day)
        for who, user_id in enumerate(work.user_ids):
            for each in range(_AT_A_DAY):
                turn = (day + each) % _ACTIVITIES
                yield evolve(
                    pattern,
                    id=ItemId(UUID(int=next(numbers))),
                    user_id=user_id,
                    customer_id=work.customer_ids[(who * _ACTIVITIES + turn * 7) % _CUSTOMERS],
                    activity_id=ActivityId(UUID(int=who * _ACTIVITIES + turn)),
                    on=on,
                    is_billable=turn > 1,
                )
