"""CSV files, as spreadsheets and bookkeeping programs write them."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO, TextIOWrapper
from itertools import chain, islice
from pathlib import Path

from worktraq.adapters.excel.formulas import as_meant
from worktraq.adapters.excel.limits import Limits, content_of, refused, sheet_name
from worktraq.core.sheets import Row, Sheet

DELIMITERS = ",;\t|"
"""The delimiters that are recognised; of equals the first wins."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS = bytes({*range(32)} - {*b"\t\n\v\f\r\x1a"})
_SAMPLE_LINES = 200
_SAMPLE_RECORDS = 50
_LONGEST_LINE = 1_000_000
_MOST_LINES = 2_000


class CsvReader:
    """A `SheetReader` for CSV: one sheet, every cell text.

    The delimiter is found by itself; a first line ``sep=;`` says it, and is no row, as in Excel. The text is
    UTF-8, UTF-16 with a byte order mark, or else Windows-1252. A row is a record: where quoted text holds a
    line break, row numbers are those of a spreadsheet, not of a text editor. The apostrophe that keeps a text
    such as ``'=1+1`` from being run as a formula is left out.
    """

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits

    def read(self, file: Path | bytes, *, name: str = "") -> tuple[Sheet, ...]:
        """See `SheetReader.read`."""
        content = content_of(file, self._limits)
        lines = _lines(content, _encoding_of(content))
        sample = list(islice(lines, _SAMPLE_LINES))
        lines = chain(sample, lines)
        said = _said_delimiter(sample[0]) if sample else ""
        if said:
            next(lines)
        rows = _rows(lines, said or _likely_delimiter(sample), self._limits)
        return (Sheet(sheet_name(file, name), tuple(rows)),)


def _encoding_of(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    if b"\0" in content:
        raise refused("file_has_nul")
    if _is_utf8(content):
        return "utf-8"
    # Almost every byte is a character in Windows-1252, but control characters show that it is no text.
    if len(content.translate(None, _CONTROLS)) < len(content):
        raise refused("file_kind_unknown")
    return "cp1252"


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), 2**16):
            decoder.decode(content[start : start + 2**16])
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _lines(content: bytes, encoding: str) -> Iterator[str]:
    stream = TextIOWrapper(BytesIO(content), encoding, newline="")
    try:
        while line := stream.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE:
                raise refused("file_line_too_long", limit=_LONGEST_LINE)
            if "\0" in line:
                raise refused("file_has_nul")
            yield line
    except UnicodeError as error:
        raise refused("file_encoding_unknown") from error


def _said_delimiter(line: str) -> str:
    said = line.rstrip("\r\n").strip('"')
    return said[4] if len(said) == 5 and said.lower().startswith("sep=") and said[4] in DELIMITERS else ""


def _likely_delimiter(sample: list[str]) -> str:
    """The delimiter that gives most of the first records the same number of fields, and more than one."""

    def score(delimiter: str) -> tuple[int, int]:
        widths = Counter(map(len, _sampled(sample, delimiter)))
        widths.pop(0, None)
        widths.pop(1, None)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return count, width

    return max(DELIMITERS, key=score)


def _sampled(sample: list[str], delimiter: str) -> Iterator[list[str]]:
    try:
        # Strict, so that a wrong delimiter is given away by what follows a closing quote.
        yield from islice(csv.reader(sample, delimiter=delimiter, strict=True), _SAMPLE_RECORDS)
    except csv.Error:
        return


def _rows(lines: Iterable[str], delimiter: str, limits: Limits) -> Iterator[Row]:
    taken = _Taken(lines, limits)
    records = csv.reader(taken, delimiter=delimiter, strict=True)
    cells = 0
    try:
        for record in records:
            cells += len(record)
            _bound(record, taken.row, cells, limits)
            yield tuple([as_meant(text) if text[:1] == "'" else text or None for text in record])
            taken.start_row()
    except csv.Error as error:
        if "field limit" in str(error):
            raise refused("file_cell_too_long", row=taken.row, limit=limits.cell_length) from error
        raise refused("file_quotes_broken", row=taken.row) from error


class _Taken:
    """The lines, as long as one record does not take too many of them: a quote may never be closed."""

    def __init__(self, lines: Iterable[str], limits: Limits) -> None:
        self._lines = iter(lines)
        self._limits = limits
        self._count = 0
        self.row = 1

    def start_row(self) -> None:
        self.row += 1
        self._count = 0

    def __iter__(self) -> "_Taken":
        return self

    def __next__(self) -> str:
        self._count += 1
        if self._count > _MOST_LINES:
            raise refused("file_cell_too_long", row=self.row, limit=self._limits.cell_length)
        return next(self._lines)


def _bound(record: list[str], row: int, cells: int, limits: Limits) -> None:
    if row > limits.rows:
        raise refused("file_too_many_rows", limit=limits.rows)
    if len(record) > limits.columns:
        raise refused("file_too_many_columns", limit=limits.columns)
    if cells > limits.cells:
        raise refused("file_too_many_cells", limit=limits.cells)
    if any(len(text) > limits.cell_length for text in record):
        raise refused("file_cell_too_long", row=row, limit=limits.cell_length)
