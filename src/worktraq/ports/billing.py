"""Reading what is not billed yet."""

from collections.abc import Iterator
from typing import Protocol

from worktraq.core.billing import Unbilled
from worktraq.ports.entries import ItemFilter


class UnbilledReader(Protocol):
    """What is not billed yet, with all that the reasons follow from."""

    def unbilled(self, wanted: ItemFilter, organization_currency: str) -> Iterator[Unbilled]:
        """The billable items that are not invoiced, in order of day, then id.

        Of each, the price is only the frozen one; what today's rates give is not looked up here. The currency
        is the customer's, or the organization's where the customer has none.

        Args:
            wanted: Narrows down; its `is_billable` and `states` are not looked at.
            organization_currency: For customers without a currency of their own.
        """
