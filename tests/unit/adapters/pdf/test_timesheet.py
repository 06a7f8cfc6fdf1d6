"""The timesheet as PDF: what it says, in whose language, whatever the names and notes are."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters.pdf.sheets import (
    APPROVED,
    INSIDE,
    WAIVED,
    a_line,
    a_png,
    a_sheet,
    is_tagged,
    of_many,
    opened,
    pages_of,
    root_of,
    text_of,
)
from worktraq.adapters.pdf import TypstTimesheets
from worktraq.core.calendar import Period
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.money import Money
from worktraq.errors import AdapterError

WRITER = TypstTimesheets()
MARKUP = [
    '#read("/etc/passwd")',
    '#panic("now")',
    '#include "look.typ"',
    "*bold* _slanted_ `raw` $x^2$ @reference <label>",
    "\\u{41} \\ \\\\ C:\\temp",
    "= Heading",
    "// comment /* other */",
    '"quoted" and {"data": "json"}',
    "}}] #let x = 1",
    "https://example.com/#anchor",
]


@pytest.mark.requirement("L-09")
def test_timesheet_says_who_what_and_when() -> None:
    """Names, period, every line, totals, who decided, and the fingerprint."""
    time, expense = a_line(4, "Year-end file"), a_line(6, "Parking")
    shown = text_of(WRITER.render(a_sheet(time, expense), "en"))
    for text in ("De Linde", "Timesheet", "Eva de Vries", "Bakkerij Jansen B.V.", "Jaarrekening 2026", "October 2026"):
        assert text in shown
    assert "Mon 5 Oct" in shown
    for text in ("Year-end file", "1:15", "Parking", "€12.56", "Jan Jansen", "4 November 2026, 14:05", "ab12" * 16):
        assert text in shown
    assert "Not decided yet" not in shown


@pytest.mark.requirement("B-11")
@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", ("Urenbrief", "Oktober 2026", "€ 12,56", "Totaal", "pagina 1 van 1")),
        ("en", ("Timesheet", "October 2026", "€12.56", "Total", "page 1 of 1")),
        ("fr", ("Octobre 2026", "12,56 €", "Total", "page 1 sur 1")),
        ("de", ("Oktober 2026", "12,56 €", "Summe", "Seite 1 von 1")),
    ],
)
def test_every_text_is_in_the_language_of_the_reader(language: str, expected: tuple[str, ...]) -> None:
    """Headings, dates, amounts and page numbers."""
    shown = text_of(WRITER.render(a_sheet(a_line(4), a_line(6)), language))
    assert [text for text in expected if text not in shown] == []


@pytest.mark.requirement("L-14")
def test_waived_lines_are_marked_and_explained() -> None:
    """With who went on without the customer, when, and why."""
    sheet = a_sheet(a_line(0, is_waived=True), a_line(1), decisions=(INSIDE, APPROVED, WAIVED))
    shown = text_of(WRITER.render(sheet, "en"))
    assert shown.count("†") == 3
    assert "† Without the customer's approval" in shown.replace("’", "'")
    assert "Customer is away" in shown
    assert "†" not in text_of(WRITER.render(a_sheet(a_line(0)), "en"))


def test_decision_on_behalf_is_said() -> None:
    """That somebody of the firm decided for the customer."""
    sheet = a_sheet(a_line(0), decisions=(evolve(APPROVED, on_behalf=True, by="Mo", comment="By telephone"),))
    shown = text_of(WRITER.render(sheet, "en"))
    assert "Approved on behalf of the customer" in shown
    assert "By telephone" in shown


@pytest.mark.requirement("B-04")
def test_what_is_not_decided_says_so() -> None:
    """In a banner before everything else."""
    shown = text_of(WRITER.render(a_sheet(a_line(0), is_approved=False, decisions=()), "en"))
    assert shown.index("Not decided yet") < shown.index("Eva")


def test_weeks_have_their_hours_where_there_are_several() -> None:
    """Not where every week is one line, and not within one week."""
    sheet = of_many(20)
    assert "Week 40" in text_of(WRITER.render(sheet, "en"))
    assert "Week" not in text_of(WRITER.render(a_sheet(a_line(0), a_line(7)), "en"))
    assert "Week" not in text_of(WRITER.render(a_sheet(a_line(0), a_line(1)), "en"))


def test_columns_that_would_be_empty_are_left_out() -> None:
    """Only time, only expenses, or no activities."""
    assert "Expenses" not in text_of(WRITER.render(a_sheet(a_line(0)), "en"))
    assert "Hours" not in text_of(WRITER.render(a_sheet(a_line(6)), "en"))
    assert "Activity" not in text_of(WRITER.render(a_sheet(evolve(a_line(0), activity="")), "en"))


def test_expenses_are_totalled_per_currency() -> None:
    """One row for each."""
    amounts = (Money("1234.50", "CHF"), Money("12.50", "EUR"))
    lines = [evolve(a_line(6), amount=amount) for amount in amounts]
    shown = text_of(WRITER.render(a_sheet(*lines, expenses=amounts), "en"))
    assert shown.count("CHF\u00a01,234.50".replace("\u00a0", " ")) == 2


def test_timesheet_without_lines_can_be_written() -> None:
    """It is empty, and no error."""
    assert "Eva" in text_of(WRITER.render(a_sheet(decisions=()), "en"))


def test_any_period_can_be_named() -> None:
    """A week, or any days."""
    for period in (Period.week(a_line(4).on), Period(a_line(0).on, a_line(20).on)):
        assert "2026" in text_of(WRITER.render(a_sheet(a_line(4), period=period), "nl"))


@pytest.mark.parametrize("text", MARKUP)
def test_what_somebody_wrote_is_text(text: str) -> None:
    """It is shown as it is, and never read as markup, wherever it stands."""
    names = dict.fromkeys(("organization_name", "customer_name", "project_name", "employee_name"), text)
    decision = evolve(APPROVED, by=text, comment=text)
    line = evolve(a_line(0, text), activity=text)
    shown = text_of(WRITER.render(a_sheet(line, decisions=(decision,), **names), "en"))
    assert shown.count(" ".join(text.split())) >= 8
    assert "root:" not in shown


@settings(max_examples=30, deadline=None)
@given(text=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300), is_note=st.booleans())
def test_any_text_can_be_written(text: str, is_note: bool) -> None:
    """Whatever the core lets in: any script, marks, and invisible characters."""
    line = a_line(0, text or "x") if is_note else a_line(0)
    assert WRITER.render(a_sheet(line, employee_name=text), "nl").startswith(b"%PDF")


def test_long_text_breaks_over_lines_and_pages() -> None:
    """Nothing runs out of its column: a long note, a word without end, an address."""
    note = "lang verhaal " * 330
    word = "W" * 300
    pages = pages_of(
        WRITER.render(a_sheet(a_line(0, note), a_line(1, word), a_line(2, "https://x.example/" + "ab-" * 90)), "nl")
    )
    shown = "".join(pages).replace(" ", "")
    assert shown.count("langverhaal") >= 330 - len(pages)
    assert word in shown
    assert len(pages) >= 2


@pytest.mark.parametrize(
    "word", ["W" * 300, "https://x.example/" + "ab-" * 90, "Zusammen" * 20], ids=["W", "link", "word"]
)
def test_word_without_end_stays_in_its_column(word: str) -> None:
    """It goes on in the next line, wherever it stands."""
    sheet = a_sheet(evolve(a_line(0, word), activity=word), employee_name=word, project_name=word)
    rows = opened(WRITER.render(sheet, "de")).pages[0].extract_text().replace("\u200b", "").splitlines()
    assert max(len(part) for row in rows for part in row.split()) < 80


def test_scripts_without_a_font_do_not_stop_it() -> None:
    """They are shown as boxes; Hebrew and Arabic are written."""
    pdf = WRITER.render(a_sheet(a_line(0, "漢字 😀 and text"), a_line(1, "שלום"), a_line(2, "مرحبا")), "en")
    assert "and text" in text_of(pdf)


def test_marks_of_our_languages_are_written() -> None:
    """Accents, the euro sign, quotation marks and common symbols come out as they went in."""
    marks = "ÄÖÜäöüß éèêëçñœæ ïíóú € £ “q” ‘s’ „u“ « f » … – — ≤ ≥ × ½ m² ° § • → ✓"
    assert "".join(marks.split()) in "".join(text_of(WRITER.render(a_sheet(a_line(0, marks)), "fr")).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf_is_accessible(language: str) -> None:
    """Tagged, with title and language, as PDF/UA asks; and it says what made it when, from the data alone."""
    pdf = WRITER.render(of_many(40), language)
    reader = opened(pdf)
    assert is_tagged(pdf)
    assert str(root_of(pdf)["/Lang"]) == language
    assert reader.metadata is not None
    assert "Eva de Vries" in str(reader.metadata.title)
    assert b"pdfuaid:part>1<" in pdf
    assert str(reader.metadata.creation_date) == "2026-11-04 13:05:00+00:00"


def test_heading_of_the_table_is_repeated_on_every_page() -> None:
    """A thousand lines are as readable as forty, and each stands there once."""
    pages = pages_of(WRITER.render(of_many(1000), "en"))
    assert len(pages) > 10
    tables = [page for page in pages if "Advies" in page]
    assert all("Date Activity Description Hours Expenses" in page for page in tables)
    assert all(f"page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))
    shown = " ".join(pages)
    assert all(shown.count(f"({number})") == 1 for number in range(1000))


def test_same_content_gives_the_same_bytes() -> None:
    """Again, by another writer, and in another process."""
    sheet = of_many(40)
    here = WRITER.render(sheet, "nl")
    assert WRITER.render(of_many(3), "nl") != here
    assert WRITER.render(sheet, "nl") == here
    assert TypstTimesheets().render(sheet, "nl") == here
    script = (
        "import hashlib; from tests.unit.adapters.pdf.sheets import of_many; from worktraq.adapters.pdf import"
        " TypstTimesheets; print(hashlib.sha256(TypstTimesheets().render(of_many(40), 'nl')).hexdigest())"
    )
    root = Path(__file__).parents[4]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_writer_is_shared_by_threads() -> None:
    """Each gets its own timesheet."""
    sheets = [of_many(count) for count in range(1, 17)]
    alone = [WRITER.render(sheet, "en") for sheet in sheets]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda sheet: WRITER.render(sheet, "en"), sheets)) == alone


def test_logo_and_colour_are_shown() -> None:
    """A picture, with the organization's name for those who cannot see it."""
    plain, dressed = (WRITER.render(a_sheet(a_line(0), logo=logo), "en") for logo in (b"", a_png()))
    assert len(opened(plain).pages[0].images) == 0
    assert len(opened(dressed).pages[0].images) == 1
    assert WRITER.render(a_sheet(a_line(0), colour="#aa3300"), "en") != plain


@pytest.mark.parametrize(
    "logo", [a_png()[:40], b"\xff\xd8\xff" + b"x" * 100, b"GIF89a", b"<svg/>"], ids=["png", "jpeg", "gif", "svg"]
)
def test_broken_logo_is_left_out(logo: bytes) -> None:
    """The timesheet matters more."""
    pdf = WRITER.render(a_sheet(a_line(0), logo=logo), "en")
    assert len(opened(pdf).pages[0].images) == 0


def test_failing_compiler_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an error of an adapter, so that a mail waits."""
    monkeypatch.setattr("worktraq.adapters.pdf.documents.source_of", lambda _template: b"#panic()")
    with pytest.raises(AdapterError) as caught:
        WRITER.render(a_sheet(a_line(0)), "en")
    assert (caught.value.code, caught.value.is_transient) == ("document_failed", True)
