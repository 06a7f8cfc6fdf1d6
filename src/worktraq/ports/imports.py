"""Remembering what was imported."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from worktraq.core.imports import ImportKind, ImportLink, KnownRow


class ImportLinkRepository(Protocol):
    """Which things of the organization came from where."""

    def find_many(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[ImportLink]:
        """The links for those keys that are known, in order of key; takes any number of keys."""

    def known(self, source: str, kind: ImportKind, external_ids: Collection[str]) -> Sequence[KnownRow]:
        """What `find_many` finds, without what was imported, and with how our thing stands; in the same order."""

    def of_entities(self, source: str, kind: ImportKind, entity_ids: Collection[UUID]) -> Sequence[ImportLink]:
        """The links of a source to these things, in order of key; takes any number of ids."""

    def count_active(self, source: str, kind: ImportKind) -> int:
        """How many links there are to things that are there and not archived, ended or deactivated."""

    def has_unlinked_customers(self, source: str) -> bool:
        """Whether there is a customer, besides the internal one, that no link of a source leads to."""

    def add(self, *links: ImportLink) -> None:
        """Store links of keys that are not known yet.

        Raises:
            Conflict: With ``already_exists`` when one is.
        """

    def put(self, *links: ImportLink) -> None:
        """Store links; a link with the same source, kind and key is replaced."""
