"""What every store must make of what waits for an approver."""

from collections.abc import Iterable
from datetime import date

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.calendar import Cadence, Period
from worktraq.core.entries import Expense, Item, State, TimeEntry
from worktraq.core.inbox import Seen, WaitingGroup
from worktraq.core.money import Money
from worktraq.ports.entries import ItemFilter
from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.builders import a_time_entry, an_expense
from worktraq.testing.contracts.base import StoreContract, many_examples, reading, writing
from worktraq.testing.contracts.registered import Registered, chosen, registered
from worktraq.testing.firms import Firm

WAITING = ItemFilter(states=frozenset({State.AWAITING_INTERNAL}))


class InboxReaderContract(StoreContract):
    """Groups of items per employee, customer, project and week or month."""

    @pytest.fixture
    def some(self, store: Store, firm: Firm) -> Registered:
        """All kinds of items, stored in the firm."""
        return registered(store, firm)

    @pytest.mark.requirement("W-09")
    @many_examples
    @given(data=st.data())
    def test_groups_are_what_a_plain_computation_gives(
        self, store: Store, firm: Firm, some: Registered, data: st.DataObject
    ) -> None:
        """For every filter, rhythm and first day of the week; the oldest first."""
        wanted, cadence = data.draw(strategies.item_filters(firm)), data.draw(st.sampled_from(Cadence))
        week_start = data.draw(st.integers(1, 7))
        with reading(store, firm) as uow:
            found = list(uow.inbox.groups(wanted, cadence, week_start))
        assert found == grouped(chosen(some.items, wanted), cadence, week_start)
        assert sum(group.items for group in found) == len(chosen(some.items, wanted))

    def test_weeks_go_over_the_end_of_a_year(self, store: Store, firm: Firm) -> None:
        """And begin on the day that is asked for."""
        days = (date(2026, 12, 27), date(2026, 12, 28), date(2027, 1, 3), date(2027, 1, 4))
        entries = [a_time_entry(firm.activity, day, state=State.AWAITING_INTERNAL) for day in days]
        with writing(store, firm) as uow:
            uow.items.add(*entries)
        with reading(store, firm) as uow:
            by_monday = [(group.period.first, group.items) for group in uow.inbox.groups(WAITING, Cadence.WEEKLY, 1)]
            by_sunday = [(group.period.first, group.items) for group in uow.inbox.groups(WAITING, Cadence.WEEKLY, 7)]
        assert by_monday == [(date(2026, 12, 21), 1), (date(2026, 12, 28), 2), (date(2027, 1, 4), 1)]
        assert by_sunday == [(date(2026, 12, 27), 2), (date(2027, 1, 3), 2)]

    def test_amounts_are_added_up_per_currency(self, store: Store, firm: Firm) -> None:
        """Also where one group should ever hold two."""
        amounts = (Money("1.10", "EUR"), Money("2", "USD"), Money("3.03", "EUR"))
        expenses = [an_expense(firm.activity, amount=amount, state=State.AWAITING_INTERNAL) for amount in amounts]
        with writing(store, firm) as uow:
            uow.items.add(*expenses)
        with reading(store, firm) as uow:
            (group,) = uow.inbox.groups(WAITING, Cadence.MONTHLY, 1)
        assert group.expenses == (Money("4.13", "EUR"), Money("2", "USD"))
        assert (group.items, group.minutes, group.token) == (3, 0, Seen.of(expenses).token)

    def test_whatever_changes_in_a_group_changes_its_token(self, store: Store, firm: Firm) -> None:
        """What went and came back the same, too."""
        entry = a_time_entry(firm.activity, state=State.AWAITING_INTERNAL)
        with writing(store, firm) as uow:
            uow.items.add(entry)
        with reading(store, firm) as uow:
            (before,) = uow.inbox.groups(WAITING, Cadence.MONTHLY, 1)
        with writing(store, firm) as uow:
            uow.items.save(evolve(entry, version=2))
        with reading(store, firm) as uow:
            (after,) = uow.inbox.groups(WAITING, Cadence.MONTHLY, 1)
        assert evolve(after, token=before.token) == before
        assert after.token != before.token

    @pytest.mark.usefixtures("some")
    def test_nothing_of_another_organization_waits(self, store: Store, other_firm: Firm) -> None:
        """Groups are of one organization."""
        with reading(store, other_firm) as uow:
            assert list(uow.inbox.groups(ItemFilter(), Cadence.MONTHLY, 1)) == []


def grouped(items: Iterable[Item], cadence: Cadence, week_start: int) -> list[WaitingGroup]:
    """The groups of items, computed plainly."""
    groups: dict[tuple[object, ...], list[Item]] = {}
    for item in items:
        period = Period.of(item.on, cadence, week_start)
        groups.setdefault((item.user_id, item.customer_id, item.project_id, period), []).append(item)
    found = [_group(some, cadence, week_start) for some in groups.values()]
    return sorted(found, key=lambda group: group.key)


def _group(items: list[Item], cadence: Cadence, week_start: int) -> WaitingGroup:
    first = items[0]
    spent: dict[str, int] = {}
    for item in items:
        if isinstance(item, Expense):
            spent[item.amount.currency] = spent.get(item.amount.currency, 0) + item.amount.minor
    return WaitingGroup(
        user_id=first.user_id,
        customer_id=first.customer_id,
        project_id=first.project_id,
        period=Period.of(first.on, cadence, week_start),
        items=len(items),
        minutes=sum(item.minutes for item in items if isinstance(item, TimeEntry)),
        expenses=tuple(Money.from_minor(minor, currency) for currency, minor in sorted(spent.items())),
        oldest=min(item.on for item in items),
        token=Seen.of(items).token,
    )
