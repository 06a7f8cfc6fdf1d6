"""What was done under a key of the host."""

from datetime import datetime

from sqlalchemy import Column, bindparam, delete, update

from worktraq.adapters.sqlalchemy.cells import microseconds_of
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import HASH, INSTANT, OWNER, index, long_text, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import Prepared
from worktraq.core.keyed_runs import KeyedRun
from worktraq.errors import Conflict

keyed_run_table = table(
    "keyed_run",
    Column("key_hash", HASH, primary_key=True),
    Column("given_hash", HASH, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("outcome", long_text(), nullable=False),
    index("keyed_run", "at", "at"),
)

_runs = Shelf(Mapping(keyed_run_table, KeyedRun), id_column="key_hash")
_c = keyed_run_table.c
_one = _runs.where(_c.key_hash == bindparam("key"))
_kept = Prepared(
    update(keyed_run_table)
    .where(_c.organization_id == OWNER, _c.key_hash == bindparam("key"))
    .values(outcome=bindparam("result"))
)
_forgotten = Prepared(delete(keyed_run_table).where(_c.organization_id == OWNER, _c.at < bindparam("before")))


class SqlKeyedRuns:
    """The runs of the organization."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, key_hash: bytes, /) -> KeyedRun | None:
        """The run with this digest of a key, or None."""
        found = self._session.load(_runs.mapping, self._session.fetch(_one, key=key_hash))
        return found[0] if found else None

    def claim(self, run: KeyedRun) -> None:
        """Store a run that is about to be done; the key of the table lets a second one wait."""
        self._session.require_writes()
        try:
            self._session.add(_runs.insertion, self._session.dump(_runs.mapping, [run]))
        except Conflict as conflict:
            raise Conflict("key_in_use", is_retryable=True) from conflict

    def keep(self, run: KeyedRun) -> None:
        """Store what came of a run."""
        self._session.run(_kept, key=run.key_hash, result=run.outcome)

    def forget(self, before: datetime) -> int:
        """Remove the runs from before an instant."""
        return self._session.run(_forgotten, before=microseconds_of(before))
