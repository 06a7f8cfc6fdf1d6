"""Tables as workbooks and CSV files in which nothing is run."""

import csv
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from worktraq.adapters.excel import CsvWriter, ExcelWriter, SheetFiles
from worktraq.adapters.excel.formulas import as_meant, defused
from worktraq.core.exports import Column, Table
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.money import Money
from worktraq.core.sheets import CellValue, Row, find_headings, text_of_cell
from worktraq.errors import AdapterError
from worktraq.ports.sheets import SheetWriter
from worktraq.testing.strategies.values import amounts, dates, lines, notes, wall_times

WRITERS = [ExcelWriter(), CsvWriter(), CsvWriter(has_mark=False), CsvWriter(delimiter="\t")]
FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example";"x")',
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1+1",
    "'=1",
    "''-1",
)
each_writer = pytest.mark.parametrize("writer", WRITERS, ids=["workbook", "CSV", "CSV without mark", "CSV with tabs"])


def table(*rows: Row, words: str = "") -> Table:
    """A table with three columns."""
    headings = ("field.number", "field.company_name", "field.note")
    columns = tuple(Column(heading=heading, width=20, words=words) for heading in headings)
    return Table("export.customers", columns, rows)


def back(content: bytes) -> tuple[Row, ...]:
    """The rows below the headings, as our own reader gives them; those of a workbook on all of its sheets."""
    return tuple(row for sheet in SheetFiles().read(content) for row in sheet.rows[1:])


def csv_text(rows: Sequence[Row], language: str = "en") -> str:
    """What stands in a CSV file."""
    return CsvWriter().content(table(*rows), language=language).decode("utf-8-sig")


def sheet_xml(content: bytes) -> str:
    """The XML of all sheets of a workbook."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return "".join(archive.read(name).decode() for name in parts)


def breaking_off() -> Iterator[Row]:
    """Rows that end in an error."""
    yield ("1", "a", "b")
    raise KeyError("gone")


@each_writer
@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_in_the_language_of_the_reader(writer: SheetWriter, language: str) -> None:
    """The reader of imports finds them."""
    (sheet,) = SheetFiles().read(writer.content(table(("1", "a", None)), language=language))
    known = {"number": frozenset({"klantnummer", "customer number", "numéro de client", "Kundennummer"})}
    names = {"company_name": frozenset({"bedrijfsnaam", "company name", "nom de l'entreprise", "Firmenname"})}
    found = find_headings(sheet, {**known, **names})
    assert found is not None
    assert (found.row, dict(found.columns)) == (1, {"number": "A", "company_name": "B"})


@each_writer
@given(text=st.one_of(notes(), lines(), st.sampled_from(FORMULAS[:6])), other=lines())
@example(text="\t".join("abc"), other="a;b,c|d")
@example(text="one\n=two\n\nthree, four\nfive, six", other="'")
def test_any_text_that_the_core_takes_comes_back(writer: SheetWriter, text: str, other: str) -> None:
    """Formulas, quotes, delimiters and line breaks are text; only what no XML can hold is replaced."""
    content = writer.content(table((text or None, other or None, "x"), ("2", "b", "c")), language="nl")
    rows = back(content)
    kept = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"} if writer.suffix == ".xlsx" else {})
    assert rows == ((text.translate(kept) or None, other.translate(kept) or None, "x"), ("2", "b", "c"))


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_has_no_cell_that_begins_like_a_formula(text: str) -> None:
    """An apostrophe stands before it, wherever it stands in the row."""
    rows = list(csv.reader(csv_text([(text, "a", text)]).splitlines(keepends=True)))
    for cell in (rows[1][0], rows[1][2]):
        assert cell == f"'{text}"


@given(st.text(alphabet="'=+-@\t\r\n a1＝"))
def test_what_is_defused_is_meant_again(text: str) -> None:
    """Exactly the same text, also where it had apostrophes of its own."""
    assert as_meant(defused(text)) == text


@pytest.mark.parametrize("text", ["'s-Hertogenbosch", "a=b", "'", "", "O'Neill", "1-2"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    """In both directions."""
    assert defused(text) == as_meant(text) == text


@pytest.mark.parametrize(
    "text", [*FORMULAS, "https://evil.example", "mailto:a@b.example", "123", "{=1}", "internal:A1"]
)
def test_workbook_holds_no_formula_and_no_link(text: str) -> None:
    """The cell is of the type of text, and nothing in the file refers to anything outside."""
    content = ExcelWriter().content(table((text, None, None)), language="en")
    xml = sheet_xml(content)
    assert "<f>" not in xml
    assert "hyperlink" not in xml
    assert '<c r="A2" t="inlineStr">' in xml
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "external" in name.lower() or name.endswith(".bin")]


@pytest.mark.parametrize(("language", "line"), [("en", '"-5","12.50","-0.5"'), ("nl", '"-5";"12,50";"-0,5"')])
def test_numbers_in_csv_have_the_decimal_mark_of_the_language(language: str, line: str) -> None:
    """And a real number is no formula, so nothing stands before its sign."""
    assert csv_text([(-5, Decimal("12.50"), Decimal("-0.5"))], language).splitlines()[1] == line


@pytest.mark.parametrize("language", ["fr", "de", "nl-BE"])
def test_delimiter_goes_with_a_decimal_comma(language: str) -> None:
    """As spreadsheets in these languages expect it."""
    assert csv_text([("1", "a", "b")], language).splitlines()[1] == '"1";"a";"b"'


def test_mark_of_utf8_can_be_left_out() -> None:
    """By default it is there, for Excel."""
    rows = table(("1", "é", None))
    assert CsvWriter().content(rows, language="en").startswith(b"\xef\xbb\xbf")
    assert CsvWriter(has_mark=False).content(rows, language="en").startswith(b'"')


def test_days_and_times_in_csv_are_in_iso_form() -> None:
    """A time has seconds only where it needs them."""
    rows: list[Row] = [
        (date(2026, 10, 5), time(9, 5), time(9, 5, 7)),
        (datetime(2026, 10, 5, 8, 0, tzinfo=UTC), True, None),
    ]
    assert csv_text(rows).splitlines()[1:] == [
        '"2026-10-05","09:05","09:05:07"',
        '"2026-10-05T08:00:00+00:00","true",""',
    ]


@given(dates(), wall_times().map(lambda at: at.replace(microsecond=0)), st.integers(-(10**15) + 1, 10**15 - 1))
@example(date(1900, 2, 28), time(), 0)
@example(date(1900, 3, 1), time(23, 59, 59), -1)
def test_workbook_keeps_days_times_and_numbers(on: date, at: time, number: int) -> None:
    """Days from March 1900 as days, earlier ones as text; times and numbers as what they are."""
    ((day, start, count),) = back(ExcelWriter().content(table((on, at, number)), language="en"))
    assert text_of_cell(day) == on.isoformat()
    assert isinstance(day, date) == (on >= date(1900, 3, 1))
    assert (start, count) == (at, number)


@given(amounts())
def test_workbook_keeps_amounts_to_the_last_digit(money: Money) -> None:
    """As a number while it is exact, and else as text."""
    ((amount, *_),) = back(ExcelWriter().content(table((money.amount, None, None)), language="en"))
    assert Decimal(text_of_cell(amount)) == money.amount
    assert not isinstance(amount, float)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Decimal("12.50"), "#,##0.00"), (Decimal("1.250"), "#,##0.000"), (date(2026, 10, 5), "yyyy-mm")],
)
def test_workbook_shows_values_in_their_form(value: CellValue, shown: str) -> None:
    """As many decimals as the currency has; days the year first."""
    content = ExcelWriter().content(table((value, None, None)), language="en")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert shown in archive.read("xl/styles.xml").decode()


@pytest.mark.parametrize("mark", ["x", "🙂"])
def test_text_that_no_cell_can_hold_ends_in_an_ellipsis(mark: str) -> None:
    """Counted as Excel does, where an emoji takes two places, and never through the middle of a mark."""
    ((text, *_),) = back(ExcelWriter().content(table((mark * 40_000, None, None)), language="en"))
    assert isinstance(text, str)
    assert len(text.encode("utf-16-le")) // 2 in (32_766, 32_767)
    assert text == mark * (len(text) - 1) + "…"


def test_workbook_has_fixed_headings_and_a_filter() -> None:
    """In bold, always in sight."""
    xml = sheet_xml(ExcelWriter().content(table(("1", "a", "b"), ("2", "c", "d")), language="en"))
    assert 'state="frozen"' in xml
    assert '<autoFilter ref="A1:C3"/>' in xml
    assert '<c r="A1" s="1" t="inlineStr">' in xml
    assert xml.count("<col ") == 1  # three columns of one width


def test_what_does_not_fit_on_a_sheet_goes_on_on_the_next() -> None:
    """With the headings again."""
    rows = [(str(number), "a", None) for number in range(5)]
    sheets = SheetFiles().read(ExcelWriter(sheet_rows=3).content(table(*rows), language="en"))
    assert [(sheet.name, len(sheet.rows)) for sheet in sheets] == [
        ("Customers", 3),
        ("Customers 2", 3),
        ("Customers 3", 2),
    ]
    assert [row[0] for sheet in sheets for row in sheet.rows[1:]] == ["0", "1", "2", "3", "4"]
    assert len({sheet.rows[0] for sheet in sheets}) == 1


@each_writer
def test_empty_table_has_its_headings(writer: SheetWriter) -> None:
    """And nothing else."""
    (sheet,) = SheetFiles().read(writer.content(table(), language="en"))
    assert sheet.rows == (("Customer number", "Company name", "Note"),)


@each_writer
@pytest.mark.parametrize(("language", "word"), [("en", "waiting for the customer"), ("de", "wartet auf den Kunden")])
def test_values_in_words_are_in_the_language_of_the_reader(writer: SheetWriter, language: str, word: str) -> None:
    """Where the column says that they are words."""
    ((first, *_),) = back(writer.content(table(("awaiting_customer", None, None), words="state"), language=language))
    assert first == word


@each_writer
def test_file_can_be_a_path_or_a_stream(writer: SheetWriter, tmp_path: Path) -> None:
    """The rows are the same."""
    path, stream, rows = tmp_path / f"table{writer.suffix}", BytesIO(), table(("1", "a", "b"))
    path.write_bytes(b"what was there")
    writer.write(rows, path, language="en")
    writer.write(rows, stream, language="en")
    assert back(path.read_bytes()) == back(stream.getvalue()) == (("1", "a", "b"),)
    assert list(tmp_path.iterdir()) == [path]


@each_writer
def test_rows_that_break_off_leave_the_file_alone(writer: SheetWriter, tmp_path: Path) -> None:
    """Neither half a file nor an empty one."""
    path = tmp_path / "table"
    path.write_bytes(b"what was there")
    broken = Table("export.customers", table().columns, breaking_off())
    with pytest.raises(KeyError):
        writer.write(broken, path, language="en")
    assert path.read_bytes() == b"what was there"


@each_writer
def test_folder_that_is_not_there_is_an_error_of_ours(writer: SheetWriter, tmp_path: Path) -> None:
    """Naming the file, not the place."""
    with pytest.raises(AdapterError) as caught:
        writer.write(table(), tmp_path / "nowhere" / "table.xlsx", language="en")
    assert (caught.value.code, caught.value.parameters) == ("file_not_written", {"name": "table.xlsx"})
