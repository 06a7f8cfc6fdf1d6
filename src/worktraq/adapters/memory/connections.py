"""The accounting connection, its runs, and what a run has to remember."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from uuid import UUID

from attrs import evolve

from worktraq.adapters.memory.repository import MemoryRepository, page_of
from worktraq.adapters.memory.tables import Tables
from worktraq.core.connections import AccountingConnection
from worktraq.core.ids import ImportRunId, OrganizationId, QuestionId
from worktraq.core.import_runs import ImportRun
from worktraq.core.imports import ImportKind, ImportLink
from worktraq.core.paging import Page, PageRequest
from worktraq.core.questions import Question, QuestionReason
from worktraq.errors import Conflict


class MemoryConnections:
    """The one accounting connection of the organization."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._connection = tables.accounting_connection

    def find(self) -> AccountingConnection | None:
        """The connection, or None."""
        return self._connection.get(self._organization_id)

    def put(self, connection: AccountingConnection) -> None:
        """Store a connection."""
        self._check(connection, connection.version - 1)
        self._connection.put(self._organization_id, connection)

    def remove(self, connection: AccountingConnection) -> None:
        """Forget the connection."""
        self._check(connection, connection.version)
        self._connection.delete(self._organization_id)

    def _check(self, connection: AccountingConnection, version: int) -> None:
        self._connection.require_open()
        stored = self.find()
        before = stored.version if stored else 0
        if connection.organization_id != self._organization_id or before != version:
            raise Conflict("changed_meanwhile")


class MemoryImportRuns(MemoryRepository[ImportRun, ImportRunId]):
    """The runs of imports of the organization."""

    table_name = "import_runs"

    def latest(self, limit: int) -> Sequence[ImportRun]:
        """The last runs, the newest first."""
        return self._in_order()[::-1][:limit]

    def forget_before(self, run_id: ImportRunId) -> None:
        """Remove the runs that are older than this one."""
        self._table.require_open()
        self._table.delete_where(lambda run: run.id < run_id)


class MemoryQuestions(MemoryRepository[Question, QuestionId]):
    """What imports could not take."""

    table_name = "questions"

    def unique_keys(self, entity: Question) -> Iterable[Hashable]:
        """The row."""
        return ((entity.source, entity.kind, entity.external_id),)

    def of_rows(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[Question]:
        """The questions about these rows, in order of external id."""
        wanted = set(external_ids)
        found = (
            each
            for each in self._table.rows()
            if (each.source, each.kind) == (source, kind) and each.external_id in wanted
        )
        return sorted(found, key=lambda question: question.external_id)

    def page(
        self,
        request: PageRequest,
        *,
        source: str,
        kind: ImportKind | None = None,
        reasons: Collection[QuestionReason] | None = None,
    ) -> Page[Question]:
        """Questions in order of their ids."""
        found = (
            each
            for each in self._table.rows()
            if each.source == source and kind in (None, each.kind) and (reasons is None or each.reason in reasons)
        )
        return page_of(found, request, lambda question: (question.id.hex,))

    def touch(self, run_id: ImportRunId, question_ids: Collection[QuestionId]) -> None:
        """Note that a run told of these again."""
        self._table.require_open()
        for question in self.find_many(question_ids):
            self._table.put(question.id, evolve(question, run_id=run_id))

    def forget(self, source: str, told_by: ImportRunId | None = None) -> None:
        """Remove the questions of a source, or those that a run did not tell of."""
        self._table.require_open()
        self._table.delete_where(lambda each: each.source == source and (told_by is None or each.run_id != told_by))


class MemorySightings:
    """Which rows a run has seen."""

    def __init__(self, tables: Tables) -> None:
        self._seen = tables.sightings
        self._links = tables.import_links

    def add(self, run_id: ImportRunId, kind: ImportKind, external_ids: Collection[str]) -> None:
        """Note that rows were seen."""
        self._seen.require_open()
        for external_id in external_ids:
            self._seen.put((run_id, kind, external_id), external_id)

    def unseen(
        self, run_id: ImportRunId, source: str, kind: ImportKind, after: str, limit: int
    ) -> Sequence[ImportLink]:
        """The first links behind a key of rows that the run has not seen."""
        found = (
            link
            for link in self._links.rows()
            if (link.source, link.kind) == (source, kind)
            and link.external_id > after
            and self._seen.get((run_id, kind, link.external_id)) is None
        )
        return sorted(found, key=lambda link: link.external_id)[:limit]

    def forget(self) -> None:
        """Forget everything that was seen."""
        self._seen.require_open()
        self._seen.delete_where(lambda _seen: True)


class MemoryImportMarks:
    """What an import did to things."""

    def __init__(self, tables: Tables) -> None:
        self._marks = tables.import_marks

    def find(self, mark: str, ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of the things that have the mark."""
        return frozenset(each for each in ids if self._marks.get((mark, each)) is not None)

    def add(self, mark: str, ids: Collection[UUID]) -> None:
        """Give things a mark."""
        self._marks.require_open()
        for each in ids:
            self._marks.put((mark, each), each)

    def remove(self, mark: str, ids: Collection[UUID]) -> None:
        """Take a mark off things."""
        self._marks.require_open()
        for each in ids:
            self._marks.delete((mark, each))
