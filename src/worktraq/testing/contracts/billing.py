"""What every store must find that is not billed yet."""

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.entries import State
from worktraq.ports.entries import ItemFilter
from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.contracts.base import StoreContract, many_examples, reading, writing
from worktraq.testing.contracts.registered import Registered, registered, unbilled
from worktraq.testing.firms import Firm


class UnbilledReaderContract(StoreContract):
    """What is not billed yet, with its price and its request."""

    @pytest.fixture
    def some(self, store: Store, firm: Firm) -> Registered:
        """All kinds of items, stored in the firm."""
        return registered(store, firm)

    @pytest.mark.requirement("B-01")
    @many_examples
    @given(data=st.data())
    def test_it_is_what_a_plain_computation_gives(
        self, store: Store, firm: Firm, some: Registered, data: st.DataObject
    ) -> None:
        """Every billable item that is not invoiced, in order, with all that the reasons follow from."""
        wanted = data.draw(strategies.item_filters(firm))
        with reading(store, firm) as uow:
            assert list(uow.unbilled.unbilled(wanted, "EUR")) == unbilled(some, wanted, "EUR")

    def test_the_currency_is_that_of_the_customer(self, store: Store, firm: Firm, some: Registered) -> None:
        """Else that of the organization, as it is given."""
        with reading(store, firm) as uow:
            found = list(uow.unbilled.unbilled(ItemFilter(), "CLF"))
        assert found == unbilled(some, ItemFilter(), "CLF")
        assert {each.currency for each in found} == {"CLF", "JPY"}

    def test_states_and_billability_are_not_looked_at(self, store: Store, firm: Firm, some: Registered) -> None:
        """They are what unbilled means."""
        wanted = ItemFilter(states=frozenset({State.INVOICED}), is_billable=False)
        with reading(store, firm) as uow:
            assert list(uow.unbilled.unbilled(wanted, "EUR")) == unbilled(some, ItemFilter(), "EUR")

    def test_what_is_invoiced_is_no_longer_in_it(self, store: Store, firm: Firm, some: Registered) -> None:
        """The state of an item as it is now counts, forth and back."""
        item = next(item for item in some.items if item.state is State.APPROVED and item.is_billable)
        with writing(store, firm) as uow:
            uow.items.save(evolve(item, state=State.INVOICED, version=2))
            assert item.id not in {each.item.id for each in uow.unbilled.unbilled(ItemFilter(), "EUR")}
            uow.items.save(evolve(item, version=3))
            assert item.id in {each.item.id for each in uow.unbilled.unbilled(ItemFilter(), "EUR")}

    @pytest.mark.usefixtures("some")
    def test_another_organization_finds_nothing(self, store: Store, other_firm: Firm) -> None:
        """What is not billed is of one organization."""
        with reading(store, other_firm) as uow:
            assert list(uow.unbilled.unbilled(ItemFilter(), "EUR")) == []
