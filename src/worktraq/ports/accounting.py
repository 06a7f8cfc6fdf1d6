"""Reading customers, contacts and users out of an accounting system: what an adapter for one is (T-01, S-07)."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from worktraq.core.accounting import SourceCheck, SourceInfo, SourcePage
from worktraq.ports.clock import Clock


class AccountingSource(Protocol):
    """One administration in an accounting system, as one organization sees it.

    It is asked page after page, by one worker at a time, and never waits by itself: where it would have to, it raises
    `worktraq.errors.SourceLimited` and is asked again later. Neither its ``repr`` nor what it logs or raises holds a
    secret. Everything that it raises is one of the four errors below, whatever the system answers.
    """

    @property
    def info(self) -> SourceInfo:
        """What it is and can do."""

    def check(self) -> SourceCheck:
        """Reach the system and find out whose books are read; changes nothing there.

        Raises:
            SourceDenied: The credentials are not accepted, or may not read.
            SourceLimited: It was asked too often.
            SourceUnavailable: It cannot be reached, or fails now.
            SourceBroken: It answers something else than it has to.
        """

    def read(self, cursor: str) -> SourcePage:
        """The rows that come after a cursor.

        The same cursor may be read again, by another process and much later: after an interruption the run goes on
        from the last page that was taken. A row that was changed in the meantime may come again or as it was; none
        that stands there all the time is left out.

        Args:
            cursor: Of the page before, or `worktraq.core.accounting.BEGINNING`.

        Raises:
            SourceDenied: The credentials are not accepted, or may not read.
            SourceLimited: It was asked too often.
            SourceUnavailable: It cannot be reached, or fails now; nothing of the page is given.
            SourceBroken: It answers something else than it has to, or the cursor is none of its own.
        """

    def close(self) -> None:
        """Let go of connections; it is not asked anything afterwards."""


class Credentials(Protocol):
    """The secrets of one connection, as its source gets at them."""

    def load(self) -> Mapping[str, str]:
        """The secrets by name, as they are now.

        Raises:
            AdapterError: When they cannot be had now.
        """

    def save(self, secrets: Mapping[str, str]) -> None:
        """Keep other secrets in their place; a new token is saved before it is used.

        Raises:
            AdapterError: When they are not kept.
        """

    def exclusively(self) -> AbstractContextManager[None]:
        """A block that one worker at a time is in; tokens that may be used once are exchanged in it."""


class SourceFactory(Protocol):
    """What a plug-in offers under the entry point group ``worktraq.accounting``: in most cases the source's class."""

    @property
    def info(self) -> SourceInfo:
        """What its sources are and can do."""

    def __call__(self, settings: Mapping[str, str], credentials: Credentials, *, clock: Clock) -> AccountingSource:
        """A source for one connection; reaches nothing yet.

        Args:
            settings: What was filled in, secrets apart.
            credentials: The secrets.
            clock: Tells the instant, aware.

        Raises:
            InvalidInput: Naming the setting that cannot be taken.
        """
