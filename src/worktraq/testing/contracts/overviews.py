"""What every store must make of registered time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.entries import ItemKind
from worktraq.core.overviews import GroupBy, HoursTotal
from worktraq.ports.entries import ItemFilter
from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.builders import a_time_entry, an_expense
from worktraq.testing.contracts.base import StoreContract, many_examples, reading, writing
from worktraq.testing.contracts.registered import Registered, registered, totals
from worktraq.testing.firms import Firm


class HoursReaderContract(StoreContract):
    """Totals of time entries per group."""

    @pytest.fixture
    def some(self, store: Store, firm: Firm) -> Registered:
        """All kinds of items, stored in the firm."""
        return registered(store, firm)

    @pytest.mark.requirement("T-05")
    @many_examples
    @given(data=st.data())
    def test_totals_are_what_a_plain_computation_gives(
        self, store: Store, firm: Firm, some: Registered, data: st.DataObject
    ) -> None:
        """For every filter and every grouping, in order; what has no project comes first."""
        wanted, by = data.draw(strategies.item_filters(firm)), data.draw(st.sets(st.sampled_from(GroupBy)))
        with reading(store, firm) as uow:
            assert list(uow.hours.totals(wanted, by)) == totals(some.items, wanted, by)

    def test_the_order_of_the_groups_does_not_matter(self, store: Store, firm: Firm, some: Registered) -> None:
        """Totals come in order of customer, project, user and month, however it is asked."""
        by = [GroupBy.MONTH, GroupBy.USER, GroupBy.PROJECT, GroupBy.CUSTOMER]
        with reading(store, firm) as uow:
            assert list(uow.hours.totals(ItemFilter(), by)) == totals(some.items, ItemFilter(), by)

    def test_the_kind_is_not_looked_at(self, store: Store, firm: Firm, some: Registered) -> None:
        """Totals are of time, whatever kind is asked for."""
        with reading(store, firm) as uow:
            found = list(uow.hours.totals(ItemFilter(kind=ItemKind.EXPENSE), [GroupBy.USER]))
        assert found == totals(some.items, ItemFilter(), [GroupBy.USER])

    def test_nothing_registered_gives_no_total(self, store: Store, firm: Firm) -> None:
        """Neither per group nor without one; an expense is no time."""
        with writing(store, firm) as uow:
            uow.items.add(an_expense(firm.activity))
        with reading(store, firm) as uow:
            assert list(uow.hours.totals(ItemFilter(), [])) == []
            assert list(uow.hours.totals(ItemFilter(), list(GroupBy))) == []

    def test_without_a_group_there_is_one_total(self, store: Store, firm: Firm) -> None:
        """Everything together, with what is billable of it."""
        with writing(store, firm) as uow:
            uow.items.add(a_time_entry(firm.activity, minutes=60), a_time_entry(firm.internal_activity, minutes=5))
        with reading(store, firm) as uow:
            assert list(uow.hours.totals(ItemFilter(), [])) == [HoursTotal(None, None, None, None, 65, 60, 2)]

    @pytest.mark.usefixtures("some")
    def test_another_organization_has_no_totals(self, store: Store, other_firm: Firm) -> None:
        """Totals are of one organization."""
        with reading(store, other_firm) as uow:
            assert list(uow.hours.totals(ItemFilter(), [])) == []
