"""The preflight: what costs too much never reaches the reader."""

import zipfile
from io import BytesIO

import pytest

from tests.unit.adapters.excel.builders import (
    SHEET,
    TEXTS,
    cell,
    claiming_size,
    grid,
    parts_with,
    sheet_xml,
    with_flag,
    workbook_with,
    written,
    zipped,
)
from worktraq.adapters.excel.archive import parts_of
from worktraq.adapters.excel.limits import Limits
from worktraq.adapters.excel.preflight import OLE_MARK, checked
from worktraq.errors import InvalidInput

LIMITS = Limits()
GOOD = workbook_with(cell("A1"))
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
LONG_TEXT = f"<si><t>{'x' * 30_000}</t></si>"
LZMA = zipped(parts_with(cell("A1")), method=zipfile.ZIP_LZMA)
LONG_ATTRIBUTE = f'<row r="1" x="{"x" * 2**21}"/>'
LONG_COMMENT = f"<!-- {'< ' * 2**20} -->"


def stored(data: str) -> bytes:
    """A workbook that is not compressed, so that its ratio is not what it is refused for."""
    return zipped(parts_with(data), method=zipfile.ZIP_STORED)


HOSTILE = {
    "text": (b"Klantnummer;Naam\n", "file_kind_unknown"),
    "old workbook": (OLE_MARK + bytes(512), "file_kind_old"),
    "encrypted workbook": (OLE_MARK + bytes(512) + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
    "encrypted entry": (with_flag(GOOD, 1), "file_encrypted"),
    "only the beginning": (b"PK\x03\x04", "file_unreadable"),
    "truncated": (GOOD[: len(GOOD) // 2], "file_unreadable"),
    "without its middle": (GOOD[:200] + GOOD[400:], "file_unreadable"),
    "archive without entries": (zipped({}), "file_kind_unknown"),
    "archive of something else": (zipped({"word/document.xml": "<x/>"}), "file_kind_unknown"),
    "part given twice": (zipped({**parts_with(cell("A1")), SHEET.upper(): "<x/>"}), "file_unreadable"),
    "unusual compression": (LZMA, "file_unreadable"),
    "false size": (claiming_size(GOOD, 1), "file_unreadable"),
    "huge claimed size": (claiming_size(GOOD, 2**31), "file_inflates"),
    "inflating part": (workbook_with(" " * 40_000_000), "file_inflates"),
    "very many parts": (
        zipped({**parts_with(cell("A1")), **{f"media/{number}": "" for number in range(2_000)}}),
        "file_inflates",
    ),
    "opposite corners": (workbook_with(cell("A1") + cell("XFD1048576")), "file_too_many_rows"),
    "last column": (workbook_with(cell("XFD1")), "file_too_many_columns"),
    "sparse": (workbook_with(cell("A1") + cell("ALK65000")), "file_too_many_cells"),
    "cells beside their row": (workbook_with('<row r="1"><c r="A1048576"><v>1</v></c></row>'), "file_too_many_rows"),
    "cells without reference": (
        workbook_with('<row r="65000">' + "<c><v>1</v></c>" * 1_000 + "</row>"),
        "file_too_many_cells",
    ),
    "prefixed cells": (
        workbook_with('<x:row xmlns:x="y" r="1"><x:c r="XFD1"><x:v>1</x:v></x:c></x:row>'),
        "file_too_many_columns",
    ),
    "cells after a comment": (workbook_with("<!-- > -->" + cell("XFD1")), "file_too_many_columns"),
    "reference beyond any sheet": (workbook_with(cell("ZZZZZZZZ99999999999")), "file_unreadable"),
    "reference in lower case": (workbook_with('<row r="1"><c r="a1"><v>1</v></c></row>'), "file_unreadable"),
    "reference to row 0": (workbook_with('<row r="0"><c r="A0"><v>1</v></c></row>'), "file_unreadable"),
    "row that is no number": (workbook_with('<row r="x"><c><v>1</v></c></row>'), "file_unreadable"),
    "rows in descending order": (workbook_with(cell("A5") + cell("A1")), "file_unreadable"),
    "deep elements": (stored("<a>" * 90_000 + "</a>" * 90_000), "file_unreadable"),
    "deep elements that look closed": (stored("<a>/>" * 90_000 + "</a>" * 90_000), "file_unreadable"),
    "long attribute": (stored(LONG_ATTRIBUTE), "file_unreadable"),
    "long comment": (stored(LONG_COMMENT), "file_unreadable"),
    "broken XML": (workbook_with('<row r="1"><c r="A1"><v>1</v></row>'), "file_unreadable"),
    "name with a quote": (workbook_with('<row r="1"><a">":c r="XFD1"><v>1</v></a">":c></row>'), "file_unreadable"),
    "document type": (zipped({**parts_with(""), SHEET: DOCTYPE + "<worksheet>&b;</worksheet>"}), "file_has_doctype"),
    "document type after a comment": (
        zipped({**parts_with(""), SHEET: "<!-- -->" + DOCTYPE + "<worksheet>&b;</worksheet>"}),
        "file_has_doctype",
    ),
    "UTF-16": (zipped({**parts_with(""), SHEET: sheet_xml(cell("A1")).encode("utf-16")}), "file_unreadable"),
    "long text in many cells": (
        workbook_with(
            "".join(cell(f"A{row}", "<v>0</v>", ' t="s"') for row in range(1, 10_000)),
            texts=LONG_TEXT,
        ),
        "file_inflates",
    ),
    "long text under a prefix in many cells": (
        workbook_with(
            "".join(cell(f"A{row}", "<v>0</v>", ' t="s"') for row in range(1, 10_000)),
            texts=LONG_TEXT.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:si>", '<x:si xmlns:x="y">'),
        ),
        "file_inflates",
    ),
    "number of a text that is not there": (
        workbook_with("<!-- -->" + cell("A1", "<v>1</v>", ' t="s"'), texts="<si><t>x</t></si>"),
        "file_unreadable",
    ),
    "number of a text without end": (
        workbook_with("<!-- -->" + cell("A1", f"<v>{'1<x/>' * 20}</v>", ' t="s"'), texts="<si><t>x</t></si>"),
        "file_unreadable",
    ),
}

HARMLESS = {
    "plain": GOOD,
    "written by a library": written(("Klantnummer", "Naam"), (10_001, "Jansen")),
    "stored": zipped(parts_with(cell("A1")), method=zipfile.ZIP_STORED),
    "no cells": workbook_with(""),
    "formatted to the last row": workbook_with(cell("A1") + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'),
    "cells without reference": workbook_with("<row><c><v>1</v></c><c><v>2</v></c></row>"),
    "style before reference": workbook_with('<row r="1"><c s="1" r="A1"><v>1</v></c></row>'),
    "comment and CDATA": workbook_with(
        cell("A1", "<is><t><![CDATA[a < b]]></t></is>", ' t="inlineStr"') + "<!-- < -->"
    ),
    "text that looks like a tag": workbook_with(cell("A1", "<is><t>a > b/></t></is>", ' t="inlineStr"')),
    "long text that is used once": workbook_with(
        "".join(cell(f"A{row}", f"<v>{int(row > 1)}</v>", ' t="s"') for row in range(1, 10_000)),
        texts=LONG_TEXT + "<si><t>x</t></si>",
    ),
    "broken part that is not read": zipped(
        {**parts_with(cell("A1")), "docProps/app.xml": "<broken", "xl/media/a.png": b"\0"}
    ),
    "comment behind the archive": GOOD[:-2] + b"\x05\x00extra",
}


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize(("content", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_file_is_refused(content: bytes, code: str) -> None:
    """Each gives one typed error that says what is wrong."""
    with pytest.raises(InvalidInput) as caught:
        checked(content, LIMITS)
    assert (caught.value.field, caught.value.code) == ("file", code)


@pytest.mark.parametrize("content", HARMLESS.values(), ids=HARMLESS.keys())
def test_unusual_but_harmless_file_passes(content: bytes) -> None:
    """Being careful is no reason to refuse what people have."""
    assert checked(content, LIMITS)


def test_only_checked_parts_are_handed_on() -> None:
    """What the preflight did not look at, no reader will see."""
    parts = {
        **parts_with(cell("A1"), texts=""),
        "xl/calcChain.xml": "<x/>",
        "xl/theme/theme1.xml": "<x/>",
        "evil.xml": "<x/>",
    }
    names = {part.name for part in parts_of(checked(zipped(parts), LIMITS), LIMITS)}
    assert names == {*parts_with("", texts="")}


def test_parts_are_handed_on_unchanged() -> None:
    """Python's own reader finds the same content, with the same checksum, in the new archive."""
    parts = parts_with(grid(50, 5), texts="<si><t>é</t></si>")
    found = zipped_content(checked(zipped(parts), LIMITS))
    assert found == {name: content.encode() for name, content in parts.items()}


def zipped_content(content: bytes) -> dict[str, bytes]:
    """All entries of an archive."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=9), "file_too_many_rows"),
        (Limits(columns=9), "file_too_many_columns"),
        (Limits(cells=99), "file_too_many_cells"),
        (Limits(elements=99), "file_too_many_cells"),
        (Limits(inflated_bytes=999), "file_inflates"),
        (Limits(other_elements=5), "file_inflates"),
        (Limits(text_bytes=50), "file_inflates"),
        (Limits(entries=3), "file_inflates"),
    ],
)
def test_host_sets_the_limits(limits: Limits, code: str) -> None:
    """Ten rows of ten cells pass by default, and not with less."""
    content = workbook_with(grid(10, 10))
    assert checked(content, Limits(rows=10, columns=10, cells=100))
    with pytest.raises(InvalidInput) as caught:
        checked(content, limits)
    assert caught.value.code == code


def test_number_of_elements_is_watched_while_reading() -> None:
    """Also where the exact way is needed, it ends as soon as there are too many."""
    with pytest.raises(InvalidInput) as caught:
        checked(stored("<!-- -->" + "<a/>" * 100_000), Limits(elements=1_000))
    assert caught.value.code == "file_too_many_cells"


def test_cells_of_all_sheets_count_together() -> None:
    """Many sheets that each are small enough may be too much."""
    parts = {**parts_with(grid(10, 10)), "xl/worksheets/sheet2.xml": sheet_xml(grid(10, 10))}
    with pytest.raises(InvalidInput) as caught:
        checked(zipped(parts), Limits(cells=199))
    assert caught.value.code == "file_too_many_cells"


def test_table_of_texts_is_found_whatever_its_case() -> None:
    """Some programs write the name in another case, and readers take it."""
    texts = "".join(cell(f"A{row}", "<v>0</v>", ' t="s"') for row in range(1, 10_000))
    parts = parts_with(texts, texts=LONG_TEXT)
    parts["xl/SharedStrings.xml"] = parts.pop(TEXTS)
    with pytest.raises(InvalidInput) as caught:
        checked(zipped(parts), LIMITS)
    assert caught.value.code == "file_inflates"
