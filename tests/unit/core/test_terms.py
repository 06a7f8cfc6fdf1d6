"""On which terms customers are invoiced, and who the seller is."""

import pytest
from attrs import evolve

from worktraq.core.customers import Customer, CustomerKind
from worktraq.core.organizations import Address
from worktraq.core.rounding import RoundedPer, RoundingPolicy
from worktraq.core.terms import (
    BillingTerms,
    InvoicePer,
    LinesPer,
    SellerProfile,
    buyer_of,
    check_profile,
    check_terms,
    profile_from,
    seller_of,
    vat_for,
)
from worktraq.core.vat import Vat, VatCategory
from worktraq.errors import InvalidInput
from worktraq.testing.builders import a_customer, a_private_customer, billing_details_of
from worktraq.testing.firms import a_firm

FIRM = a_firm()
PROFILE = SellerProfile(
    organization_id=FIRM.id,
    name="Acme B.V.",
    address=Address("Kade 1", "3511 AB", "Utrecht", "NL"),
    vat_number="NL004495445B01",
    company_number="27312152",
    iban="NL91ABNA0417164300",
    email="billing@acme.example",
    phone="030 123 45 67",
    contact_name="Ada",
    version=1,
)


def terms(**changes: object) -> BillingTerms:
    """Terms of the firm's customer."""
    usual = BillingTerms(organization_id=FIRM.id, customer_id=FIRM.customer.id)
    return evolve(usual, **changes)  # type: ignore[arg-type]  # names come from a test


def at(country: str, vat_number: str = "", kind: CustomerKind = CustomerKind.BUSINESS) -> Customer:
    """A customer in a country."""
    customer = a_customer(FIRM.id) if kind is CustomerKind.BUSINESS else a_private_customer(FIRM.id)
    data = evolve(customer.data, address=Address(country=country), vat_number=vat_number)
    return evolve(customer, data=data)


def problems(error: InvalidInput) -> list[tuple[str, str]]:
    """Field and code of everything that is wrong."""
    return [(each.field, each.code) for each in error.problems]


def test_terms_are_understood_from_values() -> None:
    """As a form gives them."""
    given = terms(invoice_per="period", lines_per="item", payment_days=14, vat=Vat("Z", 0))  # type: ignore[arg-type]  # a form
    assert check_terms(given) == terms(
        invoice_per=InvoicePer.PERIOD, lines_per=LinesPer.ITEM, payment_days=14, vat=Vat(VatCategory.ZERO, 0)
    )
    assert check_terms(terms()) == terms()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (terms(invoice_per="week"), ("invoice_per", "choice_unknown")),
        (terms(lines_per="hour"), ("lines_per", "choice_unknown")),
        (terms(payment_days=366), ("payment_days", "number_out_of_range")),
        (terms(payment_days=-1), ("payment_days", "number_out_of_range")),
        (terms(payment_days=True), ("payment_days", "number_out_of_range")),
        (terms(payment_days="14"), ("payment_days", "number_out_of_range")),
        (terms(vat=Vat(VatCategory.STANDARD, 0)), ("hundredths", "vat_rate_needed")),
        (terms(rounding=RoundingPolicy(RoundedPer.DAY, 7)), ("step", "choice_unknown")),
    ],
)
def test_bad_terms_are_refused(given: BillingTerms, expected: tuple[str, str]) -> None:
    """Naming the field."""
    with pytest.raises(InvalidInput) as raised:
        check_terms(given)
    assert problems(raised.value) == [expected]


def test_profile_begins_as_a_copy_of_the_billing_details() -> None:
    """Or with the name of the organization, where there are none."""
    details = billing_details_of(FIRM.organization)
    copy = profile_from(details, FIRM.id, "Acme")
    assert (copy.name, copy.address, copy.vat_number) == (details.name, details.address, details.vat_number)
    assert profile_from(None, FIRM.id, "Acme") == SellerProfile(organization_id=FIRM.id, name="Acme")
    assert copy.version == 0


def test_good_profile_is_cleaned() -> None:
    """Every identifier in its compact form."""
    given = evolve(
        PROFILE, name=" Acme B.V. ", vat_number="NL 0044.95.445.B01", company_number="273 12 152", prefix=" A "
    )
    assert check_profile(given) == evolve(PROFILE, prefix="A")
    government = evolve(PROFILE, company_number="0000 0001 0032 1434 5000")
    assert check_profile(government).company_number == "00000001003214345000"


def test_bad_profile_names_every_field() -> None:
    """At once."""
    bad = evolve(
        PROFILE,
        name="",
        address=Address(country="NLD"),
        vat_number="/",
        company_number="/",
        iban="NL00",
        email="x",
        phone="1" * 41,
        contact_name="\n",
        prefix="x" * 11,
        payment_days=400,
        vat_hundredths=10_001,
    )
    with pytest.raises(InvalidInput) as raised:
        check_profile(evolve(bad, contact_name="\x00"))
    assert {field for field, _ in problems(raised.value)} == {
        *("name", "country", "vat_number", "company_number", "iban", "email", "phone", "contact_name"),
        *("prefix", "payment_days", "vat_hundredths"),
    }


def test_seller_stands_on_an_invoice_as_in_the_profile() -> None:
    """With everything that a buyer asks for."""
    seller = seller_of(PROFILE)
    assert (seller.name, seller.address, seller.vat_number) == (PROFILE.name, PROFILE.address, PROFILE.vat_number)
    assert (seller.company_number, seller.iban, seller.email) == ("27312152", PROFILE.iban, PROFILE.email)
    assert (seller.phone, seller.contact_name, seller.reference) == (PROFILE.phone, "Ada", "")


def test_buyer_stands_on_an_invoice_as_the_customer_wants() -> None:
    """Its mail address for invoices, and what it wants to read."""
    customer = a_customer(FIRM.id)
    data = evolve(customer.data, invoice_email="facturen@jansen.example", buyer_reference="PO-17")
    buyer = buyer_of(evolve(customer, data=data))
    assert (buyer.name, buyer.email, buyer.reference) == (customer.name, "facturen@jansen.example", "PO-17")
    assert buyer_of(a_private_customer(FIRM.id)).name == "Piet Pietersen"


@pytest.mark.requirement("L-11")
@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        (at("NL", "NL004495445B01"), Vat(VatCategory.STANDARD, 2100)),
        (at(""), Vat(VatCategory.STANDARD, 2100)),
        (at("BE", "BE0428759497"), Vat(VatCategory.REVERSE_CHARGE, 0)),
        (at("BE"), Vat(VatCategory.STANDARD, 2100)),
        (at("BE", kind=CustomerKind.PRIVATE), Vat(VatCategory.STANDARD, 2100)),
        (at("US"), Vat(VatCategory.OUTSIDE, 0)),
        (at("US", kind=CustomerKind.PRIVATE), Vat(VatCategory.STANDARD, 2100)),
    ],
)
def test_tax_follows_from_where_seller_and_buyer_are(customer: Customer, expected: Vat) -> None:
    """At home the usual rate; a business elsewhere in the EU accounts for it, one outside is not subject to it."""
    assert vat_for(PROFILE, customer, terms()) == expected


def test_agreed_tax_comes_before_what_follows() -> None:
    """Whatever the country."""
    agreed = Vat(VatCategory.STANDARD, 900)
    assert vat_for(PROFILE, at("BE", "BE0428759497"), terms(vat=agreed)) == agreed


def test_seller_outside_the_eu_reverses_no_charge() -> None:
    """And one that charges nothing is exempt."""
    swiss = evolve(PROFILE, address=Address(country="CH"), vat_hundredths=810)
    assert vat_for(swiss, at("BE", "BE0428759497"), terms()) == Vat(VatCategory.STANDARD, 810)
    small = evolve(PROFILE, vat_hundredths=0)
    assert vat_for(small, at("NL"), terms()) == Vat(VatCategory.EXEMPT, 0)
    nowhere = evolve(PROFILE, address=Address())
    assert vat_for(nowhere, at("BE", "BE0428759497"), terms()) == Vat(VatCategory.STANDARD, 2100)
