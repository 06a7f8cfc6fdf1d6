"""What an hour costs: rates with the date they start to count, and the price that is frozen at approval (W-05)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from attrs import frozen

from worktraq.core.entries import Expense, Item, TimeEntry
from worktraq.core.ids import ActivityId, ItemId, OrganizationId, ProjectId, RateRuleId
from worktraq.core.markups import MarkupRule, billed_amount, markup_for
from worktraq.core.money import Money, Rate, total, value_of_time
from worktraq.core.projects import Project
from worktraq.core.replacing import maker
from worktraq.errors import InvalidInput


class RateSubject(StrEnum):
    """What a rate is set on, from the most to the least particular."""

    ACTIVITY = "activity"
    PROJECT = "project"
    CUSTOMER = "customer"
    ORGANIZATION = "organization"


@frozen
class RateRule:
    """A rate on one thing, from a date on.

    Attributes:
        id: Of the rule.
        organization_id: Whose rule it is.
        subject: The kind of thing.
        subject_id: The activity, project, customer or organization.
        rate: Price per hour.
        valid_from: The first day of work it counts for; None for the beginning.
        version: Goes up with every change.
    """

    id: RateRuleId
    organization_id: OrganizationId
    subject: RateSubject
    subject_id: UUID
    rate: Rate
    valid_from: date | None = None
    version: int = 1


@frozen(weakref_slot=False)
class ItemPrice:
    """What an item is worth, frozen when it was approved.

    Attributes:
        item_id: The item.
        organization_id: Whose item it is.
        value: Rounded to minor units.
        rate: Per hour; None for an expense.
        rule_id: The rule it came from; None for an expense or a rate that was filled in.
        priced_at: When it was frozen, in UTC.
        reason: Why the rate was filled in; empty for a price that came from a rule.
        markup_hundredths: The mark-up on an expense in hundredths of a percent; None where no rule says so.
    """

    item_id: ItemId
    organization_id: OrganizationId
    value: Money
    rate: Rate | None
    rule_id: RateRuleId | None
    priced_at: datetime
    reason: str = ""
    markup_hundredths: int | None = None


_price_of_time = maker(ItemPrice, "item_id", "organization_id", "value", "rate", "rule_id", "priced_at")


class RateBook:
    """The rate rules that concern a set of items, arranged so that each item is priced without searching.

    Args:
        rules: Of time.
        markups: Of expenses.
    """

    def __init__(self, rules: Iterable[RateRule], markups: Iterable[MarkupRule] = ()) -> None:
        self._markups = tuple(markups)
        self._rules: dict[tuple[UUID, str], list[RateRule]] = {}
        for rule in rules:
            self._rules.setdefault((rule.subject_id, rule.rate.currency), []).append(rule)
        for of_subject in self._rules.values():
            of_subject.sort(key=_newest_first)

    def rule_for(self, item: TimeEntry, currency: str) -> RateRule | None:
        """The rule that counts: of the activity, else the project, the customer, the organization, by day of work."""
        subject_ids = (item.activity_id, item.project_id, item.customer_id, item.organization_id)
        return self.rule_on(subject_ids, item.on, currency)

    def rule_on(self, subject_ids: Iterable[UUID | None], on: date, currency: str) -> RateRule | None:
        """The rule that counts on a day of work, of the first of these things that has one."""
        for subject_id in subject_ids:
            if subject_id is None:
                continue
            for rule in self._rules.get((subject_id, currency), ()):
                if rule.valid_from is None or rule.valid_from <= on:
                    return rule
        return None

    def price(self, item: Item, currency: str, at: datetime) -> ItemPrice | None:
        """The price of an item today, or None where no rate is found."""
        if isinstance(item, Expense):
            markup = markup_for(self._markups, item)
            hundredths = markup.hundredths if markup else None
            value = billed_amount(item, hundredths or 0)
            return ItemPrice(item.id, item.organization_id, value, None, None, at, markup_hundredths=hundredths)
        assert isinstance(item, TimeEntry)
        rule = self.rule_for(item, currency)
        if rule is None:
            return None
        value = value_of_time(item.minutes, rule.rate)
        return _price_of_time(item.id, item.organization_id, value, rule.rate, rule.id, at)


def _newest_first(rule: RateRule) -> int:
    return -rule.valid_from.toordinal() if rule.valid_from is not None else 0


def subjects_of(items: Sequence[Item]) -> frozenset[UUID]:
    """Everything whose rates can count for these items."""
    subjects: set[UUID] = set()
    for item in items:
        subjects.update((item.activity_id, item.customer_id, item.organization_id))
        if item.project_id is not None:
            subjects.add(item.project_id)
    return frozenset(subjects)


def filled_in(item: TimeEntry, rate: Rate, reason: str, at: datetime) -> ItemPrice:
    """The price of approved time that had no rate, now that somebody gave one and said why."""
    value = value_of_time(item.minutes, rate)
    return ItemPrice(item.id, item.organization_id, value, rate, None, at, reason)


@frozen
class MoneyBudget:
    """What may be spent on a project (T-07); for managers and administrators only (W-05).

    Attributes:
        project_id: On which project.
        organization_id: Whose project it is.
        amount: In the currency of the customer.
        version: Goes up with every change.
    """

    project_id: ProjectId
    organization_id: OrganizationId
    amount: Money
    version: int = 1


@frozen
class UnpricedTime:
    """Time entries without a frozen price that are worth the same: same activity, day and minutes.

    Attributes:
        activity_id: On which activity.
        on: The local day of work.
        minutes: Of each of them.
        entries: How many there are.
    """

    activity_id: ActivityId
    on: date
    minutes: int
    entries: int


@frozen
class Spending:
    """What was registered on a project, as far as it has a price of its own.

    Attributes:
        amounts: The frozen prices of time together with the amounts of expenses, a sum per currency.
        unpriced: The time that is still to be priced.
    """

    amounts: tuple[Money, ...]
    unpriced: tuple[UnpricedTime, ...]


@frozen
class MoneyBudgetUse:
    """A money budget, and what is used of it.

    Attributes:
        amount: The budget.
        used: What was registered is worth; see `worktraq.usecases.rates.Rates.budget` for what counts.
        left: What is left, negative once more is used.
        minutes_without_rate: Of time that counts in neither, because no rate is found.
        version: Of the budget, for changing it.
    """

    amount: Money
    used: Money
    left: Money
    minutes_without_rate: int
    version: int


def check_budget(amount: Money, currency: str) -> Money:
    """The amount of a budget, when it is positive and in the customer's currency.

    Raises:
        InvalidInput: With code ``amount_malformed``, ``amount_not_positive`` or ``currency_not_customers``.
    """
    if not isinstance(amount, Money):
        raise InvalidInput.of("amount", "amount_malformed")
    if amount.currency != currency:
        raise InvalidInput.of("amount", "currency_not_customers", given=amount.currency, expected=currency)
    if amount.minor <= 0:
        raise InvalidInput.of("amount", "amount_not_positive")
    return amount


def use_of(budget: MoneyBudget, project: Project, spending: Spending, book: RateBook) -> MoneyBudgetUse:
    """What is used of a budget; unpriced time counts with today's rates, each entry rounded by itself.

    Raises:
        InvalidInput: With ``currencies_differ`` when something was priced in another currency than the budget's.
    """
    currency = budget.amount.currency
    used, minutes_without_rate = total(spending.amounts, currency), 0
    on_project = (project.id, project.customer_id, project.organization_id)
    for time in spending.unpriced:
        rule = book.rule_on((time.activity_id, *on_project), time.on, currency)
        if rule is None:
            minutes_without_rate += time.minutes * time.entries
        else:
            value = value_of_time(time.minutes, rule.rate)
            used += Money.from_minor(value.minor * time.entries, currency)
    left = Money.from_minor(budget.amount.minor - used.minor, currency)
    return MoneyBudgetUse(budget.amount, used, left, minutes_without_rate, budget.version)
