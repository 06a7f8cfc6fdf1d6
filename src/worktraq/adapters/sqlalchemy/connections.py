"""The accounting connection, its runs, and what a run has to remember."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, bindparam, delete, select

from worktraq.adapters.sqlalchemy.cells import Cell, Row
from worktraq.adapters.sqlalchemy.changes import Insertion
from worktraq.adapters.sqlalchemy.imports import import_link_table
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository
from worktraq.adapters.sqlalchemy.schema import CODE, ID, INSTANT, NAME, OWNER, long_text, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys, Prepared
from worktraq.core.connections import AccountingConnection
from worktraq.core.ids import ImportRunId
from worktraq.core.import_runs import ImportRun
from worktraq.core.imports import ImportKind, ImportLink
from worktraq.errors import Conflict

connection_table = table(
    "accounting_connection",
    Column("id", ID, nullable=False),
    Column("source", CODE, nullable=False),
    Column("settings", long_text(), nullable=False),
    Column("secret_key", ID, nullable=False),
    Column("connected_at", INSTANT, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("state", CODE, nullable=False),
    Column("problem", CODE, nullable=False),
    Column("version", BigInteger, nullable=False),
)

import_run_table = table(
    "import_run",
    Column("id", ID, primary_key=True),
    Column("connection_id", ID, nullable=False),
    Column("source", CODE, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("state", CODE, nullable=False),
    Column("phase", CODE, nullable=False),
    Column("cursor", long_text(), nullable=False),
    Column("mark", long_text(), nullable=False),
    Column("includes_users", Boolean, nullable=False),
    Column("started_at", INSTANT, nullable=False),
    Column("seen_at", INSTANT, nullable=False),
    Column("leased_until", INSTANT),
    Column("retry_at", INSTANT),
    Column("problem", CODE, nullable=False),
    Column("pages", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("counts", long_text(), nullable=False),
    Column("version", BigInteger, nullable=False),
)

sighting_table = table(
    "import_sighting",
    Column("run_id", ID, primary_key=True),
    Column("kind", CODE, primary_key=True),
    Column("external_id", NAME, primary_key=True),
)

mark_table = table(
    "import_mark",
    Column("mark", CODE, primary_key=True),
    Column("entity_id", ID, primary_key=True),
)

_connections = Shelf(Mapping(connection_table, AccountingConnection), is_single=True)
_found = _connections.where()
_c = connection_table.c
_removed = Prepared(delete(connection_table).where(_c.organization_id == OWNER, _c.version == bindparam("held")))

_runs = Shelf(Mapping(import_run_table, ImportRun))
_r = import_run_table.c
_older = Prepared(delete(import_run_table).where(_r.organization_id == OWNER, _r.id < bindparam("run_id")))

_s = sighting_table.c
_l = import_link_table.c
_sighted = Insertion(sighting_table, (OWNER.key, "run_id", "kind", "external_id"))
_of_run = (_s.organization_id == OWNER, _s.run_id == bindparam("run_id"), _s.kind == bindparam("kind"))
_seen = ByKeys(lambda keys: select(_s.external_id).where(*_of_run, _s.external_id.in_(keys)))
_forgotten = Prepared(delete(sighting_table).where(_s.organization_id == OWNER))
_links = Mapping(import_link_table, ImportLink)
_unseen = Prepared(
    select(*_links.read)
    .where(
        _l.organization_id == OWNER,
        _l.source == bindparam("source"),
        _l.kind == bindparam("kind"),
        _l.external_id > bindparam("after"),
        ~select(_s.run_id).where(*_of_run, _s.external_id == _l.external_id).correlate(import_link_table).exists(),
    )
    .order_by(_l.external_id)
    .limit(bindparam("most"))
)

_m = mark_table.c
_marking = Insertion(mark_table, (OWNER.key, "mark", "entity_id"))
_with_mark = (_m.organization_id == OWNER, _m.mark == bindparam("given"))
_marked = ByKeys(lambda keys: select(_m.entity_id).where(*_with_mark, _m.entity_id.in_(keys)))
_unmarked = ByKeys(lambda keys: delete(mark_table).where(*_with_mark, _m.entity_id.in_(keys)))


class SqlConnections:
    """The one accounting connection of the organization."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self) -> AccountingConnection | None:
        """The connection, or None."""
        found = self._session.load(_connections.mapping, self._session.fetch(_found))
        return found[0] if found else None

    def put(self, connection: AccountingConnection) -> None:
        """Store a connection."""
        shelf = _connections
        is_first = connection.version == 1
        self._session.put(shelf.mapping, shelf.insertion, shelf.change, connection, is_first=is_first)

    def remove(self, connection: AccountingConnection) -> None:
        """Forget the connection."""
        self._session.require_writes()
        is_own = connection.organization_id == self._session.organization_id
        if not is_own or self._session.run(_removed, held=connection.version) != 1:
            raise Conflict("changed_meanwhile")


class SqlImportRuns(SqlRepository[ImportRun, ImportRunId]):
    """The runs of imports of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _runs)

    def latest(self, limit: int) -> Sequence[ImportRun]:
        """The last runs, the newest first."""
        return self._load(self._session.read(_runs.select().order_by(_r.id.desc()).limit(limit)))

    def forget_before(self, run_id: ImportRunId) -> None:
        """Remove the runs that are older than this one."""
        self._session.run(_older, run_id=self._session.packed(run_id))


class SqlSightings:
    """Which rows a run has seen."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, run_id: ImportRunId, kind: ImportKind, external_ids: Collection[str]) -> None:
        """Note that rows were seen."""
        self._session.require_writes()
        packed, keys = self._session.packed(run_id), sorted(set(external_ids))
        seen = {row[0] for row in self._session.fetch_by_keys(_seen, keys, run_id=packed, kind=kind.value)}
        owner, name = self._session.owner, kind.value
        rows: list[Row] = [(owner, packed, name, key) for key in keys if key not in seen]
        self._session.add(_sighted, rows)

    def unseen(
        self, run_id: ImportRunId, source: str, kind: ImportKind, after: str, limit: int
    ) -> Sequence[ImportLink]:
        """The first links behind a key of rows that the run has not seen."""
        packed = self._session.packed(run_id)
        rows = self._session.fetch(_unseen, run_id=packed, source=source, kind=kind.value, after=after, most=limit)
        return self._session.load(_links, rows)

    def forget(self) -> None:
        """Forget everything that was seen."""
        self._session.run(_forgotten)


class SqlImportMarks:
    """What an import did to things."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, mark: str, ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of the things that have the mark."""
        rows = self._session.fetch_by_keys(_marked, self._keys(ids), given=mark)
        return frozenset(self._session.database.unpacked(row[0]) for row in rows)

    def add(self, mark: str, ids: Collection[UUID]) -> None:
        """Give things a mark."""
        self._session.require_writes()
        packed, owner = self._session.packed, self._session.owner
        rows: list[Row] = [(owner, mark, packed(each)) for each in sorted(set(ids) - self.find(mark, ids))]
        self._session.add(_marking, rows)

    def remove(self, mark: str, ids: Collection[UUID]) -> None:
        """Take a mark off things."""
        self._session.run_by_keys(_unmarked, self._keys(ids), given=mark)

    def _keys(self, ids: Collection[UUID]) -> list[Cell]:
        return [self._session.packed(each) for each in sorted(set(ids))]
