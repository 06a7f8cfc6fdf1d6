"""Work that is expected and was not registered."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from attrs import evolve

from worktraq.core.calendar import Period
from worktraq.core.missing import MissingWork, closed_part, missing_work
from worktraq.core.projects import Activity
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.testing.firms import a_firm

pytestmark = pytest.mark.requirement("L-13")

FIRM = a_firm()
EVA = FIRM.employee
FULL_TIME = evolve(EVA, contract_minutes_per_week=2400)
WEEK = Period.week(MONDAY)
NEXT = Period.week(MONDAY + timedelta(days=7))
TWO = Period(WEEK.first, NEXT.until)


def missing(
    minutes: Mapping[Period, int], *activities: Activity, period: Period = TWO, contract: bool = True
) -> MissingWork | None:
    """What Eva should have registered on an activity without an end."""
    return missing_work(FULL_TIME if contract else EVA, activities or (FIRM.activity,), minutes, period, 1)


def test_contract_is_compared_with_all_days_together() -> None:
    """Less in one week may be made up for in another."""
    assert missing({WEEK: 2000, NEXT: 2800}) is None
    found = missing({WEEK: 2000, NEXT: 2799})
    assert found is not None
    assert (found.expected_minutes, found.registered_minutes, found.missing_minutes) == (4800, 4799, 1)
    assert (found.user_id, found.name, found.period, found.empty_weeks) == (EVA.id, "Eva", TWO, ())


def test_weeks_without_any_time_are_named() -> None:
    """Also where there is a contract."""
    found = missing({NEXT: 2400})
    assert found is not None
    assert (found.missing_minutes, found.empty_weeks) == (2400, (WEEK,))


def test_without_a_contract_a_whole_week_without_time_is_missing() -> None:
    """Any time at all will do, and a part of a week says nothing."""
    assert missing({WEEK: 1, NEXT: 1}, contract=False) is None
    found = missing({WEEK: 1}, contract=False)
    assert found is not None
    assert (found.empty_weeks, found.expected_minutes, found.missing_minutes) == ((NEXT,), None, None)
    assert missing({}, period=Period.day(MONDAY), contract=False) is None


def test_contract_is_in_proportion_to_the_weekdays_of_the_period() -> None:
    """October 2026 has 22 of them."""
    found = missing({}, period=OCTOBER)
    assert found is not None
    assert found.expected_minutes == 2400 * 22 // 5
    assert found.empty_weeks[0] == Period(date(2026, 10, 1), date(2026, 10, 5))
    assert missing({}, period=Period(date(2026, 10, 10), date(2026, 10, 12))) is None


def test_only_days_with_an_active_activity_count() -> None:
    """From its first to its last day; nothing is expected of who has none."""
    begun = evolve(FIRM.activity, starts_on=NEXT.first + timedelta(days=3))
    found = missing({}, begun)
    assert found is not None
    assert (found.expected_minutes, found.empty_weeks) == (2400 * 2 // 5, (NEXT,))
    ended = evolve(FIRM.activity, ends_on=MONDAY)
    both = missing({}, begun, ended)
    assert both is not None
    assert both.expected_minutes == 2400 * 3 // 5
    assert missing({}, evolve(FIRM.activity, is_active=False)) is None


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (OCTOBER.until, OCTOBER),
        (date(2026, 10, 31), Period(OCTOBER.first, date(2026, 10, 26))),
        (date(2026, 10, 5), Period(OCTOBER.first, MONDAY)),
        (date(2026, 10, 4), None),
    ],
)
def test_only_days_that_are_over_are_looked_at(today: date, expected: Period | None) -> None:
    """All of a past period, else those of weeks that have ended."""
    assert closed_part(OCTOBER, today, 1) == expected
