"""Storing how an organization looks."""

from typing import Protocol

from worktraq.core.branding import Brand


class BrandRepository(Protocol):
    """The one brand of the organization of the unit of work."""

    def find(self) -> Brand | None:
        """The brand, or None when none was ever chosen."""

    def put(self, brand: Brand) -> None:
        """Store the brand; version 1 for the first, else one higher than the stored one.

        Raises:
            Conflict: With ``changed_meanwhile`` when the stored version is another one.
        """
