"""A firm with all kinds of items registered, and what a plain computation makes of them."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import cycle, product

from attrs import evolve, frozen

from worktraq.core.access import Scope
from worktraq.core.calendar import Period
from worktraq.core.customers import Customer
from worktraq.core.entries import Expense, Item, ItemKind, State, TimeEntry
from worktraq.core.overviews import GroupBy, HoursTotal
from worktraq.core.rates import ItemPrice
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.ports.entries import ItemFilter
from worktraq.ports.unit_of_work import Store
from worktraq.testing.builders import a_price, a_request, a_time_entry, an_expense
from worktraq.testing.firms import Firm

_DAYS = (
    date(2026, 9, 30),
    date(2026, 10, 1),
    date(2026, 10, 31),
    date(2026, 11, 1),
    date(1900, 1, 1),
    date(2999, 12, 31),
)


@frozen
class Registered:
    """What is stored.

    Attributes:
        customers: Of the firm; one of them has a currency of its own.
        items: Of both kinds, in every state, of everybody, on days around the ends of a month.
        prices: Of those that are approved or invoiced.
        requests: In every status; some of the items are in one.
    """

    customers: tuple[Customer, ...]
    items: tuple[Item, ...]
    prices: tuple[ItemPrice, ...]
    requests: tuple[ApprovalRequest, ...]


def registered(store: Store, firm: Firm) -> Registered:
    """Register all kinds of items in a firm that has none, and store them."""
    days, minutes = cycle(_DAYS), cycle((1, 7, 60, 480, 1440))
    items: list[Item] = []
    for at, (activity, state) in enumerate(product(firm.activities, State)):
        is_billable = activity.is_billable and at % 3 > 0
        items.append(evolve(a_time_entry(activity, next(days), next(minutes), state=state), is_billable=is_billable))
        items.append(a_time_entry(activity, next(days), next(minutes), state=state))
        if at % 2:
            items.append(evolve(an_expense(activity, next(days), state=state), is_billable=is_billable))
    statuses = list(RequestStatus)
    requests = [a_request(firm.project, firm.employee, *items[:3], status=status) for status in statuses]
    given = cycle((None, *(request.id for request in requests)))
    items = [
        evolve(item, request_id=next(given)) if item.state in (State.AWAITING_CUSTOMER, State.APPROVED) else item
        for item in items
    ]
    private = firm.other_customer
    foreign = evolve(private, data=evolve(private.data, currency="JPY"), version=2)
    prices = [a_price(item) for item in items if item.state in (State.APPROVED, State.INVOICED)]
    with store.unit_of_work(firm.id, writes=True) as uow:
        uow.customers.save(foreign)
        uow.requests.add(*requests)
        uow.items.add(*items)
        uow.prices.put(*prices)
    return Registered((firm.internal, firm.customer, foreign), tuple(items), tuple(prices), tuple(requests))


def in_order(items: Iterable[Item]) -> list[Item]:
    """Items in order of day, then id."""
    return sorted(items, key=lambda item: (item.on, item.id))


def chosen(items: Iterable[Item], wanted: ItemFilter) -> list[Item]:
    """The items that satisfy a filter, in order."""
    return in_order(item for item in items if _is_wanted(item, wanted))


def _is_wanted(item: Item, wanted: ItemFilter) -> bool:
    kind = ItemKind.TIME if isinstance(item, TimeEntry) else ItemKind.EXPENSE
    refused = (
        not _is_seen(item, wanted.scope),
        wanted.user_id is not None and item.user_id != wanted.user_id,
        wanted.not_user_id is not None and item.user_id == wanted.not_user_id,
        wanted.customer_id is not None and item.customer_id != wanted.customer_id,
        wanted.project_id is not None and item.project_id != wanted.project_id,
        wanted.period is not None and not wanted.period.first <= item.on < wanted.period.until,
        bool(wanted.states) and item.state not in wanted.states,
        wanted.kind is not None and kind is not wanted.kind,
        wanted.is_billable is not None and item.is_billable is not wanted.is_billable,
    )
    return not any(refused)


def _is_seen(item: Item, scope: Scope) -> bool:
    by_grant = item.customer_id in scope.customer_ids or item.project_id in scope.project_ids
    return scope.sees_all or by_grant or item.user_id == scope.user_id


def totals(items: Iterable[Item], wanted: ItemFilter, by: Collection[GroupBy], week_start: int = 1) -> list[HoursTotal]:
    """The totals of the time among the items, in order of customer, project, user, month and week."""
    rows: dict[tuple[bytes, bytes, bytes, date, date], list[TimeEntry]] = {}
    for item in chosen(items, evolve(wanted, kind=None)):
        if not isinstance(item, TimeEntry):
            assert isinstance(item, Expense)
            continue
        key = (
            item.customer_id.bytes if GroupBy.CUSTOMER in by else b"",
            item.project_id.bytes if GroupBy.PROJECT in by and item.project_id else b"",
            item.user_id.bytes if GroupBy.USER in by else b"",
            item.on.replace(day=1) if GroupBy.MONTH in by else date.min,
            _week_begin(item.on, week_start) if GroupBy.WEEK in by else date.min,
        )
        rows.setdefault(key, []).append(item)
    return [_total(rows[key], by, week_start) for key in sorted(rows)]


def _week_begin(day: date, week_start: int) -> date:
    """The last day up to this one that is the weekday on which weeks begin."""
    while day.isoweekday() != week_start:
        day -= timedelta(days=1)
    return day


def _total(entries: list[TimeEntry], by: Collection[GroupBy], week_start: int) -> HoursTotal:
    one = entries[0]
    first, begin = one.on.replace(day=1), _week_begin(one.on, week_start)
    return HoursTotal(
        customer_id=one.customer_id if GroupBy.CUSTOMER in by else None,
        project_id=one.project_id if GroupBy.PROJECT in by else None,
        user_id=one.user_id if GroupBy.USER in by else None,
        month=Period(first, (first + timedelta(days=31)).replace(day=1)) if GroupBy.MONTH in by else None,
        week=Period(begin, begin + timedelta(days=7)) if GroupBy.WEEK in by else None,
        minutes=sum(entry.minutes for entry in entries),
        billable_minutes=sum(entry.minutes for entry in entries if entry.is_billable),
        entries=len(entries),
    )
