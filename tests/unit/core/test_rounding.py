"""Rounding of time when it is billed."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.money import Money, Rate, value_of_time
from worktraq.core.rounding import (
    NO_ROUNDING,
    ROUNDING_STEPS,
    RoundedPer,
    RoundingPolicy,
    RoundingWay,
    Worked,
    billed_minutes,
    check_rounding,
    rounded,
)
from worktraq.errors import InvalidInput
from worktraq.testing import strategies
from worktraq.testing.builders import MONDAY

TUESDAY = date(2026, 10, 6)
WORK = (
    Worked("eva", MONDAY, 1),
    Worked("eva", MONDAY, 14),
    Worked("eva", TUESDAY, 16),
    Worked("coen", MONDAY, 7),
)
# Written by hand: per employee and day 15, 16 and 7 minutes; 38 in all.
EXPECTED: dict[tuple[str, int, str], int] = {
    ("entry", 5, "up"): 5 + 15 + 20 + 10,
    ("entry", 5, "nearest"): 0 + 15 + 15 + 5,
    ("entry", 6, "up"): 6 + 18 + 18 + 12,
    ("entry", 6, "nearest"): 0 + 12 + 18 + 6,
    ("entry", 10, "up"): 10 + 20 + 20 + 10,
    ("entry", 10, "nearest"): 0 + 10 + 20 + 10,
    ("entry", 15, "up"): 15 + 15 + 30 + 15,
    ("entry", 15, "nearest"): 0 + 15 + 15 + 0,
    ("entry", 30, "up"): 30 * 4,
    ("entry", 30, "nearest"): 0 + 0 + 30 + 0,
    ("day", 5, "up"): 15 + 20 + 10,
    ("day", 5, "nearest"): 15 + 15 + 5,
    ("day", 6, "up"): 18 + 18 + 12,
    ("day", 6, "nearest"): 18 + 18 + 6,
    ("day", 10, "up"): 20 + 20 + 10,
    ("day", 10, "nearest"): 20 + 20 + 10,
    ("day", 15, "up"): 15 + 30 + 15,
    ("day", 15, "nearest"): 15 + 15 + 0,
    ("day", 30, "up"): 30 + 30 + 30,
    ("day", 30, "nearest"): 30 + 30 + 0,
    ("line", 5, "up"): 40,
    ("line", 5, "nearest"): 40,
    ("line", 6, "up"): 42,
    ("line", 6, "nearest"): 36,
    ("line", 10, "up"): 40,
    ("line", 10, "nearest"): 40,
    ("line", 15, "up"): 45,
    ("line", 15, "nearest"): 45,
    ("line", 30, "up"): 60,
    ("line", 30, "nearest"): 30,
    **{("none", step, way): 38 for step, way in product(ROUNDING_STEPS, RoundingWay)},
}


@pytest.mark.requirement("L-11")
@pytest.mark.parametrize(("per", "step", "way"), [*product(RoundedPer, ROUNDING_STEPS, RoundingWay)])
def test_time_is_rounded_as_the_policy_says(per: RoundedPer, step: int, way: RoundingWay) -> None:
    """Not at all, per entry, per employee and day, or per line; up or to the nearest multiple, a half up."""
    assert billed_minutes(WORK, RoundingPolicy(per, step, way)) == EXPECTED[per, step, way]


@pytest.mark.parametrize(
    ("minutes", "rate", "hours", "value"),
    [
        (492, "95.00", "8.20", "779.00"),
        (30, "27.50", "0.50", "13.75"),
        (5, "60.00", None, "5.00"),
        (15, "64.50", "0.25", "16.13"),
        (495, "1.9545", "8.25", "16.12"),
    ],
)
def test_value_is_rounded_once_over_exact_minutes(minutes: int, rate: str, hours: str | None, value: str) -> None:
    """8.20 hours is 492 minutes; 5 minutes at 60 is 5.00 and not 0.08 hours; 16.125 is 16.13."""
    assert value_of_time(minutes, Rate(rate, "EUR")) == Money(value, "EUR")
    if hours is not None:
        assert Decimal(hours) * 60 == minutes


def test_two_quarters_of_an_hour_are_rounded_as_one_line() -> None:
    """2 × 15 minutes at 27.50: each is worth 6.88 by itself, together 13.75 and not 13.76."""
    rate = Rate("27.50", "EUR")
    assert value_of_time(15, rate) == Money("6.88", "EUR")
    assert value_of_time(30, rate) == Money("13.75", "EUR")


@given(st.integers(0, 100_000), strategies.roundings())
def test_rounding_gives_the_closest_multiple_or_the_next(minutes: int, policy: RoundingPolicy) -> None:
    """Against decimal arithmetic."""
    given_up = policy.way is RoundingWay.UP
    steps = Decimal(minutes) / policy.step
    expected = -(-minutes // policy.step) if given_up else int(steps.quantize(Decimal(1), ROUND_HALF_UP))
    assert rounded(minutes, policy) == expected * policy.step


def test_no_rounding_is_the_usual_policy() -> None:
    """Whatever the step, nothing is rounded."""
    assert RoundingPolicy() == NO_ROUNDING
    assert billed_minutes((), NO_ROUNDING) == 0


def test_policy_is_checked_and_understood_from_values() -> None:
    """As a form gives it."""
    policy = check_rounding(RoundingPolicy("day", 6, "nearest"))  # type: ignore[arg-type]  # values of a form
    assert policy == RoundingPolicy(RoundedPer.DAY, 6, RoundingWay.NEAREST)


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        (RoundingPolicy(RoundedPer.DAY, 7), "step"),
        (RoundingPolicy(RoundedPer.DAY, 0), "step"),
        (RoundingPolicy(RoundedPer.DAY, True), "step"),
        (RoundingPolicy("week"), "per"),  # type: ignore[arg-type]  # that is what is refused
        (RoundingPolicy(RoundedPer.DAY, 5, "down"), "way"),  # type: ignore[arg-type]  # that is what is refused
    ],
)
def test_policy_outside_the_choices_is_refused(policy: RoundingPolicy, field: str) -> None:
    """Naming the part, with the choices."""
    with pytest.raises(InvalidInput) as raised:
        check_rounding(policy)
    assert [(each.field, each.code) for each in raised.value.problems] == [(field, "choice_unknown")]
