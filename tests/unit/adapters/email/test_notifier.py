"""The notifier: notifications in, mails out."""

import subprocess
import sys
from pathlib import Path

import pytest

import worktraq.adapters.email
from tests.unit.adapters.email.builders import AT, intent, notification, received
from worktraq.adapters.email import EmailNotifier, FolderTransport
from worktraq.errors import AdapterError, InvalidInput
from worktraq.ports.notifications import Notifier


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
