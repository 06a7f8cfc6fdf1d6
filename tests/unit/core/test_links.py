"""The link in a mail."""

from collections.abc import Callable
from uuid import UUID

import pytest

from worktraq.core.ids import OrganizationId, RequestId, UserId
from worktraq.core.links import Links, SigningKey, token_hash
from worktraq.errors import InvalidInput

ACME, REQUEST = OrganizationId(UUID(int=1)), RequestId(UUID(int=2))
OLD, NEW = SigningKey("2025", b"o" * 32), SigningKey("2026", b"n" * 32)


def code_of(act: Callable[[], object]) -> str:
    """Why something is refused."""
    with pytest.raises(InvalidInput) as raised:
        act()
    return raised.value.code


@pytest.mark.requirement("B-05")
def test_token_has_256_bits() -> None:
    """43 characters of base64 without padding."""
    token = Links("https://hours.example", [NEW]).token(ACME, REQUEST, 1, "2026")
    assert len(token) == 43
    assert "=" not in token


def test_token_can_be_mailed_again() -> None:
    """It follows from the request and the key, so it is the same each time."""
    links = Links("https://hours.example", [NEW])
    assert links.token(ACME, REQUEST, 1, "2026") == links.token(ACME, REQUEST, 1, "2026")


@pytest.mark.requirement("B-05")
def test_every_part_makes_another_token() -> None:
    """Another organization, request, number or key: another link."""
    links = Links("https://hours.example", [NEW, OLD])
    other = RequestId(UUID(int=3))
    tokens = [
        links.token(ACME, REQUEST, 1, "2026"),
        links.token(OrganizationId(UUID(int=9)), REQUEST, 1, "2026"),
        links.token(ACME, other, 1, "2026"),
        links.token(ACME, REQUEST, 2, "2026"),
        links.token(ACME, REQUEST, 1, "2025"),
    ]
    assert len(set(tokens)) == len(tokens)


def test_older_links_stay_valid_after_key_rotation() -> None:
    """The first key signs what is new; the others are still known."""
    before, after = Links("https://hours.example", [OLD]), Links("https://hours.example", [NEW, OLD])
    assert after.current_key == "2026"
    assert after.token(ACME, REQUEST, 1, "2025") == before.token(ACME, REQUEST, 1, "2025")


def test_unknown_key_is_refused() -> None:
    """A link of a key that the host threw away cannot be made again."""
    links = Links("https://hours.example", [NEW])
    assert code_of(lambda: links.token(ACME, REQUEST, 1, "2020")) == "signing_key_unknown"


def test_link_carries_organization_and_token() -> None:
    """A slash at the end of the address makes no difference."""
    assert Links("https://hours.example/ok/", [NEW]).url(ACME, "t") == f"https://hours.example/ok/{ACME.hex}/t"


@pytest.mark.requirement("W-06", "B-05")
def test_token_of_an_invitation_is_never_that_of_a_request() -> None:
    """Also where user and request have the same id; every part makes another one here too."""
    links = Links("https://hours.example", [NEW, OLD])
    user_id = UserId(REQUEST)
    tokens = [
        links.token(ACME, REQUEST, 1, "2026"),
        links.invitation_token(ACME, user_id, 1, "2026"),
        links.invitation_token(OrganizationId(UUID(int=9)), user_id, 1, "2026"),
        links.invitation_token(ACME, UserId(UUID(int=3)), 1, "2026"),
        links.invitation_token(ACME, user_id, 2, "2026"),
        links.invitation_token(ACME, user_id, 1, "2025"),
    ]
    assert len(set(tokens)) == len(tokens)
    assert {len(token) for token in tokens} == {43}
    assert code_of(lambda: links.invitation_token(ACME, user_id, 1, "2020")) == "signing_key_unknown"


def test_invitations_stand_below_the_requests_unless_told_otherwise() -> None:
    """A host with a page of its own says where that is."""
    usual, own = Links("https://x.example/ok/", [NEW]), Links("https://x.example", [NEW], "https://x.example/welcome/")
    assert usual.join_url_for(ACME, "t") == f"https://x.example/ok/join/{ACME.hex}/t"
    assert own.join_url_for(ACME, "t") == f"https://x.example/welcome/{ACME.hex}/t"


@pytest.mark.requirement("B-05")
def test_stored_hash_is_not_the_token() -> None:
    """What is stored does not open anything."""
    assert token_hash("token") != b"token"
    assert len(token_hash("token")) == 32


def test_secrets_for_other_purposes_are_of_their_own() -> None:
    """One of each key, the first for what is new; no other purpose has them, and they are not the key."""
    links = Links("https://hours.example", [NEW, OLD])
    ours, theirs = links.secrets_for("pin"), links.secrets_for("import")
    assert (len(ours), ours) == (2, Links("https://hours.example", [NEW, OLD]).secrets_for("pin"))
    assert ours[1:] == Links("https://hours.example", [OLD]).secrets_for("pin")
    assert {*ours}.isdisjoint({*theirs, NEW.secret, OLD.secret})


def test_short_secret_is_refused() -> None:
    """A key of fewer than 32 bytes could be guessed."""
    assert code_of(lambda: SigningKey("2026", b"x" * 31)) == "secret_too_short"


def test_links_need_a_key() -> None:
    """Without one nothing can be signed."""
    assert code_of(lambda: Links("https://hours.example", [])) == "signing_key_missing"


def test_secrets_are_not_shown() -> None:
    """Neither a key nor the links show a secret."""
    assert "nnnn" not in repr(NEW) + repr(Links("https://hours.example", [NEW]))
