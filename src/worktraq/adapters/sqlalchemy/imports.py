"""What was imported."""

from collections.abc import Collection, Sequence

from sqlalchemy import Column, bindparam, delete

from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import CODE, ID, NAME, OWNER, table, text
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys
from worktraq.core.imports import ImportKind, ImportLink

import_link_table = table(
    "import_link",
    Column("source", CODE, primary_key=True),
    Column("kind", CODE, primary_key=True),
    Column("external_id", NAME, primary_key=True),
    Column("entity_id", ID, nullable=False),
    Column("digest", text(64), nullable=False),
)

_links = Shelf(Mapping(import_link_table, ImportLink))
_c = import_link_table.c
_same_origin = (_c.source == bindparam("source"), _c.kind == bindparam("kind"))
_found = _links.by_keys("external_id", *_same_origin)
_removed = ByKeys(
    lambda keys: delete(import_link_table).where(_c.organization_id == OWNER, *_same_origin, _c.external_id.in_(keys))
)


class SqlImportLinks:
    """Which things of the organization came from where."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find_many(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[ImportLink]:
        """The links for those keys that are known, in order of key."""
        rows = self._session.fetch_by_keys(_found, sorted(set(external_ids)), source=source, kind=kind.value)
        return self._session.load(_links.mapping, rows)

    def put(self, *links: ImportLink) -> None:
        """Store links instead of those with the same source, kind and key."""
        self._session.require_writes()
        by_origin: dict[tuple[str, ImportKind], dict[str, ImportLink]] = {}
        for link in links:
            by_origin.setdefault((link.source, link.kind), {})[link.external_id] = link
        for (source, kind), of_origin in by_origin.items():
            self._session.run_by_keys(_removed, of_origin, source=source, kind=kind.value)
            self._session.add(_links.insertion, self._session.dump(_links.mapping, of_origin.values()))
