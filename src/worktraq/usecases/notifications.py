"""What is told to whom, put together when it is delivered; and what could not be delivered."""

from collections.abc import Mapping, Sequence

from attrs import evolve

from worktraq.core.access import Action
from worktraq.core.approval import Decision, DecisionKind
from worktraq.core.calendar import Period
from worktraq.core.entries import Expense, Item, State, TimeEntry, minutes_of
from worktraq.core.events import EventName
from worktraq.core.ids import IntentId, ItemId
from worktraq.core.notifications import Attachment, DeadIntent, Intent, Notification, NotificationKind, NotificationLine
from worktraq.core.requests import UNDECIDED
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.core.templates import template_for
from worktraq.core.timesheets import expenses_of
from worktraq.core.users import User
from worktraq.errors import NotFound
from worktraq.usecases.context import Context
from worktraq.usecases.gathering import Gathered
from worktraq.usecases.invitations import message_of as invitation_message
from worktraq.usecases.offering import Offering
from worktraq.usecases.templates import Templates
from worktraq.usecases.timesheets import Timesheets

_ASKING = (NotificationKind.APPROVAL_REQUESTED, NotificationKind.APPROVAL_REMINDER)
_VERDICTS = {DecisionKind.APPROVED: True, DecisionKind.WAIVED: True, DecisionKind.REJECTED: False}


class Notifications(Templates):
    """Messages to employees and customers: what they say, and those that could not be delivered."""

    def dead(self) -> Sequence[DeadIntent]:
        """What could not be delivered and waits for a person.

        Raises:
            Refused: For who is not an administrator.
        """
        self._context.require(Action.MANAGE_NOTIFICATIONS)
        return self._context.uow.outbox.dead()

    def retry(self, intent_id: IntentId) -> None:
        """Try again to deliver something that was given up.

        Raises:
            Refused: For who is not an administrator.
            NotFound: When it was not given up.
        """
        self._context.require(Action.MANAGE_NOTIFICATIONS)
        if not self._context.uow.outbox.retry(intent_id):
            raise NotFound("notification")
        self._context.record(EventName.NOTIFICATION_RETRIED, intent_id)

    def drop(self, intent_id: IntentId) -> None:
        """Never deliver something that was given up.

        Raises:
            Refused: For who is not an administrator.
            NotFound: When it was not given up.
        """
        self._context.require(Action.MANAGE_NOTIFICATIONS)
        if not self._context.uow.outbox.drop(intent_id):
            raise NotFound("notification")
        self._context.record(EventName.NOTIFICATION_DROPPED, intent_id)


class Composing:
    """Puts messages together when they are delivered. Not for actors: what it makes can hold a customer's link."""

    def __init__(self, context: Context, intents: Sequence[Intent]) -> None:
        self._context = context
        self._known = Gathered(context, intents)

    def compose(self, intent: Intent) -> Notification | None:
        """The message of an intent, as things are now; None when there is nothing to tell any more."""
        told = self._told(intent)
        return self._dressed(told, intent) if told is not None else None

    def _dressed(self, told: Notification, intent: Intent) -> Notification:
        template = template_for(self._known.templates, intent.kind, told.language, intent.template_id)
        if template is None:
            return evolve(told, colour=self._known.colour) if self._known.colour else told
        return evolve(told, colour=self._known.colour, language=template.language, wording=template.wording)

    def _told(self, intent: Intent) -> Notification | None:
        if intent.kind is NotificationKind.INVITATION:
            return invitation_message(self._context, intent)
        items = self._known.items(intent)
        if not items:
            return None
        if intent.request_id is not None:
            request = self._known.requests.get(intent.request_id)
            tell = self._to_manager if intent.kind is NotificationKind.REQUEST_ESCALATED else self._to_customer
            return tell(intent, request, items) if request is not None else None
        if intent.user_id is None:
            return self._to_customer_not_asked(intent, items)
        user = self._known.users.get(intent.user_id)
        return self._to_employee(intent, user, items) if user is not None and user.is_active else None

    def _to_customer(self, intent: Intent, request: ApprovalRequest, items: Sequence[Item]) -> Notification | None:
        context, link = self._context, ""
        if intent.kind is NotificationKind.TIMESHEET_APPROVED:
            # What was reopened since it was approved is none of what the customer is told now.
            items = [item for item in items if item.state in (State.APPROVED, State.INVOICED)]
            if not items:
                return None
        if intent.kind in _ASKING:
            if request.status is not RequestStatus.OPEN or context.links is None:
                return None
            organization_id = request.organization_id
            token = context.links.token(organization_id, request.id, request.token_number, request.key_name)
            link = context.links.url(organization_id, token)
        employee = self._known.users.get(request.user_id)
        return Notification(
            id=intent.id,
            kind=intent.kind,
            language=request.recipient.language,
            organization_name=context.organization.name,
            recipient_name=request.recipient.name,
            recipient_email=request.recipient.email,
            employee_name=employee.name if employee is not None else "",
            customer_name=self._known.customer(request.customer_id).name,
            project_name=self._known.project(request.project_id).name,
            period=request.period,
            lines=self._lines(items),
            minutes=minutes_of(items),
            expenses=expenses_of(items),
            due_on=request.due_on if intent.kind in _ASKING else None,
            link=link,
            decided_by=request.decided_by,
            attachments=self._timesheet(request, items) if intent.kind is NotificationKind.TIMESHEET_APPROVED else (),
        )

    def _timesheet(self, request: ApprovalRequest, approved: Sequence[Item]) -> tuple[Attachment, ...]:
        """The approved lines as PDF, where the host has something that writes it (L-09)."""
        if self._context.documents is None:
            return ()
        timesheets = Timesheets(self._context)
        sheet = timesheets.of_items(approved, request.user_id, request.project_id, request.period, is_approved=True)
        return (timesheets.pdf(sheet, request.recipient.language),)

    def _to_customer_not_asked(self, intent: Intent, items: Sequence[Item]) -> Notification | None:
        """What was approved on the customer's behalf before anybody was asked about it."""
        items = [item for item in items if item.state in (State.APPROVED, State.INVOICED)]
        if not items or items[0].project_id is None:
            return None
        project = self._known.project(items[0].project_id)
        recipient = Offering(self._context).recipient(project)
        if recipient is None:
            return None
        employee = self._known.users.get(items[0].user_id)
        return Notification(
            id=intent.id,
            kind=intent.kind,
            language=recipient.language,
            organization_name=self._context.organization.name,
            recipient_name=recipient.name,
            recipient_email=recipient.email,
            employee_name=employee.name if employee is not None else "",
            customer_name=self._known.customer(project.customer_id).name,
            project_name=project.name,
            period=Period(items[0].on, Period.day(items[-1].on).until),
            lines=self._lines(items),
            minutes=minutes_of(items),
            expenses=expenses_of(items),
        )

    def _to_manager(self, intent: Intent, request: ApprovalRequest, items: Sequence[Item]) -> Notification | None:
        """That a customer does not decide; nothing once there is nothing to wait for."""
        manager = self._known.users.get(intent.user_id) if intent.user_id is not None else None
        if manager is None or not manager.is_active or request.status not in UNDECIDED:
            return None
        employee = self._known.users.get(request.user_id)
        return Notification(
            id=intent.id,
            kind=intent.kind,
            language=manager.language or self._context.organization.settings.language,
            organization_name=self._context.organization.name,
            recipient_name=manager.name,
            recipient_email=manager.email,
            employee_name=employee.name if employee is not None else "",
            customer_name=self._known.customer(request.customer_id).name,
            contact_name=request.recipient.name,
            project_name=self._known.project(request.project_id).name,
            period=request.period,
            lines=self._lines(items),
            minutes=request.minutes,
            expenses=(request.expenses,) if request.expenses is not None else (),
            due_on=request.due_on,
        )

    def _to_employee(self, intent: Intent, user: User, items: Sequence[Item]) -> Notification:
        context = self._context
        customers = [self._known.customer(each) for each in {item.customer_id for item in items}]
        project_ids = {item.project_id for item in items if item.project_id is not None}
        decisions = self._last_decisions(items) if intent.kind is not NotificationKind.ITEMS_REOPENED else {}
        names = sorted({decision.actor_name for decision in decisions.values()} - {""})
        return Notification(
            id=intent.id,
            kind=intent.kind,
            language=user.language or context.organization.settings.language,
            organization_name=context.organization.name,
            recipient_name=user.name,
            recipient_email=user.email,
            employee_name=user.name,
            customer_name=", ".join(sorted(customer.name for customer in customers)),
            project_name=", ".join(sorted(self._known.project(each).name for each in project_ids)),
            period=Period(items[0].on, Period.day(items[-1].on).until),
            lines=self._lines(items, decisions),
            minutes=minutes_of(items),
            expenses=expenses_of(items),
            decided_by=", ".join(names),
        )

    def _last_decisions(self, items: Sequence[Item]) -> Mapping[ItemId, Decision]:
        decisions = self._known.decisions
        return {item.id: decisions[item.id] for item in items if item.id in decisions}

    def _lines(
        self, items: Sequence[Item], decisions: Mapping[ItemId, Decision] | None = None
    ) -> tuple[NotificationLine, ...]:
        lines = []
        for item in items:
            decision = (decisions or {}).get(item.id)
            lines.append(
                NotificationLine(
                    on=item.on,
                    activity=self._known.activity_name(item.activity_id),
                    note=item.note,
                    minutes=item.minutes if isinstance(item, TimeEntry) else None,
                    amount=item.amount if isinstance(item, Expense) else None,
                    is_approved=_VERDICTS[decision.kind] if decision is not None else None,
                    comment=decision.comment if decision is not None else "",
                )
            )
        return tuple(lines)
