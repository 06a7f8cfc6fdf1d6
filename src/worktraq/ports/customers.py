"""Storing customers and their contact persons."""

from collections.abc import Collection, Sequence
from typing import Protocol

from attrs import frozen

from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer, CustomerKind, CustomerSort, CustomerStatus
from worktraq.core.ids import ContactId, CustomerId
from worktraq.core.paging import Page, PageRequest
from worktraq.ports.repository import Repository


@frozen
class Dependents:
    """What refers to a customer and so stands in the way of deleting it (T-06).

    Attributes:
        items: Time entries and expenses.
        requests: Approval requests.
        invoices: Invoices and credit notes.
    """

    items: int
    requests: int
    invoices: int = 0


class CustomerRepository(Repository[Customer, CustomerId], Protocol):
    """The customers of the organization. A number, where there is one, is unique."""

    def page(
        self,
        request: PageRequest,
        *,
        sort: CustomerSort = CustomerSort.NAME,
        status: CustomerStatus | None = None,
        kind: CustomerKind | None = None,
        search: str = "",
        is_reduced: bool = False,
        among: Collection[CustomerId] | None = None,
    ) -> Page[Customer]:
        """Customers in an order.

        Args:
            request: Which page; its key is `worktraq.core.customers.place_in_list`.
            sort: The order.
            status: Only of this status.
            kind: Only of this kind.
            search: Folded; found anywhere in the search text.
            is_reduced: Whether it is searched for in the search key instead, for who sees only the reduced fields.
            among: Only these customers; None for all of them.
        """

    def find_by_numbers(self, numbers: Collection[str]) -> Sequence[Customer]:
        """The customers that have one of these numbers; takes any number of them."""

    def find_alike(self, vat_numbers: Collection[str], places: Collection[tuple[str, str]]) -> Sequence[Customer]:
        """The customers with one of these VAT numbers, or whose order by place lies in one of these spans.

        Each once, in order of their ids; takes any number of either.

        Args:
            vat_numbers: As they are stored, none of them empty.
            places: Spans of `worktraq.core.customers.Customer.place_order`, the end left out.
        """

    def find_internal(self) -> Customer | None:
        """The customer that is the organization itself, or None."""

    def count_active(self) -> int:
        """How many customers are active, the internal one left out."""

    def lock(self, customer_id: CustomerId, /) -> None:
        """Hold the customer's row until the transaction ends."""

    def dependents(self, customer_id: CustomerId) -> Dependents:
        """What stands in the way of deleting a customer."""


class ContactRepository(Repository[ContactPerson, ContactId], Protocol):
    """The contact persons of the organization."""

    def of_customers(self, customer_ids: Collection[CustomerId]) -> Sequence[ContactPerson]:
        """The contacts at one of these customers, ended ones included, each once, in order of their ids."""

    def page(
        self,
        request: PageRequest,
        *,
        search: str = "",
        customer_id: CustomerId | None = None,
        is_ended: bool | None = None,
    ) -> Page[ContactPerson]:
        """Contacts in order of folded name, then id.

        Args:
            request: Which page; its key is (folded name, hex of the id).
            search: Folded; found anywhere in name or mail address.
            customer_id: Only those at this customer.
            is_ended: Only those that have ended, or only those that have not.
        """

    def lock(self, contact_id: ContactId, /) -> None:
        """Hold the contact's row until the transaction ends."""

    def is_referred_to(self, contact_id: ContactId) -> bool:
        """Whether a project, item or request names the contact."""
