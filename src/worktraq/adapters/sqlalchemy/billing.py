"""What is not billed yet."""

from collections.abc import Iterator

from attrs import evolve
from sqlalchemy import and_, select

from worktraq.adapters.sqlalchemy.cells import Instants
from worktraq.adapters.sqlalchemy.customers import customer_table
from worktraq.adapters.sqlalchemy.entries import ITEMS, conditions, item_table
from worktraq.adapters.sqlalchemy.rates import PRICES, item_price_table
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.signoff import request_table
from worktraq.core.billing import Unbilled
from worktraq.core.entries import State
from worktraq.core.signoff import RequestStatus
from worktraq.ports.entries import ItemFilter

_i, _c, _r, _p = item_table.c, customer_table.c, request_table.c, item_price_table.c
_ITEM = len(ITEMS.mapping.read)
_STATUS: dict[str | None, RequestStatus | None] = {None: None, **{status.value: status for status in RequestStatus}}

_joined = (
    item_table.join(customer_table, and_(_c.organization_id == _i.organization_id, _c.id == _i.customer_id))
    .outerjoin(item_price_table, and_(_p.organization_id == _i.organization_id, _p.item_id == _i.id))
    .outerjoin(request_table, and_(_r.organization_id == _i.organization_id, _r.id == _i.request_id))
)
_found = (
    select(_c.currency, _r.status, _r.since, *ITEMS.mapping.read, *PRICES.mapping.read)
    .select_from(_joined)
    .where(_i.organization_id == OWNER, _i.open_on.is_not(None), _i.is_billable, _i.state != State.INVOICED.value)
    .order_by(_i.open_on, _i.id)  # as the index has them; an open item has its day there
)


class SqlUnbilled:
    """What is not billed yet, with all that the reasons follow from, in one query."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def unbilled(self, wanted: ItemFilter, organization_currency: str) -> Iterator[Unbilled]:
        """The billable items that are not invoiced, in order of day, then id."""
        narrowed = conditions(self._session, evolve(wanted, is_billable=None, states=frozenset()))
        load_items = self._session.functions(ITEMS.mapping).load
        load_prices = self._session.functions(PRICES.mapping).load
        organization_id = self._session.organization_id
        for rows in self._session.stream(_found.where(*narrowed)):
            items = load_items([row[3 : 3 + _ITEM] for row in rows], organization_id)
            priced = [row[3 + _ITEM :] for row in rows if row[3 + _ITEM] is not None]
            prices = iter(load_prices(priced, organization_id))
            instants = Instants()
            for row, item in zip(rows, items, strict=True):
                price = None if row[3 + _ITEM] is None else next(prices)
                yield Unbilled(item, row[0] or organization_currency, price, _STATUS[row[1]], instants[row[2]])
