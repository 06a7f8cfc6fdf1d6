"""Storing events, and sealing them into the audit trail."""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol
from uuid import UUID

from worktraq.core.audit import SealedEvent
from worktraq.core.events import Event


class EventLog(Protocol):
    """The events of the organization: appended, sealed, and never changed or removed."""

    def append(self, *events: Event) -> None:
        """Store events, in bulk when there are many."""

    def history(self, subject_id: UUID) -> Sequence[Event]:
        """Everything that happened to a thing, sealed or not, in order of instant, then id."""

    def unsealed(self, limit: int) -> Sequence[Event]:
        """Events that are not in the chain yet, in order of their ids.

        In a transaction that writes, this holds the organization until it ends, so that one sealer works at a time;
        nobody who appends events waits for it.
        """

    def head(self) -> SealedEvent | None:
        """The last record of the chain, or None when nothing is sealed."""

    def seal(self, *records: SealedEvent) -> None:
        """Give events their place in the chain."""

    def chain(self, after: int, limit: int | None) -> Iterator[SealedEvent]:
        """The records of the chain behind a number, in order, each once; also several with the same number.

        Raises:
            AdapterError: With ``record_unreadable`` on coming to a record that was made into none.
        """

    def records_of(self, subject_ids: Collection[UUID]) -> Sequence[SealedEvent]:
        """The records of the chain about these things, in order."""
