"""What is past its time and holds personal data still."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, ColumnElement, and_, exists, or_, select

from worktraq.adapters.sqlalchemy.approval import DECISIONS, decision_table
from worktraq.adapters.sqlalchemy.cells import Cell, day_number, microseconds_of
from worktraq.adapters.sqlalchemy.comments import COMMENTS, comment_table
from worktraq.adapters.sqlalchemy.entries import ITEMS, item_table
from worktraq.adapters.sqlalchemy.invitations import INVITATIONS, invitation_table
from worktraq.adapters.sqlalchemy.invoice_rows import INVOICES, invoice_line_table, invoice_table
from worktraq.adapters.sqlalchemy.invoices import loaded
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.signoff import REQUESTS, request_table
from worktraq.adapters.sqlalchemy.statements import is_among
from worktraq.core.approval import Decision
from worktraq.core.comments import Comment
from worktraq.core.entries import Item
from worktraq.core.erasing import UNDER_WAY
from worktraq.core.holds import Held
from worktraq.core.invitations import Invitation, InvitationStatus
from worktraq.core.invoices import Invoice
from worktraq.core.privacy import ERASED
from worktraq.core.signoff import ApprovalRequest, RequestStatus

_i, _c, _d, _r = item_table.c, comment_table.c, decision_table.c, request_table.c
_n, _v, _l = invitation_table.c, invoice_table.c, invoice_line_table.c
_Condition = ColumnElement[bool]


class SqlPastTime:
    """What is past its time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def notes(self, before: date, held: Held, limit: int) -> Sequence[Item]:
        """Items of days before one that have a note or a start."""
        return self._items(or_(_i.note != "", _i.starts_at.is_not(None)), before, held, limit)

    def receipts(self, before: date, held: Held, limit: int) -> Sequence[Item]:
        """The same with the reference of a receipt."""
        return self._items(and_(_i.receipt_reference.is_not(None), _i.receipt_reference != ""), before, held, limit)

    def comments(self, before: datetime, held: Held, limit: int) -> Sequence[Comment]:
        """Remarks from before an instant."""
        is_old = _c.at < microseconds_of(before)
        free = self._free_with_item(_c.organization_id, _c.item_id, (_c.user_id, held.user_ids), held)
        statement = COMMENTS.select().where(is_old, *free).order_by(_c.at, _c.id).limit(limit)
        return self._session.load(COMMENTS.mapping, self._session.read(statement))

    def requests(self, before: datetime, held: Held, limit: int) -> Sequence[ApprovalRequest]:
        """Requests that came to their end before an instant."""
        concerned = (
            *((_r.user_id, held.user_ids), (_r.customer_id, held.customer_ids)),
            *((_r.project_id, held.project_ids), (_r.recipient_contact_id, held.contact_ids)),
        )
        is_old = and_(_r.since < microseconds_of(before), _r.status != RequestStatus.OPEN.value)
        statement = REQUESTS.select().where(is_old, _r.recipient_name != ERASED, *self._free(concerned))
        rows = self._session.read(statement.order_by(_r.since, _r.id).limit(limit))
        return self._session.load(REQUESTS.mapping, rows)

    def decisions(self, before: datetime, held: Held, limit: int) -> Sequence[Decision]:
        """Decisions inside the firm from before an instant."""
        is_named = or_(_d.actor_name.not_in(["", ERASED]), _d.comment != "")
        is_old = and_(_d.at < microseconds_of(before), _d.request_id.is_(None), is_named)
        free = self._free_with_item(_d.organization_id, _d.item_id, (_d.actor_id, held.user_ids), held)
        statement = DECISIONS.select().where(is_old, *free).order_by(_d.at, _d.id).limit(limit)
        return self._session.load(DECISIONS.mapping, self._session.read(statement))

    def invitations(self, before: datetime, held: Held, limit: int) -> Sequence[Invitation]:
        """Invitations that nobody can accept any more since before an instant."""
        is_open, then = _n.status == InvitationStatus.OPEN.value, microseconds_of(before)
        is_old = or_(and_(is_open, _n.expires_at < then), and_(~is_open, _n.since < then))
        free = self._free([(_n.user_id, held.user_ids)])
        statement = INVITATIONS.select().where(is_old, *free).order_by(_n.user_id).limit(limit)
        return self._session.load(INVITATIONS.mapping, self._session.read(statement))

    def invoices(self, before: date, held: Held, limit: int) -> Sequence[Invoice]:
        """Invoices with a date before one."""
        is_old = and_(_v.issued_on < day_number(before), _v.buyer_name != ERASED)
        free = [*self._free([(_v.customer_id, held.customer_ids)])]
        touched = list(self._among([(_l.project_id, held.project_ids), (_l.user_id, held.user_ids)]))
        if touched:
            line = select(_l.number).where(_l.organization_id == _v.organization_id, _l.invoice_id == _v.id)
            free.append(~exists(line.where(or_(*touched))))
        statement = INVOICES.select().where(is_old, *free).order_by(_v.place).limit(limit)
        return loaded(self._session, self._session.read(statement))

    def _items(self, is_meant: _Condition, before: date, held: Held, limit: int) -> Sequence[Item]:
        is_quiet = ~is_among(_i.state, sorted(state.value for state in UNDER_WAY))
        statement = ITEMS.select().where(_i.on < day_number(before), is_meant, is_quiet, *self._free(_of_item(held)))
        rows = self._session.read(statement.order_by(_i.on, _i.id).limit(limit))
        return self._session.load(ITEMS.mapping, rows)

    def _free(self, concerned: Iterable["_Concerned"]) -> Iterator[_Condition]:
        """That none of the columns names what is held; an empty one names nothing."""
        for column, ids in concerned:
            if ids:
                yield or_(column.is_(None), ~is_among(column, self._packed(ids)))

    def _free_with_item(
        self, owner: Column[object], item_id: Column[object], by: "_Concerned", held: Held
    ) -> Iterator[_Condition]:
        """The same for what is about an item: neither who wrote it nor the item is held."""
        yield from self._free([by])
        touched = list(self._among(_of_item(held)))
        if touched:
            yield ~exists(select(_i.id).where(_i.organization_id == owner, _i.id == item_id, or_(*touched)))

    def _among(self, concerned: Iterable["_Concerned"]) -> Iterator[_Condition]:
        return (is_among(column, self._packed(ids)) for column, ids in concerned if ids)

    def _packed(self, ids: Collection[UUID]) -> list[Cell]:
        return [self._session.packed(each) for each in sorted(ids)]


_Concerned = tuple[Column[object], Collection[UUID]]


def _of_item(held: Held) -> Sequence[_Concerned]:
    return (
        *((_i.user_id, held.user_ids), (_i.customer_id, held.customer_ids)),
        *((_i.project_id, held.project_ids), (_i.contact_id, held.contact_ids)),
    )
