"""Mail by SMTP: one connection for many messages, and failures in our own terms.

All that smtplib raises is an OSError, as is all that sockets raise.
"""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from smtplib import (
    SMTP,
    SMTP_SSL,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from attrs import field, frozen

from worktraq.adapters.email.dialogue import has_hung_up, status_of, transmit
from worktraq.adapters.email.flowing import Flow
from worktraq.adapters.email.transport import Mail, MailSession
from worktraq.errors import AdapterError


@frozen
class SmtpTransport:
    """Sends mails through an SMTP server.

    Attributes:
        host: Of the server.
        port: 587 for submission with STARTTLS, 465 for TLS from the start, 25 between servers.
        username: To log in with; no login when it is empty.
        password: Never shown, nor part of an error.
        use_tls: Whether the connection is encrypted from the start.
        starttls: Whether it becomes so before anything is sent, where it is not from the start. A server that
            does not offer it is then not used.
        timeout: In seconds, for each answer of the server.
        tls: How to encrypt and whom to trust; by default as the system does.
    """

    host: str
    port: int = 587
    username: str = ""
    password: str = field(default="", repr=False)
    use_tls: bool = field(default=False, kw_only=True)
    starttls: bool = field(default=True, kw_only=True)
    timeout: float = field(default=30.0, kw_only=True)
    tls: ssl.SSLContext | None = field(default=None, repr=False, kw_only=True)

    @contextmanager
    def session(self) -> Iterator[MailSession]:
        """Open a way out for several mails; it connects with the first one."""
        session = _SmtpSession(self)
        try:
            yield session
        finally:
            session.close()


class _SmtpSession:
    def __init__(self, transport: SmtpTransport) -> None:
        self._transport = transport
        self._connection: SMTP | None = None
        self._problem: AdapterError | None = None

    def send(self, mail: Mail) -> None:
        if self._connection is not None:
            try:
                transmit(self._connection, mail)
            except OSError as error:
                if not has_hung_up(error):
                    raise self.failed(error) from error
                # Servers close connections that were idle for long, or have carried enough.
                self.drop()
            else:
                return
        connection = self._open()
        try:
            transmit(connection, mail)
        except OSError as error:
            raise self.failed(error) from error

    def send_each(self, mails: Iterable[Mail]) -> Iterator[tuple[Mail, Exception | None]]:
        flow = Flow(self)
        try:
            coming = iter(mails)
            mail = next(coming, None)
            while mail is not None:
                # It is put together while the server looks at what it has been sent.
                following = next(coming, None)
                yield from flow.answered()
                yield from flow.carry(mail, following)
                mail = following
            yield from flow.answered()
        finally:
            flow.cut()

    def close(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.quit()
            self.drop()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._connection is not None

    def connection(self) -> SMTP:
        """The connection; it is opened where there is none."""
        return self._connection or self._open()

    def _open(self) -> SMTP:
        problem = self._problem
        if problem is not None:
            # A server that was not there a moment ago is not waited for again with every message.
            raise AdapterError(problem.code, is_transient=problem.is_transient, **problem.parameters)
        try:
            self._connection = _connected(self._transport)
        except AdapterError as error:
            self._problem = error
            raise
        return self._connection

    def failed(self, error: Exception) -> AdapterError:
        """An error in our own terms; the connection is closed unless it serves for another mail."""
        if not isinstance(error, SMTPResponseException | SMTPRecipientsRefused) or has_hung_up(error):
            self.drop()
        return _translated(error, self._transport.host)

    def drop(self) -> None:
        """Close the connection without a word."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _connected(transport: SmtpTransport) -> SMTP:
    try:
        connection = _dialled(transport)
        try:
            _prepare(connection, transport)
        except BaseException:
            connection.close()
            raise
    except OSError as error:
        raise _translated(error, transport.host) from error
    return connection


def _dialled(transport: SmtpTransport) -> SMTP:
    if transport.use_tls:
        return SMTP_SSL(transport.host, transport.port, timeout=transport.timeout, context=_context(transport))
    return SMTP(transport.host, transport.port, timeout=transport.timeout)


def _prepare(connection: SMTP, transport: SmtpTransport) -> None:
    connection.ehlo_or_helo_if_needed()
    if transport.starttls and not transport.use_tls:
        if not connection.has_extn("starttls"):
            raise AdapterError("mail_not_encrypted", is_transient=True, host=transport.host)
        connection.starttls(context=_context(transport))
    if transport.username:
        try:
            connection.login(transport.username, transport.password)
        except UnicodeError:
            # Not chained: that error holds the password, which it could not encode.
            raise AdapterError("mail_login_refused", host=transport.host) from None


def _context(transport: SmtpTransport) -> ssl.SSLContext:
    return transport.tls or ssl.create_default_context()


def _translated(error: Exception, host: str) -> AdapterError:
    status = status_of(error)
    if isinstance(error, ssl.SSLError):
        return AdapterError("mail_not_encrypted", is_transient=True, host=host)
    if status is None or status < 400:
        if isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected | SMTPResponseException):
            # The server offers no way to log in that we know.
            return AdapterError("mail_login_refused", host=host)
        return AdapterError("mail_server_unavailable", is_transient=True, host=host)
    if status < 500:
        return AdapterError("mail_postponed", is_transient=True, host=host, status=status)
    if isinstance(error, SMTPAuthenticationError):
        return AdapterError("mail_login_refused", host=host)
    if isinstance(error, SMTPRecipientsRefused):
        return AdapterError("mail_recipient_refused")
    return AdapterError("mail_refused", host=host, status=status)
