"""Customers and their contact persons."""

from collections.abc import Collection, Hashable, Iterable, Sequence

from worktraq.adapters.memory.repository import MemoryRepository, page_of
from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer, CustomerKind, CustomerSort, CustomerStatus, place_in_list
from worktraq.core.ids import ContactId, CustomerId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.text import fold
from worktraq.ports.customers import Dependents


class MemoryCustomers(MemoryRepository[Customer, CustomerId]):
    """The customers of the organization."""

    table_name = "customers"

    def unique_keys(self, entity: Customer) -> Iterable[Hashable]:
        """The number, where there is one."""
        return (entity.data.number,) if entity.data.number else ()

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
        """Customers in an order."""
        wanted = None if among is None else set(among)
        found = (
            customer
            for customer in self._table.rows()
            if status in (None, customer.status)
            and kind in (None, customer.data.kind)
            and search in (customer.search_key if is_reduced else customer.search_text)
            and (wanted is None or customer.id in wanted)
        )
        is_descending = sort is CustomerSort.NEWEST
        return page_of(found, request, lambda customer: place_in_list(customer, sort), is_descending=is_descending)

    def find_by_numbers(self, numbers: Collection[str]) -> Sequence[Customer]:
        """The customers that have one of these numbers."""
        wanted = set(numbers) - {""}
        return [customer for customer in self._in_order() if customer.data.number in wanted]

    def find_alike(self, vat_numbers: Collection[str], places: Collection[tuple[str, str]]) -> Sequence[Customer]:
        """The customers with one of these VAT numbers, or whose order by place lies in one of these spans."""
        return [
            customer
            for customer in self._in_order()
            if customer.data.vat_number in vat_numbers
            or any(begin <= customer.place_order < end for begin, end in places)
        ]

    def find_internal(self) -> Customer | None:
        """The customer that is the organization itself, or None."""
        return next((customer for customer in self._table.rows() if customer.is_internal), None)

    def count_active(self) -> int:
        """How many customers are active, the internal one left out."""
        return sum(1 for customer in self._table.rows() if customer.is_active and not customer.is_internal)

    def lock(self, customer_id: CustomerId, /) -> None:
        """Nothing to do: there is one writer at a time."""

    def dependents(self, customer_id: CustomerId) -> Dependents:
        """What stands in the way of deleting a customer."""
        items = sum(1 for item in self._tables.items.rows() if item.customer_id == customer_id)
        requests = sum(1 for request in self._tables.requests.rows() if request.customer_id == customer_id)
        invoices = sum(1 for invoice in self._tables.invoices.rows() if invoice.customer_id == customer_id)
        return Dependents(items, requests, invoices)


class MemoryContacts(MemoryRepository[ContactPerson, ContactId]):
    """The contact persons of the organization."""

    table_name = "contacts"

    def of_customers(self, customer_ids: Collection[CustomerId]) -> Sequence[ContactPerson]:
        """The contacts at one of these customers."""
        wanted = set(customer_ids)
        return [contact for contact in self._in_order() if not wanted.isdisjoint(contact.customer_ids)]

    def page(
        self,
        request: PageRequest,
        *,
        search: str = "",
        customer_id: CustomerId | None = None,
        is_ended: bool | None = None,
    ) -> Page[ContactPerson]:
        """Contacts in order of folded name, then id."""
        found = (
            contact
            for contact in self._table.rows()
            if (search in fold(contact.name) or search in fold(contact.email))
            and (customer_id is None or customer_id in contact.customer_ids)
            and is_ended in (None, contact.is_ended)
        )
        return page_of(found, request, lambda contact: (fold(contact.name), contact.id.hex))

    def lock(self, contact_id: ContactId, /) -> None:
        """Nothing to do: there is one writer at a time."""

    def is_referred_to(self, contact_id: ContactId) -> bool:
        """Whether a project, item or request names the contact."""
        return (
            any(project.contact_id == contact_id for project in self._tables.projects.rows())
            or any(item.contact_id == contact_id for item in self._tables.items.rows())
            or any(request.recipient.contact_id == contact_id for request in self._tables.requests.rows())
        )
