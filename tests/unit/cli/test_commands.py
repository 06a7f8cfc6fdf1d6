"""The commands: help, versions, and what is said when something is wrong."""

from pathlib import Path

import pytest

import worktraq
from worktraq.cli import main
from worktraq.cli.commands import run
from worktraq.i18n import LANGUAGES


def test_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """That of the package."""
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"worktraq {worktraq.__version__}\n"


def test_exit_code_reaches_the_shell(capsys: pytest.CaptureFixture[str]) -> None:
    """Also through ``python -m worktraq``, which calls the same function."""
    with pytest.raises(SystemExit) as left:
        main(["--nothing"])
    assert left.value.code == 2


@pytest.mark.requirement("B-11")
@pytest.mark.parametrize("arguments", [["--help"], ["demo", "--help"], ["migrate", "--help"]])
def test_help_is_in_the_language_of_the_reader(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every line of it, headings included."""
    shown = set()
    for language in LANGUAGES:
        monkeypatch.setenv("LANGUAGE", language)
        assert run(arguments) == 0
        shown.add(capsys.readouterr().out)
    assert len(shown) == len(LANGUAGES)
    assert sum("Show this help." in text for text in shown) == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["demo", "--nothing"], "There is no option --nothing."),
        (["demo", "--lang", "xx"], "--lang takes one of these: nl, en, fr, de."),
        (["demo", "--db"], "'--db' requires an argument."),
        (["nothing"], "No such command 'nothing'."),
        (["migrate"], "Missing option '--db'."),
    ],
)
def test_usage_error_is_one_line(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With where help is, and exit code 2."""
    monkeypatch.setenv("LANGUAGE", "en")
    assert run(arguments) == 2
    told = capsys.readouterr().err
    assert problem in told
    assert (told.count("\n"), "--help" in told) == (1, True)


@pytest.mark.parametrize("url", ["nothing", "oracle://host/name", "http://host", "", "mysql"])
@pytest.mark.parametrize("command", ["demo", "migrate"])
def test_unknown_database_is_refused_in_one_line(
    command: str, url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With exit code 1, and without repeating the address, which may hold a password."""
    out = ["--out", str(tmp_path)] if command == "demo" else []
    assert run([command, "--lang", "en", "--db", url, *out]) == 1
    told = capsys.readouterr()
    assert told.err == "worktraq: database: This is not the address of a SQLite, PostgreSQL or MariaDB database.\n"
    assert told.out == ""


def test_database_that_cannot_be_opened_is_told_in_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """In the language of the reader."""
    assert run(["migrate", "--lang", "en", "--db", f"sqlite:///{tmp_path}/nowhere/at.db"]) == 1
    assert capsys.readouterr().err == "worktraq: The database did not answer as it should.\n"


def test_schema_is_brought_up_to_date(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Twice changes nothing more."""
    arguments = ["migrate", "--lang", "en", "--db", f"sqlite:///{tmp_path}/hours.db"]
    assert (run(arguments), run(arguments)) == (0, 0)
    assert "is up to date" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["worktraq.db", "mails/precious.eml"])
def test_file_of_somebody_else_stops_the_demo(name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Before anything is done; the file stays as it is."""
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"precious")
    assert run(["demo", "--lang", "en", "--out", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "was not made by the demo, so it is left alone." in told.err
    assert (told.out, file.read_bytes()) == ("", b"precious")
