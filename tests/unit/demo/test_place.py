"""The demo clears away what it made itself, and nothing else."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from worktraq.demo.place import APPLICATION_ID, MARK, Place, PlaceRefused, is_own_database


def a_database(path: Path, application_id: int = 0) -> bytes:
    """A SQLite database with something in it; its content."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {application_id}")
        connection.execute("CREATE TABLE precious (things TEXT)")
    return path.read_bytes()


def tables_in(path: Path) -> int:
    """How many tables a database has."""
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return int(count)


def test_new_database_is_marked_as_own(tmp_path: Path) -> None:
    """So that the next run may clear it away."""
    place = Place(tmp_path / "new")
    place.renew_database()
    assert is_own_database(place.database)


def test_own_database_is_made_afresh(tmp_path: Path) -> None:
    """Nothing of the last run is left, its write-ahead log included."""
    place = Place(tmp_path)
    a_database(place.database, APPLICATION_ID)
    log = tmp_path / "worktraq.db-wal"
    log.write_bytes(b"left over")
    place.renew_database()
    assert (tables_in(place.database), log.exists()) == (0, False)


def test_database_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    """Not even opened by SQLite, which might recover a log."""
    place = Place(tmp_path)
    before = a_database(place.database)
    with pytest.raises(PlaceRefused, match="was not made by the demo"):
        place.renew_database()
    assert place.database.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"notes", b"SQLite format 3\x00"])
def test_other_file_is_not_touched(tmp_path: Path, content: bytes) -> None:
    """Whatever it is."""
    place = Place(tmp_path)
    place.database.write_bytes(content)
    with pytest.raises(PlaceRefused):
        place.renew_database()
    assert place.database.read_bytes() == content


def test_link_to_an_own_database_is_not_followed(tmp_path: Path) -> None:
    """Where it leads, somebody else may have put it."""
    target = tmp_path / "elsewhere.db"
    before = a_database(target, APPLICATION_ID)
    place = Place(tmp_path / "demo")
    place.folder.mkdir()
    place.database.symlink_to(target)
    with pytest.raises(PlaceRefused):
        place.renew_database()
    assert target.read_bytes() == before


def test_folder_in_the_place_of_the_database_is_not_touched(tmp_path: Path) -> None:
    """It stays, and the error says which."""
    place = Place(tmp_path)
    place.database.mkdir()
    with pytest.raises(PlaceRefused) as refused:
        place.renew_database()
    assert refused.value.path == place.database


def test_mails_of_the_last_run_are_cleared_away(tmp_path: Path) -> None:
    """In a folder that the demo marked; what is no mail stays."""
    place = Place(tmp_path)
    place.renew_mails()
    (place.mails / "1.eml").touch()
    (place.mails / "notes.txt").touch()
    place.renew_mails()
    assert sorted(path.name for path in place.mails.iterdir()) == [MARK, "notes.txt"]


def test_mails_of_somebody_else_are_not_touched(tmp_path: Path) -> None:
    """A folder of mails without the mark is somebody's."""
    place = Place(tmp_path)
    place.mails.mkdir()
    (place.mails / "precious.eml").touch()
    with pytest.raises(PlaceRefused, match="was not made by the demo"):
        place.renew_mails()
    assert [path.name for path in place.mails.iterdir()] == ["precious.eml"]


def test_place_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """With a sentence instead of a traceback."""
    (tmp_path / "file").touch()
    with pytest.raises(PlaceRefused, match="cannot be written"):
        Place(tmp_path / "file").renew_mails()
