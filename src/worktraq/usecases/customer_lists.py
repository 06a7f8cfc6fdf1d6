"""Customers, in full for managers and as a summary for everybody who works for them."""

from worktraq.core.access import Action
from worktraq.core.choices import chosen, chosen_if_any
from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import (
    Customer,
    CustomerKind,
    CustomerSort,
    CustomerStatus,
    CustomerSummary,
    summary,
)
from worktraq.core.ids import CustomerId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.text import fold_search
from worktraq.errors import NotFound
from worktraq.usecases.context import Context, found


class CustomerLists:
    """The part of `worktraq.usecases.customers.Customers` that only reads."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def get(self, customer_id: CustomerId) -> Customer:
        """A customer in full; employees have only `summary` (T-04).

        Raises:
            Refused: For who is not a manager or an administrator but sees the summary.
            NotFound: When there is none for this actor.
        """
        customer = self._visible(customer_id)
        self._context.require(Action.SEE_CUSTOMERS)
        return customer

    def internal(self) -> Customer:
        """The customer that is the organization itself, for work that is not billed (W-13).

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_CUSTOMERS)
        return found(self._context.uow.customers.find_internal(), "customer")

    def list(
        self,
        *,
        sort: CustomerSort = CustomerSort.NAME,
        status: CustomerStatus | None = None,
        kind: CustomerKind | None = None,
        search: str = "",
        after: str | None = None,
        limit: int = 100,
    ) -> Page[Customer]:
        """Customers in full.

        Args:
            sort: By name, number or place, or the newest first.
            status: Only active ones, or only archived ones.
            kind: Only businesses, or only private persons.
            search: Found in name, number, place, mail addresses or VAT number, without case and accents.
            after: The cursor of the page before, which must be in the same order.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: For an order, status or kind that is none; ``cursor_malformed`` for a cursor of another order.
        """
        self._context.require(Action.SEE_CUSTOMERS)
        sort = chosen("sort", CustomerSort, sort)
        return self._context.uow.customers.page(
            PageRequest.of(after, limit, sort=sort.value),
            sort=sort,
            status=chosen_if_any("status", CustomerStatus, status),
            kind=chosen_if_any("kind", CustomerKind, kind),
            search=fold_search(search),
        )

    def summary(self, customer_id: CustomerId) -> CustomerSummary:
        """The reduced fields of a customer (T-04).

        Raises:
            NotFound: When there is none for this actor.
        """
        customer = self._visible(customer_id)
        return summary(customer, self._context.uow.contacts.of_customers([customer_id]))

    def summaries(
        self,
        *,
        sort: CustomerSort = CustomerSort.NAME,
        status: CustomerStatus | None = None,
        search: str = "",
        after: str | None = None,
        limit: int = 100,
    ) -> Page[CustomerSummary]:
        """The reduced fields of the customers that the actor sees (T-04).

        A manager sees all customers; an employee those on which he or she has an activity or a grant.

        Args:
            sort: By name, number or place, or the newest first.
            status: Only active ones, or only archived ones.
            search: Found in name, number or place, without case and accents; in nothing else, so that nobody finds
                out by searching what the summary does not show.
            after: The cursor of the page before, which must be in the same order.
            limit: At most so many, 1 to 1,000.

        Raises:
            InvalidInput: For an order or status that is none; ``cursor_malformed`` for a cursor of another order.
        """
        context, sort = self._context, chosen("sort", CustomerSort, sort)
        among = None if context.verdict(Action.SEE_CUSTOMERS) else self._seen_by_employee()
        page = context.uow.customers.page(
            PageRequest.of(after, limit, sort=sort.value),
            sort=sort,
            status=chosen_if_any("status", CustomerStatus, status),
            search=fold_search(search),
            is_reduced=True,
            among=among,
        )
        by_customer: dict[CustomerId, list[ContactPerson]] = {}
        for contact in context.uow.contacts.of_customers([customer.id for customer in page]):
            for customer_id in contact.customer_ids:
                by_customer.setdefault(customer_id, []).append(contact)
        return Page(tuple(summary(customer, by_customer.get(customer.id, ())) for customer in page), page.next)

    def _seen_by_employee(self) -> frozenset[CustomerId]:
        context = self._context
        if context.user is None:
            return frozenset()
        activities = context.uow.activities.of_user(context.user.id)
        return frozenset(activity.customer_id for activity in activities) | frozenset(
            grant.customer_id for grant in context.grants
        )

    def _visible(self, customer_id: CustomerId) -> Customer:
        context = self._context
        customer = context.customer(customer_id)
        seen = context.verdict(Action.SEE_CUSTOMER_SUMMARY, customer_id=customer_id)
        if not seen and customer_id not in self._seen_by_employee():
            raise NotFound("customer")
        return customer
