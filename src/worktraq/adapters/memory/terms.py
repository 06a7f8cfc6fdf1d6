"""On which terms customers are invoiced, and who the seller is."""

from collections.abc import Collection, Sequence

from worktraq.adapters.memory.references import require_referred
from worktraq.adapters.memory.tables import Tables
from worktraq.core.ids import CustomerId, OrganizationId, ProjectId
from worktraq.core.terms import BillingTerms, ProjectRounding, SellerProfile
from worktraq.errors import Conflict


class MemoryTerms:
    """The terms of customers."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._tables = tables
        self._terms = tables.terms

    def of_customers(self, customer_ids: Collection[CustomerId]) -> Sequence[BillingTerms]:
        """The terms of those customers that have some, in order of their ids."""
        found = (self._terms.get(customer_id) for customer_id in sorted(set(customer_ids)))
        return [each for each in found if each is not None]

    def put(self, terms: BillingTerms) -> None:
        """Store terms."""
        self._terms.require_open()
        stored = self._terms.get(terms.customer_id)
        before = stored.version if stored else 0
        if terms.organization_id != self._organization_id or terms.version != before + 1:
            raise Conflict("changed_meanwhile")
        require_referred(self._tables, [terms])
        self._terms.put(terms.customer_id, terms)

    def remove(self, customer_id: CustomerId) -> None:
        """Forget the terms of a customer."""
        self._terms.delete(customer_id)


class MemorySellerProfiles:
    """The one profile of the organization."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._profile = tables.seller_profile

    def find(self) -> SellerProfile | None:
        """The profile, or None."""
        return self._profile.get(self._organization_id)

    def put(self, profile: SellerProfile) -> None:
        """Store the profile."""
        self._profile.require_open()
        stored = self.find()
        before = stored.version if stored else 0
        if profile.organization_id != self._organization_id or profile.version != before + 1:
            raise Conflict("changed_meanwhile")
        self._profile.put(self._organization_id, profile)


class MemoryProjectRoundings:
    """Which projects have their time rounded otherwise than their customer."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._roundings = tables.roundings

    def of_projects(self, project_ids: Collection[ProjectId]) -> Sequence[ProjectRounding]:
        """The roundings of those projects that have one, in order of their ids."""
        found = (self._roundings.get(project_id) for project_id in sorted(set(project_ids)))
        return [each for each in found if each is not None]

    def put(self, rounding: ProjectRounding) -> None:
        """Store how the time on a project is rounded."""
        self._roundings.require_open()
        require_referred(self._tables, [rounding])
        self._roundings.put(rounding.project_id, rounding)

    def remove_of(self, project_ids: Collection[ProjectId]) -> None:
        """Forget the roundings of projects."""
        for project_id in project_ids:
            self._roundings.delete(project_id)
