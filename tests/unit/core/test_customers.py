"""Customers and their contact persons."""

from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given

from worktraq.core.contacts import changed_contact, ended, new_contact, resumed, without_customer
from worktraq.core.customers import (
    Customer,
    CustomerData,
    CustomerKind,
    CustomerSort,
    CustomerStatus,
    archived,
    changed_customer,
    check_deletable,
    checked,
    new_customer,
    place_in_list,
    place_span,
    restored,
    summary,
)
from worktraq.core.ids import ContactId, CustomerId, OrganizationId
from worktraq.core.organizations import Address
from worktraq.errors import InvalidInput, Refused
from worktraq.testing.builders import a_contact, a_customer, a_private_customer
from worktraq.testing.strategies.people import customers

ACME = OrganizationId(UUID(int=1))


def problems(data: CustomerData) -> list[tuple[str, str]]:
    """What is wrong with a customer."""
    with pytest.raises(InvalidInput) as raised:
        checked(data)
    return [(each.field, each.code) for each in raised.value.problems]


@pytest.mark.requirement("T-03")
@pytest.mark.parametrize("name", ["", "   "])
def test_business_needs_a_company_name(name: str) -> None:
    """Blanks are no name."""
    assert problems(CustomerData(company_name=name)) == [("company_name", "text_missing")]


@pytest.mark.requirement("T-03")
@pytest.mark.parametrize(
    ("first", "last", "missing"),
    [("", "Pietersen", ["first_name"]), ("Piet", " ", ["last_name"]), ("", "", ["first_name", "last_name"])],
)
def test_private_person_needs_both_names(first: str, last: str, missing: list[str]) -> None:
    """A company name does not make up for it."""
    data = CustomerData(kind=CustomerKind.PRIVATE, company_name="Jansen", first_name=first, last_name=last)
    assert problems(data) == [(field, "text_missing") for field in missing]


@pytest.mark.requirement("T-03")
def test_private_person_is_called_by_both_names() -> None:
    """A business by its company name."""
    assert a_private_customer(ACME).name == "Piet Pietersen"
    assert a_customer(ACME).name == "Bakkerij Jansen B.V."


def test_every_wrong_field_is_named() -> None:
    """Nobody corrects a form field by field."""
    data = CustomerData(
        company_name="x" * 201,
        number="x" * 41,
        email="nobody",
        invoice_email="nobody",
        address=Address(country="Holland"),
        vat_number="!",
        company_number="!",
        iban="NL00",
        language="it",
        currency="euro",
        buyer_reference="x" * 201,
    )
    assert [field for field, _ in problems(data)] == [
        *("country", "company_name", "number", "email", "invoice_email", "vat_number", "company_number", "iban"),
        *("language", "currency", "buyer_reference"),
    ]


def test_name_that_is_no_text_is_one_problem() -> None:
    """It is not missing as well."""
    data = CustomerData(company_name=None)  # type: ignore[arg-type]  # what the types do not allow
    assert problems(data) == [("company_name", "text_malformed")]


@pytest.mark.parametrize("country", ["NL", "nl", " Nl "])
def test_numbers_are_checked_by_the_country_however_it_is_written(country: str) -> None:
    """The prefix of a VAT number is in capitals."""
    data = checked(CustomerData(company_name="Jansen", address=Address(country=country), vat_number="004495445B01"))
    assert (data.vat_number, data.address.country) == ("NL004495445B01", "NL")


def test_data_is_cleaned() -> None:
    """Blanks go, numbers become compact."""
    data = checked(CustomerData(company_name=" Jansen ", iban="NL91 ABNA 0417 1643 00", currency="USD"))
    assert (data.company_name, data.iban, data.currency) == ("Jansen", "NL91ABNA0417164300", "USD")


def test_change_raises_the_version() -> None:
    """Status stays, data is checked again."""
    before = archived(new_customer(CustomerId(UUID(int=2)), ACME, CustomerData(company_name="Jansen")))
    after = changed_customer(before, CustomerData(company_name="Jansen B.V."))
    assert (after.name, after.status, after.version) == ("Jansen B.V.", CustomerStatus.ARCHIVED, 3)
    with pytest.raises(InvalidInput):
        changed_customer(before, CustomerData())


@pytest.mark.requirement("W-07")
def test_customer_is_active_or_archived() -> None:
    """Archived and back again."""
    customer = a_customer(ACME)
    assert customer.is_active
    assert archived(customer) == evolve(customer, status=CustomerStatus.ARCHIVED, version=2)
    assert not archived(customer).is_active
    assert restored(archived(customer)) == evolve(customer, version=3)


@pytest.mark.requirement("W-13")
def test_own_organization_is_not_archived() -> None:
    """Internal work goes on."""
    with pytest.raises(Refused) as raised:
        archived(a_customer(ACME, is_internal=True))
    assert [reason.code for reason in raised.value.reasons] == ["customer_is_internal"]


@pytest.mark.requirement("T-06")
def test_all_reasons_against_deleting_are_given() -> None:
    """Registrations, requests, invoices, and being the own organization."""
    with pytest.raises(Refused) as raised:
        check_deletable(a_customer(ACME, is_internal=True), items=2, requests=1, invoices=3)
    assert [reason.code for reason in raised.value.reasons] == [
        *("customer_is_internal", "customer_has_items", "customer_has_requests", "customer_has_invoices"),
    ]
    assert [dict(reason.parameters) for reason in raised.value.reasons] == [
        {},
        {"count": 2},
        {"count": 1},
        {"count": 3},
    ]


@pytest.mark.requirement("T-06")
def test_customer_that_nothing_refers_to_is_deletable() -> None:
    """Nothing stands in the way."""
    check_deletable(a_customer(ACME), items=0, requests=0)


@pytest.mark.requirement("T-04")
def test_summary_has_a_reduced_set_of_fields() -> None:
    """Name, number, place, status and the names of contacts, without those that have ended; nothing else."""
    customer = a_customer(ACME, number="K-1", city="Utrecht")
    contacts = [a_contact(ACME, customer, name="Zoë"), a_contact(ACME, customer, name="Jan")]
    short = summary(customer, [*contacts, ended(a_contact(ACME, customer, name="Old"))])
    assert (short.name, short.number, short.city, short.status, short.contacts) == (
        *("Bakkerij Jansen B.V.", "K-1", "Utrecht", CustomerStatus.ACTIVE),
        ("Jan", "Zoë"),
    )
    assert "ap@jansen.example" not in repr(short)


def test_customer_is_found_by_name_number_and_place() -> None:
    """Without case and accents."""
    customer = a_customer(ACME, "Café Zoë", number="K-1", city="Luik")
    for searched in (customer.search_key, customer.search_text):
        assert all(text in searched for text in ("cafe zoe", "k-1", "luik"))


def test_customer_is_found_by_mail_addresses_and_vat_number() -> None:
    """Where the reduced fields are searched, by none of these; the longest name hides nothing."""
    customer = a_customer(ACME, "x" * 200, number="K-1")
    data = evolve(customer.data, invoice_email="Boek@Zoë.example", vat_number="NL004495445B01")
    customer = evolve(customer, data=data)
    for text in ("ap@jansen.example", "boek@zoe.example", "nl004495445b01"):
        assert text in customer.search_text
        assert text not in customer.search_key
    assert "k-1" in customer.search_text


def test_invoices_go_to_the_mail_address_where_there_is_no_other() -> None:
    """The one of approval requests."""
    customer = a_customer(ACME)
    assert customer.invoice_email == "ap@jansen.example"
    assert evolve(customer, data=evolve(customer.data, invoice_email="b@x.example")).invoice_email == "b@x.example"


def in_order(sort: CustomerSort, *given_ones: Customer) -> list[Customer]:
    """The customers as they are listed."""
    is_descending = sort is CustomerSort.NEWEST
    return sorted(given_ones, key=lambda each: place_in_list(each, sort), reverse=is_descending)


def test_numbers_are_ordered_as_people_count() -> None:
    """9 before 10, zeros and case aside; who has none comes last."""
    numbers = ("2", "9", "10", "0010a", "1000", "a9", "A10", "a10b", "B", "k-2-1", "K-10-1", "")
    found = [a_customer(ACME, number=number) for number in numbers]
    assert [each.data.number for each in in_order(CustomerSort.NUMBER, *reversed(found))] == list(numbers)


def test_places_are_ordered_without_accents_and_then_by_name() -> None:
    """A place comes before a longer one that begins with it, whatever the names; who has none comes last."""
    cities = ("Ede", "Ede", "Edegem", "Édegem", "Luik", "", "")
    found = [a_customer(ACME, name, city=city) for name, city in zip("xzabaab", cities, strict=True)]
    assert in_order(CustomerSort.PLACE, *reversed(found)) == found


def test_names_are_ordered_without_case_and_accents() -> None:
    """Each key is led by its order, and ends in the id."""
    found = [a_customer(ACME, name) for name in ("Abe", "ábel", "Zoë")]
    assert in_order(CustomerSort.NAME, *reversed(found)) == found
    assert place_in_list(found[0], CustomerSort.NAME) == ("name", found[0].search_key, found[0].id.hex)


def test_newest_customer_comes_first() -> None:
    """Ids sort by the moment they were made."""
    older, newer = a_customer(ACME), a_customer(ACME)
    assert in_order(CustomerSort.NEWEST, older, newer) == [newer, older]


@given(customers())
def test_keys_fit_their_columns(customer: Customer) -> None:
    """Whatever was entered."""
    assert max(map(len, (customer.search_key, customer.number_order, customer.place_order))) <= 300


@pytest.mark.requirement("T-08")
def test_contact_works_at_zero_or_more_customers() -> None:
    """Each once, in order."""
    one, two = CustomerId(UUID(int=5)), CustomerId(UUID(int=6))
    contact = new_contact(
        ContactId(UUID(int=2)), ACME, name=" Jan ", email="", phone="", language="", customer_ids=[two, one, two]
    )
    assert (contact.name, contact.customer_ids) == ("Jan", (one, two))
    assert without_customer(contact, one).customer_ids == (two,)
    assert changed_contact(contact, customer_ids=[]).customer_ids == ()


@pytest.mark.requirement("T-08")
def test_contact_ends_and_comes_back() -> None:
    """With everything that was known."""
    customer, other = a_customer(ACME), a_customer(ACME)
    contact = a_contact(ACME, customer)
    assert ended(contact) == evolve(contact, is_ended=True, version=2)
    assert [contact.works_at(customer.id), contact.works_at(other.id), ended(contact).works_at(customer.id)] == [
        *(True, False, False),
    ]
    assert resumed(ended(contact)) == evolve(contact, version=3)


@pytest.mark.requirement("T-08")
def test_contact_keeps_what_is_not_given() -> None:
    """Only what is given changes, also of one who has ended."""
    contact = ended(a_contact(ACME, a_customer(ACME)))
    assert changed_contact(contact, phone="06-1") == evolve(contact, phone="06-1", version=3)
    assert changed_contact(contact, name="J.", email="j@x.example", language="FR") == evolve(
        contact, name="J.", email="j@x.example", language="fr", version=3
    )


@pytest.mark.parametrize("change", [{"name": ""}, {"email": "x"}, {"phone": "1" * 41}, {"language": "it"}])
def test_bad_contact_is_refused(change: dict[str, str]) -> None:
    """Each field says what is wrong with it."""
    with pytest.raises(InvalidInput) as raised:
        changed_contact(a_contact(ACME), **change)  # type: ignore[arg-type]  # one field each
    assert [raised.value.field] == list(change)


@pytest.mark.requirement("T-08")
def test_contact_works_at_a_customer_until_ended() -> None:
    """And at no other one."""
    customer, other = a_customer(ACME), a_customer(ACME)
    contact = a_contact(ACME, customer)
    assert contact.works_at(customer.id)
    assert not contact.works_at(other.id)
    assert not ended(contact).works_at(customer.id)


@pytest.mark.parametrize("city", ["Utrecht", ""])
@pytest.mark.parametrize("is_business", [True, False])
def test_customers_of_one_name_and_place_lie_in_its_span(city: str, is_business: bool) -> None:
    """However their names are written, and nobody whose name goes on."""

    def of(first: str, last: str) -> CustomerData:
        address = Address(city=city)
        if is_business:
            return CustomerData(company_name=f"{first} {last}", address=address)
        return CustomerData(kind=CustomerKind.PRIVATE, first_name=first, last_name=last, address=address)

    def order_of(data: CustomerData) -> str:
        customer = evolve(a_customer(ACME), data=evolve(data, number="7", email="a@b.example"))
        return str(place_in_list(customer, CustomerSort.PLACE)[1])

    span = place_span(of("Piet", "Smit"))
    assert span is not None
    begin, end = span
    assert begin <= order_of(of("PIET", "Smít")) < end
    for other in (of("Piet", "Smits"), of("Piet", "Smi"), evolve(of("Piet", "Smit"), address=Address(city="Zeist"))):
        assert not begin <= order_of(other) < end


def test_name_too_long_for_a_span_has_none() -> None:
    """What is stored of such a name is cut, so that others would lie there too."""
    assert place_span(CustomerData(company_name="x" * 150)) is not None
    assert place_span(CustomerData(company_name="x" * 151)) is None
