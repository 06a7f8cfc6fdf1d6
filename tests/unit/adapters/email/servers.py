"""A mail server on this machine that does as it is told."""

from asyncio import Server, Transport
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import BufferedRWPair
from socket import SHUT_RDWR, create_server, socket
from ssl import SSLContext
from threading import Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from attrs import define, field, frozen

USER, PASSWORD = "hours", "s3cret-Pass"


@frozen
class Received:
    """A mail that a server took.

    Attributes:
        connection: The number of the connection it came by, from 1.
        sender: Of the envelope.
        recipients: Of the envelope.
        content: As it came.
        is_encrypted: Whether it came over TLS.
    """

    connection: int
    sender: str
    recipients: tuple[str, ...]
    content: bytes
    is_encrypted: bool


@define
class Behaviour:
    """What a server does; aiosmtpd calls its methods.

    Attributes:
        mails: Taken so far.
        pipelines: Whether it lets commands come together (RFC 2920).
        mail_answers: What is said to the next MAIL commands; else, as for an empty one, they are taken.
        answers: What is said to RCPT, per address; else it is taken.
        data_answers: What is said to the content of the next mails; else it is taken.
        hangs_up_at: How many MAIL commands of the first connection it takes before it closes it without a word.
        says_goodbye_at: The same, but with a word.
        loses_answer_at: How many mails it takes before it takes one and closes the connection instead of saying so.
    """

    mails: list[Received] = field(factory=list)
    pipelines: bool = False
    mail_answers: list[str] = field(factory=list)
    answers: dict[str, str] = field(factory=dict)
    data_answers: list[str] = field(factory=list)
    hangs_up_at: int | None = None
    says_goodbye_at: int | None = None
    loses_answer_at: int | None = None
    _connections: list[Session] = field(factory=list)
    _senders: int = 0

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count the connection."""
        if session not in self._connections:
            self._connections.append(session)
        session.host_name = hostname
        return ["250-PIPELINING", *responses] if self.pipelines else responses

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender, or close the connection."""
        is_first = session is self._connections[0]
        self._senders += is_first
        if is_first and self.hangs_up_at is not None and self._senders > self.hangs_up_at:
            assert isinstance(server.transport, Transport)
            server.transport.abort()
        if is_first and self.says_goodbye_at is not None and self._senders > self.says_goodbye_at:
            return "421 enough for now"
        if self.mail_answers and (answer := self.mail_answers.pop(0)):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or answer as told."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Take the content, or answer as told."""
        if self.data_answers:
            return self.data_answers.pop(0)
        assert envelope.mail_from is not None
        assert isinstance(envelope.content, bytes)
        connection = self._connections.index(session) + 1
        is_encrypted = session.ssl is not None
        recipients = tuple(envelope.rcpt_tos)
        self.mails.append(Received(connection, envelope.mail_from, recipients, envelope.content, is_encrypted))
        if self.loses_answer_at is not None and len(self.mails) > self.loses_answer_at:
            self.loses_answer_at = None
            assert isinstance(server.transport, Transport)
            server.transport.abort()
        return "250 OK"


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, auth_data: object
) -> AuthResult:
    given = (getattr(auth_data, "login", b""), getattr(auth_data, "password", b""))
    return AuthResult(success=given == (USER.encode(), PASSWORD.encode()), handled=False)


class _OnAnyPort(Controller):
    def _trigger_server(self) -> None:
        # It greets its server to wake it, and has to know where it listens.
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has no types for it


@contextmanager
def serving(
    behaviour: Behaviour, *, port: int = 0, tls: SSLContext | None = None, needs_login: bool = False
) -> Iterator[int]:
    """A server that listens while the block runs.

    Args:
        behaviour: What it does.
        port: Where; by default on one that is free.
        tls: With it, STARTTLS is offered.
        needs_login: Whether it takes mails only after a login as `USER`.

    Yields:
        Its port on 127.0.0.1.
    """
    controller = _OnAnyPort(
        behaviour,
        hostname="127.0.0.1",
        port=port,
        tls_context=tls,
        authenticator=_authenticate if needs_login else None,
        auth_required=needs_login,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


SILENCE = "silence"
"""Said by who says nothing any more, whatever comes."""

USUAL: Mapping[str, str | None] = {
    "connect": "220 scripted",
    "EHLO": "250 scripted",
    "MAIL": "250 fine",
    "RCPT": "250 fine",
    "DATA": "354 go on",
    ".": "250 taken",
    "RSET": "250 fine",
    "QUIT": "221 bye",
}


@contextmanager
def scripted(*connections: Mapping[str, str | None]) -> Iterator[tuple[int, list[str]]]:
    """A server that says what it is told to, however wrong that is.

    Args:
        connections: For each connection, what is said to a command instead of `USUAL`; nothing but closing it for None.
            ``"line"`` is said, or done, at the first line of a content.

    Yields:
        Its port on 127.0.0.1, and every line that it reads.
    """
    read: list[str] = []
    with create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=_follow, args=(listening, connections, read))
        thread.start()
        try:
            yield listening.getsockname()[1], read
        finally:
            with suppress(OSError):
                listening.shutdown(SHUT_RDWR)
            thread.join()


def _follow(listening: socket, connections: Sequence[Mapping[str, str | None]], read: list[str]) -> None:
    for connection in connections:
        try:
            accepted, _ = listening.accept()
        except OSError:
            return
        with accepted, accepted.makefile("rwb") as stream, suppress(OSError):
            _talk(stream, {**USUAL, **connection}, read)


def _talk(stream: BufferedRWPair, answers: Mapping[str, str | None], read: list[str]) -> None:
    command, in_content, is_silent = "connect", False, False
    while True:
        answer = answers.get(command)
        if command in answers and answer is None:
            return
        is_silent = is_silent or answer == SILENCE
        if answer is not None and not is_silent and (not in_content or command == "line"):
            stream.write(f"{answer}\r\n".encode())
            stream.flush()
        in_content = in_content or bool(answer and answer.startswith("354"))
        received = stream.readline()
        if not received:
            return
        line = received.decode("ascii").rstrip("\r\n")
        read.append(line)
        if in_content:
            command = "." if line == "." else "line"
            in_content = line != "."
        else:
            command = line[:4].upper()
