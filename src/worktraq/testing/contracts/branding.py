"""What every store must do with the brand of an organization."""

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.branding import LARGEST_LOGO, Brand
from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
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


class BrandRepositoryContract(StoreContract):
    """The one brand of a unit of work."""

    def test_a_brand_is_put_and_replaced(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """None at first; then what was put last; another organization has its own."""
        first = Brand(firm.id, "#0b5566", version=1)
        second = evolve(
            first, colour="#ffee00", logo=b"\x00\xff" * (LARGEST_LOGO // 2), logo_type="image/png", version=2
        )
        with writing(store, firm) as uow:
            assert uow.brands.find() is None
            uow.brands.put(first)
            assert uow.brands.find() == first
        with writing(store, firm) as uow:
            uow.brands.put(second)
        with reading(store, firm) as uow:
            assert uow.brands.find() == second
        with reading(store, other_firm) as uow:
            assert uow.brands.find() is None

    @many_examples
    @given(data=st.data())
    def test_every_brand_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever the core accepts is kept exactly."""
        brand = data.draw(strategies.brands(firm))
        with rolled_back(store, firm) as uow:
            uow.brands.put(brand)
            assert uow.brands.find() == brand

    def test_a_stale_or_foreign_brand_is_not_put(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """The first has version 1, later ones a version that is one higher than the stored one."""
        brand = Brand(firm.id, "#0b5566", version=1)
        for wrong in (evolve(brand, version=2), evolve(brand, organization_id=other_firm.id)):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.brands.put(wrong)
        with writing(store, firm) as uow:
            uow.brands.put(brand)
        for version in (1, 3):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.brands.put(evolve(brand, colour="", version=version))
        with reading(store, firm) as uow:
            assert uow.brands.find() == brand

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing changes without `writes`."""
        with read_only(), reading(store, firm) as uow:
            uow.brands.put(Brand(firm.id, version=1))
