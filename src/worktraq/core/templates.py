"""The texts of mails in an organization's own words: which there are, which one counts, and what may stand in them (L-06).

A template without a name replaces the usual text of its kind in its language. Those with a name are chosen when
something is sent. What a text can hold is a fixed set of values, never a rate nor an amount that follows from one.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from attrs import evolve, frozen

from worktraq.core.calendar import Period
from worktraq.core.choices import chosen
from worktraq.core.identifiers import clean_language
from worktraq.core.ids import IntentId, OrganizationId, TemplateId
from worktraq.core.money import Money
from worktraq.core.notifications import Notification, NotificationKind, NotificationLine, Wording
from worktraq.core.text import NAME_LENGTH, clean_line, clean_note, fold
from worktraq.core.unset import Unset, either
from worktraq.core.users import Role
from worktraq.errors import InvalidInput

SUBJECT_LENGTH = 200
NAMED_KINDS = frozenset({NotificationKind.APPROVAL_REMINDER})
"""The kinds of which one among several templates is chosen when they are sent."""


@frozen(kw_only=True)
class MailTemplate:
    """A text of the organization.

    Attributes:
        id: Of the template.
        organization_id: Whose text it is.
        kind: For which messages.
        language: In which it is written.
        name: What it is chosen by; empty when it replaces the usual text of its kind and language.
        subject: On one line, with the names of values in it.
        body: The same, of several lines.
        version: Goes up with every change.
    """

    id: TemplateId
    organization_id: OrganizationId
    kind: NotificationKind
    language: str
    name: str = ""
    subject: str
    body: str
    version: int = 1

    @property
    def name_key(self) -> str:
        """The name without case and accents: no two of a kind and language have the same."""
        return fold(self.name)

    @property
    def wording(self) -> Wording:
        """What it says."""
        return Wording(self.subject, self.body)


@frozen
class TemplateValue:
    """A value that a text can hold, for whoever offers an editor.

    Attributes:
        name: As it stands in the text: ``employee`` in ``{{ employee }}``.
        code: A code of `worktraq.messages` that tells what it means.
        in_subject: Whether the subject can hold it too.
        of_lines: The values of each line, when it is a list of lines.
    """

    name: str
    code: str
    in_subject: bool = True
    of_lines: tuple["TemplateValue", ...] = ()


@frozen
class Preview:
    """A message with made-up content, to be looked at.

    Attributes:
        subject: On one line.
        text: The message as plain text.
        html: The same as a page of its own.
    """

    subject: str
    text: str
    html: str


def _value(name: str, *, in_subject: bool = True, of_lines: tuple[TemplateValue, ...] = ()) -> TemplateValue:
    return TemplateValue(name, f"template_value.{name}", in_subject, of_lines)


_BOTH = (_value("organization"), _value("recipient"))
# Whoever reads subjects, such as a list of mails on a locked screen, is not to have the link.
_LINK = _value("link", in_subject=False)
_WORK = tuple(map(_value, ("employee", "customer", "project", "period", "hours", "expenses", "count")))
_OF_LINES = tuple(map(_value, ("on", "what", "time", "amount", "comment")))
_LINES = (_value("lines", in_subject=False, of_lines=_OF_LINES), _value("more", in_subject=False))
_DECIDED = (*_BOTH, *_WORK, _value("decided_by"), *_LINES)
_VALUES: Mapping[NotificationKind, tuple[TemplateValue, ...]] = {
    NotificationKind.APPROVAL_REQUESTED: (*_BOTH, *_WORK, _value("due"), _LINK),
    NotificationKind.APPROVAL_REMINDER: (*_BOTH, *_WORK, _value("due"), _LINK),
    NotificationKind.TIMESHEET_APPROVED: _DECIDED,
    NotificationKind.ITEMS_APPROVED: _DECIDED,
    NotificationKind.ITEMS_REJECTED: (*_DECIDED, _value("rejected")),
    NotificationKind.ITEMS_REOPENED: _DECIDED,
    NotificationKind.TIMESHEET_REOPENED: _DECIDED,
    NotificationKind.REQUEST_ESCALATED: (*_BOTH, *_WORK, _value("contact"), _value("due")),
    NotificationKind.INVITATION: (*_BOTH, _value("inviter"), _value("due"), _LINK),
}


def template_values(kind: NotificationKind) -> tuple[TemplateValue, ...]:
    """What a text of a kind can hold."""
    return _VALUES[kind]


def needs_link(kind: NotificationKind) -> bool:
    """Whether a text of a kind is of no use without its link."""
    return _LINK in _VALUES[kind]


def new_template(
    template_id: TemplateId,
    organization_id: OrganizationId,
    kind: NotificationKind,
    *,
    language: str,
    name: str,
    subject: str,
    body: str,
) -> MailTemplate:
    """A template, checked for everything but its syntax.

    Raises:
        InvalidInput: Naming the field.
    """
    kind = chosen("kind", NotificationKind, kind)
    language = clean_language("language", language)
    if not language:
        raise InvalidInput.of("language", "text_missing")
    return MailTemplate(
        id=template_id,
        organization_id=organization_id,
        kind=kind,
        language=language,
        name=_clean_name(kind, name),
        subject=_clean_subject(subject),
        body=clean_note("body", body, is_required=True),
    )


def changed(template: MailTemplate, name: str | Unset, subject: str | Unset, body: str | Unset) -> MailTemplate:
    """The template with other words; kind and language stay.

    Raises:
        InvalidInput: Naming the field.
    """
    return evolve(
        template,
        name=_clean_name(template.kind, either(name, template.name)),
        subject=_clean_subject(either(subject, template.subject)),
        body=clean_note("body", either(body, template.body), is_required=True),
        version=template.version + 1,
    )


def check_chosen(template: MailTemplate, kind: NotificationKind) -> None:
    """That a template that was chosen is one of the kind that is sent.

    Raises:
        InvalidInput: With ``template_of_other_kind``.
    """
    if template.kind is not kind:
        raise InvalidInput.of("template_id", "template_of_other_kind")


def template_for(
    templates: Iterable[MailTemplate], kind: NotificationKind, language: str, template_id: TemplateId | None = None
) -> MailTemplate | None:
    """The template that counts for a reader; None for the usual text.

    It is the one of the chosen name in the reader's language, else the chosen one itself, else the one that replaces
    the usual text in the reader's language.
    """
    of_kind = [template for template in templates if template.kind is kind]
    picked = next((template for template in of_kind if template.id == template_id), None)
    name = picked.name_key if picked is not None else ""
    same = (template for template in of_kind if (template.language, template.name_key) == (language, name))
    return next(same, picked)


def sample(kind: NotificationKind, language: str, organization_name: str, today: date) -> Notification:
    """A message about made-up work, to show what a text looks like.

    Args:
        kind: Of the message.
        language: Of its reader.
        organization_name: Who tells.
        today: The work is of this month, and to be decided on in a week.
    """
    lines = (
        NotificationLine(today, "Advies", "Jaarrekening 2025", 465, None, True),
        NotificationLine(today, "Advies", "Parkeren", None, Money("12.50", "EUR"), False, "Graag met bon."),
    )
    has_link, is_late = needs_link(kind), kind is NotificationKind.REQUEST_ESCALATED
    return Notification(
        id=IntentId(UUID(int=0)),
        kind=kind,
        language=language,
        organization_name=organization_name,
        recipient_name="Jan Jansen",
        recipient_email="jan@jansen.example",
        employee_name="Eva Visser",
        customer_name="Bakkerij Jansen B.V.",
        project_name="Advies",
        period=Period.month(today.year, today.month),
        lines=lines,
        minutes=465,
        expenses=(Money("12.50", "EUR"),),
        due_on=today + timedelta(days=7) if has_link or is_late else None,
        link="https://hours.example/voorbeeld" if has_link else "",
        decided_by="" if has_link or is_late else "Marc Peeters",
        contact_name="Jan Jansen" if is_late else "",
        invited_by="Marc Peeters" if kind is NotificationKind.INVITATION else "",
        role=Role.EMPLOYEE if kind is NotificationKind.INVITATION else None,
    )


def _clean_name(kind: NotificationKind, name: str) -> str:
    name = clean_line("name", name, longest=NAME_LENGTH)
    if name and kind not in NAMED_KINDS:
        raise InvalidInput.of("name", "template_name_unused")
    return name


def _clean_subject(subject: str) -> str:
    return clean_line("subject", subject, longest=SUBJECT_LENGTH, is_required=True)
