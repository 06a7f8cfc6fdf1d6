"""What was imported."""

from collections.abc import Collection, Sequence
from uuid import UUID

from worktraq.adapters.memory.tables import Tables
from worktraq.core.imports import ImportKind, ImportLink, KnownRow
from worktraq.errors import Conflict


class MemoryImportLinks:
    """Which things of the organization came from where."""

    def __init__(self, tables: Tables) -> None:
        self._links = tables.import_links
        self._tables = tables

    def find_many(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[ImportLink]:
        """The links for those keys that are known, in order of key."""
        found = (self._links.get((source, kind, external_id)) for external_id in sorted(set(external_ids)))
        return [link for link in found if link is not None]

    def known(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[KnownRow]:
        """The same links without what was imported, with how our thing stands."""
        return [
            KnownRow(link.external_id, link.digest, link.entity_id, *self._stands(link))
            for link in self.find_many(source, kind, external_ids)
        ]

    def of_entities(self, source: str, kind: ImportKind, entity_ids: Collection[UUID]) -> Sequence[ImportLink]:
        """The links of a source to these things, in order of key."""
        wanted = set(entity_ids)
        return [link for link in self._of(source, kind) if link.entity_id in wanted]

    def count_active(self, source: str, kind: ImportKind) -> int:
        """How many links there are to things that are there and active."""
        stands = [self._stands(link) for link in self._of(source, kind)]
        return sum(1 for version, is_archived in stands if version and not is_archived)

    def has_unlinked_customers(self, source: str) -> bool:
        """Whether there is a customer, besides the internal one, that no link of a source leads to."""
        linked = {link.entity_id for link in self._of(source, ImportKind.CUSTOMER)}
        return any(not each.is_internal and each.id not in linked for each in self._tables.customers.rows())

    def _of(self, source: str, kind: ImportKind) -> Sequence[ImportLink]:
        found = [link for link in self._links.rows() if (link.source, link.kind) == (source, kind)]
        return sorted(found, key=lambda link: link.external_id)

    def _stands(self, link: ImportLink) -> tuple[int, bool]:
        """The version of our thing, and whether it is archived; 0 if it is gone."""
        if link.kind is ImportKind.CUSTOMER:
            customer = self._tables.customers.get(link.entity_id)
            return (customer.version, not customer.is_active) if customer else (0, False)
        if link.kind is ImportKind.CONTACT:
            contact = self._tables.contacts.get(link.entity_id)
            return (contact.version, contact.is_ended) if contact else (0, False)
        user = self._tables.users.get(link.entity_id)
        return (user.version, not user.is_active) if user else (0, False)

    def add(self, *links: ImportLink) -> None:
        """Store links of keys that are not known yet."""
        keys = [(link.source, link.kind, link.external_id) for link in links]
        if len(set(keys)) < len(keys) or any(self._links.get(key) for key in keys):
            raise Conflict("already_exists")
        self.put(*links)

    def put(self, *links: ImportLink) -> None:
        """Store links."""
        for link in links:
            self._links.put((link.source, link.kind, link.external_id), link)
