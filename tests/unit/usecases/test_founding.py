"""Founding an organization."""

import pytest

from tests.unit.usecases.firm import Office
from worktraq.core.organizations import SetupStep
from worktraq.errors import InvalidInput


@pytest.mark.requirement("W-13")
def test_new_organization_is_its_own_customer(office: Office) -> None:
    """The organization stands among its customers, for work that is not billed."""
    founded = office.engine.found_organization(name="Nova", admin_name="Nel", admin_email="nel@nova.example")
    with office.viewing(founded.admin) as tx:
        internal = tx.customers.internal()
    assert internal.is_internal
    assert internal.name == "Nova"


@pytest.mark.requirement("W-14")
def test_next_setup_step_leads_from_customers_to_users_to_activities(office: Office) -> None:
    """The library tells what to do next: customers (the internal one does not count), users, activities."""
    founded = office.engine.found_organization(name="Nova", admin_name="Nel", admin_email="nel@nova.example")
    steps = []
    with office.acting(founded.admin) as tx:
        steps.append(tx.organizations.next_setup_step())
        customer = tx.customers.add_business(company_name="Jansen")
        steps.append(tx.organizations.next_setup_step())
        user = tx.users.add(name="Eva", email="eva@nova.example")
        steps.append(tx.organizations.next_setup_step())
        tx.activities.add(user_id=user.id, customer_id=customer.id)
        steps.append(tx.organizations.next_setup_step())
    assert steps == [SetupStep.ADD_CUSTOMERS, SetupStep.ADD_USERS, SetupStep.ADD_ACTIVITIES, None]


def test_founding_with_a_bad_address_leaves_nothing(office: Office) -> None:
    """An organization whose administrator cannot be reached is not founded."""
    with office.nothing_changes(), pytest.raises(InvalidInput) as raised:
        office.engine.found_organization(name="Nova", admin_name="Nel", admin_email="nobody")
    assert raised.value.field == "email"
