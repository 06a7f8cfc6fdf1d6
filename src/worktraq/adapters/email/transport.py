"""What carries a mail; and the simplest such thing, a folder."""

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from worktraq.errors import AdapterError

_UNFIT_FOR_NAMES = re.compile(r"[^A-Za-z0-9@._-]")


@frozen
class Mail:
    """A mail as it travels.

    Attributes:
        sender: The address that it comes from.
        recipient: The one address that it goes to.
        message_id: What makes it the same mail when it is sent again; without the angle brackets.
        content: Headers and body, lines ending in CR and LF, ASCII only.
    """

    sender: str
    recipient: str
    message_id: str
    content: bytes = field(repr=False)


class MailSession(Protocol):
    """An open way out for mails."""

    def send(self, mail: Mail) -> None:
        """Carry a mail to its recipient.

        Raises:
            AdapterError: Transient when a later attempt may succeed.
        """


@runtime_checkable
class MailFlow(MailSession, Protocol):
    """A way out that does better with many mails than with one after another; no transport needs to be one."""

    def send_each(self, mails: Iterable[Mail]) -> Iterator[tuple[Mail, Exception | None]]:
        """Carry mails; as `worktraq.ports.notifications.NotifierFlow` says."""


class MailTransport(Protocol):
    """Whatever carries mails."""

    def session(self) -> AbstractContextManager[MailSession]:
        """Open a way out for several mails; it is closed at the end of the block."""


@frozen
class FolderTransport:
    """Puts every mail into a folder, as a file that mail programs open; nothing leaves the machine.

    The file is named after the Message-ID, so that a mail that is sent again replaces itself.

    Attributes:
        path: The folder; made when the first mail comes, readable by its owner only, as links in mails are secret.
    """

    path: Path = field(converter=Path)

    @contextmanager
    def session(self) -> Iterator[MailSession]:
        """As `MailTransport` says."""
        yield _FolderSession(self.path)

    def file_of(self, mail: Mail) -> Path:
        """Where a mail is, or would be, put."""
        return _file_of(self.path, mail)


@frozen
class _FolderSession:
    path: Path

    def send(self, mail: Mail) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(_file_of(self.path, mail), mail.content)
        except OSError as error:
            raise AdapterError("mail_folder_failed", is_transient=True) from error


def _file_of(folder: Path, mail: Mail) -> Path:
    return folder / (_UNFIT_FOR_NAMES.sub("_", mail.message_id) + ".eml")


def _write(path: Path, content: bytes) -> None:
    # Written aside and then renamed: nobody ever reads half a mail.
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as file:
        aside = Path(file.name)
        try:
            file.write(content)
            file.close()
            aside.replace(path)
        except OSError:
            aside.unlink(missing_ok=True)
            raise
