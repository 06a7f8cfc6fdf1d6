"""A notification as a mail: what is said, in the reader's language, under headers that cannot be broken.

The standard library can write mails too, in twenty times the time: it parses every header that it is given. Here all
parts are made by functions that give nothing but ASCII, and the tests read the result with the library's parser.
"""

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache

from worktraq.adapters.email.content import content_of
from worktraq.adapters.email.forms import filled
from worktraq.adapters.email.headers import address_header, address_of, header, subject_of, text_header
from worktraq.adapters.email.rendering import Rendered
from worktraq.adapters.email.transport import Mail
from worktraq.adapters.email.wording import worded
from worktraq.core.notifications import Attachment, Notification
from worktraq.i18n import Translator, translator

_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")
_UNFIT_FOR_FILES = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_FILE_NAME = 60
_LONGEST_LINE = 900
_ENDING = re.compile(r"\.([A-Za-z0-9]{1,10})$")
_BOUNDARY = "=_"
"""What no encoded text can hold: there, an equals sign is followed by digits."""


def message_of(notification: Notification, *, sender: Address, domain: str, at: datetime) -> Mail:
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
    recipient = address_of(notification.recipient_name, notification.recipient_email)
    words = words_of(notification, speaker)
    # A boundary by chance would make every attempt another message.
    boundary, message_id = f"{_BOUNDARY}{notification.id.hex}", f"{notification.id.hex}@{domain}"
    head = "".join(
        (
            address_header("From", sender),
            address_header("To", recipient),
            text_header("Subject", subject_of(words.subject)),
            _date_header(at.replace(microsecond=0)),
            header("Message-ID", f"<{message_id}>"),
            # Tells answering machines not to answer (RFC 3834).
            header("Auto-Submitted", "auto-generated"),
            header("Content-Language", speaker.language),
            header("MIME-Version", "1.0"),
        )
    )
    # Characters by their numbers keep the HTML plain ASCII, which needs no other encoding.
    html = words.html.encode("ascii", "xmlcharrefreplace").decode("ascii")
    body = _several("alternative", boundary, [_part(words.text, "plain"), _part(html, "html")])
    if notification.attachments:
        body = _several("mixed", f"{boundary}_", [body, *map(_attached, notification.attachments)])
    return Mail(sender.addr_spec, recipient.addr_spec, message_id, (head + body).encode("ascii"))


def words_of(notification: Notification, speaker: Translator) -> Rendered:
    """What a mail says: in the organization's words where it has its own, as long as these can be shown."""
    content = content_of(notification, speaker)
    own = worded(notification, content, speaker)
    return own if own is not None else filled(notification.kind, content, speaker)


@lru_cache(maxsize=1)
def _date_header(at: datetime) -> str:
    return header("Date", format_datetime(at))


def _several(subtype: str, boundary: str, parts: Sequence[str]) -> str:
    begin = header("Content-Type", f'multipart/{subtype}; boundary="{boundary}"')
    return begin + "".join(f"\r\n--{boundary}\r\n{part}" for part in parts) + f"\r\n--{boundary}--\r\n"


def _part(text: str, subtype: str) -> str:
    encoding = "7bit"
    if not text.isascii() or f"--{_BOUNDARY}" in text or _has_long_line(text):
        text, encoding = b2a_qp(text.encode()).decode("ascii"), "quoted-printable"
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head + text.replace("\n", "\r\n")


def _has_long_line(text: str) -> bool:
    start = 0
    while len(text) - start > _LONGEST_LINE:
        # Goes on behind all the lines that end within reach.
        start = text.rfind("\n", start, start + _LONGEST_LINE + 1) + 1 or -1
        if start < 0:
            return True
    return False


def _attached(attachment: Attachment) -> str:
    media_type = attachment.media_type if _MEDIA_TYPE.fullmatch(attachment.media_type) else "application/octet-stream"
    name = _file_name(attachment.name)
    encoded = encodebytes(attachment.content).decode("ascii").replace("\n", "\r\n")
    return (
        f'Content-Type: {media_type}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}"
    )


def _file_name(name: str) -> str:
    """The name in characters that every system takes and no header is broken by; its ending is kept."""
    name = _UNFIT_FOR_FILES.sub("-", name)
    ending = _ENDING.search(name)
    stem = name[: ending.start()] if ending else name
    return (stem.strip("-.")[:_LONGEST_FILE_NAME] or "file") + (ending[0] if ending else "")
