"""Notifications and mails that the tests of the e-mail adapter begin with."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from uuid import UUID

from worktraq.adapters.email.messages import message_of
from worktraq.adapters.email.transport import Mail
from worktraq.core.calendar import Period
from worktraq.core.ids import IntentId
from worktraq.core.money import Money
from worktraq.core.notifications import Notification, NotificationKind, NotificationLine

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SENDER = Address("Acme Advies", "hours", "acme.example")
LINK = "https://hours.acme.example/approve/0199f3a0/tGm3-secret_of-the-link"
ASKING = (NotificationKind.APPROVAL_REQUESTED, NotificationKind.APPROVAL_REMINDER)
ABOUT_WORK = tuple(kind for kind in NotificationKind if kind is not NotificationKind.INVITATION)


def intent(number: int = 1) -> IntentId:
    """The id of an intent."""
    return IntentId(UUID(int=(0x0199F3A0 << 96) | (7 << 76) | (2 << 62) | number))


def time_line(day: int = 5, *, minutes: int = 480, **changes: object) -> NotificationLine:
    """Eight hours in October 2026."""
    facts: dict[str, object] = {"activity": "Advies", "note": "Jaarrekening", "amount": None, **changes}
    return NotificationLine(date(2026, 10, day), minutes=minutes, **facts)  # type: ignore[arg-type]  # given by a test


def expense_line(day: int = 5, **changes: object) -> NotificationLine:
    """Parking, in October 2026."""
    facts: dict[str, object] = {"activity": "Advies", "note": "Parkeren", "amount": Money("12.50", "EUR"), **changes}
    return NotificationLine(date(2026, 10, day), minutes=None, **facts)  # type: ignore[arg-type]  # given by a test


def notification(kind: NotificationKind = NotificationKind.APPROVAL_REQUESTED, **changes: object) -> Notification:
    """About the work of Eva for the Jansen bakery in October 2026, in English."""
    facts: Mapping[str, object] = {
        "id": intent(),
        "language": "en",
        "organization_name": "Acme Advies",
        "recipient_name": "Jan Jansen",
        "recipient_email": "jan@jansen.example",
        "employee_name": "Eva Visser",
        "customer_name": "Bakkerij Jansen B.V.",
        "project_name": "Controle",
        "period": Period.month(2026, 10),
        "lines": (time_line(5), expense_line(6)),
        "minutes": 480,
        "expenses": (Money("12.50", "EUR"),),
        "due_on": date(2026, 11, 9) if kind in ASKING else None,
        "link": LINK if kind in ASKING else "",
        "decided_by": "" if kind in ASKING else "Marc Peeters",
        **changes,
    }
    return Notification(kind=kind, **facts)  # type: ignore[arg-type]  # a test names the attributes


def written(told: Notification, *, at: datetime = AT, domain: str = "acme.example") -> Mail:
    """The mail of a notification, as it is handed to a transport."""
    return message_of(told, sender=SENDER, domain=domain, at=at)


def mail(told: Notification, *, at: datetime = AT, domain: str = "acme.example") -> EmailMessage:
    """The mail of a notification, as a reader's program understands it."""
    return received(written(told, at=at, domain=domain).content)


def received(content: bytes) -> EmailMessage:
    """A mail as a reader's program understands its bytes."""
    return message_from_bytes(content, policy=policy.default)


def part(message: EmailMessage, subtype: str) -> str:
    """The text of the ``plain`` or ``html`` part, every kind of blank as a space, characters beyond ASCII as themselves."""
    body = message.get_body((subtype,))
    assert body is not None
    text = str(body.get_content()).replace("\r\n", "\n")
    if subtype == "html":
        text = re.sub(r"&#(\d{3,});", lambda number: chr(int(number[1])), text)
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
