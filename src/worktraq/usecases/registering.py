"""What registering on an activity depends on: the one rule behind registering and the question whether it may be."""

from collections.abc import Sequence

from worktraq.core.access import Action, Verdict
from worktraq.core.customers import Customer
from worktraq.core.entries import Workplace
from worktraq.core.ids import UserId
from worktraq.core.projects import Activity, Project
from worktraq.usecases.context import Context


class Registering:
    """Gathers where somebody works, and what stands against it (W-12, T-09)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def workplace(self, activity: Activity) -> Workplace:
        """An activity with its project, its currency, and what stands against registering on any day."""
        context = self._context
        customer = context.customer(activity.customer_id)
        project = context.project(activity.project_id) if activity.project_id is not None else None
        return self._workplace(activity, customer, project)

    def workplaces(self, activities: Sequence[Activity]) -> list[Workplace]:
        """The same for several activities, in their order."""
        uow = self._context.uow
        customer_ids = {each.customer_id for each in activities}
        project_ids = {each.project_id for each in activities if each.project_id is not None}
        customers = {each.id: each for each in uow.customers.find_many(customer_ids)}
        projects = {each.id: each for each in uow.projects.find_many(project_ids)}
        return [
            self._workplace(each, customers[each.customer_id], projects[each.project_id] if each.project_id else None)
            for each in activities
        ]

    def _workplace(self, activity: Activity, customer: Customer, project: Project | None) -> Workplace:
        verdict = self.verdict(customer, project, activity.user_id)
        return Workplace(activity, project, self._context.currency_of(customer), verdict.reasons)

    def verdict(self, customer: Customer | None, project: Project | None, owner_id: UserId | None) -> Verdict:
        """Whether the actor may register on a customer or project of it, whatever the activity and the day.

        Args:
            customer: Which one; None where only the access of the actor is in question.
            project: Of the customer, if on one.
            owner_id: Who would have worked; None for the actor, since everybody registers own work only.
        """
        context = self._context
        return context.verdict(
            Action.REGISTER,
            customer_id=customer.id if customer is not None else None,
            project_id=project.id if project is not None else None,
            owner_id=context.actor.user_id if owner_id is None else owner_id,
            is_archived=customer is not None and not customer.is_active,
        )
