"""What an import could not take: kept as it was told, asked once, and decided."""

import pytest
from attrs import evolve

from worktraq.core.accounting import Deleted, Upsert
from worktraq.core.ids import ImportRunId, OrganizationId, QuestionId
from worktraq.core.imports import ConflictDecision, FieldConflict, ImportKind, MatchDecision, bar_of
from worktraq.core.questions import (
    LONGEST_SHOWN,
    Question,
    QuestionReason,
    asked_again,
    decisions_on,
    row_of,
    shown,
    text_of_row,
)
from worktraq.errors import InvalidInput
from worktraq.testing.fakes import BEGINNING, SeededIds

pytestmark = pytest.mark.requirement("B-10")
CONTACT = ImportKind.CONTACT
KEEP, TAKE = ConflictDecision.KEEP_OURS, ConflictDecision.TAKE_THEIRS
_ids = SeededIds(5)


def a_question(reason: QuestionReason = QuestionReason.CONFLICT, *fields: str, said: str = "") -> Question:
    """A question about these fields."""
    return Question(
        id=QuestionId(_ids()),
        organization_id=OrganizationId(_ids()),
        source="books",
        kind=CONTACT,
        external_id="7",
        reason=reason,
        said=said,
        conflicts=tuple(FieldConflict(name, None, "ours", "theirs") for name in fields),
        run_id=ImportRunId(_ids()),
        asked_at=BEGINNING,
    )


@pytest.mark.parametrize(
    "row",
    [
        Deleted(CONTACT, "7"),
        Upsert(CONTACT, "7", {"name": "Zoë", "email": "z@x.example"}, ("1", "2"), is_archived=True),
        Upsert(CONTACT, "7", {}),
    ],
)
def test_row_comes_back_as_it_was_told(row: Upsert | Deleted) -> None:
    """In ASCII; where nothing is kept there is no row."""
    text = text_of_row(row)
    assert text.isascii()
    assert row_of(CONTACT, "7", text) == row
    assert a_question(said=text).row == row
    assert a_question().row is None


def test_every_reason_is_counted_and_two_can_be_decided() -> None:
    """For the others something else has to change first."""
    assert all(a_question(reason).change for reason in QuestionReason)
    decidable = {reason for reason in QuestionReason if a_question(reason).is_decidable}
    assert decidable == {QuestionReason.CONFLICT, QuestionReason.SUGGESTED}


def test_what_is_shown_is_short_and_prints() -> None:
    """Whatever it is."""
    assert shown("a\x00b") == "a\N{REPLACEMENT CHARACTER}b"
    assert shown(12) == "12"
    assert len(shown("x" * 999)) == LONGEST_SHOWN


def test_the_same_question_stays_the_same() -> None:
    """Another one takes its place under the same id."""
    stored = a_question(QuestionReason.CONFLICT, "name")
    fresh = evolve(stored, id=QuestionId(_ids()), run_id=ImportRunId(_ids()))
    assert asked_again(stored, fresh) is stored
    other = asked_again(stored, evolve(fresh, reason=QuestionReason.REFUSED))
    assert (other.id, other.version, other.reason) == (stored.id, 2, QuestionReason.REFUSED)


def test_decisions_answer_what_is_asked() -> None:
    """All of it; what is to be made new has no conflicts."""
    conflict = a_question(QuestionReason.CONFLICT, "name", "email")
    found = decisions_on(conflict, {"name": KEEP, "email": TAKE}, None)
    assert (found.on_field(0, "name"), found.on_field(0, "email"), found.on_row(0)) == (KEEP, TAKE, None)
    suggested = a_question(QuestionReason.SUGGESTED, "name")
    assert decisions_on(suggested, {}, MatchDecision.CREATE).on_row(0) is MatchDecision.CREATE
    assert decisions_on(suggested, {"name": TAKE}, MatchDecision.MATCH).on_row(0) is MatchDecision.MATCH


@pytest.mark.parametrize(
    ("reason", "fields", "match", "expected"),
    [
        (QuestionReason.REFUSED, {}, None, ("decisions", "decision_not_asked")),
        (QuestionReason.CONFLICT, {"phone": KEEP}, None, ("decisions", "decision_not_asked")),
        (QuestionReason.CONFLICT, {"name": KEEP}, MatchDecision.MATCH, ("match", "decision_not_asked")),
        (QuestionReason.SUGGESTED, {"name": KEEP}, None, ("match", "decision_missing")),
        (QuestionReason.CONFLICT, {}, None, ("name", "decision_missing")),
        (QuestionReason.SUGGESTED, {}, MatchDecision.MATCH, ("name", "decision_missing")),
    ],
)
def test_decision_that_does_not_answer_is_refused(
    reason: QuestionReason,
    fields: dict[str, ConflictDecision],
    match: MatchDecision | None,
    expected: tuple[str, str],
) -> None:
    """What is not asked, and what is not decided."""
    with pytest.raises(InvalidInput) as error:
        decisions_on(a_question(reason, "name"), fields, match)
    assert [(each.field, each.code) for each in error.value.problems] == [expected]


@pytest.mark.requirement("B-07")
def test_rows_of_erased_people_are_told_apart_without_their_keys() -> None:
    """By organization, source, kind and key; whatever the key is."""
    one, other = OrganizationId(_ids()), OrganizationId(_ids())
    rows = [
        (one, "books", CONTACT, "7"),
        (one, "books", CONTACT, "8"),
        (one, "books", ImportKind.USER, "7"),
        (one, "ledger", CONTACT, "7"),
        (other, "books", CONTACT, "7"),
        (one, "books", CONTACT, "\ud800"),
    ]
    assert len({bar_of(*row) for row in rows}) == len(rows)
    assert bar_of(*rows[0]) == bar_of(*rows[0])
