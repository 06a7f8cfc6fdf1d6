"""Reading the spreadsheets and CSV files that people send, and writing those that they get (T-02)."""

from pathlib import Path

from worktraq.adapters.excel.delimited import CsvReader
from worktraq.adapters.excel.limits import Limits, content_of, refused
from worktraq.adapters.excel.preflight import OLE_MARK, ZIP_MARKS
from worktraq.adapters.excel.template import customer_template
from worktraq.adapters.excel.workbook import ExcelReader
from worktraq.adapters.excel.writing import CsvWriter, ExcelWriter
from worktraq.core.sheets import Sheet

__all__ = ["CsvReader", "CsvWriter", "ExcelReader", "ExcelWriter", "Limits", "SheetFiles", "customer_template"]

_OTHER_KINDS = (
    *(
        b"%PDF",
        b"{\\rtf",
        b"\x1f\x8b",
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"7z\xbc\xaf",
        b"Rar!",
        b"SQLite format 3",
    ),
    *(b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"),
)
_MARKUP = (b"<?xml", b"<!doctype", b"<html", b"<table", b"<meta")


class SheetFiles:
    """A `SheetReader` for every kind that worktraq can read; the content says which, not the name."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._workbooks = ExcelReader(limits)
        self._delimited = CsvReader(limits)

    def read(self, file: Path | bytes, *, name: str = "") -> tuple[Sheet, ...]:
        """See `SheetReader.read`."""
        content = content_of(file, self._limits)
        shown = name or (file.name if isinstance(file, Path) else "")
        if content.startswith((OLE_MARK, *ZIP_MARKS)):
            return self._workbooks.read(content, name=shown)
        start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        if content.startswith(_OTHER_KINDS) or start.startswith(_MARKUP):
            raise refused("file_kind_unknown")
        return self._delimited.read(content, name=shown)
