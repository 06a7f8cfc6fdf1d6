"""The history of things, and the audit trail (B-07)."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from worktraq.core.access import Action
from worktraq.core.audit import SealedEvent, first_broken, sealed
from worktraq.core.events import Event, EventName
from worktraq.core.ids import ItemId
from worktraq.usecases.context import Context

_BATCH = 1000


class Audit:
    """What happened."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def history(self, subject_id: UUID) -> Sequence[Event]:
        """Everything that happened to a thing, the oldest first.

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
        # That an item got a price tells that there is a rate (W-05).
        return [event for event in events if event.name is not EventName.ITEM_PRICED]

    def records(self, *, after: int = 0, limit: int = 1000) -> Iterator[SealedEvent]:
        """The sealed records of the trail behind a number, in order.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_AUDIT)
        return self._context.uow.events.chain(after, limit)

    def verify(self) -> int | None:
        """The number of the first record that is not what was sealed; None when the trail is whole.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_AUDIT)
        return first_broken(self._context.uow.events.chain(0, None))

    def seal(self) -> int:
        """Give every event that is committed its place in the trail; the scheduler does this.

        Returns:
            How many were sealed.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        context = self._context
        context.require(Action.SEE_AUDIT)
        context.flush()
        context.uow.organizations.lock()
        count = 0
        while events := context.uow.events.unsealed(_BATCH):
            context.uow.events.seal(*sealed(events, context.uow.events.head()))
            count += len(events)
        return count
