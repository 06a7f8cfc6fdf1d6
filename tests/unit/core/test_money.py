"""Amounts, rates, and the one rounding rule."""

import decimal
from decimal import Decimal

import pytest

from worktraq.core.money import (
    Money,
    Rate,
    amounts_per_currency,
    check_currency,
    currencies_by_digits,
    currency_digits,
    round_half_away,
    total,
    value_of_time,
)
from worktraq.errors import InvalidInput


def problem(amount: object, currency: str = "EUR") -> str:
    """Why an amount is refused."""
    with pytest.raises(InvalidInput) as raised:
        Money(amount, currency)  # type: ignore[arg-type]  # also what the types do not allow
    return raised.value.code


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.50", "EUR", 1250),
        ("-0.05", "EUR", -5),
        (12, "EUR", 1200),
        (Decimal("12.5"), "EUR", 1250),
        ("12.5000", "EUR", 1250),
        ("1250", "JPY", 1250),
        ("1.234", "BHD", 1234),
        ("1.2345", "CLF", 12345),
        ("10000000000000", "EUR", 10**15),
    ],
)
def test_amount_is_kept_in_minor_units(amount: str | int | Decimal, currency: str, minor: int) -> None:
    """An amount is a whole number of the smallest unit of its currency."""
    assert Money(amount, currency).minor == minor


@pytest.mark.parametrize("amount", ["0.001", "12.345", "1e-3", "1e-999999", "0.01" + "0" * 60 + "1", Decimal("0.005")])
def test_excess_decimals_are_refused(amount: str | Decimal) -> None:
    """Nothing is rounded on the way in, however many digits are given."""
    assert problem(amount) == "amount_too_precise"


@pytest.mark.parametrize("amount", ["1e14", "-10000000000000.01", "1e999999", "9" * 5000, 10**400])
def test_amount_beyond_the_largest_is_refused_at_once(amount: str | int) -> None:
    """A short text with a huge exponent costs nothing."""
    assert problem(amount) == "amount_too_large"


@pytest.mark.parametrize("amount", ["", "twelve", "12,50", "NaN", "sNaN", "Infinity", None, [1]])
def test_what_is_no_amount_is_refused(amount: object) -> None:
    """Neither a word, nor nothing, nor a value that is no number."""
    assert problem(amount) == "amount_malformed"


@pytest.mark.parametrize("amount", [12.5, True])
def test_floats_and_booleans_are_refused(amount: object) -> None:
    """An amount never passes through a float."""
    assert problem(amount) == "amount_is_float"


def test_amount_does_not_depend_on_the_decimal_context_of_the_host() -> None:
    """A host that works with few digits gets the same amounts."""
    with decimal.localcontext(prec=3):
        money, rate = Money("12345.67", "EUR"), Rate("12345.6789", "EUR")
        texts = (str(money), str(rate), str(money.amount), str(rate.amount))
    assert (money.minor, rate.ten_thousandths) == (1234567, 123456789)
    assert texts == ("12345.67 EUR", "12345.6789 EUR/h", "12345.67", "12345.6789")


@pytest.mark.parametrize("currency", ["eur", "EU", "EURO", "E1R", "E R", "€€€", "ÉUR", "", None])
def test_currency_is_three_capital_letters(currency: str) -> None:
    """Anything else is no ISO 4217 code."""
    with pytest.raises(InvalidInput) as raised:
        check_currency(currency)
    assert raised.value.code == "currency_malformed"


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("BHD", 3), ("CLF", 4)])
def test_currency_has_its_own_digits(currency: str, digits: int) -> None:
    """Most currencies have hundredths, some have not."""
    assert currency_digits(currency) == digits


def test_amounts_in_two_currencies_are_not_added() -> None:
    """There is no sum of euros and dollars."""
    with pytest.raises(InvalidInput) as raised:
        Money("1", "EUR") + Money("1", "USD")
    assert raised.value.code == "currencies_differ"


def test_nothing_adds_up_to_zero() -> None:
    """The sum of no amounts is zero of the currency."""
    assert total([], "EUR") == Money("0", "EUR")


def test_amounts_add_up_exactly() -> None:
    """Ten times ten cents is one euro."""
    assert total([Money("0.10", "EUR")] * 10, "EUR") == Money("1", "EUR")


@pytest.mark.parametrize(
    ("currency", "text"), [("EUR", "1.00 EUR"), ("JPY", "1 JPY"), ("BHD", "1.000 BHD"), ("CLF", "1.0000 CLF")]
)
def test_amount_is_written_with_all_its_digits(currency: str, text: str) -> None:
    """A reader sees as many decimals as the currency has."""
    assert str(Money("1", currency)) == text


def test_rate_has_four_decimals() -> None:
    """A price per hour is more precise than an amount."""
    rate = Rate("95.1234", "EUR")
    assert (rate.ten_thousandths, rate.amount, str(rate)) == (951234, Decimal("95.1234"), "95.1234 EUR/h")


@pytest.mark.parametrize(("amount", "code"), [("-1", "amount_negative"), ("1.00001", "amount_too_precise")])
def test_bad_rate_is_refused(amount: str, code: str) -> None:
    """A rate is not negative and has at most four decimals."""
    with pytest.raises(InvalidInput) as raised:
        Rate(amount, "EUR")
    assert (raised.value.field, raised.value.code) == ("rate", code)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"), [(5, 10, 1), (-5, 10, -1), (4, 10, 0), (-4, 10, 0), (15, 10, 2), (0, 7, 0)]
)
def test_half_is_rounded_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    """A half counts as a whole, in either direction."""
    assert round_half_away(numerator, denominator) == rounded


@pytest.mark.parametrize(
    ("minutes", "rate", "currency", "value"),
    [
        (60, "95.00", "EUR", "95.00"),
        (1, "95.00", "EUR", "1.58"),
        (90, "77.7731", "EUR", "116.66"),
        (3, "0.10", "EUR", "0.01"),
        (30, "1.01", "EUR", "0.51"),
        (90, "1", "JPY", "2"),
        (1, "1", "BHD", "0.017"),
    ],
)
def test_time_is_rounded_once_to_minor_units(minutes: int, rate: str, currency: str, value: str) -> None:
    """Minutes times rate, rounded half away from zero to what the currency has."""
    assert value_of_time(minutes, Rate(rate, currency)) == Money(value, currency)


def test_stored_numbers_come_back_as_they_were() -> None:
    """What a store holds needs no checking."""
    assert Money.from_minor(1250, "EUR") == Money("12.50", "EUR")
    assert Rate.from_ten_thousandths(950000, "EUR") == Rate("95", "EUR")


def test_amounts_are_added_up_per_currency() -> None:
    """In order of currency; nothing adds up to nothing."""
    amounts = [Money("1.10", "USD"), Money("2", "EUR"), Money("0.05", "USD")]
    assert amounts_per_currency(amounts) == (Money("2", "EUR"), Money("1.15", "USD"))
    assert amounts_per_currency([]) == ()


def test_currencies_without_hundredths_are_listed_by_their_digits() -> None:
    """All others have two decimals."""
    found = currencies_by_digits()
    assert list(found) == [0, 3, 4]
    assert all(currency_digits(each) == digits for digits, currencies in found.items() for each in currencies)
    assert found[4] == ("CLF", "UYW")
