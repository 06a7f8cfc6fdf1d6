"""Every link opens one request, for as long as it is the current one."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.ids import OrganizationId, RequestId, UserId
from worktraq.core.links import Links, SigningKey, token_hash
from worktraq.testing import strategies

KEYS = st.builds(SigningKey, st.text(min_size=1, max_size=10), st.binary(min_size=32, max_size=64))


@given(KEYS, st.lists(st.tuples(strategies.ids(), strategies.ids(), st.integers(1, 5)), unique=True, max_size=20))
def test_tokens_differ_wherever_anything_differs(key: SigningKey, asked: list[tuple[UUID, UUID, int]]) -> None:
    """Organization, request, or how often it was renewed."""
    links = Links("https://hours.example", [key])
    tokens = {
        links.token(OrganizationId(organization_id), RequestId(request_id), number, key.name)
        for organization_id, request_id, number in asked
    }
    assert len(tokens) == len(asked)
    assert len({token_hash(token) for token in tokens}) == len(asked)
    assert all(len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)


@given(KEYS, st.lists(strategies.ids(), min_size=1, max_size=5), st.integers(1, 50), st.integers(1, 50))
def test_no_invitation_has_the_token_of_a_request(
    key: SigningKey, drawn: list[UUID], number: int, other_number: int
) -> None:
    """Whatever the ids and however often each was sent again."""
    links = Links("https://hours.example", [key])
    at = OrganizationId(drawn[0])
    requests = {links.token(at, RequestId(each), number, key.name) for each in drawn}
    invitations = {links.invitation_token(at, UserId(each), other_number, key.name) for each in drawn}
    assert requests.isdisjoint(invitations)


@given(KEYS, KEYS, strategies.ids(), strategies.ids())
def test_token_stays_the_same_when_keys_are_added(
    old: SigningKey, new: SigningKey, organization_id: UUID, request_id: UUID
) -> None:
    """What was mailed before is still valid."""
    if old.name == new.name:
        return
    at, about = OrganizationId(organization_id), RequestId(request_id)
    before = Links("https://hours.example", [old]).token(at, about, 1, old.name)
    after = Links("https://hours.example", [new, old])
    assert after.token(at, about, 1, old.name) == before
    if old.secret != new.secret:
        assert after.token(at, about, 1, new.name) != before
