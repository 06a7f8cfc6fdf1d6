"""What a customer filled in, and what is wrong with it: all at once, line by line (L-08, B-03)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from attrs import evolve, field, frozen
from starlette.datastructures import FormData

from worktraq.adapters.web.protection import field_of
from worktraq.core.ids import ItemId
from worktraq.core.signoff import Line
from worktraq.core.text import NAME_LENGTH, clean_line, clean_note
from worktraq.errors import InvalidInput, Problem
from worktraq.usecases.signoff import RequestShown

DIGEST = "digest"
COMMENT = "comment"
APPROVES_ALL = "approve-all"
NAME = "name"
STEP = "step"


class Choice(StrEnum):
    """What is decided about a line."""

    ACCEPT = "accept"
    REJECT = "reject"


class Step(StrEnum):
    """How far somebody has come who sends the form."""

    CHECK = "check"
    CHANGE = "change"
    CONFIRM = "confirm"


_CHOICES = {choice.value: choice for choice in Choice}
_STEPS = {step.value: step for step in Step}


def choice_field(item_id: ItemId) -> str:
    """The name of the field with the choice about a line."""
    return f"line-{item_id.hex}"


def comment_field(item_id: ItemId) -> str:
    """The name of the field with the comment on a line."""
    return f"comment-{item_id.hex}"


@frozen(kw_only=True)
class Filled:
    """What a customer filled in; it holds nothing before he or she did.

    Attributes:
        digest: Of what was shown.
        choices: What was decided, for the lines where something was.
        comments: On the lines that are rejected or undecided; what stays of a change of mind is left out.
        comment: On the whole.
        approves_all: Whether everything was approved with one button.
        name: Who decides; empty for whoever was asked.
    """

    digest: str = ""
    choices: Mapping[ItemId, Choice] = field(factory=dict)
    comments: Mapping[ItemId, str] = field(factory=dict)
    comment: str = ""
    approves_all: bool = False
    name: str = ""

    @property
    def rejected(self) -> Mapping[ItemId, str]:
        """The comments on the lines that are rejected; may be empty."""
        return {each: self.comments[each] for each, choice in self.choices.items() if choice is Choice.REJECT}

    @property
    def accepted(self) -> Sequence[ItemId]:
        """The lines that are approved."""
        return [each for each, choice in self.choices.items() if choice is Choice.ACCEPT]


@frozen(kw_only=True)
class Problems:
    """What keeps a decision from being taken.

    Attributes:
        undecided: Lines without a choice.
        uncommented: Rejected lines without a comment, where the organization wants one.
        comments: Comments on lines that cannot be taken, and why.
        comment: Why the comment on the whole cannot be taken.
        contradicts: Whether everything was approved with one button, and single lines rejected.
        name: Why the name cannot be taken.
    """

    undecided: frozenset[ItemId] = frozenset()
    uncommented: frozenset[ItemId] = frozenset()
    comments: Mapping[ItemId, Problem] = field(factory=dict)
    comment: Problem | None = None
    contradicts: bool = False
    name: Problem | None = None

    @property
    def without_name(self) -> bool:
        """Whether anything but the name is wrong: that stands on a page of its own."""
        return bool(self.undecided or self.uncommented or self.comments or self.comment or self.contradicts)

    def __bool__(self) -> bool:
        return self.without_name or self.name is not None


def step_in(form: FormData) -> Step:
    """How far somebody has come; nothing is decided unless that is said."""
    return _STEPS.get(field_of(form, STEP), Step.CHECK)


def filled_in(form: FormData, lines: Sequence[Line]) -> Filled:
    """What was filled in about these lines; fields about anything else count for nothing."""
    chosen = {line.item_id: field_of(form, choice_field(line.item_id)) for line in lines}
    choices = {item_id: _CHOICES[value] for item_id, value in chosen.items() if value in _CHOICES}
    return Filled(
        digest=field_of(form, DIGEST),
        choices=choices,
        comments={
            line.item_id: field_of(form, comment_field(line.item_id))
            for line in lines
            if choices.get(line.item_id) is not Choice.ACCEPT
        },
        comment=field_of(form, COMMENT),
        approves_all=bool(field_of(form, APPROVES_ALL)),
        name=field_of(form, NAME),
    )


def checked(filled: Filled, shown: RequestShown) -> Problems:
    """Everything that keeps this from being a decision on what is shown."""
    problems = {item_id: _problem(comment) for item_id, comment in filled.comments.items()}
    on_comments = {item_id: problem for item_id, problem in problems.items() if problem is not None}
    if filled.approves_all:
        return Problems(contradicts=bool(filled.rejected), comment=_problem(filled.comment), name=_of_name(filled.name))
    is_excused = not shown.requires_comment or bool(filled.comment.strip())
    return Problems(
        undecided=frozenset(line.item_id for line in shown.lines if line.item_id not in filled.choices),
        uncommented=frozenset(
            item_id for item_id, comment in filled.rejected.items() if not is_excused and not comment.strip()
        ),
        comments=on_comments,
        comment=_problem(filled.comment),
        name=_of_name(filled.name),
    )


def with_everything_approved(filled: Filled, lines: Sequence[Line]) -> Filled:
    """The same, with every line approved."""
    return evolve(filled, choices={line.item_id: Choice.ACCEPT for line in lines}, comments={})


def without_approvals(filled: Filled) -> Filled:
    """What may be kept when something else is shown now: nobody has approved that yet (B-04)."""
    kept = {item_id: choice for item_id, choice in filled.choices.items() if choice is Choice.REJECT}
    return evolve(filled, choices=kept)


def _problem(comment: str) -> Problem | None:
    try:
        clean_note("comment", comment)
    except InvalidInput as error:
        return error.problems[0]
    return None


def _of_name(name: str) -> Problem | None:
    try:
        clean_line("name", name, longest=NAME_LENGTH)
    except InvalidInput as error:
        return error.problems[0]
    return None
