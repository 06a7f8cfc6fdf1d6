"""On which terms a customer is invoiced, and who the seller is on the invoices that the organization sends."""

from enum import StrEnum

from attrs import evolve, frozen

from worktraq.core.choices import chosen
from worktraq.core.customers import Customer, CustomerKind
from worktraq.core.identifiers import clean_company_number, clean_iban, clean_mail_address, clean_vat_number
from worktraq.core.ids import CustomerId, OrganizationId, ProjectId
from worktraq.core.invoices import Party
from worktraq.core.organizations import Address, BillingDetails, clean_address
from worktraq.core.problems import Problems
from worktraq.core.rounding import NO_ROUNDING, RoundingPolicy, check_rounding
from worktraq.core.text import NAME_LENGTH, clean_line, clean_name
from worktraq.core.vat import Vat, VatCategory, check_vat
from worktraq.errors import InvalidInput

EUROPEAN_UNION = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
_MOST_DAYS = 365
_MOST_HUNDREDTHS = 10_000
_PREFIX_LENGTH = 10


class InvoicePer(StrEnum):
    """What one invoice is about."""

    CUSTOMER = "customer"
    PROJECT = "project"
    PERIOD = "period"


class LinesPer(StrEnum):
    """What one line of time is about; a rate never shares a line with another."""

    ACTIVITY = "activity"
    EMPLOYEE = "employee"
    ITEM = "item"


@frozen(kw_only=True)
class BillingTerms:
    """How a customer wants its invoices.

    Attributes:
        organization_id: Who sells.
        customer_id: Who buys.
        invoice_per: One invoice for everything, per project, or per billing period.
        lines_per: One line per activity, per employee, or per item.
        payment_days: Within how many days; None for the seller's usual term.
        vat: The tax on everything; None for what follows from where both are.
        rounding: Of time; a project may have another.
        version: Goes up with every change; 0 before the first one.
    """

    organization_id: OrganizationId
    customer_id: CustomerId
    invoice_per: InvoicePer = InvoicePer.CUSTOMER
    lines_per: LinesPer = LinesPer.ACTIVITY
    payment_days: int | None = None
    vat: Vat | None = None
    rounding: RoundingPolicy = NO_ROUNDING
    version: int = 0


@frozen
class ProjectRounding:
    """That the time on a project is rounded otherwise than that of its customer.

    Attributes:
        project_id: On which project.
        organization_id: Whose project it is.
        rounding: How it is rounded there.
    """

    project_id: ProjectId
    organization_id: OrganizationId
    rounding: RoundingPolicy


def check_terms(terms: BillingTerms) -> BillingTerms:
    """The terms, when everything in them can be.

    Raises:
        InvalidInput: Naming the field.
    """
    if terms.payment_days is not None:
        _check_number("payment_days", terms.payment_days, _MOST_DAYS)
    return evolve(
        terms,
        invoice_per=chosen("invoice_per", InvoicePer, terms.invoice_per),
        lines_per=chosen("lines_per", LinesPer, terms.lines_per),
        vat=None if terms.vat is None else check_vat(terms.vat),
        rounding=check_rounding(terms.rounding),
    )


@frozen(kw_only=True)
class SellerProfile:
    """Who sells, as it stands on invoices; it starts as a copy of the billing details.

    Attributes:
        organization_id: Whose profile it is.
        name: The legal name.
        address: Of the seat.
        vat_number: In compact form, or empty.
        company_number: In the register of companies, or empty.
        iban: Of the account on which is paid.
        email: From which invoices come.
        phone: Of the contact.
        contact_name: Whom to ask.
        payment_days: Within how many days is paid, where a customer has no other term.
        vat_hundredths: The usual rate in hundredths of a percent: 2100 for 21 %.
        prefix: Before the year in the number of an invoice; may be empty.
        version: Goes up with every change; 0 before the first one.
    """

    organization_id: OrganizationId
    name: str
    address: Address = Address()
    vat_number: str = ""
    company_number: str = ""
    iban: str = ""
    email: str = ""
    phone: str = ""
    contact_name: str = ""
    payment_days: int = 30
    vat_hundredths: int = 2100
    prefix: str = ""
    version: int = 0


def profile_from(details: BillingDetails | None, organization_id: OrganizationId, name: str) -> SellerProfile:
    """The profile of an organization that has not changed it yet."""
    if details is None:
        return SellerProfile(organization_id=organization_id, name=name)
    return SellerProfile(
        organization_id=organization_id,
        name=details.name,
        address=details.address,
        vat_number=details.vat_number,
        email=details.email,
    )


def check_profile(profile: SellerProfile) -> SellerProfile:
    """The profile, cleaned, when all of it can be taken.

    Raises:
        InvalidInput: With a problem for every field that is wrong.
    """
    found = Problems()
    address = found.keep(Address(), clean_address, profile.address)
    country = address.country
    clean = evolve(
        profile,
        name=found.keep("", clean_name, "name", profile.name),
        address=address,
        vat_number=found.keep("", clean_vat_number, "vat_number", profile.vat_number, country),
        company_number=found.keep("", clean_company_number, "company_number", profile.company_number, country),
        iban=found.keep("", clean_iban, "iban", profile.iban),
        email=found.keep("", clean_mail_address, "email", profile.email),
        phone=found.keep("", clean_line, "phone", profile.phone, longest=40),
        contact_name=found.keep("", clean_line, "contact_name", profile.contact_name, longest=NAME_LENGTH),
        prefix=found.keep("", clean_line, "prefix", profile.prefix, longest=_PREFIX_LENGTH),
    )
    found.keep(None, _check_number, "payment_days", profile.payment_days, _MOST_DAYS)
    found.keep(None, _check_number, "vat_hundredths", profile.vat_hundredths, _MOST_HUNDREDTHS)
    found.raise_if_any()
    return clean


def _check_number(field: str, number: object, most: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
        raise InvalidInput.of(field, "number_out_of_range", least=0, most=most)


def seller_of(profile: SellerProfile) -> Party:
    """The seller as it stands on an invoice."""
    return Party(
        name=profile.name,
        address=profile.address,
        vat_number=profile.vat_number,
        company_number=profile.company_number,
        email=profile.email,
        phone=profile.phone,
        contact_name=profile.contact_name,
        iban=profile.iban,
    )


def buyer_of(customer: Customer) -> Party:
    """The buyer as it stands on an invoice."""
    data = customer.data
    return Party(
        name=customer.name,
        address=data.address,
        vat_number=data.vat_number,
        company_number=data.company_number,
        email=customer.invoice_email,
        reference=data.buyer_reference,
    )


def vat_for(profile: SellerProfile, customer: Customer, terms: BillingTerms) -> Vat:
    """The tax on what a customer buys: as agreed, else what follows from where seller and buyer are.

    Within one country, and for who has no VAT number in another country of the EU, it is the seller's usual rate; a
    business with a VAT number there is charged nothing and accounts for the tax itself; a business outside the EU is
    not subject to it.
    """
    if terms.vat is not None:
        return terms.vat
    here, there = profile.address.country, customer.data.address.country
    if there and here and there != here and customer.data.kind is CustomerKind.BUSINESS:
        if there not in EUROPEAN_UNION:
            return Vat(VatCategory.OUTSIDE, 0)
        if customer.data.vat_number and here in EUROPEAN_UNION:
            return Vat(VatCategory.REVERSE_CHARGE, 0)
    if not profile.vat_hundredths:
        return Vat(VatCategory.EXEMPT, 0)
    return Vat(VatCategory.STANDARD, profile.vat_hundredths)
