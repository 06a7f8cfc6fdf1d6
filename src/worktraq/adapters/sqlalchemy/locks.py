"""Holding a row until the transaction ends, so that what hangs on it can be counted."""

from sqlalchemy import Column, Table, bindparam, select, update

from worktraq.adapters.sqlalchemy.cells import Cell
from worktraq.adapters.sqlalchemy.databases import Kind
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import Prepared

_KEY = "key"


class RowLock:
    """A lock on rows of a table; on SQLite there is one writer anyhow.

    On PostgreSQL a row is held by writing it as it is, which costs the same: so a transaction of a host that still sees
    what there was before somebody else held the row meets a conflict, at whichever level it is isolated. On MariaDB
    such a transaction reads the latest from now on.

    Args:
        table: With a version on every row.
        key: Which row; None where an organization has one only.
    """

    def __init__(self, table: Table, key: "Column[object] | None") -> None:
        conditions = [table.c.organization_id == OWNER, *([key == bindparam(_KEY)] if key is not None else [])]
        self._reading = Prepared(select(table.c.version).where(*conditions).with_for_update())
        self._touching = Prepared(update(table).where(*conditions).values(version=table.c.version))

    def take(self, session: Session, key: Cell | None = None) -> None:
        """Hold a row; waits for whoever holds it.

        Raises:
            Refused: With ``read_only``.
            Conflict: Retryable, when it cannot be had.
        """
        session.require_writes()
        values = {} if key is None else {_KEY: key}
        if session.database.kind is Kind.POSTGRESQL:
            session.run(self._touching, **values)
        elif session.database.locks_rows:
            session.fetch(self._reading, **values)
            session.read_latest()
