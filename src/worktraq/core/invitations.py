"""Invitations by mail: single use, with a last day, sent again or withdrawn (W-06).

The user is there from the start, not active yet, so that activities and rights can be prepared. There is one
invitation per user, whose link follows from it and a key of the host; see `worktraq.core.links`.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import evolve, field, frozen

from worktraq.core.ids import OrganizationId, UserId
from worktraq.core.links import Links, token_hash
from worktraq.core.organizations import Settings
from worktraq.core.users import User
from worktraq.errors import Refused


class InvitationStatus(StrEnum):
    """Where an invitation stands. EXPIRED is never stored: it follows from the clock."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@frozen(kw_only=True)
class Invitation:
    """That somebody is asked to join the organization.

    Attributes:
        user_id: Who is asked; a user has one invitation at most.
        organization_id: Who asks.
        status: Where it stands.
        key_name: Of the key that signed the link.
        token_number: Goes up when it is sent again, which makes older links void.
        token_hash: What the link is found by. The token itself is not stored.
        invited_by: The user who sent it last; None for the system.
        sent_at: When it was last sent, in UTC.
        expires_at: When the link stops working, in UTC.
        since: When it came into its status, in UTC.
        version: Goes up with every change.
    """

    user_id: UserId
    organization_id: OrganizationId
    status: InvitationStatus = InvitationStatus.OPEN
    key_name: str
    token_number: int = 1
    token_hash: bytes = field(repr=False)
    invited_by: UserId | None = None
    sent_at: datetime
    expires_at: datetime
    since: datetime
    version: int = 1

    @property
    def id(self) -> UserId:
        """That of the user."""
        return self.user_id

    @property
    def is_pending(self) -> bool:
        """Whether the user is still expected: neither here yet nor called off."""
        return self.status in (InvitationStatus.OPEN, InvitationStatus.EXPIRED)


def invited(user: User, by: UserId | None, settings: Settings, links: Links, at: datetime) -> Invitation:
    """A new invitation of a user.

    Args:
        user: Who is asked.
        by: Who asks; None for the system.
        settings: Say for how many days the link works.
        links: Of the host; sign the link.
        at: The instant of sending, in UTC.
    """
    token = links.invitation_token(user.organization_id, user.id, 1, links.current_key)
    return Invitation(
        user_id=user.id,
        organization_id=user.organization_id,
        key_name=links.current_key,
        token_hash=token_hash(token),
        invited_by=by,
        sent_at=at,
        expires_at=at + timedelta(days=settings.invitation_days),
        since=at,
    )


def renewed(invitation: Invitation, by: UserId | None, settings: Settings, links: Links, at: datetime) -> Invitation:
    """The invitation, open again with a new link; older links are void.

    Raises:
        Refused: With ``invitation_accepted``.
    """
    if invitation.status is InvitationStatus.ACCEPTED:
        raise _refused(invitation)
    number = invitation.token_number + 1
    token = links.invitation_token(invitation.organization_id, invitation.user_id, number, links.current_key)
    return evolve(
        invitation,
        status=InvitationStatus.OPEN,
        key_name=links.current_key,
        token_number=number,
        token_hash=token_hash(token),
        invited_by=by,
        sent_at=at,
        expires_at=at + timedelta(days=settings.invitation_days),
        since=at,
        version=invitation.version + 1,
    )


def accepted(invitation: Invitation, at: datetime) -> Invitation:
    """The invitation, used.

    Raises:
        Refused: With ``invitation_accepted``, ``invitation_withdrawn`` or ``invitation_expired``.
    """
    invitation = expired_by_now(invitation, at)
    check_open(invitation)
    return _closed(invitation, InvitationStatus.ACCEPTED, at)


def withdrawn(invitation: Invitation, at: datetime) -> Invitation:
    """The invitation, called off, also when it has expired.

    Raises:
        Refused: With ``invitation_accepted`` or ``invitation_withdrawn``.
    """
    if not invitation.is_pending:
        raise _refused(invitation)
    return _closed(invitation, InvitationStatus.WITHDRAWN, at)


def expired_by_now(invitation: Invitation, at: datetime) -> Invitation:
    """The invitation as it is at an instant."""
    if invitation.status is InvitationStatus.OPEN and invitation.expires_at <= at:
        return evolve(invitation, status=InvitationStatus.EXPIRED, since=invitation.expires_at)
    return invitation


def check_open(invitation: Invitation) -> None:
    """That an invitation can still be accepted.

    Raises:
        Refused: With ``invitation_accepted``, ``invitation_withdrawn`` or ``invitation_expired``.
    """
    if invitation.status is not InvitationStatus.OPEN:
        raise _refused(invitation)


def _closed(invitation: Invitation, status: InvitationStatus, at: datetime) -> Invitation:
    return evolve(invitation, status=status, since=at, version=invitation.version + 1)


def _refused(invitation: Invitation) -> Refused:
    return Refused.because(f"invitation_{invitation.status.value}")
