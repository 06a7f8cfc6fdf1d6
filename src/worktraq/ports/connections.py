"""Storing the accounting connection, its runs, and what a run has to remember."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from worktraq.core.connections import AccountingConnection
from worktraq.core.ids import ImportRunId, QuestionId
from worktraq.core.import_runs import ImportRun
from worktraq.core.imports import ImportKind, ImportLink
from worktraq.core.paging import Page, PageRequest
from worktraq.core.questions import Question, QuestionReason
from worktraq.ports.repository import Repository


class ConnectionRepository(Protocol):
    """The one accounting connection that an organization may have."""

    def find(self) -> AccountingConnection | None:
        """The connection, or None."""

    def put(self, connection: AccountingConnection) -> None:
        """Store a connection: version 1 where there is none, otherwise one higher than the stored one.

        Raises:
            Conflict: With ``changed_meanwhile``.
        """

    def remove(self, connection: AccountingConnection) -> None:
        """Forget the connection, which is still at the version given.

        Raises:
            Conflict: With ``changed_meanwhile``.
        """


class ImportRunRepository(Repository[ImportRun, ImportRunId], Protocol):
    """The runs of imports of the organization."""

    def latest(self, limit: int) -> Sequence[ImportRun]:
        """The last runs, the newest first."""

    def forget_before(self, run_id: ImportRunId) -> None:
        """Remove the runs that are older than this one."""


class QuestionRepository(Repository[Question, QuestionId], Protocol):
    """What imports could not take: one question at most for a source, kind and external id."""

    def of_rows(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[Question]:
        """The questions about these rows, in order of external id; takes any number of them."""

    def page(
        self,
        request: PageRequest,
        *,
        source: str,
        kind: ImportKind | None = None,
        reasons: Collection[QuestionReason] | None = None,
    ) -> Page[Question]:
        """Questions in order of their ids; the key is (hex of the id,).

        Args:
            request: Which page.
            source: Only of this source.
            kind: Only of this kind.
            reasons: Only for these reasons; None for all of them.
        """

    def touch(self, run_id: ImportRunId, question_ids: Collection[QuestionId]) -> None:
        """Note that a run told of these again; their versions stay as they are."""

    def forget(self, source: str, told_by: ImportRunId | None = None) -> None:
        """Remove the questions of a source; with a run only those that the run did not tell of."""


class SightingRepository(Protocol):
    """Which rows a run has seen, for sources that list everything each time."""

    def add(self, run_id: ImportRunId, kind: ImportKind, external_ids: Collection[str]) -> None:
        """Note that rows were seen; again is the same as once."""

    def unseen(
        self, run_id: ImportRunId, source: str, kind: ImportKind, after: str, limit: int
    ) -> Sequence[ImportLink]:
        """The first links behind a key, in order of key, of rows that the run has not seen."""

    def forget(self) -> None:
        """Forget everything that was seen."""


class ImportMarkRepository(Protocol):
    """What an import did to things, until somebody does otherwise.

    A mark says that an import archived a thing, or that it made a user; or that a row, for which
    `worktraq.core.imports.bar_of` stands, must not be taken any more. Nothing is kept of what has no mark.
    """

    def find(self, mark: str, ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of the things that have the mark; takes any number of ids."""

    def add(self, mark: str, ids: Collection[UUID]) -> None:
        """Give things a mark; again is the same as once."""

    def remove(self, mark: str, ids: Collection[UUID]) -> None:
        """Take a mark off things, whether they have it or not."""
