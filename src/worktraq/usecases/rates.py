"""Rates: what an hour costs, from a date on, and what a project may cost (W-05). For managers and administrators only."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID

from attrs import evolve

from worktraq.core.access import Action
from worktraq.core.billing import UnbilledReason
from worktraq.core.calendar import Period, check_date
from worktraq.core.choices import chosen
from worktraq.core.customers import Customer
from worktraq.core.entries import State, TimeEntry
from worktraq.core.events import EventName
from worktraq.core.ids import ActivityId, CustomerId, ItemId, ProjectId, RateRuleId, UserId
from worktraq.core.money import Money, Rate
from worktraq.core.paging import every
from worktraq.core.pricing import RateExplanation, candidates_for
from worktraq.core.rates import (
    ItemPrice,
    MoneyBudget,
    MoneyBudgetUse,
    RateBook,
    RateRule,
    RateSubject,
    check_budget,
    filled_in,
    subjects_of,
    use_of,
)
from worktraq.core.text import clean_note
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.ports.billing import UnbilledFilter
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context, check_version, found
from worktraq.usecases.instalments import Instalments
from worktraq.usecases.markups import Markups
from worktraq.usecases.pricing import Pricing


class Rates(Instalments, Markups):
    """Rates on activities, projects, customers and the organization; money budgets and instalments of projects."""

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
        subject = chosen("subject", RateSubject, subject)
        if valid_from is not None:
            check_date(valid_from, name="valid_from")
        # Whoever deletes the thing removes its rates first, and must not overlook this one.
        context.uow.organizations.lock()
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
        """Which price an item has, where it comes from, and which rates were passed over; of an expense, which mark-ups.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such item.
        """
        context = self._context
        context.require(Action.SEE_RATES)
        (item,) = context.items([item_id])
        subjects, currency = subjects_of([item]), context.currency_of(context.customer(item.customer_id))
        rules, markups = context.uow.rates.on_subjects(subjects), context.uow.markups.on_subjects(subjects)
        candidates = candidates_for(item, rules, markups, currency)
        frozen = context.uow.prices.of_items([item_id])
        if frozen:
            return RateExplanation(frozen[0], True, candidates, self._filled_in_by(frozen[0]))
        if not item.is_billable or not item.follows_rates:
            return RateExplanation(None, is_frozen=False, candidates=candidates)
        (price,) = Pricing(context).todays([item])
        return RateExplanation(price, is_frozen=False, candidates=candidates)

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
        (price,) = self._fill_in([item], rate, reason)
        return price

    def fill_in_all(
        self,
        rate: Rate,
        *,
        reason: str,
        customer_id: CustomerId,
        project_id: ProjectId | None = None,
        user_id: UserId | None = None,
        period: Period | None = None,
    ) -> Sequence[ItemPrice]:
        """Give all approved time of a customer that lacks a rate this one, in order of day.

        Args:
            rate: Per hour, in the currency of the customer.
            reason: Why it is filled in.
            customer_id: For which customer.
            project_id: Only on this project.
            user_id: Only of this employee.
            period: Only on these days.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such customer, project or user.
            InvalidInput: Without a reason, or for another currency than the customer's.
        """
        context = self._context
        context.require(Action.MANAGE_RATES)
        reason = clean_note("reason", reason, is_required=True)
        check_rate(context, rate, context.customer(customer_id))
        if project_id is not None:
            context.project(project_id)
        if user_id is not None:
            found(context.uow.users.find(user_id), "user")
        wanted = UnbilledFilter(
            items=ItemFilter(customer_id=customer_id, project_id=project_id, user_id=user_id, period=period),
            reasons=frozenset({UnbilledReason.NO_RATE}),
            at=context.at,
            currency=context.organization.settings.currency,
        )
        lacking = [
            item
            for item in every(partial(context.uow.unbilled.page, wanted=wanted))
            if isinstance(item, TimeEntry) and item.state is State.APPROVED
        ]
        return self._fill_in(lacking, rate, reason)

    def set_budget(self, project_id: ProjectId, amount: Money | None, *, version: int = 0) -> MoneyBudget | None:
        """Say what may be spent on a project, or that nothing is fixed any more (T-07).

        Args:
            project_id: On which project.
            amount: In the currency of the customer; None takes the budget away.
            version: Of the budget that was seen; 0 where there was none.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such project.
            InvalidInput: For an amount that is not positive or in another currency, or on internal work.
            Conflict: When somebody else changed the budget.
        """
        context = self._context
        context.require(Action.MANAGE_RATES)
        project = context.project(project_id)
        stored = context.uow.budgets.find(project_id)
        check_version(stored.version if stored else 0, version)
        if amount is None:
            if stored is not None:
                context.uow.budgets.remove_of([project_id])
                context.record(EventName.MONEY_BUDGET_REMOVED, project_id)
            return None
        customer = context.customer(project.customer_id)
        if customer.is_internal:
            raise InvalidInput.of("amount", "internal_not_billable")
        check_budget(amount, context.currency_of(customer))
        budget = MoneyBudget(project_id, project.organization_id, amount, version + 1)
        (context.uow.budgets.add if stored is None else context.uow.budgets.save)(budget)
        context.record(EventName.MONEY_BUDGET_SET, project_id)
        return budget

    def budget(self, project_id: ProjectId) -> MoneyBudgetUse | None:
        """The money budget of a project and what is used of it; None where none was set (T-07).

        All time on the project counts, whoever worked, in whichever state, billable or not: with its frozen price
        where it has one, else with what its rate gives today, each entry rounded to minor units. All expenses on the
        project count with their amounts. Time for which no rate is found is told in minutes.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such project.
            InvalidInput: With ``currencies_differ`` when the currency of the customer changed meanwhile.
        """
        context = self._context
        context.require(Action.SEE_RATES)
        project = context.project(project_id)
        stored = context.uow.budgets.find(project_id)
        if stored is None:
            return None
        spending = context.uow.prices.spending(project_id)
        priced_by = {time.activity_id for time in spending.unpriced}
        subjects = {project.id, project.customer_id, project.organization_id, *priced_by}
        return use_of(stored, project, spending, RateBook(context.uow.rates.on_subjects(subjects)))

    def _fill_in(self, items: Sequence[TimeEntry], rate: Rate, reason: str) -> Sequence[ItemPrice]:
        context = self._context
        prices = [filled_in(item, rate, reason, context.at) for item in items]
        if prices:
            context.uow.prices.put(*prices)
        for price in prices:
            context.record(EventName.ITEM_PRICED, price.item_id, filled_in=1)
        return prices

    def _filled_in_by(self, price: ItemPrice) -> UserId | None:
        """Who gave an item its rate, by the history of the item."""
        if not price.reason:
            return None
        self._context.flush()  # it may have been a moment ago
        history = self._context.uow.events.history(price.item_id)
        filling = (each for each in reversed(history) if each.name is EventName.ITEM_PRICED and each.details)
        return next((UserId(each.actor_id) for each in filling if each.actor_id is not None), None)

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
