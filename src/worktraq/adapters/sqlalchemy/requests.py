"""Approval requests, with names and figures."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select

from worktraq.adapters.sqlalchemy.cells import day_number
from worktraq.adapters.sqlalchemy.customers import customer_table
from worktraq.adapters.sqlalchemy.projects import project_table
from worktraq.adapters.sqlalchemy.repository import id_in, key_of
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.signoff import REQUESTS, conditions, is_late, request_table
from worktraq.adapters.sqlalchemy.users import user_table
from worktraq.core.calendar import check_date
from worktraq.core.customers import CustomerKind
from worktraq.core.entries import Item
from worktraq.core.paging import Key, Page, PageRequest, write_cursor
from worktraq.core.requests import RequestCounts, RequestSort, RequestSummary, overdue_days, place_in_list
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.errors import InvalidInput
from worktraq.ports.signoff import RequestFilter

_c, _u, _k, _p = request_table.c, user_table.c, customer_table.c, project_table.c
_customer_name = case(
    (_k.kind == CustomerKind.BUSINESS.value, _k.company_name), else_=_k.first_name.concat(" ").concat(_k.last_name)
)
_summaries = (
    REQUESTS.select()
    .add_columns(_u.name, _customer_name, _p.name)
    .where(
        and_(_u.organization_id == _c.organization_id, _u.id == _c.user_id),
        and_(_k.organization_id == _c.organization_id, _k.id == _c.customer_id),
        and_(_p.organization_id == _c.organization_id, _p.id == _c.project_id),
    )
)
_of_item = REQUESTS.where(
    _c.user_id == bindparam("user_id"),
    _c.item_ids.like(bindparam("pattern")),
    order=(_c.id,),
)


class SqlRequestOverview:
    """The approval requests of the organization."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(
        self, request: PageRequest, wanted: RequestFilter, *, sort: RequestSort, today: date
    ) -> Page[RequestSummary]:
        """Requests with the names of whom they are about."""
        statement = _summaries.where(*conditions(self._session, wanted))
        if request.after is not None:
            statement = statement.where(self._behind(request.after, sort))
        order = (_c.id.desc(),) if sort is RequestSort.NEWEST else (_c.due_on, _c.id)
        rows = self._session.read(statement.order_by(*order).limit(request.limit + 1))
        loaded = self._session.load(REQUESTS.mapping, [row[:-3] for row in rows])
        found = [
            RequestSummary(each, employee, customer, project, overdue_days(each, today))
            for each, (*_, employee, customer, project) in zip(loaded, rows, strict=True)
        ]
        shown = found[: request.limit]
        more = len(found) > request.limit
        return Page(tuple(shown), write_cursor(place_in_list(shown[-1].request, sort)) if more else None)

    def counts(self, wanted: RequestFilter, *, today: date) -> RequestCounts:
        """How many requests there are of each status, and how many of them are late on a day."""
        late = func.sum(case((is_late(today), 1), else_=0))
        statement = (
            select(_c.status, func.count(), late)
            .where(_c.organization_id == OWNER, *conditions(self._session, wanted))
            .group_by(_c.status)
        )
        rows = {row[0]: row[1:] for row in self._session.read(statement)}
        by_status = {status: int(rows.get(status.value, (0, 0))[0]) for status in RequestStatus}
        return RequestCounts(by_status, sum(int(row[1]) for row in rows.values()))

    def of_item(self, item: Item) -> Sequence[ApprovalRequest]:
        """Every request in which a customer was asked about an item, in order of their ids."""
        rows = self._session.fetch(_of_item, user_id=self._session.packed(item.user_id), pattern=f"%{item.id.hex}%")
        return self._session.load(REQUESTS.mapping, rows)

    def _behind(self, key: Key, sort: RequestSort) -> ColumnElement[bool]:
        if sort is RequestSort.NEWEST:
            _, form = key_of(key, str, str)
            return _c.id < self._session.packed(id_in(form))
        _, day, form = key_of(key, str, str, str)
        try:
            due_on = day_number(check_date(date.fromisoformat(str(day))))
        except ValueError:
            raise InvalidInput.of("cursor", "cursor_malformed") from None
        later = or_(_c.due_on > due_on, _c.id > self._session.packed(id_in(form)))
        return and_(_c.due_on >= due_on, later)
