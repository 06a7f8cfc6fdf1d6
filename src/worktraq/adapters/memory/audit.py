"""Events, and the chain they are sealed into."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from uuid import UUID

from worktraq.adapters.memory.tables import Tables
from worktraq.core.audit import SealedEvent
from worktraq.core.events import Event
from worktraq.errors import Conflict


class MemoryEvents:
    """The events of the organization: unsealed ones apart from those that stand in the chain."""

    def __init__(self, tables: Tables) -> None:
        self._unsealed = tables.unsealed
        self._chain = tables.chain
        self._sealed_ids = tables.sealed_ids

    def append(self, *events: Event) -> None:
        """Store events."""
        for event in events:
            if self._unsealed.get(event.id) or self._sealed_ids.get(event.id):
                raise Conflict("already_exists")
            self._unsealed.put(event.id, event)

    def history(self, subject_id: UUID) -> Sequence[Event]:
        """Everything that happened to a thing, in order of instant, then id."""
        sealed = (record.event for record in self._chain.rows())
        found = [
            event for events in (sealed, self._unsealed.rows()) for event in events if event.subject_id == subject_id
        ]
        return sorted(found, key=lambda event: (event.at, event.id))

    def unsealed(self, limit: int) -> Sequence[Event]:
        """Events that are not in the chain yet, in order of their ids."""
        return sorted(self._unsealed.rows(), key=lambda event: event.id)[:limit]

    def head(self) -> SealedEvent | None:
        """The last record of the chain, or None."""
        return self._chain.last()

    def seal(self, *records: SealedEvent) -> None:
        """Give events their place in the chain."""
        self._chain.require_open()
        for record in records:
            head = self.head()
            if record.number != (head.number + 1 if head else 1) or self._unsealed.get(record.event.id) is None:
                raise Conflict("changed_meanwhile")
            self._unsealed.delete(record.event.id)
            self._sealed_ids.put(record.event.id, record.event.id)
            self._chain.put(record.number, record)

    def chain(self, after: int, limit: int | None) -> Iterator[SealedEvent]:
        """The records of the chain behind a number, in order."""
        return islice((record for record in self._chain.rows() if record.number > after), limit)

    def records_of(self, subject_ids: Collection[UUID]) -> Sequence[SealedEvent]:
        """The records of the chain about these things, in order."""
        wanted = set(subject_ids)
        return [record for record in self._chain.rows() if record.event.subject_id in wanted]
