"""Invitations: every state with every command, and the clock."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from attrs import evolve

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
from worktraq.core.links import Links, SigningKey, token_hash
from worktraq.core.organizations import Settings
from worktraq.errors import Refused
from worktraq.testing.builders import a_user, an_invitation, an_organization, new_id
from worktraq.testing.fakes import BEGINNING

pytestmark = pytest.mark.requirement("W-06")

LINKS = Links("https://hours.example", [SigningKey("2026", b"n" * 32)])
OLDER = Links("https://hours.example", [SigningKey("2025", b"o" * 32)])
SETTINGS = Settings(invitation_days=10)
USER = a_user(an_organization().id)
ADA = UserId(new_id())
LATER = BEGINNING + timedelta(days=3)
PAST = BEGINNING + timedelta(days=14)

Command = Callable[[Invitation, datetime], Invitation]


def renew(invitation: Invitation, at: datetime) -> Invitation:
    """Sent again by Ada."""
    return renewed(invitation, ADA, SETTINGS, LINKS, at)


OPEN, ACCEPTED, WITHDRAWN = InvitationStatus.OPEN, InvitationStatus.ACCEPTED, InvitationStatus.WITHDRAWN
EXPIRED = InvitationStatus.EXPIRED

# The status as it is at the instant: what each command leads to, or why it is refused.
OUTCOMES: dict[tuple[InvitationStatus, Command], InvitationStatus | str] = {
    (OPEN, renew): OPEN,
    (OPEN, withdrawn): WITHDRAWN,
    (OPEN, accepted): ACCEPTED,
    (EXPIRED, renew): OPEN,
    (EXPIRED, withdrawn): WITHDRAWN,
    (EXPIRED, accepted): "invitation_expired",
    (WITHDRAWN, renew): OPEN,
    (WITHDRAWN, withdrawn): "invitation_withdrawn",
    (WITHDRAWN, accepted): "invitation_withdrawn",
    (ACCEPTED, renew): "invitation_accepted",
    (ACCEPTED, withdrawn): "invitation_accepted",
    (ACCEPTED, accepted): "invitation_accepted",
}


def in_status(status: InvitationStatus) -> tuple[Invitation, datetime]:
    """An invitation that is in a status at an instant; an expired one is stored as open."""
    if status is EXPIRED:
        return an_invitation(USER), PAST
    return an_invitation(USER, status=status), LATER


@pytest.mark.parametrize("status", InvitationStatus)
@pytest.mark.parametrize("command", [renew, withdrawn, accepted])
def test_every_command_in_every_status(status: InvitationStatus, command: Command) -> None:
    """What is allowed leads on, with the instant and a version one higher; all else is refused with a reason."""
    before, at = in_status(status)
    expected = OUTCOMES[status, command]
    if isinstance(expected, InvitationStatus):
        after = command(before, at)
        assert (after.status, after.since, after.version) == (expected, at, before.version + 1)
    else:
        with pytest.raises(Refused) as raised:
            command(before, at)
        assert [reason.code for reason in raised.value.reasons] == [expected]


def test_invitation_names_key_and_days_and_holds_no_token() -> None:
    """The token follows from it; only its hash is kept, and is not shown."""
    invitation = invited(USER, ADA, SETTINGS, LINKS, BEGINNING)
    token = LINKS.invitation_token(USER.organization_id, USER.id, 1, "2026")
    assert invitation == Invitation(
        user_id=USER.id,
        organization_id=USER.organization_id,
        key_name="2026",
        token_hash=token_hash(token),
        invited_by=ADA,
        sent_at=BEGINNING,
        expires_at=BEGINNING + timedelta(days=10),
        since=BEGINNING,
    )
    assert invitation.id == USER.id
    assert "token_hash" not in repr(invitation)


def test_renewed_invitation_has_another_link_and_its_days_anew() -> None:
    """Signed with the current key, by whoever sends it."""
    first = invited(USER, None, SETTINGS, OLDER, BEGINNING)
    again = renew(first, LATER)
    token = LINKS.invitation_token(USER.organization_id, USER.id, 2, "2026")
    assert again == evolve(
        first,
        key_name="2026",
        token_number=2,
        token_hash=token_hash(token),
        invited_by=ADA,
        sent_at=LATER,
        expires_at=LATER + timedelta(days=10),
        since=LATER,
        version=2,
    )
    assert again.token_hash != first.token_hash


def test_invitation_expires_by_the_clock_alone() -> None:
    """At its last instant, and as of then; what is closed stays as it is."""
    invitation = an_invitation(USER)
    last = invitation.expires_at
    assert expired_by_now(invitation, last - timedelta(microseconds=1)) == invitation
    assert expired_by_now(invitation, last) == evolve(invitation, status=EXPIRED, since=last)
    closed = an_invitation(USER, status=WITHDRAWN)
    assert expired_by_now(closed, PAST) == closed


@pytest.mark.parametrize("status", InvitationStatus)
def test_who_is_still_expected(status: InvitationStatus) -> None:
    """Somebody whose invitation is open or has expired: it can be sent again."""
    assert an_invitation(USER, status=status).is_pending is (status in (OPEN, EXPIRED))


def test_only_an_open_invitation_is_shown() -> None:
    """The others say why not."""
    check_open(an_invitation(USER))
    for status in (ACCEPTED, WITHDRAWN, EXPIRED):
        with pytest.raises(Refused) as raised:
            check_open(an_invitation(USER, status=status))
        assert [reason.code for reason in raised.value.reasons] == [f"invitation_{status.value}"]
