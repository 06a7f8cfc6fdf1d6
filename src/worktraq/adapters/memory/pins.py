"""The PINs of customers."""

from worktraq.adapters.memory.references import require_referred
from worktraq.adapters.memory.tables import Tables
from worktraq.core.ids import CustomerId, OrganizationId
from worktraq.core.pins import CustomerPin
from worktraq.errors import Conflict


class MemoryPins:
    """The PINs of the organization's customers."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._tables = tables
        self._pins = tables.pins

    def find(self, customer_id: CustomerId, /) -> CustomerPin | None:
        """The PIN of a customer, or None."""
        return self._pins.get(customer_id)

    def lock(self, customer_id: CustomerId, /) -> CustomerPin | None:
        """The PIN of a customer; there is one writer at a time."""
        self._pins.require_open()
        return self.find(customer_id)

    def put(self, pin: CustomerPin) -> None:
        """Store a PIN."""
        self._pins.require_open()
        stored = self.find(pin.customer_id)
        before = stored.version if stored else 0
        if pin.organization_id != self._organization_id or pin.version != before + 1:
            raise Conflict("changed_meanwhile")
        require_referred(self._tables, [pin])
        self._pins.put(pin.customer_id, pin)

    def remove(self, customer_id: CustomerId, /) -> None:
        """Forget the PIN of a customer."""
        self._pins.delete(customer_id)
