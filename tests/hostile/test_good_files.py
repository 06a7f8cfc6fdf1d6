"""Files that look suspicious, or are unusual, and are imported whole all the same."""

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from tests.hostile.archives import ROWS, counting, workbook_with_part
from tests.hostile.cells import GOOD, HEADINGS
from tests.hostile.texts import TABLE, said
from tests.hostile.workers import Worker, running
from tests.unit.adapters.excel.builders import MAIN, SHEET, parts_with, sheet_xml, written, zipped
from worktraq.adapters.excel import SheetFiles
from worktraq.core.customer_rows import RowReader
from worktraq.core.customers import CustomerData
from worktraq.core.headings import CUSTOMER_HEADINGS
from worktraq.core.sheets import CellValue, find_table, text_rows

pytest.importorskip("resource", reason="limits on a process are set as Unix does")


def bookkeeper() -> bytes:
    """A workbook with a merged title, remarks, hidden sheets and columns, a total and formats to the last row."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet("Oud").hide()
        book.get_worksheet_by_name("Oud").write_row(0, 0, ("Klantnummer", "Bedrijfsnaam", "Bedrijfsnaam"))
        book.add_worksheet("Heel oud").very_hidden()
        sheet = book.add_worksheet("Klanten '24")
        sheet.activate()
        sheet.merge_range(0, 0, 0, 4, "Klantenlijst 2024")
        sheet.write_row(2, 0, HEADINGS)
        sheet.write_row(3, 0, ("00123", "Café Nova", "ap@nova.example", "NL", "nl"))
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.write_comment(3, 0, "oud nummer")
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
        sheet.write_row(5, 0, ("Totaal", 1))
    return stream.getvalue()


def external() -> bytes:
    """A workbook with links to other workbooks, macros, a picture and a query, none of which is looked at."""
    beside = ("xl/externalLinks/externalLink1.xml", "xl/vbaProject.bin", "xl/connections.bin", "xl/media/a.svg")
    return zipped({**parts_with(ROWS), **dict.fromkeys(beside, '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/"><x/>')})


FILES: dict[str, Callable[[], bytes]] = {
    "list of a bookkeeper": bookkeeper,
    "more entries said than there are": lambda: counting(60_000),
    "links, macros and pictures": external,
    "broken part that is not read": workbook_with_part("docProps/app.xml", "<broken"),
    "names that climb, beside the good ones": workbook_with_part("../../etc/passwd", "x"),
    "stored and not compressed": lambda: zipped(parts_with(ROWS), method=0),
    "prefixed elements": workbook_with_part(
        SHEET,
        sheet_xml(ROWS)
        .replace("</", "</x:")
        .replace("<", "<x:")
        .replace("<x:/x:", "</x:")
        .replace("<x:?", "<?")
        .replace("xmlns=", "xmlns:x="),
    ),
    "byte order mark in a part": workbook_with_part(SHEET, b"\xef\xbb\xbf" + sheet_xml(ROWS).encode()),
    "comments and CDATA": workbook_with_part(SHEET, sheet_xml(f"<!-- < -->{ROWS.replace('Nova', '<![CDATA[Nova]]>')}")),
    "thousands of styles": workbook_with_part(
        "xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 64_000}</cellXfs></styleSheet>'
    ),
    "CSV in UTF-16": said(TABLE, "utf-16"),
    "CSV in Windows-1252": said(TABLE, "cp1252"),
    "CSV in UTF-8 with a mark": said(TABLE, "utf-8-sig"),
    "CSV with old line ends": said(TABLE.replace("\n", "\r")),
    "CSV with blank lines": said(TABLE.replace("\n", "\n\n;;;\n")),
    "CSV that says its delimiter": said(f"sep=;\n{TABLE}"),
}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A process with the limits that hostile files have."""
    with running() as started:
        yield started


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize("make", FILES.values(), ids=FILES.keys())
def test_unusual_file_is_imported(worker: Worker, tmp_path: Path, make: Callable[[], bytes]) -> None:
    """Being careful is no reason to refuse what people have."""
    path = tmp_path / "klanten.pdf"
    path.write_bytes(make())
    found = worker.asked(path)
    assert (found.outcome, len(found.customers)) == ("imported", 1), found


def only_customer(content: bytes) -> CustomerData:
    """The one customer of a file."""
    sheet, headings = find_table(SheetFiles().read(content), CUSTOMER_HEADINGS)
    fields = tuple(headings.columns)
    ((_, texts),) = [row for row in text_rows(sheet, headings, fields) if row[1]]
    return RowReader(fields).read(texts)[0]


def test_hidden_sheets_titles_and_totals_are_no_customers() -> None:
    """The row below the headings of the visible sheet is, with its leading zeros."""
    found = only_customer(bookkeeper())
    assert (found.number, found.company_name) == ("00123", "Café Nova")


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize(
    ("value", "number"),
    [
        (10_001.0, "10001"),
        ("00123", "00123"),
        (1234.5, "1234.5"),
        ("1.234,50", "1.234,50"),
        (2.0**53 - 1, "9007199254740991"),
        (1e17, "100000000000000000"),
        ("12345678901234567890", "12345678901234567890"),
        (date(2024, 2, 29), "2024-02-29"),
        (date(1900, 1, 1), "1900-01-01"),
        (date(1900, 3, 1), "1900-03-01"),
        (date(9999, 12, 31), "9999-12-31"),
        (-0.0, "0"),
    ],
)
def test_number_of_a_customer_is_as_it_was_seen(value: CellValue | float, number: str) -> None:
    """Also where Excel keeps it as a floating number, a text or a date."""
    assert only_customer(written(HEADINGS, (value, *GOOD[1:]))).number == number


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize("on", [date(1904, 1, 2), date(2000, 2, 29), date(2024, 12, 31)])
def test_date_of_a_workbook_that_counts_from_1904(on: date) -> None:
    """The same day as in one that counts from 1900."""
    assert only_customer(written(HEADINGS, (on, *GOOD[1:]), is_1904=True)).number == on.isoformat()


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+31 Import", "@home", "-Plus-", "\u202eavoN"])
def test_name_that_looks_like_a_formula_is_text(text: str) -> None:
    """It is kept as it is, and nothing runs it; taking its effect away is up to who writes spreadsheets."""
    assert only_customer(f"Klantnummer;Bedrijfsnaam\n1;{text}\n".encode()).company_name == text
