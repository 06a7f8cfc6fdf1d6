"""What every store must do with rates and frozen prices."""

from collections.abc import Callable, Hashable
from datetime import date, timedelta
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.ids import ItemId, RateRuleId
from worktraq.core.money import Rate
from worktraq.core.rates import ItemPrice, RateRule
from worktraq.ports.rates import RateRepository
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import a_price, a_rate, a_time_entry, an_expense, new_id
from worktraq.testing.contracts.base import (
    StoreContract,
    conflict,
    many_examples,
    read_only,
    reading,
    rolled_back,
    writing,
)
from worktraq.testing.contracts.changes import ChangingContract
from worktraq.testing.contracts.repository import MANY
from worktraq.testing.firms import Firm


class RateRepositoryContract(ChangingContract[RateRule, RateRuleId]):
    """Rates: one per subject, currency and date of validity."""

    def repository(self, uow: UnitOfWork) -> RateRepository:
        """The rates."""
        return uow.rates

    def id_of(self, entity: RateRule) -> RateRuleId:
        """Of a rule."""
        return entity.id

    def as_id(self, value: UUID) -> RateRuleId:
        """Of a rule."""
        return RateRuleId(value)

    def new_ones(self, _uow: UnitOfWork, firm: Firm, number: int) -> list[RateRule]:
        """Rates of one project, from one day after the other."""
        first = date(2020, 1, 1)
        return [a_rate(firm.project, valid_from=first + timedelta(days=at)) for at in range(number)]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[RateRule]:
        """Rates of all kinds."""
        return strategies.rate_rules(firm)

    def unique_keys(self) -> tuple[Callable[[RateRule], Hashable], ...]:
        """Id; and subject, currency and date together."""
        return (self.id_of, lambda rule: (rule.subject_id, rule.rate.currency, rule.valid_from))

    def changed(self, entity: RateRule) -> RateRule:
        """A little higher."""
        rate = Rate.from_ten_thousandths(entity.rate.ten_thousandths + 1, entity.rate.currency)
        return evolve(entity, rate=rate, version=entity.version + 1)

    @pytest.mark.parametrize("valid_from", [None, date(2026, 10, 5)])
    def test_a_subject_has_one_rate_per_currency_and_date(
        self, store: Store, firm: Firm, valid_from: date | None
    ) -> None:
        """A second one is a conflict, also where both have no date."""
        with writing(store, firm) as uow:
            uow.rates.add(a_rate(firm.activity, valid_from=valid_from))
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.rates.add(a_rate(firm.activity, Rate("1", "EUR"), valid_from))

    def test_rates_that_differ_in_one_thing_stand_beside_each_other(self, store: Store, firm: Firm) -> None:
        """Another subject, currency or date is another rate."""
        rules = [
            a_rate(firm.activity),
            a_rate(firm.activity, Rate("95.00", "USD")),
            a_rate(firm.activity, valid_from=date(1900, 1, 1)),
            a_rate(firm.project),
            a_rate(firm.customer),
            a_rate(firm.organization),
        ]
        with writing(store, firm) as uow:
            uow.rates.add(*rules)
        assert self.found(store, firm, *rules) == rules

    def test_rates_on_things_are_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """In order of their ids, each once; any number of things can be asked for."""
        things = (firm.activity, firm.project, firm.customer, firm.organization)
        rules = [a_rate(thing) for thing in things] + [a_rate(firm.project, valid_from=date(2026, 1, 1))]
        with writing(store, firm) as uow:
            uow.rates.add(*reversed(rules))
        with reading(store, firm) as uow:
            on = uow.rates.on_subjects
            assert list(on([firm.project.id, firm.customer.id, firm.project.id])) == [rules[1], rules[2], rules[4]]
            assert list(on([*(new_id() for _ in range(MANY)), firm.organization.id])) == [rules[3]]
            assert list(on([firm.other_customer.id])) == []
            assert list(on([])) == []
        with reading(store, other_firm) as uow:
            assert list(uow.rates.on_subjects([firm.project.id])) == []


class PriceRepositoryContract(StoreContract):
    """Frozen prices: one per item at most."""

    def test_a_price_is_found_and_replaced(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """The last price that was put counts."""
        entry, expense = a_time_entry(firm.activity), an_expense(firm.activity)
        prices = [a_price(entry), a_price(expense)]
        with writing(store, firm) as uow:
            uow.items.add(entry, expense)
            uow.prices.put(*prices)
        dearer = a_price(entry, Rate("195.00", "EUR"))
        with writing(store, firm) as uow:
            assert self.by_item(uow, entry.id, expense.id) == prices
            uow.prices.put(dearer)
        with reading(store, firm) as uow:
            assert self.by_item(uow, entry.id, expense.id) == [dearer, prices[1]]
        with reading(store, other_firm) as uow:
            assert self.by_item(uow, entry.id) == []

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever value, rate and instant there can be is kept exactly."""
        item, rule = a_time_entry(firm.activity), a_rate(firm.activity)
        price = data.draw(strategies.prices(item, data.draw(st.sampled_from((None, rule)))))
        with rolled_back(store, firm) as uow:
            uow.items.add(item)
            uow.rates.add(rule)
            uow.prices.put(price)
            assert self.by_item(uow, item.id) == [price]

    def test_a_price_outlives_the_rule_it_came_from(self, store: Store, firm: Firm) -> None:
        """A rate that is removed leaves the prices that were frozen with it."""
        item, rule = a_time_entry(firm.activity), a_rate(firm.activity)
        price = evolve(a_price(item), rule_id=rule.id)
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.rates.add(rule)
            uow.prices.put(price)
        with writing(store, firm) as uow:
            uow.rates.remove(rule)
        with reading(store, firm) as uow:
            assert self.by_item(uow, item.id) == [price]

    def test_any_number_of_items_can_be_asked_for(self, store: Store, firm: Firm) -> None:
        """Items without a price are left out; asking twice gives one."""
        items = [a_time_entry(firm.activity, minutes=1) for _ in range(MANY)]
        prices = [a_price(item) for item in items[1:]]
        with writing(store, firm) as uow:
            uow.items.add(*items)
            uow.prices.put(*prices)
        with reading(store, firm) as uow:
            assert self.by_item(uow, *(item.id for item in items), items[1].id) == prices
            assert self.by_item(uow) == []

    def test_prices_are_removed(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Items without a price are passed over, and so are those of other organizations."""
        items = [a_time_entry(firm.activity) for _ in range(3)]
        prices = [a_price(item) for item in items[:2]]
        with writing(store, firm) as uow:
            uow.items.add(*items)
            uow.prices.put(*prices)
        with writing(store, other_firm) as uow:
            uow.prices.remove([items[1].id])
        with writing(store, firm) as uow:
            uow.prices.remove([items[0].id, items[2].id, *(ItemId(new_id()) for _ in range(MANY))])
        with reading(store, firm) as uow:
            assert self.by_item(uow, *(item.id for item in items)) == [prices[1]]

    def test_what_is_rolled_back_has_no_price(self, store: Store, firm: Firm) -> None:
        """An error in the transaction leaves the prices as they were."""
        items = [a_time_entry(firm.activity) for _ in range(2)]
        prices = [a_price(item) for item in items]
        with writing(store, firm) as uow:
            uow.items.add(*items)
            uow.prices.put(prices[0])
        with rolled_back(store, firm) as uow:
            uow.prices.put(prices[1])
            uow.prices.remove([items[0].id])
        with reading(store, firm) as uow:
            assert self.by_item(uow, *(item.id for item in items)) == [prices[0]]

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing is put or removed without `writes`."""
        item = a_time_entry(firm.activity)
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.prices.put(a_price(item))
        with read_only(), reading(store, firm) as uow:
            uow.prices.put(a_price(item))
        with read_only(), reading(store, firm) as uow:
            uow.prices.remove([item.id])

    def by_item(self, uow: UnitOfWork, *item_ids: ItemId) -> list[ItemPrice]:
        """The prices of items, in order of the items."""
        return sorted(uow.prices.of_items(item_ids), key=lambda price: price.item_id)
