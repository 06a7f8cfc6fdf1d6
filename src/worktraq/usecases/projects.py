"""Projects of customers."""

from datetime import date

from worktraq.core.access import Action
from worktraq.core.calendar import check_date
from worktraq.core.choices import chosen_if_any
from worktraq.core.events import EventName
from worktraq.core.ids import ContactId, CustomerId, ProjectId
from worktraq.core.money import Rate
from worktraq.core.paging import Page, PageRequest
from worktraq.core.projects import (
    Billing,
    Hourly,
    HoursBudget,
    Project,
    ProjectStatus,
    changed_project,
    new_project,
)
from worktraq.core.rates import RateSubject
from worktraq.core.text import fold_search
from worktraq.core.unset import UNSET, Unset
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context, check_version, found
from worktraq.usecases.rates import Rates, check_rate


class Projects:
    """Work for one customer (T-07)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(
        self,
        customer_id: CustomerId,
        *,
        name: str,
        billing: Billing = Hourly(),
        starts_on: date | None = None,
        ends_on: date | None = None,
        contact_id: ContactId | None = None,
        budget_minutes: int | None = None,
        rate: Rate | None = None,
    ) -> Project:
        """Add a project.

        Args:
            customer_id: For whom.
            name: As the customer knows it.
            billing: By the hour or at a fixed price.
            starts_on: The first day of work, if fixed.
            ends_on: The last day of work, if fixed.
            contact_id: Who is asked to approve; the customer's own address by default.
            budget_minutes: How many minutes of work are foreseen, if that is fixed; for money see
                `worktraq.usecases.rates.Rates.set_budget`.
            rate: Per hour, from the beginning; kept in the rates area.

        Raises:
            Refused: For who is not a manager or an administrator; for an archived customer.
            InvalidInput: Naming the field.
            NotFound: For a customer or contact that does not exist.
        """
        context = self._context
        context.require(Action.MANAGE_PROJECTS)
        customer = context.active_customer(customer_id)
        project = new_project(
            context.new_id(ProjectId),
            context.actor.organization_id,
            customer.id,
            name=name,
            billing=billing,
            starts_on=starts_on,
            ends_on=ends_on,
            contact_id=contact_id,
            budget_minutes=budget_minutes,
        )
        self._check_contact(project)
        if rate is not None:
            check_rate(context, rate, customer)
        context.uow.projects.add(project)
        context.record(EventName.PROJECT_ADDED, project.id)
        if rate is not None:
            Rates(context).set(RateSubject.PROJECT, project.id, rate)
        return project

    def change(
        self,
        project_id: ProjectId,
        *,
        version: int,
        name: str | Unset = UNSET,
        billing: Billing | Unset = UNSET,
        starts_on: date | Unset | None = UNSET,
        ends_on: date | Unset | None = UNSET,
        contact_id: ContactId | Unset | None = UNSET,
        budget_minutes: int | Unset | None = UNSET,
    ) -> Project:
        """Change those values of a project that are given; what was submitted keeps its approval chain.

        A project is finished by giving it a last day.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: Naming the field.
            NotFound: For a project or contact that does not exist.
            Conflict: When somebody else changed the project.
        """
        before = self._for_change(project_id, version)
        project = changed_project(
            before,
            name=name,
            billing=billing,
            starts_on=starts_on,
            ends_on=ends_on,
            contact_id=contact_id,
            budget_minutes=budget_minutes,
        )
        if project.contact_id != before.contact_id:
            self._check_contact(project)
        self._context.uow.projects.save(project)
        self._context.record(EventName.PROJECT_CHANGED, project.id)
        return project

    def delete(self, project_id: ProjectId, *, version: int) -> None:
        """Delete a project that nothing refers to but its rates, its budget, what is not billed of its instalments, and its grants.

        Raises:
            Refused: For who is not a manager or an administrator; ``legally_held``; ``project_in_use`` otherwise.
            Conflict: When somebody else changed the project.
        """
        project = self._for_change(project_id, version)
        uow = self._context.uow
        uow.organizations.lock()  # so that nobody sets a rate on what is about to go
        self._context.held().require_none(customer_ids=[project.customer_id], project_ids=[project_id])
        if uow.projects.is_referred_to(project_id):
            raise Refused.because("project_in_use")
        uow.rates.remove(*uow.rates.on_subjects([project_id]))
        uow.markups.remove(*uow.markups.on_subjects([project_id]))
        uow.budgets.remove_of([project_id])
        uow.roundings.remove_of([project_id])
        uow.instalments.remove(*uow.instalments.of_project(project_id))
        grants = uow.grants.on_customer(project.customer_id)
        uow.grants.remove(*[grant for grant in grants if grant.project_id == project_id])
        uow.projects.remove(project)
        self._context.record(EventName.PROJECT_DELETED, project.id)

    def get(self, project_id: ProjectId) -> Project:
        """A project; employees find those on which they have an activity or a grant.

        Raises:
            NotFound: When there is none for this actor.
        """
        project = self._context.project(project_id)
        seen = self._seen()
        if seen is not None and project_id not in seen:
            raise NotFound("project")
        return project

    def budget(self, project_id: ProjectId) -> HoursBudget:
        """The hours that are foreseen for a project, and how many are used (T-07).

        What is used is told to who sees everybody's time on the project: a manager, or who may read, approve or bill
        there. Others see their own totals only (T-05).

        Raises:
            NotFound: When there is no such project for this actor.
        """
        context = self._context
        project = self.get(project_id)
        if not context.verdict(Action.SEE_ITEM, customer_id=project.customer_id, project_id=project.id):
            return HoursBudget.of(project, None)
        totals = context.uow.hours.totals(ItemFilter(project_id=project.id), ())
        return HoursBudget.of(project, sum(total.minutes for total in totals))

    def list(
        self,
        *,
        customer_id: CustomerId | None = None,
        status: ProjectStatus | None = None,
        on: date | None = None,
        search: str = "",
        after: str | None = None,
        limit: int = 100,
    ) -> Page[Project]:
        """The projects that the actor sees, in order of name.

        Args:
            customer_id: Only of this customer.
            status: Only planned, active or finished ones.
            on: The day that the status is of; today by default.
            search: Found anywhere in the name, without case and accents.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            InvalidInput: For a status that is none, or a date out of range.
        """
        context = self._context
        return context.uow.projects.page(
            PageRequest.of(after, limit),
            customer_id=customer_id,
            status=chosen_if_any("status", ProjectStatus, status),
            on=context.today if on is None else check_date(on),
            search=fold_search(search),
            among=self._seen(),
        )

    def _seen(self) -> frozenset[ProjectId] | None:
        """The projects that the actor sees, by activity or grant; None for all of them."""
        context = self._context
        if context.verdict(Action.MANAGE_PROJECTS):
            return None
        if context.user is None:
            return frozenset()
        by_activity = {activity.project_id for activity in context.uow.activities.of_user(context.user.id)}
        by_grant = {grant.project_id for grant in context.grants}
        whole_customers = {grant.customer_id for grant in context.grants if grant.project_id is None}
        of_customers = {
            project.id for customer_id in whole_customers for project in context.uow.projects.of_customer(customer_id)
        }
        return frozenset(each for each in by_activity | by_grant | of_customers if each is not None)

    def _for_change(self, project_id: ProjectId, version: int) -> Project:
        project = self.get(project_id)
        self._context.require(Action.MANAGE_PROJECTS)
        check_version(project.version, version)
        return project

    def _check_contact(self, project: Project) -> None:
        if project.contact_id is None:
            return
        contact = found(self._context.uow.contacts.find(project.contact_id), "contact")
        if project.customer_id not in contact.customer_ids or contact.is_ended:
            raise InvalidInput.of("contact_id", "contact_not_at_customer")
