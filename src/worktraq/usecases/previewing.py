"""What a run would do: every page is looked at as the run takes it, and nothing of it is kept (B-10)."""

from collections import Counter

from worktraq.core.accounting import Deletions, SourceInfo, SourcePage
from worktraq.core.connections import AccountingConnection
from worktraq.core.import_runs import AccountingPlan, ImportRun, counts_of
from worktraq.core.imports import Change, ImportKind
from worktraq.core.questions import Question
from worktraq.usecases.connecting import is_for_users
from worktraq.usecases.context import Context
from worktraq.usecases.taking import UNNAMED, Memory, Taking
from worktraq.usecases.taking_pages import take_page


class Previewing:
    """One plan in the making; takes the memory of a page, whatever the source tells.

    Args:
        run: As it would begin.
        info: Of the source.
        most_questions: How many rows that need attention are named.
    """

    def __init__(self, run: ImportRun, info: SourceInfo, most_questions: int) -> None:
        self._run = run
        self._info = info
        self._most_questions = most_questions
        self._is_whole = run.rows == 0
        self._counts: Counter[tuple[ImportKind, Change]] = Counter()
        self._seen: Counter[ImportKind] = Counter()
        self._unclear: set[ImportKind] = set()
        self._questions: list[Question] = []
        self._pages: list[str] = []
        self._rows = 0
        self._memory = Memory()

    def look_at(self, context: Context, page: SourcePage) -> None:
        """Take in a page."""
        taking = Taking(
            context,
            self._info,
            self._run.id,
            mode="plan",
            includes_users=self._includes_users(context),
            memory=self._memory,
        )
        take_page(taking, page, has_questions=False)
        self._counts.update(taking.counts)
        self._seen.update(taking.seen)
        self._unclear |= {each.kind for each in taking.asked if each.external_id.startswith(UNNAMED)}
        self._questions += taking.asked[: self._most_questions - len(self._questions)]
        self._pages.append(taking.digest)
        self._rows += len(page.upserts) + len(page.deletes) + len(page.rejected)

    def plan(self, context: Context, connection: AccountingConnection, last: ImportRun | None) -> AccountingPlan:
        """What was found."""
        if self._info.deletions is Deletions.ABSENT and self._is_whole:
            for kind in self._info.fields.keys() - self._unclear:
                if kind is not ImportKind.USER or self._includes_users(context):
                    active = context.uow.import_links.count_active(connection.source, kind)
                    self._counts[kind, Change.ARCHIVE] += max(active - self._seen[kind], 0)
        return AccountingPlan(
            connection_id=connection.id,
            connection_version=connection.version,
            run_id=last.id if last is not None else None,
            run_version=last.version if last is not None else 0,
            counts=counts_of(self._counts),
            rows=self._rows,
            questions=tuple(self._questions),
            pages=tuple(self._pages),
        )

    def _includes_users(self, context: Context) -> bool:
        return self._run.includes_users and is_for_users(context)
