"""Invitations."""

from datetime import datetime

from worktraq.adapters.memory.repository import MemoryRepository, page_of
from worktraq.core.ids import UserId
from worktraq.core.invitations import Invitation, InvitationStatus, expired_by_now
from worktraq.core.paging import Page, PageRequest


class MemoryInvitations(MemoryRepository[Invitation, UserId]):
    """The invitations of the organization."""

    table_name = "invitations"

    def find_by_token(self, token_hash: bytes) -> Invitation | None:
        """The invitation whose current link has this hash."""
        return next((each for each in self._table.rows() if each.token_hash == token_hash), None)

    def page(self, request: PageRequest, *, status: InvitationStatus | None, at: datetime) -> Page[Invitation]:
        """Invitations, that of the newest user first."""
        found = (each for each in self._table.rows() if status in (None, expired_by_now(each, at).status))
        return page_of(found, request, lambda each: (each.user_id.hex,), is_descending=True)

    def count_open(self) -> int:
        """How many are stored as open."""
        return sum(1 for each in self._table.rows() if each.status is InvitationStatus.OPEN)
