"""Stand-ins that a test holds in its hand: a clock, ids, a notifier, a writer of documents and a sink of invoices."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from worktraq.core.branding import Brand
from worktraq.core.calendar import check_instant
from worktraq.core.evidence import Evidence
from worktraq.core.ids import InvoiceId, uuid7
from worktraq.core.invoices import Invoice
from worktraq.core.notifications import Attachment, Notification, NotificationKind
from worktraq.core.specifications import Specification
from worktraq.core.timesheets import Timesheet
from worktraq.errors import AdapterError, InvalidInput, Problem, WorktraqError

BEGINNING = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
"""A Monday morning in October: the instant at which a `FixedClock` stands by default."""


class FixedClock:
    """A clock that stands still until it is told otherwise.

    Attributes:
        now: What it shows, in UTC.
    """

    def __init__(self, now: datetime = BEGINNING) -> None:
        self.now = check_instant(now, name="now")

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now

    def set(self, now: datetime) -> None:
        """Show another instant, which may lie before."""
        self.now = check_instant(now, name="now")

    def tick(self, by: timedelta = timedelta(seconds=1)) -> datetime:
        """Go on by some time, one second unless told otherwise; gives what it shows then."""
        self.now += by
        return self.now


class SeededIds:
    """Ids of version 7 that increase with every call, and are the same in every run with the same seed."""

    def __init__(self, seed: int = 0, since: datetime = BEGINNING) -> None:
        self._random = random.Random(seed)  # noqa: S311  # the ids are to be predictable
        self._since = int(since.timestamp() * 1000)
        self._numbers = count()

    def __call__(self) -> UUID:
        """The next id."""
        milliseconds, sequence = divmod(next(self._numbers), 1 << 12)
        return uuid7(self._since + milliseconds, sequence, self._random.getrandbits(62))


class RecordingNotifier:
    """A notifier that keeps what it is given, and fails when it is told to.

    Attributes:
        delivered: Every message that was delivered, in order; twice when it was delivered twice.
        sessions: How often a way to the readers was opened.
    """

    def __init__(self) -> None:
        self.delivered: list[Notification] = []
        self.sessions = 0
        self._failures: list[tuple[str, bool]] = []

    @contextmanager
    def session(self) -> "Iterator[RecordingNotifier]":
        """Open a way to the readers: itself."""
        self.sessions += 1
        yield self

    def deliver(self, notification: Notification) -> None:
        """Keep a message.

        Raises:
            AdapterError: With ``delivery_failed``, as often as it was told to fail.
        """
        for failure in self._failures:
            address, is_transient = failure
            if address in ("", notification.recipient_email):
                self._failures.remove(failure)
                raise AdapterError("delivery_failed", is_transient=is_transient)
        self.delivered.append(notification)

    def fail(self, *, is_transient: bool, times: int = 1, to: str = "") -> None:
        """Fail on the next deliveries.

        Args:
            is_transient: Whether trying later may help.
            times: How many deliveries fail.
            to: Only those to this mail address.
        """
        self._failures.extend([(to, is_transient)] * times)

    def sent_to(self, email: str) -> list[Notification]:
        """What was delivered to a mail address, in order."""
        return [notification for notification in self.delivered if notification.recipient_email == email]

    def of_kind(self, kind: NotificationKind) -> list[Notification]:
        """What was delivered of one kind, in order."""
        return [notification for notification in self.delivered if notification.kind is kind]


class RecordingDocuments:
    """Writes documents that only name what they are, keeps what they are made of, and fails when it is told to.

    Attributes:
        timesheets: What was to be written, with the language, in order.
        evidence: The same, of evidence.
        invoices: The same, of invoices and credit notes.
        specifications: The same, of specifications of invoices.
        is_failing: Whether nothing can be written now.
    """

    def __init__(self) -> None:
        self.timesheets: list[tuple[Timesheet, str]] = []
        self.evidence: list[tuple[Evidence, str]] = []
        self.invoices: list[tuple[Invoice, str]] = []
        self.specifications: list[tuple[Specification, str]] = []
        self.is_failing = False

    def render(self, timesheet: Timesheet, language: str) -> bytes:
        """Keep a timesheet.

        Raises:
            AdapterError: With ``document_failed`` while it is failing.
        """
        self._fail_when_told()
        self.timesheets.append((timesheet, language))
        return f"timesheet {timesheet.digest} {language}".encode()

    def render_evidence(self, evidence: Evidence, language: str) -> bytes:
        """Keep evidence.

        Raises:
            AdapterError: With ``document_failed`` while it is failing.
        """
        self._fail_when_told()
        self.evidence.append((evidence, language))
        return f"evidence {evidence.digest} {language}".encode()

    def render_invoice(self, invoice: Invoice, brand: Brand, language: str) -> bytes:
        """Keep an invoice.

        Raises:
            AdapterError: With ``document_failed`` while it is failing.
        """
        self._fail_when_told()
        self.invoices.append((invoice, language))
        return f"{invoice.kind} {invoice.number} {brand.colour} {language}".encode()

    def render_specification(self, specification: Specification, brand: Brand, language: str) -> bytes:
        """Keep a specification.

        Raises:
            AdapterError: With ``document_failed`` while it is failing.
        """
        self._fail_when_told()
        self.specifications.append((specification, language))
        return f"specification {specification.number} {brand.colour} {language}".encode()

    def _fail_when_told(self) -> None:
        if self.is_failing:
            raise AdapterError("document_failed", is_transient=True)


class RecordingSink:
    """Takes invoices as an accounting system does, and fails when it is told to.

    Attributes:
        invoices: Every invoice by the name it is known by, as it was handed over last.
        attachments: The documents that came with it.
    """

    def __init__(self) -> None:
        self.invoices: dict[str, Invoice] = {}
        self.attachments: dict[str, tuple[Attachment, ...]] = {}
        self._failures: dict[InvoiceId, WorktraqError] = {}

    def fail(self, invoice_id: InvoiceId, error: WorktraqError) -> None:
        """Fail on an invoice the next time it comes."""
        self._failures[invoice_id] = error

    def hand_over(self, invoice: Invoice, attachments: Sequence[Attachment] = ()) -> str:
        """Keep an invoice.

        Raises:
            InvalidInput: With ``invoice_incomplete`` for every party without a name, or as it was told to.
            AdapterError: As it was told to.
        """
        if invoice.id in self._failures:
            raise self._failures.pop(invoice.id)
        parties = {"seller.name": invoice.seller, "buyer.name": invoice.buyer}
        nameless = [Problem(field, "invoice_incomplete") for field, party in parties.items() if not party.name]
        if nameless:
            raise InvalidInput(nameless)
        self.invoices[invoice.id.hex] = invoice
        self.attachments[invoice.id.hex] = tuple(attachments)
        return invoice.id.hex
