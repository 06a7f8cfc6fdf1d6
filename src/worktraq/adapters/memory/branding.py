"""How the organization looks."""

from worktraq.adapters.memory.tables import Tables
from worktraq.core.branding import Brand
from worktraq.core.ids import OrganizationId
from worktraq.errors import Conflict


class MemoryBrands:
    """The one brand of the organization."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._brand = tables.brand

    def find(self) -> Brand | None:
        """The brand, or None."""
        return self._brand.get(self._organization_id)

    def put(self, brand: Brand) -> None:
        """Store the brand."""
        self._brand.require_open()
        stored = self.find()
        before = stored.version if stored else 0
        if brand.organization_id != self._organization_id or brand.version != before + 1:
            raise Conflict("changed_meanwhile")
        self._brand.put(self._organization_id, brand)
