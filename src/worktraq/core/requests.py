"""The management overview of approval requests: every request with all that matters (L-05)."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from attrs import frozen

from worktraq.core.approval import Decision
from worktraq.core.entries import Item
from worktraq.core.paging import Key
from worktraq.core.signoff import ApprovalRequest, RequestStatus

UNDECIDED = frozenset({RequestStatus.OPEN, RequestStatus.EXPIRED})
"""The status of requests on which the customer can still be made to decide."""


class RequestSort(StrEnum):
    """In which order requests are listed."""

    NEWEST = "newest"
    DUE = "due"


@frozen
class RequestSummary:
    """A request with the names of whom it is about.

    Attributes:
        request: With hours, expenses, contact, sent, due, reminders, escalation, status, decision and comment.
        employee_name: Whose hours and expenses.
        customer_name: Who is asked.
        project_name: About which project.
        overdue_days: How many days ago a decision was expected; 0 when it is not late, or there is nothing to wait for.
    """

    request: ApprovalRequest
    employee_name: str
    customer_name: str
    project_name: str
    overdue_days: int

    @property
    def is_overdue(self) -> bool:
        """Whether the decision is late."""
        return self.overdue_days > 0


def place_in_list(request: ApprovalRequest, sort: RequestSort) -> Key:
    """The key of a request in a list: the order, what it goes by, and the id."""
    if sort is RequestSort.DUE:
        return (sort.value, request.due_on.isoformat(), request.id.hex)
    return (sort.value, request.id.hex)


def overdue_days(request: ApprovalRequest, today: date) -> int:
    """How many days late the decision on a request is; 0 when it is not, or when there is nothing to wait for."""
    return max((today - request.due_on).days, 0) if request.status in UNDECIDED else 0


@frozen
class RequestCounts:
    """How many requests there are.

    Attributes:
        by_status: Of each status, 0 included.
        overdue: Of those that are open or expired, how many should have been decided before today.
    """

    by_status: Mapping[RequestStatus, int]
    overdue: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_status.values())


@frozen
class RequestedItem:
    """A line of a request, as it is now.

    Attributes:
        item: The time entry or expense.
        decision: The last one that was taken on it in this request, void or not; None when none was.
    """

    item: Item
    decision: Decision | None
