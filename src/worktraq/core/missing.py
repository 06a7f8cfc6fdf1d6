"""Work that is expected and was not registered, beside what is registered and not billed yet (L-13)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from attrs import frozen

from worktraq.core.calendar import Period
from worktraq.core.ids import UserId
from worktraq.core.projects import Activity
from worktraq.core.users import User

_WORKDAYS = 5


@frozen(kw_only=True)
class MissingWork:
    """An employee with an active activity who registered nothing, or less than the contract says.

    Attributes:
        user_id: Of the employee.
        name: Of the employee.
        period: The days that were looked at: those of the period that lie in closed weeks, or all of a past one.
        expected_minutes: By the contract, in proportion to the weekdays on which an activity was active; None without
            contract hours.
        registered_minutes: Of all time on these days.
        empty_weeks: Those of the weeks in which nothing was registered, as far as they lie in the period.
    """

    user_id: UserId
    name: str
    period: Period
    expected_minutes: int | None
    registered_minutes: int
    empty_weeks: tuple[Period, ...]

    @property
    def missing_minutes(self) -> int | None:
        """How much less than expected; None without contract hours."""
        return None if self.expected_minutes is None else max(self.expected_minutes - self.registered_minutes, 0)


def closed_part(period: Period, today: date, week_start: int) -> Period | None:
    """The days of a period that are over: all of one that has ended, else those of weeks that have; None for none."""
    if period.until <= today:
        return period
    until = Period.week(today, week_start).first
    return Period(period.first, until) if until > period.first else None


def missing_work(
    user: User, activities: Collection[Activity], minutes: Mapping[Period, int], period: Period, week_start: int
) -> MissingWork | None:
    """What a user should have registered and did not; None where nothing is missing, or expected.

    Args:
        user: With the hours of the contract, if they are kept.
        activities: Of the user.
        minutes: Registered by the user in the period, per whole week; weeks without time may be left out.
        period: Days that are over.
        week_start: ISO weekday with which weeks begin.
    """
    workdays = {day for day in _weekdays(period) if any(_is_open(each, day) for each in activities)}
    if not workdays:
        return None
    empty = tuple(
        Period(max(week.first, period.first), min(week.until, period.until))
        for week in _weeks(workdays, week_start)
        if not minutes.get(week)
    )
    registered = sum(minutes.values())
    contract = user.contract_minutes_per_week
    expected = None if contract is None else contract * len(workdays) // _WORKDAYS
    whole_weeks = tuple(week for week in empty if week.until - week.first == timedelta(days=7))
    is_missing = bool(whole_weeks) if expected is None else registered < expected
    if not is_missing:
        return None
    return MissingWork(
        user_id=user.id,
        name=user.name,
        period=period,
        expected_minutes=expected,
        registered_minutes=registered,
        empty_weeks=whole_weeks if expected is None else empty,
    )


def _weekdays(period: Period) -> Iterable[date]:
    return (day for day in period.days() if day.isoweekday() <= _WORKDAYS)


def _is_open(activity: Activity, day: date) -> bool:
    return not activity.reasons_against(day)


def _weeks(days: Iterable[date], week_start: int) -> list[Period]:
    return sorted({Period.week(day, week_start) for day in days})
