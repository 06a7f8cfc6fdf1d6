"""The clock of the demo."""

from datetime import UTC, datetime, timedelta

import pytest

from worktraq.demo.clock import ManualClock

NOON = datetime(2024, 4, 1, 12, tzinfo=UTC)
REAL = datetime(2031, 1, 1, tzinfo=UTC)


def test_clock_shows_what_it_was_set_to() -> None:
    """Until it is set again."""
    clock = ManualClock(NOON)
    clock.set(NOON + timedelta(hours=1))
    assert (clock(), clock()) == (NOON + timedelta(hours=1),) * 2


def test_clock_does_not_go_back() -> None:
    """An agenda out of order is a mistake, and is found."""
    with pytest.raises(ValueError, match="cannot go back"):
        ManualClock(NOON).set(NOON - timedelta(seconds=1))


def test_clock_that_is_let_go_runs() -> None:
    """For the request that is open today."""
    clock = ManualClock(NOON, running=lambda: REAL)
    clock.let_go()
    assert clock() == REAL
