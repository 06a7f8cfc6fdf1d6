"""Books on paper: an accounting system without any system behind it, for tests of a host and of the kit."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import evolve, frozen

from worktraq.core.accounting import (
    BEGINNING,
    CONTACT_FIELDS,
    USER_FIELDS,
    Deleted,
    Deletions,
    RejectedRow,
    SourceCheck,
    SourceInfo,
    SourcePage,
    Upsert,
)
from worktraq.core.imports import ImportKind
from worktraq.errors import AdapterError, SourceBroken, SourceDenied, SourceLimited, SourceUnavailable
from worktraq.ports.accounting import AccountingSource
from worktraq.testing.sources import FOR_GOOD, LIMITS, Books, Failure, RecordingCredentials

PAPER_FIELDS = {
    ImportKind.CUSTOMER: ("number", "company_name", "email", "city", "country", "vat_number"),
    ImportKind.CONTACT: CONTACT_FIELDS,
    ImportKind.USER: USER_FIELDS,
}
PAPER = SourceInfo(
    name="paper",
    title="Books on paper",
    fields=PAPER_FIELDS,
    deletions=Deletions.REPORTED,
    is_incremental=True,
)
_KINDS = tuple(ImportKind)


@frozen
class _Entry:
    row: Upsert
    change: int
    is_gone: bool = False
    is_spoilt: bool = False


class PaperBooks(Books):
    """Books without a system behind them.

    Args:
        info: What its source can do; told things follow from it.
        page_size: How many rows the source gives at once.
    """

    def __init__(self, info: SourceInfo = PAPER, *, page_size: int = 3) -> None:
        super().__init__()
        self.info = info
        self.page_size = page_size
        self.accepted = "paper-1"
        self.credentials = RecordingCredentials(token=self.accepted, app="paper-app-secret")
        self._entries: dict[tuple[ImportKind, str], _Entry] = {}
        self._changes = 0
        self._failing: list[AdapterError] = []
        self._spent: set[str] = set()
        self._refused = 0

    def source(self) -> AccountingSource:
        """A source that reads these books."""
        return PaperSource(self)

    def put(self, kind: ImportKind, name: str, *, external_id: str = "", customers: Sequence[str] = ()) -> str:
        """Write something new, or change the name of something."""
        external_id = external_id or f"{kind.value}-{len(self._entries) + 1:06}"
        field = "company_name" if kind is ImportKind.CUSTOMER else "name"
        values = {field: name}
        if kind is ImportKind.USER:
            values["email"] = f"{external_id}@paper.example"
        return self.write(Upsert(kind, external_id, values, tuple(customers)))

    def write(self, row: Upsert) -> str:
        """Write something as it is, in place of what stands there under its id."""
        self._keep(_Entry(row, self._changes))
        return row.external_id

    def remove(self, kind: ImportKind, external_id: str) -> None:
        """Strike something out."""
        self._keep(evolve(self._entries[kind, external_id], is_gone=True))

    def spoil(self, kind: ImportKind, external_id: str) -> bool:
        """Turn something into what nobody can understand."""
        self._keep(evolve(self._entries[kind, external_id], is_spoilt=True))
        return True

    def archive(self, kind: ImportKind, external_id: str) -> bool:
        """Keep something for the past only."""
        entry = self._entries[kind, external_id]
        self._keep(evolve(entry, row=evolve(entry.row, is_archived=True)))
        return True

    def fail(self, failure: Failure, *, until: datetime | None = None) -> None:
        """Let the next call fail."""
        if failure is Failure.EXPIRED:
            self.accepted = ""
        elif failure in FOR_GOOD:
            self._refused = 403 if failure is Failure.FORBIDDEN else 401
        elif failure in LIMITS:
            self._failing.append(SourceLimited(until or self.clock()))
        elif failure in {Failure.UNAVAILABLE, Failure.BROKEN_OFF}:
            self._failing.append(SourceUnavailable())
        else:
            self._failing.append(SourceBroken())

    def enter(self, token: str) -> bool:
        """What the system says at the door; False for a token that has run out.

        Raises:
            SourceDenied: When nobody is let in any more.
            AdapterError: When it is told to fail.
        """
        self.credentials.seen(token)
        if self._refused:
            raise SourceDenied(status=self._refused)
        if self._failing:
            raise self._failing.pop(0)
        return token == self.accepted

    def renew(self, spent: str) -> str:
        """A new token for one that has run out, once.

        Raises:
            SourceDenied: When it was renewed before.
        """
        if spent in self._spent:
            raise SourceDenied
        self._spent.add(spent)
        self.accepted = f"{spent}+"
        return self.accepted

    def changed(self, since: Sequence[int]) -> list[_Entry]:
        """What was changed after these changes, one for each kind; kind by kind, the oldest change first."""
        found = (each for each in self._entries.values() if each.change > since[_KINDS.index(each.row.kind)])
        return sorted(found, key=lambda each: (_KINDS.index(each.row.kind), each.change))

    def listed(self, after: tuple[int, str]) -> list[_Entry]:
        """What stands here behind a place, by kind and id."""
        found = ((_place(each.row), each) for each in self._entries.values() if not each.is_gone)
        return [each for place, each in sorted(found, key=lambda pair: pair[0]) if place > after]

    def _keep(self, entry: _Entry) -> None:
        self._changes += 1
        self._entries[entry.row.kind, entry.row.external_id] = evolve(entry, change=self._changes)


def _place(row: Upsert) -> tuple[int, str]:
    return _KINDS.index(row.kind), row.external_id


class PaperSource:
    """Reads books on paper.

    Args:
        books: Which.
    """

    def __init__(self, books: PaperBooks) -> None:
        self._books = books

    @property
    def info(self) -> SourceInfo:
        """What it is and can do."""
        return self._books.info

    def check(self) -> SourceCheck:
        """Find out whose books are read."""
        self._enter()
        return SourceCheck("Paper & Sons")

    def read(self, cursor: str) -> SourcePage:
        """The rows that come after a cursor."""
        self._enter()
        if self.info.is_incremental:
            return self._changes(cursor)
        return self._list(cursor)

    def close(self) -> None:
        """There is nothing to let go of."""

    def _enter(self) -> None:
        books, credentials = self._books, self._books.credentials
        tried = credentials.load()["token"]
        if books.enter(tried):
            return
        with credentials.exclusively():
            if credentials.load()["token"] == tried:  # nobody else has renewed it
                credentials.save({**credentials.load(), "token": books.renew(tried)})
        if not books.enter(credentials.load()["token"]):
            raise SourceDenied

    def _changes(self, cursor: str) -> SourcePage:
        since = _place_told(cursor, [0 for _ in _KINDS], [int for _ in _KINDS])
        found = self._books.changed(since)
        taken = found[: self._books.page_size]
        for each in taken:
            since[_KINDS.index(each.row.kind)] = each.change
        return self._page(taken, json.dumps(since), is_last=len(found) == len(taken))

    def _list(self, cursor: str) -> SourcePage:
        kind, external_id = _place_told(cursor, [0, ""], [int, str])
        found = self._books.listed((kind, external_id))
        taken = found[: self._books.page_size]
        if len(found) == len(taken):
            return self._page(taken, BEGINNING, is_last=True)
        return self._page(taken, json.dumps(_place(taken[-1].row)), is_last=False)

    def _page(self, entries: Sequence[_Entry], cursor: str, *, is_last: bool) -> SourcePage:
        tells_deletes = self.info.deletions is Deletions.REPORTED
        rows = [each.row for each in entries if not each.is_gone and not each.is_spoilt]
        gone = [each.row for each in entries if each.is_gone and tells_deletes]
        spoilt = [each.row for each in entries if each.is_spoilt and not each.is_gone]
        return SourcePage(
            cursor,
            is_last,
            tuple(evolve(row, values=self._told_of(row)) for row in rows),
            tuple(Deleted(row.kind, row.external_id) for row in gone),
            tuple(RejectedRow(row.kind, row.external_id, "", "row_malformed") for row in spoilt),
        )

    def _told_of(self, row: Upsert) -> Mapping[str, str]:
        return {name: text for name, text in row.values.items() if name in self.info.fields[row.kind]}


def _place_told(cursor: str, beginning: list[Any], kinds: Sequence[type]) -> list[Any]:
    """The place that a cursor tells of.

    Raises:
        SourceBroken: When it tells of none.
    """
    if cursor == BEGINNING:
        return beginning
    try:
        told = json.loads(cursor)
    except ValueError:
        told = None
    if not isinstance(told, list) or [type(each) for each in told] != list(kinds):
        raise SourceBroken("source_cursor_unknown")
    return told
