"""What an hour costs: rates with the date they start to count, and the price that is frozen at approval (W-05)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from attrs import frozen

from worktraq.core.entries import Expense, Item, TimeEntry
from worktraq.core.ids import ItemId, OrganizationId, RateRuleId
from worktraq.core.money import Money, Rate, value_of_time


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


@frozen
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
    """

    item_id: ItemId
    organization_id: OrganizationId
    value: Money
    rate: Rate | None
    rule_id: RateRuleId | None
    priced_at: datetime
    reason: str = ""


class RateBook:
    """The rate rules that concern a set of items, arranged so that each item is priced without searching."""

    def __init__(self, rules: Iterable[RateRule]) -> None:
        self._rules: dict[tuple[UUID, str], list[RateRule]] = {}
        for rule in rules:
            self._rules.setdefault((rule.subject_id, rule.rate.currency), []).append(rule)
        for of_subject in self._rules.values():
            of_subject.sort(key=_newest_first)

    def rule_for(self, item: TimeEntry, currency: str) -> RateRule | None:
        """The rule that counts: of the activity, else the project, the customer, the organization, by day of work."""
        for subject_id in (item.activity_id, item.project_id, item.customer_id, item.organization_id):
            if subject_id is None:
                continue
            for rule in self._rules.get((subject_id, currency), ()):
                if rule.valid_from is None or rule.valid_from <= item.on:
                    return rule
        return None

    def price(self, item: Item, currency: str, at: datetime) -> ItemPrice | None:
        """The price of an item today, or None where no rate is found."""
        if isinstance(item, Expense):
            return ItemPrice(item.id, item.organization_id, item.amount, None, None, at)
        assert isinstance(item, TimeEntry)
        rule = self.rule_for(item, currency)
        if rule is None:
            return None
        value = value_of_time(item.minutes, rule.rate)
        return ItemPrice(item.id, item.organization_id, value, rule.rate, rule.id, at)


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
