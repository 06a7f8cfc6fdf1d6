"""Customers, in full for managers and as a summary for everybody who works for them."""

from worktraq.core.access import Action
from worktraq.core.chains import ApprovalChain
from worktraq.core.customers import (
    ContactPerson,
    Customer,
    CustomerData,
    CustomerKind,
    CustomerStatus,
    CustomerSummary,
    archived,
    changed_customer,
    check_deletable,
    new_customer,
    restored,
    summary,
    without_customer,
)
from worktraq.core.events import EventName
from worktraq.core.ids import CustomerId
from worktraq.core.organizations import Address
from worktraq.core.paging import Page, PageRequest
from worktraq.core.text import NAME_LENGTH, fold
from worktraq.core.unset import UNSET, Unset, either
from worktraq.errors import InvalidInput, NotFound
from worktraq.usecases.context import Context, check_version, found


class Customers:
    """For whom is worked (W-07, T-03 to T-06)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add_business(
        self,
        *,
        company_name: str,
        number: str = "",
        email: str = "",
        address: Address = Address(),
        vat_number: str = "",
        company_number: str = "",
        iban: str = "",
        language: str = "",
        currency: str = "",
        chain: ApprovalChain | None = None,
    ) -> Customer:
        """Add a business; see `worktraq.core.customers.CustomerData` for the fields.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: With a problem for every field that is wrong.
        """
        return self.add(
            CustomerData(
                company_name=company_name,
                number=number,
                email=email,
                address=address,
                vat_number=vat_number,
                company_number=company_number,
                iban=iban,
                language=language,
                currency=currency,
                chain=chain,
            )
        )

    def add_private(
        self,
        *,
        first_name: str,
        last_name: str,
        number: str = "",
        email: str = "",
        address: Address = Address(),
        iban: str = "",
        language: str = "",
        currency: str = "",
        chain: ApprovalChain | None = None,
    ) -> Customer:
        """Add a private person; see `worktraq.core.customers.CustomerData` for the fields.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: With a problem for every field that is wrong.
        """
        return self.add(
            CustomerData(
                kind=CustomerKind.PRIVATE,
                first_name=first_name,
                last_name=last_name,
                number=number,
                email=email,
                address=address,
                iban=iban,
                language=language,
                currency=currency,
                chain=chain,
            )
        )

    def add(self, data: CustomerData) -> Customer:
        """Add a customer from data in one piece.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: With a problem for every field that is wrong.
        """
        context = self._context
        context.require(Action.MANAGE_CUSTOMERS)
        customer = new_customer(context.new_id(CustomerId), context.actor.organization_id, data)
        self._check_number_is_free(customer)
        context.uow.customers.add(customer)
        context.record(EventName.CUSTOMER_ADDED, customer.id)
        return customer

    def change(
        self,
        customer_id: CustomerId,
        *,
        version: int,
        kind: CustomerKind | Unset = UNSET,
        company_name: str | Unset = UNSET,
        first_name: str | Unset = UNSET,
        last_name: str | Unset = UNSET,
        number: str | Unset = UNSET,
        email: str | Unset = UNSET,
        address: Address | Unset = UNSET,
        vat_number: str | Unset = UNSET,
        company_number: str | Unset = UNSET,
        iban: str | Unset = UNSET,
        language: str | Unset = UNSET,
        currency: str | Unset = UNSET,
        chain: ApprovalChain | Unset | None = UNSET,
    ) -> Customer:
        """Change those values of a customer that are given.

        Raises:
            Refused: For who is not a manager or an administrator; ``currency_in_use`` once items exist.
            NotFound: When there is no such customer.
            InvalidInput: With a problem for every field that is wrong.
            Conflict: When somebody else changed the customer.
        """
        before = self._for_change(customer_id, version)
        was = before.data
        data = CustomerData(
            kind=either(kind, was.kind),
            company_name=either(company_name, was.company_name),
            first_name=either(first_name, was.first_name),
            last_name=either(last_name, was.last_name),
            number=either(number, was.number),
            email=either(email, was.email),
            address=either(address, was.address),
            vat_number=either(vat_number, was.vat_number),
            company_number=either(company_number, was.company_number),
            iban=either(iban, was.iban),
            language=either(language, was.language),
            currency=either(currency, was.currency),
            chain=either(chain, was.chain),
        )
        customer = changed_customer(before, data)
        self._check_number_is_free(customer)
        self._check_currency_may_change(before, customer)
        return self._save(customer, EventName.CUSTOMER_CHANGED)

    def archive(self, customer_id: CustomerId, *, version: int) -> Customer:
        """Archive a customer: nothing new is registered on it; what there is goes on (W-07).

        Raises:
            Refused: For who is not a manager or an administrator, and for the internal customer.
            Conflict: When somebody else changed the customer.
        """
        return self._save(archived(self._for_change(customer_id, version)), EventName.CUSTOMER_ARCHIVED)

    def restore(self, customer_id: CustomerId, *, version: int) -> Customer:
        """Make an archived customer active again.

        Raises:
            Refused: For who is not a manager or an administrator.
            Conflict: When somebody else changed the customer.
        """
        return self._save(restored(self._for_change(customer_id, version)), EventName.CUSTOMER_RESTORED)

    def delete(self, customer_id: CustomerId, *, version: int) -> None:
        """Delete a customer that nothing refers to but its projects, activities, contacts, rates and grants (T-06).

        Raises:
            Refused: With every reason that blocks it; archive the customer then.
            Conflict: When somebody else changed the customer.
        """
        context = self._context
        customer = self._for_change(customer_id, version)
        dependents = context.uow.customers.dependents(customer_id)
        check_deletable(customer, items=dependents.items, requests=dependents.requests)
        self._remove_belongings(customer_id)
        context.uow.customers.remove(customer)
        context.record(EventName.CUSTOMER_DELETED, customer.id)

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
        status: CustomerStatus | None = None,
        search: str = "",
        after: str | None = None,
        limit: int = 100,
    ) -> Page[Customer]:
        """Customers in full, in order of name.

        Args:
            status: Only active ones, or only archived ones.
            search: Found in name, number or place, without case and accents.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_CUSTOMERS)
        request = PageRequest.of(after, limit)
        return self._context.uow.customers.page(request, status=status, search=fold(search[:NAME_LENGTH]), among=None)

    def summary(self, customer_id: CustomerId) -> CustomerSummary:
        """The reduced fields of a customer (T-04).

        Raises:
            NotFound: When there is none for this actor.
        """
        customer = self._visible(customer_id)
        return summary(customer, self._context.uow.contacts.of_customers([customer_id]))

    def summaries(
        self, *, status: CustomerStatus | None = None, search: str = "", after: str | None = None, limit: int = 100
    ) -> Page[CustomerSummary]:
        """The reduced fields of the customers that the actor sees, in order of name (T-04).

        A manager sees all customers; an employee those on which he or she has an activity or a grant.
        """
        context = self._context
        among = None if context.verdict(Action.SEE_CUSTOMERS) else self._seen_by_employee()
        request = PageRequest.of(after, limit)
        page = context.uow.customers.page(request, status=status, search=fold(search[:NAME_LENGTH]), among=among)
        by_customer: dict[CustomerId, list[ContactPerson]] = {}
        for contact in context.uow.contacts.of_customers([customer.id for customer in page]):
            for customer_id in contact.customer_ids:
                by_customer.setdefault(customer_id, []).append(contact)
        return Page(tuple(summary(customer, by_customer.get(customer.id, ())) for customer in page), page.next)

    def _remove_belongings(self, customer_id: CustomerId) -> None:
        """Remove what cannot stand without its customer, and its place at contact persons."""
        uow = self._context.uow
        activities = list(uow.activities.of_customer(customer_id))
        projects = list(uow.projects.of_customer(customer_id))
        priced = {customer_id, *(each.id for each in activities), *(each.id for each in projects)}
        uow.rates.remove(*uow.rates.on_subjects(priced))
        uow.grants.remove(*uow.grants.on_customer(customer_id))
        uow.activities.remove(*activities)
        uow.projects.remove(*projects)
        uow.contacts.save(*[without_customer(each, customer_id) for each in uow.contacts.of_customers([customer_id])])

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

    def _for_change(self, customer_id: CustomerId, version: int) -> Customer:
        customer = self._visible(customer_id)
        self._context.require(Action.MANAGE_CUSTOMERS)
        check_version(customer.version, version)
        return customer

    def _save(self, customer: Customer, name: EventName) -> Customer:
        self._context.uow.customers.save(customer)
        self._context.record(name, customer.id)
        return customer

    def _check_number_is_free(self, customer: Customer) -> None:
        number = customer.data.number
        others = self._context.uow.customers.find_by_numbers([number]) if number else ()
        if any(other.id != customer.id for other in others):
            raise InvalidInput.of("number", "number_taken")

    def _check_currency_may_change(self, before: Customer, after: Customer) -> None:
        context = self._context
        is_other = context.currency_of(before) != context.currency_of(after)
        if is_other and context.uow.customers.dependents(before.id).items:
            raise InvalidInput.of("currency", "currency_in_use")
