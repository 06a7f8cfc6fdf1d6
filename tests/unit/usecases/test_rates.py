"""Rates and frozen prices."""

from datetime import date
from functools import partial

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.access import Right
from worktraq.core.entries import Item
from worktraq.core.events import EventName
from worktraq.core.ids import ProjectId
from worktraq.core.money import Money, Rate
from worktraq.core.rates import MoneyBudgetUse, RateSubject
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.usecases.transaction import Transaction


def value(office: Office, item: Item) -> tuple[Money | None, bool]:
    """What an item is worth, and whether that is frozen."""
    with office.viewing(office.manager) as tx:
        explained = tx.rates.explain(item.id)
    return explained.price.value if explained.price else None, explained.is_frozen


def approved(office: Office) -> Item:
    """An hour of Eva's without a project, approved."""
    with office.acting(office.eva) as tx:
        item = tx.entries.register_time(office.firm.loose_activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    office.approve(item)
    return item


def test_most_particular_rate_counts(office: Office) -> None:
    """Organization, customer, project, activity: each beats the ones before."""
    firm, item = office.firm, office.time()
    found = [value(office, item)[0]]
    subjects = [
        (RateSubject.ORGANIZATION, firm.id, "1"),
        (RateSubject.CUSTOMER, firm.customer.id, "2"),
        (RateSubject.PROJECT, firm.project.id, "3"),
        (RateSubject.ACTIVITY, firm.activity.id, "4"),
    ]
    for subject, subject_id, rate in subjects:
        with office.acting(office.manager) as tx:
            tx.rates.set(subject, subject_id, Rate(rate, "EUR"))
        found.append(value(office, item)[0])
    assert found == [None, *(Money(rate, "EUR") for rate in "1234")]


def test_rate_of_the_same_date_is_replaced(office: Office) -> None:
    """One of another date or currency stands beside it, the earliest first."""
    organization_id = office.firm.id
    with office.acting(office.manager) as tx:
        first = tx.rates.set(RateSubject.ORGANIZATION, organization_id, Rate("1", "EUR"))
        second = tx.rates.set(RateSubject.ORGANIZATION, organization_id, Rate("2", "EUR"))
        later = tx.rates.set(RateSubject.ORGANIZATION, organization_id, Rate("3", "EUR"), valid_from=MONDAY)
        dollars = tx.rates.set(RateSubject.ORGANIZATION, organization_id, Rate("4", "USD"))
        rules = tx.rates.on(organization_id)
    assert (second.id, second.version) == (first.id, 2)
    assert rules == [second, later, dollars]


def test_rate_is_removed(office: Office) -> None:
    """By who saw its present version."""
    item = office.time()
    office.set_rate()
    with office.acting(office.manager) as tx:
        (rule,) = tx.rates.on(office.firm.customer.id)
    office.refuses(office.manager, lambda tx: tx.rates.remove(rule.id, version=9), Conflict)
    with office.acting(office.manager) as tx:
        tx.rates.remove(rule.id, version=1)
    assert value(office, item) == (None, False)


def test_price_is_frozen_at_approval(office: Office) -> None:
    """Until then it follows the rates; afterwards nothing changes it."""
    with office.acting(office.manager) as tx:
        tx.rates.set(RateSubject.ORGANIZATION, office.firm.id, Rate("10", "EUR"))
    item, draft = approved(office), office.time()
    with office.acting(office.manager) as tx:
        tx.rates.set(RateSubject.ORGANIZATION, office.firm.id, Rate("20", "EUR"))
    assert value(office, item) == (Money("10", "EUR"), True)
    assert value(office, draft) == (Money("20", "EUR"), False)


def test_day_of_work_decides_on_the_rate(office: Office) -> None:
    """Not the day of approval."""
    with office.acting(office.manager) as tx:
        tx.rates.set(RateSubject.ORGANIZATION, office.firm.id, Rate("10", "EUR"))
        tx.rates.set(RateSubject.ORGANIZATION, office.firm.id, Rate("20", "EUR"), valid_from=date(2026, 10, 6))
    assert value(office, office.time())[0] == Money("10", "EUR")
    assert value(office, office.time(on=date(2026, 10, 6)))[0] == Money("20", "EUR")


@pytest.mark.requirement("W-13")
def test_what_is_not_billable_has_no_price(office: Office) -> None:
    """Internal work is worth nothing to a customer."""
    with office.acting(office.manager) as tx:
        tx.rates.set(RateSubject.ORGANIZATION, office.firm.id, Rate("10", "EUR"))
    with office.acting(office.eva) as tx:
        item = tx.entries.register_time(office.firm.internal_activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    assert value(office, item) == (None, False)
    office.approve(item)
    assert value(office, item) == (None, False)


def test_missing_rate_is_filled_in_with_a_reason(office: Office) -> None:
    """Of approved time; from then on it is frozen."""
    item = approved(office)
    with office.acting(office.manager) as tx:
        price = tx.rates.fill_in(item.id, Rate("10", "EUR"), reason="Forgotten")
    assert (price.value, price.rule_id) == (Money("10", "EUR"), None)
    assert value(office, item) == (Money("10", "EUR"), True)
    with office.acting(office.manager) as tx:
        explained = tx.rates.explain(item.id).price
    assert explained is not None
    assert explained.reason == "Forgotten"


def test_rate_set_later_does_not_price_what_was_approved_without(office: Office) -> None:
    """It is filled in by hand, with a reason."""
    item = approved(office)
    with office.acting(office.manager) as tx:
        tx.rates.set(RateSubject.ORGANIZATION, office.firm.id, Rate("10", "EUR"))
    assert value(office, item) == (None, False)


def test_rate_is_filled_in_only_where_it_is_missing(office: Office) -> None:
    """Not for a draft, not for an expense, not twice, not without a reason, not in another currency."""
    item, draft, expense = approved(office), office.time(), office.expense()
    rate = Rate("10", "EUR")
    refused = [
        office.refuses(office.manager, lambda tx, each=each: tx.rates.fill_in(each.id, rate, reason="x"), Refused)  # type: ignore[misc]  # binds
        for each in (draft, expense)
    ]
    for bad in (
        lambda tx: tx.rates.fill_in(item.id, rate, reason=" "),
        lambda tx: tx.rates.fill_in(item.id, Rate("10", "USD"), reason="x"),
        lambda tx: tx.rates.fill_in(item.id, "10", reason="x"),
    ):
        office.refuses(office.manager, bad, InvalidInput)
    with office.acting(office.manager) as tx:
        tx.rates.fill_in(item.id, rate, reason="x")
    refused.append(office.refuses(office.manager, lambda tx: tx.rates.fill_in(item.id, rate, reason="x"), Refused))
    assert [codes(each) for each in refused] == [["rate_not_missing"]] * 3


def test_bad_rate_is_refused(office: Office) -> None:
    """In another currency, on internal work, from no date, or no rate at all."""
    firm, rate = office.firm, Rate("10", "EUR")
    for bad in (
        lambda tx: tx.rates.set(RateSubject.CUSTOMER, firm.customer.id, Rate("10", "USD")),
        lambda tx: tx.rates.set(RateSubject.CUSTOMER, firm.internal.id, rate),
        lambda tx: tx.rates.set(RateSubject.ACTIVITY, firm.internal_activity.id, rate),
        lambda tx: tx.rates.set(RateSubject.CUSTOMER, firm.customer.id, rate, valid_from="today"),
        lambda tx: tx.rates.set(RateSubject.CUSTOMER, firm.customer.id, "10"),
        lambda tx: tx.rates.set(RateSubject.ORGANIZATION, firm.id, "10"),
    ):
        office.refuses(office.manager, bad, InvalidInput)


def test_rate_is_set_on_what_it_is_said_to_be_on(office: Office) -> None:
    """An activity is not a project."""
    firm = office.firm
    office.refuses(
        office.manager, lambda tx: tx.rates.set(RateSubject.PROJECT, firm.activity.id, Rate("1", "EUR")), NotFound
    )
    office.refuses(
        office.manager, lambda tx: tx.rates.set(RateSubject.ORGANIZATION, firm.customer.id, Rate("1", "EUR")), NotFound
    )


@pytest.mark.requirement("T-07")
def test_money_budget_tells_what_is_used(office: Office) -> None:
    """Frozen prices stay, the rest follows the rates; expenses count, and time without a rate is told in minutes."""
    project_id = office.firm.project.id
    with office.acting(office.manager) as tx:
        assert tx.rates.budget(project_id) is None
        tx.rates.set_budget(project_id, Money("200", "EUR"))
    first = office.time(60)
    office.expense("12.50")
    with office.viewing(office.manager) as tx:
        use = tx.rates.budget(project_id)
    assert use == MoneyBudgetUse(Money("200", "EUR"), Money("12.50", "EUR"), Money("187.50", "EUR"), 60, 1)
    office.set_rate("100")
    office.submit()
    office.approve(first)
    with office.acting(office.manager) as tx:
        tx.approval.waive([first.id], reason="urgent")
    office.set_rate("200")
    office.time(30)
    with office.viewing(office.manager) as tx:
        use = tx.rates.budget(project_id)
    assert use is not None
    assert (use.used, use.left) == (Money("212.50", "EUR"), Money("-12.50", "EUR"))
    assert use.minutes_without_rate == 0


@pytest.mark.requirement("T-07")
def test_money_budget_is_changed_and_taken_away(office: Office) -> None:
    """By who saw its present version, and with a fact in the history."""
    project_id = office.firm.project.id
    with office.acting(office.manager) as tx:
        assert tx.rates.set_budget(project_id, None) is None
        first = tx.rates.set_budget(project_id, Money("1", "EUR"))
        second = tx.rates.set_budget(project_id, Money("2", "EUR"), version=1)
    assert (first and first.version, second and second.version) == (1, 2)
    for version in (0, 1, 3):
        office.refuses(office.manager, partial(_set_budget, project_id, Money("3", "EUR"), version), Conflict)
    with office.acting(office.manager) as tx:
        tx.rates.set_budget(project_id, None, version=2)
        assert tx.rates.budget(project_id) is None
        names = [event.name for event in tx.audit.history(project_id)]
    assert names == [EventName.MONEY_BUDGET_SET, EventName.MONEY_BUDGET_SET, EventName.MONEY_BUDGET_REMOVED]


def _set_budget(project_id: ProjectId, amount: Money, version: int, tx: Transaction) -> None:
    tx.rates.set_budget(project_id, amount, version=version)


@pytest.mark.requirement("T-07", "W-13")
def test_money_budget_is_in_the_customers_currency_and_not_internal(office: Office) -> None:
    """Internal work has no price."""
    with office.acting(office.manager) as tx:
        internal = tx.projects.add(office.firm.internal.id, name="Training")
    refused = [
        office.refuses(office.manager, partial(_set_budget, each, amount, 0), InvalidInput).code
        for each, amount in ((internal.id, Money("1", "EUR")), (office.firm.project.id, Money("1", "JPY")))
    ]
    assert refused == ["internal_not_billable", "currency_not_customers"]


@pytest.mark.requirement("W-05")
def test_money_budget_is_for_managers_only(office: Office) -> None:
    """Neither setting nor reading, whatever rights there are."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        for right in Right:
            tx.access.grant(right, customer_id=firm.customer.id, user_id=firm.employee.id)
    for command in (
        lambda tx: tx.rates.budget(firm.project.id),
        partial(_set_budget, firm.project.id, Money(1, "EUR"), 0),
    ):
        assert codes(office.refuses(office.eva, command, Refused)) == ["needs_manager"]


@pytest.mark.requirement("W-05")
def test_rate_is_explained_with_those_that_were_passed_over(office: Office) -> None:
    """The one that applies, why the others do not; who filled a missing one in."""
    firm, item = office.firm, approved(office)
    with office.acting(office.manager) as tx:
        tx.rates.set(RateSubject.ORGANIZATION, firm.id, Rate("10", "EUR"))
        later = tx.rates.set(RateSubject.CUSTOMER, item.customer_id, Rate("20", "EUR"), valid_from=date(2999, 1, 1))
        tx.rates.fill_in(item.id, Rate("30", "EUR"), reason="Agreed by mail")
        explained = tx.rates.explain(item.id)
    assert [(each.rule.subject.value, each.standing.value) for each in explained.candidates] == [
        ("customer", "not_yet_valid"),
        ("organization", "applies"),
    ]
    assert explained.candidates[0].rule == later
    assert (explained.is_frozen, explained.filled_in_by) == (True, firm.manager.id)


@pytest.mark.requirement("W-05")
def test_missing_rates_are_filled_in_together(office: Office) -> None:
    """Of a customer, on a project, of an employee or on some days; only where they are missing."""
    firm = office.firm
    with office.acting(office.eva) as tx:
        items = [tx.entries.register_time(firm.loose_activity.id, on=MONDAY, minutes=each) for each in (30, 60)]
        tx.approval.submit(OCTOBER)
    office.approve(*items)
    draft = office.time()
    customer_id, rate = firm.other_customer.id, Rate("10", "EUR")
    with office.acting(office.manager) as tx:
        fill = tx.rates.fill_in_all
        nothing = fill(rate, reason="Forgotten", customer_id=customer_id, user_id=firm.colleague.id, period=OCTOBER)
        assert (nothing, fill(rate, reason="Forgotten", customer_id=firm.customer.id, project_id=firm.project.id)) == (
            *([], []),
        )
        prices = fill(rate, reason="Forgotten", customer_id=customer_id, user_id=firm.employee.id, period=OCTOBER)
        assert fill(rate, reason="Forgotten", customer_id=customer_id) == []
    assert [(price.item_id, price.value, price.reason) for price in prices] == [
        (items[0].id, Money("5", "EUR"), "Forgotten"),
        (items[1].id, Money("10", "EUR"), "Forgotten"),
    ]
    assert value(office, draft) == (None, False)
    office.refuses(office.eva, lambda tx: tx.rates.fill_in_all(rate, reason="x", customer_id=customer_id), Refused)
