"""Timesheets: what was approved of one employee, project and period, also as a document (L-09, L-14)."""

from collections.abc import Sequence

from worktraq.core.calendar import Period
from worktraq.core.entries import Item, State, minutes_of
from worktraq.core.ids import ProjectId, UserId
from worktraq.core.notifications import Attachment
from worktraq.core.signoff import ApprovalRequest, RequestStatus, digest_of, in_order
from worktraq.core.timesheets import Timesheet, expenses_of, file_name, timesheet_decisions, timesheet_lines
from worktraq.errors import NotFound, Refused
from worktraq.ports.documents import Documents
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context, found
from worktraq.usecases.offering import Offering

MOST_LINES = 5_000
APPROVED = frozenset({State.APPROVED, State.INVOICED})
_PDF = "application/pdf"


class Timesheets:
    """Puts timesheets together, and has them written."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def approved(self, user_id: UserId, project_id: ProjectId, period: Period) -> Timesheet:
        """What the actor sees of the approved, billable items of an employee on a project in a period.

        Raises:
            NotFound: When there is none, or the actor sees none.
            Refused: With ``timesheet_too_long``.
        """
        context = self._context
        wanted = ItemFilter(
            scope=context.scope(), user_id=user_id, project_id=project_id, period=period, states=APPROVED
        )
        # What is not billable is never sent to a customer.
        items = in_order(item for item in context.uow.items.stream(wanted) if item.is_billable)
        if not items:
            raise NotFound("timesheet")
        if len(items) > MOST_LINES:
            raise Refused.because("timesheet_too_long", most=MOST_LINES)
        return self.of_items(items, user_id, project_id, period, is_approved=True)

    def of_request(self, request: ApprovalRequest) -> Timesheet:
        """All lines of a request; once it is decided, those that are approved.

        Raises:
            NotFound: When no line is left.
        """
        items = in_order(self._context.uow.items.find_many(request.item_ids))
        is_decided = request.status is RequestStatus.DECIDED
        if is_decided:
            items = [item for item in items if item.state in APPROVED and item.request_id == request.id]
        if not items:
            raise NotFound("timesheet")
        return self.of_items(items, request.user_id, request.project_id, request.period, is_approved=is_decided)

    def of_items(
        self, items: Sequence[Item], user_id: UserId, project_id: ProjectId, period: Period, *, is_approved: bool
    ) -> Timesheet:
        """A timesheet of these items, in their order."""
        context = self._context
        activities = context.uow.activities.find_many({item.activity_id for item in items})
        project = context.project(project_id)
        brand = context.uow.brands.find()
        return Timesheet(
            organization_name=context.organization.name,
            customer_name=context.customer(project.customer_id).name,
            project_name=project.name,
            employee_name=found(context.uow.users.find(user_id), "user").name,
            period=period,
            lines=timesheet_lines(items, {each.id: each.description for each in activities}),
            decisions=timesheet_decisions(context.uow.decisions.of_items([item.id for item in items])),
            minutes=minutes_of(items),
            expenses=expenses_of(items),
            digest=digest_of(Offering(context).lines(items)),
            is_approved=is_approved,
            time_zone=context.organization.settings.time_zone,
            colour=brand.colour if brand is not None else "",
            logo=brand.logo if brand is not None else b"",
        )

    def pdf(self, timesheet: Timesheet, language: str) -> Attachment:
        """A timesheet as PDF.

        Raises:
            Refused: With ``documents_missing`` when the engine was given nothing that writes documents.
            AdapterError: When it cannot be written.
        """
        content = documents_of(self._context).render(timesheet, language)
        name = file_name("timesheet", timesheet.period, [timesheet.employee_name])
        return Attachment(name, _PDF, content)


def documents_of(context: Context) -> Documents:
    """What writes documents.

    Raises:
        Refused: With ``documents_missing`` when the engine was given nothing that does.
    """
    if context.documents is None:
        raise Refused.because("documents_missing")
    return context.documents


def language_of_reader(context: Context, language: str | None) -> str:
    """The language that is asked for, else that of who acts, else the organization's."""
    return (
        language
        or (context.user.language if context.user is not None else "")
        or context.organization.settings.language
    )
