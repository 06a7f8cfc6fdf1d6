"""Books that a test keeps, and the source that reads them: what is told, in pages of any size, and what goes wrong."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from attrs import define, field

from worktraq.core.accounting import (
    BEGINNING,
    FIELDS,
    Deleted,
    Deletions,
    RejectedRow,
    Setting,
    SourceCheck,
    SourceInfo,
    SourcePage,
    Upsert,
)
from worktraq.core.imports import ImportKind
from worktraq.errors import SourceBroken
from worktraq.ports.accounting import Credentials
from worktraq.ports.clock import Clock

Key = tuple[ImportKind, str]
Row = Upsert | Deleted | RejectedRow
_ORDER = list(ImportKind)


@define
class Books:
    """What stands in an accounting system, with everything that ever happened there.

    Attributes:
        rows: What stands there now.
        log: Everything that happened, in order.
        page_size: How many rows a page has.
        trouble: What is raised instead of the next pages, first one first; None where a page is given.
        deletions: How it tells that something is gone.
        is_incremental: Whether it tells only what is new.
        read: How many pages were asked for.
    """

    rows: dict[Key, Row] = field(factory=dict)
    log: list[Row] = field(factory=list)
    page_size: int = 3
    trouble: list[Exception | None] = field(factory=list)
    deletions: Deletions = Deletions.REPORTED
    is_incremental: bool = True
    read: int = 0

    def put(self, row: Upsert | RejectedRow) -> None:
        """A row is new there, or another one."""
        self.rows[row.kind, row.external_id] = row
        self.log.append(row)

    def customer(self, key: str, name: str = "", *, is_archived: bool = False, **values: str) -> None:
        """A customer is new there, or another one."""
        told = {"company_name": name or f"Customer {key}", **values}
        self.put(Upsert(ImportKind.CUSTOMER, key, told, is_archived=is_archived))

    def contact(self, key: str, name: str, *customers: str, is_archived: bool = False, **values: str) -> None:
        """A contact is new there, or another one."""
        self.put(Upsert(ImportKind.CONTACT, key, {"name": name, **values}, customers, is_archived))

    def user(self, key: str, name: str, email: str, *, is_archived: bool = False) -> None:
        """A user is new there, or another one."""
        self.put(Upsert(ImportKind.USER, key, {"name": name, "email": email}, is_archived=is_archived))

    def delete(self, kind: ImportKind, key: str) -> None:
        """A row is gone there."""
        if self.rows.pop((kind, key), None) is not None:
            self.log.append(Deleted(kind, key))

    def page(self, cursor: str) -> SourcePage:
        """What comes behind a cursor."""
        self.read += 1
        if self.trouble:
            error = self.trouble.pop(0)
            if error is not None:
                raise error
        begin = int(cursor or 0)
        told = [(at, row) for at, row in self._told() if at >= begin]
        rows = [row for _, row in told[: self.page_size]]
        return SourcePage(
            str(told[len(rows) - 1][0] + 1 if rows else begin),
            len(rows) == len(told),
            tuple(row for row in rows if isinstance(row, Upsert)),
            tuple(row for row in rows if isinstance(row, Deleted)) if self.deletions is Deletions.REPORTED else (),
            tuple(row for row in rows if isinstance(row, RejectedRow)),
            total=len(told) if cursor == BEGINNING else None,
        )

    def _told(self) -> Sequence[tuple[int, Row]]:
        """Every row as it is now, with the place at which it is told: where it changed last, or where it stands."""
        if not self.is_incremental:
            return list(enumerate(sorted(self.rows.values(), key=_place)))
        last = {(row.kind, row.external_id): at for at, row in enumerate(self.log)}
        return [(at, self.log[at]) for at in sorted(last.values())]


def _place(row: Row) -> tuple[int, str]:
    return _ORDER.index(row.kind), row.external_id


class BooksSource:
    """Reads books; wants a name as setting, and a token that is ``good``."""

    kinds: ClassVar[Mapping[ImportKind, tuple[str, ...]]] = FIELDS

    def __init__(self, books: Books, info: SourceInfo, settings: Mapping[str, str], credentials: Credentials) -> None:
        self.info = info
        self.settings = settings
        self._books = books
        self._credentials = credentials

    def check(self) -> SourceCheck:
        """Whose books these are."""
        self._books.page(BEGINNING)
        return SourceCheck(self.settings["name"], self._credentials.load().get("token", ""))

    def read(self, cursor: str) -> SourcePage:
        """The rows behind a cursor."""
        if cursor and not cursor.isdigit():
            raise SourceBroken("source_cursor_unknown")
        return self._books.page(cursor)

    def close(self) -> None:
        """Nothing to let go of."""


@define
class BooksFactory:
    """Makes sources of books."""

    books: Books
    name: str = "books"

    @property
    def info(self) -> SourceInfo:
        """What they are."""
        return SourceInfo(
            self.name,
            "Books",
            FIELDS,
            (Setting("name", "Name"), Setting("token", "Token", is_secret=True)),
            self.books.deletions,
            self.books.is_incremental,
        )

    def __call__(self, settings: Mapping[str, str], credentials: Credentials, *, clock: Clock) -> BooksSource:
        """A source."""
        assert clock().tzinfo is not None
        return BooksSource(self.books, self.info, settings, credentials)


@define
class Sleeping:
    """Waits on a clock that the test holds.

    Attributes:
        advance: Moves the clock.
        waited: How long each time.
    """

    advance: Callable[[timedelta], datetime]
    waited: list[float] = field(factory=list)

    def __call__(self, seconds: float) -> None:
        """Let time pass."""
        self.waited.append(seconds)
        self.advance(timedelta(seconds=seconds))
