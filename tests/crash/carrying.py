"""A worker that carries messages to a mail server, and may be killed between the server's word and noting it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from attrs import frozen

from tests.crash.crew import LINKS
from tests.crash.journal import Journal
from worktraq import WorkTraq
from worktraq.adapters.email import EmailNotifier, SmtpTransport
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.core.ids import OrganizationId
from worktraq.core.notifications import ClaimedIntent
from worktraq.ports.notifications import OutboxClaims
from worktraq.testing.fakes import FixedClock

AT_ONCE = 40
"""How many messages one call carries."""
ELSEWHERE = datetime(2031, 1, 1, tzinfo=UTC)
"""What the clock of every worker shows, which is not what any database's does."""


@frozen
class Carrying:
    """How a worker carries messages.

    Attributes:
        organization_id: Whose mails.
        port: Of the mail server.
        dies_at: Before it notes for this time what was carried, from 1; 0 for never.
    """

    organization_id: UUID
    port: int
    dies_at: int = 0


class WatchedClaims:
    """Claims that write down who holds what, and end the process before something is noted."""

    def __init__(self, claims: OutboxClaims, journal: Journal, dies_at: int) -> None:
        self._claims = claims
        self._journal = journal
        self._dies_at = dies_at
        self._completions = 0

    def claim(
        self, limit: int, lease: timedelta, organization_id: OrganizationId | None = None
    ) -> Sequence[ClaimedIntent]:
        """As the port says."""
        claimed = self._claims.claim(limit, lease, organization_id)
        self._write("claimed", claimed)
        return claimed

    def extend(self, lease: timedelta, *claimed: ClaimedIntent) -> Sequence[ClaimedIntent]:
        """As the port says."""
        return self._claims.extend(lease, *claimed)

    def complete(self, *claimed: ClaimedIntent) -> int:
        """As the port says."""
        self._completions += 1
        if self._completions == self._dies_at:
            from tests.crash.dying import kill_itself

            kill_itself()
        noted = self._claims.complete(*claimed)
        self._write("noted", claimed)
        return noted

    def postpone(self, claimed: ClaimedIntent, wait: timedelta, problem: str) -> bool:
        """As the port says."""
        return self._claims.postpone(claimed, wait, problem)

    def bury(self, claimed: ClaimedIntent, problem: str) -> bool:
        """As the port says."""
        return self._claims.bury(claimed, problem)

    def _write(self, what: str, claimed: Sequence[ClaimedIntent]) -> None:
        self._journal.write(command=0, what=what, ids=[each.intent.id.hex for each in claimed])


def carry(store: SqlStore, carrying: Carrying, journal: Path) -> None:
    """Deliver until nothing is due."""
    claims: OutboxClaims = WatchedClaims(store.claims, Journal(journal), carrying.dies_at)
    store.claims = claims  # type: ignore[assignment]  # the engine asks for the port only
    notifier = EmailNotifier(
        SmtpTransport("127.0.0.1", carrying.port, starttls=False), sender="Acme <hours@acme.example>"
    )
    engine = WorkTraq(store, notifier=notifier, links=LINKS, clock=FixedClock(ELSEWHERE))
    organization_id = OrganizationId(carrying.organization_id)
    while engine.deliver_notifications(AT_ONCE, organization_id=organization_id).attempts:
        pass
