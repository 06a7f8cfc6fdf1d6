"""What every store must find that is not billed yet, and add up."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.billing import Unbilled, UnbilledReason, reasons, status_by_now
from worktraq.core.calendar import Cadence
from worktraq.core.entries import Item, State
from worktraq.core.paging import PageRequest, every
from worktraq.core.projects import Hourly
from worktraq.core.rates import RateBook
from worktraq.core.unbilled import BAND_DAYS, AgeBand, UnbilledBy, UnbilledSum, sums_of
from worktraq.ports.billing import UnbilledFilter
from worktraq.ports.entries import ItemFilter
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import a_request, a_time_entry
from worktraq.testing.contracts.base import StoreContract, many_examples, reading, rolled_back, writing
from worktraq.testing.contracts.registered import Registered, chosen, registered
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import Firm
from worktraq.testing.strategies.unbilled import Unbilling, unbilling

AT = BEGINNING + timedelta(days=200)
EVERYTHING = UnbilledFilter(at=AT, currency="EUR")


class UnbilledReaderContract(StoreContract):
    """What is not billed yet, with its leading reason and its value."""

    @pytest.fixture
    def some(self, store: Store, firm: Firm) -> Registered:
        """All kinds of items, stored in the firm."""
        return registered(store, firm)

    @pytest.mark.requirement("B-01", "L-13", "W-05")
    @many_examples
    @given(data=st.data())
    def test_sums_are_what_a_plain_computation_gives(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """For rates, mark-ups, requests and items of all kinds; for every filter and grouping, to the cent."""
        world = data.draw(unbilling(firm, AT))
        wanted = data.draw(filters(firm))
        by = data.draw(st.frozensets(st.sampled_from(UnbilledBy)))
        with rolled_back(store, firm) as uow:
            world.store(uow)
            assert in_any_order(uow.unbilled.sums(wanted, by)) == in_any_order(expected_sums(world, wanted, by))

    @pytest.mark.requirement("B-01", "L-13")
    @many_examples
    @given(data=st.data())
    def test_pages_hold_what_a_plain_computation_gives(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """In order of day, then id, whatever the size of the pages."""
        world, wanted = data.draw(unbilling(firm, AT)), data.draw(filters(firm))
        limit = data.draw(st.integers(1, 4))
        with rolled_back(store, firm) as uow:
            world.store(uow)
            read = partial(uow.unbilled.page, wanted=wanted)
            found = list(every(lambda request: read(evolve(request, limit=limit))))
        assert found == [each.item for each in expected(world, wanted)]

    @pytest.mark.requirement("B-01")
    def test_what_is_invoiced_is_no_longer_in_it(self, store: Store, firm: Firm, some: Registered) -> None:
        """The state of an item as it is now counts, forth and back."""
        item = next(item for item in some.items if item.state is State.APPROVED and item.is_billable)
        with writing(store, firm) as uow:
            uow.items.save(evolve(item, state=State.INVOICED, version=2))
            assert item.id not in ids_in(uow)
            uow.items.save(evolve(item, version=3))
            assert item.id in ids_in(uow)

    @pytest.mark.requirement("B-01")
    @pytest.mark.parametrize(
        ("late", "reason"), [(-1, "request_expired"), (0, "request_expired"), (1, "awaiting_customer")]
    )
    def test_request_is_expired_from_the_instant_of_its_expiry(
        self, store: Store, firm: Firm, late: int, reason: str
    ) -> None:
        """Also where the scheduler has not come by; since then, for the age of it."""
        request = evolve(a_request(firm.project, firm.employee), expires_at=AT + timedelta(microseconds=late))
        item = evolve(a_time_entry(firm.activity, state=State.AWAITING_CUSTOMER), request_id=request.id)
        by = (UnbilledBy.REASON, UnbilledBy.AGE)
        with rolled_back(store, firm) as uow:
            uow.requests.add(request)
            uow.items.add(item)
            (found,) = uow.unbilled.sums(EVERYTHING, by)
            page = uow.unbilled.page(PageRequest(), evolve(EVERYTHING, reasons=frozenset({found.reason})))
        assert (found.reason.value, found.group.reason, list(page)) == (reason, found.reason, [item])
        assert found.group.age is (AgeBand.UP_TO_7 if late <= 0 else AgeBand.OVER_90)

    @pytest.mark.usefixtures("some")
    def test_another_organization_finds_nothing(self, store: Store, other_firm: Firm) -> None:
        """What is not billed is of one organization."""
        with reading(store, other_firm) as uow:
            assert list(uow.unbilled.sums(EVERYTHING, ())) == []
            assert list(uow.unbilled.page(PageRequest(), EVERYTHING)) == []


def ids_in(uow: UnitOfWork) -> set[UUID]:
    """The items that are not billed."""
    return {item.id for item in every(partial(uow.unbilled.page, wanted=EVERYTHING))}


def filters(firm: Firm) -> st.SearchStrategy[UnbilledFilter]:
    """Every condition alone and together with others; ages around the ends of the bands."""
    days = sorted({0, *BAND_DAYS.values(), *(day + 1 for day in BAND_DAYS.values())})
    return st.builds(
        UnbilledFilter,
        items=st.one_of(st.just(ItemFilter()), strategies.item_filters(firm)),
        reasons=st.one_of(st.none(), st.none(), st.frozensets(st.sampled_from(UnbilledReason))),
        since_before=st.one_of(st.none(), st.none(), st.sampled_from(days).map(lambda day: AT - timedelta(days=day))),
        at=st.just(AT),
        currency=st.sampled_from(("EUR", "CLF")),
        shows_amounts=st.sampled_from((True, True, False)),
        week_start=st.integers(1, 7),
    )


def in_any_order(sums: Sequence[UnbilledSum]) -> list[str]:
    """Sums that can be compared."""
    return sorted(map(repr, sums))


def expected_sums(world: Unbilling, wanted: UnbilledFilter, by: frozenset[UnbilledBy]) -> list[UnbilledSum]:
    """What the sums have to be."""
    found = expected(world, wanted)
    return sums_of(found, by, at=AT, week_start=wanted.week_start, shows_amounts=wanted.shows_amounts)


def expected(world: Unbilling, wanted: UnbilledFilter) -> list[Unbilled]:
    """What of a world is wanted, in order of day, then id."""
    items = chosen(world.items, evolve(wanted.items, states=frozenset(), is_billable=True))
    found = [unbilled(world, item, wanted) for item in items if item.state is not State.INVOICED]
    return [each for each in found if is_wanted(each, wanted)]


def is_wanted(unbilled: Unbilled, wanted: UnbilledFilter) -> bool:
    """Whether the leading reason is one of those asked for, and old enough."""
    leading = reasons(unbilled, shows_amounts=wanted.shows_amounts)[0]
    is_old = wanted.since_before is None or leading.since < wanted.since_before
    return is_old and (wanted.reasons is None or leading.reason in wanted.reasons)


def unbilled(world: Unbilling, item: Item, wanted: UnbilledFilter) -> Unbilled:
    """An item with all that its reasons follow from."""
    customer = next(each for each in world.customers if each.id == item.customer_id)
    currency = customer.data.currency or wanted.currency
    project = next((each for each in world.projects if each.id == item.project_id), None)
    request = next((each for each in world.requests if each.id == item.request_id), None)
    price = next((each for each in world.prices if each.item_id == item.id), None)
    if price is None and item.follows_rates:
        price = RateBook(world.rates, world.markups).price(item, currency, AT)
    status, since = status_by_now(request, AT) if request else (None, None)
    cadence = project.billing.cadence if project and isinstance(project.billing, Hourly) else Cadence.MONTHLY
    return Unbilled(item, currency, price, status, since, cadence)
