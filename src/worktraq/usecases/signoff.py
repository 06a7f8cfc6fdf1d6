"""What customers are asked, and what they decide (L-03 to L-09, B-03 to B-05)."""

from collections.abc import Collection, Sequence

from worktraq.core.access import Action
from worktraq.core.calendar import Period
from worktraq.core.entries import Item, State
from worktraq.core.events import EventName
from worktraq.core.ids import ContactId, CustomerId, ProjectId, RequestId, TemplateId, UserId
from worktraq.core.notifications import NotificationKind
from worktraq.core.projects import Hourly
from worktraq.core.reminding import redirected, reminded, reminded_or_renewed
from worktraq.core.signoff import (
    ApprovalRequest,
    Recipient,
    RequestStatus,
    check_open,
    closed,
    expired_by_now,
    renewed,
)
from worktraq.core.templates import check_chosen
from worktraq.errors import InvalidInput, NotFound, Reason, Refused
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import found
from worktraq.usecases.deciding import RequestShown
from worktraq.usecases.offering import Offering
from worktraq.usecases.overseeing import Overseeing
from worktraq.usecases.proving import Proving

__all__ = ["RequestShown", "Signoff"]


class Signoff(Proving, Overseeing):
    """Approval requests to customers."""

    def offer(self, *, user_id: UserId, project_id: ProjectId, period: Period) -> ApprovalRequest:
        """Ask the customer now about what waits of an employee in a period, also what was withdrawn before.

        Raises:
            Refused: For who is not a manager or an administrator; ``nothing_to_offer``, ``nobody_to_ask``.
            NotFound: When there is no such user or project.
        """
        context = self._context
        context.require(Action.MANAGE_REQUESTS)
        found(context.uow.users.find(user_id), "user")
        project = context.project(project_id)
        if not isinstance(project.billing, Hourly):
            raise Refused.because("nothing_to_offer")
        states = frozenset({State.AWAITING_CUSTOMER})
        wanted = ItemFilter(user_id=user_id, project_id=project_id, period=period, states=states)
        items = self._not_asked(list(context.uow.items.stream(wanted)))
        if not items:
            raise Refused.because("nothing_to_offer")
        request = Offering(context).offer(project, items, period)
        if request is None:
            raise Refused.because("nobody_to_ask")
        return request

    def renew(self, request_id: RequestId, *, version: int) -> ApprovalRequest:
        """Send a request again with a new link, also when it has expired; older links stop working.

        Raises:
            NotFound: When there is no such request.
            Refused: For who is not a manager or an administrator; when the request is decided, superseded or withdrawn.
            Conflict: When the request was changed meanwhile.
        """
        context = self._context
        before = self._for_change(request_id, version)
        if context.links is None:
            raise Refused.because("nobody_to_ask")
        request = renewed(before, context.organization.settings, context.links, context.at)
        return self._save_and_tell(request, EventName.REQUEST_RENEWED, NotificationKind.APPROVAL_REQUESTED)

    def redirect(self, request_id: RequestId, *, version: int, contact_id: ContactId | None) -> ApprovalRequest:
        """Ask somebody else at the customer, also when the request has expired; older links stop working.

        Args:
            request_id: The request.
            version: Of the request that was seen.
            contact_id: Who is asked from now on: a contact person of the customer, or None for the customer's own address.

        Raises:
            NotFound: When there is no such request or contact person.
            Refused: For who is not a manager or an administrator; when the request is decided, superseded or withdrawn;
                with ``recipient_without_email``.
            InvalidInput: With ``contact_not_at_customer``.
            Conflict: When the request was changed meanwhile.
        """
        context = self._context
        before = self._for_change(request_id, version)
        if context.links is None:
            raise Refused.because("nobody_to_ask")
        recipient = self._recipient_at(before.customer_id, contact_id)
        request = redirected(before, recipient, context.organization.settings, context.links, context.at)
        context.uow.requests.save(request)
        named = {"contact_id": str(contact_id)} if contact_id is not None else {}
        context.record(EventName.REQUEST_REDIRECTED, request.id, **named)
        context.tell(NotificationKind.APPROVAL_REQUESTED, request_id=request.id, item_ids=request.item_ids)
        return request

    def remind(self, request_id: RequestId, *, version: int, template_id: TemplateId | None = None) -> ApprovalRequest:
        """Remind the customer of an open request by hand.

        Args:
            request_id: The request.
            version: Of the request that was seen.
            template_id: Which of the organization's texts for reminders is sent; the usual one by default.

        Raises:
            NotFound: When there is no such request or template.
            Refused: For who is not a manager or an administrator; when the request is not open.
            InvalidInput: When the template is not one for reminders.
            Conflict: When the request was changed meanwhile.
        """
        before = self._for_change(request_id, version)
        check_open(expired_by_now(before, self._context.at), self._context.organization.settings)
        self._check_template(template_id)
        request = reminded(before, before.reminders)
        kind = NotificationKind.APPROVAL_REMINDER
        return self._save_and_tell(request, EventName.REQUEST_REMINDED, kind, template_id)

    def remind_many(
        self, request_ids: Collection[RequestId], *, template_id: TemplateId | None = None
    ) -> Sequence[ApprovalRequest]:
        """Remind the customers of a selection of requests; those that have expired get a new link with it (L-06).

        Args:
            request_ids: Open and expired requests.
            template_id: Which of the organization's texts for reminders is sent; the usual one by default.

        Returns:
            The requests as they are now, in order of their ids.

        Raises:
            NotFound: When one of the requests, or the template, does not exist.
            Refused: For who is not a manager or an administrator; with the reason of every request that is decided,
                superseded or withdrawn. Then nobody is reminded.
            InvalidInput: When the template is not one for reminders.
            Conflict: When somebody else changed one of them.
        """
        context = self._context
        context.require(Action.MANAGE_REQUESTS)
        self._check_template(template_id)
        wanted = set(request_ids)
        requests = context.uow.requests.find_many(wanted)
        if len(requests) != len(wanted):
            raise NotFound("request")
        reminded_now = self._reminded(requests)
        context.uow.requests.save(*reminded_now)
        for before, request in zip(requests, reminded_now, strict=True):
            is_renewed = request.token_number != before.token_number
            context.record(EventName.REQUEST_RENEWED if is_renewed else EventName.REQUEST_REMINDED, request.id)
            context.tell(
                NotificationKind.APPROVAL_REMINDER,
                request_id=request.id,
                item_ids=request.item_ids,
                template_id=template_id,
            )
        return reminded_now

    def withdraw(self, request_id: RequestId, *, version: int) -> ApprovalRequest:
        """Ask no longer; the items wait until they are offered again on demand.

        Raises:
            NotFound: When there is no such request.
            Refused: For who is not a manager or an administrator; when the request is not open or expired.
            Conflict: When the request was changed meanwhile.
        """
        before = self._for_change(request_id, version)
        if before.status is not RequestStatus.EXPIRED:
            check_open(before, self._context.organization.settings)
        request = closed(before, RequestStatus.WITHDRAWN, self._context.at)
        self._context.uow.requests.save(request)
        self._context.record(EventName.REQUEST_WITHDRAWN, request.id)
        return request

    def _check_template(self, template_id: TemplateId | None) -> None:
        if template_id is not None:
            template = found(self._context.uow.templates.find(template_id), "template")
            check_chosen(template, NotificationKind.APPROVAL_REMINDER)

    def _recipient_at(self, customer_id: CustomerId, contact_id: ContactId | None) -> Recipient:
        contact, offering = None, Offering(self._context)
        offering.hold_recipients(self._context.customer(customer_id), contact_id)
        if contact_id is not None:
            contact = found(self._context.uow.contacts.find(contact_id), "contact")
            if not contact.works_at(customer_id):
                raise InvalidInput.of("contact_id", "contact_not_at_customer")
        recipient = offering.recipient_at(self._context.customer(customer_id), contact)
        if recipient is None:
            raise Refused.because("recipient_without_email")
        return recipient

    def _reminded(self, requests: Sequence[ApprovalRequest]) -> Sequence[ApprovalRequest]:
        context, made = self._context, []
        reasons: list[Reason] = []
        for request in requests:
            try:
                made.append(reminded_or_renewed(request, context.organization.settings, context.links, context.at))
            except Refused as refused:
                reasons += refused.reasons
        if reasons:
            raise Refused(reasons)
        return made

    def _not_asked(self, items: Sequence[Item]) -> Sequence[Item]:
        request_ids = {item.request_id for item in items if item.request_id is not None}
        asked = {
            request.id
            for request in self._context.uow.requests.find_many(request_ids)
            if request.status in (RequestStatus.OPEN, RequestStatus.EXPIRED)
        }
        return [item for item in items if item.request_id not in asked]

    def _save_and_tell(
        self,
        request: ApprovalRequest,
        name: EventName,
        kind: NotificationKind,
        template_id: TemplateId | None = None,
    ) -> ApprovalRequest:
        self._context.uow.requests.save(request)
        self._context.record(name, request.id)
        self._context.tell(kind, request_id=request.id, item_ids=request.item_ids, template_id=template_id)
        return request
