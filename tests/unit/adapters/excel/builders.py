"""Workbooks made by hand, part by part, so that they can be wrong in every way."""

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from worktraq.core.sheets import CellValue, column_letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"


def sheet_xml(data: str) -> str:
    """A worksheet around the XML of its rows."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'
    )


def parts_with(data: str, **others: str) -> dict[str, str]:
    """The parts of a workbook with one sheet of these rows; `texts` is the table of shared texts."""
    parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
        ),
        "_rels/.rels": _relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="Klanten" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "sharedStrings.xml")
        ),
        SHEET: sheet_xml(data),
    }
    if "texts" in others:
        parts[TEXTS] = f'<sst xmlns="{MAIN}">{others["texts"]}</sst>'
    return parts


def _relations(*relations: tuple[str, str, str]) -> str:
    listed = "".join(f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for key, kind, to in relations)
    return f'<Relationships xmlns="{_RELATIONS}">{listed}</Relationships>'


def zipped(parts: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def workbook_with(data: str, **others: str) -> bytes:
    """A workbook with one sheet of these rows."""
    return zipped(parts_with(data, **others))


def cell(place: str, content: str = "<v>1</v>", attributes: str = "") -> str:
    """A row with one cell."""
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{place}"{attributes}>{content}</c></row>'


def grid(rows: int, columns: int) -> str:
    """Rows full of numbers."""
    letters = [column_letters(number) for number in range(1, columns + 1)]
    return "".join(
        f'<row r="{row}">' + "".join(f'<c r="{name}{row}"><v>{row}</v></c>' for name in letters) + "</row>"
        for row in range(1, rows + 1)
    )


def written(*rows: tuple[CellValue | float, ...], is_1904: bool = False) -> bytes:
    """A workbook as Excel would write it, with these rows on its sheet ``Klanten``."""
    stream = BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd", "date_1904": is_1904}
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet("Klanten")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return stream.getvalue()


def written_with_format(number: float, number_format: str) -> bytes:
    """A workbook with one number, shown in this format."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet().write_number(0, 0, number, book.add_format({"num_format": number_format}))
    return stream.getvalue()


def written_with_hidden_sheets() -> bytes:
    """A workbook with the sheets B, Hidden, Very hidden, A, and a chart; each has its name in A1."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name in ("B", "Hidden", "Very hidden", "A"):
            book.add_worksheet(name).write(0, 0, name)
        book.get_worksheet_by_name("Hidden").hide()
        book.get_worksheet_by_name("Very hidden").very_hidden()
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=A!$A$1"})
        book.add_chartsheet("Chart").set_chart(chart)
    return stream.getvalue()


def claiming_size(content: bytes, size: int) -> bytes:
    """The archive, with another unpacked size claimed for its first entry in the directory."""
    start = content.index(b"PK\x01\x02") + 24
    return content[:start] + struct.pack("<L", size) + content[start + 4 :]


def with_flag(content: bytes, flag: int) -> bytes:
    """The archive, with a flag set on its first entry in the directory."""
    start = content.index(b"PK\x01\x02") + 8
    return content[:start] + struct.pack("<H", flag) + content[start + 2 :]
