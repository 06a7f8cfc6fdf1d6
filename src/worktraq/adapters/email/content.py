"""What a template shows of a notification: short texts in the reader's language, nothing to compute."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from attrs import field, frozen

from worktraq.adapters.email.headers import one_line, shortened
from worktraq.core.branding import WHITE, readable, text_on
from worktraq.core.money import Money
from worktraq.core.notifications import Notification, NotificationKind, NotificationLine
from worktraq.i18n import Translator

MOST_LINES = 50
DARK = "#1b232c"
"""The ground of a message where the reader prefers a dark one."""

_USUAL = "#1d4e89"
_LONGEST_NOTE = 300
_FOR_EMPLOYEE = frozenset(
    {NotificationKind.ITEMS_APPROVED, NotificationKind.ITEMS_REJECTED, NotificationKind.ITEMS_REOPENED}
)
_REQUESTS = frozenset({NotificationKind.APPROVAL_REQUESTED, NotificationKind.APPROVAL_REMINDER})
_LINKED = _REQUESTS | {NotificationKind.INVITATION}
_WITHOUT_LINES = _LINKED | {NotificationKind.REQUEST_ESCALATED}
_DUE = _REQUESTS | {NotificationKind.REQUEST_ESCALATED}
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
class Colour:
    """The colour of the organization, in the ways in which it is used.

    Attributes:
        ground: As it is.
        on_ground: Black or white, as text on it.
        text: As text on white: dark enough to be read.
        on_dark: As text on a dark ground: light enough to be read.
    """

    ground: str
    on_ground: str
    text: str
    on_dark: str

    @classmethod
    def of(cls, colour: str) -> "Colour":
        """From the one that was chosen; the usual one when none was."""
        return _colour(colour or _USUAL)


@lru_cache(maxsize=256)
def _colour(colour: str) -> Colour:
    return Colour(colour, text_on(colour), readable(colour, WHITE), readable(colour, DARK))


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

    @property
    def days_width(self) -> int:
        """Of the longest day, in characters."""
        return max(len(line.on) for line in self.lines)

    @property
    def quantities_width(self) -> int:
        """Of the longest hours or amount, in characters."""
        return max(len(line.quantity) for line in self.lines)

    @property
    def has_hours(self) -> bool:
        """Whether a line has hours."""
        return any(line.hours for line in self.lines)

    @property
    def has_amounts(self) -> bool:
        """Whether a line has an amount."""
        return any(line.amount for line in self.lines)


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
        link: Where to decide or to accept; a secret. Empty where nothing is asked.
        inviter: Who invites; may be empty.
        colour: Of the organization, and what is read on it and in it.
        is_attached: Whether a file goes along.
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
    inviter: str = ""
    colour: Colour
    is_attached: bool

    @property
    def labels_width(self) -> int:
        """Of the longest label of a fact, in characters."""
        return max((len(fact.label) for fact in self.facts), default=0)


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
            Fact(label, text)
            for label, value in _facts(notification, speaker, is_mixed=len(sections) > 1)
            if (text := one_line(value))
        ),
        sections=sections,
        count=len(notification.lines),
        rejected=sum(line.is_approved is False for line in notification.lines),
        link=one_line(notification.link) if notification.kind in _LINKED else "",
        inviter=one_line(notification.invited_by),
        colour=Colour.of(notification.colour),
        is_attached=bool(notification.attachments),
    )


def period_of(notification: Notification, speaker: Translator) -> str:
    """The days that a notification is about; empty when it is about none in particular."""
    period = notification.period
    return _days(speaker, period.first, period.until) if period else ""


def expenses_of(notification: Notification, speaker: Translator) -> str:
    """The expenses of all lines together, each currency by itself."""
    return " + ".join(_money(amount, speaker) for amount in notification.expenses)


def due_of(notification: Notification, speaker: Translator) -> str:
    """Until when an answer is expected, or an invitation can be accepted."""
    if notification.expires_at is not None:
        return speaker.instant(notification.expires_at, notification.time_zone)
    return _day(speaker, notification.due_on) if notification.due_on else ""


def _about(notification: Notification, speaker: Translator) -> str:
    is_own = notification.kind in _FOR_EMPLOYEE
    who = notification.customer_name if is_own else notification.employee_name
    parts = (one_line(who), one_line(notification.project_name), period_of(notification, speaker))
    return " · ".join(part for part in parts if part)


def _facts(notification: Notification, speaker: Translator, *, is_mixed: bool) -> Iterator[tuple[str, str]]:
    kind = notification.kind
    if kind in _LINKED:
        yield speaker.gettext("Organization"), notification.organization_name
    if kind is NotificationKind.INVITATION:
        yield from _facts_of_invitation(notification, speaker)
        return
    if kind not in _FOR_EMPLOYEE:
        yield speaker.gettext("Employee"), notification.employee_name
    yield speaker.gettext("Customer"), notification.customer_name
    if kind is NotificationKind.REQUEST_ESCALATED:
        yield speaker.gettext("Asked was"), notification.contact_name
    yield speaker.gettext("Project"), notification.project_name
    yield speaker.gettext("Period"), period_of(notification, speaker)
    if not is_mixed:
        # A sum over approved and rejected lines together would say nothing.
        yield speaker.gettext("Hours"), speaker.hours(notification.minutes) if notification.minutes else ""
        yield speaker.gettext("Expenses"), expenses_of(notification, speaker)
    if kind in _DUE:
        is_late = kind is NotificationKind.REQUEST_ESCALATED
        label = speaker.gettext("Answer was expected by") if is_late else speaker.gettext("Please decide by")
        yield label, due_of(notification, speaker)
    else:
        yield _by(kind, speaker), notification.decided_by


def _facts_of_invitation(notification: Notification, speaker: Translator) -> Iterator[tuple[str, str]]:
    role = notification.role
    yield speaker.gettext("Your role"), speaker.message(f"role.{role.value}") if role else ""
    yield speaker.gettext("Can be accepted until"), due_of(notification, speaker)


def _by(kind: NotificationKind, speaker: Translator) -> str:
    if kind in _REOPENED:
        return speaker.gettext("Reopened by")
    if kind is NotificationKind.ITEMS_REJECTED:
        return speaker.gettext("Decided by")
    return speaker.gettext("Approved by")


def _sections(notification: Notification, speaker: Translator) -> tuple[Section, ...]:
    if notification.kind in _WITHOUT_LINES:
        # They stand behind the link, where they are decided on.
        return ()
    groups = [("", notification.lines)]
    if notification.kind is NotificationKind.ITEMS_REJECTED:
        rejected = tuple(line for line in notification.lines if line.is_approved is False)
        others = tuple(line for line in notification.lines if line.is_approved is not False)
        groups = [(speaker.gettext("Rejected"), rejected), (speaker.gettext("Approved"), others)]
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
        on=_day(speaker, line.on),
        what=": ".join(part for part in parts if part),
        hours="" if line.minutes is None else speaker.hours(line.minutes),
        amount="" if line.amount is None else _money(line.amount, speaker),
        comment=tuple(text for row in line.comment.splitlines() if (text := one_line(row))),
    )


# What is written in many mails is put into words once; writing a date or an amount takes longer than a sentence.
@lru_cache(maxsize=4096)
def _day(speaker: Translator, on: date) -> str:
    return speaker.date(on)


@lru_cache(maxsize=4096)
def _days(speaker: Translator, first: date, until: date) -> str:
    return speaker.period(first, until)


@lru_cache(maxsize=4096)
def _amount(speaker: Translator, minor: int, currency: str) -> str:
    return speaker.money(minor, currency)


def _money(amount: Money, speaker: Translator) -> str:
    return _amount(speaker, amount.minor, amount.currency)
