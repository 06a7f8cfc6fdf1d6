"""Tables that tie things to other things."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, Table, delete, select
from sqlalchemy.sql.elements import BindParameter

from worktraq.adapters.sqlalchemy.cells import Cell, Found, Row
from worktraq.adapters.sqlalchemy.changes import Insertion
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys


class Members:
    """A table that ties things to other things, such as teams to their users; its rows follow the things.

    Args:
        table: With the organization, the thing and the other.
        thing: The column of the thing.
        other: The column of the other.
    """

    def __init__(self, table: Table, thing: str, other: str) -> None:
        c = table.c
        self._insertion = Insertion(table, (OWNER.key, thing, other))

        def found(keys: list[BindParameter[object]]) -> Select[*tuple[object, ...]]:
            return (
                select(c[thing], c[other])
                .where(c.organization_id == OWNER, c[thing].in_(keys))
                .order_by(c[thing], c[other])
            )

        self._found = ByKeys(found)
        self._removed = ByKeys(lambda keys: delete(table).where(c.organization_id == OWNER, c[thing].in_(keys)))

    def completed(self, session: Session, rows: Sequence[Found]) -> list[Found]:
        """The rows of things, which begin with their ids, each with its others behind it."""
        if not rows:
            return []
        others: dict[Cell, list[UUID]] = {}
        unpacked = session.database.unpacked
        for thing, other in session.fetch_by_keys(self._found, sorted({row[0] for row in rows})):
            others.setdefault(thing, []).append(unpacked(other))
        return [(*row, tuple(others.get(row[0], ()))) for row in rows]

    def put(self, session: Session, members: Iterable[tuple[UUID, Sequence[UUID]]], *, is_new: bool) -> None:
        """Store the others of things instead of those they had."""
        pairs = list(members)
        if not is_new:
            self.clear(session, [thing for thing, _ in pairs])
        packed = session.packed
        rows: list[Row] = [(session.owner, packed(thing), packed(other)) for thing, others in pairs for other in others]
        session.add(self._insertion, rows)

    def clear(self, session: Session, things: Iterable[UUID]) -> None:
        """Forget the others of things."""
        session.run_by_keys(self._removed, [session.packed(thing) for thing in things])
