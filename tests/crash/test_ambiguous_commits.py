"""The connection is lost at a COMMIT, and nobody knows whether it was made: the library says so, and repeats nothing."""

import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from attrs import define, field
from sqlalchemy import QueuePool, text

from tests.budgets import chosen
from tests.crash.books import Books
from tests.crash.crew import LINKS, START, People
from tests.crash.journal import Attempt, Story, Tag, TaggedIds
from tests.crash.proxy import AT_COMMITS, Cut, Proxy, proxied
from tests.crash.recount import findings, listed, made_ids
from tests.crash.scene import Scene
from worktraq import WorkTraq
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.core.calendar import Period
from worktraq.core.entries import State
from worktraq.core.ids import ActivityId
from worktraq.errors import AdapterError
from worktraq.testing.builders import MONDAY
from worktraq.testing.fakes import FixedClock, RecordingNotifier
from worktraq.usecases.transaction import Transaction

NEVER_MADE = (Cut.MIDWAY, Cut.BEFORE)
SURELY_MADE = (Cut.SWALLOWED, Cut.HALF)
FORK = 1
_COMMITS_OF_A_DELIVERY = 4
_LEAST_MESSAGES = 10


class _Undone(Exception):
    """Takes back what a transaction did."""


@define
class Desk:
    """Somebody who registers through a wire that is cut now and then.

    Attributes:
        scene: Where.
        people: Whose work it is.
        proxy: The wire.
        store: At the other end of it.
        story: What was asked, and what was answered.
        calls: How often the function of each command was called.
    """

    scene: Scene
    people: People
    proxy: Proxy
    store: SqlStore
    story: Story = field(factory=Story.empty)
    calls: Counter[int] = field(factory=Counter)
    _ids: TaggedIds = field(factory=TaggedIds)

    def register(self, command: int, *, key: str | None = None) -> object:
        """Register an hour and hand it in."""
        note = f"{FORK}.{command}.0"
        owner, activities = self.people.owners[0]
        self.story.registered.setdefault(note, (Tag(FORK, command), False))

        def register(tx: Transaction) -> str:
            self.calls[command] += 1
            self._ids.begin(Tag(FORK, command, self.calls[command]))
            entry = tx.entries.register_time(ActivityId(activities[0]), on=MONDAY, minutes=1, note=note)
            tx.approval.submit_items([entry.id])
            return entry.id.hex

        engine = WorkTraq(self.store, clock=FixedClock(START), ids=self._ids)
        actor = self.people.actor(owner)
        try:
            outcome = engine.run(actor, register) if key is None else engine.run(actor, register, key=key)
        finally:
            self._note_attempt(command)
        tag = self._ids.tag
        if tag.command == command and tag in self.story.attempts:
            self.story.attempts[tag].is_acknowledged = True
        self.story.registered[note] = (Tag(FORK, command), True)
        return outcome

    def fail(self, command: int, cut: Cut, *, resets: bool, key: str | None = None) -> AdapterError:
        """Register while the wire is cut."""
        self.proxy.arm(cut, resets=resets)
        with pytest.raises(AdapterError) as raised:
            self.register(command, key=key)
        assert self.proxy.has_cut.is_set()
        attempt = self.story.attempts[Tag(FORK, command, 1)]
        attempt.point = "BEFORE" if cut in NEVER_MADE else "AFTER" if cut in SURELY_MADE else ""
        return raised.value

    def recounted(self) -> Books:
        """The books, with nothing wrong in them."""
        self.store.close()
        self.scene.wait_until_quiet()
        books = Books.read(self.scene.plain(), self.people.organization_id)
        found = findings(books, self.story)
        assert not found, listed(found)
        return books

    def _note_attempt(self, command: int) -> None:
        tag = self._ids.tag
        if tag.command == command and self._ids.drawn:
            self.story.attempts[tag] = Attempt(tag, "register", frozenset(self._ids.drawn))


@pytest.fixture
def desk(served_scene: Scene) -> Iterator[Desk]:
    """A wire to a server, and somebody at it."""
    people = served_scene.people()
    with proxied(served_scene.url) as (proxy, url):
        store = SqlStore.from_url(url)
        yield Desk(served_scene, people, proxy, store)
        store.close()


def _is_healthy(store: SqlStore) -> bool:
    pool = store.engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout() == 0


@pytest.mark.requirement("B-08")
def test_a_lost_commit_is_told_and_never_repeated_by_itself(
    desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    """A transient error, one call of the function, a pool that goes on; afterwards all of it is there, or nothing."""
    randomness = random.Random(2)
    cuts = AT_COMMITS * chosen(modest=1, large=100)
    for command, cut in enumerate(cuts, start=1):
        error = desk.fail(2 * command, cut, resets=randomness.random() < 0.5)
        assert (error.code, error.is_transient) == ("database_failed", True)
        assert desk.calls[2 * command] == 1
        assert _is_healthy(desk.store)
        assert desk.register(2 * command + 1), "the next one is done"
    books = desk.recounted()
    made = made_ids(books)
    lost = [each for each in desk.story.attempts.values() if not each.is_acknowledged]
    there = sum(attempt.drawn <= made.keys() for attempt in lost)
    record_property(
        "figure", f"commits with a lost reply on {desk.scene.name}: {len(lost)}, of them {there} made, none by half"
    )
    assert len(lost) == len(cuts)


@pytest.mark.requirement("B-08")
def test_a_key_makes_a_lost_commit_safe_to_repeat(desk: Desk) -> None:
    """Whatever became of the first try, who asks again with the same key has it done once, and is told the outcome."""
    randomness = random.Random(3)
    cuts = AT_COMMITS * chosen(modest=1, large=100)
    for command, cut in enumerate(cuts, start=1):
        key = f"key-{command}"
        assert desk.fail(command, cut, resets=randomness.random() < 0.5, key=key).is_transient
        outcome = desk.register(command, key=key)
        assert outcome == desk.register(command, key=key)
        assert desk.calls[command] == 1 + (cut in NEVER_MADE) or cut is Cut.UNREAD
    books = desk.recounted()
    assert len(books.items) == len(cuts)


@pytest.mark.requirement("B-08")
def test_what_time_brings_goes_on_after_a_lost_commit(desk: Desk) -> None:
    """The round that lost its commit is told as failed; the next one does what is left, and nothing twice."""
    for command in range(1, 4):
        desk.register(command)
    engine = WorkTraq(desk.store, clock=FixedClock(START))
    organization_id = desk.people.organization
    owner = desk.people.actor(desk.people.owners[0][0])
    engine.run(owner, lambda tx: tx.approval.submit(Period.month(2026, 10)))
    for cut in (Cut.BEFORE, Cut.SWALLOWED):
        desk.proxy.arm(cut, resets=False)
        with pytest.raises(AdapterError) as raised:
            engine.run_due(START, organization_id=organization_id)
        assert raised.value.is_transient
    assert engine.run_due(START, organization_id=organization_id).sealed == 0
    with engine.view(desk.people.actor(desk.people.admin)) as tx:
        assert tx.audit.verify() is None


@pytest.mark.requirement("B-08")
def test_every_mail_arrives_whichever_commit_is_lost(desk: Desk) -> None:
    """Claiming, reading, noting: whoever loses one of these sends a mail again at most, and never none."""
    people, notifier = desk.people, RecordingNotifier()
    organization_id = people.organization
    for command in range(1, 7):
        desk.register(command)
    engine = WorkTraq(desk.store, clock=FixedClock(START), notifier=notifier)
    with engine.transaction(people.actor(people.manager)) as tx:
        waiting = [item.id for item in tx.entries.list(states=[State.AWAITING_INTERNAL]).items]
    for item_id in waiting:
        with engine.transaction(people.actor(people.manager)) as tx:
            tx.approval.reject([item_id], reason="Which file?")
    failed: list[AdapterError] = []
    for passing in range(_COMMITS_OF_A_DELIVERY):
        for cut in (Cut.BEFORE, Cut.SWALLOWED):
            _let_leases_run_out(desk)
            desk.proxy.arm(cut, resets=False, passing=passing)
            try:
                engine.deliver_notifications(1, organization_id=organization_id)
            except AdapterError as error:
                failed.append(error)
            assert _is_healthy(desk.store)
    desk.proxy.cut = None
    _let_leases_run_out(desk)
    engine.deliver_notifications(organization_id=organization_id)
    desk.store.close()
    desk.scene.wait_until_quiet()
    intents = Books.read(desk.scene.plain(), people.organization_id).intents
    assert len(intents) == len(waiting) > 0
    assert all(row["delivered_at"] is not None for row in intents)
    assert {row["id"] for row in intents} == {each.id for each in notifier.delivered}
    assert len(notifier.delivered) > len(intents), "none was lost after it was sent"
    assert failed
    assert all(error.is_transient for error in failed)


@pytest.mark.requirement("B-08")
def test_a_connection_lost_anywhere_is_told_in_our_own_terms(desk: Desk) -> None:
    """Whichever message of the driver is the last one: a transient error, and never one of the driver's."""
    for command in range(1, 4):
        desk.register(command)
    people = desk.people
    engine = WorkTraq(desk.store, clock=FixedClock(START), links=LINKS)

    def work(tx: Transaction) -> None:
        waiting = [item.id for item in tx.entries.list(states=[State.AWAITING_INTERNAL]).items]
        tx.approval.approve(waiting)
        tx.billing.propose()
        tx.billing.unbilled()
        raise _Undone

    def lost_at(passing: int) -> bool:
        desk.proxy.arm(Cut.ANYWHERE, resets=False, passing=passing)
        with pytest.raises((AdapterError, _Undone)) as raised:
            engine.run(people.actor(people.manager), work)
        assert not isinstance(raised.value, AdapterError) or raised.value.is_transient
        assert _is_healthy(desk.store)
        return desk.proxy.has_cut.is_set()

    passing = 0
    while lost_at(passing):
        passing += 1
    assert passing > _LEAST_MESSAGES


def _let_leases_run_out(desk: Desk) -> None:
    with desk.scene.plain().begin() as connection:
        connection.execute(text("UPDATE worktraq_intent SET available_at = 1 WHERE available_at IS NOT NULL"))
