"""What is said to an SMTP server to hand a mail over, and what its answers mean.

As `smtplib.SMTP.sendmail`, for one recipient, but commands go together where the server takes them so (RFC 2920).
"""

from collections.abc import Sequence
from smtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from worktraq.adapters.email.transport import Mail

_TAKEN, _GO_AHEAD, _CLOSING = 250, 354, 421
_GOING_ON = frozenset({250, 251, 252, _GO_AHEAD})
_COMMANDS = 3


def transmit(connection: SMTP, mail: Mail) -> None:
    """Hand one mail over and wait for what becomes of it; whatever the server refuses, the next one can follow.

    Raises:
        OSError: As smtplib has it.
    """
    announce(connection, mail)
    put(connection, mail)
    try:
        taken(connection)
    except SMTPDataError as error:
        if error.smtp_code != _CLOSING:
            connection.rset()
        raise


def announce(connection: SMTP, mail: Mail) -> None:
    """Ask the server to take a mail; it waits for the content then.

    Raises:
        OSError: As smtplib has it.
    """
    commands = _commands(connection, mail)
    if connection.has_extn("pipelining"):
        connection.send("".join(commands))
        announced(connection, mail)
    else:
        _judge(connection, mail, _answers(connection, commands))


def announced(connection: SMTP, mail: Mail) -> None:
    """Read what the server says to commands that went together, as `announce` does.

    Raises:
        OSError: As smtplib has it.
    """
    _judge(connection, mail, [connection.getreply() for _ in range(_COMMANDS)])


def put(connection: SMTP, mail: Mail, following: Mail | None = None) -> bool:
    """Send the content of a mail, and behind it the commands of the next one where the server takes them so.

    Returns:
        Whether the commands of the next one were sent.
    """
    content = mail.content.replace(b"\r\n.", b"\r\n..") + b".\r\n"
    if following is None or not connection.has_extn("pipelining"):
        connection.send(content)
        return False
    connection.send(content + "".join(_commands(connection, following)).encode("ascii"))
    return True


def taken(connection: SMTP) -> None:
    """Read what the server says to a content.

    Raises:
        OSError: As smtplib has it, unless the server has taken it.
    """
    status, text = connection.getreply()
    if status != _TAKEN:
        raise SMTPDataError(status, text)


def has_hung_up(error: Exception) -> bool:
    """Whether the server closed the connection, rather than refusing the message or not answering in time."""
    if isinstance(error, SMTPServerDisconnected):
        return not isinstance(error.__context__, TimeoutError)
    return isinstance(error, ConnectionError) or status_of(error) == _CLOSING


def status_of(error: Exception) -> int | None:
    """The code that the server answered with, if it did."""
    if isinstance(error, SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    return error.smtp_code if isinstance(error, SMTPResponseException) else None


def _commands(connection: SMTP, mail: Mail) -> Sequence[str]:
    size = f" SIZE={len(mail.content)}" if connection.has_extn("size") else ""
    return (f"MAIL FROM:<{mail.sender}>{size}\r\n", f"RCPT TO:<{mail.recipient}>\r\n", "DATA\r\n")


def _answers(connection: SMTP, commands: Sequence[str]) -> list[tuple[int, bytes]]:
    answers = []
    for command in commands:
        connection.send(command)
        answers.append(connection.getreply())
        if answers[-1][0] not in _GOING_ON:
            break
    return answers


def _judge(connection: SMTP, mail: Mail, answers: Sequence[tuple[int, bytes]]) -> None:
    problem = _problem_in(answers, mail)
    if problem is None:
        return
    if len(answers) == _COMMANDS and answers[-1][0] == _GO_AHEAD:
        # The server waits for a content that it has nobody for. Nothing that it could take for a mail is sent.
        connection.close()
    elif status_of(problem) != _CLOSING:
        connection.rset()
    raise problem


def _problem_in(answers: Sequence[tuple[int, bytes]], mail: Mail) -> SMTPException | None:
    """The first of the answers to MAIL, RCPT and DATA that is none to go on with."""
    sender, *others = answers
    if sender[0] not in _GOING_ON:
        return SMTPSenderRefused(*sender, mail.sender)
    for (status, text), of_recipient in zip(others, (True, False), strict=False):
        if of_recipient and status not in _GOING_ON:
            return SMTPRecipientsRefused({mail.recipient: (status, text)})
        if not of_recipient and status != _GO_AHEAD:
            return SMTPDataError(status, text)
    return None
