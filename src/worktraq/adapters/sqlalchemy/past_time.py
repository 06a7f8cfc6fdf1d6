"""What is past its time and holds personal data still."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, and_, exists, func, or_, select

from worktraq.adapters.sqlalchemy.approval import DECISIONS, decision_table
from worktraq.adapters.sqlalchemy.cells import Cell, day_number, microseconds_of
from worktraq.adapters.sqlalchemy.comments import COMMENTS, comment_table
from worktraq.adapters.sqlalchemy.entries import ITEMS, item_table
from worktraq.adapters.sqlalchemy.evidence import attestation_table
from worktraq.adapters.sqlalchemy.invitations import INVITATIONS, invitation_table
from worktraq.adapters.sqlalchemy.invoice_rows import INVOICES, invoice_line_table, invoice_table
from worktraq.adapters.sqlalchemy.invoices import loaded
from worktraq.adapters.sqlalchemy.privacy import HOLDS, hold_table
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.signoff import REQUESTS, request_table
from worktraq.adapters.sqlalchemy.statements import is_among
from worktraq.core.approval import Decision
from worktraq.core.comments import Comment
from worktraq.core.entries import Item
from worktraq.core.erasing import UNDER_WAY
from worktraq.core.holds import Held, LegalHold
from worktraq.core.invitations import Invitation, InvitationStatus
from worktraq.core.invoices import Invoice
from worktraq.core.privacy import ERASED
from worktraq.core.signoff import ApprovalRequest, RequestStatus

_i, _c, _d, _r = item_table.c, comment_table.c, decision_table.c, request_table.c
_n, _v, _l, _h = invitation_table.c, invoice_table.c, invoice_line_table.c, hold_table.c
_Condition = ColumnElement[bool]
_Concerned = tuple[Column[object], Collection[UUID]]


class SqlPastTime:
    """What is past its time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._is_past = _IsPast(session)

    def notes(self, before: date, held: Held, limit: int) -> Sequence[Item]:
        """Items of days before one that have a note or a start."""
        return self._items(self._is_past.notes(before, held), limit)

    def receipts(self, before: date, held: Held, limit: int) -> Sequence[Item]:
        """The same with the reference of a receipt."""
        return self._items(self._is_past.receipts(before, held), limit)

    def comments(self, before: datetime, held: Held, limit: int) -> Sequence[Comment]:
        """Remarks from before an instant."""
        statement = COMMENTS.select().where(*self._is_past.comments(before, held)).order_by(_c.at, _c.id).limit(limit)
        return self._session.load(COMMENTS.mapping, self._session.read(statement))

    def requests(self, before: datetime, held: Held, limit: int) -> Sequence[ApprovalRequest]:
        """Requests that came to their end before an instant."""
        statement = REQUESTS.select().where(*self._is_past.requests(before, held))
        rows = self._session.read(statement.order_by(_r.since, _r.id).limit(limit))
        return self._session.load(REQUESTS.mapping, rows)

    def decisions(self, before: datetime, held: Held, limit: int) -> Sequence[Decision]:
        """Decisions inside the firm from before an instant."""
        statement = DECISIONS.select().where(*self._is_past.decisions(before, held))
        rows = self._session.read(statement.order_by(_d.at, _d.id).limit(limit))
        return self._session.load(DECISIONS.mapping, rows)

    def invitations(self, before: datetime, held: Held, limit: int) -> Sequence[Invitation]:
        """Invitations that nobody can accept any more since before an instant."""
        statement = INVITATIONS.select().where(*self._is_past.invitations(before, held))
        rows = self._session.read(statement.order_by(_n.user_id).limit(limit))
        return self._session.load(INVITATIONS.mapping, rows)

    def invoices(self, before: date, held: Held, limit: int) -> Sequence[Invoice]:
        """Invoices with a date before one."""
        statement = INVOICES.select().where(*self._is_past.invoices(before, held)).order_by(_v.place).limit(limit)
        return loaded(self._session, self._session.read(statement))

    def holds(self, before: datetime, held: Held, limit: int) -> Sequence[LegalHold]:
        """Legal holds that were lifted before an instant."""
        statement = HOLDS.select().where(*self._is_past.holds(before, held))
        rows = self._session.read(statement.order_by(_h.lifted_at, _h.id).limit(limit))
        return self._session.load(HOLDS.mapping, rows)

    def _items(self, conditions: Iterable[_Condition], limit: int) -> Sequence[Item]:
        rows = self._session.read(ITEMS.select().where(*conditions).order_by(_i.on, _i.id).limit(limit))
        return self._session.load(ITEMS.mapping, rows)


class SqlPastTimeCounts:
    """How much is past its time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._is_past = _IsPast(session)

    def notes(self, before: date, held: Held) -> int:
        """Items with a note or a start."""
        return self._count(item_table, self._is_past.notes(before, held))

    def receipts(self, before: date, held: Held) -> int:
        """Items with the reference of a receipt."""
        return self._count(item_table, self._is_past.receipts(before, held))

    def comments(self, before: datetime, held: Held) -> int:
        """Remarks."""
        return self._count(comment_table, self._is_past.comments(before, held))

    def evidence(self, before: datetime, held: Held) -> int:
        """Requests with what belongs to them, decisions inside the firm, and lifted holds."""
        requests = [_r.organization_id == OWNER, *self._is_past.requests(before, held)]
        request_ids = select(_r.id).where(*requests)
        return (
            self._count(request_table, requests)
            + self._count(decision_table, [_d.request_id.in_(request_ids)])
            + self._count(attestation_table, [attestation_table.c.request_id.in_(request_ids)])
            + self._count(decision_table, self._is_past.decisions(before, held))
            + self._count(hold_table, self._is_past.holds(before, held))
        )

    def invitations(self, before: datetime, held: Held) -> int:
        """Invitations."""
        return self._count(invitation_table, self._is_past.invitations(before, held))

    def invoices(self, before: date, held: Held) -> int:
        """Invoices and credit notes."""
        return self._count(invoice_table, self._is_past.invoices(before, held))

    def _count(self, table: Table, conditions: Iterable[_Condition]) -> int:
        statement = select(func.count()).select_from(table).where(table.c.organization_id == OWNER, *conditions)
        ((count,),) = self._session.read(statement)
        return int(count)


class _IsPast:
    """When a row is past its time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def notes(self, before: date, held: Held) -> Iterator[_Condition]:
        yield or_(_i.note != "", _i.starts_at.is_not(None))
        yield from self._quiet(before, held)

    def receipts(self, before: date, held: Held) -> Iterator[_Condition]:
        yield and_(_i.receipt_reference.is_not(None), _i.receipt_reference != "")
        yield from self._quiet(before, held)

    def comments(self, before: datetime, held: Held) -> Iterator[_Condition]:
        yield _c.at < microseconds_of(before)
        yield from self._free_with_item(_c.organization_id, _c.item_id, (_c.user_id, held.user_ids), held)

    def requests(self, before: datetime, held: Held) -> Iterator[_Condition]:
        yield and_(_r.since < microseconds_of(before), _r.status != RequestStatus.OPEN.value)
        yield _r.recipient_name != ERASED
        yield from self._free(
            [
                *((_r.user_id, held.user_ids), (_r.customer_id, held.customer_ids)),
                *((_r.project_id, held.project_ids), (_r.recipient_contact_id, held.contact_ids)),
            ]
        )

    def decisions(self, before: datetime, held: Held) -> Iterator[_Condition]:
        is_named = or_(_d.actor_name.not_in(["", ERASED]), _d.comment != "")
        yield and_(_d.at < microseconds_of(before), _d.request_id.is_(None), is_named)
        yield from self._free_with_item(_d.organization_id, _d.item_id, (_d.actor_id, held.user_ids), held)

    def invitations(self, before: datetime, held: Held) -> Iterator[_Condition]:
        is_open, then = _n.status == InvitationStatus.OPEN.value, microseconds_of(before)
        yield or_(and_(is_open, _n.expires_at < then), and_(~is_open, _n.since < then))
        yield from self._free([(_n.user_id, held.user_ids)])

    def invoices(self, before: date, held: Held) -> Iterator[_Condition]:
        yield and_(_v.issued_on < day_number(before), _v.buyer_name != ERASED)
        yield from self._free([(_v.customer_id, held.customer_ids)])
        touched = list(self._among([(_l.project_id, held.project_ids), (_l.user_id, held.user_ids)]))
        if touched:
            line = select(_l.number).where(_l.organization_id == _v.organization_id, _l.invoice_id == _v.id)
            yield ~exists(line.where(or_(*touched)))

    def holds(self, before: datetime, held: Held) -> Iterator[_Condition]:
        yield and_(_h.lifted_at < microseconds_of(before), _h.reason != ERASED)
        yield from self._free([(_h.subject_id, held.subject_ids)])

    def _quiet(self, before: date, held: Held) -> Iterator[_Condition]:
        """That an item is of a day before one, nobody is deciding on it, and it is not held."""
        yield _i.on < day_number(before)
        yield ~is_among(_i.state, sorted(state.value for state in UNDER_WAY))
        yield from self._free(_of_item(held))

    def _free(self, concerned: Iterable[_Concerned]) -> Iterator[_Condition]:
        """That none of the columns names what is held; an empty one names nothing."""
        for column, ids in concerned:
            if ids:
                yield or_(column.is_(None), ~is_among(column, self._packed(ids)))

    def _free_with_item(
        self, owner: Column[object], item_id: Column[object], by: _Concerned, held: Held
    ) -> Iterator[_Condition]:
        """The same for what is about an item: neither who wrote it nor the item is held."""
        yield from self._free([by])
        touched = list(self._among(_of_item(held)))
        if touched:
            yield ~exists(select(_i.id).where(_i.organization_id == owner, _i.id == item_id, or_(*touched)))

    def _among(self, concerned: Iterable[_Concerned]) -> Iterator[_Condition]:
        return (is_among(column, self._packed(ids)) for column, ids in concerned if ids)

    def _packed(self, ids: Collection[UUID]) -> list[Cell]:
        return [self._session.packed(each) for each in sorted(ids)]


def _of_item(held: Held) -> Sequence[_Concerned]:
    return (
        *((_i.user_id, held.user_ids), (_i.customer_id, held.customer_ids)),
        *((_i.project_id, held.project_ids), (_i.contact_id, held.contact_ids)),
    )
