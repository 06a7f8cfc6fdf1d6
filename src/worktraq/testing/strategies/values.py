"""Values that the core accepts: texts, days, instants, amounts."""

import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from uuid import UUID

from hypothesis import strategies as st

from worktraq.core.calendar import Period
from worktraq.core.ids import uuid7
from worktraq.core.money import Money, Rate
from worktraq.core.organizations import Address
from worktraq.core.text import LINE_LENGTH, NAME_LENGTH, NOTE_LENGTH

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2999, 12, 31)
LARGEST_AMOUNT = 10**15
"""In minor units, or in ten-thousandths of a rate."""

_DIFFICULT = (
    "Bakkerij Jansen B.V.",
    '100% _zeker_ \\ \'n "quote"; -- DROP',
    "Zoë Ångström-Łódź",
    "straße İstanbul ǅungla",
    "李小龍 🙂 👩🏽‍💻 🇳🇱",
    "עברית العربية",
    "e\u0323\u0302 combined",
    "=1+1",
    "NULL",
    "ﷺ ﬁ ½",
)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


@cache
def _texts(longest: int, *, least: int = 0, breaks: str = "") -> st.SearchStrategy[str]:
    alphabet = st.characters(
        codec="utf-8",
        exclude_categories=("Cs", "Cc", "Zl", "Zp"),
        include_characters=breaks,
        exclude_characters="\ufffe\uffff",
    )
    drawn = st.text(alphabet, min_size=least, max_size=min(longest, 40)).map(_normal)
    longest_ones = st.sampled_from([mark * longest for mark in ("x", "é", "€", "🙂")])
    anything = st.one_of(drawn, st.sampled_from([text[:longest] for text in _DIFFICULT]).map(_normal), longest_ones)
    return anything.filter(lambda text: least <= len(text) <= longest)


def names() -> st.SearchStrategy[str]:
    """Names: never empty, at most 200 characters."""
    return _texts(NAME_LENGTH, least=1)


def lines(longest: int = LINE_LENGTH) -> st.SearchStrategy[str]:
    """Lines of text, which may be empty."""
    return _texts(longest)


def notes() -> st.SearchStrategy[str]:
    """Texts of several lines, which may be empty."""
    return _texts(NOTE_LENGTH, breaks="\n\t")


@cache
def mail_addresses() -> st.SearchStrategy[str]:
    """Mail addresses of the form that is accepted, also of scripts other than Latin."""
    local = st.text("abcXYZ019.+-_'%ëł字", min_size=1, max_size=30)
    domain = st.text("abcXYZ019-ü", min_size=1, max_size=30)
    return st.builds(lambda name, host, top: f"{name}@{host}.{top}", local, domain, st.sampled_from(("nl", "EXAMPLE")))


@cache
def ids() -> st.SearchStrategy[UUID]:
    """Ids of version 7, of any moment."""
    return st.builds(uuid7, st.integers(0, 2**48 - 1), st.integers(0, 2**12 - 1), st.integers(0, 2**62 - 1))


@cache
def dates() -> st.SearchStrategy[date]:
    """Every day that work can be on, the first and the last one often."""
    usual = st.dates(date(2026, 1, 1), date(2027, 12, 31))
    return st.one_of(usual, st.sampled_from((FIRST_DAY, LAST_DAY, date(2028, 2, 29))), st.dates(FIRST_DAY, LAST_DAY))


@cache
def periods() -> st.SearchStrategy[Period]:
    """Periods of a day up to some years."""
    usual = st.dates(FIRST_DAY, LAST_DAY - timedelta(days=1000))
    return st.builds(lambda first, days: Period(first, first + timedelta(days=days)), usual, st.integers(1, 1000))


@cache
def instants() -> st.SearchStrategy[datetime]:
    """Instants in UTC, to the microsecond, also long before and after now."""
    days = st.dates(FIRST_DAY, LAST_DAY)
    return st.builds(datetime.combine, days, st.times(), st.just(UTC))


@cache
def wall_times() -> st.SearchStrategy[time]:
    """Wall clock times, most of them to the minute."""
    return st.one_of(st.builds(time, st.integers(0, 23), st.integers(0, 59)), st.times())


@cache
def currencies() -> st.SearchStrategy[str]:
    """Currencies, among them some without decimals, with three and with four."""
    return st.sampled_from(("EUR", "USD", "GBP", "JPY", "BHD", "CLF"))


@cache
def amounts(currency: str | None = None, *, least: int = -LARGEST_AMOUNT) -> st.SearchStrategy[Money]:
    """Amounts up to the largest one.

    Args:
        currency: Of all of them; any when not given.
        least: In minor units.
    """
    minor = st.one_of(st.integers(max(least, 0), 100_000), st.integers(least, LARGEST_AMOUNT), st.just(LARGEST_AMOUNT))
    return st.builds(Money.from_minor, minor, st.just(currency) if currency else currencies())


@cache
def rates(currency: str | None = None) -> st.SearchStrategy[Rate]:
    """Rates with four decimals up to the largest one, zero included."""
    numbers = st.one_of(st.integers(0, 5_000_000), st.integers(0, LARGEST_AMOUNT), st.just(LARGEST_AMOUNT))
    return st.builds(Rate.from_ten_thousandths, numbers, st.just(currency) if currency else currencies())


@cache
def addresses() -> st.SearchStrategy[Address]:
    """Postal addresses, in part or as a whole empty."""
    return st.builds(Address, lines(), lines(20), lines(), st.sampled_from(("", "NL", "BE", "DE", "FR", "LU")))


@cache
def digests() -> st.SearchStrategy[str]:
    """Texts of the form that a SHA-256 has in hexadecimal digits."""
    return st.binary(min_size=32, max_size=32).map(bytes.hex)
