"""Taking a page of an accounting system: what is common to all kinds of rows (B-10)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Literal
from uuid import UUID

from attrs import evolve, frozen

from worktraq.core.accounting import Deleted, RejectedRow, SourceInfo, Upsert
from worktraq.core.ids import ImportRunId, QuestionId
from worktraq.core.imports import Change, Decisions, FieldConflict, ImportKind, KnownRow, MatchDecision, MatchedBy
from worktraq.core.questions import (
    Question,
    QuestionReason,
    RowProblem,
    asked_again,
    shown,
    text_of_row,
)
from worktraq.core.text import NAME_LENGTH
from worktraq.errors import Conflict, Problem
from worktraq.messages import MESSAGES
from worktraq.usecases.context import Context

UNNAMED = "?"
"""What the key of a row begins with whose own the source did not say; a digest of the row follows."""

Mode = Literal["plan", "page", "retry", "decide"]


@frozen
class Deciding:
    """What somebody decided about one question.

    Attributes:
        question: As it was asked.
        decisions: The answer, on row 0.
    """

    question: Question
    decisions: Decisions


class Memory:
    """What one worker at a run need not find out for every page.

    Attributes:
        has_unlinked: Whether there are customers that came from elsewhere, which new rows may be; None while nobody asked.
    """

    def __init__(self) -> None:
        self.has_unlinked: bool | None = None


class Taking:
    """What becomes of some rows of a source, all in one transaction; with mode ``plan`` nothing is stored.

    Attributes:
        context: On whose behalf.
        info: Of the source.
        run_id: Of the run.
        mode: A page of the source, a plan of one, rows that waited, or one that somebody decided about.
        includes_users: Whether users are read in.
        counts: How many rows become what.
        asked: What was asked about in a plan.
        settled: How many questions were settled.
        is_watched: Whether a digest is made, and `seen` is counted.
        seen: How many rows have a thing here that is active.
    """

    def __init__(
        self,
        context: Context,
        info: SourceInfo,
        run_id: ImportRunId,
        *,
        mode: Mode,
        includes_users: bool,
        decisions: Decisions = Decisions(),
        deciding: Deciding | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.context = context
        self.info = info
        self.run_id = run_id
        self.mode = mode
        self.includes_users = includes_users
        self.counts: Counter[tuple[ImportKind, Change]] = Counter()
        self.asked: list[Question] = []
        self.settled = 0
        self.seen: Counter[ImportKind] = Counter()
        self._decisions = decisions
        self._deciding = deciding
        self._memory = memory or Memory()
        self._stored: dict[tuple[ImportKind, str], Question] = {}
        self._new: dict[tuple[ImportKind, str], Question] = {}
        self._changed: dict[tuple[ImportKind, str], Question] = {}
        self._gone: list[Question] = []
        self._told: list[QuestionId] = []
        self._digest = sha256()
        self.is_watched = mode == "plan"

    @property
    def is_plan(self) -> bool:
        """Whether nothing is to be stored."""
        return self.mode == "plan"

    @property
    def digest(self) -> str:
        """Of everything that was looked at, and of how our things stand."""
        return self._digest.hexdigest()[:32]

    @property
    def is_idle(self) -> bool:
        """Whether nothing has to be stored: every row says what it said before, and nothing is asked about it."""
        is_unchanged = all(change is Change.UNCHANGED for _, change in self.counts)
        return is_unchanged and not (self._gone or self._new or self._changed or self._told)

    def has_unlinked(self) -> bool:
        """Whether there are customers that came from elsewhere, which new rows may be."""
        memory = self._memory
        if memory.has_unlinked is None:
            memory.has_unlinked = self.context.uow.import_links.has_unlinked_customers(self.info.name)
        return memory.has_unlinked

    def look_at(self, *parts: str | int) -> None:
        """Note something on which the outcome depends."""
        if self.is_watched:
            self._digest.update("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass") + b"\x1e")

    def look_at_row(self, kind: ImportKind, external_id: str, digest: str, known: KnownRow | None) -> None:
        """Note a row, and how our thing stands."""
        if not self.is_watched:
            return
        if known is None:
            self.look_at(kind.value, external_id, digest)
            return
        self.look_at(kind.value, external_id, digest, known.digest, known.version)
        self.note_seen(kind, known)

    def note_seen(self, kind: ImportKind, known: KnownRow) -> None:
        """Count a row among those whose thing is here and active."""
        if known.version and not known.is_archived:
            self.seen[kind] += 1

    def load_questions(self, kind: ImportKind, external_ids: Collection[str]) -> None:
        """Load what was asked about rows before."""
        for each in self.context.uow.questions.of_rows(self.info.name, kind, external_ids):
            self._stored[kind, each.external_id] = each

    def know(self, questions: Iterable[Question]) -> None:
        """Take up what was asked about rows before."""
        for each in questions:
            self._stored[each.kind, each.external_id] = each

    def stored(self, kind: ImportKind, external_id: str) -> Question | None:
        """What was asked about a row before."""
        return self._stored.get((kind, external_id))

    def decisions_for(self, conflicts: Sequence[FieldConflict], change: Change) -> Decisions:
        """What counts for a row with these conflicts.

        What somebody decided about a question counts only as long as the same is asked.

        Raises:
            Conflict: With ``changed_meanwhile`` when a row was to be matched that nothing is suggested for any more.
        """
        if self._deciding is None:
            return self._decisions
        question, decisions = self._deciding.question, self._deciding.decisions
        if change is Change.CREATE and decisions.on_row(0) is MatchDecision.MATCH:
            raise Conflict("changed_meanwhile")
        return decisions if tuple(conflicts) == question.conflicts else Decisions()

    def count(self, kind: ImportKind, change: Change, rows: int = 1) -> None:
        """Count rows."""
        self.counts[kind, change] += rows

    def ask(
        self,
        row: Upsert | Deleted,
        reason: QuestionReason,
        *,
        conflicts: tuple[FieldConflict, ...] = (),
        problems: tuple[RowProblem, ...] = (),
        matched: tuple[MatchedBy | None, UUID | None] = (None, None),
    ) -> None:
        """Keep a row that is not taken, with why."""
        matched_by, entity_id = matched
        fresh = self._question(row.kind, row.external_id, reason, text_of_row(row))
        self._keep(evolve(fresh, conflicts=conflicts, problems=problems, entity_id=entity_id, matched_by=matched_by))

    def refuse(self, row: Upsert | Deleted, problems: Iterable[Problem]) -> None:
        """Keep a row whose values cannot be taken."""
        values: Mapping[str, object] = row.values if isinstance(row, Upsert) else {}
        found = tuple(
            RowProblem(each.field, each.code, each.parameters, shown(values.get(each.field, ""))) for each in problems
        )
        self.ask(row, QuestionReason.REFUSED, problems=found)

    def reject(self, row: RejectedRow, key: str) -> None:
        """Keep what the source says of a row that it could not make out."""
        code = row.code if row.code in MESSAGES and "{" not in MESSAGES[row.code] else "row_malformed"
        problem = RowProblem(shown(row.field)[:40], code, (), shown(row.value))
        self._keep(evolve(self._question(row.kind, key, QuestionReason.MALFORMED, ""), problems=(problem,)))

    def tell_once(self, row: Upsert | Deleted, code: str) -> None:
        """Keep that something should be seen to by hand; there is nothing to be taken."""
        question = self._question(row.kind, row.external_id, QuestionReason.REFUSED, "")
        self._keep(evolve(question, problems=(RowProblem("", code),)))

    def settle(self, kind: ImportKind, external_id: str) -> None:
        """Note that nothing is left to be asked about a row."""
        key = (kind, external_id)
        if self._new and (asked := self._new.pop(key, None)) is not None:
            self.counts[kind, asked.change] -= 1  # asked in the same page
        if self._stored and (stored := self._stored.pop(key, None)) is not None:
            self.settled += 1
            self._gone.append(stored)
            self._uncount(self._changed.pop(key, stored))

    def leave(self, kind: ImportKind, external_id: str) -> None:
        """Leave a row for another run, and what was asked about it as it is."""
        stored = self._stored.get((kind, external_id))
        if stored is not None and self.mode == "page":
            self._told.append(stored.id)

    def store(self) -> None:
        """Store what is asked, and what is not any more."""
        if self.is_plan:
            return
        questions = self.context.uow.questions
        questions.remove(*self._gone)
        questions.add(*self._new.values())
        questions.save(*self._changed.values())
        if self._told:
            questions.touch(self.run_id, self._told)

    def _question(self, kind: ImportKind, external_id: str, reason: QuestionReason, said: str) -> Question:
        return Question(
            id=self.context.new_id(QuestionId),
            organization_id=self.context.actor.organization_id,
            source=self.info.name,
            kind=kind,
            external_id=external_id,
            reason=reason,
            said=said,
            run_id=self.run_id,
            asked_at=self.context.at,
        )

    def _keep(self, fresh: Question) -> None:
        self.count(fresh.kind, fresh.change)
        self.asked.append(fresh)
        key = (fresh.kind, fresh.external_id)
        stored = self._stored.get(key)
        if stored is None:
            if key in self._new:  # told twice in the same page
                self.counts[fresh.kind, self._new[key].change] -= 1
            self._new[key] = fresh
            return
        self._uncount(self._changed.pop(key, stored))
        question = asked_again(stored, fresh)
        if question is not stored:
            self._changed[key] = question
        elif stored.run_id != self.run_id:
            self._told.append(stored.id)

    def _uncount(self, stored: Question) -> None:
        """Take back that a row was counted before, when it was in the same run."""
        if not self.is_plan and stored.run_id == self.run_id:
            self.counts[stored.kind, stored.change] -= 1


def is_key(external_id: object) -> bool:
    """Whether a source says by what it knows a row, in a form that can be kept."""
    return (
        isinstance(external_id, str)
        and 0 < len(external_id) <= NAME_LENGTH
        and (external_id.isprintable() and external_id.strip() == external_id)
    )


def key_of_rejected(row: RejectedRow, number: int) -> str:
    """Under which a rejected row is kept: its own key, or a digest where the source does not say it."""
    if is_key(row.external_id):
        return row.external_id
    said = "\x1f".join([*map(str, (row.external_id, row.field, row.code, row.value)), str(number)])
    return UNNAMED + sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
