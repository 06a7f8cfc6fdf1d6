"""The clock of the demo: it shows what it is told to, until it is let go."""

from datetime import UTC, datetime

from worktraq.core.calendar import check_instant
from worktraq.ports.clock import Clock


def machine_clock() -> datetime:
    """The instant, in UTC."""
    return datetime.now(UTC)


class ManualClock:
    """A clock that is set by hand; a `worktraq.ports.clock.Clock`.

    Args:
        now: What it shows at first, aware.
        running: What it follows once it is let go.
    """

    def __init__(self, now: datetime, running: Clock = machine_clock) -> None:
        self._now: datetime | None = check_instant(now, name="now")
        self._running = running

    def __call__(self) -> datetime:
        """What it shows, in UTC."""
        return self._now or self._running()

    def set(self, now: datetime) -> None:
        """Show another instant, which is not earlier.

        Raises:
            ValueError: The instant lies before the one that is shown.
        """
        now = check_instant(now, name="now")
        if self._now is not None and now < self._now:
            raise ValueError(f"The demo's clock cannot go back from {self._now} to {now}.")
        self._now = now

    def let_go(self) -> None:
        """Show the real time from now on."""
        self._now = None
