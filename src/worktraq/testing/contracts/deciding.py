"""What must come of it when several people, or machines, decide or schedule at the same time, on any store."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest

from worktraq.core.access import Right
from worktraq.core.actors import Actor
from worktraq.core.entries import Item, State
from worktraq.core.events import EventName
from worktraq.core.ids import ItemId
from worktraq.core.links import Links, SigningKey
from worktraq.core.notifications import NotificationKind
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.core.users import User
from worktraq.engine import WorkTraq
from worktraq.errors import Conflict, Refused
from worktraq.ports.unit_of_work import Store
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.testing.contracts.base import StoreContract
from worktraq.testing.fakes import FixedClock
from worktraq.testing.firms import Firm
from worktraq.usecases.transaction import Transaction

T = TypeVar("T")
Command = Callable[[Transaction], object]
LINKS = Links("https://hours.example", [SigningKey("2026", b"k" * 32)])
ROUNDS = 3
PATIENCE = 50
DECISIVE = (EventName.ITEM_APPROVED, EventName.ITEM_REJECTED, EventName.ITEM_WITHDRAWN)


class DecidingContract(StoreContract):
    """Whoever comes first wins; the others are told so, and leave nothing behind."""

    @pytest.fixture
    def clock(self) -> FixedClock:
        """A clock that stands still."""
        return FixedClock()

    @pytest.fixture
    def engine(self, store: Store, clock: FixedClock) -> WorkTraq:
        """An engine on the store."""
        return WorkTraq(store, links=LINKS, clock=clock)

    @pytest.mark.requirement("W-09")
    def test_of_several_who_decide_on_an_item_one_wins(self, engine: WorkTraq, firm: Firm) -> None:
        """Approved, rejected or withdrawn: one decision at most, and one record in the trail."""
        _let_approve(engine, firm, firm.colleague)
        for _ in range(ROUNDS):
            ids = [_waiting(engine, firm).id]
            winners = _at_once(
                engine,
                (actor_of(firm.manager), partial(_approve, ids)),
                (actor_of(firm.colleague), partial(_reject, ids)),
                (actor_of(firm.employee), partial(_withdraw, ids)),
            )
            with engine.view(actor_of(firm.admin)) as tx:
                state = tx.entries.get(ids[0]).state
                decisions = tx.approval.decisions(ids[0])
                events = [event.name for event in tx.audit.history(ids[0]) if event.name in DECISIVE]
            (winner,) = winners
            assert state is (State.AWAITING_CUSTOMER, State.REJECTED, State.DRAFT)[winner]
            assert events == [DECISIVE[winner]]
            assert len(decisions) == (0 if state is State.DRAFT else 1)

    @pytest.mark.requirement("W-09")
    def test_what_is_approved_as_a_whole_is_approved_as_a_whole(self, engine: WorkTraq, firm: Firm) -> None:
        """Also when somebody rejects a part of it at the same moment."""
        _let_approve(engine, firm, firm.colleague)
        for _ in range(ROUNDS):
            items = [_waiting(engine, firm), _waiting(engine, firm)]
            _at_once(
                engine,
                (actor_of(firm.manager), partial(_approve, [item.id for item in items])),
                (actor_of(firm.colleague), partial(_reject, [items[1].id])),
            )
            with engine.transaction(actor_of(firm.admin)) as tx:
                states = [tx.entries.get(item.id).state for item in items]
                assert states in (
                    [State.AWAITING_CUSTOMER, State.AWAITING_CUSTOMER],
                    [State.AWAITING_INTERNAL, State.REJECTED],
                )
                tx.approval.reject_all(reason="Once more")

    @pytest.mark.requirement("L-08", "B-03")
    def test_of_several_who_decide_on_a_request_one_wins(self, engine: WorkTraq, firm: Firm) -> None:
        """The customer, a manager on the customer's behalf, and one who withdraws it."""
        for _ in range(ROUNDS):
            request = _asked(engine, firm)
            winners = _at_once(
                engine,
                (_contact(request), partial(_decide, request.item_ids)),
                (actor_of(firm.manager), partial(_on_behalf, request)),
                (actor_of(firm.admin), partial(_take_back, request)),
            )
            with engine.view(actor_of(firm.admin)) as tx:
                status = tx.signoff.get(request.id).request.status
                made = [each for item_id in request.item_ids for each in tx.approval.decisions(item_id)]
            decided = [each.item_id for each in made if each.request_id == request.id]
            (winner,) = winners
            expected = (RequestStatus.DECIDED, RequestStatus.DECIDED, RequestStatus.WITHDRAWN)[winner]
            assert status is expected
            assert decided == ([] if expected is RequestStatus.WITHDRAWN else list(request.item_ids))

    @pytest.mark.requirement("L-03", "L-06")
    def test_machines_that_run_what_is_due_do_it_once(
        self, engine: WorkTraq, store: Store, firm: Firm, clock: FixedClock
    ) -> None:
        """Offering, reminding, escalating and expiring: each is done once, and told once."""
        with engine.transaction(actor_of(firm.employee)) as tx:
            item = tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60)
            tx.approval.submit_items([item.id])
        with engine.transaction(actor_of(firm.manager)) as tx:
            tx.approval.approve([item.id])
        other = WorkTraq(store, links=LINKS, clock=clock)
        done = []
        for day in (0, 28, 35, 42, 49, 58):
            now = clock.now + timedelta(days=day)
            one, two = _together(partial(engine.run_due, now), partial(other.run_due, now))
            both = one + two
            done.append((both.requests, both.reminders, both.escalated, both.expired))
        assert done == [(0, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)]
        assert _told(store, firm) == sorted(
            [
                NotificationKind.APPROVAL_REQUESTED,
                *[NotificationKind.APPROVAL_REMINDER] * 2,
                NotificationKind.REQUEST_ESCALATED,
            ]
        )

    @pytest.mark.requirement("L-08")
    def test_a_decision_and_the_scheduler_do_not_hinder_each_other(
        self, engine: WorkTraq, firm: Firm, clock: FixedClock
    ) -> None:
        """Whichever comes first: the customer's decision counts, and the scheduler reports no conflict."""
        for _ in range(ROUNDS):
            request = _asked(engine, firm)
            decide = partial(_until_done, engine, _contact(request), partial(_decide, request.item_ids))
            _together(partial(engine.run_due, clock.now + timedelta(days=8)), decide)
            with engine.view(actor_of(firm.admin)) as tx:
                assert tx.signoff.get(request.id).request.status is RequestStatus.DECIDED


def actor_of(user: User) -> Actor:
    """A user, as an actor."""
    return Actor.user(user.organization_id, user.id)


def _contact(request: ApprovalRequest) -> Actor:
    token = LINKS.token(request.organization_id, request.id, request.token_number, request.key_name)
    return Actor.contact(request.organization_id, token)


def _let_approve(engine: WorkTraq, firm: Firm, user: User) -> None:
    """Let somebody approve for the firm's customer, and not decide on the customer's behalf."""
    with engine.transaction(actor_of(firm.admin)) as tx:
        tx.access.grant(Right.APPROVE, customer_id=firm.customer.id, user_id=user.id)


def _waiting(engine: WorkTraq, firm: Firm) -> Item:
    """Time that waits for approval inside the firm."""
    with engine.transaction(actor_of(firm.employee)) as tx:
        item = tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60)
        return tx.approval.submit_items([item.id])[0]


def _asked(engine: WorkTraq, firm: Firm) -> ApprovalRequest:
    """An open request about one time entry."""
    item = _waiting(engine, firm)
    with engine.transaction(actor_of(firm.manager)) as tx:
        tx.approval.approve([item.id])
        return tx.signoff.offer(user_id=firm.employee.id, project_id=firm.project.id, period=OCTOBER)


def _approve(ids: Sequence[ItemId], tx: Transaction) -> object:
    return tx.approval.approve(ids)


def _reject(ids: Sequence[ItemId], tx: Transaction) -> object:
    return tx.approval.reject(ids, reason="Too long")


def _withdraw(ids: Sequence[ItemId], tx: Transaction) -> object:
    return tx.approval.withdraw(ids)


def _decide(ids: Sequence[ItemId], tx: Transaction) -> object:
    return tx.signoff.decide(digest=tx.signoff.shown().digest, accept=ids)


def _on_behalf(request: ApprovalRequest, tx: Transaction) -> object:
    return tx.signoff.decide_on_behalf(
        request.id, version=request.version, reason="By telephone", accept=request.item_ids
    )


def _take_back(request: ApprovalRequest, tx: Transaction) -> object:
    return tx.signoff.withdraw(request.id, version=request.version)


def _at_once(engine: WorkTraq, *commands: tuple[Actor, Command]) -> list[int]:
    """Which of the commands succeeded, each in a transaction and thread of its own; the others met a refusal."""

    def attempt(actor: Actor, command: Command) -> bool:
        for _ in range(PATIENCE):
            try:
                with engine.transaction(actor) as tx:
                    command(tx)
            except Refused:
                return False
            except Conflict as conflict:
                if not conflict.is_retryable:
                    return False
            else:
                return True
        raise AssertionError("somebody was in the way every time")

    outcomes = _together(*[partial(attempt, actor, command) for actor, command in commands])
    return [number for number, succeeded in enumerate(outcomes) if succeeded]


def _until_done(engine: WorkTraq, actor: Actor, command: Command) -> None:
    for _ in range(PATIENCE):
        try:
            with engine.transaction(actor) as tx:
                command(tx)
        except Conflict:
            continue
        return
    raise AssertionError("somebody was in the way every time")


def _together(*functions: Callable[[], T]) -> list[T]:
    """What functions give that are called at the same moment, each in a thread."""
    barrier = Barrier(len(functions))

    def call(function: Callable[[], T]) -> T:
        barrier.wait()
        return function()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(call, functions))


def _told(store: Store, firm: Firm) -> list[NotificationKind]:
    """What waits in the outbox for customers and managers."""
    claimed = store.claims.claim(100, timedelta(hours=1), firm.id)
    kinds = [each.intent.kind for each in claimed]
    return sorted(kind for kind in kinds if kind is not NotificationKind.ITEMS_APPROVED)
