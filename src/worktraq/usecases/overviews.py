"""Totals of registered time (T-04, T-05)."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from attrs import frozen

from worktraq.core.calendar import Period
from worktraq.core.customers import CustomerSummary
from worktraq.core.ids import CustomerId, ProjectId, UserId
from worktraq.core.overviews import CustomerOverview, GroupBy, HoursTotal
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context
from worktraq.usecases.customers import Customers


@frozen
class HoursOverview:
    """Totals of registered time, with the names of what they are about.

    Attributes:
        totals: One per group, in order of customer, project, user and month.
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
        """Registered time per customer, project, employee or month, or several of these together.

        A manager sees everybody's; others their own, and what the right to read opens (T-05).

        Args:
            by: What there is a total for.
            period: On these days.
            customer_id: For this customer.
            project_id: On this project.
            user_id: Of this employee.
        """
        context = self._context
        wanted = ItemFilter(
            scope=context.scope(), period=period, customer_id=customer_id, project_id=project_id, user_id=user_id
        )
        totals = tuple(context.uow.hours.totals(wanted, by))
        return HoursOverview(totals, self._names(totals), sum(total.minutes for total in totals))

    def customer(self, customer_id: CustomerId, *, period: Period | None = None) -> CustomerOverview:
        """A customer's reduced fields, with the totals that the actor may see (T-04, T-05).

        Raises:
            NotFound: When there is no such customer for this actor.
        """
        summary: CustomerSummary = Customers(self._context).summary(customer_id)
        found = self.hours(by=(GroupBy.USER, GroupBy.MONTH), period=period, customer_id=customer_id)
        return CustomerOverview(summary, found.totals, found.minutes)

    def _names(self, totals: Sequence[HoursTotal]) -> Mapping[UUID, str]:
        uow = self._context.uow
        customer_ids = {total.customer_id for total in totals if total.customer_id is not None}
        project_ids = {total.project_id for total in totals if total.project_id is not None}
        user_ids = {total.user_id for total in totals if total.user_id is not None}
        return {
            **{customer.id: customer.name for customer in uow.customers.find_many(customer_ids)},
            **{project.id: project.name for project in uow.projects.find_many(project_ids)},
            **{user.id: user.name for user in uow.users.find_many(user_ids)},
        }
