"""Weeks and months cover every day once."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.calendar import Cadence, Period, check_instant, local_date
from worktraq.testing import strategies

ZONES = st.sampled_from(("Europe/Amsterdam", "UTC", "America/New_York", "Pacific/Apia", "Asia/Kolkata"))
WEEK_STARTS = st.integers(1, 7)
OCTOBER = Period.month(2026, 10)
NEAR = st.builds(
    lambda first, days: Period(first, first + timedelta(days=days)),
    st.dates(date(2026, 9, 25), date(2026, 11, 5)),
    st.integers(1, 20),
)


@given(strategies.dates(), st.sampled_from(Cadence), WEEK_STARTS)
def test_every_day_lies_in_one_billing_period(day: date, cadence: Cadence, week_start: int) -> None:
    """It is in its own, and every day of that has the same."""
    period = Period.of(day, cadence, week_start)
    assert day in period
    assert {Period.of(each, cadence, week_start) for each in period.days()} == {period}
    assert period.last in period
    assert period.until not in period


@given(strategies.dates(), WEEK_STARTS)
def test_week_has_seven_days_and_begins_on_its_day(day: date, week_start: int) -> None:
    """Whichever that is."""
    week = Period.week(day, week_start)
    assert len(list(week.days())) == 7
    assert week.first.isoweekday() == week_start


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_months_follow_each_other(day: date) -> None:
    """Without a gap and without an overlap."""
    month = Period.month(day.year, day.month)
    following = Period.of(month.until, Cadence.MONTHLY)
    assert month.until == following.first
    assert month.first.day == 1


@given(st.lists(NEAR, max_size=8))
def test_covering_is_holding_every_day(periods: list[Period]) -> None:
    """Compared with asking for each day."""
    expected = all(any(day in period for period in periods) for day in OCTOBER.days())
    assert OCTOBER.is_covered_by(periods) is expected
    assert OCTOBER.is_covered_by([*periods, OCTOBER])


@given(strategies.instants(), ZONES)
def test_local_date_is_within_a_day_of_utc(at: datetime, zone: str) -> None:
    """And an instant stays the same instant, whatever zone it is given in."""
    if date(1900, 1, 2) <= at.date() <= date(2999, 12, 30):
        assert abs((local_date(at, zone) - at.date()).days) <= 1
    assert check_instant(at) == at
    assert check_instant(at).tzinfo is UTC
