"""The queries that a host runs all day, on a firm among others, for tests of how databases go about them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from attrs import evolve
from sqlalchemy import Connection, Engine, text

from tests.statements import Recorder, Sent
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.sqlalchemy.schema import metadata
from worktraq.core.calendar import Cadence, Period
from worktraq.core.customers import CustomerSort
from worktraq.core.entries import Item, State
from worktraq.core.imports import ImportKind
from worktraq.core.overviews import GroupBy
from worktraq.core.paging import PageRequest, read_cursor
from worktraq.core.requests import RequestSort
from worktraq.core.signoff import RequestStatus
from worktraq.core.unbilled import UnbilledBy
from worktraq.ports.billing import UnbilledFilter
from worktraq.ports.entries import ItemFilter
from worktraq.ports.signoff import RequestFilter
from worktraq.ports.unit_of_work import UnitOfWork
from worktraq.testing.builders import (
    a_customer,
    a_price,
    a_request,
    a_time_entry,
    an_event,
    an_import_link,
    an_intent,
)
from worktraq.testing.contracts.base import reading, writing
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import Firm, stored_firm

OCTOBER = Period.month(2026, 10)
DAY = date(2026, 10, 5)
Query = Callable[[UnitOfWork, Firm], object]


def _two_pages(sort: CustomerSort) -> Query:
    def read(uow: UnitOfWork, _firm: Firm) -> object:
        first = uow.customers.page(PageRequest(2), sort=sort)
        assert first.next is not None
        return uow.customers.page(PageRequest(2, read_cursor(first.next)), sort=sort)

    return read


def _items(wanted: Callable[[Firm], ItemFilter]) -> Query:
    return lambda uow, firm: uow.items.page(PageRequest(100), wanted(firm))


def _requests(sort: RequestSort, wanted: RequestFilter) -> Query:
    return lambda uow, _firm: uow.request_overview.page(PageRequest(100), wanted, sort=sort, today=DAY)


_UNBILLED = UnbilledFilter(at=BEGINNING + timedelta(days=200), currency="EUR")
_WAITING = ItemFilter(states=frozenset({State.AWAITING_INTERNAL}))

QUERIES: Mapping[str, Query] = {
    "the minutes of a day": lambda uow, firm: uow.items.minutes_on(firm.employee.id, [DAY]),
    "items of a user": _items(lambda firm: ItemFilter(user_id=firm.employee.id, period=OCTOBER)),
    "items for a customer": _items(lambda firm: ItemFilter(customer_id=firm.customer.id, period=OCTOBER)),
    "items on a project": _items(lambda firm: ItemFilter(project_id=firm.project.id)),
    "items of all": _items(lambda _firm: ItemFilter()),
    "items that wait for approval": _items(lambda _firm: _WAITING),
    "the inbox of an approver": lambda uow, _firm: uow.inbox.groups(_WAITING, Cadence.MONTHLY, 1),
    "what is to be offered to customers": lambda uow, _firm: uow.items.awaiting_offer(),
    "requests that are open": lambda uow, _firm: uow.requests.open_ones(),
    "requests by what is expected first": _requests(
        RequestSort.DUE, RequestFilter(statuses=frozenset({RequestStatus.OPEN}))
    ),
    "requests that are late": _requests(RequestSort.DUE, RequestFilter(late_on=DAY)),
    "requests, the newest first": _requests(RequestSort.NEWEST, RequestFilter()),
    "a link": lambda uow, _firm: uow.requests.find_by_token(bytes(32)),
    "a link that was replaced": lambda uow, _firm: uow.requests.is_replaced(bytes(32)),
    "what is not billed": lambda uow, _firm: uow.unbilled.sums(_UNBILLED, [UnbilledBy.CUSTOMER]),
    "what is not billed, item by item": lambda uow, _firm: uow.unbilled.page(PageRequest(100), _UNBILLED),
    "totals of a user": lambda uow, firm: uow.hours.totals(
        ItemFilter(user_id=firm.employee.id, period=OCTOBER), [GroupBy.CUSTOMER]
    ),
    "totals for a customer": lambda uow, firm: uow.hours.totals(
        ItemFilter(customer_id=firm.customer.id, period=OCTOBER), [GroupBy.USER]
    ),
    "the feed of events": lambda uow, _firm: list(uow.events.chain(1, 100)),
    "the end of the chain": lambda uow, _firm: uow.events.head(),
    "events to be sealed": lambda uow, _firm: uow.events.unsealed(100),
    "the history of a thing": lambda uow, firm: uow.events.history(firm.project.id),
    "what was imported": lambda uow, _firm: uow.import_links.known("excel", ImportKind.CUSTOMER, ["K7", "K8"]),
    "customers by number": lambda uow, _firm: uow.customers.find_by_numbers(["K7"]),
    **{f"customers in order of {sort.value}": _two_pages(sort) for sort in CustomerSort},
}
CLAIM = "claiming what is to be delivered"


def sent_by(recorder: Recorder, store: SqlStore, firm: Firm, name: str) -> Sequence[Sent]:
    """The statements of one of the queries, or of `CLAIM`."""
    with recorder.only() as sent:
        if name == CLAIM:
            store.claims.claim(10, timedelta(minutes=5))
        else:
            with reading(store, firm) as uow:
                QUERIES[name](uow, firm)
    return [each for each in sent if "worktraq_" in each.sql]


def stored_examples(store: SqlStore) -> Firm:
    """A firm with a few of everything."""
    firm = stored_firm(store)
    # The first of each is what there will be many of: items of somebody else, for another customer, on no project.
    elsewhere = evolve(a_time_entry(firm.colleague_activity, DAY, 60), customer_id=firm.internal.id, project_id=None)
    items: list[Item] = [elsewhere, *(a_time_entry(firm.activity, DAY, 60) for _ in range(2))]
    request = a_request(firm.project, firm.employee, *items[1:])
    with writing(store, firm) as uow:
        uow.items.add(*items)
        uow.prices.put(*(a_price(item) for item in items))
        uow.requests.add(request)
        uow.events.append(an_event(firm.id, firm.project.id))
        uow.outbox.add(an_intent(firm.employee, *items))
        customer = a_customer(firm.id, "Bakkerij Jansen B.V.")
        uow.customers.add(customer)
        uow.import_links.add(an_import_link(customer, external_id="7"))
    return firm


_MANY: Mapping[str, Mapping[str, str]] = {
    "item": {
        "id": "gen_random_uuid()",
        "on": "20250000 + (n % 12 + 1) * 100 + n % 28 + 1",
        "open_on": "CASE WHEN n % 20 = 0 THEN 20250000 + (n % 12 + 1) * 100 + n % 28 + 1 END",
        "state": "CASE WHEN n % 20 > 0 THEN 'invoiced' WHEN n % 40 > 0 THEN 'draft' ELSE 'awaiting_internal' END",
    },
    "request": {
        "id": "gen_random_uuid()",
        "token_hash": "sha256(n::text::bytea)",
        "due_on": "20260000 + (n % 12 + 1) * 100 + n % 28 + 1",
        "status": "CASE WHEN n % 20 = 0 THEN 'open' ELSE 'decided' END",
    },
    "event": {"id": "gen_random_uuid()", "subject_id": "gen_random_uuid()", "number": "n + 1", "digest": "n::text"},
    "intent": {"id": "gen_random_uuid()", "available_at": "CASE WHEN n % 50 = 0 THEN 0 END"},
    "customer": {
        "id": "gen_random_uuid()",
        **dict.fromkeys(("number", "number_key", "search_key", "number_order", "place_order"), "'K' || n"),
    },
    "import_link": {"external_id": "'K' || n", "entity_id": "gen_random_uuid()"},
}


def multiply(engine: Engine, firm: Firm, number: int, others: int) -> None:
    """On PostgreSQL, make many rows like the examples, and other organizations with a sixth as many, all counted."""
    with engine.begin() as connection:
        _copy_examples(connection, firm, 1, number // 6)
        for table in metadata.sorted_tables:
            columns = ", ".join(f'"{column.name}"' for column in table.columns if column.name != "organization_id")
            connection.exec_driver_sql(
                f'INSERT INTO "{table.name}" (organization_id, {columns}) '
                f'SELECT md5(n::text)::uuid, {columns} FROM "{table.name}", generate_series(1, {others}) AS n '
                f"WHERE organization_id = '{firm.id}'"
            )
        _copy_examples(connection, firm, number // 6 + 1, number)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _copy_examples(connection: Connection, firm: Firm, first: int, last: int) -> None:
    for name, values in _MANY.items():
        table = metadata.tables[f"worktraq_{name}"]
        columns = [column.name for column in table.columns]
        statement = (
            f"INSERT INTO {table.name} ({', '.join(map(_quoted, columns))}) "
            f"SELECT {', '.join(values.get(each, _quoted(each)) for each in columns)} "
            f"FROM (SELECT * FROM {table.name} WHERE organization_id = '{firm.id}' ORDER BY ctid LIMIT 1) AS one, "
            f"generate_series({first}, {last}) AS n"
        )
        connection.execute(text(statement))


def _quoted(name: str) -> str:
    return f'"{name}"'
