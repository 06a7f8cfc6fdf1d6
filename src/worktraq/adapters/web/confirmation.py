"""What somebody is about to decide, to be confirmed, and what was decided: the same figures (L-08, B-03, B-05)."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from worktraq.adapters.web.content import Fact, amounts_in, facts_of, hours_in, quantity_of, sentence_of
from worktraq.adapters.web.decision import (
    COMMENT,
    DIGEST,
    Filled,
    Problems,
    choice_field,
    comment_field,
)
from worktraq.core.signoff import Line
from worktraq.i18n import Translator
from worktraq.usecases.signoff import RequestShown


@frozen
class Returned:
    """A line that goes back.

    Attributes:
        on: The day of work.
        what: The activity and the note.
        quantity: Hours or an amount.
        comment: Why; may be empty.
    """

    on: str
    what: str
    quantity: str
    comment: str


@frozen(kw_only=True)
class Outcome:
    """What is decided, in figures.

    Attributes:
        language: Of all texts.
        organization: Who asks.
        facts: What it is about.
        approved: How many lines are approved, with their hours and expenses; empty for none.
        rejected: The same of those that go back; empty for none.
        returned: Those that go back.
        comment: On the whole; may be empty.
    """

    language: str
    organization: str
    facts: Sequence[Fact]
    approved: str
    rejected: str
    returned: Sequence[Returned]
    comment: str


@frozen(kw_only=True)
class Confirmation:
    """What is to be confirmed.

    Attributes:
        outcome: What will be decided.
        fields: What the form carries on, by name.
        name: Who decides, as it was filled in, or whoever was asked.
        name_problem: What is wrong with it; may be empty.
    """

    outcome: Outcome
    fields: Sequence[tuple[str, str]]
    name: str
    name_problem: str


def confirmation_of(shown: RequestShown, filled: Filled, problems: Problems, speaker: Translator) -> Confirmation:
    """What is to be confirmed before it counts."""
    return Confirmation(
        outcome=outcome_of(shown, filled, speaker),
        fields=list(_fields(filled)),
        name=filled.name or shown.request.recipient.name,
        name_problem=sentence_of(problems.name, speaker),
    )


def outcome_of(shown: RequestShown, filled: Filled, speaker: Translator) -> Outcome:
    """What is decided about a request."""
    rejected = filled.rejected
    going_back = [line for line in shown.lines if line.item_id in rejected]
    approved = [line for line in shown.lines if line.item_id not in rejected]
    return Outcome(
        language=speaker.language,
        organization=shown.organization_name,
        facts=list(facts_of(shown, speaker)),
        approved=_figures(approved, speaker),
        rejected=_figures(going_back, speaker),
        returned=[_returned(line, rejected[line.item_id], speaker) for line in going_back],
        comment=filled.comment.strip(),
    )


def _figures(lines: Sequence[Line], speaker: Translator) -> str:
    """How much it is: ``8 lines, 31:30 hours, €12.50``."""
    if not lines:
        return ""
    figures = [speaker.plural("{count} line", "{count} lines", len(lines))]
    if any(line.amount is None for line in lines):
        figures.append(speaker.text("{hours} hours", hours=hours_in(lines, speaker)))
    return ", ".join([*figures, *filter(None, [amounts_in(lines, speaker)])])


def _returned(line: Line, comment: str, speaker: Translator) -> Returned:
    what = " – ".join(filter(None, (line.activity, line.note)))
    return Returned(speaker.day(line.on), what, quantity_of(line, speaker), comment.strip())


def _fields(filled: Filled) -> Iterator[tuple[str, str]]:
    yield DIGEST, filled.digest
    for item_id, choice in filled.choices.items():
        yield choice_field(item_id), choice.value
    comments: Iterable[tuple[str, str]] = ((comment_field(item_id), text) for item_id, text in filled.rejected.items())
    yield from ((name, text) for name, text in comments if text)
    if filled.comment:
        yield COMMENT, filled.comment
