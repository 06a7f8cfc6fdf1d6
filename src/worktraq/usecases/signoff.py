"""What customers are asked, and what they decide (L-03 to L-09, B-03 to B-05)."""

from collections.abc import Collection, Mapping, Sequence

from attrs import frozen

from worktraq.core.access import Action
from worktraq.core.actors import ActorKind
from worktraq.core.approval import Command
from worktraq.core.calendar import Period
from worktraq.core.entries import Item, State
from worktraq.core.events import EventName
from worktraq.core.ids import CustomerId, ItemId, ProjectId, RequestId, UserId
from worktraq.core.links import token_hash
from worktraq.core.notifications import NotificationKind
from worktraq.core.paging import Page, PageRequest
from worktraq.core.projects import Hourly
from worktraq.core.signoff import (
    ApprovalRequest,
    Line,
    RequestStatus,
    check_complete,
    check_open,
    closed,
    decided,
    digest_of,
    expired_by_now,
    reminded,
    renewed,
)
from worktraq.core.text import clean_note
from worktraq.errors import NotFound, Refused
from worktraq.ports.entries import ItemFilter
from worktraq.ports.signoff import RequestFilter
from worktraq.usecases.context import Context, check_version, found
from worktraq.usecases.moving import Move, Moving
from worktraq.usecases.offering import Offering


@frozen
class RequestShown:
    """What a customer sees of a request: never a rate.

    Attributes:
        request: The request.
        organization_name: Who asks.
        employee_name: Whose hours and expenses.
        customer_name: Who is asked.
        project_name: About which project.
        lines: The hours and expenses, in order of day.
        digest: Of exactly these lines; a decision carries it.
        requires_comment: Whether a rejection needs a comment.
    """

    request: ApprovalRequest
    organization_name: str
    employee_name: str
    customer_name: str
    project_name: str
    lines: tuple[Line, ...]
    digest: str
    requires_comment: bool


class Signoff:
    """Approval requests to customers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def shown(self) -> RequestShown:
        """The request behind the link of the acting contact.

        Raises:
            NotFound: When the link is none, or is no longer the current one.
            Refused: With ``request_decided``, ``request_expired``, ``request_superseded`` or ``request_withdrawn``;
                it carries no data of the request.
        """
        request = self._of_link()
        check_open(request)
        return self._show(request)

    def decide(
        self,
        *,
        digest: str,
        accept: Collection[ItemId] = (),
        reject: Mapping[ItemId, str] | None = None,
        comment: str = "",
    ) -> ApprovalRequest:
        """Decide on every line of the request behind the link, once (L-08, B-03).

        Args:
            digest: Of what was shown; see `RequestShown`.
            accept: Lines that are approved.
            reject: Lines that are rejected, each with a comment that may be empty.
            comment: On the whole.

        Raises:
            NotFound: When the link is none, or is no longer the current one.
            Refused: When the request is not open any more, or a comment is missing that the organization wants.
            InvalidInput: With ``lines_undecided`` or ``lines_unknown``.
            Conflict: With ``request_stale`` when something else than what was shown would be decided; retry after
                showing it again.
        """
        request = self._of_link()
        check_open(request)
        name = request.recipient.name
        return self._decide(request, by=name, digest=digest, accept=accept, reject=reject or {}, comment=comment)

    def decide_on_behalf(
        self,
        request_id: RequestId,
        *,
        version: int,
        reason: str,
        accept: Collection[ItemId] = (),
        reject: Mapping[ItemId, str] | None = None,
    ) -> ApprovalRequest:
        """Decide what the customer said by another way, such as on the telephone.

        Args:
            request_id: The request.
            version: Of the request that was seen.
            reason: How the customer told it.
            accept: Lines that are approved.
            reject: Lines that are rejected, each with a comment; an empty one is replaced by the reason.

        Raises:
            NotFound: When there is no such request.
            Refused: For who is not a manager or an administrator, for own registrations, and without a reason.
            InvalidInput: With ``lines_undecided`` or ``lines_unknown``.
            Conflict: When the request was changed meanwhile.
        """
        context = self._context
        request = self._for_change(request_id, version)
        check_open(request)
        reason = clean_note("reason", reason)
        if not reason:
            raise Refused.because("reason_missing")
        comments = {item_id: comment or reason for item_id, comment in (reject or {}).items()}
        name = context.user.name if context.user is not None else ""
        digest = digest_of(self._lines(request))
        return self._decide(request, by=name, digest=digest, accept=accept, reject=comments, comment=reason)

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

    def remind(self, request_id: RequestId, *, version: int) -> ApprovalRequest:
        """Remind the customer of an open request by hand.

        Raises:
            NotFound: When there is no such request.
            Refused: For who is not a manager or an administrator; when the request is not open.
            Conflict: When the request was changed meanwhile.
        """
        before = self._for_change(request_id, version)
        check_open(expired_by_now(before, self._context.at))
        request = reminded(before, before.reminders)
        return self._save_and_tell(request, EventName.REQUEST_REMINDED, NotificationKind.APPROVAL_REMINDER)

    def withdraw(self, request_id: RequestId, *, version: int) -> ApprovalRequest:
        """Ask no longer; the items wait until they are offered again on demand.

        Raises:
            NotFound: When there is no such request.
            Refused: For who is not a manager or an administrator; when the request is not open or expired.
            Conflict: When the request was changed meanwhile.
        """
        before = self._for_change(request_id, version)
        if before.status is not RequestStatus.EXPIRED:
            check_open(before)
        request = closed(before, RequestStatus.WITHDRAWN, self._context.at)
        self._context.uow.requests.save(request)
        self._context.record(EventName.REQUEST_WITHDRAWN, request.id)
        return request

    def get(self, request_id: RequestId) -> RequestShown:
        """A request with its lines as the customer sees them.

        Raises:
            NotFound: When there is no such request.
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_REQUESTS)
        return self._show(found(self._context.uow.requests.find(request_id), "request"))

    def list(
        self,
        *,
        status: RequestStatus | None = None,
        user_id: UserId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        period: Period | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[ApprovalRequest]:
        """Approval requests, the newest first (L-05).

        Args:
            status: In this status.
            user_id: About this employee.
            customer_id: To this customer.
            project_id: About this project.
            period: About days of this period.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_REQUESTS)
        wanted = RequestFilter(
            status=status, user_id=user_id, customer_id=customer_id, project_id=project_id, period=period
        )
        return self._context.uow.requests.page(PageRequest.of(after, limit), wanted)

    def _of_link(self) -> ApprovalRequest:
        context = self._context
        if context.actor.kind is not ActorKind.CONTACT:
            raise NotFound("request")
        request = found(context.uow.requests.find_by_token(token_hash(context.actor.token)), "request")
        return expired_by_now(request, context.at)

    def _for_change(self, request_id: RequestId, version: int) -> ApprovalRequest:
        self._context.require(Action.MANAGE_REQUESTS)
        request = found(self._context.uow.requests.find(request_id), "request")
        check_version(request.version, version)
        return request

    def _items(self, request: ApprovalRequest) -> Sequence[Item]:
        return self._context.uow.items.find_many(request.item_ids)

    def _lines(self, request: ApprovalRequest) -> Sequence[Line]:
        return Offering(self._context).lines(self._items(request))

    def _show(self, request: ApprovalRequest) -> RequestShown:
        context = self._context
        lines = tuple(self._lines(request))
        return RequestShown(
            request,
            context.organization.name,
            found(context.uow.users.find(request.user_id), "user").name,
            context.customer(request.customer_id).name,
            context.project(request.project_id).name,
            lines,
            digest_of(lines),
            context.organization.settings.requires_comment,
        )

    def _decide(
        self,
        request: ApprovalRequest,
        *,
        by: str,
        digest: str,
        accept: Collection[ItemId],
        reject: Mapping[ItemId, str],
        comment: str,
    ) -> ApprovalRequest:
        context = self._context
        items = self._items(request)
        shown = digest_of(Offering(context).lines(items))
        check_complete(request, accept, reject, digest, shown)
        comment = clean_note("comment", comment)
        # A comment on the whole stands with the request; on behalf of the customer it is the reason of every line.
        approving = comment if context.user is not None else ""
        moves = [
            Move(item, Command.REJECT, reject[item.id] or comment)
            if item.id in reject
            else Move(item, Command.APPROVE, approving)
            for item in items
        ]
        # This comes first: a line that cannot be moved leaves the request as it was.
        Moving(context, request).make(moves)
        result = decided(request, by=by, comment=comment, digest=digest, at=context.at)
        context.uow.requests.save(result)
        context.record(EventName.REQUEST_DECIDED, request.id, accepted=len(accept), rejected=len(reject))
        return result

    def _not_asked(self, items: Sequence[Item]) -> Sequence[Item]:
        request_ids = {item.request_id for item in items if item.request_id is not None}
        asked = {
            request.id
            for request in self._context.uow.requests.find_many(request_ids)
            if request.status in (RequestStatus.OPEN, RequestStatus.EXPIRED)
        }
        return [item for item in items if item.request_id not in asked]

    def _save_and_tell(self, request: ApprovalRequest, name: EventName, kind: NotificationKind) -> ApprovalRequest:
        self._context.uow.requests.save(request)
        self._context.record(name, request.id)
        self._context.tell(kind, request_id=request.id, item_ids=request.item_ids)
        return request
