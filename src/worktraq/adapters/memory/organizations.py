"""The organization itself, and all organizations."""

from collections.abc import Callable, Mapping, Sequence

from worktraq.adapters.memory.tables import Tables
from worktraq.core.ids import OrganizationId
from worktraq.core.organizations import BillingDetails, Organization
from worktraq.errors import Conflict, NotFound


class MemoryOrganizations:
    """The one organization of the unit of work."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._organization = tables.organization
        self._billing_details = tables.billing_details

    def find(self) -> Organization | None:
        """The organization, or None."""
        return self._organization.get(self._organization_id)

    def add(self, organization: Organization) -> None:
        """Store a new organization."""
        self._organization.require_open()
        if organization.id != self._organization_id:
            raise NotFound("organization")
        if self.find() is not None:
            raise Conflict("already_exists")
        self._organization.put(organization.id, organization)

    def save(self, organization: Organization) -> None:
        """Store the changed organization."""
        self._organization.require_open()
        stored = self.find()
        if stored is None or organization.id != stored.id or organization.version != stored.version + 1:
            raise Conflict("changed_meanwhile")
        self._organization.put(organization.id, organization)

    def lock(self) -> None:
        """Nothing to do: there is one writer at a time."""

    def find_billing_details(self) -> BillingDetails | None:
        """The billing details, or None."""
        return self._billing_details.get(self._organization_id)

    def put_billing_details(self, details: BillingDetails) -> None:
        """Store billing details."""
        self._billing_details.require_open()
        stored = self.find_billing_details()
        before = stored.version if stored else 0
        if details.organization_id != self._organization_id or details.version != before + 1:
            raise Conflict("changed_meanwhile")
        self._billing_details.put(self._organization_id, details)


class MemoryDirectory:
    """All organizations of the store."""

    def __init__(self, committed: Callable[[], Mapping[OrganizationId, Tables]]) -> None:
        self._committed = committed

    def organization_ids(self) -> Sequence[OrganizationId]:
        """Every organization, in order of their ids."""
        return sorted(
            organization_id for organization_id, tables in self._committed().items() if tables.organization.rows()
        )
