"""Notifications by mail: each is put into words and handed to the transport."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email.headerregistry import Address

from attrs import frozen

from worktraq.adapters.email.headers import ascii_domain, sender_of
from worktraq.adapters.email.messages import message_of
from worktraq.adapters.email.transport import Mail, MailFlow, MailSession, MailTransport
from worktraq.core.ids import IntentId
from worktraq.core.notifications import Notification
from worktraq.errors import AdapterError, InvalidInput
from worktraq.ports.clock import Clock
from worktraq.ports.notifications import NotifierSession
from worktraq.usecases.defaults import utc_now


class EmailNotifier:
    """Tells people by mail; a `worktraq.ports.notifications.Notifier`.

    Args:
        transport: What carries the mails, such as `SmtpTransport` or `FolderTransport`.
        sender: Who they come from: ``Acme <hours@acme.example>``, or the address alone.
        domain: The right side of every Message-ID; by default that of the sender.
        clock: Tells the instant that a mail is dated with.

    Raises:
        InvalidInput: When the sender or the domain is malformed.
    """

    def __init__(self, transport: MailTransport, *, sender: str, domain: str = "", clock: Clock = utc_now) -> None:
        self._transport = transport
        self._sender = sender_of(sender)
        self._domain = ascii_domain(domain or self._sender.domain)
        self._clock = clock

    def __repr__(self) -> str:
        return f"EmailNotifier({self._transport!r}, sender={str(self._sender)!r})"

    @contextmanager
    def session(self) -> Iterator[NotifierSession]:
        """Open a way to the readers; the transport connects with the first message."""
        with self._transport.session() as carrier:
            facts = (carrier, self._sender, self._domain, self._clock)
            yield _EmailFlow(*facts, flow=carrier) if isinstance(carrier, MailFlow) else _EmailSession(*facts)


@frozen
class _EmailSession:
    carrier: MailSession
    sender: Address
    domain: str
    clock: Clock

    def deliver(self, notification: Notification) -> None:
        self.carrier.send(self._written(notification))

    def _written(self, notification: Notification) -> Mail:
        try:
            return message_of(notification, sender=self.sender, domain=self.domain, at=self.clock())
        except InvalidInput as error:
            raise AdapterError("mail_recipient_refused") from error


@frozen
class _EmailFlow(_EmailSession):
    flow: MailFlow

    def deliver_each(self, notifications: Iterable[Notification]) -> Iterator[tuple[IntentId, Exception | None]]:
        under_way: dict[str, IntentId] = {}
        unwritten: list[tuple[IntentId, Exception]] = []

        def mails() -> Iterator[Mail]:
            for notification in notifications:
                try:
                    mail = self._written(notification)
                except Exception as error:  # noqa: BLE001  # whatever is wrong with one message, the others are carried
                    unwritten.append((notification.id, error))
                else:
                    under_way[mail.message_id] = notification.id
                    yield mail

        for mail, problem in self.flow.send_each(mails()):
            yield under_way.pop(mail.message_id), problem
        yield from unwritten
