"""What every store must make of registered time."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.calendar import Period
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
        """For every filter, grouping and first day of the week, in order; what has no project comes first."""
        wanted, by = data.draw(strategies.item_filters(firm)), data.draw(st.sets(st.sampled_from(GroupBy)))
        week_start = data.draw(st.integers(1, 7))
        with reading(store, firm) as uow:
            found = list(uow.hours.totals(wanted, by, week_start=week_start))
        assert found == totals(some.items, wanted, by, week_start)

    @pytest.mark.requirement("T-05")
    @pytest.mark.parametrize("week_start", range(1, 8))
    def test_weeks_go_over_the_ends_of_years(self, store: Store, firm: Firm, week_start: int) -> None:
        """Whichever day they begin on; in leap years, in those that are none, and around the days of a leap."""
        years = (1900, 1999, 2000, 2023, 2024, 2026, 2100, 2399, 2400, 2999)
        days = [first + timedelta(days=each) for year in years for first in _turns(year) for each in range(-9, 10)]
        entries = [a_time_entry(firm.activity, day, 1) for day in days if 1900 <= day.year <= 2999]
        with writing(store, firm) as uow:
            uow.items.add(*entries)
        with reading(store, firm) as uow:
            found = list(uow.hours.totals(ItemFilter(), [GroupBy.WEEK], week_start=week_start))
        assert found == totals(entries, ItemFilter(), [GroupBy.WEEK], week_start)
        assert {each.week for each in found} == {Period.week(entry.on, week_start) for entry in entries}

    def test_the_order_of_the_groups_does_not_matter(self, store: Store, firm: Firm, some: Registered) -> None:
        """Totals come in order of customer, project, user, month and week, however it is asked."""
        by = [GroupBy.WEEK, GroupBy.MONTH, GroupBy.USER, GroupBy.PROJECT, GroupBy.CUSTOMER]
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
            assert list(uow.hours.totals(ItemFilter(), [])) == [HoursTotal(None, None, None, None, None, 65, 60, 2)]

    @pytest.mark.usefixtures("some")
    def test_another_organization_has_no_totals(self, store: Store, other_firm: Firm) -> None:
        """Totals are of one organization."""
        with reading(store, other_firm) as uow:
            assert list(uow.hours.totals(ItemFilter(), [])) == []


def _turns(year: int) -> Iterator[date]:
    """Where counting days can go wrong: the beginning of a year, and the end of February."""
    yield from (date(year, 1, 1), date(year, 3, 1))
