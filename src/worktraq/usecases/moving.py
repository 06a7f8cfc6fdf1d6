"""Moving items through the approval state machine, with everything that follows from a move in the same transaction."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from attrs import frozen

from worktraq.core.access import Right, Verdict, allowed_on_item, parties, rights_on
from worktraq.core.actors import ActorKind
from worktraq.core.approval import DECISION_OF, Command, Decision, Deed, Party, step
from worktraq.core.calendar import Period
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import Item, State
from worktraq.core.events import Event, EventName
from worktraq.core.ids import DecisionId, EventId, ItemId, RequestId, UserId
from worktraq.core.notifications import NotificationKind
from worktraq.core.signoff import ApprovalRequest, RequestStatus, closed, freed
from worktraq.core.text import clean_note
from worktraq.usecases.context import Context
from worktraq.usecases.offering import Offering
from worktraq.usecases.pricing import Pricing


@frozen
class Move:
    """What is to happen to one item.

    Attributes:
        item: As stored.
        command: What is wanted.
        reason: What was said; may be empty.
        chain: To be fixed, for SUBMIT.
    """

    item: Item
    command: Command
    reason: str = ""
    chain: ApprovalChain | None = None


class Moving:
    """Makes moves, all of them or none."""

    def __init__(self, context: Context, request: ApprovalRequest | None = None) -> None:
        """Begin.

        Args:
            context: Of the transaction.
            request: The request that is being decided by these moves, if one is.
        """
        self._context = context
        self._request = request
        self._parties: dict[tuple[UUID, ...], frozenset[Party]] = {}

    def verdict(self, item: Item, command: Command, reason: str = "") -> Verdict:
        """Whether the actor may make a move, with every reason when not."""
        return allowed_on_item(item, command, self._deed(Move(item, command, reason)), self._context.user)

    def make(self, moves: Sequence[Move], *, handed_in: Period | None = None) -> list[Item]:
        """Make moves, store them, and do what follows from them.

        Args:
            moves: What is to happen to which item.
            handed_in: The period that the actor handed in with them, which can make periods due.

        Returns:
            The items as they are now.

        Raises:
            Refused: With every reason against the first move that cannot be made; nothing is changed.
            Conflict: When somebody else moved an item.
        """
        context = self._context
        moved: list[Item] = []
        events: list[Event] = []
        decisions: list[Decision] = []
        for move in moves:
            deed = self._deed(move)
            item, event = step(move.item, move.command, deed, context.new_id(EventId))
            moved.append(item)
            events.append(event)
            if move.command in DECISION_OF:
                decisions.append(self._decision(move, deed))
        context.uow.items.save(*moved)
        context.record_all(events)
        context.uow.decisions.add(*decisions)
        self._void_what_was_decided(moved)
        Pricing(context).freeze(
            item
            for move, item in zip(moves, moved, strict=True)
            if item.state is State.APPROVED and move.command in DECISION_OF
        )
        touched = moved + self._supersede(moves, moved)
        self._tell(moves, moved)
        self._confirm(moves, moved)
        Offering(context).settle(touched)
        if handed_in is not None and context.user is not None:
            Offering(context).settle_period(context.user.id, handed_in)
        return moved

    def _deed(self, move: Move) -> Deed:
        context, settings = self._context, self._context.organization.settings
        actor_id: UUID | None = context.actor.user_id
        if context.actor.kind is ActorKind.CONTACT and self._request is not None:
            actor_id = self._request.recipient.contact_id
        return Deed(
            context.actor.kind,
            actor_id,
            self._parties_to(move.item),
            context.at,
            clean_note("reason", move.reason) if move.reason else "",
            settings.allows_self_approval,
            settings.requires_comment,
            move.chain,
        )

    def _parties_to(self, item: Item) -> frozenset[Party]:
        context, user = self._context, self._context.user
        if user is None:
            asked = self._request is not None and item.id in self._request.item_ids
            is_asked = context.actor.kind is ActorKind.CONTACT and asked
            return frozenset({Party.CUSTOMER}) if is_asked else frozenset()
        key = (item.user_id, item.customer_id, item.project_id or item.customer_id)
        if key not in self._parties:
            rights: frozenset[Right] = rights_on(context.grants, item.customer_id, item.project_id)
            self._parties[key] = parties(user, item, rights)
        return self._parties[key]

    def _decision(self, move: Move, deed: Deed) -> Decision:
        context, item = self._context, move.item
        waited_for = item.current_step
        assert waited_for is not None
        name = context.user.name if context.user is not None else ""
        if deed.actor_kind is ActorKind.CONTACT and self._request is not None:
            name = self._request.recipient.name
        return Decision(
            id=context.new_id(DecisionId),
            organization_id=item.organization_id,
            item_id=item.id,
            kind=DECISION_OF[move.command],
            step=waited_for,
            actor_kind=deed.actor_kind,
            actor_id=deed.actor_id,
            actor_name=name,
            at=context.at,
            comment=deed.reason,
            on_behalf=item.state is State.AWAITING_CUSTOMER and deed.actor_kind is ActorKind.USER,
            request_id=item.request_id,
        )

    def _void_what_was_decided(self, moved: Sequence[Item]) -> None:
        drafts = [item.id for item in moved if item.state is State.DRAFT]
        if drafts:
            self._context.uow.decisions.make_void(drafts)
            self._context.uow.prices.remove(drafts)

    def _supersede(self, moves: Sequence[Move], moved: Sequence[Item]) -> list[Item]:
        """Close the requests that an item left without a decision on the request, and free their other items."""
        context = self._context
        left = {
            move.item.request_id
            for move in moves
            if move.item.request_id is not None and move.item.state in (State.AWAITING_CUSTOMER, State.REJECTED)
        }
        if self._request is not None:
            left.discard(self._request.id)
        others: list[Item] = []
        done = {item.id for item in moved}
        for request in context.uow.requests.find_many(left):
            if request.status not in (RequestStatus.OPEN, RequestStatus.EXPIRED):
                continue
            context.uow.requests.save(closed(request, RequestStatus.SUPERSEDED, context.at))
            context.record(EventName.REQUEST_SUPERSEDED, request.id)
            lines = context.uow.items.find_many(set(request.item_ids) - done)
            others += [freed(item) for item in lines if item.request_id == request.id]
        context.uow.items.save(*others)
        return others

    def _tell(self, moves: Sequence[Move], moved: Sequence[Item]) -> None:
        by_user: dict[UserId, list[Item]] = {}
        for item in moved:
            by_user.setdefault(item.user_id, []).append(item)
        is_reopening = any(move.command is Command.REOPEN for move in moves)
        for user_id, items in by_user.items():
            told = [item.id for item in items if item.state in (State.APPROVED, State.REJECTED)]
            if is_reopening:
                ids = [item.id for item in items]
                self._context.tell(NotificationKind.ITEMS_REOPENED, user_id=user_id, item_ids=ids)
            elif any(item.state is State.REJECTED for item in items):
                self._context.tell(NotificationKind.ITEMS_REJECTED, user_id=user_id, item_ids=told)
            elif told and any(move.command in DECISION_OF for move in moves):
                self._context.tell(NotificationKind.ITEMS_APPROVED, user_id=user_id, item_ids=told)
        if is_reopening:
            for request_id, ids in _by_request([move.item for move in moves]).items():
                self._context.tell(NotificationKind.TIMESHEET_REOPENED, request_id=request_id, item_ids=ids)

    def _confirm(self, moves: Sequence[Move], moved: Sequence[Item]) -> None:
        """Tell the customer what is approved, once no line of a decided request waits inside any more (L-09).

        A line that was waived is none that the customer approved; without it, this happens once for each request.
        """
        context = self._context
        left_inside = [
            item
            for move, item in zip(moves, moved, strict=True)
            if move.item.state is State.AWAITING_INTERNAL and item.request_id is not None and not item.is_waived
        ]
        request_ids = set(_by_request(left_inside))
        if self._request is not None:
            request_ids.add(self._request.id)
        for request in context.uow.requests.find_many(request_ids):
            stored = context.uow.items.find_many(request.item_ids)
            lines = [item for item in stored if item.request_id == request.id and not item.is_waived]
            approved = [item.id for item in lines if item.state is State.APPROVED]
            if approved and not any(item.state is State.AWAITING_INTERNAL for item in lines):
                context.tell(NotificationKind.TIMESHEET_APPROVED, request_id=request.id, item_ids=approved)


def _by_request(items: Collection[Item]) -> Mapping[RequestId, list[ItemId]]:
    found: dict[RequestId, list[ItemId]] = {}
    for item in items:
        if item.request_id is not None:
            found.setdefault(item.request_id, []).append(item.id)
    return found
