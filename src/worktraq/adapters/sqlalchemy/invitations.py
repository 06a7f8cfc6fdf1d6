"""Invitations."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Integer, and_, bindparam, func, or_, select

from worktraq.adapters.sqlalchemy.cells import microseconds_of
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository
from worktraq.adapters.sqlalchemy.schema import CODE, HASH, ID, INSTANT, NAME, OWNER, index, refers, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import Prepared
from worktraq.core.ids import UserId
from worktraq.core.invitations import Invitation, InvitationStatus
from worktraq.core.paging import Page, PageRequest

invitation_table = table(
    "invitation",
    Column("user_id", ID, primary_key=True),
    Column("status", CODE, nullable=False),
    Column("key_name", NAME, nullable=False),
    Column("token_number", Integer, nullable=False),
    Column("token_hash", HASH, nullable=False),
    # No foreign key: who invited others can be removed.
    Column("invited_by", ID),
    Column("sent_at", INSTANT, nullable=False),
    Column("expires_at", INSTANT, nullable=False),
    Column("since", INSTANT, nullable=False),
    Column("version", BigInteger, nullable=False),
    refers("user_id", "user"),
    index("invitation", "token", "token_hash"),
)

INVITATIONS = Shelf(Mapping(invitation_table, Invitation), id_column="user_id")
_c = invitation_table.c
_by_token = INVITATIONS.where(_c.token_hash == bindparam("token_hash"))
_is_open = _c.status == InvitationStatus.OPEN.value
_open = Prepared(select(func.count()).where(_c.organization_id == OWNER, _is_open))


class SqlInvitations(SqlRepository[Invitation, UserId]):
    """The invitations of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, INVITATIONS)

    def find_by_token(self, token_hash: bytes) -> Invitation | None:
        """The invitation whose current link has this hash."""
        found = self._load(self._session.fetch(_by_token, token_hash=token_hash))
        return found[0] if found else None

    def page(self, request: PageRequest, *, status: InvitationStatus | None, at: datetime) -> Page[Invitation]:
        """Invitations, that of the newest user first."""
        statement = INVITATIONS.select()
        now = microseconds_of(at)
        if status is InvitationStatus.OPEN:
            statement = statement.where(_is_open, _c.expires_at > now)
        elif status is InvitationStatus.EXPIRED:
            statement = statement.where(or_(_c.status == status.value, and_(_is_open, _c.expires_at <= now)))
        elif status is not None:
            statement = statement.where(_c.status == status.value)
        after = self._id_after(request)
        return self._page(
            statement, request, (_c.user_id,), after, lambda found: (found.user_id.hex,), is_descending=True
        )

    def count_open(self) -> int:
        """How many are stored as open."""
        return self._session.count(_open)
