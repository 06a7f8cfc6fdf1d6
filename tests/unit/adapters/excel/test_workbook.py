"""Workbooks as sheets of cells."""

import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.adapters.excel.builders import (
    cell,
    grid,
    parts_with,
    workbook_with,
    written,
    written_with_format,
    written_with_hidden_sheets,
    zipped,
)
from worktraq.adapters.excel import ExcelReader, Limits
from worktraq.adapters.excel.preflight import checked
from worktraq.adapters.excel.workbook import _duration, _opened
from worktraq.core.sheets import CellValue, Row
from worktraq.errors import AdapterError, InvalidInput


def rows_of(content: bytes) -> tuple[Row, ...]:
    """The rows of the only sheet."""
    (sheet,) = ExcelReader().read(content)
    return sheet.rows


def outcome_of(content: bytes) -> str:
    """Whether a file is read, or else what is wrong."""
    try:
        ExcelReader().read(content)
    except InvalidInput as error:
        return error.field
    return "read"


class PanicException(BaseException):
    """Stands for the panic of a native reader."""


def test_panic_of_the_native_reader_becomes_an_error() -> None:
    """It is no Exception, and would otherwise pass every handler of the host."""
    with pytest.raises(InvalidInput) as caught, _opened(checked(workbook_with(""), Limits())):
        raise PanicException
    assert caught.value.code == "file_unreadable"


def test_interruption_while_reading_is_not_swallowed() -> None:
    """Whoever stops the program stops it."""
    with pytest.raises(KeyboardInterrupt), _opened(checked(workbook_with(""), Limits())):
        raise KeyboardInterrupt


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize(
    ("given_value", "read_value"),
    [
        ("Jansen", "Jansen"),
        ("  a  ", "  a  "),
        ("=1+1", 0),
        (10_001, 10_001),
        (12.5, Decimal("12.5")),
        (0.1, Decimal("0.1")),
        (-3, -3),
        (1e17, 10**17),
        (1e300, Decimal("1E+300")),
        (True, True),
        (None, None),
        (date(2020, 6, 18), date(2020, 6, 18)),
        (datetime(2020, 6, 18, 9, 30), datetime(2020, 6, 18, 9, 30)),  # noqa: DTZ001 - a cell has no time zone
    ],
)
def test_cell_keeps_its_value_and_type(given_value: CellValue | float, read_value: CellValue) -> None:
    """A whole number is an int again, others are exact decimals; a formula has its stored result."""
    ((_, found),) = rows_of(written(("x", given_value), ("y", "z")))[:1]
    assert (found, type(found)) == (read_value, type(read_value))


@pytest.mark.requirement("T-02")
def test_date_system_of_1904_is_respected() -> None:
    """The same day is read from a workbook that counts from 1904."""
    ((found,),) = rows_of(written((date(2024, 2, 29),), is_1904=True))
    assert found == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("number", "form", "expected"),
    [
        (0.5, "hh:mm", time(12)),
        (30.25 / 24, "[h]:mm", "30:15"),
        (1.5 / 86_400, "[h]:mm:ss", "0:00:02"),
        (8 / 24, "[h]:mm", "8:00"),
    ],
)
def test_times_and_durations(number: float, form: str, expected: CellValue) -> None:
    """A time of day is a time; a duration, which may exceed a day, is text."""
    assert rows_of(written_with_format(number, form)) == ((expected,),)


def test_negative_duration_has_a_sign() -> None:
    """A duration below zero is text too."""
    assert _duration(timedelta(minutes=-90)) == "-1:30"


@pytest.mark.requirement("T-02")
def test_places_are_true() -> None:
    """Empty rows and columns before the first filled cell are kept."""
    rows = rows_of(workbook_with(cell("C3", "<v>7</v>") + cell("B5", "<v>8</v>")))
    assert rows == ((None,) * 3, (None,) * 3, (None, None, 7), (None,) * 3, (None, 8, None))


@pytest.mark.parametrize("content", ["<v></v>", "<v/>", "", "<f>1/0</f>"])
def test_cell_without_a_value_is_empty(content: str) -> None:
    """Empty texts are no values."""
    assert rows_of(workbook_with(cell("A1", content) + cell("B2")))[0] == (None, None)


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize("kind", ['t="e"', "t='e'", 's="0" t="e"', 'x="t"\nt="e" s="0"'])
def test_failed_formula_is_the_text_that_it_shows(kind: str) -> None:
    """An empty cell would empty what it stands for."""
    other = '<c r="B1" t="inlineStr"><is><t>t="e"</t></is></c>'
    rows = rows_of(workbook_with(f'<row r="1"><c r="A1" {kind}><f>1/0</f><v>#N/A</v></c>{other}</row>'))
    assert rows == (("#N/A", 't="e"'),)
    assert rows_of(workbook_with(f'<row r="1"><c r="A1" {kind}><f>1/0</f><v>#N/A</v></c></row>')) == (("#N/A",),)


def test_failed_formula_is_told_wherever_pieces_end() -> None:
    """A sheet is read in pieces, and a tag may stand in two of them."""
    row = '<row r="{0}"><c r="A{0}" t="e"><v>#REF!</v></c></row>'
    rows = rows_of(workbook_with("".join(row.format(number) for number in range(1, 5_001))))
    assert rows == (("#REF!",),) * 5_000


def test_failed_formula_is_told_in_a_sheet_that_takes_the_exact_way() -> None:
    """With comments in it a sheet is not measured at a glance."""
    rows = rows_of(workbook_with('<!-- x --><row r="1"><c r="A1" t="e"><v>#NUM!</v></c></row>'))
    assert rows == (("#NUM!",),)


def test_tag_without_end_is_survived() -> None:
    """However long it is."""
    with pytest.raises(InvalidInput):
        rows_of(workbook_with(f'<row r="1"><c r="A1" t="e" x="{"y" * 1_500_000}"><v>#NUM!</v></c></row>'))


def test_number_too_large_for_a_number_is_text() -> None:
    """Infinity is not a number that anybody typed."""
    assert rows_of(workbook_with(cell("A1", "<v>1e999</v>"))) == (("inf",),)


def test_sheet_without_cells_has_no_rows() -> None:
    """An empty workbook is no error here; the importer finds no headings."""
    assert rows_of(workbook_with("")) == ()


def test_sheets_come_in_order_and_hidden_ones_not_at_all() -> None:
    """What the sender could not see is not read, and a chart is no sheet of cells."""
    found = ExcelReader().read(written_with_hidden_sheets())
    assert [(sheet.name, sheet.rows) for sheet in found] == [("B", (("B",),)), ("A", (("A",),))]


def test_same_part_named_many_times_counts_each_time() -> None:
    """A workbook cannot multiply its cells by naming one sheet a thousand times."""
    parts = parts_with(grid(100, 100))
    sheets = "".join(f'<sheet name="S{key}" sheetId="{key}" r:id="rId1"/>' for key in range(1, 200))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        '<sheet name="Klanten" sheetId="1" r:id="rId1"/>', sheets
    )
    with pytest.raises(InvalidInput) as caught:
        ExcelReader().read(zipped(parts))
    assert caught.value.code == "file_too_many_cells"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"x" * 101, "file_too_large"),
        (b"no workbook", "file_kind_unknown"),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, code: str) -> None:
    """The reader bounds the file by itself."""
    with pytest.raises(InvalidInput) as caught:
        ExcelReader(Limits(file_bytes=100)).read(content)
    assert (caught.value.field, caught.value.code) == ("file", code)


@pytest.mark.parametrize("missing", ["xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
def test_workbook_with_a_part_missing_is_unreadable(missing: str) -> None:
    """What the native reader cannot take becomes the same typed error."""
    parts = parts_with(cell("A1"))
    del parts[missing]
    with pytest.raises(InvalidInput) as caught:
        ExcelReader().read(zipped(parts))
    assert caught.value.code == "file_unreadable"


def test_workbook_is_read_from_a_path(tmp_path: Path) -> None:
    """The name of the file does not matter."""
    path = tmp_path / "klanten.csv"
    path.write_bytes(written(("a", 1)))
    (sheet,) = ExcelReader().read(path)
    assert (sheet.name, sheet.rows) == ("Klanten", (("a", 1),))


def test_file_that_cannot_be_opened_is_an_adapter_error(tmp_path: Path) -> None:
    """A missing file and a folder are the host's affair, not the sender's."""
    for path in (tmp_path / "missing.xlsx", tmp_path):
        with pytest.raises(AdapterError) as caught:
            ExcelReader().read(path)
        assert caught.value.code == "file_not_opened"


@given(st.integers(min_value=0, max_value=10_000), st.binary(min_size=1, max_size=4))
def test_damage_anywhere_is_survived(position: int, damage: bytes) -> None:
    """A damaged file is read or refused, and nothing else happens."""
    content = written(("Klantnummer", "Naam"), (1, "Jansen"), (2, date(2024, 1, 1)))
    position %= len(content)
    damaged = content[:position] + damage + content[position + len(damage) :]
    assert outcome_of(damaged) in {"read", "file"}


@given(st.sampled_from(sorted(parts_with("", texts=""))), st.integers(min_value=0), st.binary(min_size=1, max_size=4))
def test_damage_inside_a_part_is_survived(name: str, position: int, damage: bytes) -> None:
    """Likewise for damage that the archive's checksums do not show."""
    data = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><f>A1</f><v>1.5</v></c></row>'
    parts = {key: text.encode() for key, text in parts_with(data, texts="<si><t>x</t></si>").items()}
    position %= len(parts[name])
    parts[name] = parts[name][:position] + damage + parts[name][position + len(damage) :]
    assert outcome_of(zipped(parts, method=zipfile.ZIP_STORED)) in {"read", "file"}
