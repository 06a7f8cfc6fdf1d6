"""The PIN of a customer."""

from datetime import timedelta

import pytest
from attrs import evolve

from worktraq.core.ids import CustomerId, OrganizationId
from worktraq.core.pins import LOCKED_FOR, MOST_FAILURES, CustomerPin, is_proven, lock_on, new_pin, proof_of, tried
from worktraq.errors import InvalidInput
from worktraq.testing.builders import new_id
from worktraq.testing.fakes import BEGINNING as NOW

pytestmark = pytest.mark.requirement("B-05")

ORGANIZATION, CUSTOMER = OrganizationId(new_id()), CustomerId(new_id())
LINK = b"t" * 32


def a_pin(pin: str = "0471", salt: bytes = b"s" * 32) -> CustomerPin:
    """A first PIN."""
    return new_pin(ORGANIZATION, CUSTOMER, pin, salt, 1)


PIN = a_pin()


@pytest.mark.parametrize("pin", ["", "123", "1" * 13, "12a4", "12 4", "١٢٣٤", "1234\n", 1234])
def test_a_pin_has_4_to_12_digits(pin: str) -> None:
    """Nothing else can be typed on every telephone."""
    with pytest.raises(InvalidInput) as raised:
        a_pin(pin)
    assert (raised.value.problems[0].field, raised.value.code) == ("pin", "pin_malformed")


def test_only_a_salted_hash_is_kept() -> None:
    """The same digits of two customers look different, and nothing shows them."""
    other = a_pin(salt=b"o" * 32)
    assert PIN.hash != other.hash
    assert "0471" not in repr(PIN)
    assert "ssss" not in repr(PIN)
    assert PIN.id == CUSTOMER


def test_the_right_pin_opens_and_forgets_the_wrong_ones() -> None:
    """The count begins anew."""
    after, reason = tried(evolve(PIN, failures=4), "0471", NOW)
    assert (reason, after.failures, after.version) == (None, 0, 2)


@pytest.mark.parametrize("given", ["0472", "", "471", "x" * 5_000, "0471\0", "\ud800"])
def test_a_wrong_pin_is_counted(given: str) -> None:
    """Whatever form it has; the reason says how many tries are left."""
    after, reason = tried(PIN, given, NOW)
    assert reason is not None
    assert (reason.code, dict(reason.parameters), after.failures) == ("pin_wrong", {"left": MOST_FAILURES - 1}, 1)
    assert lock_on(after, NOW) is None


def test_the_fifth_wrong_pin_locks() -> None:
    """For fifteen minutes, to the second."""
    after, reason = tried(evolve(PIN, failures=MOST_FAILURES - 1), "0472", NOW)
    until = NOW + LOCKED_FOR
    assert reason is not None
    assert (reason.code, dict(reason.parameters)) == ("pin_locked", {"until": until.isoformat(), "minutes": 15})
    assert after.locked_until == until
    still = lock_on(after, until - timedelta(seconds=1))
    assert still is not None
    assert dict(still.parameters)["minutes"] == 1
    assert lock_on(after, until) is None


def test_after_a_lock_there_are_five_tries_again() -> None:
    """The lock is forgotten with the next wrong one."""
    locked = evolve(PIN, failures=MOST_FAILURES, locked_until=NOW)
    after, reason = tried(locked, "0472", NOW)
    assert reason is not None
    assert (reason.code, after.failures, after.locked_until) == ("pin_wrong", 1, None)


def test_a_proof_is_of_one_pin_and_one_link() -> None:
    """Another link, or another PIN of the same digits, makes it void."""
    proof = proof_of(PIN, LINK)
    assert is_proven(PIN, LINK, proof)
    assert not is_proven(PIN, b"u" * 32, proof)
    assert not is_proven(a_pin(salt=b"n" * 32), LINK, proof)
    assert not any(is_proven(PIN, LINK, other) for other in ("", "0471", "é"))
