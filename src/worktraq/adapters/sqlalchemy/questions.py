"""What imports could not take."""

import json
from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, Column, UniqueConstraint, bindparam, delete, update

from worktraq.adapters.sqlalchemy.cells import Row
from worktraq.adapters.sqlalchemy.fields import Special
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository
from worktraq.adapters.sqlalchemy.schema import CODE, ID, INSTANT, NAME, OWNER, long_text, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys, Prepared, is_among
from worktraq.core.ids import ImportRunId, QuestionId
from worktraq.core.imports import FieldConflict, ImportKind
from worktraq.core.paging import Page, PageRequest
from worktraq.core.questions import Question, QuestionReason, RowProblem

question_table = table(
    "import_question",
    Column("id", ID, primary_key=True),
    Column("source", CODE, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("external_id", NAME, nullable=False),
    Column("reason", CODE, nullable=False),
    Column("said", long_text(), nullable=False),
    # No foreign key: a question does not keep a thing from being deleted.
    Column("entity_id", ID),
    Column("matched_by", CODE),
    Column("conflicts", long_text(), nullable=False),
    Column("problems", long_text(), nullable=False),
    Column("run_id", ID, nullable=False),
    Column("asked_at", INSTANT, nullable=False),
    Column("version", BigInteger, nullable=False),
    UniqueConstraint("organization_id", "source", "kind", "external_id"),
)


def _conflicts_of(form: str) -> tuple[FieldConflict, ...]:
    return tuple(FieldConflict(*each) for each in json.loads(form)) if form else ()


def _conflicts(found: Sequence[FieldConflict]) -> Row:
    rows = [(each.field, each.imported_before, each.here, each.there) for each in found]
    return (json.dumps(rows, separators=(",", ":")) if rows else "",)


def _problems_of(form: str) -> tuple[RowProblem, ...]:
    if not form:
        return ()
    return tuple(
        RowProblem(name, code, tuple((key, given) for key, given in parameters), value)
        for name, code, parameters, value in json.loads(form)
    )


def _problems(found: Sequence[RowProblem]) -> Row:
    rows = [(each.field, each.code, each.parameters, each.value) for each in found]
    return (json.dumps(rows, separators=(",", ":")) if rows else "",)


QUESTIONS = Shelf(
    Mapping(
        question_table,
        Question,
        special={
            "conflicts": Special(("conflicts",), _conflicts_of, _conflicts),
            "problems": Special(("problems",), _problems_of, _problems),
        },
    )
)
_c = question_table.c
_of_rows = QUESTIONS.by_keys("external_id", _c.source == bindparam("source"), _c.kind == bindparam("kind"))
_touched = ByKeys(
    lambda keys: (
        update(question_table).where(_c.organization_id == OWNER, _c.id.in_(keys)).values(run_id=bindparam("told_by"))
    )
)
_of_source = (_c.organization_id == OWNER, _c.source == bindparam("of_source"))
_forgotten = Prepared(delete(question_table).where(*_of_source))
_untold = Prepared(delete(question_table).where(*_of_source, _c.run_id != bindparam("told_by")))


class SqlQuestions(SqlRepository[Question, QuestionId]):
    """What imports could not take."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, QUESTIONS)

    def of_rows(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[Question]:
        """The questions about these rows, in order of external id."""
        keys = sorted(set(external_ids))
        return self._load(self._session.fetch_by_keys(_of_rows, keys, source=source, kind=kind.value))

    def page(
        self,
        request: PageRequest,
        *,
        source: str,
        kind: ImportKind | None = None,
        reasons: Collection[QuestionReason] | None = None,
    ) -> Page[Question]:
        """Questions in order of their ids."""
        statement = QUESTIONS.select().where(_c.source == source)
        if kind is not None:
            statement = statement.where(_c.kind == kind.value)
        if reasons is not None:
            statement = statement.where(is_among(_c.reason, [each.value for each in reasons]))
        after = self._id_after(request)
        return self._page(statement, request, (_c.id,), after, lambda question: (question.id.hex,))

    def touch(self, run_id: ImportRunId, question_ids: Collection[QuestionId]) -> None:
        """Note that a run told of these again."""
        packed = self._session.packed
        keys = [packed(each) for each in sorted(set(question_ids))]
        self._session.run_by_keys(_touched, keys, told_by=packed(run_id))

    def forget(self, source: str, told_by: ImportRunId | None = None) -> None:
        """Remove the questions of a source, or those that a run did not tell of."""
        if told_by is None:
            self._session.run(_forgotten, of_source=source)
        else:
            self._session.run(_untold, of_source=source, told_by=self._session.packed(told_by))
