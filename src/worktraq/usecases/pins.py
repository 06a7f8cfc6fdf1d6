"""The PIN that a customer wants before its requests are shown: set by managers, given by contacts, never read back."""

import secrets

from attrs import evolve, field, frozen

from worktraq.core.events import EventName
from worktraq.core.ids import CustomerId
from worktraq.core.pins import is_proven, lock_on, new_pin, proof_of, tried
from worktraq.core.signoff import ApprovalRequest
from worktraq.errors import Reason, Refused
from worktraq.usecases.context import Context

_SALT = 32


@frozen
class PinEntry:
    """What came of giving a PIN. It is no error, because the count of tries has to be kept.

    Attributes:
        proof: Opens the request from now on, with this link and as long as the PIN stays; empty when the PIN was wrong.
        reason: Why it does not open: ``pin_wrong`` with ``left``, or ``pin_locked`` with ``until`` and ``minutes``.
    """

    proof: str = field(default="", repr=False)
    reason: Reason | None = None


def set_pin(context: Context, customer_id: CustomerId, pin: str | None) -> None:
    """Give a customer a PIN instead of the one it has, or none."""
    stored = context.uow.pins.lock(customer_id)
    if pin is None:
        if stored is not None:
            context.uow.pins.remove(customer_id)
            context.record(EventName.CUSTOMER_PIN_REMOVED, customer_id)
        return
    version = stored.version + 1 if stored is not None else 1
    organization_id = context.actor.organization_id
    context.uow.pins.put(new_pin(organization_id, customer_id, pin, secrets.token_bytes(_SALT), version))
    context.record(EventName.CUSTOMER_PIN_SET, customer_id)


def enter_pin(context: Context, request: ApprovalRequest, pin: str) -> PinEntry:
    """Compare a PIN with that of the request's customer, and count it."""
    stored = context.uow.pins.lock(request.customer_id)
    if stored is None:
        return PinEntry()
    locked = lock_on(stored, context.at)
    if locked is not None:
        return PinEntry(reason=locked)
    after, reason = tried(stored, pin, context.at)
    if after != evolve(stored, version=after.version):
        context.uow.pins.put(after)
    if reason is not None:
        context.record(EventName.CUSTOMER_PIN_WRONG, request.customer_id)
        return PinEntry(reason=reason)
    return PinEntry(proof_of(stored, request.token_hash))


def require_pin(context: Context, request: ApprovalRequest, proof: str) -> None:
    """Go on only when the PIN was given, where the customer has one.

    Raises:
        Refused: With ``pin_needed``.
    """
    stored = context.uow.pins.find(request.customer_id)
    if stored is not None and not is_proven(stored, request.token_hash, proof):
        raise Refused.because("pin_needed")
