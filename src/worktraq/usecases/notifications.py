"""What is told to whom, put together when it is delivered; and what could not be delivered."""

from collections.abc import Mapping, Sequence

from worktraq.core.access import Action
from worktraq.core.approval import Decision, DecisionKind
from worktraq.core.calendar import Period
from worktraq.core.entries import Expense, Item, State, TimeEntry, minutes_of
from worktraq.core.events import EventName
from worktraq.core.ids import IntentId, ItemId
from worktraq.core.money import Money, total
from worktraq.core.notifications import DeadIntent, Intent, Notification, NotificationKind, NotificationLine
from worktraq.core.signoff import ApprovalRequest, RequestStatus, in_order
from worktraq.core.users import User
from worktraq.errors import NotFound
from worktraq.usecases.context import Context

_ASKING = (NotificationKind.APPROVAL_REQUESTED, NotificationKind.APPROVAL_REMINDER)
_VERDICTS = {DecisionKind.APPROVED: True, DecisionKind.WAIVED: True, DecisionKind.REJECTED: False}


class Notifications:
    """Messages to employees and customers."""

    def __init__(self, context: Context) -> None:
        self._context = context

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

    def __init__(self, context: Context) -> None:
        self._context = context

    def compose(self, intent: Intent) -> Notification | None:
        """The message of an intent, as things are now; None when there is nothing to tell any more."""
        items = in_order(self._context.uow.items.find_many(intent.item_ids))
        if not items:
            return None
        if intent.request_id is not None:
            request = self._context.uow.requests.find(intent.request_id)
            return self._to_customer(intent, request, items) if request is not None else None
        assert intent.user_id is not None
        user = self._context.uow.users.find(intent.user_id)
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
        employee = context.uow.users.find(request.user_id)
        return Notification(
            id=intent.id,
            kind=intent.kind,
            language=request.recipient.language,
            organization_name=context.organization.name,
            recipient_name=request.recipient.name,
            recipient_email=request.recipient.email,
            employee_name=employee.name if employee is not None else "",
            customer_name=context.customer(request.customer_id).name,
            project_name=context.project(request.project_id).name,
            period=request.period,
            lines=self._lines(items),
            minutes=minutes_of(items),
            expenses=_expenses(items),
            due_on=request.due_on if intent.kind in _ASKING else None,
            link=link,
            decided_by=request.decided_by,
        )

    def _to_employee(self, intent: Intent, user: User, items: Sequence[Item]) -> Notification:
        context = self._context
        customers = context.uow.customers.find_many({item.customer_id for item in items})
        projects = context.uow.projects.find_many({item.project_id for item in items if item.project_id is not None})
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
            project_name=", ".join(sorted(project.name for project in projects)),
            period=Period(items[0].on, Period.day(items[-1].on).until),
            lines=self._lines(items, decisions),
            minutes=minutes_of(items),
            expenses=_expenses(items),
            decided_by=", ".join(names),
        )

    def _last_decisions(self, items: Sequence[Item]) -> Mapping[ItemId, Decision]:
        found = self._context.uow.decisions.of_items([item.id for item in items])
        return {decision.item_id: decision for decision in found}

    def _lines(
        self, items: Sequence[Item], decisions: Mapping[ItemId, Decision] | None = None
    ) -> tuple[NotificationLine, ...]:
        activities = self._context.uow.activities.find_many({item.activity_id for item in items})
        names = {activity.id: activity.description for activity in activities}
        lines = []
        for item in items:
            decision = (decisions or {}).get(item.id)
            lines.append(
                NotificationLine(
                    on=item.on,
                    activity=names.get(item.activity_id, ""),
                    note=item.note,
                    minutes=item.minutes if isinstance(item, TimeEntry) else None,
                    amount=item.amount if isinstance(item, Expense) else None,
                    is_approved=_VERDICTS[decision.kind] if decision is not None else None,
                    comment=decision.comment if decision is not None else "",
                )
            )
        return tuple(lines)


def _expenses(items: Sequence[Item]) -> tuple[Money, ...]:
    amounts = [item.amount for item in items if isinstance(item, Expense)]
    currencies = sorted({amount.currency for amount in amounts})
    return tuple(total([each for each in amounts if each.currency == one], one) for one in currencies)
