"""Random interleavings of transactions, on a store and on the memory store beside it (B-08, B-09).

People do whatever they like in several transactions that are open at the same time, and end in any order. Whenever none
is open any more, there must be an order in which the memory store does the same, one transaction after the other:
with the same outcome of every command, errors included, and the same content in the end.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from itertools import chain
from random import Random
from uuid import UUID

from attrs import Factory, define, frozen
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from worktraq.adapters.memory import MemoryStore
from worktraq.core.actors import Actor
from worktraq.core.ids import OrganizationId
from worktraq.core.notifications import Notification
from worktraq.engine import WorkTraq
from worktraq.errors import Conflict
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing.deeds import LINKS, Deed, Known, drawn
from worktraq.testing.fakes import BEGINNING, FixedClock, RecordingNotifier, SeededIds
from worktraq.testing.orderings import orders_of
from worktraq.testing.outcomes import are_alike, ends_transaction, outcome_of
from worktraq.testing.personal_deeds import ALL_DEEDS
from worktraq.testing.readings import Readings, State, check_same, difference
from worktraq.testing.tallies import Tally
from worktraq.testing.workplaces import set_up
from worktraq.usecases.defaults import Uuid7Source
from worktraq.usecases.transaction import Transaction

MOST_OPEN = 3
"""How many transactions are open at the same time."""
_MOST_TOGETHER = 5
"""How many transactions may overlap before all of them have to end: each order of them may have to be tried."""
_WAYS = (*("begin",) * 6, *("go on",) * 2, *("end",) * 5, "look", "wait")
"""What happens next, as often as it stands here; as one rule, because of several, Hypothesis leaves some out."""
_ONLOOKING = "seal"
"""What is done only while nobody has ended: it keeps in which order it saw others end, and that need not be the only one."""
_WILD = 3
"""Of the numbers up to 9: above it, what might be taken back is committed, and what comes first is left open."""
_USUAL = ("register_time", "submit", "submit_items", "approve", "approve_what_waits", "decide", "invoice")


class _Abandoned(Exception):
    """Takes back what a transaction did."""


@define(eq=False)
class _Work:
    """A transaction: what is done in it, and what came of it."""

    number: int
    actor: Actor
    at: datetime
    begun: int
    deeds: list[Deed] = Factory(list)
    outcomes: list[object] = Factory(list)
    ended: int = 0
    is_kept: bool = False
    stack: ExitStack = Factory(ExitStack)
    tx: Transaction | None = None


@frozen
class _Side:
    """A store with an engine of its own, and what reached its readers."""

    store: Store
    engine: WorkTraq
    notifier: RecordingNotifier


class _Ids:
    """Ids that go on in each transaction where they were, and are the same when it is done once more elsewhere."""

    def __init__(self) -> None:
        self.current: Iterator[UUID] = iter(())

    def __call__(self) -> UUID:
        return next(self.current)

    def begin(self, number: int) -> Iterator[UUID]:
        """The ids of a transaction."""
        self.current = _endless(SeededIds(number, BEGINNING + timedelta(seconds=number)))
        return self.current


def _endless(ids: SeededIds) -> Iterator[UUID]:
    while True:
        yield ids()


class StoreMachine(RuleBasedStateMachine):
    """A firm in a store and in the memory store, and everybody who works there at the same time.

    Args:
        store: The one under test. It should not wait long for a lock: whoever waits here waits for the same thread.
        tally: Counts.
    """

    def __init__(self, store: Store, tally: Tally) -> None:
        super().__init__()
        self._tally = tally
        self._clock, self._ids, self._readings = FixedClock(), _Ids(), Readings()
        self._tested = self._side(store)
        self._reference = self._side(MemoryStore(self._clock))
        self._number = self._moment = 0
        self._open: list[_Work] = []
        self._ids_of: dict[int, Iterator[UUID]] = {}
        self._together: list[_Work] = []
        self._was_refused = self._was_watched = False
        self._view: tuple[ExitStack, UnitOfWork, State] | None = None
        self._organization_id = OrganizationId(Uuid7Source()())
        self._state: State = {}

    def teardown(self) -> None:
        """Whatever is open is taken back, and the rest still has to fit."""
        self._look_away()
        for work in list(self._open):
            self._end(work, is_kept=False)
        self._settle()

    @rule(
        way=st.sampled_from(_WAYS),
        name=st.sampled_from(_USUAL) | st.sampled_from(sorted(ALL_DEEDS)),
        choice=st.randoms(),
        wild=st.integers(0, 9),
        is_left=st.sampled_from((True, True, True, False)),
    )
    def act(self, way: str, name: str, choice: Random, wild: int, is_left: bool) -> None:
        """Somebody begins with something, goes on with more, or is done: whatever of these can be."""
        if not self._state:
            self._found()
        if name == _ONLOOKING and self._together:
            name = _USUAL[0]
        known, going_on = Known(self._state, choice), self._going_on()
        if way == "look" and (self._open or self._view is not None):
            self._look()
        elif way == "wait" and not self._open and self._view is None:
            self._let_time_pass(known.one((0, 1, 8, 30)))
        elif way == "go on" and going_on is not None:
            self._go_on(going_on, name, known)
        elif self._may_end() and (way != "begin" or not self._has_room()):
            self._end(known.one(self._open), is_kept=is_left or wild > _WILD)
        elif self._has_room():
            is_first = not self._open and not self._together
            self._do(name, known, is_wild=wild == 0, is_left_open=is_left or (is_first and wild > _WILD))
        self._settle()

    def _look(self) -> None:
        """Somebody looks at everything, and again later: in a view nothing moves, whatever is committed meanwhile."""
        self._was_watched = True
        if self._view is not None:
            self._look_away()
            return
        stack = ExitStack()
        try:
            uow = stack.enter_context(self._tested.store.unit_of_work(self._organization_id, writes=False))
            seen = self._readings.within(uow, self._organization_id)
        except Conflict as conflict:
            self._check_in_the_way(conflict)
            stack.close()
            return
        if not self._together:
            check_same(seen, self._state, "a view shows what is not committed")
        self._view = stack, uow, seen

    def _let_time_pass(self, days: int) -> None:
        """The scheduler does its round, and the mails are carried to their readers."""
        self._number += 1
        self._clock.set(self._clock.now + timedelta(days=days))
        reports = []
        for side in (self._tested, self._reference):
            self._ids.begin(self._number)
            reports.append(side.engine.run_due(self._clock.now, organization_id=self._organization_id))
            side.engine.deliver_notifications(organization_id=self._organization_id)
        assert reports[0] == reports[1]
        assert _mailed(self._tested) == _mailed(self._reference)
        self._state = self._compared()

    def _found(self) -> None:
        """The firm; not before somebody does something, for of some examples nothing comes."""
        for side in (self._reference, self._tested):
            self._ids.current = chain([self._organization_id], _endless(SeededIds()))
            set_up(side.engine)
        self._state = self._compared()

    def _do(self, name: str, known: Known, *, is_wild: bool, is_left_open: bool) -> None:
        doing = drawn(ALL_DEEDS[name], known)
        if doing is None:
            return
        actor, deed = doing
        work = self._begin(known.actor(known.one(known.users)) if is_wild else actor)
        if work is None:
            return
        note(f"{work.number}: {name}")
        self._do_in(work, deed)
        if work in self._open and not is_left_open:
            self._end(work, is_kept=True)

    def _go_on(self, work: _Work, name: str, known: Known) -> None:
        """More is done in an open transaction, as long as nobody has committed since it began."""
        doing = drawn(ALL_DEEDS[name], known)
        if doing is not None:
            note(f"{work.number}: {name} too")
            self._do_in(work, doing[1])

    def _may_end(self) -> bool:
        """Whether somebody can be done: not before another one has come in between."""
        return len(self._open) > 1 or bool(self._open and (self._together or self._was_refused))

    def _has_room(self) -> bool:
        return len(self._open) < MOST_OPEN and len(self._open) + len(self._together) < _MOST_TOGETHER

    def _going_on(self) -> _Work | None:
        fresh = [work for work in self._open if all(each.ended < work.begun for each in self._together)]
        return fresh[-1] if fresh else None

    def _begin(self, actor: Actor) -> _Work | None:
        """A transaction; None when another one lets nobody in."""
        self._number += 1
        self._moment += 1
        self._clock.tick(timedelta(minutes=1))
        work = _Work(self._number, actor, self._clock.now, self._moment)
        try:
            work.tx = work.stack.enter_context(self._tested.engine.transaction(actor))
        except Conflict as conflict:
            self._check_in_the_way(conflict)
            self._tally.conflicts += 1
            self._was_refused = True
            return None
        self._ids_of[work.number] = self._ids.begin(work.number)
        self._tally.transactions += 1
        self._open.append(work)
        return work

    def _do_in(self, work: _Work, deed: Deed) -> None:
        assert work.tx is not None
        self._ids.current = self._ids_of[work.number]
        outcome = outcome_of(deed, work.tx)
        work.deeds.append(deed)
        work.outcomes.append(outcome)
        if ends_transaction(outcome):
            self._end(work, is_kept=False)

    def _end(self, work: _Work, *, is_kept: bool) -> None:
        note(f"{work.number} {'is committed' if is_kept else 'is taken back'}")
        self._ids.current = self._ids_of[work.number]
        self._open.remove(work)
        work.is_kept = is_kept and self._committed(work)
        if not is_kept:
            work.stack.__exit__(_Abandoned, _Abandoned(), None)
        self._moment += 1
        work.ended = self._moment
        self._tally.kept += work.is_kept
        is_alone = not self._open and not self._together
        if work.is_kept or is_alone:
            self._together.append(work)
        else:
            self._tally.conflicts += _was_in_the_way(work)

    def _committed(self, work: _Work) -> bool:
        try:
            work.stack.close()
        except Conflict as conflict:
            self._check_in_the_way(conflict)
            return False
        return True

    def _check_in_the_way(self, conflict: Conflict) -> None:
        assert conflict.is_retryable, conflict
        assert self._open or self._together, "nobody is in the way"

    def _settle(self) -> None:
        """Find the order in which the memory store does the same; once nothing is open."""
        if self._open or not self._together:
            return
        together, self._together = self._together, []
        found = self._readings.of(self._tested.store, self._organization_id)
        self._tally.compared += 1
        self._tally.interleavings += len(together) > 1
        self._tally.encounters += len(together) == 1 and (self._was_refused or self._was_watched)
        self._was_refused, self._was_watched = False, self._view is not None
        complaints: list[str] = []
        for number, (order, is_overtaken) in enumerate(orders_of(together)):
            side, complaint = self._replayed(order, found)
            if complaint is None:
                self._tally.reordered += number > 0
                self._tally.overtaken += is_overtaken
                self._reference, self._state = side, found
                return
            complaints.append(complaint)
        raise AssertionError("no order of these transactions gives the same:\n" + "\n".join(complaints))

    def _replayed(self, order: Sequence[_Work], found: State) -> tuple[_Side, str | None]:
        """The memory store after these transactions, and what is different there."""
        assert isinstance(self._reference.store, MemoryStore)
        side = self._side(self._reference.store.fork(), self._reference.notifier)
        now = self._clock.now
        try:
            for work in order:
                self._clock.set(work.at)
                outcomes = self._replay(work, side.engine)
                if not are_alike(outcomes, work.outcomes):
                    return side, f"- in order {_numbers(order)}, {work.number} gives {outcomes}, not {work.outcomes}"
        finally:
            self._clock.set(now)
        expected = self._readings.of(side.store, self._organization_id)
        different = difference(found, expected)
        return side, different and f"- in order {_numbers(order)}: {different}"

    def _replay(self, work: _Work, engine: WorkTraq) -> list[object]:
        outcomes: list[object] = []
        with suppress(_Abandoned), engine.transaction(work.actor) as tx:
            self._ids.begin(work.number)
            for deed in work.deeds:
                outcomes.append(outcome_of(deed, tx))
                if ends_transaction(outcomes[-1]):
                    break
            if not work.is_kept:
                raise _Abandoned
        return outcomes

    def _look_away(self) -> None:
        if self._view is not None:
            (stack, uow, seen), self._view = self._view, None
            again = self._readings.within(uow, self._organization_id)
            stack.close()
            check_same(again, seen, "a view has changed")

    def _compared(self) -> State:
        found = self._readings.of(self._tested.store, self._organization_id)
        self._tally.compared += 1
        check_same(found, self._readings.of(self._reference.store, self._organization_id), "the stores differ")
        return found

    def _side(self, store: Store, notifier: RecordingNotifier | None = None) -> _Side:
        notifier = notifier or RecordingNotifier()
        return _Side(store, WorkTraq(store, notifier=notifier, links=LINKS, clock=self._clock, ids=self._ids), notifier)


_PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
"""Not that which looks for what else fails, to explain a failure: it takes as long as all others together."""


def check_interleavings(store: Store, *, examples: int = 100, steps: int = 100) -> Tally:
    """Compare a store with the memory store, over many random interleavings of transactions.

    Every example founds an organization of its own, so that the store need not be empty.

    Args:
        store: The one under test, with its schema up to date. Have it wait for locks as briefly as it can.
        examples: How many sequences of commands are tried.
        steps: How many steps each of them has at most.

    Returns:
        What the run came to.

    Raises:
        AssertionError: With the shortest sequence found after which the stores differ.
    """
    tally = Tally()

    class Machine(StoreMachine):
        def __init__(self) -> None:
            super().__init__(store, tally)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=_PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return tally


def _was_in_the_way(work: _Work) -> bool:
    return bool(work.outcomes) and ends_transaction(work.outcomes[-1])


def _numbers(order: Sequence[_Work]) -> list[int]:
    return [work.number for work in order]


def _mailed(side: _Side) -> Sequence[Notification]:
    return sorted(side.notifier.delivered, key=lambda each: each.id)
