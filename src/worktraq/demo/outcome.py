"""What there is to see when the quarter is over, read as the manager and as an employee."""

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import frozen

from worktraq.core.actors import Actor
from worktraq.core.calendar import Period
from worktraq.core.entries import Expense, ItemKind
from worktraq.core.ids import CustomerId, OrganizationId
from worktraq.core.money import Money, total
from worktraq.core.notifications import NotificationKind
from worktraq.core.overviews import HoursTotal
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.core.unbilled import UnbilledTotals
from worktraq.demo.founding import Firm, Imported
from worktraq.demo.plan import Answer
from worktraq.engine import WorkTraq
from worktraq.errors import Refused
from worktraq.usecases.overviews import HoursOverview
from worktraq.usecases.transaction import Transaction

SIDE_BY_SIDE = "person-05"
"""Whose overview is shown beside the manager's."""

_MOST = 1000


@frozen
class Registered:
    """How much was registered.

    Attributes:
        entries: How many working sessions.
        minutes: Of these together.
    """

    entries: int
    minutes: int


@frozen
class Asked:
    """An approval request, with the names of who and what it is about.

    Attributes:
        employee: Whose hours and expenses.
        customer: Who is asked.
        project: About which project.
        period: About which days.
        minutes: Of the time.
        expenses: Of the expenses; None without any.
        status: Where it stands.
        is_overdue: Whether it is open past the day on which it should have been decided.
        due_on: That day.
        reminders: How many reminders were sent.
        decided_by: Who decided, if somebody did.
    """

    employee: str
    customer: str
    project: str
    period: Period
    minutes: int
    expenses: Money | None
    status: RequestStatus
    is_overdue: bool
    due_on: date
    reminders: int
    decided_by: str


@frozen
class SideBySide:
    """One employee's unbilled work, as the manager and as the employee see it.

    Attributes:
        employee: The name of the employee.
        to_manager: What the manager sees.
        to_employee: What the employee sees: no rate and no amount.
        refusal: What the employee is told who asks for a rate.
    """

    employee: str
    to_manager: UnbilledTotals
    to_employee: UnbilledTotals
    refusal: Refused


@frozen
class Outcome:
    """Everything that the demo shows.

    Attributes:
        organization_id: Of the organization that was founded.
        seen_on: The day on which it was looked at.
        imported: What came of the customer list.
        worked: For customers: what the list of hours holds.
        internal: For the own organization.
        expenses: How many expenses.
        spent: What these come to.
        hours: Per customer and employee.
        requests: Every approval request, by customer, project, employee and period.
        answers: How many requests customers answered in which way.
        unbilled: What is not billed yet, per reason.
        side_by_side: The same for one employee, twice.
        mails: How many mails of each kind were sent.
    """

    organization_id: OrganizationId
    seen_on: date
    imported: Imported
    worked: Registered
    internal: Registered
    expenses: int
    spent: Money
    hours: HoursOverview
    requests: tuple[Asked, ...]
    answers: Mapping[Answer, int]
    unbilled: UnbilledTotals
    side_by_side: SideBySide
    mails: Mapping[NotificationKind, int]


def look(
    engine: WorkTraq, acting: Firm, answers: Mapping[Answer, int], mails: Mapping[NotificationKind, int]
) -> Outcome:
    """Read everything there is to show, as the manager and as one employee."""
    with engine.view(acting.manager) as tx:
        hours = tx.overviews.hours()
        internal_id = tx.customers.internal().id
        spent = [item.amount for item in _expenses(tx)]
        today = tx.at.date()
        (unbilled,) = tx.billing.unbilled().totals
        requests = tuple(_asked(tx, acting, today))
    return Outcome(
        organization_id=acting.organization_id,
        seen_on=today,
        imported=acting.imported,
        worked=_registered(hours.totals, internal_id, is_internal=False),
        internal=_registered(hours.totals, internal_id, is_internal=True),
        expenses=len(spent),
        spent=total(spent, unbilled.currency),
        hours=hours,
        requests=requests,
        answers=dict(answers),
        unbilled=unbilled,
        side_by_side=_side_by_side(engine, acting),
        mails=dict(mails),
    )


def _expenses(tx: Transaction) -> list[Expense]:
    found = tx.entries.list(kind=ItemKind.EXPENSE, limit=_MOST)
    return [item for item in found if isinstance(item, Expense)]


def _registered(totals: Iterable[HoursTotal], internal_id: CustomerId, *, is_internal: bool) -> Registered:
    counted = [each for each in totals if (each.customer_id == internal_id) is is_internal]
    return Registered(sum(each.entries for each in counted), sum(each.minutes for each in counted))


def _asked(tx: Transaction, acting: Firm, today: date) -> list[Asked]:
    users = {user.id: user.name for user in tx.users.list(limit=_MOST)}
    customers = {each.id: each.name for each in tx.customers.list(limit=_MOST)}
    projects = {project.id: project.name for project in acting.projects.values()}

    def asked(request: ApprovalRequest) -> Asked:
        return Asked(
            employee=users[request.user_id],
            customer=customers[request.customer_id],
            project=projects[request.project_id],
            period=request.period,
            minutes=request.minutes,
            expenses=request.expenses,
            status=request.status,
            is_overdue=request.status is RequestStatus.OPEN and request.due_on < today,
            due_on=request.due_on,
            reminders=request.reminders,
            decided_by=request.decided_by,
        )

    found = [asked(request) for request in tx.signoff.list(limit=_MOST)]
    return sorted(found, key=lambda each: (each.customer, each.project, each.employee, each.period, each.due_on))


def _side_by_side(engine: WorkTraq, acting: Firm) -> SideBySide:
    actor = acting.employees[SIDE_BY_SIDE]
    with engine.view(acting.manager) as tx:
        (to_manager,) = tx.billing.unbilled(user_id=actor.user_id).totals
    with engine.view(actor) as tx:
        name = tx.users.me().name
        (to_employee,) = tx.billing.unbilled().totals
    return SideBySide(name, to_manager, to_employee, _refusal(engine, acting, actor))


def _refusal(engine: WorkTraq, acting: Firm, actor: Actor) -> Refused:
    own = next(project for project in acting.projects.values() if project.name == "attrs")
    try:
        with engine.view(actor) as tx:
            tx.rates.on(own.id)
    except Refused as refused:
        return refused
    raise AssertionError("An employee was shown a rate.")
