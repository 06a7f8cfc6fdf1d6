"""What the kit for writers of adapters asks of them: pretend books, and ways to read them to the end.

`Books` is the other side of an adapter: a pretend system that a test fills, changes and lets fail. Who writes an adapter
writes one for it; `worktraq.testing.paper` has one without any system behind it.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from worktraq.core.accounting import (
    BEGINNING,
    Deleted,
    Deletions,
    RejectedRow,
    SourceInfo,
    SourcePage,
    Upsert,
)
from worktraq.core.imports import ImportKind
from worktraq.errors import AdapterError
from worktraq.ports.accounting import AccountingSource
from worktraq.testing.fakes import FixedClock


class Failure(StrEnum):
    """How a system can fail."""

    DENIED = "denied"
    """It does not accept the credentials any more, however often they are renewed."""

    FORBIDDEN = "forbidden"
    """The credentials are fine, but may not read this, such as with a status of 403; renewing them does not help."""

    EXPIRED = "expired"
    """The access token has run out; renewing it once helps."""

    LIMITED_FOR_SECONDS = "limited_for_seconds"
    """It was asked too often, and says for how many seconds to wait."""

    LIMITED_UNTIL_SECONDS = "limited_until_seconds"
    """It says until when, in seconds since 1970."""

    LIMITED_UNTIL_MILLISECONDS = "limited_until_milliseconds"
    """It says until when, in milliseconds since 1970."""

    UNAVAILABLE = "unavailable"
    """It fails, such as with a status of 500."""

    BROKEN_OFF = "broken_off"
    """The connection breaks off."""

    ERROR_INSIDE = "error_inside"
    """An answer of success that holds an error in place of what was asked for."""

    NONSENSE = "nonsense"
    """An answer of success that is of another form altogether, such as the page of a login."""


MOST_PAGES = 1_000
"""After how many pages a source is thought never to end."""

MOST_CALLS = 20_000
"""How often a source may look at its credentials or show them before it is thought never to end."""

FOR_GOOD = frozenset({Failure.DENIED, Failure.FORBIDDEN})
"""Failures that last until somebody does something about them."""

LIMITS = frozenset({Failure.LIMITED_FOR_SECONDS, Failure.LIMITED_UNTIL_SECONDS, Failure.LIMITED_UNTIL_MILLISECONDS})


class Endless(BaseException):
    """A source asks again and again; no `Exception`, for sources that swallow every one of those."""


class RecordingCredentials:
    """Credentials in memory that remember what was saved and what was used.

    Attributes:
        secrets: As they are now.
        used_unsaved: Secrets that the system saw before they were saved.
        saved_alone: How often something was saved outside `exclusively`.
        fails: Whether saving fails, as with a vault that cannot be reached.
    """

    def __init__(self, **secrets: str) -> None:
        self.secrets: Mapping[str, str] = secrets
        self.used_unsaved: list[str] = []
        self.saved_alone = 0
        self.fails = False
        self._held = 0
        self._calls = 0
        self._saved = set(secrets.values())
        self._lock = threading.RLock()

    def load(self) -> Mapping[str, str]:
        """The secrets by name.

        Raises:
            Endless: When it was called more often than any run needs.
        """
        self._count()
        return dict(self.secrets)

    def save(self, secrets: Mapping[str, str]) -> None:
        """Keep others in their place.

        Raises:
            AdapterError: When it is told to fail.
        """
        if self.fails:
            raise AdapterError("secrets_not_kept", is_transient=True)
        self.saved_alone += not self._held
        self.secrets = dict(secrets)
        self._saved.update(secrets.values())

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """A block that one worker at a time is in."""
        with self._lock:
            self._held += 1
            try:
                yield
            finally:
                self._held -= 1

    def seen(self, secret: str) -> None:
        """To be called by pretend systems with every secret that reaches them.

        Raises:
            Endless: When it was called more often than any run needs.
        """
        self._count()
        if secret not in self._saved:
            self.used_unsaved.append(secret)

    def ever_saved(self) -> Collection[str]:
        """All secrets there were."""
        return frozenset(self._saved)

    def _count(self) -> None:
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise Endless(
                f"The source has not come to an end after {MOST_CALLS} calls. Ask once more, and not for ever."
            )


class Books(ABC):
    """A pretend accounting system with the books of one organization, and what tests do with it.

    Attributes:
        page_size: How many things the system gives at once; at least 2. The fewer, the faster are the tests.
        clock: What the source under test goes by.
        credentials: What the source gets in with.
        failures: Which failures this system knows; those that it does not know are not tried.
    """

    page_size: int = 3
    failures: frozenset[Failure] = frozenset(Failure)

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.credentials = RecordingCredentials()

    @abstractmethod
    def source(self) -> AccountingSource:
        """A source that reads these books, as another process would make it: new each time, with the same credentials."""

    @abstractmethod
    def put(self, kind: ImportKind, name: str, *, external_id: str = "", customers: Sequence[str] = ()) -> str:
        """Write something new into the books, or change the name of something that stands there.

        Args:
            kind: One of those that the source tells of.
            name: Of the company or person.
            external_id: Of what is to be changed; empty for something new.
            customers: Of a contact, where he or she works.

        Returns:
            The external id that the source has to tell.
        """

    @abstractmethod
    def remove(self, kind: ImportKind, external_id: str) -> None:
        """Strike something out of the books."""

    @abstractmethod
    def fail(self, failure: Failure, *, until: datetime | None = None) -> None:
        """Let the next call fail; after one that is `FOR_GOOD` every further one does too.

        Args:
            failure: One of `failures`.
            until: For how long the source has to wait, where the failure is one of `LIMITS`.
        """

    def spoil(self, kind: ImportKind, external_id: str) -> bool:
        """Turn something that stands in the books into what nobody can understand; False where there is no such thing."""
        del kind, external_id
        return False

    def archive(self, kind: ImportKind, external_id: str) -> bool:
        """Let the system keep something for the past only, or block it; False where there is no such thing."""
        del kind, external_id
        return False


@frozen
class Run:
    """What a source told from one cursor until it had nothing more.

    Attributes:
        pages: In order.
        cursor: Where the next run begins.
    """

    pages: tuple[SourcePage, ...]
    cursor: str

    @property
    def upserts(self) -> list[Upsert]:
        """All that stands there, in order."""
        return [row for page in self.pages for row in page.upserts]

    @property
    def deletes(self) -> list[Deleted]:
        """All that is gone, in order."""
        return [row for page in self.pages for row in page.deletes]

    @property
    def unchanged(self) -> frozenset[str]:
        """The customers that are as they were told last."""
        return frozenset(external_id for page in self.pages for external_id in page.unchanged)

    @property
    def rejected(self) -> list[RejectedRow]:
        """All that cannot be understood, in order."""
        return [row for page in self.pages for row in page.rejected]


def pages_of(source: AccountingSource, cursor: str = BEGINNING) -> Iterator[SourcePage]:
    """Page after page, until there is nothing more.

    Raises:
        AssertionError: When a source does not come to an end.
    """
    for _ in range(MOST_PAGES):
        page = source.read(cursor)
        yield page
        if page.is_last:
            return
        cursor = page.cursor
    raise AssertionError(f"The source has not come to an end after {MOST_PAGES} pages.")


def read_all(source: AccountingSource, cursor: str = BEGINNING) -> Run:
    """Read until there is nothing more.

    Raises:
        AssertionError: When a source does not come to an end.
    """
    pages = tuple(pages_of(source, cursor))
    return Run(pages, pages[-1].cursor)


def state_after(info: SourceInfo, *runs: Run) -> Mapping[tuple[ImportKind, str], Upsert]:
    """What stands here once these runs were taken one after another, each of them whole."""
    state: dict[tuple[ImportKind, str], Upsert] = {}
    for run in runs:
        if info.deletions is Deletions.ABSENT:
            state = {key: row for key, row in state.items() if _is_named(run, row)}
        for page in run.pages:
            state.update({(row.kind, row.external_id): row for row in page.upserts})
            for gone in page.deletes:
                state.pop((gone.kind, gone.external_id), None)
    return state


def _is_named(run: Run, row: Upsert) -> bool:
    """Whether a run knows of a row, understood or not, or as unchanged."""
    upserts = {(each.kind, each.external_id) for each in run.upserts}
    rejected = {(each.kind, each.external_id) for each in run.rejected}
    key = (row.kind, row.external_id)
    customers = (row.external_id,) if row.kind is ImportKind.CUSTOMER else row.customers
    return key in upserts or key in rejected or not run.unchanged.isdisjoint(customers)
