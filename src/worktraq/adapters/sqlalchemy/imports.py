"""What was imported."""

from collections.abc import Collection, Sequence

from sqlalchemy import Column, and_, bindparam, delete, select

from worktraq.adapters.sqlalchemy.customers import customer_table
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import CODE, ID, NAME, OWNER, long_text, table, text
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys
from worktraq.core.imports import ImportKind, ImportLink, KnownRow, make_known_row

import_link_table = table(
    "import_link",
    Column("source", CODE, primary_key=True),
    Column("kind", CODE, primary_key=True),
    Column("external_id", NAME, primary_key=True),
    Column("entity_id", ID, nullable=False),
    Column("digest", text(64), nullable=False),
    Column("imported", long_text(), nullable=False),
)

_links = Shelf(Mapping(import_link_table, ImportLink))
_c = import_link_table.c
_same_origin = (_c.source == bindparam("source"), _c.kind == bindparam("kind"))
_found = _links.by_keys("external_id", *_same_origin)
_t = customer_table.c
_known = ByKeys(
    lambda keys: (
        select(_c.external_id, _c.digest, _c.entity_id, _t.version)
        .select_from(
            import_link_table.outerjoin(
                customer_table, and_(_t.organization_id == _c.organization_id, _t.id == _c.entity_id)
            )
        )
        .where(_c.organization_id == OWNER, *_same_origin, _c.external_id.in_(keys))
        .order_by(_c.external_id)
    )
)
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

    def known(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[KnownRow]:
        """The same links without what was imported, with the version of our thing."""
        unpacked, keys = self._session.database.unpacked, sorted(set(external_ids))
        rows = self._session.fetch_by_keys(_known, keys, source=source, kind=kind.value)
        return [
            make_known_row(key, digest, unpacked(entity_id), version or 0) for key, digest, entity_id, version in rows
        ]

    def add(self, *links: ImportLink) -> None:
        """Store links of keys that are not known yet."""
        self._session.add(_links.insertion, self._session.dump(_links.mapping, links))

    def put(self, *links: ImportLink) -> None:
        """Store links instead of those with the same source, kind and key."""
        self._session.require_writes()
        by_origin: dict[tuple[str, ImportKind], dict[str, ImportLink]] = {}
        for link in links:
            by_origin.setdefault((link.source, link.kind), {})[link.external_id] = link
        for (source, kind), of_origin in by_origin.items():
            self._session.run_by_keys(_removed, of_origin, source=source, kind=kind.value)
            self.add(*of_origin.values())
