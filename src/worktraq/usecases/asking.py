"""Asking a source for pages, with as much patience as it wants and the host has."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from attrs import frozen

from worktraq.core.accounting import SourcePage
from worktraq.errors import SourceBroken, SourceLimited, SourceUnavailable
from worktraq.ports.accounting import AccountingSource, SourceFactory
from worktraq.ports.clock import Clock
from worktraq.ports.secrets import SecretStore
from worktraq.usecases.context import Context

Sources = Mapping[str, SourceFactory]
Begin = Callable[[], AbstractContextManager[Context]]
Progress = Callable[[int, int | None], None]
"""Told how many rows are done, of how many if the source knows."""

MOST_WAITS = 5
"""How often it is waited for the same page before the run stops."""

MOST_FAILURES = 3
"""How often the same page is asked for again that a source did not give."""


@frozen(kw_only=True)
class Surroundings:
    """What an import works with.

    Attributes:
        viewing: Begins a view of whoever runs it.
        writing: Begins a transaction.
        again: Calls a function that is one transaction, again while another transaction is in the way.
        sources: What can be connected.
        secrets: Of the host.
        clock: Tells the instant, aware.
        sleep: Waits for so many seconds.
        longest_wait: For how long it is waited at once when a source asks for that.
        tell: Told after every page.
        is_cancelled: Asked before every page.
    """

    viewing: Begin
    writing: Begin
    again: Callable[[Callable[[], None]], None]
    sources: Sources | None
    secrets: SecretStore | None
    clock: Clock
    sleep: Callable[[float], None]
    longest_wait: timedelta
    tell: Progress
    is_cancelled: Callable[[], bool]


class Cancelled(Exception):
    """Somebody does not want the import to go on for now."""


class Asking:
    """Asks one source.

    Args:
        source: Which one.
        surroundings: Clock, sleep and patience.
        hold: Called before waiting, with until when.
    """

    def __init__(self, source: AccountingSource, surroundings: Surroundings, hold: Callable[[datetime], None]) -> None:
        self._source = source
        self._with = surroundings
        self._hold = hold
        self._read = 0
        self._mark = ""

    def read(self, cursor: str) -> SourcePage:
        """The page behind a cursor.

        Raises:
            Cancelled: Before it was read.
            AdapterError: One of the four errors of a source, when waiting does not help.
        """
        waits = failures = 0
        while True:
            if self._with.is_cancelled():
                raise Cancelled
            try:
                page = self._source.read(cursor)
            except SourceLimited as limited:
                waits += 1
                self._wait(limited, waits)
            except SourceUnavailable:
                failures += 1
                if failures > MOST_FAILURES:
                    raise
                self._with.sleep(2.0 ** (failures - 1))
            else:
                return self._checked(page, cursor)

    def _wait(self, limited: SourceLimited, waits: int) -> None:
        wait = max(limited.until - self._with.clock(), timedelta())
        if waits > MOST_WAITS or wait > self._with.longest_wait:
            raise limited
        self._hold(limited.until)
        self._with.sleep(wait.total_seconds())

    def _checked(self, page: SourcePage, cursor: str) -> SourcePage:
        """The page, if it leads somewhere: who goes round in a circle meets a mark that is set ever more rarely."""
        if not isinstance(page.cursor, str) or "\0" in page.cursor:
            raise SourceBroken("source_answer_malformed")
        if self._read & (self._read - 1) == 0:
            self._mark = cursor
        self._read += 1
        if not page.is_last and page.cursor in {cursor, self._mark}:
            raise SourceBroken("source_cursor_stuck")
        return page
