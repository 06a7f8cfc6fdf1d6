"""What an hour costs, and the price of an item."""

from datetime import date

import pytest
from attrs import evolve

from worktraq.core.customers import Customer
from worktraq.core.money import Money, Rate
from worktraq.core.organizations import Organization
from worktraq.core.projects import Project
from worktraq.core.rates import (
    ItemPrice,
    MoneyBudget,
    MoneyBudgetUse,
    RateBook,
    RateSubject,
    Spending,
    UnpricedTime,
    check_budget,
    filled_in,
    subjects_of,
    use_of,
)
from worktraq.errors import InvalidInput
from worktraq.testing.builders import MONDAY, a_rate, a_time_entry, an_expense
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()
ENTRY = a_time_entry(FIRM.activity, minutes=90)
ON_ACTIVITY, ON_PROJECT = a_rate(FIRM.activity, Rate("4", "EUR")), a_rate(FIRM.project, Rate("3", "EUR"))
ON_CUSTOMER = a_rate(FIRM.customer, Rate("2", "EUR"))
ON_ORGANIZATION = a_rate(FIRM.organization, Rate("1", "EUR"))


def test_most_particular_rate_counts() -> None:
    """Activity, project, customer, organization, in this order."""
    rules = [ON_ORGANIZATION, ON_CUSTOMER, ON_PROJECT, ON_ACTIVITY]
    found = [RateBook(rules[:count]).rule_for(ENTRY, "EUR") for count in range(5)]
    assert found == [None, ON_ORGANIZATION, ON_CUSTOMER, ON_PROJECT, ON_ACTIVITY]


def test_there_are_four_things_that_can_have_a_rate() -> None:
    """From the most to the least particular."""
    assert [subject.value for subject in RateSubject] == ["activity", "project", "customer", "organization"]


def test_without_a_project_its_rate_is_passed_over() -> None:
    """Loose work is priced by its customer."""
    loose = a_time_entry(FIRM.loose_activity)
    on_private = a_rate(FIRM.other_customer)
    assert RateBook([ON_PROJECT, on_private]).rule_for(loose, "EUR") is on_private


def test_day_of_work_decides_which_rate_counts() -> None:
    """The newest that has begun; one without a date counts from the beginning."""
    always = a_rate(FIRM.activity, Rate("1", "EUR"))
    october = a_rate(FIRM.activity, Rate("2", "EUR"), date(2026, 10, 5))
    november = a_rate(FIRM.activity, Rate("3", "EUR"), date(2026, 11, 1))
    book = RateBook([always, november, october])
    days = [date(2026, 10, 4), MONDAY, date(2026, 10, 31), date(2026, 11, 1)]
    assert [book.rule_for(evolve(ENTRY, on=day), "EUR") for day in days] == [always, october, october, november]


def test_rate_that_has_not_begun_leaves_room_for_a_less_particular_one() -> None:
    """Until then the customer's rate counts."""
    later = a_rate(FIRM.activity, Rate("9", "EUR"), date(2026, 11, 1))
    assert RateBook([later, ON_CUSTOMER]).rule_for(ENTRY, "EUR") is ON_CUSTOMER


def test_rate_in_another_currency_does_not_count() -> None:
    """Nothing is converted."""
    dollars = a_rate(FIRM.activity, Rate("4", "USD"))
    assert RateBook([dollars, ON_CUSTOMER]).rule_for(ENTRY, "EUR") is ON_CUSTOMER
    assert RateBook([dollars]).rule_for(ENTRY, "EUR") is None


def test_time_is_priced_by_its_rate() -> None:
    """Minutes times rate, with where it came from."""
    price = RateBook([ON_ACTIVITY]).price(ENTRY, "EUR", BEGINNING)
    assert price == ItemPrice(ENTRY.id, FIRM.id, Money("6", "EUR"), Rate("4", "EUR"), ON_ACTIVITY.id, BEGINNING)


def test_time_without_a_rate_has_no_price() -> None:
    """It is not worth nothing: its value is not known."""
    assert RateBook([]).price(ENTRY, "EUR", BEGINNING) is None


def test_expense_is_worth_its_amount() -> None:
    """Whatever the rates are."""
    expense = an_expense(FIRM.activity)
    price = RateBook([ON_ACTIVITY]).price(expense, "EUR", BEGINNING)
    assert price == ItemPrice(expense.id, FIRM.id, expense.amount, None, None, BEGINNING)


def test_rate_that_was_filled_in_comes_from_no_rule() -> None:
    """Somebody gave it by hand, and said why."""
    price = filled_in(ENTRY, Rate("10", "EUR"), "Forgotten", BEGINNING)
    assert (price.value, price.rule_id, price.reason) == (Money("15", "EUR"), None, "Forgotten")


@pytest.mark.parametrize("loose", [True, False])
def test_rates_of_everything_an_item_hangs_on_are_looked_up(loose: bool) -> None:
    """Its activity, project where there is one, customer and organization."""
    item = a_time_entry(FIRM.loose_activity if loose else FIRM.activity)
    expected = {item.activity_id, item.customer_id, FIRM.id} | ({item.project_id} if item.project_id else set())
    assert subjects_of([item, item]) == expected


@pytest.mark.requirement("T-07")
def test_budget_is_used_by_prices_expenses_and_what_rates_give_today() -> None:
    """Each entry is rounded by itself; what has no rate is told in minutes, and what is left may be negative."""
    budget = MoneyBudget(FIRM.project.id, FIRM.id, Money("100", "EUR"), version=3)
    early = date(2026, 10, 4)
    spending = Spending(
        (Money("90.00", "EUR"),),
        (
            UnpricedTime(FIRM.activity.id, early, 45, 2),
            UnpricedTime(FIRM.activity.id, MONDAY, 1, 3),
            UnpricedTime(FIRM.colleague_activity.id, MONDAY, 60, 1),
        ),
    )
    rules = [
        a_rate(FIRM.activity, Rate("0.30", "EUR"), MONDAY),
        a_rate(FIRM.colleague_activity, Rate("20", "EUR")),
        a_rate(FIRM.project, Rate("5", "JPY")),
    ]
    assert use_of(budget, FIRM.project, spending, RateBook(rules)) == MoneyBudgetUse(
        amount=Money("100", "EUR"),
        used=Money("110.03", "EUR"),
        left=Money("-10.03", "EUR"),
        minutes_without_rate=90,
        version=3,
    )


@pytest.mark.parametrize("subject", [FIRM.project, FIRM.customer, FIRM.organization])
def test_budget_follows_the_rates_around_its_project(subject: Project | Customer | Organization) -> None:
    """Of the project, the customer and the organization, as items do."""
    budget = MoneyBudget(FIRM.project.id, FIRM.id, Money("100", "EUR"))
    spending = Spending((), (UnpricedTime(FIRM.activity.id, MONDAY, 60, 2),))
    use = use_of(budget, FIRM.project, spending, RateBook([a_rate(subject, Rate("7", "EUR"))]))
    assert use.used == Money("14", "EUR")


def test_budget_in_another_currency_than_what_was_priced_cannot_be_told() -> None:
    """Amounts of different currencies are never added up."""
    budget = MoneyBudget(FIRM.project.id, FIRM.id, Money("100", "EUR"))
    with pytest.raises(InvalidInput) as refused:
        use_of(budget, FIRM.project, Spending((Money("1", "JPY"),), ()), RateBook([]))
    assert refused.value.code == "currencies_differ"


@pytest.mark.requirement("T-07")
@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (Money("0", "EUR"), "amount_not_positive"),
        (Money("-1", "EUR"), "amount_not_positive"),
        (Money("1", "JPY"), "currency_not_customers"),
        ("1", "amount_malformed"),
    ],
)
def test_bad_budget_is_refused(amount: Money, code: str) -> None:
    """It is positive, and in the customer's currency."""
    with pytest.raises(InvalidInput) as refused:
        check_budget(amount, "EUR")
    assert refused.value.code == code
    assert check_budget(Money("0.01", "EUR"), "EUR") == Money("0.01", "EUR")
