"""Mails by SMTP, with a real server on this machine."""

import shutil
import socket
import ssl
import subprocess
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.adapters.email.builders import intent, mail, notification, received
from tests.unit.adapters.email.servers import PASSWORD, USER, Behaviour, serving
from worktraq.adapters.email import SmtpTransport
from worktraq.errors import AdapterError

# A login without TLS is no danger on the own machine.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


def plain(port: int, **changes: object) -> SmtpTransport:
    """A transport to a server on this machine that encrypts nothing."""
    facts: dict[str, object] = {"starttls": False, "timeout": 5, **changes}
    return SmtpTransport("127.0.0.1", port, **facts)  # type: ignore[arg-type]  # a test names the attributes


def send(transport: SmtpTransport, count: int = 1) -> None:
    """Send some mails in one session."""
    with transport.session() as session:
        for number in range(count):
            session.send(mail(notification(id=intent(number))))


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
    behaviour = Behaviour()
    with serving(behaviour) as port:
        send(plain(port))
    taken = behaviour.mails[0]
    assert (taken.sender, taken.recipients) == ("hours@acme.example", ("jan@jansen.example",))
    assert taken.content == mail(notification(id=intent(0))).as_bytes()


def test_one_connection_carries_many_mails() -> None:
    """Connecting and logging in costs more than a mail."""
    behaviour = Behaviour()
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
    behaviour = Behaviour(hangs_up_at=hangs_up_at, says_goodbye_at=says_goodbye_at)
    with serving(behaviour) as port:
        send(plain(port), 5)
    assert [(taken.connection, received(taken.content)["Message-ID"][:33]) for taken in behaviour.mails] == [
        (connection, f"<{intent(number).hex}") for number, connection in enumerate([1, 1, 2, 2, 2])
    ]


def test_connection_that_is_closed_at_once_is_a_transient_failure() -> None:
    """It is tried once only, and again with the next attempt."""
    behaviour = Behaviour(hangs_up_at=0)
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
    with serving(Behaviour(answers={"jan@jansen.example": answer})) as port:
        failed = failure(plain(port))
    assert (failed.code, failed.is_transient) == (code, is_transient)


@pytest.mark.parametrize(
    ("answer", "code", "is_transient"),
    [("452 no room", "mail_postponed", True), ("554 looks like spam", "mail_refused", False)],
)
def test_refused_content_is_translated(answer: str, code: str, is_transient: bool) -> None:
    """By the class of the server's answer, which is named in the error."""
    with serving(Behaviour(data_answers=[answer])) as port:
        failed = failure(plain(port))
    assert (failed.code, failed.is_transient) == (code, is_transient)
    assert failed.parameters == {"host": "127.0.0.1", "status": int(answer[:3])}


def test_refused_mail_does_not_stop_the_others() -> None:
    """The same connection carries the next one."""
    behaviour = Behaviour(answers={"nobody@jansen.example": "550 no such user"})
    with serving(behaviour) as port, plain(port).session() as session:
        session.send(mail(notification(id=intent(1))))
        with pytest.raises(AdapterError):
            session.send(mail(notification(id=intent(2), recipient_email="nobody@jansen.example")))
        session.send(mail(notification(id=intent(3))))
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
                    session.send(mail(notification()))
        listening.settimeout(0.1)
        listening.accept()[0].close()
        with pytest.raises(TimeoutError):
            listening.accept()


def test_login_is_used() -> None:
    """Where the server asks for one."""
    behaviour = Behaviour()
    with serving(behaviour, needs_login=True) as port:
        send(plain(port, username=USER, password=PASSWORD))
    assert len(behaviour.mails) == 1


@pytest.mark.parametrize("password", ["wrong-Pass", "gehéim-Pass"])
def test_refused_login_is_a_permanent_failure(password: str) -> None:
    """Trying again would lock the account; a password that SMTP cannot carry is refused as well."""
    with serving(Behaviour(), needs_login=True) as port:
        failed = failure(plain(port, username=USER, password=password))
    assert (failed.code, failed.is_transient) == ("mail_login_refused", False)


def test_login_at_a_server_that_knows_none_is_a_permanent_failure() -> None:
    """The configuration is wrong."""
    with serving(Behaviour()) as port:
        failed = failure(plain(port, username=USER, password=PASSWORD))
    assert (failed.code, failed.is_transient) == ("mail_login_refused", False)


@pytest.mark.parametrize("password", ["wrong-Pass", "gehéim-Pass"])
def test_password_is_in_no_error(password: str) -> None:
    """Neither in its text nor in what it was caused by."""
    with serving(Behaviour(), needs_login=True) as port:
        failed = failure(plain(port, username=USER, password=password))
    told = "".join(traceback.format_exception(failed)) + repr(failed) + repr(failed.parameters)
    assert password not in told
    assert failed.__cause__ is None or password not in repr(vars(failed.__cause__))


def test_password_is_not_shown() -> None:
    """Transports are printed and logged."""
    assert PASSWORD not in repr(SmtpTransport("mail.example", username=USER, password=PASSWORD))


def test_server_without_encryption_is_not_used() -> None:
    """Unless that is what was asked for."""
    behaviour = Behaviour()
    with serving(behaviour) as port:
        failed = failure(plain(port, starttls=True, username=USER, password=PASSWORD))
    assert (failed.code, failed.is_transient) == ("mail_not_encrypted", True)
    assert behaviour.mails == []


def test_server_that_cannot_encrypt_from_the_start_is_not_used() -> None:
    """A plain port is not a TLS port."""
    with serving(Behaviour()) as port:
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
    behaviour = Behaviour()
    trusting = ssl.create_default_context(cafile=certificate)
    with serving(behaviour, tls=server_tls(certificate), needs_login=True) as port:
        send(SmtpTransport("127.0.0.1", port, USER, PASSWORD, timeout=5, tls=trusting))
    assert [taken.is_encrypted for taken in behaviour.mails] == [True]


def test_server_that_nobody_vouches_for_is_not_used(certificate: Path) -> None:
    """Somebody in between would read the links."""
    behaviour = Behaviour()
    with serving(behaviour, tls=server_tls(certificate)) as port:
        failed = failure(SmtpTransport("127.0.0.1", port, timeout=5))
    assert (failed.code, failed.is_transient) == ("mail_not_encrypted", True)
    assert behaviour.mails == []
