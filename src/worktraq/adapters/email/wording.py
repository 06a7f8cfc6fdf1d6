"""An organization's own text as a mail, and as somebody sees it who writes one (L-06).

The text becomes plain text and HTML: an empty line begins a paragraph, lines that begin with a dash make a list, and a
line that holds nothing but the link becomes a button. Nothing else is a link, whatever somebody typed.
"""

from collections.abc import Iterator

from worktraq.adapters.email.content import Content, content_of, due_of, expenses_of, period_of
from worktraq.adapters.email.grammar import TooLong, Values, parsed
from worktraq.adapters.email.headers import one_line, subject_of
from worktraq.adapters.email.rendering import Block, Rendered, laid_out, rendered
from worktraq.core.notifications import Notification, NotificationKind, Wording
from worktraq.core.templates import Preview
from worktraq.errors import InvalidInput
from worktraq.i18n import Translator, translator

_DASHES = ("- ", "* ", "• ")


class EmailTemplates:
    """Checks and shows texts of mails; a `worktraq.ports.templates.TemplateRenderer`."""

    def check(self, kind: NotificationKind, wording: Wording) -> None:
        """Go on only when a text can be shown for every message of a kind."""
        parsed(kind, wording)

    def preview(self, notification: Notification) -> Preview:
        """A message as its reader would see it."""
        if notification.wording is not None:
            self.check(notification.kind, notification.wording)
        speaker = translator(notification.language)
        content = content_of(notification, speaker)
        words = worded(notification, content, speaker) or rendered(notification.kind, content, speaker)
        return Preview(subject_of(words.subject), words.text, words.html)


def worded(notification: Notification, content: Content, speaker: Translator) -> Rendered | None:
    """A message in the organization's words; None where it has none, or they cannot be shown.

    A text is checked when it is saved. What could not be shown all the same, such as one for a value that there was
    in an earlier version, must not keep a message from its reader.
    """
    if notification.wording is None:
        return None
    values = values_of(notification, content, speaker)
    try:
        subject, body = (each.written(values) for each in parsed(notification.kind, notification.wording))
    except (InvalidInput, TooLong, KeyError):
        return None
    subject, body = one_line(subject), "\n".join(map(one_line, body.splitlines())).strip()
    if not subject or not body or (content.link and content.link not in body):
        return None
    return laid_out(subject, body, tuple(_blocks(body, content.link)), content, speaker)


def values_of(notification: Notification, content: Content, speaker: Translator) -> Values:
    """What a text can be filled in with, in words."""
    shown = [line for section in content.sections for line in section.lines]
    left_out = sum(section.left_out for section in content.sections)
    more = speaker.ngettext("and %(count)s more line", "and %(count)s more lines", left_out)
    texts = {
        "organization": content.organization,
        "recipient": content.recipient,
        "inviter": content.inviter,
        "employee": content.employee,
        "customer": notification.customer_name,
        "contact": notification.contact_name,
        "project": notification.project_name,
        "period": period_of(notification, speaker),
        "hours": speaker.hours(notification.minutes) if notification.minutes else "",
        "expenses": expenses_of(notification, speaker),
        "count": speaker.number(content.count) if content.count else "",
        "rejected": speaker.number(content.rejected) if content.rejected else "",
        "due": due_of(notification, speaker),
        "decided_by": notification.decided_by,
        "more": more % {"count": speaker.number(left_out)} if left_out else "",
    }
    lines = [
        {
            "on": line.on,
            "what": line.what,
            "time": line.hours,
            "amount": line.amount,
            "comment": " ".join(line.comment),
        }
        for line in shown
    ]
    # The link comes last, and as it is: it must not be taken apart.
    return Values({name: one_line(text) for name, text in texts.items()} | {"link": content.link}, lines)


def _blocks(body: str, link: str) -> Iterator[Block]:
    kind = ""
    rows: list[tuple[str, ...]] = []
    for line in (*body.split("\n"), ""):
        new = _kind_of(line, link)
        if new != kind and rows:
            yield Block(kind, tuple(rows))
            rows = []
        kind = new
        if line:
            text = line[2:].lstrip() if kind == "list" else line
            rows.append(tuple(text.split(link)) if link else (text,))


def _kind_of(line: str, link: str) -> str:
    if not line:
        return ""
    if link and line == link:
        return "link"
    return "list" if line.startswith(_DASHES) else "text"
