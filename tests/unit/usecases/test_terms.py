"""On which terms customers are invoiced, who the seller is, and instalments."""

from datetime import date

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.events import EventName
from worktraq.core.money import Money
from worktraq.core.organizations import Address
from worktraq.core.rounding import RoundedPer, RoundingPolicy
from worktraq.core.terms import BillingTerms, InvoicePer, LinesPer, SellerProfile
from worktraq.core.vat import Vat, VatCategory
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY, new_id


def test_customer_has_the_usual_terms_until_they_are_changed(office: Office) -> None:
    """What is not given stays."""
    firm = office.firm
    usual = BillingTerms(organization_id=firm.id, customer_id=firm.customer.id)
    with office.acting(office.manager) as tx:
        assert tx.billing.terms(firm.customer.id) == usual
        first = tx.billing.change_terms(
            firm.customer.id, version=0, invoice_per=InvoicePer.PROJECT, vat=Vat(VatCategory.ZERO, 0)
        )
        second = tx.billing.change_terms(firm.customer.id, version=1, lines_per=LinesPer.ITEM, payment_days=14)
        assert tx.billing.terms(firm.customer.id) == second
        assert [event.name for event in tx.audit.history(firm.customer.id)] == [EventName.BILLING_TERMS_CHANGED] * 2
    assert (first.invoice_per, first.lines_per) == (InvoicePer.PROJECT, LinesPer.ACTIVITY)
    assert (second.invoice_per, second.vat, second.payment_days) == (
        InvoicePer.PROJECT,
        Vat(VatCategory.ZERO, 0),
        14,
    )


def test_terms_are_changed_by_who_saw_the_last_ones(office: Office) -> None:
    """And hold good values only."""
    customer_id = office.firm.customer.id
    office.refuses(
        office.manager, lambda tx: tx.billing.change_terms(customer_id, version=1, payment_days=14), Conflict
    )
    office.refuses(
        office.manager, lambda tx: tx.billing.change_terms(customer_id, version=0, payment_days=400), InvalidInput
    )


def test_rounding_of_a_project_comes_before_that_of_its_customer(office: Office) -> None:
    """Until it is taken away."""
    firm = office.firm
    own, usual = RoundingPolicy(RoundedPer.LINE, 30), RoundingPolicy(RoundedPer.DAY, 6)
    with office.acting(office.manager) as tx:
        tx.billing.change_terms(firm.customer.id, version=0, rounding=usual)
        tx.billing.set_rounding(firm.project.id, own)
        assert [tx.billing.rounding(each.id) for each in (firm.project, firm.fixed_project)] == [own, usual]
        tx.billing.set_rounding(firm.project.id, None)
        assert tx.billing.rounding(firm.project.id) == usual
        assert [event.name for event in tx.audit.history(firm.project.id)] == [EventName.PROJECT_ROUNDING_SET] * 2
    office.refuses(
        office.manager,
        lambda tx: tx.billing.set_rounding(firm.project.id, RoundingPolicy(RoundedPer.DAY, 7)),
        InvalidInput,
    )


def test_profile_of_the_seller_begins_as_the_billing_details(office: Office) -> None:
    """And goes its own way from the first change on."""
    with office.acting(office.admin) as tx:
        assert tx.billing.seller_profile() == SellerProfile(organization_id=office.firm.id, name="Acme")
        tx.organizations.change_billing_details(name="Acme B.V.", address=Address(country="NL"))
        assert tx.billing.seller_profile().name == "Acme B.V."
        first = tx.billing.change_seller_profile(
            version=0,
            vat_number="NL004495445B01",
            company_number="27312152",
            iban="NL91 ABNA 0417 1643 00",
            email="billing@acme.example",
            phone="030 123 45 67",
            contact_name="Ada",
            payment_days=14,
            vat_hundredths=900,
            prefix="A",
        )
        tx.organizations.change_billing_details(name="Other", address=Address(), version=1)
        assert tx.billing.seller_profile() == first
        second = tx.billing.change_seller_profile(
            version=1, name="Acme N.V.", address=Address(country="BE"), vat_number="", company_number=""
        )
        history = [event.name for event in tx.audit.history(office.firm.id)]
    assert (first.name, first.address, first.iban, first.version) == (
        "Acme B.V.",
        Address(country="NL"),
        "NL91ABNA0417164300",
        1,
    )
    assert (second.name, second.prefix, second.version) == ("Acme N.V.", "A", 2)
    assert history.count(EventName.SELLER_PROFILE_CHANGED) == 2


@pytest.mark.requirement("W-03")
def test_manager_reads_the_profile_and_does_not_change_it(office: Office) -> None:
    """As with the billing details."""
    with office.viewing(office.manager) as tx:
        assert tx.billing.seller_profile().name == "Acme"
    error = office.refuses(office.manager, lambda tx: tx.billing.change_seller_profile(version=0, name="Mine"), Refused)
    assert codes(error) == ["needs_admin"]
    office.refuses(office.admin, lambda tx: tx.billing.change_seller_profile(version=1, name="x"), Conflict)
    office.refuses(office.admin, lambda tx: tx.billing.change_seller_profile(version=0, iban="x"), InvalidInput)


@pytest.mark.requirement("L-11")
def test_instalments_are_added_changed_and_removed(office: Office) -> None:
    """By who saw the last version, on a project at a fixed price."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        later_one = tx.rates.add_instalment(
            firm.fixed_project.id, due_on=date(2026, 11, 1), amount=Money("2.00", "EUR"), description="Second"
        )
        first = tx.rates.add_instalment(
            firm.fixed_project.id, due_on=MONDAY, amount=Money("1.00", "EUR"), description="First"
        )
        assert list(tx.rates.instalments(firm.fixed_project.id)) == [first, later_one]
        changed = tx.rates.change_instalment(first.id, version=1, amount=Money("3.00", "EUR"))
        tx.rates.remove_instalment(later_one.id, version=1)
        assert list(tx.rates.instalments(firm.fixed_project.id)) == [changed]
        assert [event.name for event in tx.audit.history(later_one.id)] == [
            EventName.INSTALMENT_ADDED,
            EventName.INSTALMENT_REMOVED,
        ]
        assert [event.name for event in tx.audit.history(first.id)] == [
            EventName.INSTALMENT_ADDED,
            EventName.INSTALMENT_CHANGED,
        ]
    amount = Money("1.00", "EUR")
    refused = (
        (lambda tx: tx.rates.change_instalment(first.id, version=1, description="x"), Conflict),
        (lambda tx: tx.rates.remove_instalment(first.id, version=1), Conflict),
        (lambda tx: tx.rates.remove_instalment(new_id(), version=1), NotFound),
        (
            lambda tx: tx.rates.add_instalment(firm.project.id, due_on=MONDAY, amount=amount, description="x"),
            InvalidInput,
        ),
        (
            lambda tx: tx.rates.add_instalment(
                firm.fixed_project.id, due_on=MONDAY, amount=Money("1", "USD"), description="x"
            ),
            InvalidInput,
        ),
    )
    for command, error in refused:
        office.refuses(office.manager, command, error)
