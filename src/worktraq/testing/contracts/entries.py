"""What every store must do with time entries and expenses."""

from datetime import date, timedelta
from itertools import cycle
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.access import Scope
from worktraq.core.calendar import Period
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import MOVED, Item, ItemKind, State
from worktraq.core.ids import CustomerId, ItemId, ProjectId, RequestId
from worktraq.core.paging import Key, Page, PageRequest, read_cursor
from worktraq.ports.entries import ItemFilter, ItemRepository
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import MONDAY, a_request, a_time_entry, an_expense, in_state, new_id
from worktraq.testing.contracts.base import conflict, many_examples, reading, writing
from worktraq.testing.contracts.changes import ChangingContract
from worktraq.testing.contracts.paging import PagingContract
from worktraq.testing.contracts.registered import Registered, chosen, in_order, registered
from worktraq.testing.contracts.repository import MANY
from worktraq.testing.firms import Firm

EVERYTHING = ItemFilter()


def _moved(item: Item, request_id: RequestId) -> Item:
    """The item, with everything new that tells where it stands."""
    moved = evolve(
        item,
        state=State.APPROVED,
        chain=ApprovalChain.CUSTOMER_INTERNAL,
        passed=2,
        is_waived=True,
        request_id=request_id,
        since=item.since + timedelta(hours=1),
        version=item.version + 1,
    )
    assert {name for name in MOVED if getattr(moved, name) != getattr(item, name)} == set(MOVED)
    return moved


class ItemRepositoryContract(ChangingContract[Item, ItemId], PagingContract[Item, ItemId]):
    """Items: both kinds together, filtered, in order of day."""

    @pytest.fixture
    def some(self, store: Store, firm: Firm) -> Registered:
        """All kinds of items, stored in the firm."""
        return registered(store, firm)

    def repository(self, uow: UnitOfWork) -> ItemRepository:
        """The items."""
        return uow.items

    def id_of(self, entity: Item) -> ItemId:
        """Of an item."""
        return entity.id

    def as_id(self, value: UUID) -> ItemId:
        """Of an item."""
        return ItemId(value)

    def new_ones(self, _uow: UnitOfWork, firm: Firm, number: int) -> list[Item]:
        """Time and expenses on several days, which do not follow the ids."""
        days = cycle(MONDAY + timedelta(days=day) for day in (3, 0, 28, 1, 0))
        return [
            an_expense(firm.activity, next(days)) if at % 3 == 2 else a_time_entry(firm.loose_activity, next(days))
            for at in range(number)
        ]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[Item]:
        """Items of all kinds."""
        return strategies.items(firm)

    def changed(self, entity: Item) -> Item:
        """Submitted, or approved, with another note."""
        state = State.AWAITING_INTERNAL if entity.state is State.DRAFT else State.APPROVED
        return evolve(in_state(entity, state), note=entity.note + "!", version=entity.version + 1)

    def page(self, uow: UnitOfWork, request: PageRequest) -> Page[Item]:
        """All items."""
        return uow.items.page(request, EVERYTHING)

    def key_of(self, entity: Item) -> Key:
        """ISO date, then id."""
        return (entity.on.isoformat(), entity.id.hex)

    @many_examples
    @given(data=st.data())
    def test_a_filter_gives_what_satisfies_everything_given(
        self, store: Store, firm: Firm, some: Registered, data: st.DataObject
    ) -> None:
        """A stream is what a plain computation gives, in order."""
        wanted = data.draw(strategies.item_filters(firm))
        with reading(store, firm) as uow:
            assert list(uow.items.stream(wanted)) == chosen(some.items, wanted)

    @many_examples
    @given(data=st.data())
    def test_filtered_pages_are_the_filtered_stream(
        self, store: Store, firm: Firm, some: Registered, data: st.DataObject
    ) -> None:
        """Pages of any size, put together, are what satisfies the filter."""
        wanted, limit = data.draw(strategies.item_filters(firm)), data.draw(st.integers(1, 20))
        found: list[Item] = []
        after: Key | None = None
        with reading(store, firm) as uow:
            while (page := uow.items.page(PageRequest(limit, after), wanted)).next is not None:
                found.extend(page)
                after = read_cursor(page.next)
        assert [*found, *page] == chosen(some.items, wanted)

    def test_a_scope_may_list_any_number_of_things(self, store: Store, firm: Firm, some: Registered) -> None:
        """Thousands of granted customers and projects narrow down as a few do."""
        scope = Scope(
            customer_ids=frozenset([*(CustomerId(new_id()) for _ in range(MANY)), firm.internal.id]),
            project_ids=frozenset([*(ProjectId(new_id()) for _ in range(MANY)), firm.project.id]),
        )
        with reading(store, firm) as uow:
            found = list(uow.items.stream(ItemFilter(scope=scope)))
        assert found == chosen(some.items, ItemFilter(scope=scope))
        assert found

    @pytest.mark.usefixtures("some")
    def test_another_organization_streams_nothing_of_it(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """A stream is of one organization, whatever is asked for."""
        with reading(store, other_firm) as uow:
            assert list(uow.items.stream(EVERYTHING)) == []
            assert list(uow.items.stream(ItemFilter(user_id=firm.employee.id))) == []
            assert list(uow.items.page(PageRequest(100), EVERYTHING)) == []

    def test_many_items_are_streamed_in_order(self, store: Store, firm: Firm) -> None:
        """More than fit in a batch, while other things are read from the same transaction."""
        items = self.stored(store, firm, MANY)
        found: list[Item] = []
        with writing(store, firm) as uow:
            for item in uow.items.stream(EVERYTHING):
                if len(found) % 1_000 == 0:
                    assert uow.items.find(item.id) == item
                found.append(item)
        assert found == in_order(items)

    def test_a_stream_can_be_left_early(self, store: Store, firm: Firm) -> None:
        """The transaction goes on as if nothing was."""
        items = self.stored(store, firm, 3_000)
        with writing(store, firm) as uow:
            first = next(iter(uow.items.stream(EVERYTHING)))
            uow.items.save(self.changed(first))
        assert first == in_order(items)[0]
        assert self.found(store, firm, first) == [self.changed(first)]

    def test_minutes_are_added_up_per_day(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Time of one user on all activities; neither expenses nor the time of others; empty days are left out."""
        tuesday = MONDAY + timedelta(days=1)
        entries = [
            a_time_entry(firm.activity, MONDAY, 60),
            a_time_entry(firm.loose_activity, MONDAY, 45, state=State.INVOICED),
            a_time_entry(firm.activity, tuesday, 1440),
            a_time_entry(firm.activity, tuesday + timedelta(days=1), 5),
            a_time_entry(firm.colleague_activity, MONDAY, 30),
            an_expense(firm.activity, MONDAY),
            an_expense(firm.activity, date(2026, 10, 12)),
        ]
        with writing(store, firm) as uow:
            uow.items.add(*entries)
        days = [MONDAY, tuesday, MONDAY, date(2026, 10, 12), date(2999, 12, 31)]
        with reading(store, firm) as uow:
            assert dict(uow.items.minutes_on(firm.employee.id, days)) == {MONDAY: 105, tuesday: 1440}
            assert dict(uow.items.minutes_on(firm.employee.id, [])) == {}
            assert dict(uow.items.minutes_on(firm.admin.id, days)) == {}
        with reading(store, other_firm) as uow:
            assert dict(uow.items.minutes_on(firm.employee.id, days)) == {}

    def test_minutes_of_any_number_of_days_can_be_asked_for(self, store: Store, firm: Firm) -> None:
        """Years of days, of which a few are worked."""
        worked = [date(1900, 1, 1), date(1911, 2, 3), date(1913, 9, 8)]
        with writing(store, firm) as uow:
            uow.items.add(*(a_time_entry(firm.activity, day, 7) for day in worked))
        days = list(Period(date(1900, 1, 1), date(1914, 1, 1)).days())
        with reading(store, firm) as uow:
            assert dict(uow.items.minutes_on(firm.employee.id, days)) == dict.fromkeys(worked, 7)

    def test_what_waits_for_an_offer_is_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """What waits for the customer and stands in no request, in order of the ids."""
        waiting = [
            a_time_entry(firm.activity, MONDAY - timedelta(days=at), state=State.AWAITING_CUSTOMER) for at in range(3)
        ]
        waiting_too = an_expense(firm.activity, state=State.AWAITING_CUSTOMER)
        asked = evolve(a_time_entry(firm.activity, state=State.AWAITING_CUSTOMER), request_id=RequestId(new_id()))
        others = [a_time_entry(firm.activity, state=state) for state in State if state is not State.AWAITING_CUSTOMER]
        with writing(store, firm) as uow:
            uow.items.add(*others, waiting_too, *reversed(waiting), asked)
        with reading(store, firm) as uow:
            assert list(uow.items.awaiting_offer()) == [*waiting, waiting_too]
        with reading(store, other_firm) as uow:
            assert list(uow.items.awaiting_offer()) == []

    def test_an_item_enters_and_leaves_a_request(self, store: Store, firm: Firm) -> None:
        """The request of an item is kept and can be taken back."""
        item = a_time_entry(firm.activity, state=State.AWAITING_CUSTOMER)
        request = a_request(firm.project, firm.employee, item)
        asked = evolve(item, request_id=request.id, version=2)
        freed = evolve(item, request_id=None, version=3)
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.requests.add(request)
            uow.items.save(asked)
        with writing(store, firm) as uow:
            assert uow.items.find(item.id) == asked
            assert list(uow.items.awaiting_offer()) == []
            uow.items.save(freed)
        with reading(store, firm) as uow:
            assert list(uow.items.awaiting_offer()) == [freed]

    def test_where_items_stand_is_stored_and_nothing_else_of_them(self, store: Store, firm: Firm) -> None:
        """Time and expenses, one or many; what else is new in the items given stays as it is stored."""
        entries = [a_time_entry(firm.activity, MONDAY) for _ in range(150)]
        items: list[Item] = [*entries, an_expense(firm.activity, MONDAY)]
        request = a_request(firm.project, firm.employee, entries[0])
        moved = [_moved(item, request.id) for item in items]
        with writing(store, firm) as uow:
            uow.items.add(*items)
            uow.requests.add(request)
            uow.items.move(*(evolve(item, note="other", is_billable=False) for item in moved[1:]))
            uow.items.move(evolve(moved[0], on=MONDAY + timedelta(days=1)))
        with reading(store, firm) as uow:
            assert uow.items.find_many([item.id for item in items]) == sorted(moved, key=lambda item: item.id)
            monday = ItemFilter(period=Period(MONDAY, MONDAY + timedelta(days=1)))
            assert list(uow.items.stream(monday)) == in_order(moved)

    def test_one_that_moved_meanwhile_keeps_all_where_they_were(
        self, store: Store, firm: Firm, other_firm: Firm
    ) -> None:
        """A version that is not the next one, one that is gone, and one of another organization are conflicts."""
        items = self.stored(store, firm, 3)
        gone = a_time_entry(firm.activity, MONDAY)
        (elsewhere,) = self.stored(store, other_firm, 1)
        for wrong in (evolve(items[1], version=3), evolve(gone, version=2), evolve(elsewhere, version=2)):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.items.move(*(evolve(item, passed=1, version=2) for item in (items[0], items[2])), wrong)
        assert self.found(store, firm, *items) == items

    def test_kinds_are_told_apart(self, store: Store, firm: Firm) -> None:
        """Only time, or only expenses."""
        entry, expense = a_time_entry(firm.activity), an_expense(firm.activity)
        with writing(store, firm) as uow:
            uow.items.add(entry, expense)
        with reading(store, firm) as uow:
            assert list(uow.items.stream(ItemFilter(kind=ItemKind.TIME))) == [entry]
            assert list(uow.items.stream(ItemFilter(kind=ItemKind.EXPENSE))) == [expense]
