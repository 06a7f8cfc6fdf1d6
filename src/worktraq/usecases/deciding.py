"""Deciding on what a customer was asked: by the customer through a link, or on the customer's behalf (L-08, B-03 to B-05)."""

from collections.abc import Collection, Mapping, Sequence

from attrs import frozen

from worktraq.core.access import Action
from worktraq.core.actors import ActorKind
from worktraq.core.approval import Command
from worktraq.core.entries import Item
from worktraq.core.evidence import Channel, decided_lines
from worktraq.core.ids import ItemId, RequestId
from worktraq.core.links import token_hash
from worktraq.core.notifications import Attachment
from worktraq.core.signoff import (
    ApprovalRequest,
    Line,
    check_complete,
    check_open,
    decided,
    digest_of,
    expired_by_now,
)
from worktraq.core.text import NAME_LENGTH, clean_line, clean_note
from worktraq.errors import NotFound, Refused
from worktraq.usecases.attesting import Origin, attest
from worktraq.usecases.context import Context, check_version, found
from worktraq.usecases.moving import Move, Moving
from worktraq.usecases.offering import Offering
from worktraq.usecases.pins import PinEntry, enter_pin, require_pin
from worktraq.usecases.timesheets import Timesheets


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


class Deciding:
    """What is shown of a request, and the decision on it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def shown(self, *, pin_proof: str = "") -> RequestShown:
        """The request behind the link of the acting contact.

        Args:
            pin_proof: What `enter_pin` gave, where the customer has a PIN.

        Raises:
            NotFound: When the link is none.
            Refused: With ``link_replaced`` for the link before the current one; with ``pin_needed`` before anything else;
                with ``request_decided``, ``request_expired``,
                ``request_superseded`` or ``request_withdrawn``; it carries nothing of the request but, once decided, by whom and on which day.
        """
        return self._show(self._opened(pin_proof))

    def enter_pin(self, pin: str) -> PinEntry:
        """Give the PIN of the customer; it is counted, and after five wrong ones none is looked at for 15 minutes.

        What comes of it is not raised, so that the count is kept: end the transaction in good order.

        Args:
            pin: As somebody typed it.

        Raises:
            NotFound: When the link is none.
            Refused: With ``link_replaced`` for the link before the current one.
        """
        return enter_pin(self._context, self._of_link(), pin)

    def language(self) -> str:
        """The language of whoever was sent the link of the acting contact, also when the request is closed.

        Raises:
            NotFound: When the link is none.
            Refused: With ``link_replaced`` for the link before the current one.
        """
        return self._of_link().recipient.language

    def timesheet_pdf(self, *, pin_proof: str = "") -> Attachment:
        """The lines of the request behind the link as PDF, marked as not decided yet.

        Args:
            pin_proof: What `enter_pin` gave, where the customer has a PIN.

        Raises:
            NotFound: When the link is none.
            Refused: As `shown` does; with ``documents_missing`` when the engine has nothing that writes documents.
            AdapterError: When it cannot be written.
        """
        request = self._opened(pin_proof)
        timesheets = Timesheets(self._context)
        return timesheets.pdf(timesheets.of_request(request), request.recipient.language)

    def decide(
        self,
        *,
        digest: str,
        accept: Collection[ItemId] = (),
        reject: Mapping[ItemId, str] | None = None,
        comment: str = "",
        name: str = "",
        address: str = "",
        pin_proof: str = "",
    ) -> ApprovalRequest:
        """Decide on every line of the request behind the link, once (L-08, B-03).

        Args:
            digest: Of what was shown; see `RequestShown`.
            accept: Lines that are approved.
            reject: Lines that are rejected, each with a comment that may be empty.
            comment: On the whole.
            name: Of the actual person, as stated, where several share a mailbox; the recipient's by default.
            address: Network address that the decision comes from, where it is known.
            pin_proof: What `enter_pin` gave, where the customer has a PIN.

        Raises:
            NotFound: When the link is none.
            Refused: When the link was replaced or the request is not open any more, the PIN was not given, or a comment is missing that the
                organization wants.
            InvalidInput: With ``lines_undecided`` or ``lines_unknown``.
            Conflict: With ``request_stale`` when something else than what was shown would be decided; retry after
                showing it again.
        """
        request = self._opened(pin_proof)
        by = clean_line("name", name, longest=NAME_LENGTH) or request.recipient.name
        origin = Origin(Channel.LINK, by, clean_line("address", address))
        return self._decide(request, origin, digest=digest, accept=accept, reject=reject or {}, comment=comment)

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
        check_open(request, context.organization.settings)
        reason = clean_note("reason", reason)
        if not reason:
            raise Refused.because("reason_missing")
        comments = {item_id: comment or reason for item_id, comment in (reject or {}).items()}
        origin = Origin(Channel.ON_BEHALF, context.user.name if context.user is not None else "", "")
        digest = digest_of(self._lines(request))
        return self._decide(request, origin, digest=digest, accept=accept, reject=comments, comment=reason)

    def get(self, request_id: RequestId) -> RequestShown:
        """A request with its lines as the customer sees them.

        Raises:
            NotFound: When there is no such request.
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_REQUESTS)
        return self._show(found(self._context.uow.requests.find(request_id), "request"))

    def _of_link(self) -> ApprovalRequest:
        context = self._context
        if context.actor.kind is not ActorKind.CONTACT:
            raise NotFound("request")
        wanted = token_hash(context.actor.token)
        request = context.uow.requests.find_by_token(wanted)
        if request is None:
            if context.uow.requests.is_replaced(wanted):
                raise Refused.because("link_replaced")
            raise NotFound("request")
        return expired_by_now(request, context.at)

    def _opened(self, pin_proof: str) -> ApprovalRequest:
        request = self._of_link()
        require_pin(self._context, request, pin_proof)
        check_open(request, self._context.organization.settings)
        return request

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
        origin: Origin,
        *,
        digest: str,
        accept: Collection[ItemId],
        reject: Mapping[ItemId, str],
        comment: str,
    ) -> ApprovalRequest:
        context = self._context
        items = self._items(request)
        lines = Offering(context).lines(items)
        check_complete(request, accept, reject, digest, digest_of(lines))
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
        Moving(context, request, origin.by).make(moves)
        result = decided(request, by=origin.by, comment=comment, digest=digest, at=context.at)
        context.uow.requests.save(result)
        comments = {item_id: clean_note("reason", each) for item_id, each in reject.items()}
        attest(context, result, origin, decided_lines(lines, comments, comment))
        return result
