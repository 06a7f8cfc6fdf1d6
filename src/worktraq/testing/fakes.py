"""Stand-ins that a test holds in its hand: a clock, ids and a notifier."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from worktraq.core.calendar import check_instant
from worktraq.core.ids import uuid7
from worktraq.core.notifications import Notification, NotificationKind
from worktraq.errors import AdapterError

BEGINNING = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
"""A Monday morning in October: the instant at which a `FixedClock` stands by default."""


class FixedClock:
    """A clock that stands still until it is told otherwise.

    Attributes:
        now: What it shows, in UTC.
    """

    def __init__(self, now: datetime = BEGINNING) -> None:
        self.now = check_instant(now, name="now")

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now

    def set(self, now: datetime) -> None:
        """Show another instant, which may lie before."""
        self.now = check_instant(now, name="now")

    def tick(self, by: timedelta = timedelta(seconds=1)) -> datetime:
        """Go on by some time, one second unless told otherwise; gives what it shows then."""
        self.now += by
        return self.now


class SeededIds:
    """Ids of version 7 that increase with every call, and are the same in every run with the same seed."""

    def __init__(self, seed: int = 0, since: datetime = BEGINNING) -> None:
        self._random = random.Random(seed)  # noqa: S311  # the ids are to be predictable
        self._since = int(since.timestamp() * 1000)
        self._numbers = count()

    def __call__(self) -> UUID:
        """The next id."""
        milliseconds, sequence = divmod(next(self._numbers), 1 << 12)
        return uuid7(self._since + milliseconds, sequence, self._random.getrandbits(62))


class RecordingNotifier:
    """A notifier that keeps what it is given, and fails when it is told to.

    Attributes:
        delivered: Every message that was delivered, in order; twice when it was delivered twice.
        sessions: How often a way to the readers was opened.
    """

    def __init__(self) -> None:
        self.delivered: list[Notification] = []
        self.sessions = 0
        self._failures: list[tuple[str, bool]] = []

    @contextmanager
    def session(self) -> "Iterator[RecordingNotifier]":
        """Open a way to the readers: itself."""
        self.sessions += 1
        yield self

    def deliver(self, notification: Notification) -> None:
        """Keep a message.

        Raises:
            AdapterError: With ``delivery_failed``, as often as it was told to fail.
        """
        for failure in self._failures:
            address, is_transient = failure
            if address in ("", notification.recipient_email):
                self._failures.remove(failure)
                raise AdapterError("delivery_failed", is_transient=is_transient)
        self.delivered.append(notification)

    def fail(self, *, is_transient: bool, times: int = 1, to: str = "") -> None:
        """Fail on the next deliveries.

        Args:
            is_transient: Whether trying later may help.
            times: How many deliveries fail.
            to: Only those to this mail address.
        """
        self._failures.extend([(to, is_transient)] * times)

    def sent_to(self, email: str) -> list[Notification]:
        """What was delivered to a mail address, in order."""
        return [notification for notification in self.delivered if notification.recipient_email == email]

    def of_kind(self, kind: NotificationKind) -> list[Notification]:
        """What was delivered of one kind, in order."""
        return [notification for notification in self.delivered if notification.kind is kind]
