"""The steps of a run: each page, then what waited, then what is gone; every step is one transaction (B-10)."""

from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime, timedelta
from functools import partial

from attrs import evolve

from worktraq.core.access import Action
from worktraq.core.accounting import Deleted, Deletions, SourceInfo, SourcePage
from worktraq.core.connections import AccountingConnection
from worktraq.core.events import EventName
from worktraq.core.import_runs import (
    RUNS_KEPT,
    AccountingPlan,
    ImportRun,
    Phase,
    RunState,
    finished,
    held,
    read_on,
    stepped,
    stopped,
)
from worktraq.core.imports import Decisions, ImportKind
from worktraq.core.paging import PageRequest
from worktraq.core.questions import QuestionReason
from worktraq.errors import (
    AdapterError,
    Conflict,
    InvalidInput,
    SourceBroken,
    SourceDenied,
    SourceLimited,
    SourceUnavailable,
)
from worktraq.messages import MESSAGES
from worktraq.usecases.asking import Asking, Cancelled, Surroundings
from worktraq.usecases.connecting import factory_of, is_for_users, note_tried, opened
from worktraq.usecases.context import Context
from worktraq.usecases.taking import UNNAMED, Memory, Mode, Taking
from worktraq.usecases.taking_pages import take_deletes, take_page, take_questions

AT_ONCE = 200
"""How many rows that wait, or are gone, are taken in one transaction."""

AHEAD = timedelta(seconds=30)
MOST_AHEAD = 10
"""For how long, and how many pages without anything new, a run may be ahead of what is stored of it.

Read again after a crash, they change nothing; and keeping the cursor after each would take longer than the page.
"""

_ORDER = (ImportKind.CUSTOMER, ImportKind.CONTACT, ImportKind.USER)
_RETRIED = tuple(reason for reason in QuestionReason if reason is not QuestionReason.MALFORMED)
_TAKEN_OVER = "import_taken_over"
_STALE = "plan_stale"
Step = Callable[[Context, ImportRun], ImportRun]


class StalePlan(Exception):
    """A page is not what it was when the plan was made."""


class Running:
    """A run in the hands of one worker.

    Args:
        surroundings: What the import works with.
        connection: As it was when the run began.
        run: At its first step.
        plan: What was looked at before, if something was.
        decisions: What counts for all conflicts and suggestions.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        connection: AccountingConnection,
        run: ImportRun,
        plan: AccountingPlan | None,
        decisions: Decisions,
    ) -> None:
        self._with = surroundings
        self._connection = connection
        self._run = run
        self._plan = plan
        self._decisions = decisions
        self._pages = 0
        self._has_questions = True
        self._is_idle = False
        self._memory = Memory()
        self._info: SourceInfo = factory_of(surroundings.sources, connection.source).info

    def go(self) -> ImportRun:
        """Do all steps that are left; what the source does not give stops the run, which can be gone on with."""
        try:
            if self._run.phase is Phase.READING:
                self._read()
            self._retry()
            self._sweep()
            self._step(self._finish)
        except Cancelled:
            self._stop("import_cancelled")
        except SourceLimited as limited:
            self._stop(_said(limited.code, "source_limited"), limited.until)
        except SourceUnavailable as unavailable:
            self._stop(_said(unavailable.code, "source_unavailable"))
        except SourceBroken as broken:
            self._stop(_said(broken.code, "source_broken"))
        except SourceDenied as denied:
            self._stop(_said(denied.code, "source_denied"), is_denied=True)
        except StalePlan:
            self._stop(_STALE)
            raise Conflict(_STALE) from None
        except BaseException as error:
            self._give_up(error)
            raise
        return self._run

    def _read(self) -> None:
        with closing(opened(self._connection, self._with)) as source:
            asking = Asking(source, self._with, self._hold)
            while self._run.phase is Phase.READING:
                page = asking.read(self._run.cursor)
                self._step(partial(self._take, page))
                self._pages += 1
                self._with.tell(self._run.rows, page.total)

    def _take(self, page: SourcePage, context: Context, run: ImportRun) -> ImportRun:
        has_questions = self._has_questions
        if self._pages == 0:
            request = PageRequest(1)
            has_questions = bool(len(context.uow.questions.page(request, source=self._info.name)))
        taking = self._taking(context, run, "page")
        taking.is_watched = self._plan is not None
        take_page(taking, page, has_questions=has_questions)
        if self._plan is not None and not self._plan.is_page(self._pages, taking.digest):
            raise StalePlan
        self._has_questions = has_questions or bool(taking.asked)
        rows = len(page.upserts) + len(page.deletes) + len(page.rejected)
        self._is_idle = taking.is_idle and not page.is_last and self._info.deletions is not Deletions.ABSENT
        return read_on(run, page.cursor, is_last=page.is_last, rows=rows, counts=taking.counts, at=context.at)

    def _retry(self) -> None:
        """Try again what could not be taken, kind after kind, as long as that helps."""
        while self._run.phase is Phase.RETRYING:
            self._check_cancelled()
            self._step(self._retry_some)

    def _retry_some(self, context: Context, run: ImportRun) -> ImportRun:
        questions = context.uow.questions
        if not run.mark and not self._info.is_incremental:
            # What a listing of everything does not tell any more is not asked any more either.
            questions.forget(run.source, run.id)
        kind, after, progress = _read_mark(run.mark)
        request = PageRequest(AT_ONCE, (after,) if after else None)
        page = questions.page(request, source=run.source, kind=kind, reasons=_RETRIED)
        taking = self._taking(context, run, "retry")
        take_questions(taking, page.items)
        progress += taking.settled
        if page.next is not None:
            mark = _write_mark(kind, page.items[-1].id.hex, progress)
        elif progress and kind is ImportKind.CUSTOMER and page.items:
            mark = _write_mark(kind, "", 0)  # another one may have been waiting for what was taken
        else:
            mark = _mark_of_next(kind)
        phase = Phase.RETRYING if mark else Phase.SWEEPING
        return stepped(run, phase, mark, taking.counts, context.at)

    def _sweep(self) -> None:
        """Archive what a complete listing did not name."""
        while self._run.phase is Phase.SWEEPING and self._run.mark != _SWEPT:
            self._check_cancelled()
            self._step(self._sweep_some)

    def _sweep_some(self, context: Context, run: ImportRun) -> ImportRun:
        kind, after, _ = _read_mark(run.mark)
        mark = _mark_of_next(kind) or _SWEPT
        taking = self._taking(context, run, "retry")
        if self._is_swept(context, run, kind):
            unseen = context.uow.sightings.unseen(run.id, run.source, kind, after, AT_ONCE)
            take_deletes(taking, {kind: [Deleted(kind, link.external_id) for link in unseen]})
            taking.store()
            if len(unseen) == AT_ONCE:
                mark = _write_mark(kind, unseen[-1].external_id, 0)
        return stepped(run, Phase.SWEEPING, mark, taking.counts, context.at)

    def _is_swept(self, context: Context, run: ImportRun, kind: ImportKind) -> bool:
        """Whether what was not seen is gone: all was listed, and no row of which it is unclear who it is."""
        if self._info.deletions is not Deletions.ABSENT or kind not in self._info.fields:
            return False
        if kind is ImportKind.USER and not run.includes_users:
            return False
        malformed = (QuestionReason.MALFORMED,)
        after = None
        while True:
            request = PageRequest(AT_ONCE, after)
            page = context.uow.questions.page(request, source=run.source, kind=kind, reasons=malformed)
            if any(each.external_id.startswith(UNNAMED) and each.run_id == run.id for each in page):
                return False
            if page.next is None:
                return True
            after = (page.items[-1].id.hex,)

    def _finish(self, context: Context, run: ImportRun) -> ImportRun:
        context.uow.sightings.forget()
        older = context.uow.import_runs.latest(RUNS_KEPT + 1)[RUNS_KEPT - 1 :]
        for kept in older[:1]:
            context.uow.import_runs.forget_before(kept.id)
        note_tried(context, self._connection, "")
        done = finished(run, context.at)
        details = {name.replace(".", "_"): count for name, count in done.counts}
        context.record(EventName.ACCOUNTING_RUN_ENDED, run.id, **details)
        return done

    def _taking(self, context: Context, run: ImportRun, mode: Mode) -> Taking:
        includes_users = run.includes_users and is_for_users(context)
        return Taking(
            context,
            self._info,
            run.id,
            mode=mode,
            includes_users=includes_users,
            decisions=self._decisions,
            memory=self._memory,
        )

    def _step(self, step: Step) -> None:
        """One step in a transaction of its own, done anew as a whole while somebody else is in the way."""

        def attempt() -> None:
            self._is_idle = False
            try:
                with self._with.writing() as context:
                    context.require(Action.RUN_ACCOUNTING)
                    stored = self._held_run(context)
                    after = step(context, self._run)
                    is_ahead = self._is_idle and context.at - stored.seen_at < AHEAD
                    if is_ahead and after.pages - stored.pages < MOST_AHEAD:
                        after = evolve(after, version=stored.version)
                    else:
                        context.uow.import_runs.save(after)
            except Conflict as conflict:
                if conflict.code == _TAKEN_OVER:
                    raise
                # It decides on what it reads itself, so whatever was changed meanwhile, doing it again is right.
                raise Conflict(conflict.code, is_retryable=True, **conflict.parameters) from conflict
            self._run = after

        self._with.again(attempt)

    def _held_run(self, context: Context) -> ImportRun:
        """The run as stored, which nobody else has taken over.

        Raises:
            Conflict: With ``import_taken_over``.
        """
        stored = context.uow.import_runs.find(self._run.id)
        if stored is None or stored.version != self._run.version or stored.state is not RunState.RUNNING:
            raise Conflict(_TAKEN_OVER)
        return stored

    def _hold(self, until: datetime) -> None:
        self._step(lambda context, run: held(run, context.at, until))

    def _check_cancelled(self) -> None:
        if self._with.is_cancelled():
            raise Cancelled

    def _stop(self, problem: str, retry_at: datetime | None = None, *, is_denied: bool = False) -> None:
        def stop(context: Context, run: ImportRun) -> ImportRun:
            if is_denied:
                note_tried(context, self._connection, problem)
            context.record(EventName.ACCOUNTING_RUN_ENDED, run.id, problem=problem)
            return stopped(run, problem, context.at, retry_at)

        self._step(stop)

    def _give_up(self, error: BaseException) -> None:
        """Let go of the run, so that somebody can go on with it at once; where that fails, its lease runs out."""
        if isinstance(error, Conflict) and error.code == _TAKEN_OVER:
            return
        code = error.code if isinstance(error, AdapterError | Conflict | InvalidInput) else ""
        with suppress(Exception):
            self._stop(_said(code, "import_interrupted"))


_SWEPT = "."


def _said(code: str, otherwise: str) -> str:
    """A code that says everything by itself, as it is kept without parameters."""
    return code if "{" not in MESSAGES.get(code, "{") else otherwise


def _read_mark(mark: str) -> tuple[ImportKind, str, int]:
    if not mark:
        return _ORDER[0], "", 0
    kind, progress, after = mark.split(":", 2)
    return ImportKind(kind), after, int(progress)


def _write_mark(kind: ImportKind, after: str, progress: int) -> str:
    return f"{kind.value}:{progress}:{after}"


def _mark_of_next(kind: ImportKind) -> str:
    """The beginning of the next kind; empty behind the last one."""
    number = _ORDER.index(kind) + 1
    return _write_mark(_ORDER[number], "", 0) if number < len(_ORDER) else ""
