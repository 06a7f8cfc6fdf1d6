"""Remembering what was imported."""

from collections.abc import Collection, Sequence
from typing import Protocol

from worktraq.core.imports import ImportKind, ImportLink, KnownRow


class ImportLinkRepository(Protocol):
    """Which things of the organization came from where."""

    def find_many(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[ImportLink]:
        """The links for those keys that are known, in order of key; takes any number of keys."""

    def known(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[KnownRow]:
        """What `find_many` finds, without what was imported, and with the version of our thing; in the same order."""

    def add(self, *links: ImportLink) -> None:
        """Store links of keys that are not known yet.

        Raises:
            Conflict: With ``already_exists`` when one is.
        """

    def put(self, *links: ImportLink) -> None:
        """Store links; a link with the same source, kind and key is replaced."""
