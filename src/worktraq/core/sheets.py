"""Sheets of cells, the headings above them and the records below (T-02).

Whatever file it came from, an import sees a `Sheet`. Everything keeps its place, so that a person
can be told in which cell a value was wrong.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from operator import itemgetter
from types import MappingProxyType

from attrs import frozen

from worktraq.core.headings import TOTALS, folded
from worktraq.errors import InvalidInput, Problem

CellValue = str | int | Decimal | bool | date | datetime | time | None
"""What a cell can hold. A duration is text such as ``30:15``; an empty cell is None."""

Row = tuple[CellValue, ...]

HEADING_ROWS = 50
"""How many rows from the top are searched for headings."""

IGNORED = ""
"""The field that a host maps a heading to when its column must not be read."""

_NUMBER = re.compile(r"[+-]?[\s.,'’\d]*\d[\s.,'’\d]*[%€$£]?")
_PLAIN_NAME = re.compile(r"\w[\w.-]*")


@frozen
class Sheet:
    """One sheet of a workbook, or the whole of a CSV file.

    Attributes:
        name: The name of the sheet; of a CSV file, the file's name without suffix.
        rows: ``rows[0]`` is row 1; leading empty rows and columns are kept, so that places are true.
            Rows may differ in length: what is missing on the right is empty.
    """

    name: str
    rows: tuple[Row, ...]


@frozen
class Place:
    """Where a value stands; its text is as spreadsheets write it, such as ``Klanten!C17``.

    Attributes:
        sheet: The name of the sheet.
        row: The row number, from 1.
        column: The column in letters; empty for a row as a whole.
    """

    sheet: str
    row: int
    column: str = ""

    def __str__(self) -> str:
        doubled = self.sheet.replace("'", "''")
        name = self.sheet if _PLAIN_NAME.fullmatch(self.sheet) else f"'{doubled}'"
        return f"{name}!{self.column}{self.row}"


@frozen
class Headings:
    """The heading row of a sheet.

    Attributes:
        sheet: The name of the sheet.
        row: The number of the heading row, from 1.
        columns: The column in letters of each field that was found.
        unrecognised: Headings that belong to no field, as written; their columns are not read.
    """

    sheet: str
    row: int
    columns: Mapping[str, str]
    unrecognised: tuple[str, ...] = ()


@frozen
class Record:
    """One filled row below the headings.

    Attributes:
        sheet: The name of the sheet.
        row: The row number, from 1.
        values: The value of each field that has a column; None where the cell is empty.
        columns: The column in letters of each of these fields.
    """

    sheet: str
    row: int
    values: Mapping[str, CellValue]
    columns: Mapping[str, str]

    def place(self, field: str) -> Place:
        """The cell of a field; the row as a whole where the sheet has no such column."""
        return Place(self.sheet, self.row, self.columns.get(field, ""))

    def text(self, field: str) -> str:
        """The value of a field as `text_of_cell` gives it; empty where there is none."""
        return text_of_cell(self.values.get(field))


@frozen
class Skipped:
    """A filled row below the headings that is no record.

    Attributes:
        place: Its first filled cell.
        text: What stands in that cell.
        code: Why, as a code of `worktraq.messages`: ``row_is_total`` or ``row_outside_columns``.
    """

    place: Place
    text: str
    code: str


def column_letters(number: int) -> str:
    """The letters of a column: 1 is ``A``, 27 is ``AA``."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The number of a column, from 1: the inverse of `column_letters`.

    Raises:
        ValueError: These are not the letters of a column.
    """
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        number = number * 26 + ord(letter) - ord("A") + 1
    if number == 0:
        raise ValueError(letters)
    return number


def text_of_cell(value: CellValue) -> str:
    """A value as a person would type it.

    A whole number has no decimals, a date is in ISO form, text is without blanks around it, and
    an empty cell is the empty text.
    """
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value.to_integral_value() if value == value.to_integral_value() else value:f}"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat()
        case date() | time():
            return value.isoformat()
    return str(value)


def find_headings(
    sheet: Sheet, known: Mapping[str, frozenset[str]], mapping: Mapping[str, str] | None = None
) -> Headings | None:
    """The row, among the first 50, with most recognised headings and at least two; the first of equals.

    Case, accents, punctuation and spaces do not matter.

    Args:
        sheet: The sheet to search.
        known: The recognised headings of each field.
        mapping: Headings of the host's own, each to a field of `known` or to `IGNORED`. A field that is
            mapped is found under these headings only.

    Returns:
        The headings, or None if no row has two of them.

    Raises:
        InvalidInput: One field has two columns in that row (``heading_twice``); a mapped field is not in
            `known` (``field_unknown``) or a mapped heading not in that row (``heading_missing``).
    """
    fields = _fields_by_heading(known, mapping or {})
    best, most = 0, 1
    for number, row in enumerate(sheet.rows[:HEADING_ROWS], start=1):
        count = len({fields[text] for text in _folded_texts(row) if fields.get(text)})
        if count > most:
            best, most = number, count
    if not best:
        return None
    _require_mapped(sheet.rows[best - 1], mapping or {})
    return _headings_in(sheet, best, fields)


def find_table(
    sheets: Iterable[Sheet], known: Mapping[str, frozenset[str]], mapping: Mapping[str, str] | None = None
) -> tuple[Sheet, Headings]:
    """The first sheet that has headings, with these headings.

    Raises:
        InvalidInput: No sheet has them (``headings_not_found``), or as `find_headings` says.
    """
    for sheet in sheets:
        if headings := find_headings(sheet, known, mapping):
            return sheet, headings
    raise InvalidInput.of("file", "headings_not_found")


def records(sheet: Sheet, headings: Headings) -> Iterator[Record]:
    """The records below the headings, in the order of the sheet.

    Empty rows give none, nor do the rows that `skipped` reports.
    """
    columns = [(field, column_number(letters) - 1) for field, letters in headings.columns.items()]
    for number in range(headings.row + 1, len(sheet.rows) + 1):
        row = sheet.rows[number - 1]
        width = len(row)
        values = {field: _filled(row[index]) if index < width else None for field, index in columns}
        if any(value is not None for value in values.values()) and not is_total(row):
            yield Record(sheet.name, number, values, headings.columns)


def text_rows(sheet: Sheet, headings: Headings, fields: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The filled rows below the headings as texts, with their numbers: what `records` gives, at a third of the cost.

    Args:
        sheet: Where they stand.
        headings: Of that sheet.
        fields: Those that are read, each with a column; a row that has none of them filled is left out.

    Yields:
        The number of a row, from 1, and `text_of_cell` of each field; of a row of totals no texts at all.
    """
    indexes = [column_number(headings.columns[field]) - 1 for field in fields]
    width, beyond = max(indexes) + 1, (None,) * (max(indexes) + 1)
    chosen = itemgetter(*indexes, -1)  # one more than there are fields, so that it gives a tuple for one field too
    for number, row in enumerate(sheet.rows[headings.row :], start=headings.row + 1):
        *cells, _ = chosen(row if len(row) >= width else row + beyond)
        texts = tuple(
            [cell.strip() if type(cell) is str else "" if cell is None else text_of_cell(cell) for cell in cells]
        )
        if any(texts):
            yield number, () if is_total(row) else texts


def skipped(sheet: Sheet, headings: Headings) -> tuple[Skipped, ...]:
    """The filled rows below the headings that are no record: totals, and remarks beside the columns."""
    indexes = {column_number(letters) - 1 for letters in headings.columns.values()}
    found = []
    for number in range(headings.row + 1, len(sheet.rows) + 1):
        row = sheet.rows[number - 1]
        code = _skipped_as(row, indexes)
        if code:
            first = next(index for index, value in enumerate(row) if _filled(value) is not None)
            place = Place(sheet.name, number, column_letters(first + 1))
            found.append(Skipped(place, text_of_cell(row[first]), code))
    return tuple(found)


def is_total(row: Row) -> bool:
    """Whether a row holds totals: its first filled cell says so, and the others hold numbers only."""
    if row and type(row[0]) is str and row[0][-1:].isdigit():  # a number or a name with one: most rows, seen at once
        return False
    filled = (value for value in row if _filled(value) is not None)
    first = next(filled, None)
    if not isinstance(first, str) or len(first) > 60 or first[-1:].isdigit():
        return False
    # Most rows have another text, which is seen sooner than what the first one says.
    return all(_is_number(value) for value in filled) and folded(first) in TOTALS


def _skipped_as(row: Row, indexes: set[int]) -> str:
    filled = [index for index, value in enumerate(row) if _filled(value) is not None]
    if filled and indexes.isdisjoint(filled):
        return "row_outside_columns"
    return "row_is_total" if filled and is_total(row) else ""


def _filled(value: CellValue) -> CellValue:
    return None if isinstance(value, str) and not value.strip() else value


def _is_number(value: CellValue) -> bool:
    if isinstance(value, str):
        # Short, for the pattern takes quadratic time on what it refuses.
        return len(value) <= 40 and _NUMBER.fullmatch(value.strip()) is not None
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _folded_texts(row: Row) -> list[str]:
    return [folded(value) if isinstance(value, str) and len(value) <= 100 else "" for value in row]


def _fields_by_heading(known: Mapping[str, frozenset[str]], mapping: Mapping[str, str]) -> Mapping[str, str]:
    mapped = set(mapping.values())
    wrong = sorted(mapped - set(known) - {IGNORED})
    if wrong:
        raise InvalidInput(Problem("mapping", "field_unknown", (("field", field),)) for field in wrong)
    fields = {folded(text): field for field, texts in known.items() if field not in mapped for text in texts}
    return fields | {folded(text): field for text, field in mapping.items()}


def _require_mapped(row: Row, mapping: Mapping[str, str]) -> None:
    present = set(_folded_texts(row))
    missing = sorted(text for text in mapping if folded(text) not in present)
    if missing:
        raise InvalidInput(Problem("mapping", "heading_missing", (("heading", text),)) for text in missing)


def _headings_in(sheet: Sheet, number: int, fields: Mapping[str, str]) -> Headings:
    columns: dict[str, str] = {}
    unrecognised: list[str] = []
    row = sheet.rows[number - 1]
    for index, text in enumerate(_folded_texts(row)):
        field, place = fields.get(text), Place(sheet.name, number, column_letters(index + 1))
        if field is None and text:
            unrecognised.append(text_of_cell(row[index]))
        elif field and field in columns:
            parameters = (("first", columns[field]), ("heading", text_of_cell(row[index])), ("second", place.column))
            raise InvalidInput([Problem(field, "heading_twice", parameters, place=str(place))])
        elif field:
            columns[field] = place.column
    return Headings(sheet.name, number, MappingProxyType(columns), tuple(unrecognised))
