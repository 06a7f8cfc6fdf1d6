"""Legal holds, periods of retention, and who was erased."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Column, Integer, bindparam, select

from worktraq.adapters.sqlalchemy.cells import day_number, days
from worktraq.adapters.sqlalchemy.changes import Change, Insertion
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository
from worktraq.adapters.sqlalchemy.schema import CODE, ID, INSTANT, OWNER, index, long_text, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import Prepared
from worktraq.core.holds import LegalHold
from worktraq.core.ids import HoldId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.privacy import Erasure
from worktraq.core.retention import Retention

hold_table = table(
    "legal_hold",
    Column("id", ID, primary_key=True),
    Column("subject", CODE, nullable=False),
    # No foreign key: a hold that was lifted outlives what it was on.
    Column("subject_id", ID, nullable=False),
    Column("reason", long_text(), nullable=False),
    Column("placed_at", INSTANT, nullable=False),
    Column("placed_by", ID),
    Column("lifted_at", INSTANT),
    Column("lifted_by", ID),
    Column("version", BigInteger, nullable=False),
    index("legal_hold", "subject", "subject_id"),
)

erasure_table = table(
    "erasure",
    Column("subject_id", ID, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("pseudonym", CODE, nullable=False),
    Column("cause", CODE, nullable=False),
    Column("texts", CODE, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("by", ID),
    Column("version", BigInteger, nullable=False),
)

retention_table = table(
    "retention",
    Column("notes", Integer),
    Column("receipts", Integer),
    Column("comments", Integer),
    Column("evidence", Integer),
    Column("invitations", Integer),
    Column("invoices", Integer),
    Column("version", BigInteger, nullable=False),
)

applied_table = table("retention_applied", Column("on", Integer, nullable=False))

HOLDS = Shelf(Mapping(hold_table, LegalHold))
_h = hold_table.c
_in_force = HOLDS.where(_h.lifted_at.is_(None), order=(_h.id,))
_on = HOLDS.where(_h.subject_id == bindparam("subject_id"), order=(_h.id,))


class SqlHolds(SqlRepository[LegalHold, HoldId]):
    """The legal holds of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, HOLDS)

    def page(self, request: PageRequest, *, is_in_force: bool | None) -> Page[LegalHold]:
        """Holds, the newest first."""
        statement = HOLDS.select()
        if is_in_force is not None:
            statement = statement.where(_h.lifted_at.is_(None) if is_in_force else _h.lifted_at.is_not(None))
        after = self._id_after(request)
        return self._page(statement, request, (_h.id,), after, lambda found: (found.id.hex,), is_descending=True)

    def in_force(self) -> Sequence[LegalHold]:
        """Every hold that was not lifted."""
        return self._load(self._session.fetch(_in_force))

    def on(self, subject_id: UUID) -> Sequence[LegalHold]:
        """Every hold on a thing."""
        return self._load(self._session.fetch(_on, subject_id=self._session.packed(subject_id)))


_erasures = Shelf(Mapping(erasure_table, Erasure), id_column="subject_id")
_e = erasure_table.c


class SqlErasures(SqlRepository[Erasure, UUID]):
    """Who was erased."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _erasures)

    def put(self, erasure: Erasure) -> None:
        """Store an erasure."""
        is_first = erasure.version == 1
        self._session.put(_erasures.mapping, _erasures.insertion, _erasures.change, erasure, is_first=is_first)

    def page(self, request: PageRequest) -> Page[Erasure]:
        """Erasures in order of the ids of the persons."""
        after = self._id_after(request)
        return self._page(_erasures.select(), request, (_e.subject_id,), after, lambda found: (found.subject_id.hex,))


_retentions = Shelf(Mapping(retention_table, Retention), is_single=True)
_a = applied_table.c
_retention = _retentions.where()
_applied = Prepared(select(_a.on).where(_a.organization_id == OWNER))
_first_applied = Insertion(applied_table, (OWNER.key, "on"))
_applied_again = Change(applied_table, (OWNER.key, "on"), (), lambda fresh: _a.on != fresh["on"])


class SqlRetentions:
    """For how long the organization keeps what."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self) -> Retention | None:
        """The periods, or None."""
        found = self._session.load(_retentions.mapping, self._session.fetch(_retention))
        return found[0] if found else None

    def put(self, retention: Retention) -> None:
        """Store the periods."""
        is_first = retention.version == 1
        shelf = _retentions
        self._session.put(shelf.mapping, shelf.insertion, shelf.change, retention, is_first=is_first)

    def applied_on(self) -> date | None:
        """The last day up to which everything past its time was erased."""
        found = self._session.fetch(_applied)
        return days[found[0][0]] if found else None

    def note_applied(self, on: date) -> None:
        """Store that day."""
        self._session.require_writes()
        row = (self._session.owner, day_number(on))
        if self.applied_on() is None:
            self._session.add(_first_applied, [row])
        else:
            self._session.change(_applied_again, [row])
