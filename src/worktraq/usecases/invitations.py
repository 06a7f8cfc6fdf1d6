"""Inviting by mail: what `tx.users` offers about it, and the message that carries the link."""

from datetime import datetime

from attrs import frozen

from worktraq.core.access import Action
from worktraq.core.actors import ActorKind
from worktraq.core.choices import chosen_if_any
from worktraq.core.events import EventName
from worktraq.core.ids import UserId
from worktraq.core.invitations import (
    Invitation,
    InvitationStatus,
    accepted,
    check_open,
    expired_by_now,
    invited,
    renewed,
    withdrawn,
)
from worktraq.core.links import Links, token_hash
from worktraq.core.notifications import Intent, Notification, NotificationKind
from worktraq.core.paging import Page, PageRequest
from worktraq.core.unset import UNSET, Unset
from worktraq.core.users import Role, User, joined
from worktraq.errors import NotFound, Refused
from worktraq.usecases.context import Context, found


@frozen
class InvitationShown:
    """What an invited person sees before accepting.

    Attributes:
        organization_name: For whom.
        invited_by: Who invites; empty for the system.
        name: Of the invited person, as it was given; can be changed when accepting.
        email: Of the invited person.
        role: What he or she becomes.
        language: Of the page.
        expires_at: Until when it can be accepted, in UTC.
        time_zone: Of the organization.
    """

    organization_name: str
    invited_by: str
    name: str
    email: str
    role: Role
    language: str
    expires_at: datetime
    time_zone: str


class Invitations:
    """The part of `worktraq.usecases.users.Users` that is about invitations (W-06)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def invitations(
        self, *, status: InvitationStatus | None = None, after: str | None = None, limit: int = 100
    ) -> Page[Invitation]:
        """Invitations, that of the newest user first.

        Args:
            status: Only those that are open, accepted, withdrawn or expired now.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not an administrator.
            InvalidInput: For a status that is none.
        """
        context = self._context
        context.require(Action.MANAGE_USERS)
        status = chosen_if_any("status", InvitationStatus, status)
        page = context.uow.invitations.page(PageRequest.of(after, limit), status=status, at=context.at)
        return Page(tuple(expired_by_now(each, context.at) for each in page), page.next)

    def resend_invitation(self, user_id: UserId) -> Invitation:
        """Invite a user again with a new link, also after the invitation expired or was withdrawn; older links stop working.

        Raises:
            Refused: For who is not an administrator; ``not_invited``, ``invitation_accepted``, ``user_is_active``, and
                ``inviting_needs_links`` where the host gave no links.
            NotFound: When there is no such user.
        """
        invitation = self._for_change(user_id)
        user = found(self._context.uow.users.find(user_id), "user")
        if user.is_active and invitation.status is not InvitationStatus.ACCEPTED:
            raise Refused.because("user_is_active")
        return self._renew(invitation, self._links())

    def withdraw_invitation(self, user_id: UserId) -> Invitation:
        """Invite a user no longer; the link stops working, and the user stays inactive.

        Raises:
            Refused: For who is not an administrator; ``not_invited``, ``invitation_accepted``, ``invitation_withdrawn``.
            NotFound: When there is no such user.
        """
        return self._withdraw(self._for_change(user_id))

    def invitation(self) -> InvitationShown:
        """The invitation behind the link of the invited person who acts.

        Raises:
            NotFound: When the link is none, or is no longer the current one.
            Refused: With ``invitation_accepted``, ``invitation_withdrawn`` or ``invitation_expired``; it carries no
                data of the invitation.
        """
        context = self._context
        invitation = self._of_link()
        check_open(invitation)
        user = found(context.uow.users.find(invitation.user_id), "user")
        settings = context.organization.settings
        return InvitationShown(
            organization_name=context.organization.name,
            invited_by=_inviter(context, invitation),
            name=user.name,
            email=user.email,
            role=user.role,
            language=user.language or settings.language,
            expires_at=invitation.expires_at,
            time_zone=settings.time_zone,
        )

    def accept_invitation(self, *, name: str | Unset = UNSET, language: str | Unset = UNSET) -> User:
        """Accept the invitation behind the link of the invited person who acts; once.

        Args:
            name: As colleagues and customers read it; by default as it was given.
            language: Of mails; by default as it was given.

        Returns:
            The user, active from now on.

        Raises:
            NotFound: When the link is none, or is no longer the current one.
            Refused: With ``invitation_accepted``, ``invitation_withdrawn`` or ``invitation_expired``.
            InvalidInput: For the name or the language.
        """
        context = self._context
        self._of_link()  # comes first, so that who holds no link cannot make others wait
        context.uow.organizations.lock()
        invitation = accepted(self._of_link(), context.at)
        user = joined(found(context.uow.users.find(invitation.user_id), "user"), name=name, language=language)
        context.uow.users.save(user)
        self._save(invitation, EventName.USER_INVITATION_ACCEPTED)
        return user

    def _invite(self, user: User, links: Links) -> None:
        """Ask a user, who is stored, to join."""
        context = self._context
        invitation = invited(user, context.actor.user_id, context.organization.settings, links, context.at)
        context.uow.invitations.add(invitation)
        context.record(EventName.USER_INVITED, user.id, role=user.role.value)
        context.tell(NotificationKind.INVITATION, user_id=user.id)

    def _renew(self, invitation: Invitation, links: Links) -> Invitation:
        context = self._context
        after = renewed(invitation, context.actor.user_id, context.organization.settings, links, context.at)
        context.tell(NotificationKind.INVITATION, user_id=after.user_id)
        return self._save(after, EventName.USER_INVITATION_RENEWED)

    def _withdraw(self, invitation: Invitation) -> Invitation:
        return self._save(withdrawn(invitation, self._context.at), EventName.USER_INVITATION_WITHDRAWN)

    def _withdraw_pending(self, user_id: UserId) -> None:
        """Void the link of a user who is invited, if one is."""
        invitation = pending_invitation(self._context, user_id)
        if invitation is not None:
            self._withdraw(invitation)

    def _save(self, invitation: Invitation, name: EventName) -> Invitation:
        self._context.uow.invitations.save(invitation)
        self._context.record(name, invitation.user_id)
        return invitation

    def _for_change(self, user_id: UserId) -> Invitation:
        context = self._context
        context.require(Action.MANAGE_USERS)
        context.uow.organizations.lock()
        found(context.uow.users.find(user_id), "user")
        invitation = context.uow.invitations.find(user_id)
        if invitation is None:
            raise Refused.because("not_invited")
        return invitation

    def _of_link(self) -> Invitation:
        context = self._context
        if context.actor.kind is not ActorKind.INVITEE:
            raise NotFound("invitation")
        found_by_token = context.uow.invitations.find_by_token(token_hash(context.actor.token))
        return expired_by_now(found(found_by_token, "invitation"), context.at)

    def _links(self) -> Links:
        if self._context.links is None:
            raise Refused.because("inviting_needs_links")
        return self._context.links


def is_expected(context: Context, user_id: UserId) -> bool:
    """Whether a user is invited and may still come."""
    return pending_invitation(context, user_id) is not None


def pending_invitation(context: Context, user_id: UserId) -> Invitation | None:
    """The invitation of a user who is still expected, or None."""
    invitation = context.uow.invitations.find(user_id)
    return invitation if invitation is not None and invitation.is_pending else None


def message_of(context: Context, intent: Intent) -> Notification | None:
    """The message of an invitation, as things are now; None when it can no longer be accepted.

    Not for actors: it holds the link.
    """
    if intent.user_id is None or context.links is None:
        return None
    user, invitation = context.uow.users.find(intent.user_id), context.uow.invitations.find(intent.user_id)
    if user is None or invitation is None:
        return None
    if expired_by_now(invitation, context.at).status is not InvitationStatus.OPEN:
        return None
    number, key_name = invitation.token_number, invitation.key_name
    token = context.links.invitation_token(user.organization_id, user.id, number, key_name)
    settings = context.organization.settings
    return Notification(
        id=intent.id,
        kind=intent.kind,
        language=user.language or settings.language,
        organization_name=context.organization.name,
        recipient_name=user.name,
        recipient_email=user.email,
        employee_name=user.name,
        customer_name="",
        link=context.links.join_url_for(user.organization_id, token),
        invited_by=_inviter(context, invitation),
        role=user.role,
        expires_at=invitation.expires_at,
        time_zone=settings.time_zone,
    )


def _inviter(context: Context, invitation: Invitation) -> str:
    user = context.uow.users.find(invitation.invited_by) if invitation.invited_by is not None else None
    return user.name if user is not None else ""
