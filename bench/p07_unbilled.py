"""P7: what is not billed yet and why, against SQL written by hand, and against itself with five times as much stored."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from attrs import evolve, frozen

from bench.blocks import Pattern, filling, repeat
from bench.firm import NOW, Firm, firm
from bench.measuring import Figure, Scale, medians
from bench.places import Place, Row
from worktraq import Cadence, Hourly, Money, Rate, RateSubject, UnbilledBy, WorkTraq
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.sqlalchemy.entries import ITEMS
from worktraq.adapters.sqlalchemy.rates import PRICES
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.signoff import REQUESTS
from worktraq.core.entries import Item, State
from worktraq.core.ids import ItemId, OrganizationId
from worktraq.core.projects import Activity
from worktraq.core.rates import ItemPrice
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.testing.builders import a_request, a_time_entry, an_expense

T = TypeVar("T")
_EMPLOYEES = 100
_CUSTOMERS = 200
_LATEST = 2**40
"""Ids of what is not billed come after all others, as if it had been registered last."""
_STATES = (State.DRAFT, State.AWAITING_INTERNAL, State.AWAITING_CUSTOMER, State.APPROVED, State.REJECTED)
_FIRST_DAY = date(2026, 1, 1)
_PER_DAY = 1_000
_GROUPINGS: dict[str, Sequence[UnbilledBy]] = {
    "in all": (),
    "per customer and month": (UnbilledBy.CUSTOMER, UnbilledBy.MONTH),
}
_BY_HAND = {"in all": "", "per customer and month": 'customer_id, "on" / 100, '}


@frozen
class Work:
    """What there is to work on.

    Attributes:
        activities: Of every employee, for several customers.
        requests: In every status.
    """

    activities: Sequence[Activity]
    requests: Sequence[ApprovalRequest]


def measure(scale: Scale) -> list[Figure]:
    """With all reasons and values, and the names of what it is grouped by."""
    unbilled, few, many = scale.of(50_000, 2_000), scale.of(1_000_000, 20_000), scale.of(5_000_000, 100_000)
    figures: list[Figure] = []
    with firm() as made:
        work = prepared(made)
        fill_unbilled(made, work, unbilled)
        fill_billed(made, work, 0, few - unbilled)
        with copied(made) as large:
            fill_billed(large, work, few - unbilled, many - unbilled)
            for name in _GROUPINGS:
                found = compared(made, large, name, scale)
                text = f"unbilled overview {name}: {unbilled:,} of {many:,} entries (SQLite)"
                for stored, size in ((few, "few"), (many, "many")):
                    text = f"unbilled overview {name}: {unbilled:,} of {stored:,} entries (SQLite)"
                    ours, theirs = found[f"ours of {size}"], found[f"theirs of {size}"]
                    figures.append(Figure("P7", text, "SQL by hand, fetchall", ours, theirs, "<= 1.3"))
                ours, theirs = found["ours of many"], found["ours of few"]
                figures.append(Figure("P7", text, f"itself at {few:,} entries", ours, theirs, "<= 1.2"))
    return figures


@contextmanager
def copied(made: Firm) -> Iterator[Firm]:
    """The same firm on a file of its own, so that both can be measured in turns."""
    file = made.file.with_name("large.db")
    with closing(sqlite3.connect(made.file)) as connection, closing(sqlite3.connect(file)) as copy:
        connection.backup(copy)
    store = SqlStore.from_url(f"sqlite:///{file}")
    try:
        yield evolve(
            made, engine=WorkTraq(store, clock=lambda: NOW), place=Place(made.place.title, f"sqlite:///{file}")
        )
    finally:
        store.close()


def compared(few: Firm, many: Firm, name: str, scale: Scale) -> dict[str, float]:
    """Both ways on both files, all in turns; the sums are the same."""
    by, hand = _GROUPINGS[name], _BY_HAND[name]
    with closing(sqlite3.connect(few.file)) as small, closing(sqlite3.connect(many.file)) as large:
        valued = (row[-3] for row in by_hand(small, few, hand))
        assert overview(few, by) == overview(many, by) == sum(each for each in valued if isinstance(each, int))
        ways: dict[str, Callable[[], object]] = {
            "ours of few": lambda: overview(few, by),
            "theirs of few": lambda: by_hand(small, few, hand),
            "ours of many": lambda: overview(many, by),
            "theirs of many": lambda: by_hand(large, many, hand),
        }
        return medians(ways, scale.repetitions + 4)


def overview(made: Firm, by: Sequence[UnbilledBy]) -> int:
    """What the library adds up."""
    with made.engine.view(made.admin) as tx:
        (totals,) = tx.billing.unbilled(by=by).totals
    assert totals.total.value is not None
    return totals.total.value.minor


def by_hand(connection: sqlite3.Connection, made: Firm, by: str) -> list[Row]:
    """The same through the driver, for currencies that have cents."""
    now = int(NOW.timestamp()) * 1_000_000
    owner = made.admin.organization_id.bytes
    return connection.execute(_SQL.format(by=by), {"owner": owner, "now": now}).fetchall()


_RATE = """(SELECT rate_ten_thousandths FROM worktraq_rate_rule r WHERE r.organization_id = i.organization_id
    AND r.subject_id = i.{subject} AND r.rate_currency = CASE c.currency WHEN '' THEN 'EUR' ELSE c.currency END AND r.valid_from <= i."on"
    ORDER BY r.valid_from DESC LIMIT 1)"""
_MARKUP = """(SELECT hundredths FROM worktraq_markup m WHERE m.organization_id = i.organization_id
    AND m.subject_id = i.{subject} AND m.valid_from <= i."on" ORDER BY m.valid_from DESC LIMIT 1)"""
_RATES = ", ".join(
    _RATE.format(subject=each) for each in ("activity_id", "project_id", "customer_id", "organization_id")
)
_MARKUPS = ", ".join(_MARKUP.format(subject=each) for each in ("project_id", "customer_id", "organization_id"))
_SQL = f"""
SELECT {{by}} currency, reason, COUNT(*), SUM(minutes), SUM(value), COUNT(value), SUM(CASE WHEN value IS NULL THEN minutes END)
FROM (
  SELECT i.customer_id, i."on", i.minutes,
    COALESCE(p.value_currency, i.amount_currency, CASE c.currency WHEN '' THEN 'EUR' ELSE c.currency END) AS currency,
    CASE i.state WHEN 'rejected' THEN 0 WHEN 'draft' THEN 1 WHEN 'awaiting_internal' THEN 2 WHEN 'awaiting_customer' THEN
      CASE WHEN q.status = 'open' AND q.expires_at > :now THEN 4 WHEN q.status IN ('open', 'expired') THEN 5 ELSE 3 END
    ELSE CASE WHEN p.item_id IS NULL THEN 6 ELSE 7 END END AS reason,
    CASE WHEN p.item_id IS NOT NULL THEN p.value_minor WHEN i.state = 'approved' THEN NULL
      WHEN i.minutes IS NOT NULL THEN (2 * i.minutes * COALESCE({_RATES}) + 6000) / 12000
      ELSE (2 * ((2 * i.amount_minor * 10000 + 10000 + COALESCE(i.vat_hundredths, 0))
        / (2 * (10000 + COALESCE(i.vat_hundredths, 0)))) * (10000 + COALESCE({_MARKUPS}, 0)) + 10000) / 20000
    END AS value
  FROM worktraq_item i
  JOIN worktraq_customer c ON c.organization_id = i.organization_id AND c.id = i.customer_id
  LEFT JOIN worktraq_item_price p ON p.organization_id = i.organization_id AND p.item_id = i.id
  LEFT JOIN worktraq_request q ON q.organization_id = i.organization_id AND q.id = i.request_id
  WHERE i.organization_id = :owner AND i.open_on IS NOT NULL AND i.is_billable
  LIMIT -1
) GROUP BY {{by}} currency, reason
"""


def prepared(made: Firm) -> Work:
    """Employees with activities for twelve customers each, rates on every kind of thing, and requests."""
    with made.engine.transaction(made.admin) as tx:
        users = [tx.users.add(name=f"Employee {each}", email=f"{each}@acme.example") for each in range(_EMPLOYEES)]
        customers = [tx.customers.add_business(company_name=f"Customer {each}") for each in range(_CUSTOMERS)]
        projects = [
            tx.projects.add(customer.id, name="Advice", billing=Hourly(cadence=list(Cadence)[number % 2]))
            for number, customer in enumerate(customers)
        ]
        activities = []
        for number in range(_EMPLOYEES * 12):
            project = projects[number * 7 % _CUSTOMERS]
            user_id = users[number % _EMPLOYEES].id
            rate = Rate("95.00", "EUR") if number % 3 == 0 else None
            add = tx.activities.add
            activities.append(add(user_id=user_id, customer_id=project.customer_id, project_id=project.id, rate=rate))
        for number, project in enumerate(projects):
            if number % 2:
                tx.rates.set(RateSubject.PROJECT, project.id, Rate("110.00", "EUR"))
            elif number % 4:
                tx.rates.set(RateSubject.CUSTOMER, project.customer_id, Rate("105.00", "EUR"))
        tx.rates.set(RateSubject.ORGANIZATION, made.admin.organization_id, Rate("77.7731", "EUR"))
        tx.rates.set(
            RateSubject.ORGANIZATION, made.admin.organization_id, Rate("80", "EUR"), valid_from=date(2026, 3, 1)
        )
        requests = [
            evolve(a_request(project, user), status=list(RequestStatus)[number % 5])
            for number, (project, user) in enumerate((project, user) for project in projects for user in users[:5])
        ]
    return Work(activities, requests)


def fill_unbilled(made: Firm, work: Work, number: int) -> None:
    """Put what is not billed in the database, in every state, without asking the rules."""
    owner = made.admin.organization_id
    items = list(_unbilled(work, number))
    prices = [_price(item) for at, item in enumerate(items) if item.state is State.APPROVED and at % 10 < 9]
    rows = {
        REQUESTS.table: (REQUESTS.mapping.written, _dumped(REQUESTS, work.requests, owner)),
        ITEMS.table: (ITEMS.mapping.written, _dumped(ITEMS, items, owner)),
        PRICES.table: (PRICES.mapping.written, _dumped(PRICES, prices, owner)),
    }
    with closing(sqlite3.connect(made.file)) as connection, connection:
        for table, (columns, dumped) in rows.items():
            connection.executemany(made.place.insert_into(table.name, columns), dumped)


def _dumped(shelf: Shelf[T], entities: Sequence[T], owner: OrganizationId) -> Sequence[Row]:
    return shelf.mapping.functions(native=False).dump(entities, owner, owner.bytes)


def _unbilled(work: Work, number: int) -> Iterator[Item]:
    for at in range(number):
        activity, state = work.activities[at % len(work.activities)], _STATES[at % 19 % len(_STATES)]
        on = _FIRST_DAY + timedelta(days=at * 180 // number)
        item: Item = a_time_entry(activity, on, 15 + at % 97 * 5, note="Year-end file", state=state)
        if at % 20 == 0:
            item = an_expense(activity, on, Money("12.50", "EUR"), state=state)
        request_id = work.requests[at % len(work.requests)].id if state is State.AWAITING_CUSTOMER else None
        yield evolve(item, id=ItemId(UUID(int=_LATEST + at)), request_id=request_id)


def _price(item: Item) -> ItemPrice:
    return ItemPrice(item.id, item.organization_id, Money("100", "EUR"), Rate("100", "EUR"), None, NOW)


def fill_billed(made: Firm, work: Work, first: int, until: int) -> None:
    """Put time that is billed in the database, with its price, a thousand on each day."""
    owner = made.admin.organization_id
    items = [a_time_entry(each, note="Year-end file", state=State.INVOICED) for each in work.activities[:_PER_DAY]]
    prices = [_price(item) for item in items]
    times = Pattern(ITEMS.table.name, ITEMS.mapping.written, "id", [_dumped(ITEMS, items, owner)])
    priced = Pattern(PRICES.table.name, PRICES.mapping.written, "item_id", [_dumped(PRICES, prices, owner)])
    days = {number: _stored(number) for number in range(first // _PER_DAY, until // _PER_DAY)}
    with filling(made.place, times.table) as connection:
        for pattern in (times, priced):
            repeat(connection, made.place, pattern, days)


def _stored(number: int) -> int:
    """A day, as it is stored."""
    day = date(2006, 1, 1) + timedelta(days=number)
    return day.year * 10_000 + day.month * 100 + day.day
