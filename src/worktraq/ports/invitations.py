"""Storing invitations."""

from datetime import datetime
from typing import Protocol

from worktraq.core.ids import UserId
from worktraq.core.invitations import Invitation, InvitationStatus
from worktraq.core.paging import Page, PageRequest
from worktraq.ports.repository import Repository


class InvitationRepository(Repository[Invitation, UserId], Protocol):
    """The invitations of the organization, each under the id of its user, who is stored before it."""

    def find_by_token(self, token_hash: bytes) -> Invitation | None:
        """The invitation whose current link has this hash."""

    def page(self, request: PageRequest, *, status: InvitationStatus | None, at: datetime) -> Page[Invitation]:
        """Invitations, that of the newest user first; the key of a page is (hex of the user's id,).

        Args:
            request: Which page.
            status: Only those in this status at the instant: one that is stored as open is expired from `expires_at` on.
            at: The instant.
        """

    def count_open(self) -> int:
        """How many are stored as open, expired ones included: the users who are still expected."""
