"""What every store must do with references: nothing refers to what is not there."""

from collections.abc import Callable

import pytest
from attrs import evolve

from worktraq.core.access import Right
from worktraq.core.ids import ActivityId, CustomerId
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing.builders import (
    a_contact,
    a_customer,
    a_grant,
    a_price,
    a_project,
    a_rate,
    a_team,
    a_time_entry,
    a_user,
    an_activity,
    an_invitation,
    new_id,
)
from worktraq.testing.contracts.base import StoreContract, conflict, reading, writing
from worktraq.testing.firms import Firm, a_firm


class ReferenceContract(StoreContract):
    """Nothing refers to what is not there."""

    def test_an_activity_needs_its_user_and_customer(self, store: Store, firm: Firm) -> None:
        """One that is not there is a conflict."""
        for missing in (
            evolve(a_firm().activity, organization_id=firm.id, customer_id=firm.customer.id, project_id=None),
            evolve(a_firm().activity, organization_id=firm.id, user_id=firm.employee.id, project_id=None),
        ):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.activities.add(missing)

    def test_an_item_needs_its_activity(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """An activity that is not there, or is another organization's, is a conflict."""
        for activity_id in (ActivityId(new_id()), other_firm.activity.id):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.items.add(evolve(a_time_entry(firm.activity), activity_id=activity_id))

    def test_an_invitation_needs_its_user(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """One that is there, and the organization's own; and who is invited is not removed before it."""
        for user in (a_user(firm.id), evolve(other_firm.employee, organization_id=firm.id)):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.invitations.add(an_invitation(user))
        loose = a_user(firm.id)
        with writing(store, firm) as uow:
            uow.users.add(loose)
            uow.invitations.add(an_invitation(loose))
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.users.remove(loose)

    def test_a_change_cannot_refer_to_what_is_not_there(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Members of a team and customers of a contact are there, and the organization's own."""
        stranger = evolve(firm.team, member_ids=(other_firm.employee.id,), version=2)
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.teams.save(stranger)
        nobody = evolve(firm.contact, customer_ids=(CustomerId(new_id()),), version=2)
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.contacts.save(nobody)

    def test_what_is_referred_to_is_not_removed(self, store: Store, firm: Firm) -> None:
        """Removing never cascades: it is a conflict, and everything stays."""
        item = a_time_entry(firm.activity)
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.prices.put(a_price(item))
        removals: list[Callable[[UnitOfWork], None]] = [
            lambda uow: uow.items.remove(item),
            lambda uow: uow.activities.remove(firm.activity),
            lambda uow: uow.projects.remove(firm.project),
            lambda uow: uow.customers.remove(firm.customer),
            lambda uow: uow.users.remove(firm.employee),
        ]
        for remove in removals:
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                remove(uow)
        with reading(store, firm) as uow:
            assert uow.items.find(item.id) == item
            assert list(uow.prices.of_items([item.id])) == [a_price(item)]
            assert uow.users.find(firm.employee.id) == firm.employee

    @pytest.mark.requirement("T-06")
    def test_a_customer_goes_with_all_that_hangs_on_it(self, store: Store, firm: Firm) -> None:
        """In one transaction, what refers before what is referred to; the rest of the firm stays."""
        customer, user = a_customer(firm.id), a_user(firm.id)
        project = a_project(customer)
        activity, team = an_activity(user, customer, project), a_team(firm.id, user)
        contact = a_contact(firm.id, customer, firm.customer)
        grants = [a_grant(Right.READ, customer, user), a_grant(Right.BILL, project, team)]
        rates = [a_rate(activity), a_rate(project), a_rate(customer)]
        with writing(store, firm) as uow:
            uow.users.add(user)
            uow.teams.add(team)
            uow.customers.add(customer)
            uow.contacts.add(contact)
            uow.projects.add(project)
            uow.activities.add(activity)
            uow.grants.add(*grants)
            uow.rates.add(*rates)
        elsewhere = evolve(contact, customer_ids=(firm.customer.id,), version=2)
        with writing(store, firm) as uow:
            uow.rates.remove(*rates)
            uow.grants.remove(*grants)
            uow.contacts.save(elsewhere)
            uow.activities.remove(activity)
            uow.projects.remove(project)
            uow.customers.remove(customer)
        with reading(store, firm) as uow:
            assert uow.customers.find(customer.id) is None
            assert uow.contacts.find(contact.id) == elsewhere
            assert list(uow.activities.of_user(user.id)) == []
            assert uow.customers.find_many([each.id for each in firm.customers]) == list(firm.customers)
