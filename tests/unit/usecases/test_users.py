"""Users and teams."""

import pytest
from attrs import evolve

from tests.unit.usecases.firm import Office, codes
from worktraq.core.access import Right
from worktraq.core.organizations import RegistrationAccess
from worktraq.core.users import Role
from worktraq.errors import InvalidInput, NotFound, Refused


@pytest.mark.requirement("W-06")
def test_added_user_may_begin_at_once(office: Office) -> None:
    """With the role that was given, and what the settings say about registering."""
    office.settle_settings(registration_access=RegistrationAccess.GRANTED)
    with office.acting(office.admin) as tx:
        user = tx.users.add(name="Nel", email="nel@acme.example", role=Role.MANAGER, external_id="42")
        own = tx.users.add(name="Ot", email="ot@acme.example", registration_access=RegistrationAccess.NONE)
    assert (user.role, user.registration_access, user.external_id) == (Role.MANAGER, RegistrationAccess.GRANTED, "42")
    assert own.registration_access is RegistrationAccess.NONE
    with office.viewing(office.actor(user)) as tx:
        assert tx.users.me() == user


def test_mail_address_is_unique_without_case(office: Office) -> None:
    """For a new user and for a changed one; in another organization it may exist."""
    firm = office.firm
    taken = firm.manager.email.upper()
    refused = [
        office.refuses(office.admin, lambda tx: tx.users.add(name="x", email=taken), InvalidInput),
        office.refuses(
            office.admin, lambda tx: tx.users.change(firm.employee.id, version=1, email=taken), InvalidInput
        ),
    ]
    assert [(each.field, each.code) for each in refused] == [("email", "email_taken")] * 2
    with office.acting(office.admin) as tx:
        assert tx.users.change(firm.manager.id, version=1, email=taken).email == taken
        tx.users.add(name="x", email=office.other.manager.email)


@pytest.mark.requirement("W-06")
def test_last_administrator_can_be_neither_demoted_nor_deactivated(office: Office) -> None:
    """A second one changes that."""
    ada = office.firm.admin.id
    refused = [
        office.refuses(office.admin, lambda tx: tx.users.change(ada, version=1, role=Role.MANAGER), Refused),
        office.refuses(office.admin, lambda tx: tx.users.deactivate(ada, version=1), Refused),
    ]
    assert [codes(each) for each in refused] == [["last_administrator"]] * 2
    with office.acting(office.admin) as tx:
        second = tx.users.add(name="Bo", email="bo@acme.example", role=Role.ADMIN)
        assert tx.users.change(ada, version=1, role=Role.MANAGER).role is Role.MANAGER
    office.refuses(office.actor(second), lambda tx: tx.users.deactivate(second.id, version=1), Refused)


@pytest.mark.requirement("W-06")
def test_inactive_administrator_does_not_count(office: Office) -> None:
    """Two administrators of whom one has left are one."""
    with office.acting(office.admin) as tx:
        second = tx.users.add(name="Bo", email="bo@acme.example", role=Role.ADMIN)
        tx.users.deactivate(second.id, version=1)
    office.refuses(office.admin, lambda tx: tx.users.deactivate(office.firm.admin.id, version=1), Refused)


def test_deactivated_user_comes_back(office: Office) -> None:
    """Nothing of what he or she had is lost."""
    eva = office.firm.employee
    with office.acting(office.admin) as tx:
        tx.users.deactivate(eva.id, version=1)
        assert tx.users.reactivate(eva.id, version=2) == evolve(eva, version=3)
    assert office.time().user_id == eva.id


@pytest.mark.requirement("W-04")
def test_employee_finds_only_himself(office: Office) -> None:
    """Managers find everybody."""
    firm = office.firm
    with office.viewing(office.eva) as tx:
        assert tx.users.get(firm.employee.id) == firm.employee
    office.refuses(office.eva, lambda tx: tx.users.get(firm.colleague.id), NotFound)
    with office.viewing(office.manager) as tx:
        assert tx.users.get(firm.colleague.id) == firm.colleague


def test_users_are_listed_by_name_and_narrowed_down(office: Office) -> None:
    """By role, by whether they are active, and by what is typed."""
    firm = office.firm
    with office.acting(office.admin) as tx:
        tx.users.deactivate(firm.colleague.id, version=1)
        assert [user.name for user in tx.users.list()] == ["Ada", "Coen", "Eva", "Mo"]
        assert [user.name for user in tx.users.list(role=Role.EMPLOYEE)] == ["Coen", "Eva"]
        assert [user.name for user in tx.users.list(is_active=False)] == ["Coen"]
        assert [user.name for user in tx.users.list(search="ÉVA")] == ["Eva"]


def test_list_goes_on_behind_its_cursor(office: Office) -> None:
    """Page by page, each user once."""
    names = []
    with office.viewing(office.manager) as tx:
        page = tx.users.list(limit=3)
        names += [user.name for user in page]
        names += [user.name for user in tx.users.list(limit=3, after=page.next)]
    assert names == ["Ada", "Coen", "Eva", "Mo"]


@pytest.mark.requirement("T-09")
def test_team_holds_grants_for_its_members(office: Office) -> None:
    """Whoever leaves the team loses what it opened."""
    firm = office.firm
    item = office.time()
    with office.acting(office.admin) as tx:
        team = tx.teams.add(name="Audit", member_ids=[firm.colleague.id])
        tx.access.grant(Right.READ, customer_id=firm.customer.id, team_id=team.id)
    with office.viewing(office.coen) as tx:
        assert tx.entries.get(item.id) == item
    with office.acting(office.admin) as tx:
        tx.teams.change(team.id, version=1, member_ids=[])
    office.refuses(office.coen, lambda tx: tx.entries.get(item.id), NotFound)


@pytest.mark.requirement("T-09")
def test_removed_team_takes_its_grants_along(office: Office) -> None:
    """No right is left without a holder."""
    firm = office.firm
    with office.acting(office.admin) as tx:
        tx.access.grant(Right.READ, customer_id=firm.customer.id, team_id=firm.team.id)
        own = tx.access.grant(Right.READ, customer_id=firm.customer.id, user_id=firm.employee.id)
        tx.teams.remove(firm.team.id, version=1)
        assert list(tx.access.grants_on(firm.customer.id)) == [own]
        assert [team.name for team in tx.teams.list()] == []


def test_team_is_found_and_renamed(office: Office) -> None:
    """In order of name."""
    with office.acting(office.admin) as tx:
        team = tx.teams.change(office.firm.team.id, version=1, name="Zorg")
        tx.teams.add(name="Audit")
        assert tx.teams.get(team.id) == team
        assert [each.name for each in tx.teams.list()] == ["Audit", "Zorg"]
