"""Who acts."""

from uuid import UUID

from worktraq.core.actors import Actor, ActorKind
from worktraq.core.ids import OrganizationId, UserId

ACME = OrganizationId(UUID(int=1))


def test_actor_is_a_user_a_contact_an_invited_person_or_the_system() -> None:
    """Each is within one organization."""
    actors = [Actor.user(ACME, UserId(UUID(int=2))), Actor.contact(ACME, "secret")]
    actors += [Actor.invitee(ACME, "secret"), Actor.system(ACME)]
    assert [actor.kind for actor in actors] == list(ActorKind)
    assert all(actor.organization_id == ACME for actor in actors)


def test_token_is_not_shown() -> None:
    """A log of actors opens no request, and no invitation."""
    assert "secret" not in repr(Actor.contact(ACME, "secret")) + repr(Actor.invitee(ACME, "secret"))
