"""What every store must do with the PINs of customers."""

from concurrent.futures import ThreadPoolExecutor

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.builders import a_customer, a_pin
from worktraq.testing.contracts.base import (
    StoreContract,
    conflict,
    many_examples,
    read_only,
    reading,
    rolled_back,
    writing,
)
from worktraq.testing.firms import Firm

_AT_ONCE = 6


class PinRepositoryContract(StoreContract):
    """The PINs of an organization's customers: one per customer at most."""

    def test_a_pin_is_put_replaced_and_removed(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """None at first; then what was put last; removing what is not there is no error."""
        first = a_pin(firm.customer)
        second = evolve(first, failures=3, version=2)
        with writing(store, firm) as uow:
            assert uow.pins.find(firm.customer.id) is None
            assert uow.pins.lock(firm.customer.id) is None
            uow.pins.put(first)
            assert uow.pins.find(firm.customer.id) == first
        with writing(store, firm) as uow:
            assert uow.pins.lock(firm.customer.id) == first
            uow.pins.put(second)
        with reading(store, firm) as uow:
            assert uow.pins.find(firm.customer.id) == second
            assert uow.pins.find(firm.other_customer.id) is None
        with reading(store, other_firm) as uow:
            assert uow.pins.find(firm.customer.id) is None
        for _ in range(2):
            with writing(store, firm) as uow:
                uow.pins.remove(firm.customer.id)
                assert uow.pins.find(firm.customer.id) is None

    @many_examples
    @given(data=st.data())
    def test_every_pin_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever the core makes is kept exactly."""
        pin = data.draw(strategies.pins(firm))
        with rolled_back(store, firm) as uow:
            uow.pins.put(pin)
            assert uow.pins.find(pin.customer_id) == pin

    def test_a_stale_pin_is_not_put(self, store: Store, firm: Firm) -> None:
        """The first has version 1, later ones a version that is one higher than the stored one."""
        pin = a_pin(firm.customer)
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.pins.put(evolve(pin, version=2))
        with writing(store, firm) as uow:
            uow.pins.put(pin)
        for version in (1, 3):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.pins.put(evolve(pin, failures=1, version=version))
        with reading(store, firm) as uow:
            assert uow.pins.find(firm.customer.id) == pin

    def test_a_pin_belongs_to_a_customer_of_the_organization(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """One that is not there, or is another organization's, is a conflict; and so is one of another organization."""
        nobody = a_customer(firm.id)
        for wrong in (
            a_pin(nobody),
            evolve(a_pin(other_firm.customer), organization_id=firm.id),
            a_pin(other_firm.customer),
        ):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.pins.put(wrong)

    def test_a_customer_with_a_pin_is_not_removed(self, store: Store, firm: Firm) -> None:
        """The PIN goes first."""
        customer = a_customer(firm.id)
        with writing(store, firm) as uow:
            uow.customers.add(customer)
            uow.pins.put(a_pin(customer))
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.customers.remove(customer)
        with writing(store, firm) as uow:
            uow.pins.remove(customer.id)
            uow.customers.remove(customer)
            assert uow.customers.find(customer.id) is None

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing is locked, put or removed without `writes`."""
        with read_only(), reading(store, firm) as uow:
            uow.pins.lock(firm.customer.id)
        with read_only(), reading(store, firm) as uow:
            uow.pins.put(a_pin(firm.customer))
        with read_only(), reading(store, firm) as uow:
            uow.pins.remove(firm.customer.id)

    def test_tries_at_the_same_time_are_all_counted(self, store: Store, firm: Firm) -> None:
        """Whoever locked the PIN counts alone, so no try is lost."""
        with writing(store, firm) as uow:
            uow.pins.put(a_pin(firm.customer))

        def fail(_: int) -> None:
            with writing(store, firm) as uow:
                stored = uow.pins.lock(firm.customer.id)
                assert stored is not None
                uow.pins.put(evolve(stored, failures=stored.failures + 1, version=stored.version + 1))

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(fail, range(_AT_ONCE)))
        with reading(store, firm) as uow:
            counted = uow.pins.find(firm.customer.id)
        assert counted is not None
        assert counted.failures == _AT_ONCE
