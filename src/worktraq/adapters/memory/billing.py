"""What is not billed yet."""

from collections.abc import Iterator

from attrs import evolve

from worktraq.adapters.memory.entries import is_wanted
from worktraq.adapters.memory.tables import Tables
from worktraq.core.billing import Unbilled
from worktraq.core.entries import Item, State
from worktraq.ports.entries import ItemFilter

_NOT_INVOICED = frozenset(State) - {State.INVOICED}


class MemoryUnbilled:
    """What is not billed yet, with all that the reasons follow from."""

    def __init__(self, tables: Tables) -> None:
        self._items = tables.items
        self._customers = tables.customers
        self._prices = tables.prices
        self._requests = tables.requests

    def unbilled(self, wanted: ItemFilter, organization_currency: str) -> Iterator[Unbilled]:
        """The billable items that are not invoiced, in order of day, then id."""
        narrowed = evolve(wanted, is_billable=True, states=_NOT_INVOICED)
        items = sorted(
            (item for item in self._items.rows() if is_wanted(item, narrowed)), key=lambda item: (item.on, item.id)
        )
        return (self._unbilled(item, organization_currency) for item in items)

    def _unbilled(self, item: Item, organization_currency: str) -> Unbilled:
        customer = self._customers.get(item.customer_id)
        request = self._requests.get(item.request_id) if item.request_id is not None else None
        return Unbilled(
            item=item,
            currency=(customer.data.currency if customer else "") or organization_currency,
            price=self._prices.get(item.id),
            request_status=request.status if request else None,
            request_since=request.since if request else None,
        )
