"""The role table, action by action and role by role, against what the requirements say."""

from uuid import UUID

import pytest

from worktraq.core.access import ROLE_TABLE, Action, Facts, Right, allowed
from worktraq.core.actors import Actor
from worktraq.core.ids import OrganizationId
from worktraq.core.users import Role
from worktraq.testing.builders import a_customer, a_grant, a_user

ACME = OrganizationId(UUID(int=1))

# Written from the requirements, not from the code. Per action: who may by role (A administrator, M manager,
# E employee), which granted rights do instead (r read, g register, a approve, b bill), and whether the owner may.
EXPECTED = {
    "manage_users": ("A", "", False),  # W-02, W-03: a manager cannot manage users
    "see_users": ("AM", "", True),  # a manager assigns activities to them (W-03, W-08)
    "change_settings": ("A", "", False),  # W-02, W-03
    "see_settings": ("AME", "", False),  # none of them is a price
    "change_billing_details": ("A", "", False),  # W-02, W-03: a manager may read but not change them
    "see_billing_details": ("AM", "", False),  # W-03
    "manage_grants": ("AM", "", False),  # T-09, with the customers that a manager handles (W-03)
    "manage_customers": ("AM", "", False),  # W-03, W-07
    "see_customers": ("AM", "", False),  # T-04: others have the summary only
    "see_customer_summary": ("AM", "rgab", True),  # T-04
    "import_customers": ("AM", "", False),  # T-02, W-03
    "manage_projects": ("AM", "", False),  # W-03, T-07
    "see_project": ("AM", "rgab", True),  # T-09: a right on a project is of no use unseen
    "manage_activities": ("AM", "", False),  # W-03, W-08
    "see_activity": ("AM", "rab", True),  # W-04
    "manage_rates": ("AM", "", False),  # W-05
    "see_rates": ("AM", "", False),  # W-05: administrators and managers only, no grant opens a price
    "register": ("", "", True),  # W-11, W-12: on an activity of one's own only
    "see_item": ("AM", "rab", True),  # W-04, T-09
    "see_requests": ("AM", "", False),  # L-05: an overview for the management
    "manage_requests": ("AM", "", False),  # L-06, W-03
    "see_unbilled_amounts": ("AM", "", False),  # W-05, T-09
    "see_invoices": ("AM", "", False),  # W-05: invoices hold amounts; no grant opens them
    "manage_invoices": ("AM", "", False),  # L-11, W-05
    "see_seller_profile": ("AM", "", False),  # W-03
    "change_seller_profile": ("A", "", False),  # W-03, as the billing details
    "see_audit": ("AM", "", False),  # B-07, W-05
    "see_organization_totals": ("AM", "", False),  # T-05: others see own totals, and what a grant opens
    "manage_notifications": ("A", "", False),  # where mail goes is a setting (W-02)
    "manage_templates": ("AM", "", False),  # L-06: who sends a reminder writes a new text on the spot
    "see_templates": ("AM", "", False),  # L-06: chosen when a reminder is sent, which managers do
    "manage_accounting": ("A", "", False),  # T-01, W-02: a setting, with secrets
    "run_accounting": ("AM", "", False),  # T-01, as importing customers
    "import_users": ("A", "", False),  # S-07
    "export_person": ("A", "", True),  # B-07: everybody may have what is stored about him or her
    "erase_person": ("A", "", False),  # B-07, W-02: it cannot be taken back
    "manage_holds": ("A", "", False),  # B-07, W-02
    "change_retention": ("A", "", False),  # B-07, W-02: a setting
    "see_retention": ("AM", "", False),  # B-07, as the audit trail
}
ROLES = {"A": Role.ADMIN, "M": Role.MANAGER, "E": Role.EMPLOYEE}
RIGHTS = {"r": Right.READ, "g": Right.REGISTER, "a": Right.APPROVE, "b": Right.BILL}


def is_allowed(action: Action, role: Role, rights: frozenset[Right], is_owner: bool) -> bool:
    """What the rules say to an active user of this role."""
    user, customer = a_user(ACME, role=role), a_customer(ACME)
    grants = tuple(a_grant(right, customer, user) for right in rights)
    return allowed(Actor.user(ACME, user.id), action, Facts(user, grants, is_owner)).is_allowed


def test_every_action_stands_in_the_table_and_here() -> None:
    """A new action needs a row in both."""
    assert set(ROLE_TABLE) == set(Action)
    assert set(EXPECTED) == {action.value for action in Action}


@pytest.mark.requirement("W-01", "W-02", "W-03", "W-04", "T-09", "B-06")
@pytest.mark.parametrize("action", Action, ids=[action.value for action in Action])
@pytest.mark.parametrize("letter", ROLES)
def test_role_alone_opens_what_it_should(action: Action, letter: str) -> None:
    """Without a grant and on a thing of somebody else, only the role counts."""
    by_role, _, _ = EXPECTED[action.value]
    assert is_allowed(action, ROLES[letter], frozenset(), False) is (letter in by_role)


@pytest.mark.requirement("W-04", "T-09", "B-06")
@pytest.mark.parametrize("action", Action, ids=[action.value for action in Action])
@pytest.mark.parametrize("letter", RIGHTS)
def test_grant_widens_what_an_employee_may(action: Action, letter: str) -> None:
    """For the customer or project that it is on, never to prices."""
    by_role, by_right, _ = EXPECTED[action.value]
    expected = "E" in by_role or letter in by_right
    assert is_allowed(action, Role.EMPLOYEE, frozenset({RIGHTS[letter]}), False) is expected


@pytest.mark.requirement("W-04", "B-06")
@pytest.mark.parametrize("action", Action, ids=[action.value for action in Action])
def test_owner_may_do_with_own_things_what_he_should(action: Action) -> None:
    """An employee sees own work."""
    by_role, _, by_owning = EXPECTED[action.value]
    assert is_allowed(action, Role.EMPLOYEE, frozenset(), True) is ("E" in by_role or by_owning)


@pytest.mark.requirement("W-05")
@pytest.mark.parametrize(
    "action", [Action.SEE_RATES, Action.MANAGE_RATES, Action.SEE_UNBILLED_AMOUNTS, Action.SEE_INVOICES]
)
def test_nothing_opens_a_price_to_an_employee(action: Action) -> None:
    """Not all rights together, nor owning the thing."""
    assert not is_allowed(action, Role.EMPLOYEE, frozenset(Right), True)


@pytest.mark.requirement("W-02")
def test_administrator_may_do_every_action_of_the_table() -> None:
    """Registering included, on an own activity."""
    assert all(is_allowed(action, Role.ADMIN, frozenset(), True) for action in Action)
