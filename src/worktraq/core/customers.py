"""Customers, in full and as the summary that everybody may see."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from attrs import evolve, frozen

from worktraq.core.chains import ApprovalChain
from worktraq.core.choices import chosen
from worktraq.core.contacts import ContactPerson
from worktraq.core.identifiers import (
    clean_company_number,
    clean_iban,
    clean_language,
    clean_mail_address,
    clean_vat_number,
)
from worktraq.core.ids import CustomerId, OrganizationId
from worktraq.core.money import check_currency
from worktraq.core.organizations import Address, clean_address
from worktraq.core.paging import Key
from worktraq.core.problems import Problems
from worktraq.core.replacing import maker
from worktraq.core.text import NAME_LENGTH, clean_line, fold, natural_order
from worktraq.errors import Reason, Refused

NUMBER_LENGTH = 40
REFERENCE_LENGTH = 200
PLACE_LENGTH = 90
BEFORE_ANY_TEXT = "\x01"  # no text holds it, so that a place comes before a longer one whoever is there


class CustomerKind(StrEnum):
    """Which fields a customer needs (T-03)."""

    BUSINESS = "business"
    PRIVATE = "private"


class CustomerStatus(StrEnum):
    """Whether new work may be registered (W-07)."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class CustomerSort(StrEnum):
    """In which order customers are listed; those that are equal in it, in order of their ids."""

    NAME = "name"
    NUMBER = "number"
    """9 before 10; who has none comes last."""
    PLACE = "place"
    """Then by name; who has none comes last."""
    NEWEST = "newest"
    """Who was added last comes first."""


@frozen(weakref_slot=False)
class CustomerData:
    """What people enter or import about a customer; nothing of it is checked yet.

    Attributes:
        kind: A business or a private person.
        company_name: Needed for a business.
        first_name: Needed for a private person.
        last_name: Needed for a private person.
        number: The customer number, unique where there is one.
        email: Where approval requests go when a project has no contact.
        invoice_email: Where invoices go; empty for `email`.
        address: Where the customer is.
        vat_number: Checked by the rule of the country.
        company_number: In the register of companies of the country.
        iban: Of the customer's bank account.
        language: Of mails to the customer; empty for that of the organization.
        currency: Of rates and expenses; empty for that of the organization.
        buyer_reference: What the buyer wants to read on invoices, at most 200 characters.
        chain: Another approval chain than the organization's (B-02).
    """

    kind: CustomerKind = CustomerKind.BUSINESS
    company_name: str = ""
    first_name: str = ""
    last_name: str = ""
    number: str = ""
    email: str = ""
    invoice_email: str = ""
    address: Address = Address()
    vat_number: str = ""
    company_number: str = ""
    iban: str = ""
    language: str = ""
    currency: str = ""
    buyer_reference: str = ""
    chain: ApprovalChain | None = None


@frozen(weakref_slot=False)
class Customer:
    """A business or private person for whom is worked, or the own organization (W-13).

    Attributes:
        id: Of the customer.
        organization_id: Whose customer it is.
        data: What was entered, checked and cleaned.
        status: Active or archived.
        is_internal: Whether this is the own organization; its work is not billable.
        version: Goes up with every change.
    """

    id: CustomerId
    organization_id: OrganizationId
    data: CustomerData
    status: CustomerStatus = CustomerStatus.ACTIVE
    is_internal: bool = False
    version: int = 1

    @property
    def name(self) -> str:
        """The company name, or first and last name."""
        if self.data.kind is CustomerKind.BUSINESS:
            return self.data.company_name
        return f"{self.data.first_name} {self.data.last_name}"

    @property
    def is_active(self) -> bool:
        """Whether it is not archived."""
        return self.status is CustomerStatus.ACTIVE

    @property
    def invoice_email(self) -> str:
        """Where invoices go; empty when there is no mail address at all."""
        return self.data.invoice_email or self.data.email

    @property
    def search_key(self) -> str:
        """Name, number and place, folded for searching without accents and case; what a list by name is ordered by."""
        return fold(f"{self.name} {self.data.number} {self.data.address.city}")[:NAME_LENGTH]

    @property
    def search_text(self) -> str:
        """All that a customer is searched by, folded: name, number, place, mail addresses and VAT number."""
        data = self.data
        return fold(
            f"{self.name} {data.number} {data.address.city} {data.email} {data.invoice_email} {data.vat_number}"
        )

    @property
    def number_order(self) -> str:
        """What a list by number is ordered by."""
        number = self.data.number
        return f"0{natural_order(number)}"[:NAME_LENGTH] if number else "1"

    @property
    def place_order(self) -> str:
        """What a list by place is ordered by."""
        place = fold(self.data.address.city)[:PLACE_LENGTH]
        return f"0{place}{BEFORE_ANY_TEXT}{self.search_key}" if place else f"1{self.search_key}"


make_customer = maker(Customer, "id", "organization_id", "data")
make_customer_data = maker(CustomerData)

_ORDERS: Mapping[CustomerSort, Callable[[Customer], tuple[str, ...]]] = {
    CustomerSort.NAME: lambda customer: (customer.search_key,),
    CustomerSort.NUMBER: lambda customer: (customer.number_order,),
    CustomerSort.PLACE: lambda customer: (customer.place_order,),
    CustomerSort.NEWEST: lambda _customer: (),
}


def place_in_list(customer: Customer, sort: CustomerSort) -> Key:
    """The key of a customer in a list of that order; led by the order, so that a cursor is good for no other one."""
    return (sort.value, *_ORDERS[sort](customer), customer.id.hex)


_LONGEST_SPAN = 150


def place_span(data: CustomerData) -> tuple[str, str] | None:
    """Between which orders by place the customers lie that have this place and name; None for a name too long for it."""
    name = data.company_name if data.kind is CustomerKind.BUSINESS else f"{data.first_name} {data.last_name}"
    folded, place = fold(name), fold(data.address.city)[:PLACE_LENGTH]
    if len(folded) > _LONGEST_SPAN:
        return None
    # What comes behind a name in a search key is a blank.
    begin = f"0{place}{BEFORE_ANY_TEXT}{folded}" if place else f"1{folded}"
    return f"{begin} ", f"{begin}!"


@frozen
class CustomerSummary:
    """The reduced fields of a customer, which is all that people with only read or register rights see (T-04).

    Attributes:
        id: Of the customer.
        name: Of the customer.
        number: The customer number.
        city: Place.
        status: Active or archived.
        contacts: Names of its contact persons.
    """

    id: CustomerId
    name: str
    number: str
    city: str
    status: CustomerStatus
    contacts: tuple[str, ...]


def checked(data: CustomerData) -> CustomerData:
    """The data, cleaned, when all of it can be taken (T-03).

    Raises:
        InvalidInput: With a problem for every field that is wrong.
    """
    found = Problems()
    address = found.keep(Address(), clean_address, data.address)
    country = address.country
    clean = CustomerData(
        kind=chosen("kind", CustomerKind, data.kind),
        company_name=found.keep("", clean_line, "company_name", data.company_name, longest=NAME_LENGTH),
        first_name=found.keep("", clean_line, "first_name", data.first_name, longest=NAME_LENGTH),
        last_name=found.keep("", clean_line, "last_name", data.last_name, longest=NAME_LENGTH),
        number=found.keep("", clean_line, "number", data.number, longest=NUMBER_LENGTH),
        email=found.keep("", clean_mail_address, "email", data.email),
        invoice_email=found.keep("", clean_mail_address, "invoice_email", data.invoice_email),
        address=address,
        vat_number=found.keep("", clean_vat_number, "vat_number", data.vat_number, country),
        company_number=found.keep("", clean_company_number, "company_number", data.company_number, country),
        iban=found.keep("", clean_iban, "iban", data.iban),
        language=found.keep("", clean_language, "language", data.language),
        currency=found.keep("", check_currency, data.currency) if data.currency else "",
        buyer_reference=found.keep("", clean_line, "buyer_reference", data.buyer_reference, longest=REFERENCE_LENGTH),
        chain=None if data.chain is None else found.keep(None, chosen, "chain", ApprovalChain, data.chain),
    )
    for field in _NEEDED[clean.kind]:
        given = getattr(data, field)
        if isinstance(given, str) and not given.strip():  # what is no text has its problem already
            found.add(field, "text_missing")
    found.raise_if_any()
    return clean


_NEEDED = {CustomerKind.BUSINESS: ("company_name",), CustomerKind.PRIVATE: ("first_name", "last_name")}


def new_customer(
    customer_id: CustomerId, organization_id: OrganizationId, data: CustomerData, *, is_internal: bool = False
) -> Customer:
    """A customer with everything checked.

    Raises:
        InvalidInput: With a problem for every field that is wrong.
    """
    return Customer(customer_id, organization_id, checked(data), is_internal=is_internal)


def changed_customer(customer: Customer, data: CustomerData) -> Customer:
    """The customer with other data.

    Raises:
        InvalidInput: With a problem for every field that is wrong.
    """
    return evolve(customer, data=checked(data), version=customer.version + 1)


def archived(customer: Customer) -> Customer:
    """The customer, archived: nothing new is registered on it (W-12).

    Raises:
        Refused: For the internal customer, which the organization cannot do without.
    """
    if customer.is_internal:
        raise Refused.because("customer_is_internal")
    return evolve(customer, status=CustomerStatus.ARCHIVED, version=customer.version + 1)


def restored(customer: Customer) -> Customer:
    """The customer, active again."""
    return evolve(customer, status=CustomerStatus.ACTIVE, version=customer.version + 1)


def check_deletable(customer: Customer, *, items: int, requests: int, invoices: int = 0) -> None:
    """That nothing stands in the way of deleting the customer (T-06).

    Raises:
        Refused: With every reason that blocks it.
    """
    reasons = []
    if customer.is_internal:
        reasons.append(Reason.of("customer_is_internal"))
    if items:
        reasons.append(Reason.of("customer_has_items", count=items))
    if requests:
        reasons.append(Reason.of("customer_has_requests", count=requests))
    if invoices:
        reasons.append(Reason.of("customer_has_invoices", count=invoices))
    if reasons:
        raise Refused(reasons)


def summary(customer: Customer, contacts: Iterable[ContactPerson]) -> CustomerSummary:
    """What everybody who may register for the customer sees of it (T-04)."""
    names = tuple(sorted(contact.name for contact in contacts if not contact.is_ended))
    data = customer.data
    return CustomerSummary(customer.id, customer.name, data.number, data.address.city, customer.status, names)
