"""The engine: takes the adapters, and hands out transactions and views."""

import os
import random
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from attrs import frozen

from worktraq.core.actors import Actor
from worktraq.core.audit import SealedEvent
from worktraq.core.calendar import check_instant
from worktraq.core.ids import OrganizationId, uuid7
from worktraq.core.links import Links
from worktraq.core.notifications import LEASE, DeliveryReport
from worktraq.core.organizations import Organization, Settings
from worktraq.errors import AdapterError, Conflict
from worktraq.ports.clock import Clock, IdSource
from worktraq.ports.documents import Documents
from worktraq.ports.invoice_sink import InvoiceSink
from worktraq.ports.notifications import Notifier
from worktraq.ports.templates import TemplateRenderer
from worktraq.ports.unit_of_work import Store
from worktraq.usecases.context import Context
from worktraq.usecases.transaction import Transaction

if TYPE_CHECKING:
    from worktraq.usecases.handing_over import HandOverReport
    from worktraq.usecases.scheduling import DueReport

T = TypeVar("T")
_MOST_TRIES = 8
_DELIVERED_AT_ONCE = 200
_DRAWN_AT_ONCE = 256


def utc_now() -> datetime:
    """The instant, in UTC."""
    return datetime.now(UTC)


class Uuid7Source:
    """Ids of version 7 by the machine's clock, in ascending order within the process."""

    def __init__(self) -> None:
        self._last = 0
        self._entropy: list[int] = []
        self._process = 0

    def __call__(self) -> UUID:
        """The next id."""
        # 12 bits below the millisecond keep the order of ids made within one.
        ticks = max(time.time_ns() * 4096 // 1_000_000, self._last + 1)
        self._last = ticks
        if self._process != os.getpid():  # a forked process must not go on with what its parent drew
            self._entropy, self._process = [], os.getpid()
        try:
            entropy = self._entropy.pop()
        except IndexError:
            # One call to the system for many ids; each call costs more than making an id.
            entropy, *self._entropy = struct.unpack(f"{_DRAWN_AT_ONCE}Q", os.urandom(8 * _DRAWN_AT_ONCE))
        return uuid7(ticks >> 12, ticks & 0xFFF, entropy)


@frozen
class Founded:
    """A new organization with its first administrator.

    Attributes:
        organization: The organization.
        admin: The administrator, as an actor.
    """

    organization: Organization
    admin: Actor


class WorkTraq:
    """The library as a host holds it: one per process, shared by its threads.

    Args:
        store: Where everything is kept.
        notifier: Carries messages to people; without one they wait in the outbox.
        links: How customers and invited people reach their pages; without it nobody is asked or invited by mail.
        documents: Writes timesheets, evidence and invoices as PDF; without it no mail has one, and none can be downloaded.
        templates: Knows how an organization writes its own texts of mails; without it none can be written.
        clock: Tells the instant, aware; the machine's by default.
        ids: Makes ids; version 7 UUIDs by default.
    """

    def __init__(
        self,
        store: Store,
        *,
        notifier: Notifier | None = None,
        links: Links | None = None,
        documents: Documents | None = None,
        templates: TemplateRenderer | None = None,
        clock: Clock = utc_now,
        ids: IdSource | None = None,
    ) -> None:
        self.store = store
        self._notifier = notifier
        self._links = links
        self._documents = documents
        self._templates = templates
        self._clock = clock
        self._ids = ids or Uuid7Source()

    @property
    def links(self) -> Links | None:
        """How customers and invited people reach their pages; None where the host gave none."""
        return self._links

    @property
    def writes_timesheets(self) -> bool:
        """Whether timesheets can be had as PDF."""
        return self._documents is not None

    def found_organization(
        self, *, name: str, admin_name: str, admin_email: str, settings: Settings = Settings()
    ) -> Founded:
        """A new organization, with its first administrator and itself as the internal customer (W-13).

        Raises:
            InvalidInput: Naming the field.
        """
        from worktraq.usecases.founding import found

        organization_id = OrganizationId(self._ids())
        with self._begin(Actor.system(organization_id), writes=True, connection=None) as context:
            organization, user = found(
                context, name=name, admin_name=admin_name, admin_email=admin_email, settings=settings
            )
        return Founded(organization, Actor.user(organization_id, user.id))

    @contextmanager
    def transaction(self, actor: Actor, *, connection: object | None = None) -> Iterator[Transaction]:
        """One unit of work: everything in the block is kept together, mails included, or nothing is.

        Args:
            actor: Who acts.
            connection: The host's own database connection, in a transaction that the host commits.

        Raises:
            Conflict: At the end of the block, when another transaction was in the way.
        """
        with self._begin(actor, writes=True, connection=connection) as context:
            yield Transaction(context)

    @contextmanager
    def view(self, actor: Actor) -> Iterator[Transaction]:
        """A snapshot to read from, which blocks nobody; every change in it is refused."""
        with self._begin(actor, writes=False, connection=None) as context:
            yield Transaction(context)

    def run(self, actor: Actor, function: Callable[[Transaction], T]) -> T:
        """Call a function in a transaction, and again as a whole when another transaction was in the way.

        Raises:
            Conflict: When it was in the way every time, or when what the function saw is stale.
        """

        def attempt() -> T:
            with self.transaction(actor) as tx:
                return function(tx)

        return _again_when_in_the_way(attempt)

    def run_due(self, now: datetime | None = None, *, organization_id: OrganizationId | None = None) -> "DueReport":
        """Do what time brings: call it every few minutes, from anywhere, as often as you like.

        Makes requests that are due, sends reminders, lets links expire, and seals the audit trail. The same instant
        twice changes nothing more.

        Args:
            now: The instant, aware; the clock's by default.
            organization_id: Only for this organization; by default for all of them.
        """
        from worktraq.usecases.audit import MOST_AT_ONCE
        from worktraq.usecases.scheduling import DueReport

        at = check_instant(now, name="now") if now is not None else None
        report = DueReport()
        for each in self.store.directory.organization_ids() if organization_id is None else (organization_id,):
            done = _again_when_in_the_way(partial(self._run_due, each, at))
            report += done
            while done.sealed == MOST_AT_ONCE:
                done = DueReport(sealed=_again_when_in_the_way(partial(self._seal, each, at)))
                report += done
        return report

    def deliver_notifications(
        self, limit: int | None = None, *, organization_id: OrganizationId | None = None
    ) -> DeliveryReport:
        """Carry what waits in the outboxes to its readers.

        Call it after a transaction or from a worker; several workers do not deliver anything twice at once.

        Args:
            limit: At most so many; all that is due by default.
            organization_id: Only of this organization; by default of all of them.

        Raises:
            AdapterError: With ``notifier_missing`` when the engine was given no notifier.
        """
        from worktraq.usecases.delivering import Delivering

        if self._notifier is None:
            raise AdapterError("notifier_missing")
        delivering = Delivering(self.store.claims, self._view_of, time.monotonic)
        report = DeliveryReport()
        with self._notifier.session() as session:
            while limit is None or report.attempts < limit:
                room = _DELIVERED_AT_ONCE if limit is None else min(_DELIVERED_AT_ONCE, limit - report.attempts)
                claimed = self.store.claims.claim(room, LEASE, organization_id)
                if not claimed:
                    break
                report = delivering.deliver(claimed, session, report)
        return report

    def hand_over_invoices(
        self, sink: InvoiceSink, *, organization_id: OrganizationId | None = None
    ) -> "HandOverReport":
        """Hand the invoices and credit notes that wait over to an accounting system, with their timesheets.

        No transaction is open while the sink works; what came of it is noted afterwards. An invoice that fails does
        not hold up the others, and is tried again the next time.

        Args:
            sink: Where they go.
            organization_id: Only of this organization; by default of all of them.

        Returns:
            How many were handed over, and why the others were not.
        """
        from worktraq.usecases.handing_over import HandingOver, HandOverReport

        handing_over = HandingOver(sink, self._view_of, self._transaction_of)
        report = HandOverReport()
        for each in self.store.directory.organization_ids() if organization_id is None else (organization_id,):
            report += handing_over.of_organization(each)
        return report

    def events(self, organization_id: OrganizationId, *, after: int = 0, limit: int = 1000) -> Sequence[SealedEvent]:
        """What happened, in order and without gaps, for a host that follows along.

        Events appear here once `run_due` has sealed them.

        Args:
            organization_id: Whose events.
            after: The number of the last event that the host has.
            limit: At most so many.
        """
        with self.view(Actor.system(organization_id)) as tx:
            return list(tx.audit.records(after=after, limit=limit))

    def _run_due(self, organization_id: OrganizationId, at: datetime | None) -> "DueReport":
        from worktraq.usecases.scheduling import Scheduling

        try:
            with self._begin(Actor.system(organization_id), writes=True, connection=None, at=at) as context:
                return Scheduling(context).run()
        except Conflict as conflict:
            # It decides on what it reads itself, so whatever was changed meanwhile, doing it again is right.
            raise Conflict(conflict.code, is_retryable=True, **conflict.parameters) from conflict

    def _seal(self, organization_id: OrganizationId, at: datetime | None) -> int:
        from worktraq.usecases.audit import Audit

        with self._begin(Actor.system(organization_id), writes=True, connection=None, at=at) as context:
            return Audit(context).seal()

    @contextmanager
    def _view_of(self, organization_id: OrganizationId) -> Iterator[Context]:
        with self._begin(Actor.system(organization_id), writes=False, connection=None) as context:
            yield context

    @contextmanager
    def _transaction_of(self, organization_id: OrganizationId) -> Iterator[Context]:
        with self._begin(Actor.system(organization_id), writes=True, connection=None) as context:
            yield context

    @contextmanager
    def _begin(
        self, actor: Actor, *, writes: bool, connection: object | None, at: datetime | None = None
    ) -> Iterator[Context]:
        at = at or check_instant(self._clock(), name="clock")
        with self.store.unit_of_work(actor.organization_id, writes=writes, connection=connection) as uow:
            context = Context(
                uow, actor, at, self._ids, links=self._links, documents=self._documents, templates=self._templates
            )
            yield context
            context.flush()


def _again_when_in_the_way(attempt: Callable[[], T]) -> T:
    """Call a function that is one whole transaction, again while another transaction is in the way."""
    for tries in range(1, _MOST_TRIES):
        try:
            return attempt()
        except Conflict as conflict:
            if not conflict.is_retryable:
                raise
            time.sleep(random.uniform(0, 0.01 * 2**tries))  # noqa: S311  # spreads retries, protects nothing
    return attempt()
