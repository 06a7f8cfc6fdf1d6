"""The approval state machine: one table that holds every move, and one function that makes it.

The states are those of `worktraq.core.entries.State`. A pair of state and command that is not in `TRANSITIONS`
is refused. An item that is not DRAFT is locked on every path, because EDIT and DELETE stand in the table for
DRAFT only.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from attrs import frozen

from worktraq.core.actors import ActorKind
from worktraq.core.calendar import Period
from worktraq.core.chains import STEPS, ApprovalChain, Step
from worktraq.core.entries import MOVED, Expense, Item, State, TimeEntry
from worktraq.core.events import Details, Event, EventName, make_event
from worktraq.core.ids import DecisionId, EventId, ItemId, OrganizationId, RequestId, SubmissionId, UserId
from worktraq.core.replacing import maker, replacer
from worktraq.errors import Reason, Refused


class Command(StrEnum):
    """What somebody can want to do with an item."""

    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REJECT = "reject"
    WAIVE = "waive"
    REVISE = "revise"
    REOPEN = "reopen"
    INVOICE = "invoice"
    RELEASE = "release"


class Party(StrEnum):
    """What somebody is in relation to an item; one person can be several.

    An APPROVER is a manager, an administrator, or who holds the right APPROVE. A MANAGER is a manager or
    an administrator.
    """

    OWNER = "owner"
    APPROVER = "approver"
    MANAGER = "manager"
    CUSTOMER = "customer"


class Next(StrEnum):
    """Where a move leads."""

    SAME = "the same state"
    FIRST_STEP = "the first step"
    NEXT_STEP = "the next step, or APPROVED"
    DRAFT = "DRAFT"
    REJECTED = "REJECTED"
    INVOICED = "INVOICED"
    APPROVED = "APPROVED"


@frozen
class Deed:
    """Who does something, in which relation to the item, when and why.

    Attributes:
        actor_kind: A user, a contact or the system.
        actor_id: The user or contact.
        parties: What the actor is in relation to the item.
        at: In UTC.
        reason: Given by a person; needed by some moves.
        allows_self_approval: The organization's setting.
        requires_comment: The organization's setting for customers who reject.
        chain: The chain to be fixed, for SUBMIT.
    """

    actor_kind: ActorKind
    actor_id: UUID | None
    parties: frozenset[Party]
    at: datetime
    reason: str = ""
    allows_self_approval: bool = False
    requires_comment: bool = False
    chain: ApprovalChain | None = None


Guard = Callable[[Item, Deed], Reason | None]


def no_step_passed(item: Item, _deed: Deed) -> Reason | None:
    """Nobody has agreed yet."""
    return Reason.of("step_already_passed") if item.passed else None


def not_own(_item: Item, deed: Deed) -> Reason | None:
    """Nobody decides on what he or she registered, unless the organization allows it (W-02)."""
    if Party.OWNER in deed.parties and not deed.allows_self_approval:
        return Reason.of("own_item")
    return None


def rejected_by_customer(item: Item, _deed: Deed) -> Reason | None:
    """It was the customer who rejected; an internal rejection is never skipped (L-14)."""
    return None if item.current_step is Step.CUSTOMER else Reason.of("not_rejected_by_customer")


def reason_given(_item: Item, deed: Deed) -> Reason | None:
    """Somebody said why."""
    return None if deed.reason else Reason.of("reason_missing")


def comment_if_required(_item: Item, deed: Deed) -> Reason | None:
    """The customer said why, where the organization wants that (L-08)."""
    return Reason.of("comment_missing") if deed.requires_comment and not deed.reason else None


@frozen
class Way:
    """One way to make a move: who may, and what has to hold."""

    party: Party
    guards: tuple[Guard, ...] = ()


@frozen
class Transition:
    """A row of the table.

    Attributes:
        ways: The first whose party the actor is, counts.
        next: Where it leads.
        event: What is recorded.
    """

    ways: tuple[Way, ...]
    next: Next
    event: EventName


_OWNER = (Way(Party.OWNER),)
_ON_BEHALF = Way(Party.MANAGER, (not_own, reason_given))
_WAIVER = (Way(Party.MANAGER, (not_own, reason_given)),)
_WITHDRAWAL = Transition((Way(Party.OWNER, (no_step_passed,)),), Next.DRAFT, EventName.ITEM_WITHDRAWN)

TRANSITIONS: Mapping[tuple[State, Command], Transition] = {
    (State.DRAFT, Command.EDIT): Transition(_OWNER, Next.SAME, EventName.ITEM_EDITED),
    (State.DRAFT, Command.DELETE): Transition(_OWNER, Next.SAME, EventName.ITEM_DELETED),
    (State.DRAFT, Command.SUBMIT): Transition(_OWNER, Next.FIRST_STEP, EventName.ITEM_SUBMITTED),
    (State.AWAITING_INTERNAL, Command.WITHDRAW): _WITHDRAWAL,
    (State.AWAITING_CUSTOMER, Command.WITHDRAW): _WITHDRAWAL,
    (State.AWAITING_INTERNAL, Command.APPROVE): Transition(
        (Way(Party.APPROVER, (not_own,)),), Next.NEXT_STEP, EventName.ITEM_APPROVED
    ),
    (State.AWAITING_INTERNAL, Command.REJECT): Transition(
        (Way(Party.APPROVER, (not_own, reason_given)),), Next.REJECTED, EventName.ITEM_REJECTED
    ),
    (State.AWAITING_CUSTOMER, Command.APPROVE): Transition(
        (Way(Party.CUSTOMER), _ON_BEHALF), Next.NEXT_STEP, EventName.ITEM_APPROVED
    ),
    (State.AWAITING_CUSTOMER, Command.REJECT): Transition(
        (Way(Party.CUSTOMER, (comment_if_required,)), _ON_BEHALF), Next.REJECTED, EventName.ITEM_REJECTED
    ),
    (State.AWAITING_CUSTOMER, Command.WAIVE): Transition(_WAIVER, Next.NEXT_STEP, EventName.ITEM_WAIVED),
    (State.REJECTED, Command.WAIVE): Transition(
        (Way(Party.MANAGER, (not_own, reason_given, rejected_by_customer)),), Next.NEXT_STEP, EventName.ITEM_WAIVED
    ),
    (State.REJECTED, Command.REVISE): Transition(_OWNER, Next.DRAFT, EventName.ITEM_REVISED),
    (State.APPROVED, Command.REOPEN): Transition(
        (Way(Party.MANAGER, (reason_given,)),), Next.DRAFT, EventName.ITEM_REOPENED
    ),
    (State.APPROVED, Command.INVOICE): Transition((Way(Party.MANAGER),), Next.INVOICED, EventName.ITEM_INVOICED),
    (State.INVOICED, Command.RELEASE): Transition((Way(Party.MANAGER),), Next.APPROVED, EventName.ITEM_RELEASED),
}

_STATE_OF_STEP = {Step.INTERNAL: State.AWAITING_INTERNAL, Step.CUSTOMER: State.AWAITING_CUSTOMER}
_FIRST_STATE = {chain: _STATE_OF_STEP[steps[0]] for chain, steps in STEPS.items()}
# What agreeing leads to, for every place in every chain.
_STATE_AFTER = {
    (chain, passed): _STATE_OF_STEP[steps[passed + 1]] if passed + 1 < len(steps) else State.APPROVED
    for chain, steps in STEPS.items()
    for passed in range(len(steps))
}
_DETAILS: Mapping[tuple[ApprovalChain | None, int], Details] = {
    (chain, passed): (("step", step.value),) for chain, steps in STEPS.items() for passed, step in enumerate(steps)
}
_MOVE: Mapping[type[Item], Callable[..., Item]] = {
    TimeEntry: replacer(TimeEntry, *MOVED),
    Expense: replacer(Expense, *MOVED),
}
_SIMPLE_NEXT = {Next.REJECTED: State.REJECTED, Next.INVOICED: State.INVOICED, Next.APPROVED: State.APPROVED}


def refusals(item: Item, command: Command, deed: Deed) -> tuple[Reason, ...]:
    """Every reason against a move; empty when it is allowed."""
    transition = TRANSITIONS.get((item.state, command))
    if transition is None:
        return (Reason.of("command_not_in_state", state=item.state.value, command=command.value),)
    return _refusals_of(transition, item, deed)


def _refusals_of(transition: Transition, item: Item, deed: Deed) -> tuple[Reason, ...]:
    parties = deed.parties
    for way in transition.ways:
        if way.party in parties:
            found: tuple[Reason, ...] = ()
            for guard in way.guards:
                reason = guard(item, deed)
                if reason is not None:
                    found += (reason,)
            return found
    return tuple(Reason.of(f"needs_{way.party.value}") for way in transition.ways)


def step(item: Item, command: Command, deed: Deed, event_id: EventId) -> tuple[Item, Event]:
    """The item after a move, and what is recorded of it.

    Raises:
        Refused: With every reason against it; the item stays as it is.
    """
    transition = TRANSITIONS.get((item.state, command))
    if transition is None or (reasons := _refusals_of(transition, item, deed)):
        raise Refused(reasons if transition is not None else refusals(item, command, deed))
    event = make_event(
        event_id,
        item.organization_id,
        deed.at,
        deed.actor_kind,
        deed.actor_id,
        transition.event,
        item.id,
        _DETAILS.get((item.chain, item.passed), ()),
    )
    return _moved(item, transition.next, command, deed), event


def _moved(item: Item, leads_to: Next, command: Command, deed: Deed) -> Item:
    move, at, version = _MOVE[type(item)], deed.at, item.version + 1
    if leads_to is Next.NEXT_STEP:
        assert item.chain is not None
        passed = item.passed
        state = _STATE_AFTER[item.chain, passed]
        is_waived = item.is_waived or command is Command.WAIVE
        return move(item, state, item.chain, passed + 1, is_waived, item.request_id, at, version)
    if leads_to is Next.FIRST_STEP:
        assert deed.chain is not None
        return move(item, _FIRST_STATE[deed.chain], deed.chain, 0, False, None, at, version)
    if leads_to is Next.DRAFT:
        return move(item, State.DRAFT, None, 0, False, None, at, version)
    if leads_to is Next.SAME:
        return item
    return move(item, _SIMPLE_NEXT[leads_to], item.chain, item.passed, item.is_waived, item.request_id, at, version)


@frozen
class Submission:
    """That an employee handed in all items of a period; decides when a billing period is due.

    Attributes:
        id: Of the submission.
        organization_id: Where.
        user_id: Who handed in.
        period: Which days.
        at: When, in UTC.
    """

    id: SubmissionId
    organization_id: OrganizationId
    user_id: UserId
    period: Period
    at: datetime


class DecisionKind(StrEnum):
    """What was decided about an item."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WAIVED = "waived"


@frozen(weakref_slot=False)
class Decision:
    """One decision about one item, with what the person said; void once the item is reopened or withdrawn.

    Attributes:
        id: Of the decision.
        organization_id: Whose item it is about.
        item_id: The item.
        kind: Approved, rejected or waived.
        step: The step it was about.
        actor_kind: Who decided: a user or a contact.
        actor_id: The user, or the contact where one is known.
        actor_name: As it was at that moment, for the timesheet.
        at: When, in UTC.
        comment: What the person said; may be empty.
        on_behalf: Whether a manager decided for the customer.
        request_id: The request in which the customer was asked, if any.
        is_void: Whether it no longer counts.
    """

    id: DecisionId
    organization_id: OrganizationId
    item_id: ItemId
    kind: DecisionKind
    step: Step
    actor_kind: ActorKind
    actor_id: UUID | None
    actor_name: str
    at: datetime
    comment: str = ""
    on_behalf: bool = False
    request_id: RequestId | None = None
    is_void: bool = False


make_decision = maker(
    Decision,
    "id",
    "organization_id",
    "item_id",
    "kind",
    "step",
    "actor_kind",
    "actor_id",
    "actor_name",
    "at",
    "comment",
    "on_behalf",
    "request_id",
)
"""A decision that counts, from its values in order, for making many at once."""

DECISION_OF = {
    Command.APPROVE: DecisionKind.APPROVED,
    Command.REJECT: DecisionKind.REJECTED,
    Command.WAIVE: DecisionKind.WAIVED,
}
