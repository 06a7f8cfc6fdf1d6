"""Storing the organization itself, and finding all organizations."""

from collections.abc import Sequence
from typing import Protocol

from worktraq.core.ids import OrganizationId
from worktraq.core.organizations import BillingDetails, Organization


class OrganizationRepository(Protocol):
    """The one organization of the unit of work."""

    def find(self) -> Organization | None:
        """The organization, or None when it was never founded."""

    def add(self, organization: Organization) -> None:
        """Store a new organization."""

    def save(self, organization: Organization) -> None:
        """Store the changed organization.

        Raises:
            Conflict: With ``changed_meanwhile`` when the stored version is not the one before.
        """

    def lock(self) -> None:
        """Hold the organization's row until the transaction ends, for rules over a set of its things."""

    def find_billing_details(self) -> BillingDetails | None:
        """The billing details, or None when none were given yet."""

    def put_billing_details(self, details: BillingDetails) -> None:
        """Store billing details; version 1 for the first, else one higher than the stored one.

        Raises:
            Conflict: With ``changed_meanwhile`` when the stored version is another one.
        """


class OrganizationDirectory(Protocol):
    """All organizations of a store: one of the two ports that cross tenants."""

    def organization_ids(self) -> Sequence[OrganizationId]:
        """Every organization, in order of their ids."""
