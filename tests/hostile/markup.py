"""Workbooks whose XML is hostile or broken."""

from collections.abc import Callable

from tests.hostile.archives import ROWS, Corpus, workbook_with_part
from tests.unit.adapters.excel.builders import MAIN, SHEET, parts_with, sheet_xml, workbook_with, zipped

BILLION = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
WORKBOOK = parts_with("")["xl/workbook.xml"]
RELATIONS = parts_with("")["xl/_rels/workbook.xml.rels"]
ONE_SHEET = '<sheet name="Klanten" sheetId="1" r:id="rId1"/>'


def sheet(xml: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    """Makes a workbook whose sheet is this XML."""
    return workbook_with_part(SHEET, xml.encode(encoding))


def document(declared: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    """Makes a workbook whose sheet has a document type."""
    return sheet(f"{declared}{sheet_xml('&j;').partition('?>')[2]}", encoding)


def rows(data: str) -> Callable[[], bytes]:
    """Makes a workbook with these rows after the heading and the good customer."""
    return lambda: workbook_with(ROWS + data)


def workbook(xml: str) -> Callable[[], bytes]:
    """Makes a workbook with another list of sheets."""
    return workbook_with_part("xl/workbook.xml", xml)


def relations(xml: str) -> Callable[[], bytes]:
    """Makes a workbook whose sheets are found in another way."""
    return workbook_with_part("xl/_rels/workbook.xml.rels", xml)


def a_cell(place: str, content: str = "<v>1</v>", kind: str = "") -> str:
    """A row from row 3 with a cell that says to stand elsewhere."""
    return f'<row r="3"><c r="{place}"{kind}>{content}</c></row>'


def texts(*, length: int, uses: int) -> bytes:
    """A workbook with one long text in many cells."""
    data = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(3, uses + 3))
    return workbook_with(ROWS + data, texts=f"<si><t>{'x' * length}</t></si>")


def styles(count: int) -> bytes:
    """A workbook with this many formats of numbers."""
    formats = "".join(f'<numFmt numFmtId="{key}" formatCode="yyyy"/>' for key in range(165, count))
    return workbook_with_part(
        "xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts></styleSheet>'
    )()


def sheets(count: int) -> Callable[[], bytes]:
    """Makes a workbook that names the same sheet this many times."""

    def make() -> bytes:
        named = "".join(f'<sheet name="S{key}" sheetId="{key}" r:id="rId1"/>' for key in range(1, count + 1))
        return workbook(WORKBOOK.replace(ONE_SHEET, named))()

    return make


DOCTYPES: Corpus = {
    "entities that multiply": (document(f"{BILLION}]>"), "file_has_doctype"),
    "entity that is long": (document(f'<!DOCTYPE x [<!ENTITY j "{"x" * 100_000}">]>'), "file_has_doctype"),
    "entity of a file": (document('<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'), "file_has_doctype"),
    "entity of another host": (document('<!DOCTYPE x [<!ENTITY j SYSTEM "http://127.0.0.1:1/">]>'), "file_has_doctype"),
    "parameter entity": (document('<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///dev/zero"> %p;]>'), "file_has_doctype"),
    "external document type": (document('<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'), "file_has_doctype"),
    "attribute list": (document('<!DOCTYPE x [<!ATTLIST c r CDATA "XFD1048576">]>'), "file_has_doctype"),
    "entities in UTF-16": (document(f"{BILLION}]>", "utf-16"), "file_has_doctype"),
    "entities in UTF-16 without mark": (document(f"{BILLION}]>", "utf-16-be"), "file_has_doctype"),
    "entities in the texts": (
        workbook_with_part("xl/sharedStrings.xml", f"{BILLION}]><sst>&j;</sst>"),
        "file_has_doctype",
    ),
    "entities in the workbook": (workbook(f"{BILLION}]>{WORKBOOK}"), "file_has_doctype"),
    "entities in the relations": (relations(f"{BILLION}]>{RELATIONS}"), "file_has_doctype"),
    "entity that is not declared": (sheet(sheet_xml("&j;")), "file_unreadable"),
}

MARKUP: Corpus = {
    "deep elements": (
        lambda: zipped({**parts_with(ROWS), SHEET: sheet_xml("<a>" * 500_000 + "</a>" * 500_000)}, method=0),
        "file_unreadable",
    ),
    "long name": (lambda: zipped({**parts_with(""), SHEET: f"<{'a' * 3_000_000}/>"}, method=0), "file_unreadable"),
    "UTF-16 sheet": (sheet(sheet_xml(ROWS), "utf-16"), "file_unreadable"),
    "UTF-32 sheet": (sheet(sheet_xml(ROWS), "utf-32"), "file_unreadable"),
    "UTF-7 sheet": (sheet(sheet_xml("+ADw-row r=+ACI-1+ACI-/+AD4-&").replace("UTF-8", "UTF-7")), "file_unreadable"),
    "Latin-1 sheet": (
        sheet(sheet_xml(ROWS.replace("Nova", "é")).replace("UTF-8", "iso-8859-1"), "latin-1"),
        "file_unreadable",
    ),
    "sheet that is a picture": (workbook_with_part(SHEET, b"\x89PNG\r\n\x1a\n" + bytes(100)), "file_unreadable"),
    "empty sheet part": (sheet(""), "file_unreadable"),
    "sheet that ends early": (sheet(sheet_xml(ROWS)[:-30]), "file_unreadable"),
    "two roots": (sheet(sheet_xml(ROWS) + "<x/>"), "file_unreadable"),
    "NUL in a cell": (sheet(sheet_xml(ROWS.replace("Nova", "N\0va"))), "file_unreadable"),
    "sheet that relates to itself": (
        relations(RELATIONS.replace("worksheets/sheet1.xml", "../xl/workbook.xml")),
        "file_unreadable",
    ),
    "sheets that relate in a circle": (
        relations(RELATIONS.replace("worksheets/sheet1.xml", "_rels/workbook.xml.rels")),
        "headings_not_found",
    ),
    "sheet that stands outside": (
        relations(RELATIONS.replace("worksheets/sheet1.xml", "/etc/passwd")),
        "file_unreadable",
    ),
    "sheet that climbs out": (relations(RELATIONS.replace("worksheets/", "../../../../etc/")), "file_unreadable"),
    "sheet of another host": (
        relations(
            RELATIONS.replace('Target="worksheets/sheet1.xml"', 'Target="http://127.0.0.1:1/" TargetMode="External"')
        ),
        "file_unreadable",
    ),
    "no sheets": (workbook(WORKBOOK.replace(ONE_SHEET, "")), "headings_not_found"),
    "only hidden sheets": (workbook(WORKBOOK.replace(" sheetId", ' state="hidden" sheetId')), "headings_not_found"),
    "sheets without end": (sheets(200_000), "file_too_many_cells"),
    "thousands of sheets": (sheets(20_000), "file_too_many_cells"),
    "styles without end": (lambda: styles(700_000), "file_inflates"),
    "text in thousands of cells": (lambda: texts(length=32_000, uses=30_000), "file_inflates"),
    "texts that are not there": (rows(a_cell("A3", "<v>99</v>", ' t="s"')), "file_unreadable"),
    "text with a negative number": (rows(a_cell("A3", "<v>-1</v>", ' t="s"')), "file_unreadable"),
    "cells in opposite corners": (rows(a_cell("XFD1048576")), "file_too_many_rows"),
    "cell in the last column": (rows(a_cell("XFD3")), "file_too_many_columns"),
    "cell in the last row": (rows('<row r="1048576"><c><v>1</v></c></row>'), "file_too_many_rows"),
    "cells far apart": (rows(a_cell("ALK65000")), "file_too_many_cells"),
    "cells beyond any sheet": (rows(a_cell("ZZZ9999999")), "file_too_many_rows"),
    "corner after a comment": (rows(f"<!-- > -->{a_cell('XFD1048576')}"), "file_too_many_rows"),
    "corner under a prefix": (
        rows('<x:row xmlns:x="y" r="3"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'),
        "file_too_many_rows",
    ),
    "corner in a second sheet": (
        workbook_with_part("xl/worksheets/sheet2.xml", sheet_xml(a_cell("XFD1048576"))),
        "file_too_many_rows",
    ),
    "a million columns": (
        lambda: zipped(parts_with("<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>"), method=0),
        "file_too_many_columns",
    ),
    "negative reference": (rows(a_cell("A-3")), "file_unreadable"),
    "reference to row 0": (rows(a_cell("A0")), "file_unreadable"),
    "reference without row": (rows(a_cell("A")), "file_unreadable"),
    "reference without column": (rows(a_cell("3")), "file_unreadable"),
    "reference that is text": (rows(a_cell("=cmd")), "file_unreadable"),
    "reference that overflows": (rows(a_cell("A99999999999999999999")), "file_unreadable"),
    "reference that is a range": (rows(a_cell("A1:XFD1048576")), "file_unreadable"),
    "row that overflows": (rows('<row r="18446744073709551617"><c><v>1</v></c></row>'), "file_unreadable"),
    "row below zero": (rows('<row r="-1"><c><v>1</v></c></row>'), "file_unreadable"),
    "rows in the wrong order": (rows(a_cell("A9") + a_cell("A1")), "file_unreadable"),
}
