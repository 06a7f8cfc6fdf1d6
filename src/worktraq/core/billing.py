"""What is not billed yet, and why: every item with all its reasons, and sums that add up (B-01, L-13)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from attrs import evolve, frozen

from worktraq.core.entries import Item, State, TimeEntry
from worktraq.core.ids import CustomerId, ItemId, ProjectId, UserId
from worktraq.core.money import Money
from worktraq.core.rates import ItemPrice
from worktraq.core.signoff import RequestStatus


class UnbilledReason(StrEnum):
    """Why an item is not billed yet."""

    REJECTED = "rejected"
    NOT_SUBMITTED = "not_submitted"
    AWAITING_INTERNAL = "awaiting_internal"
    NOT_OFFERED = "not_offered"
    AWAITING_CUSTOMER = "awaiting_customer"
    REQUEST_EXPIRED = "request_expired"
    NO_RATE = "no_rate"
    READY = "ready"


class Waiting(StrEnum):
    """Who has to act."""

    EMPLOYEE = "employee"
    APPROVER = "approver"
    CONTACT = "contact"
    MANAGER = "manager"


class NextAction(StrEnum):
    """What has to be done."""

    REVISE = "revise"
    SUBMIT = "submit"
    APPROVE = "approve"
    OFFER = "offer"
    NAME_CONTACT = "name_contact"
    DECIDE = "decide"
    RENEW = "renew"
    SET_RATE = "set_rate"
    INVOICE = "invoice"


@frozen
class Why:
    """One reason why an item is not billed.

    Attributes:
        reason: The reason.
        waits_for: Who has to act.
        next_action: What has to be done.
        since: When it became so, in UTC.
    """

    reason: UnbilledReason
    waits_for: Waiting
    next_action: NextAction
    since: datetime


_WHO_AND_WHAT: Mapping[UnbilledReason, tuple[Waiting, NextAction]] = {
    UnbilledReason.REJECTED: (Waiting.EMPLOYEE, NextAction.REVISE),
    UnbilledReason.NOT_SUBMITTED: (Waiting.EMPLOYEE, NextAction.SUBMIT),
    UnbilledReason.AWAITING_INTERNAL: (Waiting.APPROVER, NextAction.APPROVE),
    UnbilledReason.NOT_OFFERED: (Waiting.MANAGER, NextAction.OFFER),
    UnbilledReason.AWAITING_CUSTOMER: (Waiting.CONTACT, NextAction.DECIDE),
    UnbilledReason.REQUEST_EXPIRED: (Waiting.MANAGER, NextAction.RENEW),
    UnbilledReason.NO_RATE: (Waiting.MANAGER, NextAction.SET_RATE),
    UnbilledReason.READY: (Waiting.MANAGER, NextAction.INVOICE),
}

_OF_STATE = {
    State.REJECTED: UnbilledReason.REJECTED,
    State.DRAFT: UnbilledReason.NOT_SUBMITTED,
    State.AWAITING_INTERNAL: UnbilledReason.AWAITING_INTERNAL,
}

_OF_REQUEST = {
    RequestStatus.OPEN: UnbilledReason.AWAITING_CUSTOMER,
    RequestStatus.EXPIRED: UnbilledReason.REQUEST_EXPIRED,
}


@frozen
class Unbilled:
    """A billable item that is not invoiced, as a store finds it.

    Attributes:
        item: The item.
        currency: Of the customer.
        price: Frozen when it was approved; else what today's rate gives; None without a rate.
        request_status: Of the request the item is in, if any.
        request_since: When the request came into that status, in UTC.
        can_be_asked: Whether the project or its customer has a mail address to ask (L-07).
    """

    item: Item
    currency: str
    price: ItemPrice | None
    request_status: RequestStatus | None
    request_since: datetime | None
    can_be_asked: bool = True


def reasons(unbilled: Unbilled) -> tuple[Why, ...]:
    """Every reason why an item is not billed, the leading one first; never empty."""
    item = unbilled.item
    found = []
    if item.state in _OF_STATE:
        found.append(_why(_OF_STATE[item.state], item.since))
    elif item.state is State.AWAITING_CUSTOMER:
        reason = UnbilledReason.NOT_OFFERED
        if unbilled.request_status is not None:
            reason = _OF_REQUEST.get(unbilled.request_status, UnbilledReason.NOT_OFFERED)
        why = _why(reason, unbilled.request_since or item.since)
        if reason is UnbilledReason.NOT_OFFERED and not unbilled.can_be_asked:
            why = evolve(why, next_action=NextAction.NAME_CONTACT)
        found.append(why)
    if unbilled.price is None:
        found.append(_why(UnbilledReason.NO_RATE, item.since))
    return tuple(found) or (_why(UnbilledReason.READY, item.since),)


def _why(reason: UnbilledReason, since: datetime) -> Why:
    waits_for, action = _WHO_AND_WHAT[reason]
    return Why(reason, waits_for, action, since)


@frozen
class UnbilledLine:
    """One item that is not billed yet, with why.

    Attributes:
        item_id: The item.
        user_id: Whose it is.
        customer_id: For whom.
        project_id: On which project, if on one.
        minutes: Of time; 0 for an expense.
        value: What it is worth; None without a rate, and always None for who may not see amounts.
        why: All reasons, the leading one first.
    """

    item_id: ItemId
    user_id: UserId
    customer_id: CustomerId
    project_id: ProjectId | None
    minutes: int
    value: Money | None
    why: tuple[Why, ...]


@frozen
class Sum:
    """A sum over items in one currency.

    Attributes:
        items: How many.
        minutes: Of the time among them.
        value: Of those with a value; None for who may not see amounts.
        items_without_rate: How many of them have no value, because no rate was found.
        minutes_without_rate: Of those.
    """

    items: int = 0
    minutes: int = 0
    value: Money | None = None
    items_without_rate: int = 0
    minutes_without_rate: int = 0


@frozen
class UnbilledTotals:
    """What is not billed yet in one currency; the sums per reason add up to the total, to the cent (B-01).

    Attributes:
        currency: Of all amounts in it.
        total: Over all items.
        by_reason: Per leading reason, in the order of the reasons; only those that occur.
    """

    currency: str
    total: Sum
    by_reason: Mapping[UnbilledReason, Sum]


@frozen
class UnbilledOverview:
    """What is not billed yet, and why.

    Attributes:
        totals: Per currency, in order of its code.
        lines: Every item, in order of day.
    """

    totals: tuple[UnbilledTotals, ...]
    lines: tuple[UnbilledLine, ...]


class _Tally:
    """A sum while it is being made; a plain object, because one is added to for every item."""

    __slots__ = ("items", "minor", "minutes", "without", "without_minutes")

    def __init__(self) -> None:
        self.items = self.minutes = self.minor = self.without = self.without_minutes = 0

    def add(self, minutes: int, price: ItemPrice | None) -> None:
        self.items += 1
        self.minutes += minutes
        if price is None:
            self.without += 1
            self.without_minutes += minutes
        else:
            self.minor += price.value.minor

    def sum(self, currency: str, *, shows_amounts: bool) -> Sum:
        if not shows_amounts:
            return Sum(self.items, self.minutes)
        return Sum(self.items, self.minutes, Money.from_minor(self.minor, currency), self.without, self.without_minutes)


def overview(found: Iterable[Unbilled], *, shows_amounts: bool) -> UnbilledOverview:
    """The overview over items that are not billed.

    Args:
        found: The items.
        shows_amounts: Whether the reader may see amounts; without, not even a missing rate shows (W-05).
    """
    tallies: dict[str, dict[UnbilledReason, _Tally]] = {}
    lines = []
    for unbilled in found:
        why = reasons(unbilled)
        if not shows_amounts:
            why = without_rates(why)
        item = unbilled.item
        minutes = item.minutes if isinstance(item, TimeEntry) else 0
        of_currency = tallies.setdefault(unbilled.currency, {})
        of_currency.setdefault(why[0].reason, _Tally()).add(minutes, unbilled.price)
        value = unbilled.price.value if shows_amounts and unbilled.price is not None else None
        lines.append(UnbilledLine(item.id, item.user_id, item.customer_id, item.project_id, minutes, value, why))
    totals = tuple(_totals(currency, tallies[currency], shows_amounts) for currency in sorted(tallies))
    return UnbilledOverview(totals, tuple(lines))


def without_rates(why: tuple[Why, ...]) -> tuple[Why, ...]:
    """The reasons as somebody reads them who may not learn whether there is a rate (W-05)."""
    kept = tuple(each for each in why if each.reason is not UnbilledReason.NO_RATE)
    return kept or (_why(UnbilledReason.READY, why[0].since),)


def _totals(currency: str, tallies: Mapping[UnbilledReason, _Tally], shows_amounts: bool) -> UnbilledTotals:
    whole = _Tally()
    for tally in tallies.values():
        whole.items += tally.items
        whole.minutes += tally.minutes
        whole.minor += tally.minor
        whole.without += tally.without
        whole.without_minutes += tally.without_minutes
    by_reason = {
        reason: tallies[reason].sum(currency, shows_amounts=shows_amounts)
        for reason in UnbilledReason
        if reason in tallies
    }
    return UnbilledTotals(currency, whole.sum(currency, shows_amounts=shows_amounts), by_reason)


@frozen
class RateExplanation:
    """Which price an item has (W-05: for managers only).

    Attributes:
        price: Frozen or, before approval, what today's rate gives; None without a rate.
        is_frozen: Whether it no longer follows the rates.
    """

    price: ItemPrice | None
    is_frozen: bool
