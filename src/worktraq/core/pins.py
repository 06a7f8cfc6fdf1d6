"""The PIN that a strict customer wants before a request is shown: kept as a salted hash, tried a few times at most."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from attrs import evolve, field, frozen

from worktraq.core.ids import CustomerId, OrganizationId
from worktraq.errors import InvalidInput, Reason

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
_DIGITS = re.compile("[0-9]{4,12}")


@frozen(kw_only=True)
class CustomerPin:
    """That a customer has a PIN, and how often it was given wrong.

    Attributes:
        customer_id: Whose contacts need it.
        organization_id: Whose customer it is.
        salt: What it was hashed with.
        hash: By which it is recognised; the PIN itself is not stored.
        failures: How often in a row it was given wrong.
        locked_until: Until when no PIN is looked at, in UTC; None when it is not locked.
        version: Goes up with every change.
    """

    customer_id: CustomerId
    organization_id: OrganizationId
    salt: bytes = field(repr=False)
    hash: bytes = field(repr=False)
    failures: int = 0
    locked_until: datetime | None = None
    version: int = 1

    @property
    def id(self) -> CustomerId:
        """That of the customer."""
        return self.customer_id


def new_pin(
    organization_id: OrganizationId, customer_id: CustomerId, pin: str, salt: bytes, version: int
) -> CustomerPin:
    """A PIN for a customer.

    Raises:
        InvalidInput: With ``pin_malformed``.
    """
    if not isinstance(pin, str) or not _DIGITS.fullmatch(pin):
        raise InvalidInput.of("pin", "pin_malformed")
    return CustomerPin(
        customer_id=customer_id, organization_id=organization_id, salt=salt, hash=_hashed(pin, salt), version=version
    )


def lock_on(stored: CustomerPin, at: datetime) -> Reason | None:
    """Why no PIN is looked at now; None when one is."""
    if stored.locked_until is None or stored.locked_until <= at:
        return None
    # The whole minute after, so that a clock without seconds is never too early.
    minutes = -((at - stored.locked_until) // timedelta(minutes=1))
    return Reason.of("pin_locked", until=stored.locked_until.isoformat(), minutes=minutes)


def tried(stored: CustomerPin, pin: str, at: datetime) -> tuple[CustomerPin, Reason | None]:
    """The PIN after somebody gave one, and why it does not open; counted in either case.

    Call it for one that is not locked; a lock that has run out is forgotten.

    Args:
        stored: As it is now; nobody else may try at the same time.
        pin: What was given, of any form.
        at: The instant, in UTC.
    """
    given = pin if _DIGITS.fullmatch(pin) else ""
    if hmac.compare_digest(_hashed(given, stored.salt), stored.hash):
        return evolve(stored, failures=0, locked_until=None, version=stored.version + 1), None
    failures = (0 if stored.locked_until is not None else stored.failures) + 1
    left = MOST_FAILURES - failures
    locked_until = None if left else at + LOCKED_FOR
    after = evolve(stored, failures=failures, locked_until=locked_until, version=stored.version + 1)
    return after, lock_on(after, at) or Reason.of("pin_wrong", left=left)


def proof_of(stored: CustomerPin, token_hash: bytes) -> str:
    """What shows that the PIN was given for a link; it is void as soon as the PIN is another one."""
    return hmac.digest(stored.hash, b"worktraq:pin:" + token_hash, "sha256").hex()


def is_proven(stored: CustomerPin, token_hash: bytes, proof: str) -> bool:
    """Whether a proof is that of this PIN and this link."""
    return hmac.compare_digest(proof_of(stored, token_hash).encode(), proof.encode())


def _hashed(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
