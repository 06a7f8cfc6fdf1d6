"""Writing tables as workbooks and CSV files in which no text is ever run (T-02)."""

import csv
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from worktraq.adapters.excel.formulas import defused
from worktraq.core.exports import Column, Table
from worktraq.core.sheets import CellValue, text_of_cell
from worktraq.errors import AdapterError
from worktraq.i18n import Translator, translator

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships no types
    from xlsxwriter.format import Format  # type: ignore[import-untyped]  # it ships no types
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # it ships no types

SHEET_ROWS = 1_048_576
"""How many rows a sheet of a workbook has."""

CELL_LENGTH = 32_767
"""How many UTF-16 units a cell of a workbook holds."""

TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""What keeps XlsxWriter from making anything but text of a text."""

# A number of a workbook is a binary one, which keeps this many decimal digits.
_EXACT_DIGITS = 15
_NOT_IN_XML = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})
# Before this day the calendar of Excel is one off: it takes 1900 for a leap year.
_FIRST_DAY = date(1900, 3, 1)


class _Writer(ABC):
    """What both kinds of file have in common: where they go."""

    def write(self, table: Table, file: Path | BinaryIO, *, language: str) -> None:
        """See `SheetWriter.write`."""
        with _delivering(file, self.suffix) as path:
            self._fill(path, table, translator(language))

    def content(self, table: Table, *, language: str) -> bytes:
        """See `SheetWriter.content`."""
        stream = BytesIO()
        self.write(table, stream, language=language)
        return stream.getvalue()

    @property
    @abstractmethod
    def suffix(self) -> str:
        """See `SheetWriter.suffix`."""

    @abstractmethod
    def _fill(self, path: Path, table: Table, speaker: Translator) -> None:
        """Write a table to a new file."""


class ExcelWriter(_Writer):
    """A `SheetWriter` for workbooks (.xlsx); takes the same memory for any number of rows.

    Text is stored as text, dates and numbers as what they are. A number of more digits than Excel keeps is
    stored as text; a text that is longer than a cell holds ends in an ellipsis. What does not fit on one sheet
    goes on on the next.

    Args:
        sheet_rows: How many rows a sheet has, the headings included.
    """

    def __init__(self, *, sheet_rows: int = SHEET_ROWS) -> None:
        self._sheet_rows = sheet_rows

    @property
    def suffix(self) -> str:
        """See `SheetWriter.suffix`."""
        return ".xlsx"

    def _fill(self, path: Path, table: Table, speaker: Translator) -> None:
        from xlsxwriter import Workbook

        # Also when the rows break off the workbook is closed, which removes its own temporary files.
        with Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent), **TEXT_ONLY}) as book:
            cells = _Cells(book)
            sheet, name, count, used = None, speaker.message(table.name), 0, self._sheet_rows
            for row in table.rows:
                if sheet is None or used == self._sheet_rows:
                    _end(sheet, table, used)
                    count, used = count + 1, 1
                    sheet = headed(book, name if count == 1 else f"{name} {count}", table, speaker)
                for index, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                    cells.put(sheet, used, index, in_words(column, value, speaker))
                used += 1
            if sheet is None:
                sheet, used = headed(book, name, table, speaker), 1
            _end(sheet, table, used)


class CsvWriter(_Writer):
    """A `SheetWriter` for CSV files in UTF-8, as Excel opens them.

    Text that a spreadsheet would run as a formula has an apostrophe before it, which `CsvReader` takes away
    again. Dates are in ISO form; decimals and the delimiter are those of the language, ``;`` beside a decimal comma.

    Args:
        delimiter: Another one, for a spreadsheet that is not set to the language of the table.
        has_mark: Whether the file begins with a byte order mark, without which Excel does not take it for UTF-8.
    """

    def __init__(self, *, delimiter: str = "", has_mark: bool = True) -> None:
        self._delimiter = delimiter
        self._encoding = "utf-8-sig" if has_mark else "utf-8"

    @property
    def suffix(self) -> str:
        """See `SheetWriter.suffix`."""
        return ".csv"

    def _fill(self, path: Path, table: Table, speaker: Translator) -> None:
        point = "." if speaker.language == "en" else ","
        delimiter = self._delimiter or ("," if point == "." else ";")
        with path.open("w", encoding=self._encoding, newline="") as stream:
            # With every field in quotes, no reader takes a mark inside one for the delimiter.
            lines = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL)
            lines.writerow([heading_of(column, speaker) for column in table.columns])
            for row in table.rows:
                cells = zip(table.columns, row, strict=True)
                lines.writerow([_text(in_words(column, value, speaker), point) for column, value in cells])


@contextmanager
def _delivering(file: Path | BinaryIO, suffix: str) -> Iterator[Path]:
    """A path to write to; what stands there goes to the file once it is complete, and nothing before."""
    with TemporaryDirectory(prefix="worktraq-") as folder:
        path = Path(folder) / f"table{suffix}"
        yield path
        if not isinstance(file, Path):
            with path.open("rb") as stream:
                shutil.copyfileobj(stream, file)
            return
        try:
            shutil.move(path, file)
        except OSError as error:
            raise AdapterError("file_not_written", name=file.name) from error


def heading_of(column: Column, speaker: Translator) -> str:
    """The heading of a column in the language of the reader."""
    text = speaker.message(column.heading)
    return text[:1].upper() + text[1:]


def in_words(column: Column, value: CellValue, speaker: Translator) -> CellValue:
    """A value of a column as the reader sees it."""
    return speaker.message(f"{column.words}.{value}") if column.words and value is not None else value


def headed(book: "Workbook", name: str, table: Table, speaker: Translator) -> "Worksheet":
    """A new sheet of a workbook with the headings of a table, which stay in sight."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, heading_of(column, speaker), bold)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    return sheet


def _end(sheet: "Worksheet | None", table: Table, used: int) -> None:
    if sheet is not None:
        sheet.autofilter(0, 0, max(used - 1, 0), len(table.columns) - 1)


class _Cells:
    """Puts values into the cells of one workbook."""

    def __init__(self, book: "Workbook") -> None:
        self._format = cache(lambda shown: book.add_format({"num_format": shown}))

    def put(self, sheet: "Worksheet", row: int, column: int, value: CellValue) -> None:
        """Write a value as what it is."""
        match value:
            case None:
                return
            case bool():
                sheet.write_boolean(row, column, value)
            case int() | Decimal() if _is_exact(value):
                sheet.write_number(row, column, value, self._shown_number(value))
            case time() if value.tzinfo is None:
                sheet.write_datetime(row, column, value, self._format("hh:mm"))
            case datetime() if value.tzinfo is None and value.date() >= _FIRST_DAY:
                sheet.write_datetime(row, column, value, self._format("yyyy-mm-dd hh:mm"))
            case date() if not isinstance(value, datetime) and value >= _FIRST_DAY:
                sheet.write_datetime(row, column, value, self._format("yyyy-mm-dd"))
            case str():
                sheet.write_string(row, column, _fitting(value))
            case _:
                sheet.write_string(row, column, text_of_cell(value))

    def _shown_number(self, value: int | Decimal) -> "Format":
        decimals = _decimals(value)
        return self._format(f"#,##0.{'0' * decimals}" if decimals else "0")


def _is_exact(value: int | Decimal) -> bool:
    number = Decimal(value)
    return number.is_finite() and len(number.as_tuple().digits) <= _EXACT_DIGITS


def _decimals(value: int | Decimal) -> int:
    exponent = Decimal(value).as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _fitting(text: str) -> str:
    text = text.translate(_NOT_IN_XML)
    if len(text) * 2 <= CELL_LENGTH:
        return text
    units = text.encode("utf-16-le", "replace")
    if len(units) <= CELL_LENGTH * 2:
        return text
    return units[: (CELL_LENGTH - 1) * 2].decode("utf-16-le", "ignore") + "…"


def _text(value: CellValue, point: str) -> str:
    match value:
        case str():
            return defused(value)
        case Decimal():
            return f"{value:f}".replace(".", point)
        case time() if not value.second and not value.microsecond:
            return value.isoformat("minutes")
    return text_of_cell(value)
