"""What every store must do with rates and frozen prices."""

from collections.abc import Callable, Hashable
from datetime import date, timedelta
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.ids import ItemId, MarkupId, ProjectId, RateRuleId
from worktraq.core.markups import MarkupRule
from worktraq.core.money import Money, Rate
from worktraq.core.rates import ItemPrice, MoneyBudget, RateRule, Spending, UnpricedTime
from worktraq.errors import NotFound
from worktraq.ports.rates import MarkupRepository, RateRepository
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import MONDAY, a_markup, a_price, a_rate, a_time_entry, an_expense, new_id
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


class MarkupRepositoryContract(ChangingContract[MarkupRule, MarkupId]):
    """Mark-ups: one per subject and date of validity."""

    def repository(self, uow: UnitOfWork) -> MarkupRepository:
        """The mark-ups."""
        return uow.markups

    def id_of(self, entity: MarkupRule) -> MarkupId:
        """Of a rule."""
        return entity.id

    def as_id(self, value: UUID) -> MarkupId:
        """Of a rule."""
        return MarkupId(value)

    def new_ones(self, _uow: UnitOfWork, firm: Firm, number: int) -> list[MarkupRule]:
        """Mark-ups of one project, from one day after the other."""
        first = date(2020, 1, 1)
        return [a_markup(firm.project, valid_from=first + timedelta(days=at)) for at in range(number)]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[MarkupRule]:
        """Mark-ups of all kinds."""
        return strategies.markup_rules(firm)

    def unique_keys(self) -> tuple[Callable[[MarkupRule], Hashable], ...]:
        """Id; and subject and date together."""
        return (self.id_of, lambda rule: (rule.subject_id, rule.valid_from))

    def changed(self, entity: MarkupRule) -> MarkupRule:
        """None at all."""
        return evolve(entity, hundredths=0, version=entity.version + 1)

    def test_markups_on_several_things(self, store: Store, firm: Firm) -> None:
        """Of each of them, in order of id; the one from the beginning too."""
        rules = [a_markup(firm.customer), a_markup(firm.project, 0), a_markup(firm.project, valid_from=MONDAY)]
        with rolled_back(store, firm) as uow:
            uow.markups.add(*rules, a_markup(firm.organization))
            found = uow.markups.on_subjects([firm.customer.id, firm.project.id, new_id()])
        assert found == sorted(rules, key=lambda rule: rule.id)


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

    def test_a_price_is_added_where_there_is_none(self, store: Store, firm: Firm) -> None:
        """A second one is a conflict, and nothing of what is added with it is kept."""
        entry, other = a_time_entry(firm.activity), a_time_entry(firm.activity)
        with writing(store, firm) as uow:
            uow.items.add(entry, other)
            uow.prices.add(a_price(entry))
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.prices.add(a_price(other), a_price(entry, Rate("195.00", "EUR")))
        with reading(store, firm) as uow:
            assert self.by_item(uow, entry.id, other.id) == [a_price(entry)]

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

    @pytest.mark.requirement("T-07")
    def test_what_is_spent_on_a_project_is_added_up(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Frozen prices of time, amounts of expenses, and the time without a price, alike entries together."""
        dear = [a_time_entry(firm.activity, minutes=90) for _ in range(2)]
        alike = [a_time_entry(firm.activity, minutes=7) for _ in range(3)]
        others = [
            a_time_entry(firm.activity, minutes=8),
            a_time_entry(firm.activity, date(2026, 10, 4), 7),
            a_time_entry(firm.colleague_activity, minutes=7),
        ]
        expenses = [an_expense(firm.activity, amount=Money("12.50", "EUR")), an_expense(firm.colleague_activity)]
        elsewhere = [a_time_entry(firm.fixed_activity), a_time_entry(firm.loose_activity)]
        yen = an_expense(firm.activity, amount=Money("500", "JPY"))
        with writing(store, firm) as uow:
            uow.items.add(*dear, *alike, *others, *expenses, *elsewhere, yen)
            uow.prices.put(*(a_price(item) for item in (*dear, expenses[0], elsewhere[0])))
        one, other = firm.activity.id, firm.colleague_activity.id
        spent = sum(expense.amount.minor for expense in expenses)
        with reading(store, firm) as uow:
            assert uow.prices.spending(firm.project.id) == Spending(
                (Money.from_minor(2 * 14250 + spent, "EUR"), Money("500", "JPY")),
                (
                    UnpricedTime(one, date(2026, 10, 4), 7, 1),
                    UnpricedTime(one, MONDAY, 7, 3),
                    UnpricedTime(one, MONDAY, 8, 1),
                    UnpricedTime(other, MONDAY, 7, 1),
                ),
            )
        with reading(store, other_firm) as uow:
            assert uow.prices.spending(firm.project.id) == Spending((), ())

    def by_item(self, uow: UnitOfWork, *item_ids: ItemId) -> list[ItemPrice]:
        """The prices of items, in order of the items."""
        return sorted(uow.prices.of_items(item_ids), key=lambda price: price.item_id)


class MoneyBudgetRepositoryContract(StoreContract):
    """Money budgets: one per project at most."""

    def budget(self, firm: Firm, amount: str = "1000", version: int = 1) -> MoneyBudget:
        """A budget of the firm's project."""
        return MoneyBudget(firm.project.id, firm.id, Money(amount, "EUR"), version)

    @pytest.mark.requirement("T-07")
    def test_a_budget_is_set_changed_and_removed(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Of one project, and of nobody else."""
        with writing(store, firm) as uow:
            uow.budgets.add(self.budget(firm))
        with writing(store, firm) as uow:
            assert uow.budgets.find(firm.project.id) == self.budget(firm)
            assert uow.budgets.find(firm.fixed_project.id) is None
            uow.budgets.save(self.budget(firm, "2000", 2))
        with writing(store, other_firm) as uow:
            assert uow.budgets.find(firm.project.id) is None
            uow.budgets.remove_of([firm.project.id])
        with writing(store, firm) as uow:
            assert uow.budgets.find(firm.project.id) == self.budget(firm, "2000", 2)
            uow.budgets.remove_of([firm.project.id, firm.fixed_project.id, *(ProjectId(new_id()) for _ in range(9))])
        with reading(store, firm) as uow:
            assert uow.budgets.find(firm.project.id) is None

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever amount and currency there can be is kept exactly."""
        budget = data.draw(strategies.money_budgets(firm))
        with rolled_back(store, firm) as uow:
            uow.budgets.add(budget)
            assert uow.budgets.find(budget.project_id) == budget

    def test_a_second_or_stale_budget_is_a_conflict(self, store: Store, firm: Firm) -> None:
        """What is stored stays."""
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.budgets.save(self.budget(firm, version=2))
        with writing(store, firm) as uow:
            uow.budgets.add(self.budget(firm))
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.budgets.add(self.budget(firm, "2000"))
        for version in (1, 3):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.budgets.save(self.budget(firm, "2000", version))
        with reading(store, firm) as uow:
            assert uow.budgets.find(firm.project.id) == self.budget(firm)

    def test_a_budget_belongs_to_a_project_of_the_organization(
        self, store: Store, firm: Firm, other_firm: Firm
    ) -> None:
        """One that is not there, or somebody else's, has none; and a project with one is not removed."""
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.budgets.add(evolve(self.budget(firm), project_id=ProjectId(new_id())))
        with pytest.raises(NotFound), writing(store, other_firm) as uow:
            uow.budgets.add(self.budget(firm))
        with writing(store, firm) as uow:
            uow.budgets.add(MoneyBudget(firm.fixed_project.id, firm.id, Money("1", "EUR")))
            uow.activities.remove(firm.fixed_activity)
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.projects.remove(firm.fixed_project)

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing is set or removed without `writes`."""
        with writing(store, firm) as uow:
            uow.budgets.add(self.budget(firm))
        with read_only(), reading(store, firm) as uow:
            uow.budgets.add(MoneyBudget(firm.fixed_project.id, firm.id, Money("1", "EUR")))
        with read_only(), reading(store, firm) as uow:
            uow.budgets.save(self.budget(firm, "2000", 2))
        with read_only(), reading(store, firm) as uow:
            uow.budgets.remove_of([firm.project.id])
