"""Two transactions that take turns: one stops before a call of a repository, and the other one goes on meanwhile.

Nothing sleeps and hopes. A transaction stops where it is told to; that the other one has come as far as it gets is told
by the transaction itself when it is done, and by the database when it waits.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from threading import Event, get_ident
from time import monotonic
from typing import cast

from attrs import Factory, define, frozen

from tests.budgets import chosen
from tests.isolation.places import Place
from worktraq.adapters.email import EmailTemplates
from worktraq.core.ids import OrganizationId
from worktraq.engine import WorkTraq
from worktraq.errors import WorktraqError
from worktraq.ports.notifications import OutboxClaims
from worktraq.ports.organizations import OrganizationDirectory
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing.deeds import LINKS
from worktraq.testing.fakes import FixedClock

Act = Callable[[WorkTraq], object]
Stop = Callable[[Sequence[str]], bool]
"""Whether to stop here; takes what was called so far, and what is called now as the last one."""

COMMIT = "commit"
_PATIENCE = 60.0
_READS = (
    "find",
    "of_",
    "page",
    "count",
    "lock",
    "minutes",
    "on_",
    "is_",
    "held",
    "due",
    "depend",
    "known",
    "head",
    "unsealed",
    "chain",
    "awaiting",
    "open_ones",
    "periods",
    "stream",
    "sums",
    "all",
    "waiting",
    "begin",
    "begun",
)


@define(eq=False)
class _Player:
    """Somebody in a thread of his own.

    Attributes:
        store: Of the place; it stops where it is told to.
        stop: Where.
        calls: What was called so far.
        stopped_at: What was about to be called.
        has_paused: Set when the player has stopped or is done.
        may_go_on: Set to let a stopped player go on.
        is_beginning: Whether a transaction is about to begin.
        is_inside: Whether one is open.
        thread: The number of the thread.
    """

    store: Store
    stop: Stop
    calls: list[str] = Factory(list)
    stopped_at: str = ""
    has_paused: Event = Factory(Event)
    may_go_on: Event = Factory(Event)
    is_beginning: bool = False
    is_inside: bool = False
    thread: int = 0

    @property
    def directory(self) -> OrganizationDirectory:
        """Of the store."""
        return self.store.directory

    @property
    def claims(self) -> OutboxClaims:
        """Of the store."""
        return self.store.claims

    @contextmanager
    def unit_of_work(
        self, organization_id: OrganizationId, *, writes: bool, connection: object | None = None
    ) -> Iterator[UnitOfWork]:
        """A transaction of the store, which stops where it is told to."""
        self.reach("begin")
        self.is_beginning = writes
        try:
            with self.store.unit_of_work(organization_id, writes=writes, connection=connection) as uow:
                self.is_beginning, self.is_inside = False, writes
                yield cast("UnitOfWork", _Stopping(uow, self))
                self.reach(COMMIT)
        finally:
            self.is_beginning = self.is_inside = False

    def reach(self, call: str) -> None:
        """Go on to a call, unless this is where to stop."""
        self.calls.append(call)
        if not self.stopped_at and self.stop(self.calls):
            self.stopped_at = call
            self.has_paused.set()
            assert self.may_go_on.wait(_PATIENCE)

    def play(self, act: Act) -> object:
        """Do something; gives what came of it."""
        self.thread = get_ident()
        try:
            return act(WorkTraq(self, links=LINKS, templates=EmailTemplates(), clock=FixedClock()))
        except WorktraqError as error:
            return error
        finally:
            self.has_paused.set()


class _Stopping:
    """The repositories of a transaction, each of whose calls may be where to stop."""

    def __init__(self, uow: UnitOfWork, player: _Player) -> None:
        self._uow, self._player = uow, player

    def __getattr__(self, name: str) -> object:
        return _StoppingRepository(getattr(self._uow, name), name, self._player)


class _StoppingRepository:
    def __init__(self, repository: object, name: str, player: _Player) -> None:
        self._repository, self._name, self._player = repository, name, player

    def __getattr__(self, method: str) -> Callable[..., object]:
        function = getattr(self._repository, method)

        def call(*given: object, **named: object) -> object:
            self._player.reach(f"{self._name}.{method}")
            return function(*given, **named)

        return call


def at(number: int) -> Stop:
    """Before the call with a number."""
    return lambda calls: len(calls) == number + 1


def before_first_change(calls: Sequence[str]) -> bool:
    """Everything is read and decided, and nothing is changed yet."""
    return not calls[-1].split(".")[-1].startswith((*_READS, COMMIT))


def before_commit(calls: Sequence[str]) -> bool:
    """Everything is changed, and nobody sees it yet."""
    return calls[-1] == COMMIT


def _never(_calls: Sequence[str]) -> bool:
    return False


@define
class Order:
    """One stops somewhere, the other one does whatever it can; then the first one goes on, and the second one after it.

    Attributes:
        stop: Where the first one stops.
        is_swapped: Whether the first one is the second that is given.
        was_stopped: Whether it came there.
    """

    stop: Stop
    is_swapped: bool = False
    was_stopped: bool = False

    def play(self, place: Place, one: Act, another: Act) -> "Outcomes":
        """Let two acts meet; gives what came of each, in the order in which they were given."""
        first, second = _Player(place.store, self.stop), _Player(place.store, _never)
        acts = (another, one) if self.is_swapped else (one, another)
        with ThreadPoolExecutor(2) as pool:
            playing = [pool.submit(first.play, acts[0])]
            try:
                assert first.has_paused.wait(_PATIENCE), "the first one neither stops nor ends"
                self.was_stopped = bool(first.stopped_at)
                playing.append(pool.submit(second.play, acts[1]))
                _wait_until_it_can_not_go_on(place, second, first)
            finally:
                first.may_go_on.set()
        return self._outcomes(playing)

    def _outcomes(self, playing: Sequence["Future[object]"]) -> "Outcomes":
        results = [each.result() for each in playing]
        return Outcomes(*(reversed(results) if self.is_swapped else results))


@frozen
class Outcomes:
    """What came of two acts: what they gave, or an error."""

    one: object
    another: object

    @property
    def succeeded(self) -> tuple[bool, bool]:
        """Which of them succeeded."""
        return not isinstance(self.one, WorktraqError), not isinstance(self.another, WorktraqError)

    @property
    def successes(self) -> int:
        """How many of them succeeded."""
        return sum(self.succeeded)


def _wait_until_it_can_not_go_on(place: Place, player: _Player, other: _Player) -> None:
    until = monotonic() + _PATIENCE
    while not player.has_paused.wait(0.001):
        if place.is_waiting(player.thread, is_beginning=player.is_beginning, is_other_inside=other.is_inside):
            return
        assert monotonic() < until, "the second one neither waits nor ends"


def orders(*, are_alike: bool = False) -> Iterator[Order]:
    """The orders in which two acts can meet: at the two places that tell most, or in a long run at every one.

    Args:
        are_alike: Whether it makes no difference which of them is the first.
    """
    for is_swapped in (False,) if are_alike else (False, True):
        if chosen(modest=True, large=False):
            yield Order(before_first_change, is_swapped)
            yield Order(before_commit, is_swapped)
            continue
        for number in count():
            order = Order(at(number), is_swapped)
            yield order
            if not order.was_stopped:
                break
