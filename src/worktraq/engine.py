"""The engine: takes the adapters, and hands out transactions and views."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from worktraq.core.actors import Actor
from worktraq.core.audit import SealedEvent
from worktraq.core.calendar import check_instant
from worktraq.core.ids import OrganizationId, check_id
from worktraq.core.imports import Decisions
from worktraq.core.links import Links
from worktraq.core.notifications import LEASE, DeliveryReport
from worktraq.core.organizations import Settings
from worktraq.errors import AdapterError, Conflict, InvalidInput
from worktraq.ports.accounting import SourceFactory
from worktraq.ports.clock import Clock, IdSource
from worktraq.ports.documents import Documents
from worktraq.ports.invoice_sink import InvoiceSink
from worktraq.ports.notifications import Notifier
from worktraq.ports.secrets import SecretStore
from worktraq.ports.templates import TemplateRenderer
from worktraq.ports.unit_of_work import Store
from worktraq.usecases.context import Context
from worktraq.usecases.defaults import Uuid7Source, utc_now
from worktraq.usecases.patience import again_when_in_the_way
from worktraq.usecases.transaction import Transaction

if TYPE_CHECKING:
    from worktraq.core.accounting import SourceCheck
    from worktraq.core.import_runs import AccountingPlan, ImportRun
    from worktraq.usecases.asking import Progress
    from worktraq.usecases.founding import Founded
    from worktraq.usecases.handing_over import HandOverReport
    from worktraq.usecases.importing import Importing
    from worktraq.usecases.scheduling import DueReport

T = TypeVar("T")
_DELIVERED_AT_ONCE = 200
_A_MINUTE = timedelta(minutes=1)


class WorkTraq:
    """The library as a host holds it: one per process, shared by its threads.

    Args:
        store: Where everything is kept.
        notifier: Carries messages to people; without one they wait in the outbox.
        links: How customers and invited people reach their pages; without it nobody is asked or invited by mail.
        documents: Writes timesheets, evidence and invoices as PDF; without it no mail has one, and none can be downloaded.
        templates: Knows how an organization writes its own texts of mails; without it none can be written.
        sources: Accounting systems by name, as `worktraq.adapters.accounting.plugins.installed_sources` gives them.
        secrets: Keeps the tokens and keys of accounting systems.
        sleep: Waits for so many seconds when an accounting system asks for it.
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
        sources: Mapping[str, SourceFactory] | None = None,
        secrets: SecretStore | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Clock = utc_now,
        ids: IdSource | None = None,
    ) -> None:
        self.store = store
        self._notifier = notifier
        self._links = links
        self._documents = documents
        self._templates = templates
        self._sources = sources
        self._secrets = secrets
        self._sleep = sleep
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
    ) -> "Founded":
        """A new organization, with its first administrator and itself as the internal customer (W-13).

        Raises:
            InvalidInput: Naming the field.
        """
        from worktraq.usecases.founding import Founded, found

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

    def run(
        self, actor: Actor, function: Callable[[Transaction], T], *, key: str | None = None, given: object = None
    ) -> T:
        """Call a function in a transaction, and again as a whole when another transaction was in the way.

        With a key it is done once: whoever asks again with the same key gets the same outcome, and the function is not
        called. That holds for seven days at least, for the same actor; a key of another actor is another key. An error
        leaves nothing, so that asking again tries again.

        Args:
            actor: Who acts.
            function: Does everything in the transaction that it is given, and nothing outside.
            key: Of 1 to 255 characters, such as that of an ``Idempotency-Key`` header. What the function returns then
                has to be kept: None, bools, whole numbers, texts, bytes, ids, dates, instants, and lists, tuples and
                dictionaries of these.
            given: What the outcome depends on, such as the body of the request; of the same types.

        Raises:
            Conflict: When it was in the way every time, or when what the function saw is stale.
            InvalidInput: With ``key_of_other_input`` when something else was given with the key before, and with
                ``value_not_kept`` when the outcome cannot be kept; nothing is changed then.
        """
        if key is None and given is not None:
            raise InvalidInput.of("key", "value_missing")

        def attempt() -> T:
            with self._begin(actor, writes=True, connection=None) as context:
                if key is None:
                    return function(Transaction(context))
                from worktraq.usecases.keyed_runs import once

                return once(context, key, given, function)

        return again_when_in_the_way(attempt)

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
            done = again_when_in_the_way(partial(self._run_due, each, at))
            report += done
            while done.sealed == MOST_AT_ONCE:
                done = DueReport(sealed=again_when_in_the_way(partial(self._seal, each, at)))
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
        if organization_id is not None:
            check_id("organization_id", organization_id)
        delivering = Delivering(self.store.claims, self._view_of, time.monotonic, again_when_in_the_way)
        report = DeliveryReport()
        with self._notifier.session() as session:
            while limit is None or report.attempts < limit:
                room = _DELIVERED_AT_ONCE if limit is None else min(_DELIVERED_AT_ONCE, limit - report.attempts)
                claimed = again_when_in_the_way(partial(self.store.claims.claim, room, LEASE, organization_id))
                if not claimed:
                    break
                report = delivering.deliver(claimed, session, report)
        return report

    def hand_over_invoices(
        self, sink: InvoiceSink, *, organization_id: OrganizationId | None = None
    ) -> "HandOverReport":
        """Hand the invoices and credit notes that wait over to an accounting system, with their timesheets.

        No transaction is open while the sink works. An invoice that fails holds up no other, and is tried again later.

        Args:
            sink: Where they go.
            organization_id: Only of this organization; by default of all of them.

        Returns:
            How many were handed over, and why the others were not.
        """
        from worktraq.usecases.handing_over import HandingOver, HandOverReport

        handing_over = HandingOver(sink, self._view_of, self._transaction_of, again_when_in_the_way)
        report = HandOverReport()
        for each in self.store.directory.organization_ids() if organization_id is None else (organization_id,):
            report += handing_over.of_organization(each)
        return report

    def check_accounting(self, actor: Actor) -> "SourceCheck":
        """Reach the accounting system that is connected, and find out whose books are read (T-01).

        Raises:
            Refused: For who is not a manager or an administrator; ``accounting_not_connected``.
            AdapterError: One of the four errors of a source. With `SourceDenied` the connection needs attention.
        """
        return self._importing(actor).check()

    def plan_accounting(
        self,
        actor: Actor,
        *,
        from_beginning: bool = False,
        most_questions: int = 100,
        progress: "Progress | None" = None,
        is_cancelled: Callable[[], bool] = lambda: False,
        longest_wait: timedelta = _A_MINUTE,
    ) -> "AccountingPlan":
        """What `import_accounting` would do with these arguments; nothing is changed.

        Args:
            actor: Who would run it.
            from_beginning: As of `import_accounting`.
            most_questions: How many rows that need attention are named.
            progress: As of `import_accounting`, as are the others.
            is_cancelled: Likewise.
            longest_wait: Likewise.

        Raises:
            Refused: For who is not a manager or an administrator; ``accounting_not_connected``.
            AdapterError: One of the four errors of a source; with ``import_cancelled`` when it was.
        """
        importing = self._importing(actor, progress, is_cancelled, longest_wait)
        return importing.plan(from_beginning=from_beginning, most_questions=most_questions)

    def import_accounting(
        self,
        actor: Actor,
        *,
        plan: "AccountingPlan | None" = None,
        decisions: Decisions = Decisions(),
        from_beginning: bool = False,
        progress: "Progress | None" = None,
        is_cancelled: Callable[[], bool] = lambda: False,
        longest_wait: timedelta = _A_MINUTE,
    ) -> "ImportRun":
        """Read what is new in the accounting system, page after page, each taken in a transaction of its own (B-10).

        What was broken off goes on where it stopped. What is undecided or cannot be taken waits in
        `worktraq.usecases.accounting.Accounting.questions`. Users are read in when it is an administrator (S-07).

        Args:
            actor: Who runs it.
            plan: What was looked at before: nothing is done that was not foreseen.
            decisions: What counts for all conflicts and suggestions; by default they stay undecided.
            from_beginning: Read everything, also where the source could tell what is new.
            progress: Told after every page how many rows are done, of how many if the source knows.
            is_cancelled: Asked before every page; the run can be gone on with.
            longest_wait: For how long it is waited at once when the source asks for that; for longer, the run stops.

        Returns:
            The run: done, or stopped with the problem, and from when on the source may be asked again.

        Raises:
            Refused: For who is not a manager or an administrator; ``accounting_not_connected``; ``import_runs_already``.
            Conflict: With ``plan_stale``; with ``import_taken_over`` when somebody else went on with the run.
        """
        importing = self._importing(actor, progress, is_cancelled, longest_wait)
        return importing.run(plan=plan, decisions=decisions, from_beginning=from_beginning)

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

    def _importing(
        self,
        actor: Actor,
        progress: "Progress | None" = None,
        is_cancelled: Callable[[], bool] = lambda: False,
        longest_wait: timedelta = _A_MINUTE,
    ) -> "Importing":
        from worktraq.usecases.asking import Surroundings
        from worktraq.usecases.importing import Importing

        return Importing(
            Surroundings(
                viewing=partial(self._begin, actor, writes=False, connection=None),
                writing=partial(self._begin, actor, writes=True, connection=None),
                again=again_when_in_the_way,
                sources=self._sources,
                secrets=self._secrets,
                clock=self._clock,
                sleep=self._sleep,
                longest_wait=longest_wait,
                tell=progress or (lambda _done, _total: None),
                is_cancelled=is_cancelled,
            )
        )

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

    def _view_of(self, organization_id: OrganizationId) -> AbstractContextManager[Context]:
        return self._begin(Actor.system(organization_id), writes=False, connection=None)

    def _transaction_of(self, organization_id: OrganizationId) -> AbstractContextManager[Context]:
        return self._begin(Actor.system(organization_id), writes=True, connection=None)

    @contextmanager
    def _begin(
        self, actor: Actor, *, writes: bool, connection: object | None, at: datetime | None = None
    ) -> Iterator[Context]:
        at, context = at or check_instant(self._clock(), name="clock"), None
        try:
            with self.store.unit_of_work(actor.organization_id, writes=writes, connection=connection) as uow:
                context = Context(
                    uow,
                    actor,
                    at,
                    self._ids,
                    links=self._links,
                    documents=self._documents,
                    templates=self._templates,
                    sources=self._sources,
                    secrets=self._secrets,
                )
                yield context
                context.flush()
        except BaseException:
            if context is not None:
                context.end(is_kept=False)
            raise
        context.end(is_kept=True)
