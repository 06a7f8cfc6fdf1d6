"""Rates: what an hour costs, from a date on (W-05). For managers and administrators only."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from attrs import evolve

from worktraq.core.access import Action
from worktraq.core.billing import RateExplanation
from worktraq.core.calendar import check_date
from worktraq.core.customers import Customer
from worktraq.core.entries import State, TimeEntry
from worktraq.core.events import EventName
from worktraq.core.ids import ActivityId, CustomerId, ItemId, ProjectId, RateRuleId
from worktraq.core.money import Rate
from worktraq.core.rates import ItemPrice, RateRule, RateSubject, filled_in
from worktraq.core.text import clean_note
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.usecases.context import Context, check_version, found
from worktraq.usecases.pricing import Pricing


class Rates:
    """Rates on activities, projects, customers and the organization."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def set(self, subject: RateSubject, subject_id: UUID, rate: Rate, *, valid_from: date | None = None) -> RateRule:
        """Say what an hour costs from a date on; what is approved keeps its price.

        A rate on the same thing, in the same currency and from the same date is replaced.

        Args:
            subject: What kind of thing it is set on.
            subject_id: The activity, project, customer or organization.
            rate: Per hour, in the currency of the customer.
            valid_from: The first day of work it counts for; None for the beginning.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such thing.
            InvalidInput: For a rate in another currency than the customer's, or on internal work.
        """
        context = self._context
        context.require(Action.MANAGE_RATES)
        if valid_from is not None:
            check_date(valid_from, name="valid_from")
        self._check_subject(subject, subject_id, rate)
        for rule in context.uow.rates.on_subjects([subject_id]):
            if rule.valid_from == valid_from and rule.rate.currency == rate.currency:
                new = evolve(rule, rate=rate, version=rule.version + 1)
                context.uow.rates.save(new)
                break
        else:
            rule_id = context.new_id(RateRuleId)
            new = RateRule(rule_id, context.actor.organization_id, subject, subject_id, rate, valid_from)
            context.uow.rates.add(new)
        context.record(EventName.RATE_SET, new.id, subject=subject.value)
        return new

    def remove(self, rule_id: RateRuleId, *, version: int) -> None:
        """Take a rate away; what is approved keeps its price.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such rate.
            Conflict: When somebody else changed it.
        """
        context = self._context
        context.require(Action.MANAGE_RATES)
        rule = found(context.uow.rates.find(rule_id), "rate")
        check_version(rule.version, version)
        context.uow.rates.remove(rule)
        context.record(EventName.RATE_REMOVED, rule.id, subject=rule.subject.value)

    def on(self, subject_id: UUID) -> Sequence[RateRule]:
        """The rates on one thing, the earliest first.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_RATES)
        rules = self._context.uow.rates.on_subjects([subject_id])
        return sorted(rules, key=lambda rule: (rule.rate.currency, rule.valid_from or date.min))

    def explain(self, item_id: ItemId) -> RateExplanation:
        """Which price an item has, and where it comes from.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such item.
        """
        context = self._context
        context.require(Action.SEE_RATES)
        (item,) = context.items([item_id])
        frozen = context.uow.prices.of_items([item_id])
        if frozen:
            return RateExplanation(frozen[0], is_frozen=True)
        if not item.is_billable or not item.follows_rates:
            return RateExplanation(None, is_frozen=False)
        (price,) = Pricing(context).todays([item])
        return RateExplanation(price, is_frozen=False)

    def fill_in(self, item_id: ItemId, rate: Rate, *, reason: str) -> ItemPrice:
        """Give approved time the rate that it lacked.

        Raises:
            Refused: For who is not a manager or an administrator; ``rate_not_missing`` for anything but
                approved, billable time without a price.
            NotFound: When there is no such item.
            InvalidInput: Without a reason, or for another currency than the customer's.
        """
        context = self._context
        context.require(Action.MANAGE_RATES)
        (item,) = context.items([item_id])
        reason = clean_note("reason", reason, is_required=True)
        lacks = isinstance(item, TimeEntry) and item.is_billable and item.state is State.APPROVED
        if not lacks or context.uow.prices.of_items([item_id]):
            raise Refused.because("rate_not_missing")
        assert isinstance(item, TimeEntry)
        check_rate(context, rate, context.customer(item.customer_id))
        price = filled_in(item, rate, reason, context.at)
        context.uow.prices.put(price)
        context.record(EventName.ITEM_PRICED, item.id, filled_in=1)
        return price

    def _check_subject(self, subject: RateSubject, subject_id: UUID, rate: Rate) -> None:
        context = self._context
        if subject is RateSubject.ORGANIZATION:
            _check_is_rate(rate)
            if subject_id != context.actor.organization_id:
                raise NotFound("organization")
            return
        if subject is RateSubject.ACTIVITY:
            activity = context.uow.activities.find(ActivityId(subject_id))
            customer_id = found(activity, "activity").customer_id
        elif subject is RateSubject.PROJECT:
            customer_id = context.project(ProjectId(subject_id)).customer_id
        else:
            customer_id = CustomerId(subject_id)
        check_rate(context, rate, context.customer(customer_id))


def check_rate(context: Context, rate: Rate, customer: Customer) -> None:
    """That work for a customer can have a rate.

    Raises:
        InvalidInput: For a rate in another currency than the customer's, or on internal work.
    """
    _check_is_rate(rate)
    if customer.is_internal:
        raise InvalidInput.of("rate", "internal_not_billable")
    currency = context.currency_of(customer)
    if rate.currency != currency:
        raise InvalidInput.of("rate", "currency_not_customers", given=rate.currency, expected=currency)


def _check_is_rate(rate: Rate) -> None:
    if not isinstance(rate, Rate):
        raise InvalidInput.of("rate", "amount_malformed")
