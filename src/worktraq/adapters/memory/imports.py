"""What was imported."""

from collections.abc import Collection, Sequence

from worktraq.adapters.memory.tables import Tables
from worktraq.core.imports import ImportKind, ImportLink


class MemoryImportLinks:
    """Which things of the organization came from where."""

    def __init__(self, tables: Tables) -> None:
        self._links = tables.import_links

    def find_many(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[ImportLink]:
        """The links for those keys that are known, in order of key."""
        found = (self._links.get((source, kind, external_id)) for external_id in sorted(set(external_ids)))
        return [link for link in found if link is not None]

    def put(self, *links: ImportLink) -> None:
        """Store links."""
        for link in links:
            self._links.put((link.source, link.kind, link.external_id), link)
