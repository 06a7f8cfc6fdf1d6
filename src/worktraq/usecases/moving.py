"""Moving items through the approval state machine, with everything that follows from a move in the same transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from attrs import frozen

from worktraq.core.access import Right, Verdict, allowed_on_item, parties, rights_on
from worktraq.core.actors import ActorKind
from worktraq.core.approval import DECISION_OF, Command, Decision, Deed, Party, make_decision, step
from worktraq.core.calendar import Period
from worktraq.core.chains import ApprovalChain, Step
from worktraq.core.comments import Comment
from worktraq.core.entries import Item, State
from worktraq.core.events import Event, EventName
from worktraq.core.ids import CommentId, DecisionId, EventId, ItemId, ProjectId, RequestId, UserId
from worktraq.core.notifications import NotificationKind
from worktraq.core.requests import UNDECIDED
from worktraq.core.signoff import ApprovalRequest, RequestStatus, closed, freed
from worktraq.core.text import clean_note
from worktraq.usecases.context import Context
from worktraq.usecases.offering import Offering
from worktraq.usecases.pricing import Pricing

_WITHOUT_DECISION = (Command.REOPEN, Command.WITHDRAW)
_BATCH = 1_000
_AWAITING = (State.AWAITING_INTERNAL, State.AWAITING_CUSTOMER)


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

    def __init__(self, context: Context, request: ApprovalRequest | None = None, by: str = "") -> None:
        """Begin.

        Args:
            context: Of the transaction.
            request: The request that is being decided by these moves, if one is.
            by: The name of the person who decides it, where that is not the recipient's.
        """
        self._context = context
        self._request = request
        self._by = by
        self._parties: dict[tuple[UUID, ...], frozenset[Party]] = {}
        self._deeds: dict[tuple[frozenset[Party], str, ApprovalChain | None], Deed] = {}

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
            NotFound: When the actor was removed meanwhile.
            Refused: With every reason against the first move that cannot be made; nothing is changed.
            Conflict: When somebody else moved an item.
        """
        context = self._context
        if any(each.command in DECISION_OF or each.command in _WITHOUT_DECISION for each in moves):
            context.keep_user()
        deeds = [self._deed(each) for each in moves]
        batches = [slice(start, start + _BATCH) for start in range(0, len(moves), _BATCH)]
        decided = [
            [
                step(each.item, each.command, deed, context.new_id(EventId))
                for each, deed in zip(moves[batch], deeds[batch], strict=True)
            ]
            for batch in batches
        ]
        moved: list[Item] = []
        for batch in batches:
            moved += self._keep(moves[batch], deeds[batch], decided.pop(0))
        self._keep_reasons(moves)
        self._void_what_was_decided(moved)
        touched = moved + self._supersede(moves, moved)
        self._tell(moves, moved)
        self._confirm(moves, moved)
        Offering(context).settle(touched)
        if handed_in is not None and context.user is not None:
            Offering(context).settle_period(context.user.id, handed_in)
        return moved

    def _keep(self, moves: Sequence[Move], deeds: Sequence[Deed], made: Sequence[tuple[Item, Event]]) -> list[Item]:
        """Store a batch of moves with the facts, decisions and prices that go with them; gives the items.

        What a batch takes is let go before the next one: of ten thousand moves at once, the garbage collector would
        look at everything again and again.
        """
        context = self._context
        moved = [item for item, _ in made]
        context.uow.items.move(*moved)
        context.record_all([event for _, event in made])
        told = zip(moves, deeds, moved, strict=True)
        deciding = [(move, deed, item) for move, deed, item in told if move.command in DECISION_OF]
        context.uow.decisions.add(*[self._decision(move, deed) for move, deed, _ in deciding])
        Pricing(context).freeze(item for _, _, item in deciding if item.state is State.APPROVED)
        return moved

    def _deed(self, move: Move) -> Deed:
        key = (self.parties_to(move.item), move.reason, move.chain)
        if key not in self._deeds:  # one for many items: what is done, by whom and why
            self._deeds[key] = self._new_deed(*key)
        return self._deeds[key]

    def _new_deed(self, parties: frozenset[Party], reason: str, chain: ApprovalChain | None) -> Deed:
        context, settings = self._context, self._context.organization.settings
        actor_id: UUID | None = context.actor.user_id
        if context.actor.kind is ActorKind.CONTACT and self._request is not None:
            actor_id = self._request.recipient.contact_id
        return Deed(
            context.actor.kind,
            actor_id,
            parties,
            context.at,
            clean_note("reason", reason) if reason else "",
            settings.allows_self_approval,
            settings.requires_comment,
            chain,
        )

    def parties_to(self, item: Item) -> frozenset[Party]:
        """What the actor is in relation to an item."""
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
            name = self._by or self._request.recipient.name
        return make_decision(
            context.new_id(DecisionId),
            item.organization_id,
            item.id,
            DECISION_OF[move.command],
            waited_for,
            deed.actor_kind,
            deed.actor_id,
            name,
            context.at,
            deed.reason,
            item.state is State.AWAITING_CUSTOMER and deed.actor_kind is ActorKind.USER,
            item.request_id,
        )

    def _keep_reasons(self, moves: Sequence[Move]) -> None:
        """Keep why something was reopened or withdrawn; what is said with a decision stands in the decision."""
        context = self._context
        if context.user is None:
            return
        author_id, at = context.user.id, context.at
        remarks = [
            Comment(context.new_id(CommentId), move.item.organization_id, move.item.id, author_id, text, at)
            for move in moves
            if move.command in _WITHOUT_DECISION and (text := clean_note("reason", move.reason))
        ]
        context.uow.comments.add(*remarks)
        for remark in remarks:
            context.record(EventName.ITEM_COMMENTED, remark.item_id, comment_id=str(remark.id))

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
        requests = [request for request in context.uow.requests.find_many(left) if request.status in UNDECIDED]
        if not requests:
            return []
        context.uow.requests.save(*[closed(each, RequestStatus.SUPERSEDED, context.at) for each in requests])
        context.record_each(EventName.REQUEST_SUPERSEDED, [request.id for request in requests])
        superseded = {request.id for request in requests}
        asked = {item_id for request in requests for item_id in request.item_ids} - {item.id for item in moved}
        others = [freed(item) for item in context.uow.items.find_many(asked) if item.request_id in superseded]
        context.uow.items.move(*others)
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
        """Tell customers what they and every other step approved, each line once (L-09).

        The lines of a decided request are told together, as soon as none of them waits inside any more. What was
        approved on the customer's behalf without deciding a request is told with the decision that came last. A line
        that was waived is none that the customer approved.
        """
        context = self._context
        agreed = [
            item for move, item in zip(moves, moved, strict=True) if move.item.state in _AWAITING and _is_agreed(item)
        ]
        touched = {item.request_id for item in agreed if item.request_id is not None}
        deciding = self._request.id if self._request is not None else None
        requests = context.uow.requests.find_many(touched | ({deciding} if deciding is not None else set()))
        decided = [each for each in requests if each.status is RequestStatus.DECIDED or each.id == deciding]
        self._confirm_decided(decided)
        together = {request.id for request in decided}
        alone = [item for item in agreed if item.state is State.APPROVED and item.request_id not in together]
        for request_id, ids in _by_request(alone).items():
            context.tell(NotificationKind.TIMESHEET_APPROVED, request_id=request_id, item_ids=ids)
        for unasked in _never_asked(alone):
            context.tell(NotificationKind.TIMESHEET_APPROVED, item_ids=unasked)

    def _confirm_decided(self, requests: Sequence[ApprovalRequest]) -> None:
        asked = {item_id for request in requests for item_id in request.item_ids}
        lines: dict[RequestId | None, list[Item]] = {}
        for item in self._context.uow.items.find_many(asked):
            if not item.is_waived:
                lines.setdefault(item.request_id, []).append(item)
        for request in requests:
            remaining = lines.get(request.id, [])
            approved = [item.id for item in remaining if item.state in (State.APPROVED, State.INVOICED)]
            if approved and not any(item.state is State.AWAITING_INTERNAL for item in remaining):
                self._context.tell(NotificationKind.TIMESHEET_APPROVED, request_id=request.id, item_ids=approved)


def _is_agreed(item: Item) -> bool:
    """Whether the customer has approved it, or somebody on the customer's behalf."""
    return item.chain is not None and Step.CUSTOMER in item.chain.steps[: item.passed] and not item.is_waived


def _never_asked(items: Iterable[Item]) -> Iterable[Sequence[ItemId]]:
    """Those that stand in no request, for each employee and project."""
    found: dict[tuple[UserId, ProjectId | None], list[ItemId]] = {}
    for item in items:
        if item.request_id is None:
            found.setdefault((item.user_id, item.project_id), []).append(item.id)
    return found.values()


def _by_request(items: Collection[Item]) -> Mapping[RequestId, list[ItemId]]:
    found: dict[RequestId, list[ItemId]] = {}
    for item in items:
        if item.request_id is not None:
            found.setdefault(item.request_id, []).append(item.id)
    return found
