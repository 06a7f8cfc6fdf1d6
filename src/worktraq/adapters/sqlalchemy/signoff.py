"""Approval requests."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, Integer, and_, bindparam, false, func, select

from worktraq.adapters.sqlalchemy.cells import day_number
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository
from worktraq.adapters.sqlalchemy.schema import (
    CODE,
    CURRENCY,
    HASH,
    ID,
    INSTANT,
    MAIL,
    NAME,
    OWNER,
    index,
    long_text,
    refers,
    table,
    text,
)
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import Prepared, is_among
from worktraq.core.ids import RequestId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.requests import UNDECIDED
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.ports.signoff import RequestFilter

request_table = table(
    "request",
    Column("id", ID, primary_key=True),
    Column("user_id", ID, nullable=False),
    Column("customer_id", ID, nullable=False),
    Column("project_id", ID, nullable=False),
    Column("period_first", Integer, nullable=False),
    Column("period_until", Integer, nullable=False),
    Column("item_ids", long_text(), nullable=False),
    Column("recipient_contact_id", ID),
    Column("recipient_name", text(500), nullable=False),
    Column("recipient_email", MAIL, nullable=False),
    Column("recipient_language", CODE, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("expenses_minor", BigInteger),
    Column("expenses_currency", CURRENCY),
    Column("digest", text(80), nullable=False),
    Column("key_name", NAME, nullable=False),
    Column("token_number", Integer, nullable=False),
    Column("token_hash", HASH, nullable=False),
    Column("previous_token_hash", HASH),
    Column("sent_at", INSTANT, nullable=False),
    Column("due_on", Integer, nullable=False),
    Column("expires_at", INSTANT, nullable=False),
    Column("reminders", Integer, nullable=False),
    Column("is_escalated", Boolean, nullable=False, server_default=false()),
    Column("status", CODE, nullable=False),
    Column("since", INSTANT, nullable=False),
    Column("decided_by", NAME, nullable=False),
    Column("comment", long_text(), nullable=False),
    Column("version", BigInteger, nullable=False),
    refers("user_id", "user"),
    refers("customer_id", "customer"),
    refers("project_id", "project"),
    refers("recipient_contact_id", "contact"),
    index("request", "token", "token_hash"),
    index("request", "previous_token", "previous_token_hash", only_filled="previous_token_hash"),
    index("request", "status", "status", "id"),
    index("request", "due", "status", "due_on", "id"),
    index("request", "expected", "due_on", "id"),
    index("request", "user", "user_id", "id"),
    index("request", "customer", "customer_id", "id"),
    index("request", "project", "project_id", "id"),
    index("request", "contact", "recipient_contact_id", only_filled="recipient_contact_id"),
)

REQUESTS = Shelf(Mapping(request_table, ApprovalRequest))
_c = request_table.c
_by_token = REQUESTS.where(_c.token_hash == bindparam("token_hash"))
_replaced = Prepared(
    select(func.count()).where(_c.organization_id == OWNER, _c.previous_token_hash == bindparam("token_hash"))
)
_open = REQUESTS.where(_c.status == RequestStatus.OPEN.value, order=(_c.id,))


class SqlRequests(SqlRepository[ApprovalRequest, RequestId]):
    """The approval requests of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, REQUESTS)

    def find_by_token(self, token_hash: bytes) -> ApprovalRequest | None:
        """The request whose current link has this hash."""
        found = self._load(self._session.fetch(_by_token, token_hash=token_hash))
        return found[0] if found else None

    def is_replaced(self, token_hash: bytes) -> bool:
        """Whether the link before the current one of some request has this hash."""
        return self._session.count(_replaced, token_hash=token_hash) > 0

    def page(self, request: PageRequest, wanted: RequestFilter) -> Page[ApprovalRequest]:
        """Requests, the newest first."""
        statement = REQUESTS.select().where(*conditions(self._session, wanted))
        after = self._id_after(request)
        return self._page(statement, request, (_c.id,), after, lambda found: (found.id.hex,), is_descending=True)

    def open_ones(self) -> Sequence[ApprovalRequest]:
        """Every open request, in order of their ids."""
        return self._load(self._session.fetch(_open))


def conditions(session: Session, wanted: RequestFilter) -> list[ColumnElement[bool]]:
    """What makes a request one of those wanted."""
    ids = (
        *((_c.user_id, wanted.user_id), (_c.customer_id, wanted.customer_id)),
        *((_c.project_id, wanted.project_id), (_c.recipient_contact_id, wanted.contact_id)),
    )
    found = [column == session.packed(entity_id) for column, entity_id in ids if entity_id is not None]
    if wanted.statuses:
        found.append(is_among(_c.status, sorted(status.value for status in wanted.statuses)))
    if wanted.period is not None:
        found.append(_c.period_first < day_number(wanted.period.until))
        found.append(_c.period_until > day_number(wanted.period.first))
    if wanted.late_on is not None:
        found.append(is_late(wanted.late_on))
    return found


def is_late(on: date) -> ColumnElement[bool]:
    """Whether the decision on a request should be there before a day, and is not."""
    return and_(is_among(_c.status, sorted(status.value for status in UNDECIDED)), _c.due_on < day_number(on))
