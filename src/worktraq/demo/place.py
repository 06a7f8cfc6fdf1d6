"""Where the demo puts its files, and clearing away those of the last time, but nothing that it did not make.

A database file is the demo's when the application id in its header says so; a folder of mails when it holds a
file of a certain name. Whatever else stands in the way is left alone.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from attrs import frozen

from worktraq.errors import WorktraqError

APPLICATION_ID = 0x57545144
"""Of a SQLite database that the demo made: "WTQD"."""

MARK = ".worktraq-demo"
"""The file that marks a folder of mails as the demo's."""

_MAGIC = b"SQLite format 3\x00"
_ID_BYTES = slice(68, 72)
_COMPANIONS = ("", "-wal", "-shm", "-journal")


def _(sentence: str) -> str:
    """Marks a sentence for the catalogs; it is translated where it is shown."""
    return sentence


_NOT_OURS = _("{path} was not made by the demo, so it is left alone. Choose another folder with --out.")
_NOT_WRITABLE = _("{path} cannot be written. Choose another folder with --out.")


class PlaceRefused(WorktraqError):
    """The demo cannot use a file or folder.

    Attributes:
        sentence: Why, an English sentence of the catalogs with a place for the path.
        path: Of the file or folder.
    """

    def __init__(self, sentence: str, path: Path) -> None:
        self.sentence = sentence
        self.path = path
        super().__init__(sentence, path)

    def __str__(self) -> str:
        return self.sentence.format(path=self.path)


@frozen
class Place:
    """The folder of the demo.

    Attributes:
        folder: Where everything is.
    """

    folder: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "worktraq.db"

    @property
    def mails(self) -> Path:
        """The folder with a file for every mail."""
        return self.folder / "mails"

    def renew_mails(self) -> None:
        """Begin with an empty folder of mails.

        Raises:
            PlaceRefused: When the folder holds something and was not made by the demo, or cannot be written.
        """
        mark = self.mails / MARK
        try:
            self.mails.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(self.mails.iterdir()) and not mark.is_file():
                raise PlaceRefused(_NOT_OURS, self.mails)
            mark.touch()
            for mail in self.mails.glob("*.eml"):
                mail.unlink()
        except OSError as error:
            raise PlaceRefused(_NOT_WRITABLE, self.mails) from error

    def renew_database(self) -> None:
        """Begin with an empty database that is marked as the demo's.

        Raises:
            PlaceRefused: When the file was not made by the demo, or cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self.database.exists() or self.database.is_symlink():
                self._remove_database()
            with closing(sqlite3.connect(self.database)) as connection:
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        except (OSError, sqlite3.Error) as error:
            raise PlaceRefused(_NOT_WRITABLE, self.database) from error

    def _remove_database(self) -> None:
        if not is_own_database(self.database):
            raise PlaceRefused(_NOT_OURS, self.database)
        for companion in _COMPANIONS:
            self.database.with_name(self.database.name + companion).unlink(missing_ok=True)


def is_own_database(path: Path) -> bool:
    """Whether a file is a database that the demo made; it is only read, and not through SQLite.

    Raises:
        OSError: The file cannot be read.
    """
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        header = file.read(100)
    return header.startswith(_MAGIC) and header[_ID_BYTES] == APPLICATION_ID.to_bytes(4, "big")
