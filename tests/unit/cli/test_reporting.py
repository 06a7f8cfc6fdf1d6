"""`worktraq report`: what is not billed yet, of a database of one's own."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest
from attrs import frozen

from worktraq.adapters.excel import SheetFiles
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.cli.commands import run
from worktraq.core.actors import Actor
from worktraq.core.ids import OrganizationId
from worktraq.core.money import Money, Rate
from worktraq.core.rates import RateSubject
from worktraq.core.users import Role
from worktraq.engine import WorkTraq
from worktraq.i18n import LANGUAGES
from worktraq.testing.builders import MONDAY
from worktraq.testing.fakes import FixedClock

ADMIN, EMPLOYEE = "ada@acme.example", "eva@acme.example"


@frozen
class Place:
    """A database with a firm in it, and room for files.

    Attributes:
        folder: For files.
        engine: On the database.
        organization_id: Of the firm.
    """

    folder: Path
    engine: WorkTraq
    organization_id: OrganizationId

    def report(self, *options: str) -> int:
        """The exit code of the command."""
        return run(["report", "--lang", "en", "--db", f"sqlite:///{self.folder}/hours.db", *options])


@pytest.fixture
def place(tmp_path: Path, migrated: Path) -> Iterator[Place]:
    """With an hour and an expense of an employee that are not handed in."""
    store = SqlStore.from_url(f"sqlite:///{copy(migrated, tmp_path / 'hours.db')}")
    engine = WorkTraq(store, clock=FixedClock())
    founded = engine.found_organization(name="Acme", admin_name="Ada", admin_email=ADMIN)
    with engine.transaction(founded.admin) as tx:
        customer = tx.customers.add_business(company_name="Bakkerij Jansen B.V.")
        tx.rates.set(RateSubject.CUSTOMER, customer.id, Rate("77.77", "EUR"))
        eva = tx.users.add(name="Eva", email=EMPLOYEE, role=Role.EMPLOYEE)
        tx.users.add(name="Bo", email=f"x{EMPLOYEE}", role=Role.MANAGER)
        activity = tx.activities.add(user_id=eva.id, customer_id=customer.id)
    with engine.transaction(Actor.user(founded.organization.id, eva.id)) as tx:
        tx.entries.register_time(activity.id, on=MONDAY, minutes=60)
        tx.entries.register_expense(activity.id, on=MONDAY, amount=Money("12.50", "EUR"), description="Parking")
    yield Place(tmp_path, engine, founded.organization.id)
    store.close()


@pytest.mark.requirement("L-13", "B-01")
def test_report_says_what_is_unbilled_and_why(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """And for how long, as an administrator sees it."""
    assert place.report() == 0
    printed = capsys.readouterr().out
    for text in ("Acme, as it stands on", "not submitted", "€90.27", " days ", "For how long"):
        assert text in printed, text


@pytest.mark.requirement("L-13")
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".XLSX"])
def test_report_goes_into_files(place: Place, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A picture and a table, which are named."""
    chart, export = place.folder / "unbilled.svg", place.folder / f"unbilled{suffix}"
    assert place.report("--chart", str(chart), "--export", str(export)) == 0
    assert b'<svg role="img" lang="en"' in chart.read_bytes()
    (sheet,) = SheetFiles().read(export.read_bytes())
    assert len(sheet.rows) == 3
    assert capsys.readouterr().out.endswith(f"Written: {chart}\nWritten: {export}\n")


@pytest.mark.requirement("W-05")
def test_report_as_an_employee_shows_no_amount(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Not in the terminal, not in the picture and not in the table."""
    chart, export = place.folder / "unbilled.svg", place.folder / "unbilled.csv"
    assert place.report("--as", EMPLOYEE.upper(), "--chart", str(chart), "--export", str(export)) == 0
    shown = capsys.readouterr().out + chart.read_text("utf-8") + export.read_text("utf-8")
    assert "1:00" in shown
    assert not [word for word in ("€", "EUR", "Value", "Without rate", "90.27") if word in shown]


def test_nothing_unbilled_is_said(tmp_path: Path, migrated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In place of an empty table."""
    store = SqlStore.from_url(f"sqlite:///{copy(migrated, tmp_path / 'hours.db')}")
    WorkTraq(store).found_organization(name="Acme", admin_name="Ada", admin_email=ADMIN)
    store.close()
    assert run(["report", "--lang", "en", "--db", f"sqlite:///{tmp_path}/hours.db"]) == 0
    assert "Nothing is unbilled." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--chart", "picture.png"], "file: A picture is written as SVG"),
        (["--export", "table.ods"], "file: A table is written as an Excel workbook or as CSV"),
        (["--as", "nobody@acme.example"], "user"),
        (["--organization", "01a10b13-a800-7012-a685-9041cf6a659e"], "organization"),
        (["--chart", "/nowhere/at/all.svg"], "The file all.svg cannot be written."),
        (["--export", "/nowhere/at/all.csv"], "The file all.csv cannot be written."),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    place: Place, options: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With exit code 1."""
    assert place.report(*options) == 1
    told = capsys.readouterr().err
    assert problem in told
    assert told.count("\n") == 1


def test_one_of_several_organizations_has_to_be_named(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """The command says which there are."""
    other = place.engine.found_organization(name="Other", admin_name="Bo", admin_email="bo@other.example")
    assert place.report() == 1
    told = capsys.readouterr().err
    assert str(place.organization_id) in told
    assert str(other.organization.id) in told
    assert place.report("--organization", str(place.organization_id)) == 0
    assert "Acme" in capsys.readouterr().out


def test_database_is_only_read(place: Place) -> None:
    """Neither its schema nor what is in it changes."""
    file = place.folder / "hours.db"
    before = place.engine.events(place.organization_id), file.stat().st_size
    assert place.report() == 0
    assert (place.engine.events(place.organization_id), file.stat().st_size) == before


def test_database_without_schema_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And gets none."""
    assert run(["report", "--lang", "en", "--db", f"sqlite:///{tmp_path}/new.db"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.requirement("B-11")
@pytest.mark.parametrize("language", LANGUAGES)
def test_report_fits_a_narrow_terminal(place: Place, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In every language."""
    assert run(["report", "--lang", language, "--db", f"sqlite:///{place.folder}/hours.db"]) == 0
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_in_the_language_of_the_reader(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every line of it."""
    monkeypatch.setenv("LANGUAGE", language)
    assert run(["report", "--help"]) == 0
    assert ("Speak this language." in capsys.readouterr().out) is (language == "en")
