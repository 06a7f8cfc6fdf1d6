"""Projects of a customer, how they are billed, and the activities that people work on. None of them holds a price."""

from datetime import date
from enum import StrEnum

from attrs import evolve, frozen

from worktraq.core.calendar import Cadence, check_date
from worktraq.core.choices import chosen, yes_or_no
from worktraq.core.ids import ActivityId, ContactId, CustomerId, OrganizationId, ProjectId, UserId
from worktraq.core.text import clean_line, clean_name
from worktraq.core.unset import UNSET, Unset, either
from worktraq.errors import InvalidInput, Reason

LARGEST_BUDGET = 60_000_000
"""In minutes: a million hours."""


@frozen
class Hourly:
    """Billed by the hour.

    Attributes:
        cadence: How often, and so for which periods the customer is asked (L-03).
        customer_approval: Whether the customer has to approve the hours (L-01).
    """

    cadence: Cadence = Cadence.MONTHLY
    customer_approval: bool = False


@frozen
class FixedPrice:
    """Billed by instalments; hours are neither billed nor shown to the customer for approval (L-02)."""


Billing = Hourly | FixedPrice


class BillingKind(StrEnum):
    """The two ways of billing, as a form or a store names them."""

    HOURLY = "hourly"
    FIXED_PRICE = "fixed_price"


def billing_of(kind: BillingKind, cadence: Cadence | None, customer_approval: bool) -> Billing:
    """The way of billing from single values, such as those of a form.

    Raises:
        InvalidInput: For customer approval or a cadence with a fixed price (L-02).
    """
    if kind is BillingKind.HOURLY:
        return Hourly(cadence or Cadence.MONTHLY, customer_approval)
    if customer_approval:
        raise InvalidInput.of("customer_approval", "approval_needs_hourly")
    if cadence is not None:
        raise InvalidInput.of("cadence", "cadence_needs_hourly")
    return FixedPrice()


class ProjectStatus(StrEnum):
    """Where a project stands on a date (T-07)."""

    PLANNED = "planned"
    ACTIVE = "active"
    FINISHED = "finished"


@frozen
class Project:
    """Work for one customer.

    Attributes:
        id: Of the project.
        organization_id: Whose project it is.
        customer_id: For whom.
        name: As the customer knows it.
        billing: By the hour or at a fixed price.
        starts_on: The first day of work, if fixed.
        ends_on: The last day of work, if fixed.
        contact_id: Who is asked to approve; the customer's own address where nobody is named (L-07).
        budget_minutes: How many minutes of work are foreseen, if that is fixed (T-07).
        version: Goes up with every change.
    """

    id: ProjectId
    organization_id: OrganizationId
    customer_id: CustomerId
    name: str
    billing: Billing
    starts_on: date | None = None
    ends_on: date | None = None
    contact_id: ContactId | None = None
    budget_minutes: int | None = None
    version: int = 1

    @property
    def asks_customer(self) -> bool:
        """Whether the customer's approval is part of it."""
        return isinstance(self.billing, Hourly) and self.billing.customer_approval

    @property
    def bills_time(self) -> bool:
        """Whether hours on it are billable at all."""
        return isinstance(self.billing, Hourly)

    def status(self, on: date) -> ProjectStatus:
        """Planned before its first day, finished after its last one."""
        if self.starts_on is not None and on < self.starts_on:
            return ProjectStatus.PLANNED
        if self.ends_on is not None and on > self.ends_on:
            return ProjectStatus.FINISHED
        return ProjectStatus.ACTIVE


@frozen
class HoursBudget:
    """What is foreseen for a project, and what is used of it, in minutes (T-07).

    Attributes:
        minutes: Foreseen; None without a budget.
        used: Of all time entries on the project, whoever worked; None for who sees own time only (T-05).
        left: What is left, negative once more is used; None without a budget, or where `used` is not told.
    """

    minutes: int | None
    used: int | None
    left: int | None

    @classmethod
    def of(cls, project: Project, used: int | None) -> "HoursBudget":
        """The budget of a project, of which so much is used."""
        foreseen = project.budget_minutes
        left = None if foreseen is None or used is None else foreseen - used
        return cls(foreseen, used, left)


@frozen
class Activity:
    """Ties one user to one customer, and maybe to a project of it (W-08, W-11). Carries no rate.

    Attributes:
        id: Of the activity.
        organization_id: Whose activity it is.
        user_id: Who works.
        customer_id: For whom; the internal customer for internal work.
        project_id: On which project, if on one.
        description: What the work is; may be empty.
        is_billable: Whether what is registered on it can be billed.
        is_active: Whether something may be registered now.
        starts_on: The first day on which work may lie, if any.
        ends_on: The last day on which work may lie, if any.
        version: Goes up with every change.
    """

    id: ActivityId
    organization_id: OrganizationId
    user_id: UserId
    customer_id: CustomerId
    project_id: ProjectId | None = None
    description: str = ""
    is_billable: bool = True
    is_active: bool = True
    starts_on: date | None = None
    ends_on: date | None = None
    version: int = 1

    def reasons_against(self, on: date) -> tuple[Reason, ...]:
        """Why nothing can be registered on it for a day of work (W-12)."""
        reasons = []
        if not self.is_active:
            reasons.append(Reason.of("activity_inactive"))
        if self.starts_on is not None and on < self.starts_on:
            reasons.append(Reason.of("activity_not_started", starts_on=self.starts_on.isoformat()))
        if self.ends_on is not None and on > self.ends_on:
            reasons.append(Reason.of("activity_ended", ends_on=self.ends_on.isoformat()))
        return tuple(reasons)


def _check_span(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on is not None:
        check_date(starts_on, name="starts_on")
    if ends_on is not None:
        check_date(ends_on, name="ends_on")
        if starts_on is not None and ends_on < starts_on:
            raise InvalidInput.of("ends_on", "ends_before_start")


def _check_budget(minutes: int | None) -> int | None:
    is_whole = isinstance(minutes, int) and not isinstance(minutes, bool)
    if minutes is not None and not (is_whole and 1 <= minutes <= LARGEST_BUDGET):
        raise InvalidInput.of("budget_minutes", "number_out_of_range", least=1, most=LARGEST_BUDGET)
    return minutes


def _clean_billing(billing: Billing) -> Billing:
    if isinstance(billing, FixedPrice):
        return billing
    if not isinstance(billing, Hourly):
        raise InvalidInput.of("billing", "billing_unknown")
    customer_approval = yes_or_no("customer_approval", billing.customer_approval)
    return Hourly(chosen("cadence", Cadence, billing.cadence), customer_approval)


def new_project(
    project_id: ProjectId,
    organization_id: OrganizationId,
    customer_id: CustomerId,
    *,
    name: str,
    billing: Billing,
    starts_on: date | None,
    ends_on: date | None,
    contact_id: ContactId | None,
    budget_minutes: int | None,
) -> Project:
    """A project with everything checked.

    Raises:
        InvalidInput: Naming the field.
    """
    _check_span(starts_on, ends_on)
    return Project(
        project_id,
        organization_id,
        customer_id,
        clean_name("name", name),
        _clean_billing(billing),
        starts_on,
        ends_on,
        contact_id,
        _check_budget(budget_minutes),
    )


def changed_project(
    project: Project,
    *,
    name: str | Unset = UNSET,
    billing: Billing | Unset = UNSET,
    starts_on: date | Unset | None = UNSET,
    ends_on: date | Unset | None = UNSET,
    contact_id: ContactId | Unset | None = UNSET,
    budget_minutes: int | Unset | None = UNSET,
) -> Project:
    """The project with those values changed that are given; what was submitted keeps its approval chain.

    Raises:
        InvalidInput: Naming the field.
    """
    fresh = new_project(
        project.id,
        project.organization_id,
        project.customer_id,
        name=either(name, project.name),
        billing=either(billing, project.billing),
        starts_on=either(starts_on, project.starts_on),
        ends_on=either(ends_on, project.ends_on),
        contact_id=either(contact_id, project.contact_id),
        budget_minutes=either(budget_minutes, project.budget_minutes),
    )
    return evolve(fresh, version=project.version + 1)


def new_activity(
    activity_id: ActivityId,
    organization_id: OrganizationId,
    *,
    user_id: UserId,
    customer_id: CustomerId,
    project_id: ProjectId | None,
    description: str,
    is_billable: bool,
    starts_on: date | None,
    ends_on: date | None,
) -> Activity:
    """An activity with everything checked.

    Raises:
        InvalidInput: Naming the field.
    """
    _check_span(starts_on, ends_on)
    return Activity(
        id=activity_id,
        organization_id=organization_id,
        user_id=user_id,
        customer_id=customer_id,
        project_id=project_id,
        description=clean_line("description", description),
        is_billable=yes_or_no("is_billable", is_billable),
        starts_on=starts_on,
        ends_on=ends_on,
    )


def changed_activity(
    activity: Activity,
    *,
    description: str | Unset = UNSET,
    is_billable: bool | Unset = UNSET,
    is_active: bool | Unset = UNSET,
    starts_on: date | Unset | None = UNSET,
    ends_on: date | Unset | None = UNSET,
) -> Activity:
    """The activity with those values changed that are given; what was registered on it stays as it is.

    Raises:
        InvalidInput: Naming the field.
    """
    fresh = new_activity(
        activity.id,
        activity.organization_id,
        user_id=activity.user_id,
        customer_id=activity.customer_id,
        project_id=activity.project_id,
        description=either(description, activity.description),
        is_billable=either(is_billable, activity.is_billable),
        starts_on=either(starts_on, activity.starts_on),
        ends_on=either(ends_on, activity.ends_on),
    )
    active = either(is_active, activity.is_active)
    return evolve(fresh, is_active=active, version=activity.version + 1)
