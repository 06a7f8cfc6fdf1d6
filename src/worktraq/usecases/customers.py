"""Customers: what managers do with them."""

from attrs import evolve

from worktraq.core.access import Action
from worktraq.core.chains import ApprovalChain
from worktraq.core.contacts import without_customer
from worktraq.core.customers import (
    Customer,
    CustomerData,
    CustomerKind,
    archived,
    changed_customer,
    check_deletable,
    new_customer,
    restored,
)
from worktraq.core.events import EventName
from worktraq.core.ids import CustomerId
from worktraq.core.imports import ARCHIVED
from worktraq.core.organizations import Address
from worktraq.core.unset import UNSET, Unset, either
from worktraq.errors import InvalidInput
from worktraq.usecases import pins
from worktraq.usecases.context import Context, check_version
from worktraq.usecases.customer_lists import CustomerLists


class Customers(CustomerLists):
    """For whom is worked (W-07, T-03 to T-06)."""

    def add_business(
        self,
        *,
        company_name: str,
        number: str = "",
        email: str = "",
        invoice_email: str = "",
        address: Address = Address(),
        vat_number: str = "",
        company_number: str = "",
        iban: str = "",
        language: str = "",
        currency: str = "",
        buyer_reference: str = "",
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
                invoice_email=invoice_email,
                address=address,
                vat_number=vat_number,
                company_number=company_number,
                iban=iban,
                language=language,
                currency=currency,
                buyer_reference=buyer_reference,
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
        invoice_email: str = "",
        address: Address = Address(),
        iban: str = "",
        language: str = "",
        currency: str = "",
        buyer_reference: str = "",
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
                invoice_email=invoice_email,
                address=address,
                iban=iban,
                language=language,
                currency=currency,
                buyer_reference=buyer_reference,
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
        invoice_email: str | Unset = UNSET,
        address: Address | Unset = UNSET,
        vat_number: str | Unset = UNSET,
        company_number: str | Unset = UNSET,
        iban: str | Unset = UNSET,
        language: str | Unset = UNSET,
        currency: str | Unset = UNSET,
        buyer_reference: str | Unset = UNSET,
        chain: ApprovalChain | Unset | None = UNSET,
    ) -> Customer:
        """Change those values of a customer that are given.

        Raises:
            Refused: For who is not a manager or an administrator; with ``person_erased``.
            NotFound: When there is no such customer.
            InvalidInput: With a problem for every field that is wrong; ``currency_in_use`` once something is
                registered in the currency.
            Conflict: When somebody else changed the customer.
        """
        before = self._for_change(customer_id, version)
        self._context.require_not_erased(customer_id)
        was = before.data
        data = CustomerData(
            kind=either(kind, was.kind),
            company_name=either(company_name, was.company_name),
            first_name=either(first_name, was.first_name),
            last_name=either(last_name, was.last_name),
            number=either(number, was.number),
            email=either(email, was.email),
            invoice_email=either(invoice_email, was.invoice_email),
            address=either(address, was.address),
            vat_number=either(vat_number, was.vat_number),
            company_number=either(company_number, was.company_number),
            iban=either(iban, was.iban),
            language=either(language, was.language),
            currency=either(currency, was.currency),
            buyer_reference=either(buyer_reference, was.buyer_reference),
            chain=either(chain, was.chain),
        )
        customer = changed_customer(before, data)
        self._check_number_is_free(customer)
        check_currency_may_change(self._context, before, customer.data)
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
            Refused: For who is not a manager or an administrator; with ``person_erased``.
            Conflict: When somebody else changed the customer.
        """
        before = self._for_change(customer_id, version)
        self._context.require_not_erased(customer_id)
        return self._save(restored(before), EventName.CUSTOMER_RESTORED)

    def delete(self, customer_id: CustomerId, *, version: int) -> None:
        """Delete a customer that nothing refers to but its projects, activities, contacts, rates, terms and grants (T-06).

        Raises:
            Refused: With every reason that blocks it; archive the customer then. With ``legally_held``.
            Conflict: When somebody else changed the customer.
        """
        context = self._context
        customer = self._for_change(customer_id, version)
        context.uow.organizations.lock()  # so that nobody sets a rate on what is about to go
        projects = context.uow.projects.of_customer(customer_id)
        context.held().require_none(customer_ids=[customer_id], project_ids=[project.id for project in projects])
        dependents = context.uow.customers.dependents(customer_id)
        check_deletable(customer, items=dependents.items, requests=dependents.requests, invoices=dependents.invoices)
        self._remove_belongings(customer_id)
        context.uow.customers.remove(customer)
        context.record(EventName.CUSTOMER_DELETED, customer.id)

    def set_pin(self, customer_id: CustomerId, pin: str | None) -> None:
        """Have the contacts of a customer give a PIN before a request is shown, or no longer.

        It is told to them by another way than by mail. Nobody can read it back; whoever has given the old one is asked
        again.

        Args:
            customer_id: The customer.
            pin: 4 to 12 digits, or None for no PIN.

        Raises:
            NotFound: When there is no such customer.
            Refused: For who is not a manager or an administrator.
            InvalidInput: With ``pin_malformed``.
        """
        context = self._context
        context.require(Action.MANAGE_CUSTOMERS)
        pins.set_pin(context, context.customer(customer_id).id, pin)

    def has_pin(self, customer_id: CustomerId) -> bool:
        """Whether the contacts of a customer need a PIN.

        Raises:
            NotFound: When there is no such customer.
            Refused: For who is not a manager or an administrator.
        """
        context = self._context
        context.require(Action.SEE_CUSTOMERS)
        return context.uow.pins.find(context.customer(customer_id).id) is not None

    def _remove_belongings(self, customer_id: CustomerId) -> None:
        """Remove what cannot stand without its customer, and its place at contact persons."""
        uow = self._context.uow
        activities = list(uow.activities.of_customer(customer_id))
        projects = list(uow.projects.of_customer(customer_id))
        priced = {customer_id, *(each.id for each in activities), *(each.id for each in projects)}
        uow.pins.remove(customer_id)
        uow.rates.remove(*uow.rates.on_subjects(priced))
        uow.markups.remove(*uow.markups.on_subjects(priced))
        uow.grants.remove(*uow.grants.on_customer(customer_id))
        uow.activities.remove(*activities)
        uow.terms.remove(customer_id)
        for each in projects:
            uow.instalments.remove(*uow.instalments.of_project(each.id))
        uow.roundings.remove_of([each.id for each in projects])
        uow.budgets.remove_of([each.id for each in projects])
        uow.projects.remove(*projects)
        uow.contacts.save(*[without_customer(each, customer_id) for each in uow.contacts.of_customers([customer_id])])

    def _for_change(self, customer_id: CustomerId, version: int) -> Customer:
        customer = self._visible(customer_id)
        self._context.require(Action.MANAGE_CUSTOMERS)
        check_version(customer.version, version)
        return customer

    def _save(self, customer: Customer, name: EventName) -> Customer:
        self._context.uow.customers.save(customer)
        if name in {EventName.CUSTOMER_ARCHIVED, EventName.CUSTOMER_RESTORED}:
            self._context.uow.import_marks.remove(ARCHIVED, [customer.id])
        self._context.record(name, customer.id)
        return customer

    def _check_number_is_free(self, customer: Customer) -> None:
        number = customer.data.number
        others = self._context.uow.customers.find_by_numbers([number]) if number else ()
        if any(other.id != customer.id for other in others):
            raise InvalidInput.of("number", "number_taken")


def check_currency_may_change(context: Context, customer: Customer, data: CustomerData) -> None:
    """That the currency stays as it is once items exist.

    Raises:
        InvalidInput: With ``currency_in_use``.
    """
    if data.currency == customer.data.currency:
        return
    is_other = context.currency_of(customer) != context.currency_of(evolve(customer, data=data))
    if is_other and context.uow.customers.dependents(customer.id).items:
        raise InvalidInput.of("currency", "currency_in_use")
