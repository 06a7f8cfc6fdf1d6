"""When the deeds of the quarter are done; between them the scheduler goes round, every morning."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from attrs import frozen

from worktraq.core.calendar import Period
from worktraq.demo import plan
from worktraq.demo.quarter import YEAR, Quarter

PERIOD = Period(date(YEAR, 4, 1), date(YEAR, 7, 1))
"""The quarter."""

_ZONE = ZoneInfo("Europe/Amsterdam")
_DAY = timedelta(days=1)


def at(month: int, day: int, hour: int) -> datetime:
    """A whole hour on the clock of the firm."""
    return datetime.combine(date(YEAR, month, day), time(hour), _ZONE)


BEGINNING = at(3, 28, 9)
END = at(7, 5, 17)


@frozen
class Moment:
    """Something that happens.

    Attributes:
        at: When.
        deed: What; None when the scheduler goes round.
    """

    at: datetime
    deed: Callable[[Quarter], None] | None = None


def moments() -> list[Moment]:
    """Everything that happens, in order."""
    return sorted([*_mornings(), *_registrations(), *_DEEDS], key=lambda moment: moment.at)


def _mornings() -> Iterator[Moment]:
    # Before the first month is submitted there is nothing that time could bring.
    day = date(YEAR, 5, 1)
    while day <= END.date():
        yield Moment(at(day.month, day.day, 6))
        day += _DAY


def _registrations() -> Iterator[Moment]:
    """People register on Mondays what they did in the week before, and on the first of a month the rest of it."""
    days = [day for day in (*PERIOD.days(), PERIOD.until) if day.isoweekday() == 1 or day.day == 1]
    for first, until in pairwise(days):
        yield Moment(at(until.month, until.day, 8), _registering(Period(first, until)))


def _registering(period: Period) -> Callable[[Quarter], None]:
    return lambda quarter: quarter.register(period)


_DEEDS = (
    Moment(at(5, 2, 9), lambda quarter: quarter.submit(4)),
    Moment(at(5, 3, 10), lambda quarter: quarter.review(4)),
    Moment(at(5, 6, 9), lambda quarter: quarter.correct(4)),
    Moment(at(5, 7, 10), lambda quarter: quarter.approve_corrected(4)),
    Moment(at(5, 8, 11), Quarter.answer),
    Moment(at(5, 13, 9), lambda quarter: quarter.correct(4)),
    Moment(at(5, 14, 10), lambda quarter: quarter.approve_corrected(4)),
    Moment(at(5, 16, 11), Quarter.answer),
    Moment(at(6, 4, 9), lambda quarter: quarter.submit(5)),
    Moment(at(6, 6, 10), lambda quarter: quarter.review(5)),
    Moment(at(6, 11, 11), Quarter.answer),
    Moment(at(6, 12, 14), Quarter.decide_by_telephone),
    Moment(at(6, 13, 14), Quarter.withdraw),
    Moment(at(6, 20, 14), Quarter.waive),
    Moment(at(6, 24, 9), lambda quarter: quarter.correct(5, only=plan.CORRECTED_IN_MAY)),
    Moment(at(6, 26, 10), lambda quarter: quarter.approve_corrected(5, plan.CORRECTED_IN_MAY)),
    Moment(at(7, 2, 9), lambda quarter: quarter.submit(6, late=plan.LATE)),
    Moment(at(7, 3, 10), lambda quarter: quarter.review(6)),
    Moment(END),
)
