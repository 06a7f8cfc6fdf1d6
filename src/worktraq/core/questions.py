"""What an import could not take: questions that somebody decides, and rows that wait, so that nothing is forgotten (B-10).

A source that tells only what is new does not tell it again, so the row is kept as it was told.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from attrs import evolve, field, frozen

from worktraq.core.accounting import Deleted, Upsert
from worktraq.core.ids import ImportRunId, OrganizationId, QuestionId
from worktraq.core.imports import (
    Change,
    ConflictDecision,
    Decisions,
    FieldConflict,
    FieldDecision,
    ImportKind,
    MatchDecision,
    MatchedBy,
    RowDecision,
)
from worktraq.errors import InvalidInput

LONGEST_SHOWN = 200
"""How much of a refused value is kept for people to see."""


class QuestionReason(StrEnum):
    """Why a row was not taken."""

    CONFLICT = "conflict"
    """Fields were changed both here and there: somebody has to decide."""
    SUGGESTED = "suggested"
    """It may be something that is here already: somebody has to decide."""
    REFUSED = "refused"
    """Its values cannot be taken."""
    MALFORMED = "malformed"
    """The source could not make it out."""
    CUSTOMER_MISSING = "customer_missing"
    """It belongs to a customer that is not here."""
    ADMINISTRATOR_NEEDED = "administrator_needed"
    """Users are read in when an administrator runs the import."""


_CHANGES: Mapping[QuestionReason, Change] = {
    QuestionReason.CONFLICT: Change.CONFLICT,
    QuestionReason.SUGGESTED: Change.SUGGESTED,
    QuestionReason.REFUSED: Change.REJECTED,
    QuestionReason.MALFORMED: Change.REJECTED,
    QuestionReason.CUSTOMER_MISSING: Change.WAITING,
    QuestionReason.ADMINISTRATOR_NEEDED: Change.WAITING,
}


@frozen
class RowProblem:
    """What is wrong with one field of a row.

    Attributes:
        field: Which one; empty for the row as a whole.
        code: A code of `worktraq.messages`.
        parameters: What its message fills in.
        value: What stands there, its first 200 characters.
    """

    field: str
    code: str
    parameters: tuple[tuple[str, str | int], ...] = ()
    value: str = ""


@frozen(kw_only=True)
class Question:
    """A row that was not taken, with why; there is one at most for each row of a source.

    Attributes:
        id: Of the question.
        organization_id: Whose question it is.
        source: Name of the source.
        kind: What kind of thing the row is.
        external_id: By what the source knows it.
        reason: Why it was not taken.
        said: The row as it was told, to be taken later; empty when nothing can be taken.
        entity_id: Our thing that it is, or is suggested to be.
        matched_by: Why that is suggested.
        conflicts: The fields that somebody has to decide about.
        problems: What is wrong with it.
        run_id: The run that told of it last.
        asked_at: When it came up, in UTC.
        version: Goes up when something else is asked.
    """

    id: QuestionId
    organization_id: OrganizationId
    source: str
    kind: ImportKind
    external_id: str
    reason: QuestionReason
    said: str = field(default="", repr=False)
    entity_id: UUID | None = None
    matched_by: MatchedBy | None = None
    conflicts: tuple[FieldConflict, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    run_id: ImportRunId
    asked_at: datetime
    version: int = 1

    @property
    def change(self) -> Change:
        """As what it is counted."""
        return _CHANGES[self.reason]

    @property
    def is_decidable(self) -> bool:
        """Whether somebody can decide about it; otherwise something else has to change first."""
        return self.reason in {QuestionReason.CONFLICT, QuestionReason.SUGGESTED}

    @property
    def row(self) -> Upsert | Deleted | None:
        """The row as it was told; None when nothing can be taken."""
        return row_of(self.kind, self.external_id, self.said) if self.said else None


def text_of_row(row: Upsert | Deleted) -> str:
    """A row as it is kept; in ASCII, so that every database can hold whatever a source says."""
    if isinstance(row, Deleted):
        return json.dumps({"is_deleted": True})
    said = {"values": dict(row.values), "customers": list(row.customers), "is_archived": row.is_archived}
    return json.dumps(said, separators=(",", ":"), default=str)


def row_of(kind: ImportKind, external_id: str, text: str) -> Upsert | Deleted:
    """The row that `text_of_row` wrote."""
    said = json.loads(text)
    if "is_deleted" in said:
        return Deleted(kind, external_id)
    return Upsert(kind, external_id, said["values"], tuple(said["customers"]), said["is_archived"])


def shown(value: object) -> str:
    """What stands in a row, as far as it is kept for people: its first 200 characters, without those that do not print."""
    text = value if isinstance(value, str) else str(value)
    return "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in text[:LONGEST_SHOWN])


def asked_again(stored: Question, fresh: Question) -> Question:
    """What is asked about a row now; the stored question itself when that is the same as before."""
    same = evolve(fresh, id=stored.id, asked_at=stored.asked_at, run_id=stored.run_id, version=stored.version)
    if same == stored:
        return stored
    return evolve(fresh, id=stored.id, asked_at=stored.asked_at, version=stored.version + 1)


def decisions_on(question: Question, fields: Mapping[str, ConflictDecision], match: MatchDecision | None) -> Decisions:
    """What somebody decided about a question, as `Decisions` on row 0.

    Raises:
        InvalidInput: With ``decision_not_asked`` for what is not asked, and ``decision_missing`` for what is not decided.
    """
    asked = {each.field for each in question.conflicts}
    if not question.is_decidable or not fields.keys() <= asked:
        raise InvalidInput.of("decisions", "decision_not_asked", row=0)
    if (match is not None) is not (question.reason is QuestionReason.SUGGESTED):
        raise InvalidInput.of("match", "decision_not_asked" if match is not None else "decision_missing", row=0)
    if match is not MatchDecision.CREATE and (missing := sorted(asked - fields.keys())):
        raise InvalidInput.of(missing[0], "decision_missing", row=0)
    return Decisions(
        fields=tuple(FieldDecision(0, name, decision) for name, decision in sorted(fields.items())),
        rows=() if match is None else (RowDecision(0, match),),
    )
