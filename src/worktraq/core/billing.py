"""Why an item is not billed yet: all its reasons, the leading one first, each with who has to act (B-01, L-13)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from attrs import evolve, frozen

from worktraq.core.calendar import Cadence
from worktraq.core.entries import Expense, Item, State
from worktraq.core.rates import ItemPrice
from worktraq.core.signoff import ApprovalRequest, RequestStatus


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

OF_STATE: Mapping[State, UnbilledReason] = {
    State.REJECTED: UnbilledReason.REJECTED,
    State.DRAFT: UnbilledReason.NOT_SUBMITTED,
    State.AWAITING_INTERNAL: UnbilledReason.AWAITING_INTERNAL,
}

OF_REQUEST: Mapping[RequestStatus, UnbilledReason] = {
    RequestStatus.OPEN: UnbilledReason.AWAITING_CUSTOMER,
    RequestStatus.EXPIRED: UnbilledReason.REQUEST_EXPIRED,
}


@frozen
class Unbilled:
    """A billable item that is not invoiced, with all that its reasons follow from.

    Attributes:
        item: The item.
        currency: Of the customer.
        price: Frozen when it was approved; else what today's rate gives; None without a rate.
        request_status: Of the request the item is in, if any; see `status_by_now`.
        request_since: When the request came into that status, in UTC.
        cadence: How often its project is billed; by the month where no project says so.
        can_be_asked: Whether the project or its customer has a mail address to ask (L-07).
    """

    item: Item
    currency: str
    price: ItemPrice | None
    request_status: RequestStatus | None
    request_since: datetime | None
    cadence: Cadence = Cadence.MONTHLY
    can_be_asked: bool = True

    def value_currency(self, *, shows_amounts: bool) -> str:
        """The currency it counts in: that of its price, else that of what was paid, else the customer's.

        Who sees no amounts learns nothing from it: neither that there is a price nor in which currency (W-05).
        """
        if shows_amounts and self.price is not None:
            return self.price.value.currency
        return self.item.amount.currency if isinstance(self.item, Expense) else self.currency


def status_by_now(request: ApprovalRequest, at: datetime) -> tuple[RequestStatus, datetime]:
    """The status of a request and since when; past its expiry it is expired, also where the scheduler has not come by."""
    if request.status is RequestStatus.OPEN and request.expires_at <= at:
        return RequestStatus.EXPIRED, request.expires_at
    return request.status, request.since


def reasons(unbilled: Unbilled, *, shows_amounts: bool = True) -> tuple[Why, ...]:
    """Every reason why an item is not billed, the leading one first; never empty.

    Args:
        unbilled: The item.
        shows_amounts: Whether the reader may learn whether there is a rate (W-05).
    """
    item = unbilled.item
    found = []
    if item.state in OF_STATE:
        found.append(_why(OF_STATE[item.state], item.since))
    elif item.state is State.AWAITING_CUSTOMER:
        reason = UnbilledReason.NOT_OFFERED
        if unbilled.request_status is not None:
            reason = OF_REQUEST.get(unbilled.request_status, UnbilledReason.NOT_OFFERED)
        why = _why(reason, unbilled.request_since or item.since)
        if reason is UnbilledReason.NOT_OFFERED and not unbilled.can_be_asked:
            why = evolve(why, next_action=NextAction.NAME_CONTACT)
        found.append(why)
    if shows_amounts and unbilled.price is None:
        found.append(_why(UnbilledReason.NO_RATE, item.since))
    return tuple(found) or (_why(UnbilledReason.READY, item.since),)


def reasons_of(waits_for: Waiting) -> frozenset[UnbilledReason]:
    """The reasons for which it is theirs to act."""
    return frozenset(reason for reason, (who, _) in _WHO_AND_WHAT.items() if who is waits_for)


def wanted_reasons(
    given: Collection[UnbilledReason], waits_for: Waiting | None, *, shows_amounts: bool
) -> frozenset[UnbilledReason] | None:
    """The leading reasons that are asked for; None for all of them.

    For who sees no amounts nothing lacks a rate, so that asking for it finds nothing (W-05).
    """
    if not given and waits_for is None:
        return None
    wanted = frozenset(given) or frozenset(UnbilledReason)
    if waits_for is not None:
        wanted &= reasons_of(waits_for)
    return wanted if shows_amounts else wanted - {UnbilledReason.NO_RATE}


def _why(reason: UnbilledReason, since: datetime) -> Why:
    waits_for, action = _WHO_AND_WHAT[reason]
    return Why(reason, waits_for, action, since)
