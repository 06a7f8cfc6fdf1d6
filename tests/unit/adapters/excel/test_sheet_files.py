"""Files of any kind: the content says which reader applies."""

from pathlib import Path

import pytest

from tests.unit.adapters.excel.builders import cell, workbook_with, written, zipped
from worktraq.adapters.excel import CsvReader, ExcelReader, Limits, SheetFiles
from worktraq.adapters.excel.preflight import OLE_MARK
from worktraq.core.headings import CUSTOMER_HEADINGS, HOURS_HEADINGS
from worktraq.core.sheets import find_table, records, skipped
from worktraq.errors import InvalidInput
from worktraq.ports.sheets import SheetReader


@pytest.fixture
def shared() -> Path:
    """The folder with sample input beside the project."""
    folder = Path(__file__).parents[5] / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip("no sample input beside the project")
    return folder


@pytest.mark.parametrize("reader", [SheetFiles(), ExcelReader(), CsvReader()], ids=["any", "workbook", "delimited"])
def test_reader_fulfils_the_port(reader: SheetReader) -> None:
    """Each can stand where a host takes a reader, and refuses an empty file alike."""
    with pytest.raises(InvalidInput) as caught:
        reader.read(b"")
    assert caught.value.code == "file_empty"


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize("name", ["klanten.xlsx", "klanten.csv", "klanten"])
@pytest.mark.parametrize("content", [written(("a", "b"), ("1", "2")), b"a,b\n1,2\n"], ids=["workbook", "CSV"])
def test_content_decides_and_not_the_name(tmp_path: Path, name: str, content: bytes) -> None:
    """A file with the wrong suffix is read all the same."""
    path = tmp_path / name
    path.write_bytes(content)
    (sheet,) = SheetFiles().read(path)
    assert (sheet.name.lower(), sheet.rows) == ("klanten", (("a", "b"), ("1", "2")))


def test_csv_that_was_sent_has_the_name_it_was_sent_with() -> None:
    """The name comes with the bytes."""
    (sheet,) = SheetFiles().read(b"a,b\n1,2\n", name="juni.csv")
    assert sheet.name == "juni"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (OLE_MARK + bytes(600), "file_kind_old"),
        (OLE_MARK + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
        (
            zipped({"content.xml": "<x/>", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
            "file_kind_unknown",
        ),
        (zipped({"xl/workbook.bin": b"x"}), "file_kind_unknown"),
        (b"%PDF-1.7\n1 0 obj", "file_kind_unknown"),
        (b"\x1f\x8b\x08\x00rest", "file_kind_unknown"),
        (b"{\\rtf1 x}", "file_kind_unknown"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><table><tr><td>a</td></tr></table>", "file_kind_unknown"),
        (b'<?xml version="1.0"?><Workbook/>', "file_kind_unknown"),
        ("a,b".encode("utf-32"), "file_kind_unknown"),
        (b"a\x00b", "file_has_nul"),
        (workbook_with(cell("A1") + cell("XFD1048576")), "file_too_many_rows"),
        (bytes(200), "file_too_large"),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes, code: str) -> None:
    """Each gives one typed error that says what is wrong."""
    limits = Limits(file_bytes=100) if code == "file_too_large" else Limits()
    with pytest.raises(InvalidInput) as caught:
        SheetFiles(limits).read(content)
    assert (caught.value.field, caught.value.code) == ("file", code)


@pytest.mark.requirement("T-02")
def test_customer_list_of_a_bookkeeper_is_read(shared: Path) -> None:
    """Title, headings in row 3, numbers that are partly text, empty lines, a line of totals."""
    sheet, headings = find_table(SheetFiles().read(shared / "customers.xlsx"), CUSTOMER_HEADINGS)
    found = list(records(sheet, headings))
    assert (sheet.name, len(sheet.rows), headings.row, headings.unrecognised) == ("Klanten", 166, 3, ())
    assert (len(found), [str(row.place) for row in skipped(sheet, headings)]) == (159, ["Klanten!A166"])


def test_list_of_working_sessions_is_read(shared: Path) -> None:
    """Every line is a record."""
    sheet, headings = find_table(SheetFiles().read(shared / "hours-2024-q2.csv"), HOURS_HEADINGS)
    found = list(records(sheet, headings))
    assert (len(found), sum(int(record.text("minutes")) for record in found) > 0) == (388, True)
    assert found[0].text("start") == "00:19+0200"
