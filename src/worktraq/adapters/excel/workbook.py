"""Workbooks (.xlsx and .xlsm), read by python-calamine behind the preflight."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from worktraq.adapters.excel.limits import Limits, content_of, refused
from worktraq.adapters.excel.preflight import checked
from worktraq.core.sheets import CellValue, Row, Sheet

if TYPE_CHECKING:
    from datetime import date, datetime, time

    from python_calamine import CalamineSheet, CalamineWorkbook

    Raw = int | float | str | bool | time | date | datetime | timedelta

_LARGEST_INT = 10**18


class ExcelReader:
    """A `SheetReader` for workbooks of Excel 2007 and later, and of all that write that format.

    Hidden sheets are left out, so that nothing is imported that the sender did not see. A cell whose formula failed
    holds what it shows, such as ``#N/A``. Dates follow the date system of the workbook, 1900 or 1904.
    """

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits

    def read(self, file: Path | bytes, *, name: str = "") -> tuple[Sheet, ...]:  # noqa: ARG002 - a workbook names its own sheets
        """See `SheetReader.read`."""
        packed = checked(content_of(file, self._limits), self._limits)
        with _opened(packed) as workbook:
            return tuple(self._sheets(workbook))

    def _sheets(self, workbook: "CalamineWorkbook") -> Iterator[Sheet]:
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        cells = 0
        sheets = workbook.sheets_metadata
        # The reader looks each sheet up from the beginning of their list.
        if len(sheets) > self._limits.sheets:
            raise refused("file_too_many_cells", limit=self._limits.cells)
        for index, described in enumerate(sheets):
            if described.typ != SheetTypeEnum.WorkSheet or described.visible != SheetVisibleEnum.Visible:
                continue
            sheet = workbook.get_sheet_by_index(index)
            # The preflight counted each part once; a workbook may name one several times.
            cells += (sheet.end[0] + 1) * (sheet.end[1] + 1) if sheet.end else 1
            if cells > self._limits.cells:
                raise refused("file_too_many_cells", limit=self._limits.cells)
            yield Sheet(described.name, tuple(_rows(sheet)))


@contextmanager
def _opened(packed: bytes) -> Iterator["CalamineWorkbook"]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_filelike(BytesIO(packed)) as workbook:
            yield workbook
    except CalamineError as error:
        raise refused("file_unreadable") from error
    except BaseException as error:
        # A panic of the native reader is no Exception, and has no name that can be imported.
        if type(error).__name__ == "PanicException":
            raise refused("file_unreadable") from error
        raise


def _rows(sheet: "CalamineSheet") -> Iterator[Row]:
    # The reader gives the leading empty rows, but not the leading empty columns.
    before: Row = (None,) * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield before + _values(row)


def _values(row: Sequence["Raw"]) -> Row:
    return tuple([(value or None) if type(value) is str else _value(value) for value in row])


def _value(value: "Raw") -> CellValue:
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, timedelta):
        return _duration(value)
    return value


def _number(value: float) -> CellValue:
    if not isfinite(value):
        return repr(value)
    if value.is_integer() and abs(value) < _LARGEST_INT:
        return int(value)
    return Decimal(repr(value))


def _duration(value: timedelta) -> str:
    seconds = round(abs(value.total_seconds()))
    sign = "-" if value < timedelta(0) else ""
    text = f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}"
    return f"{text}:{seconds % 60:02}" if seconds % 60 else text
