"""A notification as a mail: what is said, in the reader's language, under headers that cannot be broken."""

from binascii import b2a_qp
from datetime import datetime
from email.headerregistry import Address, BaseHeader
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache

from worktraq.adapters.email.content import content_of
from worktraq.adapters.email.headers import address_of, subject_of, written_address, written_text
from worktraq.adapters.email.rendering import rendered
from worktraq.core.notifications import Notification
from worktraq.i18n import translator


def message_of(notification: Notification, *, sender: Address, domain: str, at: datetime) -> EmailMessage:
    """The mail that tells what the notification holds; the same bytes for the same arguments (L-07, L-10, B-11).

    Args:
        notification: What is told, to whom, in which language.
        sender: Who it comes from.
        domain: The right side of the Message-ID; the left side is the id of the intent.
        at: When it is sent.

    Raises:
        InvalidInput: When the reader's address cannot be written to.
    """
    speaker = translator(notification.language)
    words = rendered(notification.kind, content_of(notification, speaker), speaker)
    message = EmailMessage(policy=SMTP)
    message["From"] = written_address("From", sender)
    message["To"] = written_address("To", address_of(notification.recipient_name, notification.recipient_email))
    message["Subject"] = written_text("Subject", subject_of(words.subject))
    message["Date"] = at
    message["Message-ID"] = f"<{notification.id.hex}@{domain}>"
    # Tells answering machines not to answer (RFC 3834).
    message["Auto-Submitted"] = _header("Auto-Submitted", "auto-generated")
    message["Content-Language"] = _header("Content-Language", speaker.language)
    message["MIME-Version"] = _header("MIME-Version", "1.0")
    # A boundary by chance would make every attempt another message; quoted-printable cannot hold "=_".
    message["Content-Type"] = f'multipart/alternative; boundary="=_{notification.id.hex}"'
    message.set_payload([_part(words.text, "plain"), _part(words.html, "html")])
    return message


def _part(text: str, subtype: str) -> EmailMessage:
    # The library's own way is many times slower, and would let eight bits through.
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = _header("Content-Type", f'text/{subtype}; charset="utf-8"')
    part["Content-Transfer-Encoding"] = _header("Content-Transfer-Encoding", "quoted-printable")
    part.set_payload(b2a_qp(text.encode()).decode("ascii"))
    return part


@lru_cache(maxsize=64)
def _header(name: str, value: str) -> BaseHeader:
    """A header that many mails have in common: parsing one takes longer than filling in a template."""
    header: BaseHeader = SMTP.header_factory(name, value)
    return header
