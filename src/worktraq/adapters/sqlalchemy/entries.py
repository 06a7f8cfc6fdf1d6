"""Time entries and expenses."""

from collections.abc import Collection, Iterator, Sequence
from collections.abc import Mapping as ReadOnly
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.sql.elements import BindParameter

from worktraq.adapters.sqlalchemy.cells import Cell, day_number
from worktraq.adapters.sqlalchemy.changes import Change
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository, id_in, key_of
from worktraq.adapters.sqlalchemy.schema import (
    CODE,
    CURRENCY,
    ID,
    INSTANT,
    OWNER,
    index,
    long_text,
    refers,
    table,
    text,
)
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys, is_among
from worktraq.core.access import Scope
from worktraq.core.calendar import Period, check_date
from worktraq.core.entries import MOVED, Expense, Item, ItemKind, State, TimeEntry
from worktraq.core.ids import ItemId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.errors import InvalidInput
from worktraq.ports.entries import ItemFilter

item_table = table(
    "item",
    Column("id", ID, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("user_id", ID, nullable=False),
    Column("customer_id", ID, nullable=False),
    Column("project_id", ID),
    Column("activity_id", ID, nullable=False),
    Column("contact_id", ID),
    Column("on", Integer, nullable=False),
    Column("note", long_text(), nullable=False),
    Column("is_billable", Boolean, nullable=False),
    Column("state", CODE, nullable=False),
    Column("chain", CODE),
    Column("passed", Integer, nullable=False),
    Column("is_waived", Boolean, nullable=False),
    Column("request_id", ID),
    Column("since", INSTANT, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("minutes", Integer),
    Column("starts_at", BigInteger),
    Column("utc_offset", Integer),
    Column("amount_minor", BigInteger),
    Column("amount_currency", CURRENCY),
    Column("receipt_reference", text(100), server_default=""),
    Column("vat_hundredths", Integer),
    Column("is_reimbursable", Boolean, server_default=true()),
    Column("open_on", Integer),
    refers("user_id", "user"),
    refers("customer_id", "customer"),
    refers("project_id", "project"),
    refers("activity_id", "activity"),
    refers("contact_id", "contact"),
    index("item", "on", "on", "id"),
    # These two hold all that totals are made of, so that adding up reads an index and not the rows.
    index("item", "user_totals", "user_id", "on", "id", "customer_id", "minutes", "is_billable"),
    index("item", "customer_totals", "customer_id", "on", "id", "user_id", "minutes", "is_billable"),
    index("item", "project", "project_id", "on", "id"),
    index("item", "contact", "contact_id", only_filled="contact_id"),
    index("item", "open", "open_on", "id", only_filled="open_on"),
)


def _open_on(item: Item) -> int | None:
    """The day of an item on which something is still to be done; empty once it is invoiced or never will be.

    What is open stays few while what is stored grows, and so does what a query over the index of this column costs.
    A query says that it is above nought: for "is not empty", SQLite does not go along an index.
    """
    if item.state is State.INVOICED or (item.state is State.APPROVED and not item.is_billable):
        return None
    return day_number(item.on)


_KINDS: ReadOnly[str, type[Item]] = {ItemKind.TIME.value: TimeEntry, ItemKind.EXPENSE.value: Expense}
_DERIVED = {"open_on": _open_on}
ITEMS = Shelf(Mapping(item_table, _KINDS, derived=_DERIVED))
# A third of the columns, and none of those that most indexes are over, which SQLite would write anew.
_MOVES = Mapping(item_table, _KINDS, derived=_DERIVED, only=("id", *MOVED, "open_on"))
_c = item_table.c
_one: ColumnElement[int] = literal_column("1")
_moved = Change(item_table, _MOVES.written, ("id",), lambda fresh: _c.version == fresh["version"] - _one)
_STAY_OPEN = frozenset(State) - {State.APPROVED, State.INVOICED}
_awaiting_offer = ITEMS.where(
    _c.open_on > 0,
    _c.state == State.AWAITING_CUSTOMER.value,
    _c.request_id.is_(None),
)


def _minutes_on(keys: list[BindParameter[object]]) -> Select[*tuple[object, ...]]:
    return (
        select(_c.on, func.sum(_c.minutes))
        .where(
            _c.organization_id == OWNER,
            _c.user_id == bindparam("user_id"),
            _c.on.in_(keys),
            _c.minutes.is_not(None),
        )
        .group_by(_c.on)
    )


_minutes = ByKeys(_minutes_on)


class SqlItems(SqlRepository[Item, ItemId]):
    """The time entries and expenses of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ITEMS)

    def move(self, *items: Item) -> None:
        """Store where items stand now."""
        self._change(_moved, _MOVES, items)

    def page(self, request: PageRequest, wanted: ItemFilter) -> Page[Item]:
        """Items in order of day, then id."""
        return self.page_of(ITEMS.select().where(*conditions(self._session, wanted)), request, _day_of(wanted))

    def page_of(
        self, statement: Select[*tuple[object, ...]], request: PageRequest, day: ColumnElement[Any]
    ) -> Page[Item]:
        """Items that a statement finds, in order of day, then id.

        Args:
            statement: Finds them all.
            request: Which page.
            day: The column that holds their day.
        """
        return self._page(
            statement,
            request,
            (day, _c.id),
            self._day_and_id(request),
            lambda item: (item.on.isoformat(), item.id.hex),
        )

    def stream(self, wanted: ItemFilter) -> Iterator[Item]:
        """All items wanted, in order of day, then id."""
        statement = ITEMS.select().where(*conditions(self._session, wanted)).order_by(_day_of(wanted), _c.id)
        for rows in self._session.stream(statement):
            yield from self._load(rows)

    def minutes_on(self, user_id: UserId, days: Collection[date]) -> ReadOnly[date, int]:
        """The minutes that a user has registered on each of the days."""
        by_number = {day_number(day): day for day in days}
        found = self._session.fetch_by_keys(_minutes, sorted(by_number), user_id=self._session.packed(user_id))
        return {by_number[number]: int(minutes) for number, minutes in found}

    def awaiting_offer(self) -> Sequence[Item]:
        """Every item that waits for the customer and stands in no request."""
        # Asked for the order of ids, SQLite reads all items there are, in that order.
        return sorted(self._load(self._session.fetch(_awaiting_offer)), key=lambda item: item.id)

    def _day_and_id(self, request: PageRequest) -> Sequence[Cell]:
        if request.after is None:
            return ()
        day, form = key_of(request.after, str, str)
        try:
            on = check_date(date.fromisoformat(str(day)))
        except ValueError:
            raise InvalidInput.of("cursor", "cursor_malformed") from None
        return (day_number(on), self._session.packed(id_in(form)))


def _day_of(wanted: ItemFilter) -> ColumnElement[int | None]:
    """Where the day stands in the index that fits best: an open item has it in both columns."""
    ids = (wanted.user_id, wanted.customer_id, wanted.project_id)
    is_open = wanted.states and wanted.states <= _STAY_OPEN
    return _c.open_on if is_open and all(each is None for each in ids) else _c.on


def _open_within(period: Period | None) -> list[ColumnElement[bool]]:
    """That an item is open, spelt so that every database can walk the index of open ones."""
    if period is None:
        return [_c.open_on > 0]
    return [_c.open_on >= day_number(period.first), _c.open_on < day_number(period.until)]


def conditions(session: Session, wanted: ItemFilter) -> list[ColumnElement[bool]]:
    """What makes an item one of those wanted."""
    ids = ((_c.user_id, wanted.user_id), (_c.customer_id, wanted.customer_id), (_c.project_id, wanted.project_id))
    found = [column == session.packed(entity_id) for column, entity_id in ids if entity_id is not None]
    if wanted.not_user_id is not None:
        found.append(_c.user_id != session.packed(wanted.not_user_id))
    if wanted.period is not None:
        found += [_c.on >= day_number(wanted.period.first), _c.on < day_number(wanted.period.until)]
    if wanted.states:
        found.append(is_among(_c.state, sorted(state.value for state in wanted.states)))
        if wanted.states <= _STAY_OPEN:
            found += _open_within(wanted.period)
    if wanted.kind is not None:
        found.append(_c.kind == wanted.kind.value)
    if wanted.is_billable is not None:
        found.append(_c.is_billable == wanted.is_billable)
    if not wanted.scope.sees_all:
        found.append(_seen(session, wanted.scope))
    return found


def _seen(session: Session, scope: Scope) -> ColumnElement[bool]:
    seen = [
        is_among(_c.customer_id, map(session.packed, sorted(scope.customer_ids))),
        is_among(_c.project_id, map(session.packed, sorted(scope.project_ids))),
    ]
    if scope.user_id is not None:
        seen.append(_c.user_id == session.packed(scope.user_id))
    return or_(*seen)
