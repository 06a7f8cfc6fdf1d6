"""Totals of registered time (T-04, T-05)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from attrs import frozen

from worktraq.core.access import Action
from worktraq.core.calendar import Period
from worktraq.core.choices import chosen
from worktraq.core.customers import CustomerSummary
from worktraq.core.ids import CustomerId, ProjectId, UserId
from worktraq.core.overviews import (
    CustomerOverview,
    EmployeeOverview,
    GroupBy,
    HoursTotal,
    OrganizationOverview,
    ProjectOverview,
)
from worktraq.errors import NotFound
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context, found
from worktraq.usecases.customers import Customers
from worktraq.usecases.projects import Projects

I = TypeVar("I", bound=UUID)  # noqa: E741  # an id


@frozen
class HoursOverview:
    """Totals of registered time, with the names of what they are about.

    Attributes:
        totals: One per group, in order of customer, project, user, month and week.
        names: Of the customers, projects and users in them, by id.
        minutes: Of all groups together.
    """

    totals: tuple[HoursTotal, ...]
    names: Mapping[UUID, str]
    minutes: int


class Overviews:
    """What was registered, added up by the store."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def hours(
        self,
        *,
        by: Collection[GroupBy] = (GroupBy.CUSTOMER, GroupBy.USER),
        period: Period | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        user_id: UserId | None = None,
    ) -> HoursOverview:
        """Registered time per customer, project, employee, month or week, or several of these together.

        A manager sees everybody's; others their own, and what the right to read opens (T-05).

        Args:
            by: What there is a total for.
            period: On these days.
            customer_id: For this customer.
            project_id: On this project.
            user_id: Of this employee.

        Raises:
            InvalidInput: For a grouping that is none.
        """
        context, by = self._context, [chosen("by", GroupBy, each) for each in by]
        wanted = ItemFilter(
            scope=context.scope(), period=period, customer_id=customer_id, project_id=project_id, user_id=user_id
        )
        week_start = context.organization.settings.week_start
        totals = tuple(context.uow.hours.totals(wanted, by, week_start=week_start))
        return HoursOverview(totals, self._names(totals), sum(total.minutes for total in totals))

    def customer(self, customer_id: CustomerId, *, period: Period | None = None) -> CustomerOverview:
        """A customer's reduced fields, with the totals that the actor may see (T-04, T-05).

        Raises:
            NotFound: When there is no such customer for this actor.
        """
        summary: CustomerSummary = Customers(self._context).summary(customer_id)
        hours = self.hours(by=(GroupBy.USER, GroupBy.MONTH), period=period, customer_id=customer_id)
        return CustomerOverview(summary, hours.totals, hours.minutes, hours.names)

    def project(self, project_id: ProjectId, *, period: Period | None = None) -> ProjectOverview:
        """Where a project stands, its budget of hours, and the totals that the actor may see (T-05, T-07).

        Args:
            project_id: Which project.
            period: What the totals are of; the budget is always over all time.

        Raises:
            NotFound: When there is no such project for this actor.
        """
        context, projects = self._context, Projects(self._context)
        project = projects.get(project_id)
        hours = self.hours(by=(GroupBy.USER, GroupBy.MONTH), period=period, project_id=project_id)
        return ProjectOverview(
            project.id,
            project.name,
            project.customer_id,
            context.customer(project.customer_id).name,
            project.status(context.today),
            projects.budget(project_id),
            hours.totals,
            hours.minutes,
            hours.names,
        )

    def employee(self, user_id: UserId, *, period: Period | None = None) -> EmployeeOverview:
        """What an employee registered, per customer and month (T-05).

        A manager sees everybody's totals and an employee own ones; of colleagues only the part that a grant opens.

        Args:
            user_id: Whose totals.
            period: On these days.

        Raises:
            NotFound: When there is no such user, or nothing of him or her that this actor may see.
        """
        context = self._context
        user = found(context.uow.users.find(user_id), "user")
        hours = self.hours(by=(GroupBy.CUSTOMER, GroupBy.MONTH), period=period, user_id=user_id)
        knows = context.verdict(Action.SEE_USERS, owner_id=user_id) or hours.totals
        if not knows and not self.hours(by=(), user_id=user_id).totals:
            raise NotFound("user")
        return EmployeeOverview(user.id, user.name, hours.totals, hours.minutes, hours.names)

    def organization(self, *, period: Period | None = None) -> OrganizationOverview:
        """What everybody registered, per customer, per employee and per month, and how many of them there are (T-05).

        Args:
            period: What the totals are of; the counts are of today.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        context = self._context
        context.require(Action.SEE_ORGANIZATION_TOTALS)
        customers, users, months = (
            self.hours(by=(each,), period=period) for each in (GroupBy.CUSTOMER, GroupBy.USER, GroupBy.MONTH)
        )
        return OrganizationOverview(
            by_customer=customers.totals,
            by_user=users.totals,
            by_month=months.totals,
            minutes=customers.minutes,
            names={**customers.names, **users.names},
            customers=context.uow.customers.count_active(),
            users=context.uow.users.count_active(None),
            projects=context.uow.projects.count_active(context.today),
        )

    def _names(self, totals: Sequence[HoursTotal]) -> Mapping[UUID, str]:
        uow = self._context.uow
        customer_ids = _distinct(total.customer_id for total in totals)
        project_ids = _distinct(total.project_id for total in totals)
        user_ids = _distinct(total.user_id for total in totals)
        return {
            **{customer.id: customer.name for customer in uow.customers.find_many(customer_ids)},
            **{project.id: project.name for project in uow.projects.find_many(project_ids)},
            **{user.id: user.name for user in uow.users.find_many(user_ids)},
        }


def _distinct(entity_ids: Iterable[I | None]) -> Collection[I]:
    """Each id once; by identity first, since the same ids stand in many totals and hashing each is what takes time."""
    once = {id(each): each for each in entity_ids}.values()
    return {each for each in once if each is not None}
