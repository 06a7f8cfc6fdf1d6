"""Names, addresses and subjects that cannot break a header."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.adapters.email.builders import SENDER, mail, notification, received, written
from worktraq.adapters.email.headers import (
    address_header,
    address_of,
    ascii_domain,
    one_line,
    sender_of,
    subject_of,
    text_header,
)
from worktraq.errors import InvalidInput

HOSTILE = [
    "Eva\r\nBcc: thief@evil.example",
    "Eva\nBcc: thief@evil.example",
    "Eva\rBcc: thief@evil.example",
    "Eva\r\n\r\n<html>another body</html>",
    "Eva\x0bBcc: thief@evil.example",
    "Eva\x85Bcc: thief@evil.example",
    "Eva\u2028Bcc: thief@evil.example",
    "Eva\x00Bcc: thief@evil.example",
    "=?utf-8?q?Eva=0D=0ABcc=3A_thief=40evil.example?=",
    "=?utf-8?b?RXZhDQpCY2M6IHRoaWVmQGV2aWwuZXhhbXBsZQ==?=",
    "Eva, thief@evil.example",
    "Eva <thief@evil.example>",
    '"Eva" <thief@evil.example>, "',
    'Eva" <thief@evil.example>, "Jan',
    "Eva; thief@evil.example:",
    "team: thief@evil.example;",
    "Eva (a comment",
    "Eva \\",
    '"',
    "<>",
    "\u202ethief@evil.example",
    "\ud800",
    "é, <thief@evil.example>" * 9,
    'a "b" <thief@evil.example>, ' * 7,
    "Jansen, " * 24,
    "x" * 200,
    "é" * 200,
    "漢字" * 90,
    "👩‍👩‍👧‍👦" * 20,
    " ",
    "",
]
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
}
NASTY = st.text(st.sampled_from("ab éß漢😀,\"<>@;:()[]\\.=?-_'%&\r\n\t\x00\u2028"), max_size=200)


def assert_unbroken(name: str) -> None:
    """That a name in every place of a notification leaves its mail with one reader and its own headers only."""
    told = notification(
        organization_name=name,
        recipient_name=name,
        employee_name=name,
        customer_name=name,
        project_name=name,
        decided_by=name,
    )
    content = written(told).content
    read = received(content)
    head = content.partition(b"\r\n\r\n")[0]
    assert set(read.keys()) == HEADERS
    assert len(read.keys()) == len(HEADERS)
    assert [address.addr_spec for address in read["To"].addresses] == ["jan@jansen.example"]
    assert [address.addr_spec for address in read["From"].addresses] == ["hours@acme.example"]
    assert read.get_content_type() == "multipart/alternative"
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert head.isascii()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_breaks_no_header(name: str) -> None:
    """No name adds a header, a reader or a body."""
    assert_unbroken(name)


@given(NASTY)
def test_no_name_at_all_breaks_a_header(name: str) -> None:
    """Whatever is typed."""
    assert_unbroken(name)


@pytest.mark.parametrize("name", ["Jan Jansen", "Jansen, Jan", 'Jan "Bakker" Jansen', "B.V. De Bakker", "Zoë Müller"])
def test_usual_name_arrives_as_it_is(name: str) -> None:
    """Quotes and accents are carried, not dropped."""
    to = mail(notification(recipient_name=name))["To"]
    assert to.addresses[0].display_name == name


def test_accented_name_loses_its_comma_only() -> None:
    """Python versions differ in whether they would quote it; without the comma nothing depends on that."""
    assert address_of("Müller, Jörg", "jorg@example.com").display_name == "Müller Jörg"


@pytest.mark.parametrize("subject", ["Zoë", "漢字 · 2026", "50 % of 3 = 4?", 'a, b; c: <d> "e"'])
def test_usual_subject_arrives_as_it_is(subject: str) -> None:
    """What a person may write in a name of a project is legible in the subject."""
    told = notification(project_name=subject)
    assert subject in mail(told)["Subject"]


def test_long_subject_is_cut_off() -> None:
    """With an ellipsis."""
    assert subject_of("x" * 500) == "x" * 199 + "…"


def test_text_is_made_one_line() -> None:
    """Breaks, control characters and marks that turn the direction of the text become a blank; amounts stay whole."""
    assert one_line(" a\r\n b\tc\x00d\u202ee\xa0f ") == "a b c d e\xa0f"


@pytest.mark.parametrize(
    ("email", "known"),
    [("jan@jansen.example", "jan@jansen.example"), ("jan@bücher.example", "jan@xn--bcher-kva.example")],
)
def test_address_is_written_as_the_mail_knows_it(email: str, known: str) -> None:
    """A domain with accents has a form in ASCII."""
    assert address_of("", email).addr_spec == known


@pytest.mark.parametrize(
    "email",
    ["", "jan", "jörg@example.com", "a..b@example.com", ".a@example.com", "a@-.example", "a@b\r\nBcc: c@d.example"],
)
def test_address_that_cannot_be_written_to_is_refused(email: str) -> None:
    """Rather than sent to somebody else."""
    with pytest.raises(InvalidInput):
        address_of("Jan", email)


@pytest.mark.parametrize(
    ("text", "name", "email"),
    [
        ("Acme Advies <hours@acme.example>", "Acme Advies", "hours@acme.example"),
        ('"Acme, Inc." <hours@acme.example>', "Acme, Inc.", "hours@acme.example"),
        ("hours@acme.example", "", "hours@acme.example"),
    ],
)
def test_sender_is_read(text: str, name: str, email: str) -> None:
    """With or without a name."""
    sender = sender_of(text)
    assert (sender.display_name, sender.addr_spec) == (name, email)


@pytest.mark.parametrize("text", ["", "Acme", "a@b.example, c@d.example", "Acme, Inc. <a@b.example>"])
def test_sender_is_exactly_one_address(text: str) -> None:
    """Anything else is a mistake in the configuration, and is found when the notifier is made."""
    with pytest.raises(InvalidInput) as refused:
        sender_of(text)
    assert refused.value.field == "sender"


@pytest.mark.parametrize("domain", ["", "a b", "x>\r\nBcc: a", "-", "a..b", "a@b"])
def test_domain_that_is_none_is_refused(domain: str) -> None:
    """It stands in every Message-ID."""
    with pytest.raises(InvalidInput):
        ascii_domain(domain)


def test_message_id_with_a_long_domain_stays_whole() -> None:
    """It is what makes two mails the same one."""
    domain = ".".join(["a" * 60] * 4)
    told = notification()
    assert mail(told, domain=domain)["Message-ID"] == f"<{told.id.hex}@{domain}>"


def test_sender_of_the_builders_is_plain() -> None:
    """The other tests do not depend on how it is quoted."""
    assert str(SENDER) == "Acme Advies <hours@acme.example>"


WORDS = st.sampled_from(["Größe", "Öztürk-Smit", "11–27", "·", "april", "week", "éléphant", "a", "de", "漢字"])


@given(st.lists(WORDS, min_size=1, max_size=14).map(" ".join))
def test_no_blank_is_lost_or_added_where_a_line_is_broken(text: str) -> None:
    """Subjects and names of several lines are read as they were written."""
    head = text_header("Subject", subject_of(text)) + address_header("To", address_of(text, "eva@acme.example"))
    content = head.encode("ascii")
    parsed = received(content)
    assert parsed["Subject"] == text
    # Python's own parser of addresses keeps the blank between two encoded words, which RFC 2047 has it ignore.
    raw = message_from_bytes(content, policy=compat32)["To"]
    assert str(make_header(decode_header(raw))) in (f"{text} <eva@acme.example>", f"{text}  <eva@acme.example>")
    assert max(len(line) for line in content.splitlines()) <= 78
