"""Money never loses or gains a cent."""

import decimal
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.money import Money, Rate, currency_digits, round_half_away, total, value_of_time
from worktraq.testing import strategies

MINUTES = st.integers(1, 1440)
EXACT = decimal.Context(prec=100)


def rounded(exact: Decimal, currency: str) -> Decimal:
    """What `decimal` makes of an amount; its ROUND_HALF_UP rounds a half away from zero."""
    return exact.quantize(Decimal(1).scaleb(-currency_digits(currency)), ROUND_HALF_UP, EXACT)


@given(MINUTES, strategies.rates())
def test_time_is_rounded_as_decimal_rounds_half_up(minutes: int, rate: Rate) -> None:
    """Minutes times rate over sixty, rounded once."""
    # Sixty divides no power of ten, so a half can only be met exactly where the quotient is finite.
    numerator = EXACT.multiply(Decimal(minutes), rate.amount)
    expected = rounded(EXACT.divide(numerator, Decimal(60)), rate.currency)
    assert value_of_time(minutes, rate).amount == expected


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**12))
def test_half_goes_away_from_zero(numerator: int, denominator: int) -> None:
    """For any quotient, and the same in both directions."""
    result = round_half_away(numerator, denominator)
    assert round_half_away(-numerator, denominator) == -result
    assert 2 * abs(result * denominator - numerator) <= denominator
    if 2 * abs(result * denominator - numerator) == denominator:
        assert abs(result) * denominator > abs(numerator)


@given(st.lists(strategies.amounts("EUR"), max_size=50))
def test_sum_is_exact(amounts: list[Money]) -> None:
    """In any order, and by parts."""
    whole = total(amounts, "EUR")
    assert whole.minor == sum(amount.minor for amount in amounts)
    assert total(reversed(amounts), "EUR") == whole
    assert total(amounts[:7], "EUR") + total(amounts[7:], "EUR") == whole


@given(strategies.amounts())
def test_amount_survives_being_written_and_read(amount: Money) -> None:
    """As text, and as a decimal."""
    number, currency = str(amount).split(" ")
    assert Money(number, currency) == amount == Money(amount.amount, currency)


@given(strategies.rates(), st.integers(1, 28))
def test_rate_survives_any_context_of_the_host(rate: Rate, precision: int) -> None:
    """However few digits the host works with."""
    with decimal.localcontext(prec=precision):
        assert Rate(str(rate).split(" ")[0], rate.currency) == rate
        assert Rate(rate.amount, rate.currency) == rate


@given(MINUTES, MINUTES, strategies.rates("EUR"))
def test_value_of_two_entries_is_a_cent_off_at_most(one: int, other: int, rate: Rate) -> None:
    """Each is rounded once; nothing is rounded twice."""
    apart = value_of_time(one, rate).minor + value_of_time(other, rate).minor
    assert abs(apart - value_of_time(one + other, rate).minor) <= 1
