"""What the demo prints for people."""

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.unit.demo.performed import outcome
from worktraq.cli.report import Whereabouts, print_report
from worktraq.demo import firm
from worktraq.demo.outcome import Asked
from worktraq.i18n import LANGUAGES, translator

PLACES = Whereabouts(Path("/demo/mails"), "sqlite:////demo/worktraq.db", Path("/demo/worktraq.db"))


def report(language: str = "en", width: int = 80, *, is_terminal: bool = False) -> str:
    """The whole report."""
    file = StringIO()
    console = Console(file=file, width=width, force_terminal=is_terminal)
    print_report(console, outcome(), PLACES, translator(language))
    return file.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 100, 160])
def test_report_fits_the_terminal(language: str, width: int) -> None:
    """No line is longer, and nothing is cut off."""
    printed = report(language, width)
    assert max(len(line) for line in printed.splitlines()) <= width
    assert "…" not in printed


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_stay_in_one_piece_at_80_columns(language: str) -> None:
    """In every language, however long its words are."""
    printed = report(language)
    assert [name for name in firm.PEOPLE.values() if name not in printed] == []


def test_report_has_no_colours_when_it_is_piped() -> None:
    """Nor any other control sequence."""
    assert "\x1b" not in report()
    assert "\x1b" in report(is_terminal=True)


@pytest.mark.requirement("B-11")
def test_report_speaks_the_language_of_the_reader() -> None:
    """No heading of the six is the same in two languages."""
    headings = [
        heading for language in LANGUAGES for heading in re.findall(r"^\d\. .*$", report(language), re.MULTILINE)
    ]
    assert (len(headings), len(set(headings))) == (24, 24)


@pytest.mark.requirement("B-10")
def test_refused_rows_are_shown_with_place_value_and_reason() -> None:
    """As a bookkeeper finds them in the file."""
    words = " ".join(report(width=120).split())
    assert "Klanten!L47 VAT number NL123456789B01 This is not a VAT number of NL." in words


@pytest.mark.requirement("L-05")
def test_every_request_is_shown_with_its_status() -> None:
    """A line for each."""

    def line(asked: Asked) -> tuple[str, str]:
        return asked.employee, translator("en").message(f"status.{asked.status.value}")

    lines = report(width=120).splitlines()
    assert all(any(all(part in each for part in line(asked)) for each in lines) for asked in outcome().requests)


@pytest.mark.requirement("L-13")
def test_total_is_shown_to_the_cent() -> None:
    """As it was added up by the library."""
    value = outcome().unbilled.total.value
    assert value is not None
    assert translator("en").money(value.minor, value.currency) in report()
