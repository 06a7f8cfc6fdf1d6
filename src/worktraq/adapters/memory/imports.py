"""What was imported."""

from collections.abc import Collection, Sequence

from worktraq.adapters.memory.tables import Tables
from worktraq.core.imports import ImportKind, ImportLink, KnownRow
from worktraq.errors import Conflict


class MemoryImportLinks:
    """Which things of the organization came from where."""

    def __init__(self, tables: Tables) -> None:
        self._links = tables.import_links
        self._customers = tables.customers

    def find_many(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[ImportLink]:
        """The links for those keys that are known, in order of key."""
        found = (self._links.get((source, kind, external_id)) for external_id in sorted(set(external_ids)))
        return [link for link in found if link is not None]

    def known(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[KnownRow]:
        """The same links without what was imported, with the version of our thing."""
        return [
            KnownRow(link.external_id, link.digest, link.entity_id, self._version_of(link))
            for link in self.find_many(source, kind, external_ids)
        ]

    def _version_of(self, link: ImportLink) -> int:
        customer = self._customers.get(link.entity_id)
        return customer.version if customer else 0

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
