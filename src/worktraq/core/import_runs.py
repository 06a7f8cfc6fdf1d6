"""Runs of an import from an accounting system: how far they are, who is at it, and what came of them (B-10)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from attrs import evolve, field, frozen

from worktraq.core.accounting import BEGINNING
from worktraq.core.connections import AccountingConnection
from worktraq.core.ids import ConnectionId, ImportRunId, OrganizationId
from worktraq.core.imports import Change, ImportKind
from worktraq.core.questions import Question
from worktraq.errors import Conflict, Refused

LEASE = timedelta(minutes=5)
"""For how long nobody else goes on with a run whose worker says nothing."""

RUNS_KEPT = 50
"""How many runs are remembered."""

Counts = Mapping[tuple[ImportKind, Change], int]


class RunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    """It goes on where it stopped when somebody runs the import again."""
    DONE = "done"
    ABANDONED = "abandoned"
    """What it read from is connected otherwise by now."""


class Phase(StrEnum):
    """What a run is doing."""

    READING = "reading"
    RETRYING = "retrying"
    """Trying again what could not be taken."""
    SWEEPING = "sweeping"
    """Archiving what a complete listing does not name any more."""


@frozen(kw_only=True)
class ImportRun:
    """One run: everything that the source tells, from one cursor to the last page.

    Attributes:
        id: Of the run.
        organization_id: Whose run it is.
        connection_id: Through which connection.
        source: Name of the source.
        epoch: Of the connection's settings.
        state: Where it stands.
        phase: What it is doing.
        cursor: Where reading goes on; when it is done, where the next run begins.
        mark: How far the phase is, where that is not reading.
        includes_users: Whether only administrators were at it, so that users are read in as well.
        started_at: When, in UTC.
        seen_at: When somebody was at it last, in UTC.
        leased_until: Until when nobody else may go on with it; None when nobody is at it.
        retry_at: From when on the source may be asked again, where it said so.
        problem: Why it stopped, a code; empty otherwise.
        pages: How many pages were taken.
        rows: How many rows.
        counts: What became of them, by kind and change.
        version: Goes up with every step, so that who lost the run to somebody else can do nothing.
    """

    id: ImportRunId
    organization_id: OrganizationId
    connection_id: ConnectionId
    source: str
    epoch: int
    state: RunState = RunState.RUNNING
    phase: Phase = Phase.READING
    cursor: str = field(default=BEGINNING, repr=False)
    mark: str = ""
    includes_users: bool = False
    started_at: datetime
    seen_at: datetime
    leased_until: datetime | None = None
    retry_at: datetime | None = None
    problem: str = ""
    pages: int = 0
    rows: int = 0
    counts: tuple[tuple[str, str | int], ...] = ()
    version: int = 1

    @property
    def is_done(self) -> bool:
        """Whether everything was read and taken."""
        return self.state is RunState.DONE

    def count(self, kind: ImportKind, change: Change) -> int:
        """How many rows of a kind were changed so."""
        return int(dict(self.counts).get(f"{kind.value}.{change.value}", 0))


def require_free(run: ImportRun | None, at: datetime) -> None:
    """That nobody is at a run.

    Raises:
        Refused: With ``import_runs_already``.
    """
    if run is not None and run.state is RunState.RUNNING and run.leased_until is not None and run.leased_until > at:
        raise Refused.because("import_runs_already")


def goes_on(run: ImportRun | None, connection: AccountingConnection) -> bool:
    """Whether a run was broken off, and can be gone on with."""
    return run is not None and run.state in {RunState.RUNNING, RunState.STOPPED} and _is_of(run, connection)


def _is_of(run: ImportRun, connection: AccountingConnection) -> bool:
    return (run.connection_id, run.epoch) == (connection.id, connection.epoch)


def new_import_run(
    run_id: ImportRunId,
    connection: AccountingConnection,
    last: ImportRun | None,
    at: datetime,
    *,
    is_incremental: bool,
    includes_users: bool,
) -> ImportRun:
    """A run that begins where the last one ended, if the source can tell what is new since then."""
    continues = is_incremental and last is not None and last.is_done and _is_of(last, connection)
    return ImportRun(
        id=run_id,
        organization_id=connection.organization_id,
        connection_id=connection.id,
        source=connection.source,
        epoch=connection.epoch,
        cursor=last.cursor if continues and last is not None else BEGINNING,
        includes_users=includes_users,
        started_at=at,
        seen_at=at,
        leased_until=at + LEASE,
    )


def resumed_run(run: ImportRun, at: datetime, *, includes_users: bool) -> ImportRun:
    """The run, in the hands of whoever goes on with it."""
    return evolve(
        run,
        state=RunState.RUNNING,
        includes_users=run.includes_users and includes_users,
        problem="",
        retry_at=None,
        seen_at=at,
        leased_until=at + LEASE,
        version=run.version + 1,
    )


def held(run: ImportRun, at: datetime, until: datetime | None = None) -> ImportRun:
    """The run, held on to for longer."""
    return evolve(run, seen_at=at, leased_until=max(at, until or at) + LEASE, version=run.version + 1)


def read_on(run: ImportRun, cursor: str, *, is_last: bool, rows: int, counts: Counts, at: datetime) -> ImportRun:
    """The run after a page was taken."""
    return evolve(
        counted(held(run, at), counts),
        cursor=cursor,
        phase=Phase.RETRYING if is_last else Phase.READING,
        mark="",
        pages=run.pages + 1,
        rows=run.rows + rows,
    )


def stepped(run: ImportRun, phase: Phase, mark: str, counts: Counts, at: datetime) -> ImportRun:
    """The run after some of what comes behind the last page was done."""
    return evolve(counted(held(run, at), counts), phase=phase, mark=mark)


def counted(run: ImportRun, counts: Counts) -> ImportRun:
    """The run with some rows more, or fewer, of each kind and change."""
    return evolve(run, counts=counts_of(counts, run.counts))


def counts_of(counts: Counts, before: tuple[tuple[str, str | int], ...] = ()) -> tuple[tuple[str, str | int], ...]:
    """Counts by kind and change, as they are kept, added to those before."""
    found = {name: int(count) for name, count in before}
    for (kind, change), count in counts.items():
        name = f"{kind.value}.{change.value}"
        found[name] = found.get(name, 0) + count
    return tuple(sorted((name, count) for name, count in found.items() if count))


def stopped(run: ImportRun, problem: str, at: datetime, retry_at: datetime | None = None) -> ImportRun:
    """The run, which somebody can go on with."""
    return evolve(
        run,
        state=RunState.STOPPED,
        problem=problem,
        retry_at=retry_at,
        seen_at=at,
        leased_until=None,
        version=run.version + 1,
    )


def finished(run: ImportRun, at: datetime) -> ImportRun:
    """The run, with everything read and taken."""
    return evolve(run, state=RunState.DONE, mark="", seen_at=at, leased_until=None, version=run.version + 1)


def abandoned(run: ImportRun, at: datetime) -> ImportRun:
    """The run, which nobody goes on with."""
    return evolve(run, state=RunState.ABANDONED, mark="", seen_at=at, leased_until=None, version=run.version + 1)


@frozen(kw_only=True)
class AccountingPlan:
    """What running the import would do, as far as it can be known before.

    A contact counts as created where the customers come with the same import. Rows that wait are tried again by the
    run, which the plan does not foresee.

    Attributes:
        connection_id: Through which connection.
        connection_version: Of the connection.
        run_id: Of the last run, if there was one.
        run_version: Of that run; 0 if there was none.
        counts: How many rows of a kind become what, such as ``customer.create``.
        rows: How many rows were looked at.
        questions: The first of those that need attention; they are not stored.
        pages: A digest of every page, of how our things stand, and of what becomes of them.
    """

    connection_id: ConnectionId
    connection_version: int
    run_id: ImportRunId | None
    run_version: int
    counts: tuple[tuple[str, str | int], ...]
    rows: int
    questions: tuple[Question, ...]
    pages: tuple[str, ...] = field(repr=False)

    def count(self, kind: ImportKind, change: Change) -> int:
        """How many rows of a kind would be changed so."""
        return int(dict(self.counts).get(f"{kind.value}.{change.value}", 0))

    def require_fresh(self, connection: AccountingConnection, last: ImportRun | None) -> None:
        """Go on only when nothing was connected otherwise or imported since the plan was made.

        Raises:
            Conflict: With ``plan_stale``.
        """
        position = (last.id, last.version) if last is not None else (None, 0)
        planned = (self.connection_id, self.connection_version, self.run_id, self.run_version)
        if planned != (connection.id, connection.version, *position):
            raise Conflict("plan_stale")

    def is_page(self, number: int, digest: str) -> bool:
        """Whether a page is as it was, and our things too.

        Args:
            number: From 0, since the plan was made.
            digest: Of the page as it is now.
        """
        return number < len(self.pages) and self.pages[number] == digest
