"""The outbox, and whatever carries messages to people."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol, runtime_checkable

from worktraq.core.ids import IntentId, OrganizationId
from worktraq.core.notifications import ClaimedIntent, DeadIntent, Intent, Notification


class Outbox(Protocol):
    """The intents of the organization, written in the same transaction as what they tell of."""

    def add(self, *intents: Intent) -> None:
        """Put intents into the outbox; they are delivered once the transaction is committed."""

    def dead(self) -> Sequence[DeadIntent]:
        """The intents that could not be delivered, in order of their ids."""

    def retry(self, intent_id: IntentId) -> bool:
        """Let a dead intent be delivered again, from its first attempt; False when it is not dead."""

    def drop(self, intent_id: IntentId) -> bool:
        """Forget a dead intent; False when it is not dead."""


class OutboxClaims(Protocol):
    """Delivering from the outboxes of all organizations: one of the two ports that cross tenants.

    Each call is a transaction of its own; no lock is held while a message travels.
    """

    def claim(
        self, limit: int, lease: timedelta, organization_id: OrganizationId | None = None
    ) -> Sequence[ClaimedIntent]:
        """Take intents that are due and that nobody holds, the oldest first, and count the attempt.

        By the clock of the store. An intent whose lease has run out is taken again, with a higher fence.

        Args:
            limit: At most so many.
            lease: How long they are held.
            organization_id: Only those of this organization; by default those of all.
        """

    def extend(self, lease: timedelta, *claimed: ClaimedIntent) -> Sequence[ClaimedIntent]:
        """Hold intents for longer, from now on; gives those whose lease has not passed to somebody else."""

    def complete(self, *claimed: ClaimedIntent) -> int:
        """Note that intents are delivered, all together; those whose lease has passed on stay as they are.

        Returns:
            How many were noted.
        """

    def postpone(self, claimed: ClaimedIntent, wait: timedelta, problem: str) -> bool:
        """Release an intent, to be claimed again after a wait; False when its lease has passed on."""

    def bury(self, claimed: ClaimedIntent, problem: str) -> bool:
        """Note that an intent cannot be delivered; False as for `postpone`."""


class NotifierSession(Protocol):
    """An open way to the readers, such as a connection to a mail server."""

    def deliver(self, notification: Notification) -> None:
        """Carry one message to its reader.

        The same notification delivered twice is the same message, by its id.

        Raises:
            AdapterError: Transient when a later attempt may succeed.
        """


@runtime_checkable
class NotifierFlow(NotifierSession, Protocol):
    """A way to the readers that carries many messages better than one by one; no notifier needs to offer one."""

    def deliver_each(self, notifications: Iterable[Notification]) -> Iterator[tuple[IntentId, Exception | None]]:
        """Carry messages; each as `deliver` does, but what becomes of it may be told when others were asked for.

        Returns:
            For each message its id, with None once it was carried for certain, or with what went wrong. A message
            that nothing is told about, as when this is broken off, is delivered again.
        """


class Notifier(Protocol):
    """Whatever carries messages to people."""

    def session(self) -> AbstractContextManager[NotifierSession]:
        """Open a way to the readers, for several messages; it is closed at the end of the block."""
