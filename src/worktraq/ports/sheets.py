"""Reading sheets out of a file that somebody sent, and writing tables for somebody to open (T-02)."""

from pathlib import Path
from typing import BinaryIO, Protocol

from worktraq.core.exports import Table
from worktraq.core.sheets import Sheet


class SheetReader(Protocol):
    """Turns a file into sheets, and survives whatever the file holds.

    A reader bounds time and memory by itself: a file that would take more is refused before it is read.
    It goes by the content of a file, never by its name, runs no formula and no macro, and follows no link.
    """

    def read(self, file: Path | bytes, *, name: str = "") -> tuple[Sheet, ...]:
        """All visible sheets, in the order of the file; at least one.

        Text stays as it is written: nothing is trimmed, and what looks like a formula is text. An empty
        cell is None. Cells of a workbook have the type that the workbook gives them: a whole number is
        an int, any other a Decimal, a duration is text such as ``30:15``. Cells of a CSV file are text.

        Args:
            file: Where the file is, or what stands in it.
            name: The file's name as the sender knows it; names the sheet of a file that has no sheets of
                its own. By default that of the path.

        Raises:
            InvalidInput: For the field ``file``, with one of the codes

                - ``file_empty``: nothing is in it;
                - ``file_kind_unknown``: of a kind that cannot be read;
                - ``file_kind_old``: a workbook of before 2007 (.xls);
                - ``file_encrypted``: protected with a password;
                - ``file_unreadable``: damaged, or not what it seems to be;
                - ``file_encoding_unknown``: text in an unknown encoding;
                - ``file_has_nul``: text with NUL characters in it;
                - ``file_quotes_broken``: CSV whose quotes do not match (``row``);
                - ``file_has_doctype``: XML with a document type definition, which workbooks never have;
                - ``file_too_large``: more bytes than are accepted (``megabytes``);
                - ``file_inflates``: a small file that unpacks to a large one;
                - ``file_too_many_cells``: more rows × columns than are accepted (``limit``);
                - ``file_too_many_rows``, ``file_too_many_columns``: likewise (``limit``);
                - ``file_line_too_long``: one line holds more text than is accepted (``limit``);
                - ``file_cell_too_long``: one cell holds more text than is accepted (``row``, ``limit``).
            AdapterError: The file cannot be opened (``file_not_opened``).
        """


class SheetWriter(Protocol):
    """Turns a table into a file in which nothing is run when somebody opens it: a text is a text, whatever it says.

    A writer reads the rows one after another and takes the same memory for any number of them. What a
    `SheetReader` reads from the file has the headings and values of the table.
    """

    @property
    def suffix(self) -> str:
        """What the name of such a file ends in, such as ``.xlsx``."""

    def write(self, table: Table, file: Path | BinaryIO, *, language: str) -> None:
        """Write a table; when its rows break off with an error, nothing is written.

        Args:
            table: Where it comes from a transaction or view, within that.
            file: Where to; what is at a path already is replaced. A stream is not closed.
            language: A language tag; headings, words and the form of numbers are those of this language.

        Raises:
            AdapterError: The file cannot be written (``file_not_written``).
        """

    def content(self, table: Table, *, language: str) -> bytes:
        """The same file as bytes, which takes as much memory as they are."""
