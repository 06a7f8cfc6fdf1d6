"""Storing legal holds, for how long data is kept, and who was erased."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from worktraq.core.holds import LegalHold
from worktraq.core.ids import HoldId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.privacy import Erasure
from worktraq.core.retention import Retention
from worktraq.ports.repository import Repository


class HoldRepository(Repository[LegalHold, HoldId], Protocol):
    """The legal holds of the organization, lifted ones included."""

    def page(self, request: PageRequest, *, is_in_force: bool | None) -> Page[LegalHold]:
        """Holds, the newest first; the key of a page is (hex of the id,).

        Args:
            request: Which page.
            is_in_force: Only those that are in force, or only those that were lifted.
        """

    def in_force(self) -> Sequence[LegalHold]:
        """Every hold that was not lifted, in order of their ids."""

    def on(self, subject_id: UUID) -> Sequence[LegalHold]:
        """Every hold on a thing, lifted ones included, in order of their ids."""


class ErasureRepository(Protocol):
    """Who was erased: one record per person, without personal data."""

    def find(self, subject_id: UUID, /) -> Erasure | None:
        """The erasure of a person, or None."""

    def put(self, erasure: Erasure) -> None:
        """Store an erasure; version 1 for the first of a person, else one higher than the stored one.

        Raises:
            Conflict: With ``changed_meanwhile`` when the stored version is another one.
        """

    def page(self, request: PageRequest) -> Page[Erasure]:
        """Erasures in order of the ids of the persons; the key of a page is (hex of the id,)."""


class RetentionRepository(Protocol):
    """For how long the organization keeps what, and when it last looked for what is past its time."""

    def find(self) -> Retention | None:
        """The periods, or None when none were ever chosen."""

    def put(self, retention: Retention) -> None:
        """Store the periods; version 1 for the first, else one higher than the stored one.

        Raises:
            Conflict: With ``changed_meanwhile`` when the stored version is another one.
        """

    def applied_on(self) -> date | None:
        """The last day up to which everything past its time was erased, or None."""

    def note_applied(self, on: date) -> None:
        """Store that day."""
