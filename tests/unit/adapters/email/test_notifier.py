"""The notifier: notifications in, mails out."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import worktraq.adapters.email
from tests.unit.adapters.email.builders import AT, intent, notification, received
from tests.unit.adapters.email.servers import Behaviour, serving
from worktraq.adapters.email import EmailNotifier, FolderTransport, Mail, SmtpTransport
from worktraq.adapters.email.messages import message_of
from worktraq.core.notifications import Notification
from worktraq.errors import AdapterError, InvalidInput
from worktraq.ports.notifications import Notifier, NotifierFlow


def notifier(folder: Path, **changes: str) -> EmailNotifier:
    """A notifier that writes into a folder, on a clock that stands still."""
    facts = {"sender": "Acme Advies <hours@acme.example>", **changes}
    return EmailNotifier(FolderTransport(folder), clock=lambda: AT, **facts)


def test_notification_becomes_a_mail(tmp_path: Path) -> None:
    """From the sender, dated by the clock."""
    carrying: Notifier = notifier(tmp_path)
    with carrying.session() as session:
        session.deliver(notification())
    read = received(next(tmp_path.iterdir()).read_bytes())
    assert (read["From"], read["Date"].datetime) == ("Acme Advies <hours@acme.example>", AT)


def test_notification_that_is_delivered_twice_is_one_message(tmp_path: Path) -> None:
    """By its id, as the port promises."""
    for _ in range(2):
        with notifier(tmp_path).session() as session:
            session.deliver(notification())
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(("domain", "used"), [("", "acme.example"), ("mail.acme.example", "mail.acme.example")])
def test_domain_of_the_sender_ends_the_message_id(tmp_path: Path, domain: str, used: str) -> None:
    """Unless another one is given."""
    with notifier(tmp_path, domain=domain).session() as session:
        session.deliver(notification())
    assert next(tmp_path.iterdir()).name == f"{intent().hex}@{used}.eml"


def test_address_that_cannot_be_written_to_is_a_permanent_failure(tmp_path: Path) -> None:
    """No later attempt would succeed."""
    with notifier(tmp_path).session() as session, pytest.raises(AdapterError) as failed:
        session.deliver(notification(recipient_email="jörg@jansen.example"))
    assert (failed.value.code, failed.value.is_transient) == ("mail_recipient_refused", False)


@pytest.mark.parametrize("wrong", [{"sender": "nobody"}, {"domain": "a b"}])
def test_wrong_configuration_is_found_at_once(tmp_path: Path, wrong: dict[str, str]) -> None:
    """Not with the first mail."""
    with pytest.raises(InvalidInput):
        notifier(tmp_path, **wrong)


def test_exported_names_can_be_imported() -> None:
    """And no other name is made up."""
    names = worktraq.adapters.email.__all__
    assert [name for name in names if not hasattr(worktraq.adapters.email, name)] == []
    assert not hasattr(worktraq.adapters.email, "no_such_name")


@pytest.mark.parametrize("names", ["", "SmtpTransport, FolderTransport"])
def test_templates_are_loaded_only_for_who_writes_mails(names: str) -> None:
    """Neither the package nor a transport needs Jinja2 or Babel."""
    script = f"from worktraq.adapters.email import {names or '__all__'}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert {"jinja2", "babel"} & set(done.stdout.split()) == set()


def test_many_notifications_go_in_one_flow() -> None:
    """Where the transport is good at that; each is told of by its id, also one that cannot be written."""
    behaviour = Behaviour(pipelines=True, answers={"nobody@jansen.example": "550 no such user"})
    addresses = ["jan@jansen.example", "jörg@jansen.example", "nobody@jansen.example", "eva@acme.example"]
    told = [notification(id=intent(at), recipient_email=address) for at, address in enumerate(addresses)]
    with serving(behaviour) as port:
        transport = SmtpTransport("127.0.0.1", port, starttls=False, timeout=5)
        with EmailNotifier(transport, sender="hours@acme.example").session() as session:
            assert isinstance(session, NotifierFlow)
            outcomes = dict(session.deliver_each(told))
            session.deliver(told[0])
    codes = {key: problem.code if isinstance(problem, AdapterError) else problem for key, problem in outcomes.items()}
    refused = "mail_recipient_refused"
    assert codes == {intent(0): None, intent(1): refused, intent(2): refused, intent(3): None}
    assert [taken.recipients[0] for taken in behaviour.mails] == [addresses[0], addresses[3], addresses[0]]


def test_notification_that_breaks_does_not_keep_the_others_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect of ours hurts one message only."""

    def broken(told: Notification, **facts: Any) -> Mail:  # noqa: ANN401  # handed on
        if told.id == intent(1):
            raise ZeroDivisionError
        return message_of(told, **facts)

    monkeypatch.setattr("worktraq.adapters.email.notifier.message_of", broken)
    behaviour = Behaviour()
    with serving(behaviour) as port:
        transport = SmtpTransport("127.0.0.1", port, starttls=False, timeout=5)
        with EmailNotifier(transport, sender="hours@acme.example").session() as session:
            assert isinstance(session, NotifierFlow)
            outcomes = dict(session.deliver_each(notification(id=intent(at)) for at in range(3)))
    assert [type(outcomes[intent(at)]) for at in range(3)] == [type(None), ZeroDivisionError, type(None)]


def test_transport_that_takes_one_mail_at_a_time_is_enough(tmp_path: Path) -> None:
    """Nobody who writes a transport has to know of flows."""
    with notifier(tmp_path).session() as session:
        assert not isinstance(session, NotifierFlow)
