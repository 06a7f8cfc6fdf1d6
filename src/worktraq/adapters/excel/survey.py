"""How large a workbook's part is, from its XML alone: streamed through expat, nothing kept.

The reader of workbooks holds every cell of the rectangle around the filled ones. Two cells in opposite
corners are enough to ask for 500 GB, so the rectangle is measured first. This is the plain and exact way;
`glance` is the quick one for sheets that are far from any limit.
"""

import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from xml.parsers import expat

from attrs import frozen

from worktraq.adapters.excel.limits import Limits, refused
from worktraq.core.sheets import column_number

LONGEST_TOKEN = 2**20
"""Bytes of one tag; older versions of expat scan an unfinished one from its start again with every piece."""

DEEPEST = 256
"""Nested elements; expat keeps each open one in memory."""

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_INDEX = re.compile(r"[0-9]{1,8}")
_MOST_TEXTS = 16


@frozen
class Survey:
    """What one XML part holds, or bounds above that.

    Attributes:
        elements: Number of elements.
        rows: The last row with a filled cell.
        columns: The last column with a filled cell.
        text_bytes: Text of the cells; what they share with others is counted for each cell.
    """

    elements: int
    rows: int
    columns: int
    text_bytes: int


def survey(pieces: Iterable[bytes], limits: Limits, text_sizes: Sequence[int] = ()) -> Survey:
    """Measure a part.

    Args:
        pieces: The XML.
        limits: What it may cost; only the number of elements is watched here.
        text_sizes: What `text_sizes_in` gave for the workbook's table of shared texts.

    Raises:
        InvalidInput: It is not well formed UTF-8 XML, a cell refers to nothing, or rows are not in order
            (``file_unreadable``); or as `feed` says.
    """
    counter = _Counter(text_sizes)
    parser = new_parser()
    parser.buffer_text = True
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    parser.CharacterDataHandler = counter.characters
    _feed(parser, pieces, counter, limits)
    return Survey(counter.elements, counter.rows, counter.columns, counter.text_bytes)


def text_sizes_in(pieces: Iterable[bytes], limits: Limits) -> Sequence[int]:
    """The bytes of each text of a table of shared texts, their markup included.

    Raises:
        InvalidInput: As for `survey`.
    """
    counter = _Counter(())
    parser = new_parser()
    ends = array("L", [0])

    def end(name: str) -> None:
        counter.end(name)
        if _local(name) == "si":
            ends.append(parser.CurrentByteIndex)

    parser.StartElementHandler = counter.start
    parser.EndElementHandler = end
    _feed(parser, pieces, counter, limits)
    return array("L", (after - before for before, after in pairwise(ends)))


def new_parser() -> expat.XMLParserType:
    """A parser that refuses document types, and with them every entity but the five of XML itself."""
    # With the encoding given, expat ignores what the file declares: other readers look at bytes, and in
    # UTF-16 the same bytes could be harmless text to one and cells to the other.
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _feed(parser: expat.XMLParserType, pieces: Iterable[bytes], counter: "_Counter", limits: Limits) -> None:
    fed = 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            # With a byte order mark expat takes UTF-16 all the same; no other encoding of XML has zero bytes.
            is_utf16 = b"\0" in piece
            if is_utf16 or counter.depth > DEEPEST or fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise refused("file_unreadable")
            if counter.elements > limits.elements:
                raise refused("file_too_many_cells", limit=limits.cells)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise refused("file_unreadable") from error


def _refuse_doctype(*_: object) -> None:
    raise refused("file_has_doctype")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Numbers(dict[str, int]):
    """Column numbers, computed once for each column."""

    def __missing__(self, letters: str) -> int:
        self[letters] = number = column_number(letters)
        return number


class _Counter:
    """The handlers of one parse, and what they have counted so far."""

    def __init__(self, text_sizes: Sequence[int]) -> None:
        self.elements = self.depth = self.rows = self.columns = self.text_bytes = 0
        self._text_sizes = text_sizes
        self._row = self._cell_row = self._cell_column = self._cells_in_row = 0
        self._is_shared = False
        self._texts: list[str] = []
        self._numbers = _Numbers()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Count an element; called for every cell, hence flat."""
        self.elements += 1
        self.depth += 1
        if ":" in name:
            name = _local(name)
        if name == "c":
            self._start_cell(attributes.get("r"))
            self._is_shared = attributes.get("t") == "s"
        elif name in {"v", "is"}:
            if self._cell_row < self.rows:
                raise refused("file_unreadable")
            self.rows = self._cell_row
            self.columns = max(self.columns, self._cell_column)
            self._texts.clear()
        elif name == "row":
            self._start_row(attributes.get("r"))

    def characters(self, text: str) -> None:
        """Count text, or keep what may be the number of a shared one."""
        if not self._is_shared:
            # A table of shared texts has no cells: its texts count where they are used.
            self.text_bytes += len(text.encode()) if self._cells_in_row else 0
            return
        self._texts.append(text)
        if len(self._texts) > _MOST_TEXTS:
            raise refused("file_unreadable")

    def end(self, name: str) -> None:
        """Close an element."""
        self.depth -= 1
        if self._is_shared and _local(name) == "v":
            index = "".join(self._texts)
            if index and (not _INDEX.fullmatch(index) or int(index) >= len(self._text_sizes)):
                raise refused("file_unreadable")
            self.text_bytes += self._text_sizes[int(index)] if index else 0
            self._texts.clear()

    def _start_row(self, reference: str | None) -> None:
        if reference is not None and not _INDEX.fullmatch(reference):
            raise refused("file_unreadable")
        self._row = self._row + 1 if reference is None else int(reference)
        self._cells_in_row = self._cell_column = 0

    def _start_cell(self, reference: str | None) -> None:
        self._cells_in_row += 1
        if reference is None:
            # Whether a reader counts on from the last cell's reference or from the row's beginning.
            self._cell_row, self._cell_column = self._row, max(self._cell_column + 1, self._cells_in_row)
            return
        found = _REFERENCE.fullmatch(reference)
        if not found:
            raise refused("file_unreadable")
        self._cell_column, self._cell_row = self._numbers[found[1]], int(found[2])
