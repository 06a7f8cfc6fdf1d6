"""When an accounting system may be asked again, as its answers say it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime

_SECONDS_SINCE_1970 = Decimal(1_000_000_000)
_MILLISECONDS_SINCE_1970 = Decimal(100_000_000_000)
_LAST = Decimal(253_402_300_799_999)


def retry_at(text: str, now: datetime) -> datetime | None:
    """The instant that a header such as ``Retry-After`` names, not before now; None when it names none.

    Systems mean different things by a number, so it goes by its size: seconds from now, seconds since 1970 or
    milliseconds since 1970. A date as HTTP writes it is taken too.

    Args:
        text: Of the header.
        now: In UTC.
    """
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return _of_date(text, now)
    if not number.is_finite() or not 0 <= number <= _LAST:
        return None
    if number < _SECONDS_SINCE_1970:
        return now + timedelta(seconds=float(number))
    seconds = number / 1000 if number >= _MILLISECONDS_SINCE_1970 else number
    return max(now, datetime.fromtimestamp(float(seconds), UTC))


def _of_date(text: str, now: datetime) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
        return max(now, found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
