"""What every store must do with organizations and their billing details."""

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.builders import an_organization, billing_details_of
from worktraq.testing.contracts.base import (
    StoreContract,
    conflict,
    many_examples,
    read_only,
    reading,
    rolled_back,
    writing,
)
from worktraq.testing.firms import Firm, stored_firm


class OrganizationRepositoryContract(StoreContract):
    """The one organization of a unit of work."""

    def test_there_is_none_before_it_is_founded(self, store: Store) -> None:
        """The organization is None until it is added."""
        organization = an_organization()
        with store.unit_of_work(organization.id, writes=True) as uow:
            assert uow.organizations.find() is None
            uow.organizations.add(organization)
            assert uow.organizations.find() == organization
        with store.unit_of_work(organization.id, writes=False) as uow:
            assert uow.organizations.find() == organization

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever name and settings the core accepts are kept exactly."""
        drawn = data.draw(strategies.organizations())
        organization = evolve(drawn, id=firm.id, version=2)
        with rolled_back(store, firm) as uow:
            uow.organizations.save(organization)
            assert uow.organizations.find() == organization

    def test_it_is_founded_once(self, store: Store, firm: Firm) -> None:
        """A second organization with the same id is a conflict."""
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.organizations.add(evolve(firm.organization, name="Another"))
        with reading(store, firm) as uow:
            assert uow.organizations.find() == firm.organization

    def test_a_saved_change_is_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """The organization is what was saved last, and the others stay as they are."""
        renamed = evolve(firm.organization, name="Acme & Zonen", version=2)
        with writing(store, firm) as uow:
            uow.organizations.save(renamed)
        with reading(store, firm) as uow:
            assert uow.organizations.find() == renamed
        with reading(store, other_firm) as uow:
            assert uow.organizations.find() == other_firm.organization

    def test_a_stale_organization_is_not_saved(self, store: Store, firm: Firm) -> None:
        """Neither the version that is stored, nor one that skips, is saved."""
        for version in (1, 3):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.organizations.save(evolve(firm.organization, name="Stale", version=version))
        with reading(store, firm) as uow:
            assert uow.organizations.find() == firm.organization

    def test_what_was_never_founded_is_not_saved(self, store: Store) -> None:
        """Saving does not add."""
        organization = an_organization()
        with conflict("changed_meanwhile"), store.unit_of_work(organization.id, writes=True) as uow:
            uow.organizations.save(evolve(organization, version=2))

    def test_what_is_rolled_back_was_never_founded(self, store: Store) -> None:
        """An error in the transaction leaves no organization."""
        firm = stored_firm(store)
        organization = an_organization()
        with rolled_back(store, evolve(firm, organization=organization)) as uow:
            uow.organizations.add(organization)
        assert list(store.directory.organization_ids()) == [firm.id]

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Neither the organization nor its billing details change without `writes`."""
        with read_only(), reading(store, firm) as uow:
            uow.organizations.save(evolve(firm.organization, version=2))
        with read_only(), reading(store, firm) as uow:
            uow.organizations.put_billing_details(billing_details_of(firm.organization))
        unfounded = an_organization()
        with read_only(), store.unit_of_work(unfounded.id, writes=False) as uow:
            uow.organizations.add(unfounded)

    def test_it_can_be_locked(self, store: Store, firm: Firm) -> None:
        """Locking changes nothing."""
        with writing(store, firm) as uow:
            uow.organizations.lock()
            assert uow.organizations.find() == firm.organization

    def test_billing_details_are_put_and_replaced(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """None at first; then what was put last."""
        first = billing_details_of(firm.organization)
        second = evolve(first, name="Acme Holding B.V.", version=2)
        with writing(store, firm) as uow:
            assert uow.organizations.find_billing_details() is None
            uow.organizations.put_billing_details(first)
            assert uow.organizations.find_billing_details() == first
        with writing(store, firm) as uow:
            uow.organizations.put_billing_details(second)
        with reading(store, firm) as uow:
            assert uow.organizations.find_billing_details() == second
        with reading(store, other_firm) as uow:
            assert uow.organizations.find_billing_details() is None

    @many_examples
    @given(data=st.data())
    def test_every_billing_detail_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever the core accepts is kept exactly."""
        details = data.draw(strategies.billing_details(firm))
        with rolled_back(store, firm) as uow:
            uow.organizations.put_billing_details(details)
            assert uow.organizations.find_billing_details() == details

    def test_stale_billing_details_are_not_put(self, store: Store, firm: Firm) -> None:
        """The first have version 1, later ones a version that is one higher than the stored one."""
        details = billing_details_of(firm.organization)
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.organizations.put_billing_details(evolve(details, version=2))
        with writing(store, firm) as uow:
            uow.organizations.put_billing_details(details)
        for version in (1, 3):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.organizations.put_billing_details(evolve(details, name="Stale", version=version))
        with reading(store, firm) as uow:
            assert uow.organizations.find_billing_details() == details


class OrganizationDirectoryContract(StoreContract):
    """All organizations of a store."""

    def test_an_empty_store_has_none(self, store: Store) -> None:
        """Nothing is there before an organization is founded."""
        assert list(store.directory.organization_ids()) == []

    def test_all_organizations_are_listed_in_order(self, store: Store) -> None:
        """Every organization once, in order of their ids."""
        organizations = [an_organization() for _ in range(5)]
        for organization in reversed(organizations):
            with store.unit_of_work(organization.id, writes=True) as uow:
                uow.organizations.add(organization)
        assert list(store.directory.organization_ids()) == [organization.id for organization in organizations]
