"""The strategies themselves: what they draw is what the core accepts, and varied."""

import pytest
from attrs import evolve
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from worktraq.core.calendar import check_date, check_instant
from worktraq.core.contacts import ContactPerson, new_contact
from worktraq.core.customers import Customer, checked
from worktraq.core.entries import Expense, Item, State, TimeEntry, check_minutes
from worktraq.core.expenses import check_amount
from worktraq.core.organizations import BillingDetails, Organization, Settings, billing_details, check_settings, found
from worktraq.core.projects import Activity, Project, new_activity, new_project
from worktraq.core.text import clean_line, clean_name, clean_note
from worktraq.core.users import Team, User, new_team, new_user
from worktraq.testing import strategies


@given(strategies.names())
def test_names_are_clean(name: str) -> None:
    """A name is kept as it is."""
    assert clean_name("name", name) == name


@given(strategies.lines(), strategies.notes())
def test_lines_and_notes_are_clean(line: str, note: str) -> None:
    """A line and a note are kept as they are."""
    assert clean_line("line", line) == line
    assert clean_note("note", note) == note


@given(strategies.settings())
def test_settings_are_in_range(drawn: Settings) -> None:
    """Settings are accepted as they are."""
    assert check_settings(drawn) == drawn


@given(strategies.organizations())
def test_organizations_can_be_founded(organization: Organization) -> None:
    """Founding one with the same values gives the same."""
    assert found(organization.id, organization.name, organization.settings) == organization


@given(strategies.billing_details())
def test_billing_details_are_accepted(details: BillingDetails) -> None:
    """Checking changes nothing, but for a VAT number that the country refuses."""
    plain = evolve(details, vat_number="")
    checked_details = billing_details(
        plain.organization_id, name=plain.name, address=plain.address, vat_number="", email=plain.email, version=1
    )
    assert checked_details == plain


@given(strategies.users())
def test_users_are_accepted(user: User) -> None:
    """Making one of the same values gives the same."""
    made = new_user(
        user.id,
        user.organization_id,
        name=user.name,
        email=user.email,
        role=user.role,
        language=user.language,
        registration_access=user.registration_access,
        external_id=user.external_id,
        contract_minutes_per_week=user.contract_minutes_per_week,
    )
    assert evolve(made, is_active=user.is_active) == user


@given(strategies.teams())
def test_teams_are_accepted(team: Team) -> None:
    """Making one of the same values gives the same."""
    assert new_team(team.id, team.organization_id, team.name, team.member_ids) == team


@given(strategies.customers())
def test_customers_are_accepted(customer: Customer) -> None:
    """Checking changes nothing, but for numbers that the country refuses."""
    data = evolve(customer.data, vat_number="", company_number="")
    assert checked(data) == data


@given(strategies.contacts())
def test_contacts_are_accepted(contact: ContactPerson) -> None:
    """Making one of the same values gives the same."""
    made = new_contact(
        contact.id,
        contact.organization_id,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        customer_ids=contact.customer_ids,
    )
    assert evolve(made, is_ended=contact.is_ended) == contact


@given(strategies.projects())
def test_projects_are_accepted(project: Project) -> None:
    """Making one of the same values gives the same."""
    made = new_project(
        project.id,
        project.organization_id,
        project.customer_id,
        name=project.name,
        billing=project.billing,
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        contact_id=project.contact_id,
        budget_minutes=project.budget_minutes,
    )
    assert made == project


@given(strategies.activities())
def test_activities_are_accepted(activity: Activity) -> None:
    """Making one of the same values gives the same."""
    made = new_activity(
        activity.id,
        activity.organization_id,
        user_id=activity.user_id,
        customer_id=activity.customer_id,
        project_id=activity.project_id,
        description=activity.description,
        is_billable=activity.is_billable,
        starts_on=activity.starts_on,
        ends_on=activity.ends_on,
    )
    assert evolve(made, is_active=activity.is_active) == activity


@given(strategies.items())
def test_items_are_accepted(item: Item) -> None:
    """Day, minutes, amount, note and instant are as the core wants them."""
    assert check_date(item.on) == item.on
    assert check_instant(item.since) == item.since
    assert clean_note("note", item.note) == item.note
    assert (item.chain is None) == (item.state is State.DRAFT)
    if isinstance(item, TimeEntry):
        assert check_minutes(item.minutes) == item.minutes
        assert item.utc_offset is None or item.starts_at is not None
    else:
        assert isinstance(item, Expense)
        assert check_amount(item.amount, item.amount.currency) == item.amount


UNSHRUNK = settings(phases=[Phase.generate], max_examples=2_000, deadline=None)


@pytest.mark.parametrize("state", State)
def test_every_state_of_both_kinds_is_drawn(state: State) -> None:
    """No corner is left out by accident."""
    assert find(strategies.time_entries(), lambda item: item.state is state, settings=UNSHRUNK).state is state
    assert find(strategies.expenses(), lambda item: item.state is state, settings=UNSHRUNK).state is state


@pytest.mark.parametrize("name", sorted(set(strategies.__all__) - {"comments", "decisions", "prices"}))
def test_a_value_can_be_drawn_of_every_strategy(name: str) -> None:
    """What the package offers works without arguments, but for what is about one item."""
    strategy = getattr(strategies, name)()
    assert isinstance(strategy, st.SearchStrategy)
    assert find(strategy, lambda value: value is not None, settings=UNSHRUNK) is not None
