"""Specifications of invoices as PDF."""

import pytest

from tests.unit.adapters.pdf.bills import BRAND, an_item, specified
from tests.unit.adapters.pdf.sheets import is_tagged, pages_of, text_of
from worktraq.adapters.pdf import TypstTimesheets
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.money import Money
from worktraq.core.specifications import Specification

WRITER = TypstTimesheets()


def shown(specification: Specification, language: str = "en") -> str:
    """The text of a specification."""
    return text_of(WRITER.render_specification(specification, BRAND, language)).replace("\u00a0", " ")


@pytest.mark.requirement("L-11")
def test_specification_shows_every_item_per_line() -> None:
    """With who, what and how long, in hours and minutes and in decimal hours."""
    text = shown(specified(("Advies", [an_item(1, minutes=485), an_item(2, minutes=60)], 0)))
    for part in (
        *("Specification of invoice 2026-0001", "Bakkerij Jansen B.V.", "2 November 2026", "October 2026"),
        *("Line 1", "Advies", "Jaarrekening 2026", "Coen van den Berg", "Loonadministratie (1)", "Controle"),
        *("8:05", "8.08", "Together 9:05 9.08", "Total 9:05 9.08"),
    ):
        assert part in text, part
    assert "rounding" not in text


@pytest.mark.requirement("L-11", "L-14")
def test_waived_items_are_marked() -> None:
    """And what the mark means is said; without any there is none."""
    text = shown(specified(("Advies", [an_item(1, is_waived=True), an_item(2)], 0)))
    assert text.count("†") == 2
    assert "Without the customer's approval" in text.replace("’", "'")
    assert "†" not in shown(specified(("Advies", [an_item(2)], 0)))


@pytest.mark.requirement("L-11")
def test_what_rounding_makes_is_shown() -> None:
    """Per line and over all of them."""
    text = shown(specified(("Advies", [an_item(1, minutes=492)], 8), ("Overleg", [an_item(2, minutes=60)], 0)))
    assert "Billed, after rounding 8:20" in text
    assert "Total billed, after rounding 9:20" in text


def test_expenses_have_a_column_of_their_own() -> None:
    """Only where there are any; and hours only where there is time."""
    parking = an_item(3, "Parking", minutes=None, amount=Money("12.50", "EUR"))
    text = shown(specified(("Parking", [parking], 0), period=None))
    assert "Expenses" in text
    assert "Total €12.50" in text
    assert "Hours" not in text
    assert "Expenses" not in shown(specified(("Advies", [an_item(1)], 0)))


def test_activity_is_not_repeated_where_the_line_names_it() -> None:
    """Under each item."""
    assert shown(specified(("Controle, Eva", [an_item(1)], 0))).count("Controle") == 1


@pytest.mark.requirement("B-11")
def test_specification_is_in_the_language_asked_for() -> None:
    """Every language has its own words."""
    specification = specified(("Advies", [an_item(1)], 8))
    shown_in = {language: shown(specification, language) for language in LANGUAGES}
    assert len(set(shown_in.values())) == len(LANGUAGES)
    assert [language for language, text in shown_in.items() if "Specification of invoice" in text] == ["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_specification_gives_the_same_bytes(language: str) -> None:
    """From another writer too, and tagged."""
    specification = specified(("Advies", [an_item(1), an_item(2)], 0))
    pdf = WRITER.render_specification(specification, BRAND, language)
    assert TypstTimesheets().render_specification(specification, BRAND, language) == pdf
    assert is_tagged(pdf)


def test_many_items_go_on_to_further_pages() -> None:
    """None is lost, and each page says which one it is."""
    items = [an_item(at, f"Note<{at}>") for at in range(500)]
    pages = pages_of(WRITER.render_specification(specified(("Advies", items, 0)), BRAND, "en"))
    assert len(pages) > 10
    assert [f"page {at} of {len(pages)}" in page for at, page in enumerate(pages, start=1)] == [True] * len(pages)
    whole = " ".join(pages)
    assert [at for at in range(500) if f"Note<{at}>" not in whole] == []


def test_nothing_that_people_wrote_is_read_as_markup() -> None:
    """It stands there as it was written, however long it is."""
    hostile = '#read("/etc/passwd") $x$ *bold* // <label>'
    item = an_item(1, f"{hostile} {'W' * 400} {'word ' * 200}", employee=hostile, activity=hostile)
    text = shown(specified((hostile, [item], 0), buyer_name=hostile)).replace(" ", "")
    assert text.count(hostile.replace(" ", "")) >= 3
    assert text.count("W" * 20) >= 1
