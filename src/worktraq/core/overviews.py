"""Totals of registered time: per customer, project, employee and period (T-05)."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from attrs import frozen

from worktraq.core.calendar import Period
from worktraq.core.customers import CustomerSummary
from worktraq.core.ids import CustomerId, ProjectId, UserId
from worktraq.core.projects import HoursBudget, ProjectStatus


class GroupBy(StrEnum):
    """What totals can be made per; any of them together."""

    CUSTOMER = "customer"
    PROJECT = "project"
    USER = "user"
    MONTH = "month"
    WEEK = "week"


@frozen(weakref_slot=False)
class HoursTotal:
    """Registered time of one group; what it is not grouped by is None.

    Attributes:
        customer_id: For whom.
        project_id: On which project.
        user_id: Who worked.
        month: In which calendar month.
        week: In which week, which begins on the day that the organization says.
        minutes: Of all time entries.
        billable_minutes: Of those that are billable.
        entries: How many time entries.
    """

    customer_id: CustomerId | None
    project_id: ProjectId | None
    user_id: UserId | None
    month: Period | None
    week: Period | None
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
        names: Of the employees in them, by id.
    """

    customer: CustomerSummary
    totals: tuple[HoursTotal, ...]
    minutes: int
    names: Mapping[UUID, str]


@frozen
class ProjectOverview:
    """Where a project stands, with the totals registered on it (T-05, T-07).

    Attributes:
        project_id: Of the project.
        name: Of the project.
        customer_id: For whom it is.
        customer_name: Of that customer.
        status: Planned, active or finished today.
        budget: The hours foreseen; over all of the time, whatever period the totals are of.
        totals: Per employee and month, of what the reader may see.
        minutes: Of those together.
        names: Of the employees in them, by id.
    """

    project_id: ProjectId
    name: str
    customer_id: CustomerId
    customer_name: str
    status: ProjectStatus
    budget: HoursBudget
    totals: tuple[HoursTotal, ...]
    minutes: int
    names: Mapping[UUID, str]


@frozen
class EmployeeOverview:
    """What an employee registered, as far as the reader may see it (T-05).

    Attributes:
        user_id: Of the employee.
        name: Of the employee.
        totals: Per customer and month.
        minutes: Of those together.
        names: Of the customers in them, by id.
    """

    user_id: UserId
    name: str
    totals: tuple[HoursTotal, ...]
    minutes: int
    names: Mapping[UUID, str]


@frozen
class OrganizationOverview:
    """What everybody registered (T-05).

    Attributes:
        by_customer: A total per customer.
        by_user: A total per employee.
        by_month: A total per calendar month.
        minutes: Of everything.
        names: Of the customers and employees, by id.
        customers: How many customers are active, the internal one left out.
        users: How many users are active.
        projects: How many projects are active today.
    """

    by_customer: tuple[HoursTotal, ...]
    by_user: tuple[HoursTotal, ...]
    by_month: tuple[HoursTotal, ...]
    minutes: int
    names: Mapping[UUID, str]
    customers: int
    users: int
    projects: int
