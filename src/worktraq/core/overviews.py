"""Totals of registered time: per customer, project, employee and period (T-05)."""

from enum import StrEnum

from attrs import frozen

from worktraq.core.calendar import Period
from worktraq.core.customers import CustomerSummary
from worktraq.core.ids import CustomerId, ProjectId, UserId


class GroupBy(StrEnum):
    """What totals can be made per; any of them together."""

    CUSTOMER = "customer"
    PROJECT = "project"
    USER = "user"
    MONTH = "month"


@frozen
class HoursTotal:
    """Registered time of one group; what it is not grouped by is None.

    Attributes:
        customer_id: For whom.
        project_id: On which project.
        user_id: Who worked.
        month: In which calendar month.
        minutes: Of all time entries.
        billable_minutes: Of those that are billable.
        entries: How many time entries.
    """

    customer_id: CustomerId | None
    project_id: ProjectId | None
    user_id: UserId | None
    month: Period | None
    minutes: int
    billable_minutes: int
    entries: int


@frozen
class CustomerOverview:
    """A customer's reduced fields with the totals registered on it (T-04, T-05).

    Attributes:
        customer: The reduced fields.
        totals: Per employee and month, of what the reader may see.
        minutes: Of those together.
    """

    customer: CustomerSummary
    totals: tuple[HoursTotal, ...]
    minutes: int
