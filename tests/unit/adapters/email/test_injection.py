"""Nothing that somebody types becomes a header, a reader, a template, markup or a link, in any mail (DESIGN 10)."""

import re
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from attrs import evolve

from tests.budgets import chosen
from tests.unit.adapters.email.builders import LINK, expense_line, notification, part, received, time_line, written
from worktraq.core.notifications import Attachment, Notification, NotificationKind, Wording
from worktraq.core.templates import needs_link, template_values
from worktraq.core.users import Role
from worktraq.i18n import LANGUAGES

BREAKS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00", "%0d%0a", "=0D=0A", "\\r\\n"]
CORPUS: Sequence[str] = [
    *(f"Eva{each}Bcc: thief@evil.example{each}{each}<script>alert(1)</script>" for each in BREAKS),
    *(f"{each}.{each}MAIL FROM:<thief@evil.example>{each}" for each in BREAKS[:3]),
    "=?utf-8?q?Eva=0D=0ABcc=3A_thief=40evil.example?=",
    "=?utf-8?b?RXZhDQpCY2M6IHRoaWVmQGV2aWwuZXhhbXBsZQ==?=",
    "=?utf-8?q?=3Cscript=3E?= =?iso-8859-1?q?=E9?=",
    "Eva, thief@evil.example, <thief@evil.example>; team: a@b.example;",
    '"Eva" <thief@evil.example>, "',
    "Eva (comment \\",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "\ud800\udfff",
    "{{ 7 * 7 }}{% for x in range(99) %}x{% endfor %}{# gone #}",
    "{{ self.__init__.__globals__ }} {{ link }} {% raw %}",
    "%(organization)s %s %% {organization} {0.__class__} ${x}",
    "<script>alert(document.cookie)</script>",
    "</title></style></head><body onload=alert(1)>",
    "--><![endif]--><img src=x onerror=alert(1)><!--",
    "<a href='javascript:alert(1)'>x</a> javascript:alert(1) data:text/html,x",
    '" onmouseover="alert(1)" style="background:url(https://evil.example)" x="',
    "' onmouseover='alert(1)' x='",
    "<svg/onload=alert(1)><math><mi xlink:href=data:x>",
    "<style>@import 'https://evil.example'</style><link rel=stylesheet href=https://evil.example>",
    "&lt;script&gt; &#60;script&#62; &amp;lt; &#0;",
    "https://evil.example/?x=<y>&z https://hours.acme.example.evil.example/",
    "--=_0199f3a0000070008000000000000001",
    "x" * 5000,
    "é" * 3000,
    "漢字😀" * 700,
    "a\u0301\u0302" * 800,
    "word " * 1500,
    "",
    " \t ",
]
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "MIME-Version"]
OWN_WORDS = (
    "{% for line in lines %}{{ line.what }} {{ line.comment }}\n- {{ line.amount }}{{ line.time }}\n{% endfor %}"
)


class Markup(HTMLParser):
    """What a browser would make of HTML.

    Attributes:
        tags: Every tag that is opened.
        attributes: The names of all attributes.
        links: Where it leads, or what it loads.
        styles: What is said about looks.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.styles: list[str] = []
        self._open = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self._open = tag
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [
            value or "" for name, value in attrs if name in {"href", "src", "action", "background", "srcset"}
        ]
        self.styles += [value or "" for name, value in attrs if name == "style"]

    def handle_data(self, data: str) -> None:
        """Note a style sheet."""
        if self._open == "style":
            self.styles.append(data)
            self._open = ""


TAGS = {
    *("html", "head", "meta", "title", "style", "body", "table", "tr", "th", "td", "h1", "h2", "p", "div", "a", "br"),
    *("ul", "li"),
}
ATTRIBUTES = {
    *("align", "bgcolor", "border", "cellpadding", "cellspacing", "charset", "class", "content", "href", "lang"),
    *("name", "role", "scope", "style", "valign", "width"),
}


def hostile(kind: NotificationKind, language: str, text: str) -> Notification:
    """A notification with the text in every place that somebody can type into."""
    told = notification(
        kind,
        language=language,
        organization_name=text,
        recipient_name=text,
        employee_name=text,
        customer_name=text,
        project_name=text,
        decided_by="" if needs_link(kind) else text,
        invited_by=text,
        role=Role.EMPLOYEE,
        lines=(
            time_line(activity=text, note=text, comment=text, is_approved=False),
            expense_line(activity=text, note=text, comment=f"{text}\n{text}", is_approved=True),
        ),
        link=LINK if needs_link(kind) else "",
    )
    return (
        evolve(told, attachments=(Attachment(text, text, b"x"),))
        if kind is NotificationKind.TIMESHEET_APPROVED
        else told
    )


def own(kind: NotificationKind, text: str) -> Wording:
    """Every value of a kind in subject and text, and the text itself where the syntax allows it."""
    values = template_values(kind)
    names = [value for value in values if not value.of_lines]
    subject = " ".join(f"{{{{ {value.name} }}}}" for value in names if value.in_subject)
    body = "\n".join(f"{{{{ {value.name} }}}}" for value in names)
    if any(value.of_lines for value in values):
        body += "\n" + OWN_WORDS
    typed = "" if "{" in text else text
    return Wording(f"x{' '.join(typed.split())}{subject}"[:4000], f"{typed}\n{body}\nx")


def assert_headers(told: Notification) -> EmailMessage:
    """That a mail has its own headers and one reader; gives the mail as it is read."""
    mail = written(told)
    message = received(mail.content)
    assert list(message.keys()) == [*HEADERS, "Content-Type"]
    assert [address.addr_spec for address in message["To"].addresses] == [mail.recipient] == ["jan@jansen.example"]
    assert [address.addr_spec for address in message["From"].addresses] == ["hours@acme.example"]
    assert message["Message-ID"] == f"<{told.id.hex}@acme.example>"
    assert [type(defect).__name__ for each in message.walk() for defect in each.defects] == []
    assert mail.content.isascii()
    assert b"\x00" not in mail.content
    assert mail.content.count(b"\n") == mail.content.count(b"\r") == mail.content.count(b"\r\n")
    assert max(map(len, mail.content.split(b"\r\n"))) <= 998
    return message


def assert_parts(message: EmailMessage) -> None:
    """That a mail has the parts of its kind, and none that somebody typed."""
    found = [each.get_content_type() for each in message.walk() if not each.is_multipart()]
    assert found in (["text/plain", "text/html"], ["text/plain", "text/html", "application/octet-stream"])


def assert_markup(message: EmailMessage, link: str) -> None:
    """That its HTML does nothing, loads nothing, and leads nowhere but behind the link."""
    html = part(message, "html")
    markup = Markup(html)
    assert markup.tags <= TAGS
    assert markup.attributes <= ATTRIBUTES
    assert set(markup.links) == ({link} if link else set())
    assert [style for style in markup.styles if re.search(r"url\(|@import|expression|javascript", style)] == []
    assert html.count("<!--") == html.count("-->") == 2


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
@pytest.mark.parametrize("kind", NotificationKind)
def test_what_is_typed_stays_text(kind: NotificationKind, text: str) -> None:
    """In the usual words, with large budgets in every language, else in each in turn."""
    turn = _turn_of(kind, text) % len(LANGUAGES)
    for language in chosen(modest=LANGUAGES[turn : turn + 1], large=LANGUAGES):
        told = hostile(kind, language, text)
        message = assert_headers(told)
        assert_parts(message)
        assert_markup(message, told.link)


def _turn_of(kind: NotificationKind, text: str) -> int:
    return list(NotificationKind).index(kind) + CORPUS.index(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        pytest.param(kind, text, id=f"{kind}-{CORPUS.index(text)}")
        for kind in NotificationKind
        for text in CORPUS
        if _turn_of(kind, text) % 3 == 0 or chosen(modest=False, large=True)
    ],
)
def test_what_is_typed_stays_text_in_the_words_of_the_organization(kind: NotificationKind, text: str) -> None:
    """Whether the text can be shown or is replaced by the usual one; with large budgets each text in each mail."""
    told = evolve(hostile(kind, "nl", text), wording=own(kind, text))
    message = assert_headers(told)
    assert_parts(message)
    assert_markup(message, told.link)


@pytest.mark.parametrize("text", [each for each in CORPUS if "{" in each])
def test_no_template_is_run_that_somebody_typed(text: str) -> None:
    """It is shown as it was typed."""
    shown = part(received(written(hostile(NotificationKind.ITEMS_REJECTED, "en", text)).content), "plain")
    assert text[:25] in shown
    assert "49" not in shown


@pytest.mark.parametrize(
    "changes",
    [
        {"organization_name": "\u202eemcA"},
        {"recipient_name": "\u2066Jan\u2069"},
        {"employee_name": "a\x07b"},
    ],
)
def test_marks_that_turn_the_direction_are_left_out(changes: Mapping[str, str]) -> None:
    """Nothing is read the other way round from how it is stored."""
    message = received(written(notification(**changes)).content)  # type: ignore[arg-type]  # a test names the attributes
    everything = part(message, "plain") + part(message, "html") + str(message["Subject"]) + str(message["To"])
    assert re.search("[\u202a-\u202e\u2066-\u2069\x07]", everything) is None
