"""The history of things, and the audit trail (B-07)."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from worktraq.core.access import Action
from worktraq.core.audit import BEFORE_ALL, Head, SealedEvent, first_broken, head_of, sealed
from worktraq.core.events import OF_PRICES, Event
from worktraq.core.ids import ItemId
from worktraq.usecases.context import Context

_BATCH = 1000
MOST_AT_ONCE = 5_000
"""How many events are sealed in one transaction at most."""


class Audit:
    """What happened."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def history(self, subject_id: UUID) -> Sequence[Event]:
        """Everything that happened to a thing, the oldest first, by when the transaction began in which it did.

        A manager reads the history of everything; an employee that of the items he or she sees.

        Raises:
            NotFound: For an employee, when it is no item that he or she sees.
        """
        context = self._context
        context.flush()
        if not context.verdict(Action.SEE_AUDIT):
            context.items([ItemId(subject_id)])
        events = context.uow.events.history(subject_id)
        if context.verdict(Action.SEE_RATES):
            return events
        return [event for event in events if event.name not in OF_PRICES]

    def records(self, *, after: int = 0, limit: int = 1000) -> Iterator[SealedEvent]:
        """The sealed records of the trail behind a number, in order.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_AUDIT)
        return self._context.uow.events.chain(after, limit)

    def head(self) -> Head:
        """The number and digest of the last sealed record: keep them elsewhere, and give them to `verify` later.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_AUDIT)
        return head_of(self._context.uow.events.head())

    def verify(self, *, expected_head: Head | tuple[int, str] | None = None) -> int | None:
        """The number of the first record that is not what was sealed; None when the trail is whole.

        Args:
            expected_head: What `head` once gave; without it nobody sees that records were taken off the end.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_AUDIT)
        expected = Head(*expected_head) if expected_head is not None else None
        return first_broken(self._context.uow.events.chain(BEFORE_ALL, None), expected)

    def seal(self, *, limit: int = MOST_AT_ONCE) -> int:
        """Give events that are committed their place in the trail; the scheduler does this, as often as it takes.

        Args:
            limit: At most so many.

        Returns:
            How many were sealed; as many as the limit when there may be more.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        context = self._context
        context.require(Action.SEE_AUDIT)
        context.flush()
        count = 0
        while events := context.uow.events.unsealed(min(_BATCH, limit - count)):
            context.uow.events.seal(*sealed(events, context.uow.events.head()))
            count += len(events)
        return count
