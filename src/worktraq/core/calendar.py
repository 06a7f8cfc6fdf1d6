"""Dates, instants, periods and the rhythm in which work is billed.

Work is on a local date. Instants are aware and in UTC. A period is half open: its last day is the one
before ``until``.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from attrs import field, frozen
from dateutil.relativedelta import relativedelta

from worktraq.errors import InvalidInput

ONE_DAY = timedelta(days=1)
MINUTES_PER_DAY = 1440


class Cadence(StrEnum):
    """How often a project is billed, and so in which periods its customer is asked (L-03)."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


@frozen(order=True)
class Period:
    """Whole days from ``first`` up to, not including, ``until``.

    Raises:
        InvalidInput: When it holds no day.
    """

    first: date
    until: date = field()

    @until.validator
    def _holds_a_day(self, _attribute: object, until: date) -> None:
        if until <= self.first:
            raise InvalidInput.of("until", "period_empty")

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        """A calendar month.

        Raises:
            InvalidInput: With code ``date_malformed`` when there is no such month.
        """
        try:
            first = date(year, month, 1)
        except ValueError:
            raise InvalidInput.of("month", "date_malformed") from None
        return cls(first, first + relativedelta(months=1))

    @classmethod
    def week(cls, day: date, week_start: int = 1) -> "Period":
        """The week that holds a day; ``week_start`` is an ISO weekday, 1 for Monday."""
        first = day - timedelta(days=(day.isoweekday() - week_start) % 7)
        return cls(first, first + timedelta(days=7))

    @classmethod
    def day(cls, day: date) -> "Period":
        """One day."""
        return cls(day, day + ONE_DAY)

    @classmethod
    def of(cls, day: date, cadence: Cadence, week_start: int = 1) -> "Period":
        """The billing period that holds a day."""
        if cadence is Cadence.WEEKLY:
            return cls.week(day, week_start)
        return cls.month(day.year, day.month)

    @property
    def last(self) -> date:
        """The last day in it."""
        return self.until - ONE_DAY

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.until

    def days(self) -> Iterator[date]:
        """Every day in it, in order."""
        day = self.first
        while day < self.until:
            yield day
            day += ONE_DAY

    def is_covered_by(self, periods: Iterable["Period"]) -> bool:
        """Whether the periods together hold every day of this one."""
        reached = self.first
        for period in sorted(periods):
            if period.first > reached:
                break
            reached = max(reached, period.until)
        return reached >= self.until


def check_instant(at: datetime, *, name: str = "at") -> datetime:
    """The instant in UTC.

    Raises:
        InvalidInput: With code ``instant_naive`` when it has no time zone.
    """
    if at.tzinfo is None:
        raise InvalidInput.of(name, "instant_naive")
    return at.astimezone(UTC)


def check_date(value: date, *, name: str = "on") -> date:
    """The value, when it is a plain date between 1900 and 2999.

    Raises:
        InvalidInput: With code ``date_malformed``.
    """
    if not isinstance(value, date) or isinstance(value, datetime) or not 1900 <= value.year <= 2999:
        raise InvalidInput.of(name, "date_malformed")
    return value


def local_date(at: datetime, time_zone: str) -> date:
    """The calendar date in a time zone at an instant."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def check_time_zone(name: str) -> str:
    """The name, when the time zone database knows it.

    Raises:
        InvalidInput: With code ``time_zone_unknown``.
    """
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError):
        raise InvalidInput.of("time_zone", "time_zone_unknown") from None
    return name
