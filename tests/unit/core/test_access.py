"""Verdicts, parties, scopes and grants."""

from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.access import (
    EVERYTHING,
    Action,
    Facts,
    Right,
    Scope,
    Verdict,
    allowed,
    allowed_on_item,
    grants_on,
    item_scope,
    may_register,
    new_grant,
    parties,
    rights_on,
)
from worktraq.core.actors import Actor, ActorKind
from worktraq.core.approval import Command, Deed, Party
from worktraq.core.entries import State
from worktraq.core.ids import GrantId, TeamId, UserId
from worktraq.core.organizations import RegistrationAccess
from worktraq.errors import InvalidInput, Reason, Refused
from worktraq.testing.builders import a_grant, a_time_entry
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()
EVA = Actor.user(FIRM.id, FIRM.employee.id)


@pytest.mark.requirement("B-06")
def test_verdict_carries_every_reason() -> None:
    """An inactive employee lacks several things, and is told all of them."""
    inactive = evolve(FIRM.employee, is_active=False)
    verdict = allowed(EVA, Action.SEE_ITEM, Facts(inactive))
    assert [reason.code for reason in verdict.reasons] == [
        *("user_inactive", "needs_manager", "needs_right", "needs_right", "needs_right", "needs_owner"),
    ]
    assert not verdict
    assert not verdict.is_allowed
    with pytest.raises(Refused) as raised:
        verdict.require()
    assert raised.value.reasons == verdict.reasons


@pytest.mark.requirement("B-06")
def test_verdict_names_what_is_missing() -> None:
    """An administrator where one is needed, a right for each that would do, being the owner where only that counts."""
    codes = [
        [reason.code for reason in allowed(EVA, action, Facts(FIRM.employee)).reasons]
        for action in (Action.MANAGE_USERS, Action.SEE_RATES, Action.REGISTER)
    ]
    assert codes == [["needs_admin"], ["needs_manager"], ["needs_owner"]]
    rights = [dict(reason.parameters) for reason in allowed(EVA, Action.SEE_ITEM, Facts(FIRM.employee)).reasons]
    assert rights == [{}, {"right": "approve"}, {"right": "bill"}, {"right": "read"}, {}]


@pytest.mark.requirement("B-06")
def test_favourable_verdict_lets_go_on() -> None:
    """It has no reasons, and reads as true."""
    verdict = allowed(EVA, Action.SEE_SETTINGS, Facts(FIRM.employee))
    verdict.require()
    assert verdict
    assert verdict.reasons == ()


def test_contact_may_do_nothing_of_the_table() -> None:
    """Whoever holds a link is no user."""
    contact = Actor.contact(FIRM.id, "token")
    verdicts = [allowed(contact, action, Facts(None)) for action in Action]
    assert {reason.code for verdict in verdicts for reason in verdict.reasons} == {"not_a_user"}
    assert not any(verdicts)


def test_system_is_asked_nothing() -> None:
    """The scheduler does what time brings; only it has no hours to register."""
    refused = [action for action in Action if not allowed(Actor.system(FIRM.id), action, Facts(None))]
    assert refused == [Action.REGISTER]


@pytest.mark.requirement("B-06", "T-09")
def test_refusal_names_on_what_a_right_is_missing() -> None:
    """The project where there is one, else the customer."""
    on_customer = Facts(FIRM.employee, customer_id=FIRM.customer.id)
    on_project = evolve(on_customer, project_id=FIRM.project.id)
    found = [
        [dict(reason.parameters) for reason in allowed(EVA, Action.SEE_ITEM, facts).reasons if reason.parameters]
        for facts in (on_customer, on_project)
    ]
    rights = ("approve", "bill", "read")
    assert found == [
        [{"right": right, "customer_id": str(FIRM.customer.id)} for right in rights],
        [{"right": right, "project_id": str(FIRM.project.id)} for right in rights],
    ]


@pytest.mark.requirement("B-06", "T-09")
def test_verdict_names_the_grants_that_it_rests_on() -> None:
    """Those that open it, also through a team; none where role or ownership is enough."""
    read = a_grant(Right.READ, FIRM.customer, FIRM.employee)
    bill = a_grant(Right.BILL, FIRM.project, FIRM.team)
    grants = (read, bill, a_grant(Right.REGISTER, FIRM.customer, FIRM.employee))
    verdict = allowed(EVA, Action.SEE_ITEM, Facts(FIRM.employee, grants))
    assert verdict.grants == (read, bill)
    assert [grant.is_through_team for grant in verdict.grants] == [False, True]
    assert allowed(EVA, Action.SEE_ITEM, Facts(FIRM.employee, grants, is_owner=True)).grants == ()
    assert allowed(EVA, Action.SEE_ITEM, Facts(FIRM.manager, grants)).grants == ()
    refused = allowed(EVA, Action.SEE_ITEM, Facts(evolve(FIRM.employee, is_active=False), grants))
    assert (refused.grants, [reason.code for reason in refused.reasons]) == ((), ["user_inactive"])


@pytest.mark.requirement("B-06")
def test_verdict_explains_itself() -> None:
    """Why not, or by which grants, or without any."""
    read = a_grant(Right.READ, FIRM.customer, FIRM.employee)
    bill = a_grant(Right.BILL, FIRM.project, FIRM.team)
    by_grant = "The right to read on the customer or project allows it."
    by_team = "The right of a team to bill on the customer or project allows it."
    texts = [
        str(allowed(EVA, Action.MANAGE_USERS, Facts(FIRM.employee))),
        str(allowed(EVA, Action.SEE_SETTINGS, Facts(FIRM.employee))),
        str(allowed(EVA, Action.SEE_ITEM, Facts(FIRM.employee, (read, bill)))),
    ]
    assert texts == [
        "Only an administrator can do this.",
        "This is allowed without a granted right.",
        f"{by_grant} {by_team}",
    ]


@pytest.mark.requirement("T-09", "W-12")
@pytest.mark.parametrize(
    ("access", "right", "is_archived", "expected"),
    [
        (RegistrationAccess.ALL, None, False, []),
        (RegistrationAccess.ALL, None, True, ["customer_archived"]),
        (RegistrationAccess.GRANTED, None, True, ["customer_archived", "needs_right"]),
        (RegistrationAccess.GRANTED, Right.READ, False, ["needs_right"]),
        (RegistrationAccess.GRANTED, Right.REGISTER, False, []),
        (RegistrationAccess.NONE, Right.REGISTER, False, ["registration_none"]),
    ],
)
def test_question_about_registering_follows_the_mode(
    access: RegistrationAccess, right: Right | None, is_archived: bool, expected: list[str]
) -> None:
    """With the grant that it rests on where the mode asks for one; roles do not matter."""
    grants = (a_grant(right, FIRM.customer, FIRM.team),) if right else ()
    for who in (FIRM.employee, FIRM.admin):
        facts = Facts(evolve(who, registration_access=access), grants, is_owner=True, is_archived=is_archived)
        verdict = allowed(EVA, Action.REGISTER, facts)
        assert [reason.code for reason in verdict.reasons] == expected
        is_by_grant = access is RegistrationAccess.GRANTED and not expected
        assert verdict.grants == (grants if is_by_grant else ())


@pytest.mark.requirement("W-11")
def test_nobody_registers_for_somebody_else() -> None:
    """Whatever the mode and the grants."""
    grants = (a_grant(Right.REGISTER, FIRM.customer, FIRM.employee),)
    verdict = allowed(EVA, Action.REGISTER, Facts(FIRM.employee, grants))
    assert verdict == Verdict(Action.REGISTER, (Reason.of("needs_owner"),))


@pytest.mark.requirement("B-06")
def test_verdict_on_an_item_names_inactivity_too() -> None:
    """Beside what the state of the item says."""
    inactive = evolve(FIRM.employee, is_active=False)
    item = a_time_entry(FIRM.activity, state=State.APPROVED)
    deed = Deed(ActorKind.USER, inactive.id, frozenset({Party.OWNER}), BEGINNING)
    verdict = allowed_on_item(item, Command.EDIT, deed, inactive)
    assert [reason.code for reason in verdict.reasons] == ["user_inactive", "command_not_in_state"]
    assert allowed_on_item(a_time_entry(FIRM.activity), Command.EDIT, deed, FIRM.employee)
    assert allowed_on_item(a_time_entry(FIRM.activity), Command.EDIT, deed, None)


@pytest.mark.parametrize(
    ("who", "rights", "expected"),
    [
        ("employee", [], {Party.OWNER}),
        ("employee", [Right.APPROVE], {Party.OWNER, Party.APPROVER}),
        ("colleague", [], set()),
        ("colleague", [Right.READ, Right.BILL, Right.REGISTER], set()),
        ("colleague", [Right.APPROVE], {Party.APPROVER}),
        ("manager", [], {Party.MANAGER, Party.APPROVER}),
        ("admin", [], {Party.MANAGER, Party.APPROVER}),
    ],
)
def test_party_follows_from_role_grant_and_ownership(who: str, rights: list[Right], expected: set[Party]) -> None:
    """One person can be several."""
    item = a_time_entry(FIRM.activity)
    assert parties(getattr(FIRM, who), item, frozenset(rights)) == expected


def test_manager_can_own_an_item_too() -> None:
    """Then he or she is all three."""
    own = evolve(a_time_entry(FIRM.activity), user_id=FIRM.manager.id)
    assert parties(FIRM.manager, own, frozenset()) == {Party.OWNER, Party.MANAGER, Party.APPROVER}


@pytest.mark.requirement("T-09")
@pytest.mark.parametrize(
    ("user_id", "team_id"), [(None, None), (UserId(UUID(int=1)), TeamId(UUID(int=2)))], ids=["neither", "both"]
)
def test_grant_has_exactly_one_holder(user_id: UserId | None, team_id: TeamId | None) -> None:
    """A user or a team."""
    with pytest.raises(InvalidInput) as raised:
        new_grant(
            GrantId(UUID(int=9)),
            FIRM.id,
            Right.READ,
            customer_id=FIRM.customer.id,
            project_id=None,
            user_id=user_id,
            team_id=team_id,
        )
    assert raised.value.code == "grant_holder"


@pytest.mark.requirement("T-09")
@pytest.mark.parametrize("is_team", [True, False])
def test_grant_is_held_by_a_user_or_a_team(is_team: bool) -> None:
    """Both are taken."""
    grant = new_grant(
        GrantId(UUID(int=9)),
        FIRM.id,
        Right.READ,
        customer_id=FIRM.customer.id,
        project_id=None,
        user_id=None if is_team else FIRM.employee.id,
        team_id=FIRM.team.id if is_team else None,
    )
    assert (grant.user_id, grant.team_id) == ((None, FIRM.team.id) if is_team else (FIRM.employee.id, None))


@pytest.mark.requirement("T-09")
def test_right_on_a_project_does_not_reach_beyond_it() -> None:
    """One on the customer reaches all its projects."""
    on_customer = a_grant(Right.READ, FIRM.customer, FIRM.employee)
    on_project = a_grant(Right.APPROVE, FIRM.project, FIRM.employee)
    grants = [on_customer, on_project]
    assert rights_on(grants, FIRM.customer.id, FIRM.project.id) == {Right.READ, Right.APPROVE}
    assert rights_on(grants, FIRM.customer.id, FIRM.fixed_project.id) == {Right.READ}
    assert rights_on(grants, FIRM.customer.id, None) == {Right.READ}
    assert rights_on(grants, FIRM.other_customer.id, FIRM.project.id) == frozenset()
    assert grants_on(grants, FIRM.customer.id, FIRM.project.id) == (on_customer, on_project)
    assert grants_on(grants, FIRM.customer.id, None) == (on_customer,)


@pytest.mark.requirement("W-04", "T-09")
def test_employee_sees_own_items_and_what_a_grant_opens() -> None:
    """The right to register opens nobody else's."""
    grants = [
        a_grant(Right.READ, FIRM.customer, FIRM.employee),
        a_grant(Right.BILL, FIRM.fixed_project, FIRM.employee),
        a_grant(Right.REGISTER, FIRM.other_customer, FIRM.employee),
    ]
    scope = item_scope(FIRM.employee, grants)
    assert scope == Scope(
        user_id=FIRM.employee.id,
        customer_ids=frozenset({FIRM.customer.id}),
        project_ids=frozenset({FIRM.fixed_project.id}),
    )
    assert item_scope(FIRM.employee, grants, frozenset({Right.BILL})).customer_ids == frozenset()


@pytest.mark.requirement("W-03")
def test_manager_sees_everything() -> None:
    """Without any grant."""
    assert item_scope(FIRM.manager, []) is EVERYTHING
    assert item_scope(FIRM.admin, []) is EVERYTHING


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        (Scope(), False),
        (EVERYTHING, True),
        (Scope(user_id=FIRM.employee.id), True),
        (Scope(user_id=FIRM.colleague.id), False),
        (Scope(customer_ids=frozenset({FIRM.customer.id})), True),
        (Scope(customer_ids=frozenset({FIRM.other_customer.id})), False),
        (Scope(project_ids=frozenset({FIRM.project.id})), True),
        (Scope(project_ids=frozenset({FIRM.fixed_project.id})), False),
    ],
)
def test_scope_sees_by_owner_customer_or_project(scope: Scope, sees: bool) -> None:
    """Any of them is enough."""
    assert scope.sees(FIRM.employee.id, FIRM.customer.id, FIRM.project.id) is sees


def test_scope_of_projects_does_not_see_what_has_none() -> None:
    """Work without a project is opened by the customer only."""
    scope = Scope(project_ids=frozenset({FIRM.project.id}))
    assert not scope.sees(FIRM.employee.id, FIRM.customer.id, None)


@pytest.mark.requirement("T-09")
@pytest.mark.parametrize(
    ("access", "rights", "may"),
    [
        (RegistrationAccess.ALL, [], True),
        (RegistrationAccess.GRANTED, [], False),
        (RegistrationAccess.GRANTED, [Right.READ, Right.APPROVE, Right.BILL], False),
        (RegistrationAccess.GRANTED, [Right.REGISTER], True),
        (RegistrationAccess.NONE, [Right.REGISTER], False),
    ],
)
def test_registering_follows_the_mode_of_the_employee(
    access: RegistrationAccess, rights: list[Right], may: bool
) -> None:
    """On everything, only where granted, or nowhere."""
    assert may_register(evolve(FIRM.employee, registration_access=access), frozenset(rights)) is may
