"""What was imported."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as ReadOnly
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, and_, bindparam, delete, func, literal_column, select

from worktraq.adapters.sqlalchemy.customers import contact_table, customer_table
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import CODE, ID, NAME, OWNER, index, long_text, table, text
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys, Prepared
from worktraq.adapters.sqlalchemy.users import user_table
from worktraq.core.customers import CustomerStatus
from worktraq.core.imports import ImportKind, ImportLink, KnownRow, make_known_row

import_link_table = table(
    "import_link",
    Column("source", CODE, primary_key=True),
    Column("kind", CODE, primary_key=True),
    Column("external_id", NAME, primary_key=True),
    Column("entity_id", ID, nullable=False),
    Column("digest", text(64), nullable=False),
    Column("imported", long_text(), nullable=False),
    index("import_link", "entity", "entity_id"),
)

IMPORT_LINKS = Shelf(Mapping(import_link_table, ImportLink))
_c = import_link_table.c
_same_origin = (_c.source == bindparam("source"), _c.kind == bindparam("kind"))
_found = IMPORT_LINKS.by_keys("external_id", *_same_origin)
_of_entities = IMPORT_LINKS.by_keys("entity_id", *_same_origin)


def _known(things: Table, archived: ColumnElement[bool]) -> ByKeys:
    t = things.c
    return ByKeys(
        lambda keys: (
            select(_c.external_id, _c.digest, _c.entity_id, t.version, archived)
            .select_from(
                import_link_table.outerjoin(things, and_(t.organization_id == _c.organization_id, t.id == _c.entity_id))
            )
            .where(_c.organization_id == OWNER, *_same_origin, _c.external_id.in_(keys))
            .order_by(_c.external_id)
        )
    )


def _active(things: Table, archived: ColumnElement[bool]) -> Prepared:
    t = things.c
    same = (t.organization_id == _c.organization_id, t.id == _c.entity_id, archived.is_not(True))
    return Prepared(
        select(func.count())
        .select_from(import_link_table.join(things, and_(*same)))
        .where(_c.organization_id == OWNER, *_same_origin)
    )


_THINGS: ReadOnly[ImportKind, tuple[Table, ColumnElement[bool]]] = {
    ImportKind.CUSTOMER: (customer_table, customer_table.c.status == CustomerStatus.ARCHIVED.value),
    ImportKind.CONTACT: (contact_table, contact_table.c.is_ended),
    ImportKind.USER: (user_table, user_table.c.is_active.is_not(True)),
}
_known_of = {kind: _known(*things) for kind, things in _THINGS.items()}
_active_of = {kind: _active(*things) for kind, things in _THINGS.items()}
_t = customer_table.c
_to_customer = (
    _c.organization_id == _t.organization_id,
    _c.entity_id == _t.id,
    _c.source == bindparam("source"),
    _c.kind == ImportKind.CUSTOMER.value,
)
_unlinked = Prepared(
    select(_t.id)
    .where(
        _t.organization_id == OWNER,
        _t.is_internal.is_not(True),
        ~select(_c.entity_id).where(*_to_customer).correlate(customer_table).exists(),
    )
    .limit(literal_column("1"))
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
        return self._session.load(IMPORT_LINKS.mapping, rows)

    def known(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[KnownRow]:
        """The same links without what was imported, with how our thing stands."""
        unpacked, keys = self._session.database.unpacked, sorted(set(external_ids))
        rows = self._session.fetch_by_keys(_known_of[kind], keys, source=source, kind=kind.value)
        return [
            make_known_row(key, digest, unpacked(entity_id), version or 0, bool(is_archived))
            for key, digest, entity_id, version, is_archived in rows
        ]

    def of_entities(self, source: str, kind: ImportKind, entity_ids: Collection[UUID]) -> Sequence[ImportLink]:
        """The links of a source to these things, in order of key."""
        keys = [self._session.packed(each) for each in sorted(set(entity_ids))]
        rows = self._session.fetch_by_keys(_of_entities, keys, source=source, kind=kind.value)
        return sorted(self._session.load(IMPORT_LINKS.mapping, rows), key=lambda link: link.external_id)

    def count_active(self, source: str, kind: ImportKind) -> int:
        """How many links there are to things that are there and active."""
        return self._session.count(_active_of[kind], source=source, kind=kind.value)

    def has_unlinked_customers(self, source: str) -> bool:
        """Whether there is a customer, besides the internal one, that no link of a source leads to."""
        return bool(self._session.fetch(_unlinked, source=source))

    def add(self, *links: ImportLink) -> None:
        """Store links of keys that are not known yet."""
        self._session.add(IMPORT_LINKS.insertion, self._session.dump(IMPORT_LINKS.mapping, links))

    def put(self, *links: ImportLink) -> None:
        """Store links instead of those with the same source, kind and key."""
        self._session.require_writes()
        by_origin: dict[tuple[str, ImportKind], dict[str, ImportLink]] = {}
        for link in links:
            by_origin.setdefault((link.source, link.kind), {})[link.external_id] = link
        for (source, kind), of_origin in by_origin.items():
            self._session.run_by_keys(_removed, of_origin, source=source, kind=kind.value)
            self.add(*of_origin.values())
