"""Money in integer minor units, rates with four decimals, and the one rounding rule.

An amount never passes through a float. The value of time is rounded half away from zero to minor units.
"""

from collections.abc import Iterable, Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation

from attrs import frozen

from worktraq.errors import InvalidInput

# ISO 4217 currencies whose minor unit is not a hundredth.
_OTHER_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"), 0),
    **dict.fromkeys(("UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
_RATE_DIGITS = 4
_LARGEST = 10**15
# Whatever context the host works in: nothing here is rounded by it, and what does not fit is an error.
_EXACT = Context(prec=40, traps=[Inexact, InvalidOperation])


def currencies_by_digits() -> Mapping[int, tuple[str, ...]]:
    """The currencies whose minor unit is not a hundredth, by the number of decimals they have, in order."""
    found: dict[int, list[str]] = {}
    for currency, digits in sorted(_OTHER_DIGITS.items()):
        found.setdefault(digits, []).append(currency)
    return {digits: tuple(found[digits]) for digits in sorted(found)}


def currency_digits(currency: str) -> int:
    """The number of decimals of an ISO 4217 currency."""
    return _OTHER_DIGITS.get(currency, 2)


def check_currency(currency: str, *, field: str = "currency") -> str:
    """The currency code, when it has the form of one: three capital letters.

    Raises:
        InvalidInput: With code ``currency_malformed``.
    """
    is_code = isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isalpha()
    if not (is_code and currency.isupper()):
        raise InvalidInput.of(field, "currency_malformed")
    return currency


def _scaled(amount: str | int | Decimal, digits: int, field: str) -> int:
    number = _number(amount, field)
    # Before anything is computed: an exponent makes a number of a million digits out of a short text.
    if number and number.adjusted() + digits >= len(str(_LARGEST)):
        raise InvalidInput.of(field, "amount_too_large")
    try:
        scaled = number.scaleb(digits, _EXACT)
    except Inexact:
        raise InvalidInput.of(field, "amount_too_precise", digits=digits) from None
    whole = int(scaled)
    if whole != scaled:
        raise InvalidInput.of(field, "amount_too_precise", digits=digits)
    if abs(whole) > _LARGEST:
        raise InvalidInput.of(field, "amount_too_large")
    return whole


def _number(amount: str | int | Decimal, field: str) -> Decimal:
    if isinstance(amount, float | bool):
        raise InvalidInput.of(field, "amount_is_float")
    try:
        number = Decimal(amount)
    except (InvalidOperation, ValueError, TypeError):
        raise InvalidInput.of(field, "amount_malformed") from None
    if not number.is_finite():
        raise InvalidInput.of(field, "amount_malformed")
    return number


@frozen(init=False, order=False)
class Money:
    """An exact amount: ``Money("12.50", "EUR")``.

    Attributes:
        minor: The amount in minor units of the currency, such as cents.
        currency: An ISO 4217 code.
    """

    minor: int
    currency: str

    def __init__(self, amount: str | int | Decimal, currency: str) -> None:
        check_currency(currency)
        self.__attrs_init__(_scaled(amount, currency_digits(currency), "amount"), currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> "Money":
        """An amount from minor units that are known to be good, such as those of a store."""
        money = cls.__new__(cls)
        money.__attrs_init__(minor, currency)
        return money

    @property
    def amount(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.minor).scaleb(-currency_digits(self.currency), _EXACT)

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise InvalidInput.of("currency", "currencies_differ", one=self.currency, other=other.currency)
        return Money.from_minor(self.minor + other.minor, self.currency)

    def __str__(self) -> str:
        return f"{self.amount:.{currency_digits(self.currency)}f} {self.currency}"


@frozen(init=False, order=False)
class Rate:
    """A price per hour with four decimals: ``Rate("95.00", "EUR")``. Only managers ever see one (W-05).

    Attributes:
        ten_thousandths: The price per hour, times 10,000.
        currency: An ISO 4217 code.
    """

    ten_thousandths: int
    currency: str

    def __init__(self, amount: str | int | Decimal, currency: str) -> None:
        check_currency(currency)
        scaled = _scaled(amount, _RATE_DIGITS, "rate")
        if scaled < 0:
            raise InvalidInput.of("rate", "amount_negative")
        self.__attrs_init__(scaled, currency)

    @classmethod
    def from_ten_thousandths(cls, ten_thousandths: int, currency: str) -> "Rate":
        """A rate from a number that is known to be good, such as that of a store."""
        rate = cls.__new__(cls)
        rate.__attrs_init__(ten_thousandths, currency)
        return rate

    @property
    def amount(self) -> Decimal:
        """The price per hour in major units."""
        return Decimal(self.ten_thousandths).scaleb(-_RATE_DIGITS, _EXACT)

    def __str__(self) -> str:
        return f"{self.amount:.{_RATE_DIGITS}f} {self.currency}/h"


def round_half_away(numerator: int, denominator: int) -> int:
    """The quotient as a whole number; a half is rounded away from zero."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def value_of_time(minutes: int, rate: Rate) -> Money:
    """What worked minutes are worth at a rate, rounded once to minor units."""
    digits = currency_digits(rate.currency)
    numerator = minutes * rate.ten_thousandths * 10**digits
    return Money.from_minor(round_half_away(numerator, 60 * 10**_RATE_DIGITS), rate.currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The exact sum of amounts in one currency; nothing adds up to zero of it."""
    amount = Money.from_minor(0, currency)
    for each in amounts:
        amount = amount + each
    return amount


def amounts_per_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """The exact sum in each currency, in order of currency; nothing for nothing."""
    sums: dict[str, Money] = {}
    for each in amounts:
        sums[each.currency] = sums[each.currency] + each if each.currency in sums else each
    return tuple(sums[currency] for currency in sorted(sums))
