"""Invoices and credit notes as PDF."""

import pytest
from attrs import evolve

from tests.unit.adapters.pdf.bills import (
    BRAND,
    BUYER,
    REVERSED,
    SELLER,
    a_bill,
    sum_line,
    taken_back,
    time_line,
)
from tests.unit.adapters.pdf.sheets import a_png, is_tagged, opened, pages_of, text_of
from worktraq.adapters.pdf import TypstTimesheets
from worktraq.core.calendar import Period
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.invoices import Invoice, LineKind, Party
from worktraq.core.organizations import Address

WRITER = TypstTimesheets()
A4 = (595, 842)


def shown(bill: Invoice, language: str = "en") -> str:
    """The text of an invoice."""
    return text_of(WRITER.render_invoice(bill, BRAND, language)).replace("\u00a0", " ")


@pytest.mark.requirement("L-11")
def test_invoice_says_who_what_and_how_much() -> None:
    """With hours and rate per line, the tax, and how to pay."""
    text = shown(a_bill(time_line(), sum_line(2, LineKind.EXPENSE, "Parking", "12.50")))
    for part in (
        *("Invoice", "2026-0001", "2 November 2026", "2 December 2026", "October 2026", "PO-4711"),
        *(SELLER.name, "Lindenlaan 12", "3511 AB Utrecht", "NL004495445B01", "12345678", "Mo Bakker"),
        *(BUYER.name, "Dorpsstraat 1", "2312 CD Leiden", "NL001234567B01"),
        *("Advies", "8:12", "€95.00", "21%", "€779.00", "Parking", "€12.50", "5 October 2026"),
        *("Total without VAT €791.50", "VAT 21% of €791.50 €166.22", "Total to be paid €957.72"),
        *("NL91 ABNA 0417 1643 00", "mentioning 2026-0001", "Bedankt voor de samenwerking.", "page 1 of 1"),
    ):
        assert part in text, part


@pytest.mark.requirement("L-11")
def test_credit_note_says_what_it_takes_back() -> None:
    """And that nothing has to be paid."""
    text = shown(taken_back(a_bill(time_line())))
    for part in (
        "Credit note",
        "2026-0002",
        "2026-0001 of 2 November 2026",
        "Total credited",
        "Nothing has to be paid",
    ):
        assert part in text, part
    assert "Please pay" not in text
    assert "Total to be paid" not in text


@pytest.mark.requirement("L-11")
def test_why_no_tax_is_charged_stands_on_it() -> None:
    """With the country of who is in another one, and no columns of time where none is billed."""
    buyer = Party(
        name="Bäckerei Müller", address=Address("Hauptstraße 3", "10115", "Berlin", "DE"), vat_number="DE136695976"
    )
    bill = a_bill(sum_line(1, LineKind.INSTALMENT, "First part", "1500", REVERSED), buyer=buyer)
    text = shown(bill)
    assert "VAT reverse charged to the customer" in text
    assert "Germany" in text
    assert "Hours" not in text
    assert "Rate" not in text


def test_own_words_for_why_no_tax_is_charged_come_first() -> None:
    """In place of the usual ones."""
    text = shown(a_bill(sum_line(1, LineKind.INSTALMENT, "Part", "10", evolve(REVERSED, reason="Artikel 196"))))
    assert "Artikel 196" in text
    assert "reverse charged" not in text


def test_without_account_only_the_day_is_asked_for() -> None:
    """Nobody is told to pay to nothing."""
    text = shown(a_bill(time_line(), seller=evolve(SELLER, iban="")))
    assert "To be paid by 2 December 2026." in text
    assert "IBAN" not in text


def test_days_stand_on_a_line_where_they_are_other_ones_than_those_of_the_invoice() -> None:
    """And not on every line."""
    assert shown(a_bill(time_line(1), time_line(2))).count("October 2026") == 1
    text = shown(a_bill(time_line(1), time_line(2, period=Period.month(2026, 9))))
    assert [text.count(month) for month in ("September 2026", "31 October 2026", "October 2026")] == [1, 1, 2]


@pytest.mark.requirement("B-11")
def test_invoice_is_in_the_language_asked_for() -> None:
    """Every language has its own words."""
    words = {"nl": "Te betalen", "en": "To be paid", "de": "Zu zahlen", "fr": "À payer"}
    for language, word in words.items():
        assert word in shown(a_bill(time_line()), language)


@pytest.mark.parametrize(
    ("country", "name"), [("NL", "KvK-nummer"), ("BE", "Ondernemingsnummer"), ("DE", "KvK- of ondernemingsnummer")]
)
def test_number_of_a_company_is_called_as_its_country_calls_it(country: str, name: str) -> None:
    """For seller and buyer alike."""
    seller = evolve(SELLER, address=evolve(SELLER.address, country=country), company_number="27312152")
    assert f"{name} 27312152" in " ".join(shown(a_bill(time_line(), seller=seller), "nl").split())


def test_credit_note_is_in_the_language_asked_for() -> None:
    """Every language has its own name for it."""
    note = taken_back(a_bill(time_line()))
    words = {"nl": "Creditnota", "en": "Credit note", "de": "Stornorechnung", "fr": "Note de crédit"}
    for language, word in words.items():
        assert word in shown(note, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_invoice_gives_the_same_bytes(language: str) -> None:
    """From another writer too; tagged, and on A4."""
    bill = a_bill(time_line())
    pdf = WRITER.render_invoice(bill, BRAND, language)
    assert TypstTimesheets().render_invoice(bill, BRAND, language) == pdf
    assert is_tagged(pdf)
    assert tuple(round(float(side)) for side in opened(pdf).pages[0].mediabox[2:]) == A4


def test_many_lines_go_on_to_further_pages() -> None:
    """None is lost, and each page says which one it is."""
    pages = pages_of(WRITER.render_invoice(a_bill(*(time_line(at, f"Line<{at}>") for at in range(1, 81))), BRAND, "en"))
    assert len(pages) > 2
    assert [f"page {at} of {len(pages)}" in page for at, page in enumerate(pages, start=1)] == [True] * len(pages)
    whole = " ".join(pages)
    assert [at for at in range(1, 81) if f"Line<{at}>" not in whole] == []


HOSTILE = '#read("/etc/passwd") $x^2$ *bold* \\ = heading // <label> @ref'


def test_nothing_that_people_wrote_is_read_as_markup() -> None:
    """It stands there as it was written."""
    bill = a_bill(time_line(1, HOSTILE), buyer=evolve(BUYER, name=HOSTILE, reference=HOSTILE), note=HOSTILE)
    assert shown(bill).replace(" ", "").count(HOSTILE.replace(" ", "")) >= 4


def test_long_words_stay_on_the_page() -> None:
    """They are broken, and all of them is there."""
    bill = a_bill(time_line(1, "A" * 300, 10**6, "123456.7891"), buyer=evolve(BUYER, name="X" * 200), note="N" * 2_000)
    text = shown(bill).replace(" ", "")
    assert text.count("A") >= 300
    assert text.count("N") >= 2_000
    assert "€123,456.7891" in text


def test_colour_and_logo_are_those_of_the_seller() -> None:
    """A broken logo is left out, and the invoice is written all the same."""
    bill = a_bill(time_line())
    with_logo = WRITER.render_invoice(bill, evolve(BRAND, logo=a_png()), "en")
    assert len(opened(with_logo).pages[0].images) == 1
    broken = WRITER.render_invoice(bill, evolve(BRAND, logo=a_png()[:40]), "en")
    assert len(opened(broken).pages[0].images) == 0
    assert WRITER.render_invoice(bill, evolve(BRAND, colour=""), "en") != WRITER.render_invoice(bill, BRAND, "en")
