"""One transaction on one connection, for one organization.

Whatever runs here carries the id of the organization, which is the session's and nobody else's to give. Rows come
from the driver as they are: no column needs converting by SQLAlchemy, so nothing is converted twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, Select
from sqlalchemy.engine.interfaces import DBAPICursor

from worktraq.adapters.sqlalchemy.cells import Cell, Found, Row
from worktraq.adapters.sqlalchemy.changes import Change, Insertion
from worktraq.adapters.sqlalchemy.databases import Database, Kind
from worktraq.adapters.sqlalchemy.errors import driver_error, translated, translating
from worktraq.adapters.sqlalchemy.fields import ForeignEntity
from worktraq.adapters.sqlalchemy.mapping import Functions, Mapping
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.statements import ByKeys, Prepared, require_organization
from worktraq.adapters.sqlalchemy.streams import BATCH, Stream
from worktraq.core.ids import OrganizationId
from worktraq.errors import Conflict, NotFound, Refused

E = TypeVar("E")
COPIED = 100
"""From how many rows on PostgreSQL takes them as a stream, which has a start of its own."""


class Session:
    """What the repositories of a unit of work share.

    Args:
        connection: In a transaction.
        database: What is particular about the database.
        organization_id: Whose rows are read and written.
        writes: Whether anything may change.
        is_joined: Whether the transaction is the host's.
    """

    def __init__(
        self,
        connection: Connection,
        database: Database,
        organization_id: OrganizationId,
        *,
        writes: bool,
        is_joined: bool = False,
    ) -> None:
        self.database = database
        self.organization_id = organization_id
        self.writes = writes
        self.owner = database.packed(organization_id)
        self._connection = connection
        self._driver_errors = database.driver_errors
        self._streams: list[Stream] = []
        self._may_be_outdated = is_joined and database.kind is Kind.MARIADB
        self._reads_latest = False

    def read_latest(self) -> None:
        """Read from now on what is committed by then; call it for a lock under which something is counted.

        A transaction of a host on MariaDB otherwise goes on reading what was there when it first read something, also
        under a lock (REPEATABLE READ is its default). Only reading with a lock shows the latest.
        """
        self._reads_latest = self._may_be_outdated

    def require_writes(self) -> None:
        """Go on only when something may change.

        Raises:
            Refused: With ``read_only``.
        """
        if not self.writes:
            raise Refused.because("read_only")

    def packed(self, entity_id: UUID) -> Cell:
        """An id as it is stored."""
        return self.database.packed(entity_id)

    def functions(self, mapping: Mapping[E]) -> Functions[E]:
        """What loads and dumps the entities of a mapping here."""
        return mapping.functions(native=self.database.has_native_ids)

    def load(self, mapping: Mapping[E], rows: Iterable[Found]) -> list[E]:
        """The entities in rows."""
        return self.functions(mapping).load(rows, self.organization_id)

    def dump(self, mapping: Mapping[E], entities: Iterable[E]) -> list[Row]:
        """The rows of entities.

        Raises:
            NotFound: Of the organization, when one of them belongs to another one.
        """
        try:
            return self.functions(mapping).dump(entities, self.organization_id, self.owner)
        except ForeignEntity:
            raise NotFound("organization") from None

    def fetch(self, prepared: Prepared, **values: Cell) -> Sequence[Found]:
        """All rows that a prepared statement finds."""
        return self._rows(prepared, values)

    def count(self, prepared: Prepared, **values: Cell) -> int:
        """The one number that a prepared statement gives."""
        ((number,),) = self._rows(prepared, values)
        return int(number)

    def fetch_by_keys(self, by_keys: ByKeys, keys: Iterable[Cell], **values: Cell) -> list[Found]:
        """All rows that a prepared statement finds for any number of keys, batch after batch."""
        rows: list[Found] = []
        for prepared, batch in by_keys.batches(keys):
            rows += self._rows(prepared, {**batch, **values})
        return rows

    def run(self, prepared: Prepared, **values: Cell) -> int:
        """Change something; gives the number of rows that were.

        Raises:
            Refused: With ``read_only``.
        """
        self.require_writes()
        return self._run(prepared, values).rowcount

    def run_by_keys(self, by_keys: ByKeys, keys: Iterable[Cell], **values: Cell) -> None:
        """Change something for any number of keys, batch after batch.

        Raises:
            Refused: With ``read_only``.
        """
        self.require_writes()
        for prepared, batch in by_keys.batches(keys):
            self._run(prepared, {**batch, **values})

    def run_rows(self, prepared: Prepared, rows: Sequence[Row]) -> int:
        """Change something with each of the rows; gives the number of rows that were changed.

        Raises:
            Refused: With ``read_only``.
        """
        self.require_writes()
        if not rows:
            return 0
        compiled = self.database.compiler[prepared]
        try:
            cursor = self._free_cursor()
            if len(rows) == 1:
                cursor.execute(compiled.sql, compiled.arranged(rows)[0])
            else:
                cursor.executemany(compiled.sql, compiled.arranged(rows))
        except self._driver_errors as error:
            raise translated(error) from driver_error(error)
        return cursor.rowcount

    def add(self, insertion: Insertion, rows: Sequence[Row]) -> None:
        """Add rows.

        Raises:
            Refused: With ``read_only``.
            Conflict: With ``already_exists``.
        """
        if len(rows) >= COPIED and self.database.has_row_security:
            for start in range(0, len(rows), BATCH):
                self.run(insertion.by_arrays, **insertion.arrays(rows[start : start + BATCH]))
            return
        if len(rows) < COPIED or not self.database.copies:
            self.run_rows(insertion.by_row, rows)
            return
        self.require_writes()
        with translating(self._driver_errors):
            self.database.copy(self._connection, insertion, rows)

    def change(self, change: Change, rows: Sequence[Row]) -> int:
        """Give rows new values; gives the number of rows that were changed.

        Raises:
            Refused: With ``read_only``.
        """
        kind = self.database.kind
        changed = 0
        if len(rows) == 1 or kind is Kind.SQLITE:
            return self.run_rows(change.by_row, rows)
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            if kind is Kind.POSTGRESQL:
                changed += self.run(change.by_arrays, **change.arrays(batch))
            else:
                changed += self.run(change.by_document, **change.document(batch))
        return changed

    def put(self, mapping: Mapping[E], insertion: Insertion, change: Change, entity: E, *, is_first: bool) -> None:
        """Add the first version of a row, or give the row there is new values.

        Raises:
            Refused: With ``read_only``.
            Conflict: With ``changed_meanwhile`` when there is a first one already, or another version; also for an
                entity of another organization, which has no row here.
        """
        self.require_writes()
        try:
            rows = self.dump(mapping, [entity])
        except NotFound:
            raise Conflict("changed_meanwhile") from None
        if is_first:
            try:
                self.add(insertion, rows)
            except Conflict as conflict:
                if conflict.code != "already_exists":
                    raise
                raise Conflict("changed_meanwhile") from conflict
        elif self.change(change, rows) != 1:
            raise Conflict("changed_meanwhile")

    def read(self, statement: Select[*tuple[object, ...]]) -> list[Found]:
        """All rows that a statement finds which is put together anew each time.

        Raises:
            WithoutOrganization: The statement does not name the organization.
        """
        require_organization(statement)
        if self._reads_latest:
            statement = statement.with_for_update(read=True)
        with translating(self._driver_errors):
            self._free_connection()
            cursor = self._connection.execute(statement, {OWNER.key: self.owner}).cursor
            assert cursor is not None
            return list(cursor.fetchall())

    def stream(self, statement: Select[*tuple[object, ...]]) -> Iterator[Sequence[Found]]:
        """The rows that a statement finds, in batches.

        Raises:
            WithoutOrganization: The statement does not name the organization.
        """
        compiled = self.database.compiler.compiled(Prepared(statement))
        with translating(self._driver_errors):
            self._free_connection()
            cursor = self.database.streaming_cursor(self._connection)
            try:
                cursor.execute(compiled.sql, compiled.parameters({OWNER.key: self.owner}))
            except BaseException:
                with suppress(*self._driver_errors):
                    cursor.close()
                raise
        stream = Stream(cursor)
        self._streams.append(stream)
        while rows := self._batch(stream):
            yield rows
        with translating(self._driver_errors):
            stream.close()
        self._streams.remove(stream)  # only now: one that could not be closed, `finish` closes

    def finish(self) -> None:
        """End what is still being read; the transaction is about to end."""
        for stream in self._streams:
            with suppress(*self._driver_errors):
                stream.close()
        self._streams.clear()

    def _batch(self, stream: Stream) -> Sequence[Found]:
        with translating(self._driver_errors):
            return stream.batch()

    def _free_connection(self) -> None:
        if not self.database.streams_beside_statements:
            for stream in self._streams:
                stream.keep_rest()

    def _rows(self, prepared: Prepared, values: dict[str, Cell]) -> Sequence[Found]:
        cursor = self._run(prepared, values)
        try:
            return cursor.fetchall()
        except BaseException as error:
            with suppress(*self._driver_errors):
                cursor.close()  # or the rest of the statement would outlive its connection
            if isinstance(error, self._driver_errors):  # SQLite looks for a row when it is asked for
                raise translated(error) from driver_error(error)
            raise

    def _run(self, prepared: Prepared, values: dict[str, Cell]) -> DBAPICursor:
        compiled = self.database.compiler[prepared]
        values[OWNER.key] = self.owner
        sql = _with_lock(compiled.sql) if self._reads_latest else compiled.sql
        try:
            cursor = self._free_cursor()
            cursor.execute(sql, compiled.parameters(values))
        except self._driver_errors as error:
            raise translated(error) from driver_error(error)
        return cursor

    def _free_cursor(self) -> DBAPICursor:
        if self._streams:
            self._free_connection()
        return self._connection.connection.cursor()


def _with_lock(sql: str) -> str:
    is_reading = sql.startswith("SELECT") and not sql.endswith("FOR UPDATE")
    return f"{sql} LOCK IN SHARE MODE" if is_reading else sql
