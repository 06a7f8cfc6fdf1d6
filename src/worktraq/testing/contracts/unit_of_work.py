"""What every store must do with transactions and views."""

import pytest
from attrs import evolve

from worktraq.core.access import Right
from worktraq.core.paging import PageRequest
from worktraq.ports.entries import ItemFilter
from worktraq.ports.signoff import RequestFilter
from worktraq.ports.unit_of_work import Store
from worktraq.testing.builders import (
    OCTOBER,
    a_decision,
    a_grant,
    a_price,
    a_rate,
    a_request,
    a_submission,
    a_time_entry,
    a_user,
    an_event,
    an_import_link,
    an_intent,
    an_organization,
    billing_details_of,
)
from worktraq.testing.contracts.base import Abandoned, StoreContract, conflict, reading, rolled_back, writing
from worktraq.testing.firms import Firm, a_firm, store_firm


class TransactionContract(StoreContract):
    """All or nothing, and nothing of somebody else's transaction."""

    def test_a_transaction_leaves_everything(self, store: Store) -> None:
        """What is stored in one block is there after it, whatever its kind."""
        firm = a_firm()
        with writing(store, firm) as uow:
            store_firm(uow, firm)
        with reading(store, firm) as uow:
            assert uow.organizations.find() == firm.organization
            assert uow.users.find_many([user.id for user in firm.users]) == list(firm.users)
            assert uow.activities.find_many([each.id for each in firm.activities]) == list(firm.activities)

    def test_what_is_rolled_back_leaves_nothing_of_any_kind(self, store: Store, firm: Firm) -> None:
        """An error undoes every repository's changes."""
        item = a_time_entry(firm.activity)
        with rolled_back(store, firm) as uow:
            uow.organizations.put_billing_details(billing_details_of(firm.organization))
            uow.items.add(item)
            uow.prices.put(a_price(item))
            uow.decisions.add(a_decision(item, firm.manager))
            uow.submissions.add(a_submission(firm.employee))
            uow.requests.add(a_request(firm.project, firm.employee, item))
            uow.rates.add(a_rate(firm.project))
            uow.grants.add(a_grant(Right.READ, firm.customer, firm.employee))
            uow.import_links.put(an_import_link(firm.customer, "1"))
            uow.outbox.add(an_intent(firm.employee))
            uow.events.append(an_event(firm.id, firm.customer.id))
        with reading(store, firm) as uow:
            assert uow.organizations.find_billing_details() is None
            assert list(uow.items.stream(ItemFilter())) == []
            assert list(uow.prices.of_items([item.id])) == []
            assert list(uow.decisions.of_items([item.id])) == []
            assert list(uow.submissions.periods_of(firm.employee.id, OCTOBER)) == []
            assert list(uow.requests.page(PageRequest(), RequestFilter())) == []
            assert list(uow.rates.on_subjects([firm.project.id])) == []
            assert list(uow.grants.on_customer(firm.customer.id)) == []
            assert list(uow.events.unsealed(10)) == []

    def test_an_error_is_passed_on(self, store: Store, firm: Firm) -> None:
        """Whatever ends the block comes out of it as it was."""
        with pytest.raises(Abandoned), writing(store, firm):
            raise Abandoned
        with pytest.raises(KeyboardInterrupt), writing(store, firm):
            raise KeyboardInterrupt

    def test_a_store_works_on_after_an_error(self, store: Store, firm: Firm) -> None:
        """A transaction that failed locks nobody out."""
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.users.add(firm.admin)
        user = a_user(firm.id)
        with writing(store, firm) as uow:
            uow.users.add(user)
        with reading(store, firm) as uow:
            assert uow.users.find(user.id) == user

    def test_an_unknown_organization_is_empty(self, store: Store, firm: Firm) -> None:
        """A view of what was never founded finds nothing, and founds nothing."""
        with store.unit_of_work(an_organization().id, writes=False) as uow:
            assert uow.organizations.find() is None
            assert list(uow.users.page(PageRequest(), role=None, is_active=None, is_invited=None, search="")) == []
            assert uow.users.find(firm.admin.id) is None
            assert list(uow.items.stream(ItemFilter())) == []
        assert list(store.directory.organization_ids()) == [firm.id]

    def test_a_view_keeps_what_it_saw(self, store: Store, firm: Firm) -> None:
        """A view is a snapshot: what is committed meanwhile does not show, and is not held up by the view."""
        renamed = evolve(firm.admin, name="Ada II", version=2)
        with reading(store, firm) as view:
            assert view.users.find(firm.admin.id) == firm.admin
            with writing(store, firm) as uow:
                uow.users.save(renamed)
                uow.items.add(a_time_entry(firm.activity))
            assert view.users.find(firm.admin.id) == firm.admin
            assert list(view.items.stream(ItemFilter())) == []
        with reading(store, firm) as uow:
            assert uow.users.find(firm.admin.id) == renamed

    def test_a_view_sees_nothing_uncommitted_and_waits_for_nobody(self, store: Store, firm: Firm) -> None:
        """While a transaction is open, views see what was committed before it."""
        with writing(store, firm) as uow:
            uow.users.save(evolve(firm.admin, name="Ada II", version=2))
            with reading(store, firm) as view:
                assert view.users.find(firm.admin.id) == firm.admin

    def test_views_of_several_organizations_stand_beside_each_other(
        self, store: Store, firm: Firm, other_firm: Firm
    ) -> None:
        """Each shows its own."""
        with reading(store, firm) as one, reading(store, other_firm) as other:
            assert one.organizations.find() == firm.organization
            assert other.organizations.find() == other_firm.organization
