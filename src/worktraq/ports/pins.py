"""Storing the PINs of customers."""

from typing import Protocol

from worktraq.core.ids import CustomerId
from worktraq.core.pins import CustomerPin


class PinRepository(Protocol):
    """The PINs of the organization's customers: one per customer at most."""

    def find(self, customer_id: CustomerId, /) -> CustomerPin | None:
        """The PIN of a customer, or None."""

    def lock(self, customer_id: CustomerId, /) -> CustomerPin | None:
        """The PIN as it is now, which nobody else changes until the transaction ends; None when there is none.

        Raises:
            Refused: With ``read_only``.
        """

    def put(self, pin: CustomerPin) -> None:
        """Store a PIN; version 1 for the first, else one higher than the stored one.

        Raises:
            Conflict: With ``changed_meanwhile`` when the stored version is another one, or the customer is gone.
        """

    def remove(self, customer_id: CustomerId, /) -> None:
        """Forget the PIN of a customer, if there is one."""
