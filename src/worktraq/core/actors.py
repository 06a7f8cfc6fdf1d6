"""Who acts: a user, a customer's contact or an invited person with a link, or the system."""

from enum import StrEnum

from attrs import field, frozen
from attrs.validators import optional

from worktraq.core.ids import OrganizationId, UserId, is_id


class ActorKind(StrEnum):
    """What kind of actor it is."""

    USER = "user"
    CONTACT = "contact"
    INVITEE = "invitee"
    SYSTEM = "system"


@frozen
class Actor:
    """Somebody who acts within one organization.

    Attributes:
        organization_id: The tenant; nothing of another one exists for this actor.
        kind: A user, a customer's contact, an invited person, or the system.
        user_id: Of a user.
        token: Of a contact or an invited person: the secret of the link in the mail. Never shown.

    Raises:
        InvalidInput: With ``id_malformed`` for what is no id.
    """

    organization_id: OrganizationId = field(validator=is_id)
    kind: ActorKind
    user_id: UserId | None = field(default=None, validator=optional(is_id))
    token: str = field(default="", repr=False)

    @classmethod
    def user(cls, organization_id: OrganizationId, user_id: UserId) -> "Actor":
        """A user of the organization."""
        return cls(organization_id, ActorKind.USER, user_id)

    @classmethod
    def contact(cls, organization_id: OrganizationId, token: str) -> "Actor":
        """Whoever holds the link that was mailed to a customer's contact."""
        return cls(organization_id, ActorKind.CONTACT, token=token)

    @classmethod
    def invitee(cls, organization_id: OrganizationId, token: str) -> "Actor":
        """Whoever holds the link that was mailed to an invited person."""
        return cls(organization_id, ActorKind.INVITEE, token=token)

    @classmethod
    def system(cls, organization_id: OrganizationId) -> "Actor":
        """The scheduler, which does what time brings."""
        return cls(organization_id, ActorKind.SYSTEM)
