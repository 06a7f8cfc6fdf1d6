"""Dates, instants, and periods."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from worktraq.core.calendar import Cadence, Period, check_date, check_instant, check_time_zone, local_date
from worktraq.errors import InvalidInput


def code_of(act: Callable[[], object]) -> str:
    """Why something is refused."""
    with pytest.raises(InvalidInput) as raised:
        act()
    return raised.value.code


def test_month_holds_all_its_days() -> None:
    """From the first to the last day, also in a leap year and over the turn of a year."""
    assert Period.month(2028, 2) == Period(date(2028, 2, 1), date(2028, 3, 1))
    assert Period.month(2026, 12) == Period(date(2026, 12, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("week_start", "first"),
    [(1, date(2026, 10, 5)), (3, date(2026, 10, 7)), (4, date(2026, 10, 1)), (7, date(2026, 10, 4))],
)
def test_week_begins_where_the_organization_says(week_start: int, first: date) -> None:
    """The week of a Wednesday begins on the last such weekday."""
    assert Period.week(date(2026, 10, 7), week_start) == Period(first, first + timedelta(days=7))


@pytest.mark.requirement("L-03")
@pytest.mark.parametrize(
    ("cadence", "period"),
    [
        (Cadence.WEEKLY, Period(date(2026, 9, 28), date(2026, 10, 5))),
        (Cadence.MONTHLY, Period(date(2026, 10, 1), date(2026, 11, 1))),
    ],
)
def test_billing_period_follows_the_rhythm(cadence: Cadence, period: Period) -> None:
    """A day lies in a week or in a month, by the rhythm of the project."""
    assert Period.of(date(2026, 10, 1), cadence) == period


def test_period_without_a_day_is_refused() -> None:
    """A period ends after it begins."""
    assert code_of(lambda: Period(date(2026, 10, 1), date(2026, 10, 1))) == "period_empty"


def test_period_is_half_open() -> None:
    """The day it ends on is not in it."""
    period = Period(date(2026, 10, 1), date(2026, 10, 3))
    assert date(2026, 10, 1) in period
    assert date(2026, 10, 3) not in period
    assert date(2026, 9, 30) not in period
    assert period.last == date(2026, 10, 2)
    assert list(period.days()) == [date(2026, 10, 1), date(2026, 10, 2)]


def test_day_is_a_period_too() -> None:
    """One day, and nothing else."""
    assert list(Period.day(date(2026, 10, 1)).days()) == [date(2026, 10, 1)]


def test_period_is_covered_by_pieces_without_gaps() -> None:
    """Pieces may overlap and come in any order; a missing day in the middle counts."""
    month = Period.month(2026, 10)
    first, second = Period(date(2026, 9, 28), date(2026, 10, 12)), Period(date(2026, 10, 10), date(2026, 11, 2))
    assert month.is_covered_by([second, first])
    assert not month.is_covered_by([first, Period(date(2026, 10, 13), date(2026, 11, 1))])
    assert not month.is_covered_by([])


def test_instant_is_given_in_utc() -> None:
    """Any zone is taken and converted."""
    at = datetime(2026, 10, 5, 10, tzinfo=timezone(timedelta(hours=2)))
    assert check_instant(at) == datetime(2026, 10, 5, 8, tzinfo=UTC)
    assert check_instant(at).tzinfo is UTC


def test_naive_instant_is_refused() -> None:
    """Without a time zone nobody knows when it was."""
    naive = datetime(2026, 10, 5, 10)  # noqa: DTZ001  # that is what is refused
    assert code_of(lambda: check_instant(naive)) == "instant_naive"


@pytest.mark.parametrize("value", [datetime(2026, 10, 5, tzinfo=UTC), "2026-10-05", None, date(1899, 12, 31)])
def test_what_is_no_day_of_work_is_refused(value: object) -> None:
    """Neither an instant nor a text is a day; nor is a slip of the pen such as year 202."""
    assert code_of(lambda: check_date(value)) == "date_malformed"  # type: ignore[arg-type]  # what is refused


@pytest.mark.parametrize("value", [date(1900, 1, 1), date(2999, 12, 31)])
def test_first_and_last_day_are_taken(value: date) -> None:
    """The bounds belong to the range."""
    assert check_date(value) is value


@pytest.mark.parametrize(("zone", "day"), [("Europe/Amsterdam", date(2026, 10, 6)), ("UTC", date(2026, 10, 5))])
def test_date_depends_on_the_time_zone(zone: str, day: date) -> None:
    """Late in the evening in UTC it is tomorrow in Amsterdam."""
    assert local_date(datetime(2026, 10, 5, 22, 30, tzinfo=UTC), zone) == day


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "", "Europe", None])
def test_unknown_time_zone_is_refused(name: str) -> None:
    """Only names of the time zone database are taken."""
    assert code_of(lambda: check_time_zone(name)) == "time_zone_unknown"


def test_known_time_zone_is_taken() -> None:
    """The name itself is what is stored."""
    assert check_time_zone("Europe/Amsterdam") == "Europe/Amsterdam"


def test_month_that_does_not_exist_is_refused() -> None:
    """As any other date that is none."""
    with pytest.raises(InvalidInput) as refused:
        Period.month(2026, 13)
    assert refused.value.code == "date_malformed"
