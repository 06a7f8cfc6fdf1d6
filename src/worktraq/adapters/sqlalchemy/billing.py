"""What is not billed yet: the leading reason and the value of every item, found and added up by the database."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    null,
    select,
)

from worktraq.adapters.sqlalchemy.cells import Cell, Found, day_number, microseconds_of
from worktraq.adapters.sqlalchemy.customers import customer_table
from worktraq.adapters.sqlalchemy.databases import Database, Kind, first_of_week
from worktraq.adapters.sqlalchemy.entries import ITEMS, SqlItems, conditions, item_table
from worktraq.adapters.sqlalchemy.projects import project_table
from worktraq.adapters.sqlalchemy.rates import item_price_table
from worktraq.adapters.sqlalchemy.schema import CURRENCY, OWNER
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.signoff import request_table
from worktraq.adapters.sqlalchemy.statements import Prepared
from worktraq.adapters.sqlalchemy.values import number, value_today
from worktraq.core.billing import OF_REQUEST, OF_STATE, UnbilledReason
from worktraq.core.calendar import Cadence, Period
from worktraq.core.entries import Item, State
from worktraq.core.paging import Page, PageRequest
from worktraq.core.signoff import RequestStatus
from worktraq.core.unbilled import BAND_DAYS, AgeBand, UnbilledBy, UnbilledGroup, UnbilledSum, begin_of
from worktraq.ports.billing import UnbilledFilter
from worktraq.ports.entries import ItemFilter

_i, _c, _r, _p, _j = item_table.c, customer_table.c, request_table.c, item_price_table.c, project_table.c
_REASONS = tuple(UnbilledReason)
_BANDS = tuple(AgeBand)
_ORDER = (
    UnbilledBy.CUSTOMER,
    UnbilledBy.PROJECT,
    UnbilledBy.USER,
    UnbilledBy.MONTH,
    UnbilledBy.PERIOD,
    UnbilledBy.AGE,
)
_FIRST_MONTH = 190_000
"""Months, such as 202610, come after it, and the numbers of weeks before."""
_EVERYTHING = 2**62
"""Limits nothing, but keeps a database from merging a query into the one around it, which computes values again for
each place where they are used."""
_TO_CUSTOMER = and_(_c.organization_id == _i.organization_id, _c.id == _i.customer_id)
_TO_PRICE = and_(_p.organization_id == _i.organization_id, _p.item_id == _i.id)
_TO_REQUEST = and_(_r.organization_id == _i.organization_id, _r.id == _i.request_id)
_TO_PROJECT = and_(_j.organization_id == _i.organization_id, _j.id == _i.project_id)


@frozen
class _Shape:
    """What the text of a statement depends on; two filters of the same shape differ in parameters only.

    Attributes:
        kind: Of the database.
        by: What is grouped by.
        shows_amounts: Whether there are amounts.
        week_start: ISO weekday with which weeks begin.
        reasons: Those asked for; None for any.
        given: The names of the parameters that narrow down.
    """

    kind: Kind
    by: frozenset[UnbilledBy]
    shows_amounts: bool
    week_start: int
    reasons: frozenset[UnbilledReason] | None
    given: frozenset[str]


_NARROWING: Mapping[str, ColumnElement[bool]] = {
    "customer": _i.customer_id == bindparam("customer"),
    "project": _i.project_id == bindparam("project"),
    "user": _i.user_id == bindparam("user"),
    # By the column that leads the index of what is open; it holds the day.
    "first": _i.open_on >= bindparam("first"),
    "until": _i.open_on < bindparam("until"),
}
_KEPT = 200


class SqlUnbilled:
    """What is not billed yet: added up, and one by one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def sums(self, wanted: UnbilledFilter, by: Collection[UnbilledBy]) -> Sequence[UnbilledSum]:
        """The sums per group, currency and leading reason."""
        database, values = self._session.database, self._values(wanted)
        shape = _Shape(
            database.kind,
            frozenset(by),
            wanted.shows_amounts,
            wanted.week_start,
            wanted.reasons,
            frozenset(values.keys() & {*_NARROWING, "since_before"}),
        )
        others = self._others(wanted)
        if others:
            rows = self._session.read(_sums(database, shape, others).params(values))
        else:
            rows = list(self._session.fetch(_prepared_sums(database, shape), **values))
        keys = tuple(each for each in _ORDER if each in by)
        made = _Groups(database, keys, wanted.week_start, with_reason=UnbilledBy.REASON in by)
        return [_sum(row, made, wanted) for row in rows]

    def page(self, request: PageRequest, wanted: UnbilledFilter) -> Page[Item]:
        """The items, in order of day, then id."""
        values = self._values(wanted)
        given = frozenset(values.keys() & {*_NARROWING, "since_before"})
        shape = _Shape(self._session.database.kind, frozenset(), wanted.shows_amounts, 1, wanted.reasons, given)
        narrowed = (*_conditions(shape), *self._others(wanted))
        statement = _by_what_is_open(ITEMS.select().select_from(_joined(shape)).where(*narrowed)).params(values)
        return SqlItems(self._session).page_of(statement, request, _i.open_on)

    def _values(self, wanted: UnbilledFilter) -> dict[str, Cell]:
        """The parameters by name: those that are always there, and those that narrow down."""
        items, packed = wanted.items, self._session.packed
        found: dict[str, Cell] = {"at": microseconds_of(wanted.at), "usual": wanted.currency}
        found |= {band.value: microseconds_of(begin_of(band, wanted.at)) for band in BAND_DAYS}
        ids = {"customer": items.customer_id, "project": items.project_id, "user": items.user_id}
        found |= {name: packed(each) for name, each in ids.items() if each is not None}
        if items.period is not None:
            found |= {"first": day_number(items.period.first), "until": day_number(items.period.until)}
        if wanted.since_before is not None:
            found["since_before"] = microseconds_of(wanted.since_before)
        return found

    def _others(self, wanted: UnbilledFilter) -> Sequence[ColumnElement[bool]]:
        """The conditions that are put together anew each time: what somebody with grants sees, and what is rare."""
        rest = ItemFilter(scope=wanted.items.scope, not_user_id=wanted.items.not_user_id, kind=wanted.items.kind)
        return conditions(self._session, rest)


_known_sums: dict[_Shape, Prepared] = {}


def _prepared_sums(database: Database, shape: _Shape) -> Prepared:
    """Putting the statement together takes longer than many a database takes to run it."""
    found = _known_sums.get(shape)
    if found is None:
        if len(_known_sums) >= _KEPT:
            _known_sums.clear()
        found = _known_sums[shape] = Prepared(_sums(database, shape, ()))
    return found


def _sums(database: Database, shape: _Shape, others: Sequence[ColumnElement[bool]]) -> Select[*tuple[object, ...]]:
    reason, since = _reason(shape), _since()
    keys = [column.label(each.value) for each, column in _keys(database, shape, since).items() if each in shape.by]
    narrowed = (
        select(
            *keys,
            _currency(shape).label("in_currency"),
            reason.label("leading"),
            func.coalesce(_i.minutes, number(0)).label("minutes"),
            _value(database, shape).label("value"),
        )
        .select_from(_joined(shape))
        .where(*_conditions(shape), *others)
        .limit(number(_EVERYTHING))
    )
    found = _by_what_is_open(narrowed).subquery("found")
    c = found.c
    without = case((c.value.is_(None), c.minutes), else_=number(0))
    groups = [*(c[key.name] for key in keys), c.in_currency, c.leading]
    figures = (func.count(), func.sum(c.minutes), func.sum(c.value), func.count(c.value), func.sum(without))
    return select(*groups, *figures).group_by(*groups)


def _by_what_is_open(statement: Select[*tuple[object, ...]]) -> Select[*tuple[object, ...]]:
    """The statement, going by the index of what is open also on MariaDB, which would read all items there are."""
    for dialect in ("mariadb", "mysql"):
        statement = statement.with_hint(item_table, "FORCE INDEX (ix_worktraq_item_open)", dialect)
    return statement


def _conditions(shape: _Shape) -> Sequence[ColumnElement[bool]]:
    found = [
        *(_i.organization_id == OWNER, _i.open_on > 0, _i.is_billable, _i.state != State.INVOICED.value),
        *(condition for name, condition in _NARROWING.items() if name in shape.given),
    ]
    if shape.reasons is not None:
        places = [_place(each) for each in UnbilledReason if each in shape.reasons]
        found.append(_reason(shape).in_(places) if places else false())
    if "since_before" in shape.given:
        found.append(_since() < bindparam("since_before"))
    return found


class _Groups(dict[tuple[Cell, ...], UnbilledGroup]):
    """The groups by the cells of what they are grouped by; made once each, as are the few ids in many of them.

    Args:
        database: Where the cells come from.
        keys: What the cells are.
        week_start: ISO weekday with which weeks begin.
        with_reason: Whether the reason is one of the things grouped by.
    """

    def __init__(self, database: Database, keys: Sequence[UnbilledBy], week_start: int, *, with_reason: bool) -> None:
        self.size = len(keys)
        self.key_size = self.size + 2 if with_reason else self.size  # the currency comes before the reason
        self._keys = keys
        self._id = _Known(database.unpacked)
        self._span = _Known(lambda cell: _span(_number(cell), week_start))

    def __missing__(self, cells: tuple[Cell, ...]) -> UnbilledGroup:
        of = dict(zip(self._keys, cells, strict=False))
        age = of.get(UnbilledBy.AGE)
        made = self[cells] = UnbilledGroup(
            **{name: self._id[of[each]] for each, name in _FIELDS.items() if each in of},
            month=self._span[of.get(UnbilledBy.MONTH)],
            period=self._span[of.get(UnbilledBy.PERIOD)],
            reason=None if self.key_size == self.size else _REASONS[_number(cells[-1])],
            age=None if age is None else _BANDS[_number(age)],
        )
        return made


class _Known(dict[Cell, Any]):
    """What cells stand for, made once each; an empty one stands for nothing."""

    def __init__(self, make: Callable[[Cell], object]) -> None:
        self[None] = None
        self._make = make

    def __missing__(self, cell: Cell) -> object:
        made = self[cell] = self._make(cell)
        return made


def _sum(row: Found, groups: _Groups, wanted: UnbilledFilter) -> UnbilledSum:
    size = groups.size
    other_currency, leading, items, minutes, minor, valued, without = row[size:]
    currency = other_currency or wanted.currency
    group, reason = groups[row[: groups.key_size]], _REASONS[leading]
    if not wanted.shows_amounts:
        return UnbilledSum(group, currency, reason, items, int(minutes), 0, 0, 0)
    return UnbilledSum(group, currency, reason, items, int(minutes), int(minor or 0), items - valued, int(without))


_FIELDS = {UnbilledBy.CUSTOMER: "customer_id", UnbilledBy.PROJECT: "project_id", UnbilledBy.USER: "user_id"}


def _joined(shape: _Shape) -> FromClause:
    joined = item_table.join(customer_table, _TO_CUSTOMER).outerjoin(request_table, _TO_REQUEST)
    if shape.shows_amounts:
        joined = joined.outerjoin(item_price_table, _TO_PRICE)
    return joined.outerjoin(project_table, _TO_PROJECT) if UnbilledBy.PERIOD in shape.by else joined


def _reason(shape: _Shape) -> ColumnElement[int]:
    """The place of the leading reason among all of them; see `worktraq.core.billing.reasons`."""
    by_state = [(_i.state == state.value, _place(reason)) for state, reason in OF_STATE.items()]
    approved = _place(UnbilledReason.READY)
    if shape.shows_amounts:
        approved = case((_p.item_id.is_(None), _place(UnbilledReason.NO_RATE)), else_=approved)
    asked = case(
        (_is_past, _place(OF_REQUEST[RequestStatus.EXPIRED])),
        *((_r.status == status.value, _place(reason)) for status, reason in OF_REQUEST.items()),
        else_=_place(UnbilledReason.NOT_OFFERED),
    )
    return case(*by_state, (_i.state == State.AWAITING_CUSTOMER.value, asked), else_=approved)


# Open and past its expiry, a request is expired, also where the scheduler has not come by.
_is_past = and_(_r.status == RequestStatus.OPEN.value, _r.expires_at <= bindparam("at"))


def _since() -> ColumnElement[int]:
    """Since when it leads."""
    is_asked = and_(_i.state == State.AWAITING_CUSTOMER.value, _r.id.is_not(None))
    return case((is_asked, case((_is_past, _r.expires_at), else_=_r.since)), else_=_i.since)


def _place(reason: UnbilledReason) -> ColumnElement[int]:
    return number(_REASONS.index(reason))


_usual: ColumnElement[str] = bindparam("usual", type_=CURRENCY)
_customers_currency: ColumnElement[str] = func.coalesce(func.nullif(_c.currency, literal_column("''")), _usual)


def _currency(shape: _Shape) -> ColumnElement[str]:
    """The currency an item counts in; empty for that of the organization, which takes less time to sort."""
    own = (_p.value_currency,) if shape.shows_amounts else ()
    return func.nullif(func.coalesce(*own, _i.amount_currency, _customers_currency), _usual)


def _value(database: Database, shape: _Shape) -> ColumnElement[Any]:
    """What an item is worth: frozen, else by today's rates while it follows them; nothing for who sees no amounts."""
    if not shape.shows_amounts:
        return number(0)
    return case(
        (_p.item_id.is_not(None), _p.value_minor),
        (_i.state == State.APPROVED.value, null()),
        else_=value_today(database, _customers_currency),
    )


def _keys(database: Database, shape: _Shape, since: ColumnElement[int]) -> Mapping[UnbilledBy, ColumnElement[Any]]:
    month = database.month_of(_i.on)
    is_weekly = _j.billing_cadence == Cadence.WEEKLY.value
    young = [(since > bindparam(band.value), number(_BANDS.index(band))) for band in BAND_DAYS]
    columns = {
        UnbilledBy.CUSTOMER: _i.customer_id,
        UnbilledBy.PROJECT: _i.project_id,
        UnbilledBy.USER: _i.user_id,
        UnbilledBy.MONTH: month,
        UnbilledBy.PERIOD: case((is_weekly, database.week_of(_i.on, shape.week_start)), else_=month),
        UnbilledBy.AGE: case(*young, else_=number(_BANDS.index(AgeBand.OVER_90))),
    }
    return {each: columns[each] for each in _ORDER}


def _span(number: int, week_start: int) -> Period:
    if number < _FIRST_MONTH:
        return Period.week(first_of_week(number, week_start), week_start)
    return Period.month(*divmod(number, 100))


def _number(cell: Cell) -> int:
    assert isinstance(cell, int)
    return cell
