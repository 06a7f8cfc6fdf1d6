"""P1: one approval step, against state machine libraries that only mutate a model."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

from statemachine import State as PeerState
from statemachine import StateMachine
from transitions import Machine

from bench.measuring import Figure, Scale, medians
from worktraq.core.actors import ActorKind
from worktraq.core.approval import Command, Deed, Party, step
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import State, TimeEntry
from worktraq.core.ids import ActivityId, CustomerId, EventId, ItemId, OrganizationId, ProjectId, UserId


class Rules:
    """Three rules as methods, which is how both peers want them."""

    def is_complete(self) -> bool:
        """The first rule."""
        return True

    def is_not_own(self) -> bool:
        """The second rule."""
        return True

    def has_reason(self) -> bool:
        """The third rule."""
        return True


class Model(Rules):
    """What `transitions` mutates."""

    state: str
    approve: Callable[[], bool]


RULES = ["is_complete", "is_not_own", "has_reason"]


class PeerMachine(Rules, StateMachine):
    """The same step for python-statemachine."""

    awaiting = PeerState(initial=True)
    approved = PeerState(final=True)
    approve = awaiting.to(awaiting, cond=RULES)
    finish = awaiting.to(approved)


def _entry() -> TimeEntry:
    def made(number: int) -> UUID:
        return UUID(int=number)

    return TimeEntry(
        id=ItemId(made(1)),
        organization_id=OrganizationId(made(2)),
        user_id=UserId(made(3)),
        customer_id=CustomerId(made(4)),
        project_id=ProjectId(made(5)),
        activity_id=ActivityId(made(6)),
        on=date(2026, 10, 5),
        minutes=480,
        state=State.AWAITING_CUSTOMER,
        chain=ApprovalChain.CUSTOMER,
        since=datetime(2026, 10, 5, tzinfo=UTC),
    )


def measure(scale: Scale) -> list[Figure]:
    """On the customer's behalf: the party, two guards, and the transition itself are checked."""
    count, entry, event_id = scale.of(100_000, 10_000), _entry(), EventId(UUID(int=9))
    parties = frozenset({Party.MANAGER, Party.APPROVER})
    deed = Deed(ActorKind.USER, UUID(int=8), parties, datetime(2026, 10, 6, tzinfo=UTC), "By telephone")
    model, peer = Model(), PeerMachine()
    Machine(
        model,
        states=["awaiting", "approved"],
        initial="awaiting",
        transitions=[{"trigger": "approve", "source": "awaiting", "dest": "awaiting", "conditions": RULES}],
    )
    peer_count = count // 10

    def ours() -> None:
        for _ in range(count):
            step(entry, Command.APPROVE, deed, event_id)

    def with_transitions() -> None:
        for _ in range(count):
            model.approve()

    def with_statemachine() -> None:
        for _ in range(peer_count):
            peer.approve()

    found = medians(
        {"ours": ours, "transitions": with_transitions, "python-statemachine": with_statemachine}, scale.repetitions
    )
    work = f"{count:,} approval steps: three rules, new frozen entity, event"
    return [
        Figure("P1", work, "transitions", found["ours"], found["transitions"], ">= 4.0"),
        Figure("P1", work, "python-statemachine", found["ours"], found["python-statemachine"] * 10, ">= 50.0"),
    ]
