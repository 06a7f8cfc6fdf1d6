"""What every store must do with the terms of customers, the seller's profile and the rounding on projects."""

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.ids import CustomerId, ProjectId
from worktraq.core.rounding import RoundedPer, RoundingPolicy
from worktraq.core.terms import BillingTerms, InvoicePer, ProjectRounding, SellerProfile
from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.builders import new_id
from worktraq.testing.contracts.base import (
    StoreContract,
    conflict,
    many_examples,
    read_only,
    reading,
    rolled_back,
    writing,
)
from worktraq.testing.contracts.repository import MANY
from worktraq.testing.firms import Firm


class TermsRepositoryContract(StoreContract):
    """On which terms customers are invoiced."""

    def terms(self, firm: Firm, **changes: object) -> BillingTerms:
        """First terms of the firm's customer."""
        first = BillingTerms(organization_id=firm.id, customer_id=firm.customer.id, version=1)
        return evolve(first, **changes)  # type: ignore[arg-type]  # names come from a test

    def test_terms_are_put_replaced_and_removed(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """None at first; then what was put last; another organization has its own."""
        first, second = self.terms(firm), self.terms(firm, invoice_per=InvoicePer.PROJECT, version=2)
        with writing(store, firm) as uow:
            assert list(uow.terms.of_customers([firm.customer.id])) == []
            uow.terms.put(first)
            assert list(uow.terms.of_customers([firm.customer.id])) == [first]
        with writing(store, firm) as uow:
            uow.terms.put(second)
        with writing(store, other_firm) as uow:
            assert list(uow.terms.of_customers([firm.customer.id])) == []
            uow.terms.remove(firm.customer.id)
        with writing(store, firm) as uow:
            unknown = [CustomerId(new_id()) for _ in range(MANY)]
            ids = [*unknown, firm.customer.id, firm.customer.id, firm.other_customer.id]
            assert list(uow.terms.of_customers(ids)) == [second]
            uow.terms.remove(firm.customer.id)
            uow.terms.remove(firm.other_customer.id)
        with reading(store, firm) as uow:
            assert list(uow.terms.of_customers([firm.customer.id])) == []

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever the core accepts is kept exactly."""
        terms = data.draw(strategies.billing_terms(firm))
        with rolled_back(store, firm) as uow:
            uow.terms.put(terms)
            assert list(uow.terms.of_customers([terms.customer_id])) == [terms]

    def test_stale_and_foreign_terms_are_not_put(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """The first have version 1, later ones a version that is one higher than the stored one."""
        wrong = (
            self.terms(firm, version=2),
            self.terms(firm, organization_id=other_firm.id),
            self.terms(firm, customer_id=CustomerId(new_id())),
        )
        for terms in wrong:
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.terms.put(terms)
        with writing(store, firm) as uow:
            uow.terms.put(self.terms(firm))
        for version in (1, 3):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.terms.put(self.terms(firm, version=version))

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing changes without `writes`."""
        with read_only(), reading(store, firm) as uow:
            uow.terms.put(self.terms(firm))
        with read_only(), reading(store, firm) as uow:
            uow.terms.remove(firm.customer.id)


class SellerProfileRepositoryContract(StoreContract):
    """The one profile of a unit of work."""

    def test_a_profile_is_put_and_replaced(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """None at first; then what was put last; another organization has its own."""
        first = SellerProfile(organization_id=firm.id, name="Acme B.V.", version=1)
        second = evolve(first, prefix="A", version=2)
        with writing(store, firm) as uow:
            assert uow.seller_profiles.find() is None
            uow.seller_profiles.put(first)
            assert uow.seller_profiles.find() == first
        with writing(store, firm) as uow:
            uow.seller_profiles.put(second)
        with reading(store, firm) as uow:
            assert uow.seller_profiles.find() == second
        with reading(store, other_firm) as uow:
            assert uow.seller_profiles.find() is None

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever the core accepts is kept exactly."""
        profile = data.draw(strategies.seller_profiles(firm))
        with rolled_back(store, firm) as uow:
            uow.seller_profiles.put(profile)
            assert uow.seller_profiles.find() == profile

    def test_a_stale_or_foreign_profile_is_not_put(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """The first has version 1, later ones a version that is one higher than the stored one."""
        profile = SellerProfile(organization_id=firm.id, name="Acme B.V.", version=1)
        for wrong in (evolve(profile, version=2), evolve(profile, organization_id=other_firm.id)):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.seller_profiles.put(wrong)
        with writing(store, firm) as uow:
            uow.seller_profiles.put(profile)
        for version in (1, 3):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.seller_profiles.put(evolve(profile, version=version))

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing changes without `writes`."""
        with read_only(), reading(store, firm) as uow:
            uow.seller_profiles.put(SellerProfile(organization_id=firm.id, name="Acme B.V.", version=1))


class ProjectRoundingRepositoryContract(StoreContract):
    """Which projects have their time rounded otherwise than their customer."""

    def test_a_rounding_is_put_replaced_and_removed(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Of one project, and of nobody else; what was put last counts."""
        first = ProjectRounding(firm.project.id, firm.id, RoundingPolicy())
        second = evolve(first, rounding=RoundingPolicy(RoundedPer.DAY, 6))
        with writing(store, firm) as uow:
            uow.roundings.put(first)
            uow.roundings.put(second)
        with writing(store, other_firm) as uow:
            assert list(uow.roundings.of_projects([firm.project.id])) == []
            uow.roundings.remove_of([firm.project.id])
        with writing(store, firm) as uow:
            unknown = [ProjectId(new_id()) for _ in range(MANY)]
            ids = [*unknown, firm.project.id, firm.project.id, firm.fixed_project.id]
            assert list(uow.roundings.of_projects(ids)) == [second]
            uow.roundings.remove_of([*unknown, firm.project.id])
        with reading(store, firm) as uow:
            assert list(uow.roundings.of_projects([firm.project.id])) == []

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever the core accepts is kept exactly."""
        rounding = data.draw(strategies.project_roundings(firm))
        with rolled_back(store, firm) as uow:
            uow.roundings.put(rounding)
            assert list(uow.roundings.of_projects([rounding.project_id])) == [rounding]

    def test_a_rounding_needs_its_project(self, store: Store, firm: Firm) -> None:
        """And a transaction that writes."""
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.roundings.put(ProjectRounding(ProjectId(new_id()), firm.id, RoundingPolicy()))
        with read_only(), reading(store, firm) as uow:
            uow.roundings.put(ProjectRounding(firm.project.id, firm.id, RoundingPolicy()))
        with read_only(), reading(store, firm) as uow:
            uow.roundings.remove_of([firm.project.id])
