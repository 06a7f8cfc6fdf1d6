"""The management overview of approval requests."""

from datetime import date

import pytest
from attrs import evolve

from worktraq.core.requests import RequestCounts, RequestSort, RequestSummary, overdue_days, place_in_list
from worktraq.core.signoff import RequestStatus
from worktraq.testing.builders import a_request
from worktraq.testing.firms import a_firm

FIRM = a_firm()
REQUEST = evolve(a_request(FIRM.project, FIRM.employee), due_on=date(2026, 10, 12))


@pytest.mark.requirement("L-05")
@pytest.mark.parametrize(
    ("status", "today", "days"),
    [
        (RequestStatus.OPEN, date(2026, 10, 11), 0),
        (RequestStatus.OPEN, date(2026, 10, 12), 0),
        (RequestStatus.OPEN, date(2026, 10, 13), 1),
        (RequestStatus.EXPIRED, date(2026, 11, 11), 30),
        (RequestStatus.DECIDED, date(2026, 11, 11), 0),
        (RequestStatus.SUPERSEDED, date(2026, 11, 11), 0),
        (RequestStatus.WITHDRAWN, date(2026, 11, 11), 0),
    ],
)
def test_request_is_late_after_its_day_while_a_decision_is_waited_for(
    status: RequestStatus, today: date, days: int
) -> None:
    """On the day itself it is not, and once it is closed it never is."""
    request = evolve(REQUEST, status=status)
    assert overdue_days(request, today) == days
    assert RequestSummary(request, "Eva", "Jansen", "Advice", days).is_overdue is (days > 0)


def test_place_in_a_list_begins_with_the_order() -> None:
    """So that a cursor of one order is not taken for one of the other."""
    assert place_in_list(REQUEST, RequestSort.NEWEST) == ("newest", REQUEST.id.hex)
    assert place_in_list(REQUEST, RequestSort.DUE) == ("due", "2026-10-12", REQUEST.id.hex)


def test_counts_add_up() -> None:
    """Of all statuses together."""
    counts = RequestCounts({RequestStatus.OPEN: 3, RequestStatus.DECIDED: 4}, overdue=2)
    assert counts.total == 7
