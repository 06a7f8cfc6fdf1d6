"""Files that go along with a mail."""

import pytest

from tests.unit.adapters.email.builders import mail, notification, part, written
from worktraq.core.notifications import Attachment, NotificationKind, Wording

PDF = bytes(range(256)) * 40
pytestmark = pytest.mark.requirement("L-09")


def attached(name: str = "timesheet.pdf", media_type: str = "application/pdf", content: bytes = PDF) -> Attachment:
    """A timesheet."""
    return Attachment(name, media_type, content)


def test_file_arrives_byte_by_byte() -> None:
    """Beside the message, which reads as it would without it."""
    message = mail(notification(NotificationKind.TIMESHEET_APPROVED, attachments=(attached(),)))
    (file,) = message.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (
        "timesheet.pdf",
        "application/pdf",
        PDF,
    )
    assert message.get_content_type() == "multipart/mixed"
    assert [each.get_content_type() for each in message.iter_parts()] == ["multipart/alternative", "application/pdf"]


def test_several_files_arrive_in_order() -> None:
    """Each with its own content, also an empty one."""
    files = [attached("a.pdf", content=b"a"), attached("b.pdf", content=b"")]
    message = mail(notification(attachments=tuple(files)))
    assert [(each.get_filename(), each.get_content()) for each in message.iter_attachments()] == [
        ("a.pdf", b"a"),
        ("b.pdf", b""),
    ]


def test_customer_is_told_of_the_file() -> None:
    """In both parts; and not where there is none."""
    for files in ((attached(),), ()):
        message = mail(notification(NotificationKind.TIMESHEET_APPROVED, attachments=files))
        assert [("attached" in part(message, form)) for form in ("plain", "html")] == [bool(files)] * 2


def test_later_attempt_carries_the_same_bytes() -> None:
    """Boundaries included."""
    told = notification(attachments=(attached(),))
    assert written(told) == written(told)


def test_mail_with_a_file_passes_old_servers() -> None:
    """ASCII only, short lines, each ended by CR and LF."""
    content = written(notification(attachments=(attached(),))).content
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.count(b"\n") == content.count(b"\r\n")


def test_organizations_own_text_carries_it_too() -> None:
    """Whoever wrote the words."""
    told = notification(
        NotificationKind.TIMESHEET_APPROVED, wording=Wording("Klaar", "Zie bijlage."), attachments=(attached(),)
    )
    assert [each.get_content() for each in mail(told).iter_attachments()] == [PDF]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Urenbrief Jansen 2026-10.pdf", "Urenbrief-Jansen-2026-10.pdf"),
        ("Größe é 漢.pdf", "Gr-e.pdf"),
        ('a"; filename="b.exe', "a-filename-b.exe"),
        ("a\r\nBcc: thief@evil.example\r\n\r\n.pdf", "a-Bcc-thief-evil.example.pdf"),
        ("../../etc/passwd", "etc-passwd"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("=?utf-8?q?a?=.pdf", "utf-8-q-a.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("x" * 300 + ".pdf", "x" * 60 + ".pdf"),
        ("", "file"),
        (".pdf", "file.pdf"),
        ("漢字", "file"),
    ],
)
def test_file_name_is_safe(name: str, safe: str) -> None:
    """ASCII, without anything that a header or a file system takes for more than a name; its ending stays."""
    message = mail(notification(attachments=(attached(name),)))
    (file,) = message.iter_attachments()
    assert file.get_filename() == safe
    assert message["Bcc"] is None


@pytest.mark.parametrize("media_type", ["", "pdf", "text/html; charset=x", "a/b\r\nX: y", "application/", "é/é"])
def test_media_type_that_is_none_is_not_passed_on(media_type: str) -> None:
    """The file is still carried."""
    (file,) = mail(notification(attachments=(attached(media_type=media_type),))).iter_attachments()
    assert (file.get_content_type(), file.get_content()) == ("application/octet-stream", PDF)
