"""Users with their role, and teams."""

from typing import TypedDict
from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.ids import OrganizationId, TeamId, UserId
from worktraq.core.organizations import RegistrationAccess
from worktraq.core.unset import UNSET
from worktraq.core.users import (
    Role,
    User,
    changed_team,
    changed_user,
    check_administrator_remains,
    check_removable,
    joined,
    new_team,
    new_user,
    with_activity,
)
from worktraq.errors import InvalidInput, Refused
from worktraq.testing.builders import a_user

ACME = OrganizationId(UUID(int=1))
ADA = a_user(ACME, "Ada", role=Role.ADMIN)


class Texts(TypedDict, total=False):
    """What can be wrong about a user."""

    name: str
    email: str
    language: str
    external_id: str


def made(texts: Texts) -> User:
    """A new user with some texts of his or her own."""
    given: Texts = {"name": "Eva", "email": "Eva@Acme.example", "language": "", "external_id": "", **texts}
    return new_user(UserId(UUID(int=2)), ACME, role=Role.EMPLOYEE, registration_access=RegistrationAccess.ALL, **given)


@pytest.mark.requirement("W-01")
def test_there_are_three_roles() -> None:
    """Administrator, manager, employee."""
    assert [role.value for role in Role] == ["admin", "manager", "employee"]


def test_new_user_is_active() -> None:
    """Whoever is added may begin at once; the mail address is compared without case."""
    user = made({})
    assert user.is_active
    assert (user.email, user.email_key) == ("Eva@Acme.example", "eva@acme.example")


@pytest.mark.parametrize(
    ("texts", "field", "code"),
    [
        (Texts(name=""), "name", "text_missing"),
        (Texts(email=""), "email", "text_missing"),
        (Texts(email="eva"), "email", "mail_malformed"),
        (Texts(language="it"), "language", "language_unknown"),
        (Texts(external_id="x" * 101), "external_id", "text_too_long"),
    ],
)
def test_bad_user_is_refused(texts: Texts, field: str, code: str) -> None:
    """Each field says what is wrong with it."""
    with pytest.raises(InvalidInput) as raised:
        made(texts)
    assert (raised.value.field, raised.value.code) == (field, code)


def test_change_keeps_what_is_not_given() -> None:
    """Only what is given changes, and the version goes up."""
    before = evolve(ADA, is_active=False, language="fr", external_id="7")
    assert changed_user(before, name="Ada L.") == evolve(before, name="Ada L.", version=2)
    assert changed_user(before, role=Role.EMPLOYEE, registration_access=RegistrationAccess.NONE) == evolve(
        before, role=Role.EMPLOYEE, registration_access=RegistrationAccess.NONE, version=2
    )


def test_user_is_deactivated_and_reactivated() -> None:
    """Nothing else changes."""
    inactive = with_activity(ADA, is_active=False)
    assert inactive == evolve(ADA, is_active=False, version=2)
    assert with_activity(inactive, is_active=True) == evolve(ADA, version=3)


@pytest.mark.requirement("W-06")
def test_who_joins_is_active_and_called_as_wanted() -> None:
    """By default as he or she was invited."""
    invited = evolve(ADA, is_active=False)
    assert joined(invited) == evolve(ADA, version=2)
    assert joined(invited, name=" Ada L. ", language="FR") == evolve(ADA, name="Ada L.", language="fr", version=2)
    with pytest.raises(InvalidInput):
        joined(invited, name=" ")


@pytest.mark.requirement("W-06")
def test_user_whom_something_names_is_not_removed() -> None:
    """Every reason is told with its count; who left nothing behind may go."""
    with pytest.raises(Refused) as raised:
        check_removable(items=1, decisions=2, requests=3, submissions=4, comments=5)
    assert [(reason.code, dict(reason.parameters)) for reason in raised.value.reasons] == [
        ("user_has_items", {"count": 1}),
        ("user_has_decisions", {"count": 2}),
        ("user_has_requests", {"count": 3}),
        ("user_has_submissions", {"count": 4}),
        ("user_has_comments", {"count": 5}),
    ]
    check_removable(items=0, decisions=0, requests=0, submissions=0, comments=0)


@pytest.mark.requirement("W-06")
@pytest.mark.parametrize(
    "after",
    [evolve(ADA, role=Role.MANAGER), evolve(ADA, is_active=False), None],
    ids=["demoted", "deactivated", "removed"],
)
def test_last_administrator_stays(after: User | None) -> None:
    """Somebody has to be able to administer the organization."""
    with pytest.raises(Refused) as raised:
        check_administrator_remains(ADA, after, 1)
    assert [reason.code for reason in raised.value.reasons] == ["last_administrator"]
    check_administrator_remains(ADA, after, 2)


@pytest.mark.requirement("W-06")
def test_others_do_not_count_as_administrators() -> None:
    """A manager, or an administrator who is not active or only invited, may always go."""
    manager, inactive = evolve(ADA, role=Role.MANAGER), evolve(ADA, is_active=False)
    check_administrator_remains(manager, evolve(manager, is_active=False), 1)
    check_administrator_remains(inactive, evolve(inactive, role=Role.EMPLOYEE), 1)
    check_administrator_remains(inactive, None, 1)
    check_administrator_remains(ADA, evolve(ADA, name="Ada L."), 1)


def test_team_has_each_member_once() -> None:
    """Members come in order of their ids."""
    one, two = UserId(UUID(int=1)), UserId(UUID(int=2))
    team = new_team(TeamId(UUID(int=3)), ACME, " Advice ", [two, one, two])
    assert (team.name, team.member_ids) == ("Advice", (one, two))


def test_team_keeps_what_is_not_given() -> None:
    """Name and members change apart from each other."""
    one, two = UserId(UUID(int=1)), UserId(UUID(int=2))
    team = new_team(TeamId(UUID(int=3)), ACME, "Advice", [one])
    assert changed_team(team, "Audit", UNSET) == evolve(team, name="Audit", version=2)
    assert changed_team(team, UNSET, [two, one]) == evolve(team, member_ids=(one, two), version=2)
    assert changed_team(team, UNSET, []).member_ids == ()


def test_team_needs_a_name() -> None:
    """Nobody finds a team without one."""
    with pytest.raises(InvalidInput):
        new_team(TeamId(UUID(int=3)), ACME, " ", [])


@pytest.mark.parametrize("minutes", [0, 10_081, True, "2400"])
def test_contract_is_of_minutes_of_a_week(minutes: object) -> None:
    """Or is not kept at all."""
    with pytest.raises(InvalidInput) as raised:
        changed_user(ADA, contract_minutes_per_week=minutes)  # type: ignore[arg-type]  # also bad values
    assert (raised.value.field, raised.value.code) == ("contract_minutes_per_week", "number_out_of_range")
    full = changed_user(ADA, contract_minutes_per_week=2400)
    assert changed_user(full, name="Ada L.").contract_minutes_per_week == 2400
    assert changed_user(full, contract_minutes_per_week=None).contract_minutes_per_week is None
