"""What a template shows of a notification: short texts in the reader's language, nothing to compute."""

from collections.abc import Iterator

from attrs import field, frozen

from worktraq.adapters.email.headers import one_line, shortened
from worktraq.core.money import Money
from worktraq.core.notifications import Notification, NotificationKind, NotificationLine
from worktraq.i18n import Translator

MOST_LINES = 50
_LONGEST_NOTE = 300
_FOR_EMPLOYEE = frozenset(
    {NotificationKind.ITEMS_APPROVED, NotificationKind.ITEMS_REJECTED, NotificationKind.ITEMS_REOPENED}
)
_REQUESTS = frozenset({NotificationKind.APPROVAL_REQUESTED, NotificationKind.APPROVAL_REMINDER})
_REOPENED = frozenset({NotificationKind.ITEMS_REOPENED, NotificationKind.TIMESHEET_REOPENED})


@frozen
class Fact:
    """A row at the top of a message: ``Employee`` and ``Eva Visser``."""

    label: str
    value: str


@frozen
class ShownLine:
    """An item, in words.

    Attributes:
        on: The day of work.
        what: Activity and note, on one line.
        hours: Of time, else empty.
        amount: Of an expense, else empty.
        comment: What was said about it, line by line.
    """

    on: str
    what: str
    hours: str
    amount: str
    comment: tuple[str, ...]

    @property
    def quantity(self) -> str:
        """Hours or amount."""
        return self.hours or self.amount


@frozen
class Section:
    """Lines with the same outcome.

    Attributes:
        title: The outcome; empty when all lines of the message have the same.
        lines: As many as are shown.
        left_out: How many more there are.
    """

    title: str
    lines: tuple[ShownLine, ...]
    left_out: int


@frozen(kw_only=True)
class Content:
    """Everything that a template shows.

    Attributes:
        language: Of all texts.
        organization: Who tells.
        recipient: Who is told; may be empty.
        employee: Whose hours and expenses.
        about: What the message is about, for its subject.
        facts: What the reader has to know first.
        sections: The lines; what was rejected comes first.
        count: How many lines there are in all.
        rejected: How many of them were rejected.
        link: Where to decide; a secret. Empty where nothing is asked.
    """

    language: str
    organization: str
    recipient: str
    employee: str
    about: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    count: int
    rejected: int
    link: str = field(repr=False)


def content_of(notification: Notification, speaker: Translator) -> Content:
    """What is shown of a notification."""
    sections = _sections(notification, speaker)
    return Content(
        language=speaker.language,
        organization=one_line(notification.organization_name),
        recipient=one_line(notification.recipient_name),
        employee=one_line(notification.employee_name),
        about=_about(notification, speaker),
        facts=tuple(
            Fact(label, one_line(value))
            for label, value in _facts(notification, speaker, is_mixed=len(sections) > 1)
            if one_line(value)
        ),
        sections=sections,
        count=len(notification.lines),
        rejected=sum(line.is_approved is False for line in notification.lines),
        link=one_line(notification.link) if notification.kind in _REQUESTS else "",
    )


def _about(notification: Notification, speaker: Translator) -> str:
    is_own = notification.kind in _FOR_EMPLOYEE
    who = notification.customer_name if is_own else notification.employee_name
    parts = (one_line(who), one_line(notification.project_name), _period(notification, speaker))
    return " · ".join(part for part in parts if part)


def _period(notification: Notification, speaker: Translator) -> str:
    period = notification.period
    return speaker.period(period.first, period.until) if period else ""


def _facts(notification: Notification, speaker: Translator, *, is_mixed: bool) -> Iterator[tuple[str, str]]:
    kind = notification.kind
    if kind in _REQUESTS:
        yield speaker.text("Organization"), notification.organization_name
    if kind not in _FOR_EMPLOYEE:
        yield speaker.text("Employee"), notification.employee_name
    yield speaker.text("Customer"), notification.customer_name
    yield speaker.text("Project"), notification.project_name
    yield speaker.text("Period"), _period(notification, speaker)
    if not is_mixed:
        # A sum over approved and rejected lines together would say nothing.
        yield speaker.text("Hours"), speaker.hours(notification.minutes) if notification.minutes else ""
        yield speaker.text("Expenses"), " + ".join(_money(amount, speaker) for amount in notification.expenses)
    if kind in _REQUESTS:
        yield speaker.text("Please decide by"), speaker.date(notification.due_on) if notification.due_on else ""
    else:
        yield _by(kind, speaker), notification.decided_by


def _by(kind: NotificationKind, speaker: Translator) -> str:
    if kind in _REOPENED:
        return speaker.text("Reopened by")
    if kind is NotificationKind.ITEMS_REJECTED:
        return speaker.text("Decided by")
    return speaker.text("Approved by")


def _sections(notification: Notification, speaker: Translator) -> tuple[Section, ...]:
    if notification.kind in _REQUESTS:
        # They stand behind the link, where they are decided on.
        return ()
    groups = [("", notification.lines)]
    if notification.kind is NotificationKind.ITEMS_REJECTED:
        rejected = tuple(line for line in notification.lines if line.is_approved is False)
        others = tuple(line for line in notification.lines if line.is_approved is not False)
        groups = [(speaker.text("Rejected"), rejected), (speaker.text("Approved"), others)]
    groups = [(title, lines) for title, lines in groups if lines]
    room = MOST_LINES
    sections = []
    for title, lines in groups:
        shown = tuple(_shown(line, speaker) for line in lines[:room])
        room -= len(shown)
        sections.append(Section(title if len(groups) > 1 else "", shown, len(lines) - len(shown)))
    return tuple(sections)


def _shown(line: NotificationLine, speaker: Translator) -> ShownLine:
    parts = (one_line(line.activity), shortened(one_line(line.note), _LONGEST_NOTE))
    return ShownLine(
        on=speaker.date(line.on),
        what=": ".join(part for part in parts if part),
        hours="" if line.minutes is None else speaker.hours(line.minutes),
        amount="" if line.amount is None else _money(line.amount, speaker),
        comment=tuple(text for row in line.comment.splitlines() if (text := one_line(row))),
    )


def _money(amount: Money, speaker: Translator) -> str:
    return speaker.money(amount.minor, amount.currency)
