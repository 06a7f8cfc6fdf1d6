"""Asking customers: a request for every employee, project and billing period that is due and settled."""

from collections.abc import Collection, Iterable, Sequence

from worktraq.core.calendar import Cadence, Period
from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer, CustomerKind
from worktraq.core.entries import Item, State
from worktraq.core.events import EventName
from worktraq.core.ids import ActivityId, ContactId, ProjectId, RequestId, UserId
from worktraq.core.notifications import NotificationKind
from worktraq.core.projects import Hourly, Project
from worktraq.core.signoff import (
    ApprovalRequest,
    Line,
    Recipient,
    in_order,
    line_of,
    opened,
    put_into,
    to_offer,
)
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context


class Offering:
    """Makes the requests that are due, in the transaction that settles a period or by the scheduler."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def settle(self, touched: Iterable[Item]) -> int:
        """Ask customers about the periods of these items, where they are due and settled now.

        Returns:
            How many requests were made.
        """
        made = 0
        by_project: dict[ProjectId, list[Item]] = {}
        for item in touched:
            if item.project_id is not None and item.is_billable:
                by_project.setdefault(item.project_id, []).append(item)
        projects = self._context.uow.projects.find_many(by_project.keys())
        asking = [(each, each.billing.cadence) for each in projects if isinstance(each.billing, Hourly)]
        # Whether a period is settled is a rule over a set: of two who settle its last items at the same time, one asks.
        self._context.uow.users.lock(*{item.user_id for project, _ in asking for item in by_project[project.id]})
        week_start = self._context.organization.settings.week_start
        for project, cadence in asking:
            days = {(item.user_id, item.on) for item in by_project[project.id]}
            keys = {(user_id, Period.of(on, cadence, week_start)) for user_id, on in days}
            keys &= self._waiting_on(project, keys, cadence)
            for user_id, period in sorted(keys):
                made += self._offer_if_due(project, user_id, period) is not None
        return made

    def settle_period(self, user_id: UserId, period: Period) -> None:
        """Ask customers about what waits of an employee in a period that was just handed in."""
        self._context.uow.users.lock(user_id)  # as in `settle`, also when nothing is seen to wait
        # The week or month that this completes may begin before it and end after it.
        week_start = self._context.organization.settings.week_start
        days = (period.first, period.last)
        touched = [Period.of(day, cadence, week_start) for day in days for cadence in Cadence]
        whole = Period(min(each.first for each in touched), max(each.until for each in touched))
        waiting = ItemFilter(user_id=user_id, period=whole, states=frozenset({State.AWAITING_CUSTOMER}))
        self.settle(item for item in self._context.uow.items.stream(waiting) if item.request_id is None)

    def offer(self, project: Project, items: Sequence[Item], period: Period) -> ApprovalRequest | None:
        """Ask the customer about items of one employee on a project in a period, at once.

        Returns:
            The request, or None when nobody can be asked: no address at the customer, or no links given by the host.
        """
        context = self._context
        self.hold_recipients(context.customer(project.customer_id), project.contact_id)
        recipient = self.recipient(project)
        if context.links is None or recipient is None:
            return None
        items = in_order(items)
        request = opened(
            context.new_id(RequestId),
            items,
            self.lines(items),
            project_id=project.id,
            period=period,
            recipient=recipient,
            settings=context.organization.settings,
            links=context.links,
            at=context.at,
        )
        context.uow.requests.add(request)
        context.uow.items.move(*[put_into(item, request.id) for item in items])
        context.record(EventName.REQUEST_OPENED, request.id, items=len(items))
        context.tell(NotificationKind.APPROVAL_REQUESTED, request_id=request.id, item_ids=request.item_ids)
        return request

    def lines(self, items: Sequence[Item]) -> list[Line]:
        """Items as the customer sees them, in the order shown."""
        activity_ids: set[ActivityId] = {item.activity_id for item in items}
        names = {each.id: each.description for each in self._context.uow.activities.find_many(activity_ids)}
        return [line_of(item, names[item.activity_id]) for item in in_order(items)]

    def hold_recipients(self, customer: Customer, contact_id: ContactId | None) -> None:
        """Hold the people who may be asked, so that nobody is erased whose name and address are about to be stored."""
        if contact_id is not None:
            self._context.uow.contacts.lock(contact_id)
        if customer.data.kind is CustomerKind.PRIVATE:
            self._context.uow.customers.lock(customer.id)

    def recipient(self, project: Project) -> Recipient | None:
        """The project's contact, else the customer's own address, else nobody (L-07)."""
        customer = self._context.customer(project.customer_id)
        contact = self._context.uow.contacts.find(project.contact_id) if project.contact_id is not None else None
        is_there = contact is not None and contact.works_at(customer.id)
        return (self.recipient_at(customer, contact) if is_there else None) or self.recipient_at(customer, None)

    def recipient_at(self, customer: Customer, contact: ContactPerson | None) -> Recipient | None:
        """A contact person of a customer, or the customer's own address; None where there is no address."""
        language = customer.data.language or self._context.organization.settings.language
        if contact is None:
            email = customer.data.email
            return Recipient(None, customer.name, email, language) if email else None
        if not contact.email:
            return None
        return Recipient(contact.id, contact.name, contact.email, contact.language or language)

    def _waiting_on(
        self, project: Project, keys: Collection[tuple[UserId, Period]], cadence: Cadence
    ) -> set[tuple[UserId, Period]]:
        """Of which employees and periods something waits to be offered; one query, however many are looked at."""
        whole = Period(min(period.first for _, period in keys), max(period.until for _, period in keys))
        states = frozenset({State.AWAITING_CUSTOMER})
        wanted = ItemFilter(project_id=project.id, period=whole, states=states, is_billable=True)
        week_start = self._context.organization.settings.week_start
        return {
            (item.user_id, Period.of(item.on, cadence, week_start))
            for item in self._context.uow.items.stream(wanted)
            if item.request_id is None
        }

    def _offer_if_due(self, project: Project, user_id: UserId, period: Period) -> ApprovalRequest | None:
        context = self._context
        wanted = ItemFilter(user_id=user_id, project_id=project.id, period=period, is_billable=True)
        items = list(context.uow.items.stream(wanted))
        submitted = context.uow.submissions.periods_of(user_id, period)
        days = context.organization.settings.settling_days
        waiting = to_offer(items, period, context.today, submitted, days)
        return self.offer(project, waiting, period) if waiting else None
