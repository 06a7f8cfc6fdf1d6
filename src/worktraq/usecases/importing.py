"""Importing from an accounting system: trying the connection, planning, and beginning a run (T-01, B-10)."""

from contextlib import closing

from worktraq.core.access import Action
from worktraq.core.accounting import SourceCheck, SourceInfo
from worktraq.core.connections import AccountingConnection
from worktraq.core.events import EventName
from worktraq.core.ids import ImportRunId
from worktraq.core.import_runs import (
    AccountingPlan,
    ImportRun,
    Phase,
    RunState,
    abandoned,
    goes_on,
    new_import_run,
    read_on,
    require_free,
    resumed_run,
)
from worktraq.core.imports import Decisions
from worktraq.errors import AdapterError, InvalidInput, SourceDenied
from worktraq.usecases.asking import Asking, Cancelled, Surroundings
from worktraq.usecases.connecting import connection_of, factory_of, is_for_users, note_tried, opened
from worktraq.usecases.context import Context
from worktraq.usecases.previewing import Previewing
from worktraq.usecases.running import Running


class Importing:
    """Talks to the source of a connection while no transaction is open.

    Args:
        surroundings: What it works with.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self._with = surroundings

    def check(self) -> SourceCheck:
        """Reach the source and find out whose books are read."""
        with self._with.viewing() as context:
            context.require(Action.RUN_ACCOUNTING)
            connection = connection_of(context)
        try:
            with closing(opened(connection, self._with)) as source:
                found = source.check()
        except SourceDenied as denied:
            self._note_tried(connection, denied.code)
            raise
        self._note_tried(connection, "")
        return found

    def plan(self, *, from_beginning: bool, most_questions: int) -> AccountingPlan:
        """What a run would do, page after page; nothing is changed."""
        with self._with.viewing() as context:
            context.require(Action.RUN_ACCOUNTING)
            connection = connection_of(context)
            last = _last(context)
            info = factory_of(self._with.sources, connection.source).info
            run = _next(context, connection, last, info, from_beginning=from_beginning)
        planning = Previewing(run, info, most_questions)
        with closing(opened(connection, self._with)) as source:
            asking = Asking(source, self._with, lambda _until: None)
            while run.phase is Phase.READING:
                try:
                    page = asking.read(run.cursor)
                except Cancelled:
                    raise AdapterError("import_cancelled", is_transient=True) from None
                with self._with.viewing() as context:
                    context.require(Action.RUN_ACCOUNTING)
                    planning.look_at(context, page)
                rows = len(page.upserts) + len(page.deletes) + len(page.rejected)
                run = read_on(run, page.cursor, is_last=page.is_last, rows=rows, counts={}, at=run.seen_at)
                self._with.tell(run.rows, page.total)
        with self._with.viewing() as context:
            return planning.plan(context, connection, last)

    def run(self, *, plan: AccountingPlan | None, decisions: Decisions, from_beginning: bool) -> ImportRun:
        """Read and take everything there is."""
        if decisions.fields or decisions.rows:
            raise InvalidInput.of("decisions", "decision_not_asked", row=0)
        begun: list[Running] = []

        def begin() -> None:
            with self._with.writing() as context:
                connection, run = _begun(context, self._with, plan, from_beginning=from_beginning)
            begun.append(Running(self._with, connection, run, plan, decisions))

        self._with.again(begin)
        return begun[-1].go()

    def _note_tried(self, connection: AccountingConnection, problem: str) -> None:
        def note() -> None:
            with self._with.writing() as context:
                note_tried(context, connection, problem)

        self._with.again(note)


def _begun(
    context: Context, surroundings: Surroundings, plan: AccountingPlan | None, *, from_beginning: bool
) -> tuple[AccountingConnection, ImportRun]:
    """The run that goes on, or a new one, in the hands of this worker and nobody else."""
    context.require(Action.RUN_ACCOUNTING)
    # Of two who begin at once, the second finds the run of the first.
    context.uow.organizations.lock()
    connection = connection_of(context)
    info = factory_of(surroundings.sources, connection.source).info
    last = _last(context)
    require_free(last, context.at)
    if plan is not None:
        plan.require_fresh(connection, last)
    run, runs = _next(context, connection, last, info, from_beginning=from_beginning), context.uow.import_runs
    if last is not None and run.id == last.id:
        runs.save(run)
    else:
        if last is not None and last.state in {RunState.RUNNING, RunState.STOPPED}:
            runs.save(abandoned(last, context.at))
        context.uow.sightings.forget()
        runs.add(run)
    context.record(EventName.ACCOUNTING_RUN_STARTED, run.id)
    return connection, run


def _last(context: Context) -> ImportRun | None:
    return next(iter(context.uow.import_runs.latest(1)), None)


def _next(
    context: Context,
    connection: AccountingConnection,
    last: ImportRun | None,
    info: SourceInfo,
    *,
    from_beginning: bool,
) -> ImportRun:
    includes_users = is_for_users(context)
    if last is not None and goes_on(last, connection) and not from_beginning:
        return resumed_run(last, context.at, includes_users=includes_users)
    return new_import_run(
        context.new_id(ImportRunId),
        connection,
        last,
        context.at,
        is_incremental=info.is_incremental and not from_beginning,
        includes_users=includes_users,
    )
