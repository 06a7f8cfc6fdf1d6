"""Mails in a folder."""

import stat
from pathlib import Path

import pytest
from attrs import evolve

from tests.unit.adapters.email.builders import intent, notification, received, written
from worktraq.adapters.email import FolderTransport
from worktraq.errors import AdapterError


def files_in(folder: Path) -> list[str]:
    """The names of everything in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def test_mail_is_put_into_the_folder(tmp_path: Path) -> None:
    """Named after its id, in a folder that is made when it is needed."""
    folder = tmp_path / "out" / "mails"
    with FolderTransport(folder).session() as session:
        session.send(written(notification()))
    assert files_in(folder) == [f"{intent().hex}@acme.example.eml"]


def test_file_holds_the_mail(tmp_path: Path) -> None:
    """Byte by byte as it would go to a server."""
    transport = FolderTransport(tmp_path)
    message = written(notification())
    with transport.session() as session:
        session.send(message)
    content = transport.file_of(message).read_bytes()
    assert content == message.content
    assert received(content)["To"].addresses[0].addr_spec == "jan@jansen.example"


def test_mail_that_is_sent_again_replaces_itself(tmp_path: Path) -> None:
    """One message is one file, however often it is delivered."""
    for _ in range(2):
        with FolderTransport(tmp_path).session() as session:
            session.send(written(notification()))
    assert len(files_in(tmp_path)) == 1


def test_different_mails_are_different_files(tmp_path: Path) -> None:
    """None is lost."""
    with FolderTransport(tmp_path).session() as session:
        for number in range(3):
            session.send(written(notification(id=intent(number))))
    assert len(files_in(tmp_path)) == 3


def test_file_stays_inside_the_folder(tmp_path: Path) -> None:
    """Whatever the Message-ID of a mail is."""
    message = written(notification())
    message = evolve(message, message_id="../../etc/passwd@x")
    assert FolderTransport(tmp_path).file_of(message).parent == tmp_path


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """A link in it is a secret."""
    folder = tmp_path / "mails"
    transport = FolderTransport(folder)
    with transport.session() as session:
        session.send(written(notification()))
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, transport.file_of(written(notification())))]
    assert modes == [0o700, 0o600]


def test_folder_that_cannot_be_written_is_a_transient_failure(tmp_path: Path) -> None:
    """Somebody makes room, and the next attempt succeeds."""
    place = tmp_path / "taken"
    place.write_text("not a folder", encoding="utf-8")
    with FolderTransport(place).session() as session, pytest.raises(AdapterError) as failed:
        session.send(written(notification()))
    assert (failed.value.code, failed.value.is_transient) == ("mail_folder_failed", True)


def test_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    """Neither half a mail nor a file beside it."""
    transport = FolderTransport(tmp_path)
    message = written(notification())
    (transport.file_of(message) / "in the way").mkdir(parents=True)
    with transport.session() as session, pytest.raises(AdapterError):
        session.send(message)
    assert files_in(tmp_path) == [f"{intent().hex}@acme.example.eml"]
