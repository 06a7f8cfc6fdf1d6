"""Importing customers, planned row by row."""

import pytest
from attrs import evolve

from worktraq.core.chains import ApprovalChain
from worktraq.core.customers import Customer, CustomerData, CustomerKind
from worktraq.core.imports import (
    Change,
    ImportLink,
    ImportPlan,
    PlannedCustomer,
    customer_data,
    digest_of,
    merged,
    plan_row,
)
from worktraq.core.organizations import Address
from worktraq.core.sheets import Record
from worktraq.errors import InvalidInput
from worktraq.testing.builders import a_customer, an_import_link, an_organization

ACME = an_organization().id
ROW = CustomerData(company_name="Jansen", number="K-1")


def a_record(**texts: str) -> Record:
    """A row of a sheet."""
    return Record("Sheet1", 2, texts, {})


def stored(data: CustomerData = ROW) -> tuple[ImportLink, Customer]:
    """A customer that was imported from this row."""
    customer = evolve(a_customer(ACME), data=data, version=4)
    return an_import_link(customer, data.number, digest=digest_of(data)), customer


@pytest.mark.parametrize("kind", ["zakelijk", "Bedrijf", "ENTREPRISE", "geschäftlich", "B2B", "company"])
def test_business_is_recognised_in_four_languages(kind: str) -> None:
    """Without case and accents."""
    assert customer_data(a_record(kind=kind, company_name="Jansen")).kind is CustomerKind.BUSINESS


@pytest.mark.parametrize("kind", ["particulier", "privé", "Person", "Privatperson", ""])
def test_private_person_is_recognised_in_four_languages(kind: str) -> None:
    """And where nothing is said, by having no company name."""
    data = customer_data(a_record(kind=kind, first_name="Piet", last_name="Pietersen"))
    assert data.kind is CustomerKind.PRIVATE


def test_company_name_makes_a_business() -> None:
    """Where the kind is left open."""
    assert customer_data(a_record(company_name="Jansen")).kind is CustomerKind.BUSINESS


def test_unknown_kind_is_refused() -> None:
    """Neither a business nor a person."""
    with pytest.raises(InvalidInput) as raised:
        customer_data(a_record(kind="vereniging", company_name="Jansen"))
    assert (raised.value.field, raised.value.code) == ("kind", "customer_kind_unknown")


@pytest.mark.requirement("B-10")
def test_every_wrong_cell_of_a_row_is_named() -> None:
    """A row is corrected in one go."""
    with pytest.raises(InvalidInput) as raised:
        customer_data(a_record(kind="zakelijk", email="nobody", vat_number="!", country="NL"))
    assert [each.field for each in raised.value.problems] == ["email", "vat_number", "company_name"]


def test_row_is_read_with_all_its_cells() -> None:
    """Every heading that is recognised finds its place."""
    data = customer_data(
        a_record(
            company_name="Jansen",
            number="K-1",
            email="ap@jansen.example",
            street="Dam 1",
            postal_code="1012 JS",
            city="Amsterdam",
            country="nl",
            vat_number="NL004495445B01",
            company_number="27312152",
            language="fr",
        )
    )
    assert data == CustomerData(
        company_name="Jansen",
        number="K-1",
        email="ap@jansen.example",
        address=Address("Dam 1", "1012 JS", "Amsterdam", "NL"),
        vat_number="NL004495445B01",
        company_number="27312152",
        language="fr",
    )


@pytest.mark.requirement("B-10")
def test_unknown_row_becomes_a_customer() -> None:
    """Also where the customer it once was is gone."""
    link, _ = stored()
    for known in (None, link):
        planned = plan_row(2, ROW, known, None, number_is_taken=False)
        assert planned == PlannedCustomer(2, Change.CREATE, "K-1", ROW)


@pytest.mark.requirement("B-10")
def test_number_of_another_customer_is_refused() -> None:
    """A customer that was entered by hand is not overwritten."""
    with pytest.raises(InvalidInput) as raised:
        plan_row(2, ROW, None, None, number_is_taken=True)
    assert raised.value.code == "number_taken"


@pytest.mark.requirement("B-10")
def test_same_row_changes_nothing() -> None:
    """What was changed here by hand stays, too."""
    link, customer = stored()
    changed_here = evolve(customer, data=evolve(ROW, email="new@jansen.example"))
    for each in (customer, changed_here):
        assert plan_row(2, ROW, link, each, number_is_taken=True).change is Change.UNCHANGED


@pytest.mark.requirement("B-10")
def test_changed_row_updates_the_customer_it_was() -> None:
    """Bound to the version that was seen; what an import does not bring does not count as a change here."""
    link, customer = stored()
    ours = evolve(customer, data=evolve(ROW, iban="NL91ABNA0417164300", currency="USD", chain=ApprovalChain.CUSTOMER))
    row = evolve(ROW, email="new@jansen.example")
    planned = plan_row(2, row, link, ours, number_is_taken=True)
    assert planned == PlannedCustomer(2, Change.UPDATE, "K-1", row, customer.id, 4)
    assert merged(ours.data, row) == evolve(ours.data, email="new@jansen.example")


@pytest.mark.requirement("B-10")
def test_change_on_both_sides_is_a_conflict() -> None:
    """Somebody decides by hand which one counts."""
    link, customer = stored()
    ours = evolve(customer, data=evolve(ROW, email="ours@jansen.example"))
    with pytest.raises(InvalidInput) as raised:
        plan_row(2, evolve(ROW, email="theirs@jansen.example"), link, ours, number_is_taken=True)
    assert raised.value.code == "changed_here_and_there"


def test_plan_counts_its_changes() -> None:
    """How many rows would be changed so."""
    plan = ImportPlan("excel", (plan_row(2, ROW, None, None, number_is_taken=False),), ())
    assert [plan.count(change) for change in Change] == [1, 0, 0]
