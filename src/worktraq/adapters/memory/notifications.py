"""The outbox, and delivering from the outboxes of all organizations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from attrs import evolve

from worktraq.adapters.memory.tables import Delivery, Tables
from worktraq.core.ids import IntentId, OrganizationId
from worktraq.core.notifications import ClaimedIntent, DeadIntent, Intent
from worktraq.errors import Conflict
from worktraq.ports.clock import Clock


class MemoryOutbox:
    """The intents of the organization."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._outbox = tables.outbox
        self._clock = clock

    def add(self, *intents: Intent) -> None:
        """Put intents into the outbox."""
        for intent in intents:
            if self._outbox.get(intent.id) is not None:
                raise Conflict("already_exists")
            self._outbox.put(intent.id, Delivery(intent, self._clock()))

    def dead(self) -> Sequence[DeadIntent]:
        """The intents that could not be delivered, in order of their ids."""
        found = sorted((row for row in self._outbox.rows() if row.is_dead), key=lambda row: row.intent.id)
        return [DeadIntent(row.intent, row.attempts, row.problem) for row in found]

    def retry(self, intent_id: IntentId) -> bool:
        """Let a dead intent be delivered again, from its first attempt."""
        self._outbox.require_open()
        row = self._outbox.get(intent_id)
        if row is None or not row.is_dead:
            return False
        self._outbox.put(intent_id, evolve(row, is_dead=False, attempts=0, problem="", due_at=self._clock()))
        return True

    def drop(self, intent_id: IntentId) -> bool:
        """Forget a dead intent."""
        self._outbox.require_open()
        row = self._outbox.get(intent_id)
        if row is None or not row.is_dead:
            return False
        self._outbox.delete(intent_id)
        return True


class MemoryClaims:
    """Delivering from the outboxes of all organizations; each call is a transaction of its own."""

    def __init__(
        self,
        committed: Callable[[], Mapping[OrganizationId, Tables]],
        writing: Callable[[OrganizationId], AbstractContextManager[Tables]],
        clock: Clock,
    ) -> None:
        self._committed = committed
        self._writing = writing
        self._clock = clock

    def claim(
        self, limit: int, lease: timedelta, organization_id: OrganizationId | None = None
    ) -> Sequence[ClaimedIntent]:
        """Take intents that are due and that nobody holds, the oldest first, and count the attempt."""
        now = self._clock()
        outboxes = [tables.outbox for owner, tables in self._committed().items() if organization_id in (None, owner)]
        rows = [row for outbox in outboxes for row in outbox.rows() if _is_due(row, now)]
        claimed: list[ClaimedIntent] = []
        for row in sorted(rows, key=lambda row: (row.due_at, row.intent.id)):
            if len(claimed) == limit:
                break
            claimed.extend(self._take(row.intent, now, lease))
        return claimed

    def _take(self, intent: Intent, now: datetime, lease: timedelta) -> Iterator[ClaimedIntent]:
        with self._writing(intent.organization_id) as tables:
            row = tables.outbox.get(intent.id)
            if row is not None and _is_due(row, now):  # else somebody else was faster
                attempts, fence = row.attempts + 1, row.fence + 1
                held = evolve(row, attempts=attempts, fence=fence, is_held=True, due_at=now + lease)
                tables.outbox.put(intent.id, held)
                yield ClaimedIntent(intent, fence, attempts)

    def extend(self, lease: timedelta, *claimed: ClaimedIntent) -> Sequence[ClaimedIntent]:
        """Hold intents for longer, from now on."""
        return [each for each in claimed if self._extend(each, lease)]

    def _extend(self, claimed: ClaimedIntent, lease: timedelta) -> bool:
        with self._writing(claimed.intent.organization_id) as tables:
            row = _held(tables, claimed)
            if row is None:
                return False
            tables.outbox.put(claimed.intent.id, evolve(row, due_at=self._clock() + lease))
            return True

    def complete(self, *claimed: ClaimedIntent) -> int:
        """Note that intents are delivered."""
        return sum(map(self._complete, claimed))

    def _complete(self, claimed: ClaimedIntent) -> bool:
        with self._writing(claimed.intent.organization_id) as tables:
            row = _held(tables, claimed)
            if row is None:
                return False
            tables.outbox.put(claimed.intent.id, evolve(row, is_held=False, is_delivered=True))
            return True

    def postpone(self, claimed: ClaimedIntent, wait: timedelta, problem: str) -> bool:
        """Release an intent, to be claimed again after a wait."""
        with self._writing(claimed.intent.organization_id) as tables:
            row = _held(tables, claimed)
            if row is None:
                return False
            released = evolve(row, is_held=False, problem=problem, due_at=self._clock() + wait)
            tables.outbox.put(claimed.intent.id, released)
            return True

    def bury(self, claimed: ClaimedIntent, problem: str) -> bool:
        """Note that an intent cannot be delivered."""
        with self._writing(claimed.intent.organization_id) as tables:
            row = _held(tables, claimed)
            if row is None:
                return False
            tables.outbox.put(claimed.intent.id, evolve(row, is_held=False, is_dead=True, problem=problem))
            return True


def _is_due(row: Delivery, now: datetime) -> bool:
    return not row.is_dead and not row.is_delivered and row.due_at <= now


def _held(tables: Tables, claimed: ClaimedIntent) -> Delivery | None:
    row = tables.outbox.get(claimed.intent.id)
    return row if row is not None and row.is_held and row.fence == claimed.fence else None
