"""Storing customers and their contact persons."""

from collections.abc import Collection, Sequence
from typing import Protocol

from attrs import frozen

from worktraq.core.customers import ContactPerson, Customer, CustomerStatus
from worktraq.core.ids import ContactId, CustomerId
from worktraq.core.paging import Page, PageRequest
from worktraq.ports.repository import Repository


@frozen
class Dependents:
    """What refers to a customer and so stands in the way of deleting it (T-06).

    Attributes:
        items: Time entries and expenses.
        requests: Approval requests.
    """

    items: int
    requests: int


class CustomerRepository(Repository[Customer, CustomerId], Protocol):
    """The customers of the organization. A number, where there is one, is unique."""

    def page(
        self,
        request: PageRequest,
        *,
        status: CustomerStatus | None,
        search: str,
        among: Collection[CustomerId] | None,
    ) -> Page[Customer]:
        """Customers in order of their search key, then id.

        Args:
            request: Which page; its key is (search key, hex of the id).
            status: Only of this status.
            search: Folded; found anywhere in the search key.
            among: Only these customers; None for all of them.
        """

    def find_by_numbers(self, numbers: Collection[str]) -> Sequence[Customer]:
        """The customers that have one of these numbers; takes any number of them."""

    def find_internal(self) -> Customer | None:
        """The customer that is the organization itself, or None."""

    def count_active(self) -> int:
        """How many customers are active, the internal one left out."""

    def dependents(self, customer_id: CustomerId) -> Dependents:
        """What stands in the way of deleting a customer."""


class ContactRepository(Repository[ContactPerson, ContactId], Protocol):
    """The contact persons of the organization."""

    def of_customers(self, customer_ids: Collection[CustomerId]) -> Sequence[ContactPerson]:
        """The contacts at one of these customers, ended ones included, each once, in order of their ids."""

    def page(self, request: PageRequest, *, search: str) -> Page[ContactPerson]:
        """Contacts in order of folded name, then id; `search` is folded and found anywhere in name or mail address."""

    def is_referred_to(self, contact_id: ContactId) -> bool:
        """Whether a project, item or request names the contact."""
