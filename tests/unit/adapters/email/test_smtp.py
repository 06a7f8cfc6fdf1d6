"""Mails by SMTP, with a real server on this machine."""

import shutil
import socket
import ssl
import subprocess
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import pytest

from tests.unit.adapters.email.builders import intent, notification, received, written
from tests.unit.adapters.email.servers import PASSWORD, USER, Behaviour, scripted, serving
from worktraq.adapters.email import SmtpTransport
from worktraq.adapters.email.transport import MailFlow
from worktraq.core.notifications import Wording
from worktraq.errors import AdapterError

# A login without TLS is no danger on the own machine.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


WAYS = {
    "one by one": (False, False),
    "pipelining": (True, False),
    "one by one, flowing": (False, True),
    "flowing": (True, True),
}


@pytest.fixture(autouse=True, params=list(WAYS))
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test is done with a server that takes commands together, and one that does not; mail by mail, and flowing."""
    monkeypatch.setattr(__name__ + "._way", [WAYS[request.param]])


_way = [(False, False)]


def behaving(**changes: object) -> Behaviour:
    """What a server does, one by one or all commands together."""
    return Behaviour(pipelines=_way[0][0], **changes)  # type: ignore[arg-type]  # a test names the attributes


def plain(port: int, **changes: object) -> SmtpTransport:
    """A transport to a server on this machine that encrypts nothing."""
    facts: dict[str, object] = {"starttls": False, "timeout": 5, **changes}
    return SmtpTransport("127.0.0.1", port, **facts)  # type: ignore[arg-type]  # a test names the attributes


def send(transport: SmtpTransport, count: int = 1) -> None:
    """Send some mails in one session."""
    mails = [written(notification(id=intent(number))) for number in range(count)]
    with transport.session() as session:
        if _way[0][1]:
            assert isinstance(session, MailFlow)
            for _, problem in session.send_each(mails):
                if problem is not None:
                    raise problem
        else:
            for mail in mails:
                session.send(mail)


def failure(transport: SmtpTransport) -> AdapterError:
    """How sending a mail fails."""
    with pytest.raises(AdapterError) as failed:
        send(transport)
    return failed.value


@contextmanager
def silent_server() -> Iterator[int]:
    """A port on which connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def closed_port() -> int:
    """A port on which nobody listens."""
    with silent_server() as port:
        return port


def test_mail_arrives_as_it_was_made() -> None:
    """Byte by byte, from the sender to the reader."""
    behaviour = behaving()
    with serving(behaviour) as port:
        send(plain(port))
    taken = behaviour.mails[0]
    assert (taken.sender, taken.recipients) == ("hours@acme.example", ("jan@jansen.example",))
    assert taken.content == written(notification(id=intent(0))).content


def test_one_connection_carries_many_mails() -> None:
    """Connecting and logging in costs more than a mail."""
    behaviour = behaving()
    with serving(behaviour) as port:
        send(plain(port), 5)
    assert [taken.connection for taken in behaviour.mails] == [1] * 5


def test_session_without_mails_does_not_connect() -> None:
    """A round of deliveries with nothing to deliver needs no server."""
    with plain(closed_port()).session():
        pass


@pytest.mark.parametrize(("hangs_up_at", "says_goodbye_at"), [(2, None), (None, 2)])
def test_closed_connection_is_opened_again(hangs_up_at: int | None, says_goodbye_at: int | None) -> None:
    """Servers close a connection after some mails; none is lost, none arrives twice."""
    behaviour = behaving(hangs_up_at=hangs_up_at, says_goodbye_at=says_goodbye_at)
    with serving(behaviour) as port:
        send(plain(port), 5)
    assert [(taken.connection, received(taken.content)["Message-ID"][:33]) for taken in behaviour.mails] == [
        (connection, f"<{intent(number).hex}") for number, connection in enumerate([1, 1, 2, 2, 2])
    ]


def test_connection_that_is_closed_at_once_is_a_transient_failure() -> None:
    """It is tried once only, and again with the next attempt."""
    behaviour = behaving(hangs_up_at=0)
    with serving(behaviour) as port:
        failed = failure(plain(port))
    assert (failed.code, failed.is_transient) == ("mail_server_unavailable", True)


@pytest.mark.parametrize(
    ("answer", "code", "is_transient"),
    [
        ("450 try later", "mail_postponed", True),
        ("451 greylisted", "mail_postponed", True),
        ("421 closing", "mail_postponed", True),
        ("550 no such user", "mail_recipient_refused", False),
        ("553 not a mailbox", "mail_recipient_refused", False),
    ],
)
def test_refused_recipient_is_translated(answer: str, code: str, is_transient: bool) -> None:
    """A full mailbox may be emptied, an unknown one stays unknown."""
    with serving(behaving(answers={"jan@jansen.example": answer})) as port:
        failed = failure(plain(port))
    assert (failed.code, failed.is_transient) == (code, is_transient)


@pytest.mark.parametrize(
    ("answer", "code", "is_transient"),
    [("452 no room", "mail_postponed", True), ("554 looks like spam", "mail_refused", False)],
)
def test_refused_content_is_translated(answer: str, code: str, is_transient: bool) -> None:
    """By the class of the server's answer, which is named in the error."""
    with serving(behaving(data_answers=[answer])) as port:
        failed = failure(plain(port))
    assert (failed.code, failed.is_transient) == (code, is_transient)
    assert failed.parameters == {"host": "127.0.0.1", "status": int(answer[:3])}


def test_refused_mail_does_not_stop_the_others() -> None:
    """The same connection carries the next one."""
    behaviour = behaving(answers={"nobody@jansen.example": "550 no such user"})
    with serving(behaviour) as port, plain(port).session() as session:
        session.send(written(notification(id=intent(1))))
        with pytest.raises(AdapterError):
            session.send(written(notification(id=intent(2), recipient_email="nobody@jansen.example")))
        session.send(written(notification(id=intent(3))))
    assert [taken.connection for taken in behaviour.mails] == [1, 1]


def test_absent_server_is_a_transient_failure() -> None:
    """It may come back."""
    failed = failure(plain(closed_port()))
    assert (failed.code, failed.is_transient) == ("mail_server_unavailable", True)
    assert failed.parameters == {"host": "127.0.0.1"}


def test_silent_server_is_a_transient_failure() -> None:
    """After the given time."""
    with silent_server() as port:
        failed = failure(plain(port, timeout=0.2))
    assert (failed.code, failed.is_transient) == ("mail_server_unavailable", True)


def test_absent_server_is_waited_for_once() -> None:
    """Not with every mail of a round."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with plain(listening.getsockname()[1], timeout=0.1).session() as session:
            for _ in range(3):
                with pytest.raises(AdapterError):
                    session.send(written(notification()))
        listening.settimeout(0.1)
        listening.accept()[0].close()
        with pytest.raises(TimeoutError):
            listening.accept()


def test_login_is_used() -> None:
    """Where the server asks for one."""
    behaviour = behaving()
    with serving(behaviour, needs_login=True) as port:
        send(plain(port, username=USER, password=PASSWORD))
    assert len(behaviour.mails) == 1


@pytest.mark.parametrize("password", ["wrong-Pass", "gehéim-Pass"])
def test_refused_login_is_a_permanent_failure(password: str) -> None:
    """Trying again would lock the account; a password that SMTP cannot carry is refused as well."""
    with serving(behaving(), needs_login=True) as port:
        failed = failure(plain(port, username=USER, password=password))
    assert (failed.code, failed.is_transient) == ("mail_login_refused", False)


def test_login_at_a_server_that_knows_none_is_a_permanent_failure() -> None:
    """The configuration is wrong."""
    with serving(behaving()) as port:
        failed = failure(plain(port, username=USER, password=PASSWORD))
    assert (failed.code, failed.is_transient) == ("mail_login_refused", False)


@pytest.mark.parametrize("password", ["wrong-Pass", "gehéim-Pass"])
def test_password_is_in_no_error(password: str) -> None:
    """Neither in its text nor in what it was caused by."""
    with serving(behaving(), needs_login=True) as port:
        failed = failure(plain(port, username=USER, password=password))
    told = "".join(traceback.format_exception(failed)) + repr(failed) + repr(failed.parameters)
    assert password not in told
    assert failed.__cause__ is None or password not in repr(vars(failed.__cause__))


def test_password_is_not_shown() -> None:
    """Transports are printed and logged."""
    assert PASSWORD not in repr(SmtpTransport("mail.example", username=USER, password=PASSWORD))


def test_server_without_encryption_is_not_used() -> None:
    """Unless that is what was asked for."""
    behaviour = behaving()
    with serving(behaviour) as port:
        failed = failure(plain(port, starttls=True, username=USER, password=PASSWORD))
    assert (failed.code, failed.is_transient) == ("mail_not_encrypted", True)
    assert behaviour.mails == []


def test_server_that_cannot_encrypt_from_the_start_is_not_used() -> None:
    """A plain port is not a TLS port."""
    with serving(behaving()) as port:
        failed = failure(plain(port, use_tls=True))
    assert (failed.code, failed.is_transient) == ("mail_not_encrypted", True)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A file with a key and a certificate of this machine, which nobody has signed."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed, so there is no certificate to encrypt with")
    path = tmp_path / "server.pem"
    request = ["req", "-x509", "-nodes", "-days", "2", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    about = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    places = ["-keyout", str(path), "-out", str(tmp_path / "cert.pem")]
    subprocess.run([program, *request, *about, *places], check=True, capture_output=True)
    path.write_text(path.read_text("ascii") + (tmp_path / "cert.pem").read_text("ascii"), encoding="ascii")
    return path


def server_tls(certificate: Path) -> ssl.SSLContext:
    """How the server encrypts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_connection_is_encrypted_before_anything_is_sent(certificate: Path) -> None:
    """By default, where the server offers it; the login comes after."""
    behaviour = behaving()
    trusting = ssl.create_default_context(cafile=certificate)
    with serving(behaviour, tls=server_tls(certificate), needs_login=True) as port:
        send(SmtpTransport("127.0.0.1", port, USER, PASSWORD, timeout=5, tls=trusting))
    assert [taken.is_encrypted for taken in behaviour.mails] == [True]


def test_server_that_nobody_vouches_for_is_not_used(certificate: Path) -> None:
    """Somebody in between would read the links."""
    behaviour = behaving()
    with serving(behaviour, tls=server_tls(certificate)) as port:
        failed = failure(SmtpTransport("127.0.0.1", port, timeout=5))
    assert (failed.code, failed.is_transient) == ("mail_not_encrypted", True)
    assert behaviour.mails == []


@pytest.mark.parametrize(
    ("answer", "code", "is_transient"),
    [
        ("451 not now", "mail_postponed", True),
        ("421 closing", "mail_postponed", True),
        ("550 not you", "mail_refused", False),
        ("530 log in first", "mail_refused", False),
    ],
)
def test_refused_sender_is_translated(answer: str, code: str, is_transient: bool) -> None:
    """As refused content: it is the configuration that has to change, or the hour."""
    with serving(behaving(mail_answers=[answer] * 2)) as port:
        failed = failure(plain(port))
    assert (failed.code, failed.is_transient) == (code, is_transient)


@pytest.mark.parametrize(
    "refused",
    [{"mail_answers": ["550 no"]}, {"answers": {"jan@jansen.example": "550 no"}}, {"data_answers": ["554 no"]}],
)
def test_connection_is_fit_for_the_next_mail_after_a_refusal(refused: dict[str, object]) -> None:
    """Wherever it was refused: nothing of it is left, and no second connection is needed."""
    behaviour = behaving(**deepcopy(refused))
    with serving(behaviour) as port, plain(port).session() as session:
        with pytest.raises(AdapterError):
            session.send(written(notification(id=intent(1))))
        for number in (2, 3):
            session.send(written(notification(id=intent(number), recipient_email="eva@acme.example")))
    assert [(taken.connection, taken.recipients) for taken in behaviour.mails] == [(1, ("eva@acme.example",))] * 2


def test_mail_whose_answer_was_lost_is_sent_again_as_the_same_mail() -> None:
    """The server has it already; by its Message-ID it is known to be the same."""
    behaviour = behaving(loses_answer_at=1)
    with serving(behaviour) as port:
        send(plain(port), 3)
    ids = [received(taken.content)["Message-ID"] for taken in behaviour.mails]
    assert len(ids) == 4
    assert len(set(ids)) == 3
    assert ids[1] == ids[2]


def offered(**answers: str | None) -> dict[str, str | None]:
    """What a scripted server says, in the way that is tested."""
    ehlo = "250-scripted\r\n250 PIPELINING" if _way[0][0] else "250 scripted"
    return {"EHLO": ehlo, **answers}


def test_connection_that_breaks_within_the_content_is_a_transient_failure() -> None:
    """Nobody knows what became of it; it is sent again later, as the same mail."""
    broken: dict[str, str | None] = {**offered(), "line": None}
    with scripted(broken) as (port, _):
        failed = failure(plain(port))
    assert (failed.code, failed.is_transient) == ("mail_server_unavailable", True)


def test_connection_that_breaks_within_a_later_content_is_opened_again() -> None:
    """Once: the mail arrives by the second connection."""
    with scripted(offered(**{".": None}), offered()) as (port, read), plain(port).session() as session:
        with pytest.raises(AdapterError):
            session.send(written(notification(id=intent(1))))
        session.send(written(notification(id=intent(1))))
    assert read.count(".") == 2


@pytest.mark.parametrize("place", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "."])
def test_connection_that_is_closed_anywhere_is_a_transient_failure(place: str) -> None:
    """Whatever it was waiting for."""
    with scripted({**offered(), place: None}) as (port, _):
        failed = failure(plain(port))
    assert (failed.code, failed.is_transient) == ("mail_server_unavailable", True)


@pytest.mark.parametrize("place", ["EHLO", "MAIL", "RCPT", "DATA", "."])
def test_answer_that_is_none_is_a_failure(place: str) -> None:
    """Not a mail that is taken for sent."""
    with scripted({**offered(), place: "hello there", "HELO": "hello there"}) as (port, _):
        failed = failure(plain(port))
    assert failed.code in {"mail_server_unavailable", "mail_refused", "mail_login_refused"}


@pytest.mark.parametrize("place", ["MAIL", "RCPT"])
def test_server_that_wants_a_content_after_a_refusal_gets_none(place: str) -> None:
    """What it would do with it, nobody knows; the connection is closed."""
    with scripted({**offered(), place: "550 no"}) as (port, read):
        failed = failure(plain(port))
    assert not failed.is_transient
    assert [line for line in read if line.startswith("From:")] == []


@pytest.mark.parametrize("status", ["250 go on", "200 go on", "550 no"])
def test_content_is_not_sent_without_being_asked_for(status: str) -> None:
    """It would be taken for commands."""
    with scripted(offered(DATA=status)) as (port, read):
        assert failure(plain(port)).code in {"mail_refused", "mail_server_unavailable"}
    assert [line for line in read if line.startswith("From:")] == []


def test_line_that_begins_with_a_dot_does_not_end_the_mail() -> None:
    """It arrives as it was written."""
    behaviour = behaving()
    told = notification(
        organization_name=".", wording=Wording("Dots", ".\n\n..\n{{ link }}\n.\nMAIL FROM:<x@y.example>")
    )
    with serving(behaviour) as port, plain(port).session() as session:
        session.send(written(told))
    (taken,) = behaviour.mails
    assert taken.content == written(told).content
    assert b"\r\n.\r\n" in taken.content


def test_size_is_announced_where_the_server_asks() -> None:
    """A mail that is too large is refused before it is sent."""
    with scripted({"EHLO": "250-scripted\r\n250 SIZE 10", "MAIL": "552 too large"}) as (port, read):
        failed = failure(plain(port))
    (command,) = [line for line in read if line.startswith("MAIL")]
    assert command.endswith(f"SIZE={len(written(notification(id=intent(0))).content)}")
    assert (failed.code, failed.is_transient) == ("mail_refused", False)


def test_encryption_that_is_refused_is_a_transient_failure() -> None:
    """Nothing is sent in the clear instead."""
    with scripted({"EHLO": "250-scripted\r\n250 STARTTLS", "STAR": "454 not now"}) as (port, read):
        failed = failure(plain(port, starttls=True))
    assert (failed.code, failed.is_transient) == ("mail_postponed", True)
    assert [line for line in read if line.startswith("MAIL")] == []
