"""Customer lists in files as a source: Excel and CSV, through whatever reads sheets (T-01, T-02)."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from attrs import frozen

from worktraq.core.accounting import RejectedRow, Setting, SourceCheck, SourceInfo, SourcePage, Upsert
from worktraq.core.customer_rows import CUSTOMER_FIELDS, RowKeys
from worktraq.core.headings import CUSTOMER_HEADINGS
from worktraq.core.imports import ImportKind
from worktraq.core.sheets import Sheet, find_table, text_rows
from worktraq.errors import AdapterError, InvalidInput, SourceBroken, SourceUnavailable
from worktraq.ports.accounting import Credentials
from worktraq.ports.clock import Clock
from worktraq.ports.sheets import SheetReader

ROWS_AT_ONCE = 500


@frozen
class _List:
    """A customer list as it was read.

    Attributes:
        digest: Of the file.
        name: Of its sheet.
        rows: Number and texts of each row.
        keys: Of each row, by what it is known again; empty where it has none.
        twice: Numbers of the rows whose key an earlier one has.
        fields: What the texts are.
    """

    digest: str
    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    keys: tuple[str, ...]
    twice: frozenset[int]
    fields: tuple[str, ...]


class SheetSource:
    """One file with a customer list. Who is not in it any more is not gone: such lists are often parts.

    Args:
        info: What it is.
        file: Where it is.
        reader: Reads it.
    """

    def __init__(self, info: SourceInfo, file: Path, reader: SheetReader) -> None:
        self.info = info
        self._file = file
        self._reader = reader
        self._read: _List | None = None

    def check(self) -> SourceCheck:
        """Read the file."""
        found = self._list()
        return SourceCheck(found.name, self._file.name)

    def read(self, cursor: str) -> SourcePage:
        """The rows behind a cursor, which holds a digest of the file: another file is begun anew."""
        found = self._list()
        begin = _place(cursor, found)
        end = min(begin + ROWS_AT_ONCE, len(found.rows))
        upserts, rejected = [], []
        for (number, texts), key in zip(found.rows[begin:end], found.keys[begin:end], strict=True):
            if not key or number in found.twice:
                code = "row_twice" if key else "row_malformed"
                rejected.append(RejectedRow(ImportKind.CUSTOMER, "", "", code, str(number)))
            else:
                upserts.append(Upsert(ImportKind.CUSTOMER, key, dict(zip(found.fields, texts, strict=True))))
        is_last = end >= len(found.rows)
        at = json.dumps([found.digest, end])
        return SourcePage(at, is_last, tuple(upserts), (), tuple(rejected), total=len(found.rows))

    def close(self) -> None:
        """Forget the file."""
        self._read = None

    def _list(self) -> _List:
        if self._read is None:
            self._read = self._opened()
        return self._read

    def _opened(self) -> _List:
        try:
            content = self._file.read_bytes()
        except OSError:
            raise SourceUnavailable("file_not_opened", name=self._file.name) from None
        try:
            sheets: tuple[Sheet, ...] = self._reader.read(content, name=self._file.name)
            sheet, headings = find_table(sheets, CUSTOMER_HEADINGS, None)
        except InvalidInput as error:
            raise SourceBroken(error.code, **dict(error.problems[0].parameters)) from error
        except AdapterError as error:
            raise SourceUnavailable(error.code, **error.parameters) from error
        fields = tuple(field for field in CUSTOMER_FIELDS if field in headings.columns)
        rows = tuple(row for row in text_rows(sheet, headings, fields) if row[1])
        keys_of = RowKeys(fields)
        keys = tuple(keys_of.of(texts) for _, texts in rows)
        first: dict[str, int] = {}
        twice = frozenset(
            number
            for (number, _), key in zip(rows, keys, strict=True)
            if key and first.setdefault(key, number) != number
        )
        return _List(sha256(content).hexdigest(), sheet.name, rows, keys, twice, fields)


def _place(cursor: str, found: _List) -> int:
    if not cursor:
        return 0
    try:
        digest, end = json.loads(cursor)
    except (ValueError, TypeError):
        raise SourceBroken("source_cursor_unknown") from None
    if not isinstance(end, int) or isinstance(end, bool) or end < 0:
        raise SourceBroken("source_cursor_unknown")
    return end if digest == found.digest and end < len(found.rows) else 0


class SheetSourceFactory:
    """Makes sources of files.

    Args:
        name: Under which it is installed.
        title: What people call it.
        reader: Makes what reads the file, when it is needed.
    """

    def __init__(self, name: str, title: str, reader: Callable[[], SheetReader]) -> None:
        fields = {ImportKind.CUSTOMER: CUSTOMER_FIELDS}
        self.info = SourceInfo(name, title, fields, (Setting("file", "File"),))
        self._reader = reader

    def __call__(self, settings: Mapping[str, str], credentials: Credentials, *, clock: Clock) -> SheetSource:
        """A source for one file; it needs no secrets and no clock."""
        del credentials, clock
        return SheetSource(self.info, Path(settings["file"]), self._reader())
