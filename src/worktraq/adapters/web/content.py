"""A request as it is shown: short texts in the reader's language, nothing to compute; never a rate (L-07)."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from worktraq.adapters.web.decision import Choice, Filled, Problems, choice_field, comment_field
from worktraq.core.ids import ItemId
from worktraq.core.money import Money, total
from worktraq.core.signoff import Line
from worktraq.errors import Problem
from worktraq.i18n import Translator
from worktraq.usecases.signoff import RequestShown


@frozen
class Fact:
    """What the request is about: ``Employee`` and ``Eva Visser``."""

    label: str
    value: str


@frozen(kw_only=True)
class ShownLine:
    """A line with what is decided about it so far.

    Attributes:
        choice_field: The name of the field with the choice.
        comment_field: The name of the field with the comment.
        on: The day of work.
        activity: Description of the activity; may be empty.
        note: What was done or bought; may be empty.
        quantity: Hours or an amount.
        is_accepted: Whether it is approved so far.
        is_rejected: Whether it is rejected so far.
        comment: As it was filled in.
        choice_problem: What is wrong with the choice; may be empty.
        comment_problem: What is wrong with the comment; may be empty.
    """

    choice_field: str
    comment_field: str
    on: str
    activity: str
    note: str
    quantity: str
    is_accepted: bool
    is_rejected: bool
    comment: str
    choice_problem: str
    comment_problem: str


@frozen
class Section:
    """Lines of one kind, with what their quantity is called, and their total."""

    title: str
    quantity: str
    lines: Sequence[ShownLine]
    total_label: str
    total: str


@frozen(kw_only=True)
class Content:
    """Everything that the page of a request shows.

    Attributes:
        language: Of all texts.
        organization: Who asks.
        employee: Whose hours and expenses.
        facts: What they are about.
        sections: Hours, then expenses; one that is empty is left out.
        digest: Of what is shown.
        requires_comment: Whether a rejection needs a comment.
        comment: On the whole, as it was filled in.
        name: Who decides, where that was filled in already.
        comment_problem: What is wrong with it; may be empty.
        contradiction: That everything was approved and single lines rejected; may be empty.
        notices: What happened instead of taking the decision.
    """

    language: str
    organization: str
    employee: str
    facts: Sequence[Fact]
    sections: Sequence[Section]
    digest: str
    requires_comment: bool
    comment: str
    name: str
    comment_problem: str
    contradiction: str
    notices: Sequence[str]

    @property
    def has_problems(self) -> bool:
        """Whether something is to be corrected."""
        return bool(self.comment_problem or self.contradiction or any(self.lines_with_problems))

    @property
    def lines_with_problems(self) -> Sequence[ShownLine]:
        """The lines that are to be corrected."""
        lines = (line for section in self.sections for line in section.lines)
        return [line for line in lines if line.choice_problem or line.comment_problem]


def content_of(
    shown: RequestShown, filled: Filled, problems: Problems, notices: Sequence[str], speaker: Translator
) -> Content:
    """A request as it is shown, with what was filled in so far and what is wrong with it."""
    contradiction = speaker.text(
        "You marked single lines as rejected. Approve those as well, or choose “Check and send” instead."
    )
    return Content(
        language=speaker.language,
        organization=shown.organization_name,
        employee=shown.employee_name,
        facts=[*facts_of(shown, speaker), Fact(speaker.text("Please decide by"), speaker.date(shown.request.due_on))],
        sections=list(_sections(shown.lines, filled, problems, speaker)),
        digest=shown.digest,
        requires_comment=shown.requires_comment,
        comment=filled.comment,
        name=filled.name,
        comment_problem=sentence_of(problems.comment, speaker),
        contradiction=contradiction if problems.contradicts else "",
        notices=notices,
    )


def facts_of(shown: RequestShown, speaker: Translator) -> Iterator[Fact]:
    """What a request is about."""
    period = shown.request.period
    yield Fact(speaker.text("Employee"), shown.employee_name)
    yield Fact(speaker.text("Customer"), shown.customer_name)
    yield Fact(speaker.text("Project"), shown.project_name)
    yield Fact(speaker.text("Period"), speaker.period(period.first, period.until))


def hours_in(lines: Iterable[Line], speaker: Translator) -> str:
    """The hours of lines."""
    return speaker.hours(sum(line.minutes or 0 for line in lines))


def amounts_in(lines: Iterable[Line], speaker: Translator) -> str:
    """The expenses in lines, each currency by itself."""
    amounts = [line.amount for line in lines if line.amount is not None]
    currencies = sorted({amount.currency for amount in amounts})
    sums = (total((each for each in amounts if each.currency == currency), currency) for currency in currencies)
    return " + ".join(_money(amount, speaker) for amount in sums)


def quantity_of(line: Line, speaker: Translator) -> str:
    """The hours or the amount of a line."""
    return _money(line.amount, speaker) if line.amount is not None else speaker.hours(line.minutes or 0)


def _sections(lines: Iterable[Line], filled: Filled, problems: Problems, speaker: Translator) -> Iterator[Section]:
    lines = list(lines)
    times = [line for line in lines if line.amount is None]
    spent = [line for line in lines if line.amount is not None]
    if times:
        yield Section(
            speaker.text("Hours"),
            speaker.text("Hours"),
            [_line(line, filled, problems, speaker) for line in times],
            speaker.text("Total hours"),
            hours_in(times, speaker),
        )
    if spent:
        yield Section(
            speaker.text("Expenses"),
            speaker.text("Amount"),
            [_line(line, filled, problems, speaker) for line in spent],
            speaker.text("Total expenses"),
            amounts_in(spent, speaker),
        )


def _line(line: Line, filled: Filled, problems: Problems, speaker: Translator) -> ShownLine:
    choice = filled.choices.get(line.item_id)
    is_undecided = line.item_id in problems.undecided
    return ShownLine(
        choice_field=choice_field(line.item_id),
        comment_field=comment_field(line.item_id),
        on=speaker.date(line.on),
        activity=line.activity,
        note=line.note,
        quantity=quantity_of(line, speaker),
        is_accepted=choice is Choice.ACCEPT,
        is_rejected=choice is Choice.REJECT,
        comment=filled.comments.get(line.item_id, ""),
        choice_problem=speaker.text("Approve or reject this line.") if is_undecided else "",
        comment_problem=_comment_problem(line.item_id, problems, speaker),
    )


def _comment_problem(item_id: ItemId, problems: Problems, speaker: Translator) -> str:
    if item_id in problems.uncommented:
        return speaker.message("comment_missing")
    return sentence_of(problems.comments.get(item_id), speaker)


def sentence_of(problem: Problem | None, speaker: Translator) -> str:
    """What is wrong, in words; empty when nothing is."""
    return speaker.message(problem.code, **dict(problem.parameters)) if problem is not None else ""


def _money(amount: Money, speaker: Translator) -> str:
    return speaker.money(amount.minor, amount.currency)
