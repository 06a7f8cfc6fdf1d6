"""Customers."""

from collections.abc import Callable, Iterable

import pytest
from attrs import evolve

from tests.unit.usecases.firm import Office, codes
from worktraq.core.access import Right
from worktraq.core.chains import ApprovalChain
from worktraq.core.customers import CustomerData, CustomerKind, CustomerSort, CustomerStatus
from worktraq.core.money import Money, Rate
from worktraq.core.organizations import Address
from worktraq.core.rates import RateSubject
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY


@pytest.mark.requirement("T-03", "W-07")
def test_business_and_private_person_are_added_by_hand(office: Office) -> None:
    """Each with what it needs."""
    with office.acting(office.manager) as tx:
        business = tx.customers.add_business(
            company_name="Nova B.V.", number="K-2", email="ap@nova.example", buyer_reference="PO 7"
        )
        person = tx.customers.add_private(
            first_name="Nel", last_name="Nagel", language="fr", invoice_email="nel@nagel.example", buyer_reference="N"
        )
        assert tx.customers.get(business.id) == business
        assert tx.customers.get(person.id).name == "Nel Nagel"
    assert business.is_active
    assert (business.invoice_email, business.data.buyer_reference) == ("ap@nova.example", "PO 7")
    assert (person.invoice_email, person.data.buyer_reference) == ("nel@nagel.example", "N")


def test_number_is_unique_where_there_is_one(office: Office) -> None:
    """For a new customer and for a changed one; many may have none."""
    firm = office.firm
    refused = [
        office.refuses(
            office.manager, lambda tx: tx.customers.add_business(company_name="x", number="K-1001"), InvalidInput
        ),
        office.refuses(
            office.manager,
            lambda tx: tx.customers.change(firm.other_customer.id, version=1, number="K-1001"),
            InvalidInput,
        ),
    ]
    assert [each.code for each in refused] == ["number_taken"] * 2
    with office.acting(office.manager) as tx:
        tx.customers.add_business(company_name="x")
        tx.customers.add_business(company_name="x")
        assert tx.customers.change(firm.customer.id, version=1, number="K-1001").version == 2


@pytest.mark.requirement("T-06")
def test_change_keeps_what_is_not_given(office: Office) -> None:
    """And empties what is given as empty."""
    before = office.customer()
    with office.acting(office.manager) as tx:
        changed = tx.customers.change(before.id, version=1, email="", chain=ApprovalChain.CUSTOMER)
        everything = {
            "kind": CustomerKind.PRIVATE,
            "company_name": "",
            "first_name": "Jan",
            "last_name": "Jansen",
            "number": "K-9",
            "invoice_email": "boek@jansen.example",
            "buyer_reference": "PO 7",
            "address": Address(city="Luik", country="BE"),
            "vat_number": "BE0428759497",
            "company_number": "0428759497",
            "iban": "NL91ABNA0417164300",
            "language": "fr",
            "currency": "EUR",
        }
        other = tx.customers.change(before.id, version=2, **everything)  # type: ignore[arg-type]  # all the others
    assert changed == evolve(before, data=evolve(before.data, email="", chain=ApprovalChain.CUSTOMER), version=2)
    assert other.data == CustomerData(email="", chain=ApprovalChain.CUSTOMER, **everything)  # type: ignore[arg-type]  # as above


def test_currency_stays_once_something_is_registered_in_it(office: Office) -> None:
    """Naming the same currency by its name is no change."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.customers.change(firm.customer.id, version=1, currency="USD")
        tx.customers.change(firm.customer.id, version=2, currency="")
    office.time()
    error = office.refuses(
        office.manager, lambda tx: tx.customers.change(firm.customer.id, version=3, currency="USD"), InvalidInput
    )
    assert error.code == "currency_in_use"
    with office.acting(office.manager) as tx:
        assert tx.customers.change(firm.customer.id, version=3, currency="EUR").data.currency == "EUR"


@pytest.mark.requirement("W-07", "T-06")
def test_customer_is_archived_and_restored(office: Office) -> None:
    """What was registered goes on; the internal one stays."""
    item = office.time()
    with office.acting(office.manager) as tx:
        tx.customers.archive(office.firm.customer.id, version=1)
        assert [each.id for each in tx.customers.list(status=CustomerStatus.ARCHIVED)] == [office.firm.customer.id]
    office.submit()
    office.approve(item)
    with office.acting(office.manager) as tx:
        tx.customers.restore(office.firm.customer.id, version=2)
    assert office.time().minutes == 60
    error = office.refuses(office.manager, lambda tx: tx.customers.archive(office.firm.internal.id, version=1), Refused)
    assert codes(error) == ["customer_is_internal"]


@pytest.mark.requirement("T-06")
def test_customer_with_registrations_is_not_deleted(office: Office) -> None:
    """Every reason is given; it can be archived instead."""
    item = office.time()
    office.asked(item)
    error = office.refuses(office.manager, lambda tx: tx.customers.delete(office.firm.customer.id, version=1), Refused)
    assert [(each.code, dict(each.parameters)) for each in error.reasons] == [
        ("customer_has_items", {"count": 1}),
        ("customer_has_requests", {"count": 1}),
    ]


@pytest.mark.requirement("T-06")
def test_expense_alone_keeps_a_customer(office: Office) -> None:
    """Hours and expenses are counted together, also once they are approved."""
    office.expense()
    office.submit()
    item = office.time()
    office.submit()
    office.approve(item)
    error = office.refuses(office.manager, lambda tx: tx.customers.delete(office.firm.customer.id, version=1), Refused)
    assert [(each.code, dict(each.parameters)) for each in error.reasons] == [("customer_has_items", {"count": 2})]
    office.refuses(office.eva, lambda tx: tx.customers.delete(office.firm.customer.id, version=1), Refused)


@pytest.mark.requirement("T-06")
def test_contacts_projects_and_activities_do_not_keep_a_customer(office: Office) -> None:
    """They go along with it, and so do its rates and grants; a contact stays at its other customers."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.contacts.change(firm.contact.id, version=1, customer_ids=[firm.customer.id, firm.other_customer.id])
        tx.rates.set(RateSubject.PROJECT, firm.project.id, Rate("95", "EUR"))
        tx.access.grant(Right.READ, customer_id=firm.customer.id, user_id=firm.employee.id)
        tx.customers.delete(firm.customer.id, version=1)
    with office.viewing(office.manager) as tx:
        assert tx.contacts.get(firm.contact.id).customer_ids == (firm.other_customer.id,)
        assert len(tx.projects.list()) == 0
        assert tx.rates.on(firm.project.id) == []
        assert {each.customer_id for each in tx.activities.list()} == {firm.internal.id, firm.other_customer.id}
    with office.viewing(office.eva) as tx:
        assert len(tx.access.mine()) == 0
    office.refuses(office.manager, lambda tx: tx.customers.get(firm.customer.id), NotFound)


@pytest.mark.requirement("T-04", "W-04")
def test_employee_has_the_summary_only(office: Office) -> None:
    """Of the customers that he or she works for; the full customer is refused."""
    firm = office.firm
    with office.viewing(office.eva) as tx:
        assert tx.customers.summary(firm.customer.id).contacts == (firm.contact.name,)
        assert {each.id for each in tx.customers.summaries()} == {each.id for each in firm.customers}
    with office.viewing(office.coen) as tx:
        assert [each.id for each in tx.customers.summaries()] == [firm.customer.id]
    assert codes(office.refuses(office.coen, lambda tx: tx.customers.get(firm.customer.id), Refused)) == [
        "needs_manager"
    ]
    office.refuses(office.coen, lambda tx: tx.customers.get(firm.other_customer.id), NotFound)
    office.refuses(office.coen, lambda tx: tx.customers.summary(firm.other_customer.id), NotFound)


def test_customers_are_listed_by_name_and_found_by_what_is_typed(office: Office) -> None:
    """Name, number or place, without case and accents; page by page."""
    with office.viewing(office.manager) as tx:
        names = [each.name for each in tx.customers.list()]
        assert names == sorted(names)
        assert [each.id for each in tx.customers.list(search="ÚTRECHT")] == [office.firm.customer.id]
        assert [each.id for each in tx.customers.summaries(search="k-1001")] == [office.firm.customer.id]
        first = tx.customers.summaries(limit=2)
        rest = tx.customers.summaries(limit=2, after=first.next)
        assert [*(each.name for each in first), *(each.name for each in rest)] == names


@pytest.mark.requirement("W-07")
def test_customers_are_listed_in_any_order(office: Office) -> None:
    """By number as people count, by place, the newest first; the summaries alike."""
    with office.acting(office.manager) as tx:
        for name, number, city in (("B", "10", "Luik"), ("A", "9", "Ede"), ("C", "", "Luik")):
            tx.customers.add_business(company_name=name, number=number, address=Address(city=city))
        expected = {
            CustomerSort.NAME: ["A", "B", "C"],
            CustomerSort.NUMBER: ["A", "B", "C"],
            CustomerSort.PLACE: ["A", "B", "C"],
            CustomerSort.NEWEST: ["C", "A", "B"],
        }
        for sort, names in expected.items():
            for page in (tx.customers.list(sort=sort), tx.customers.summaries(sort=sort)):
                assert [each.name for each in page if each.name in "ABC"] == names
        first = tx.customers.list(sort=CustomerSort.PLACE, limit=2)
        rest = tx.customers.list(sort=CustomerSort.PLACE, limit=100, after=first.next)
        assert [*first, *rest] == list(tx.customers.list(sort=CustomerSort.PLACE))


@pytest.mark.parametrize("sort", [sort for sort in CustomerSort if sort is not CustomerSort.PLACE])
def test_cursor_is_good_for_its_own_order_only(office: Office, sort: CustomerSort) -> None:
    """Of lists and of summaries."""
    with office.viewing(office.manager) as tx:
        cursor = tx.customers.list(sort=CustomerSort.PLACE, limit=1).next
        assert cursor is not None
        for call in (tx.customers.list, tx.customers.summaries):
            with pytest.raises(InvalidInput) as raised:
                call(sort=sort, after=cursor)
            assert (raised.value.field, raised.value.code) == ("cursor", "cursor_malformed")


@pytest.mark.parametrize("name", ["sort", "status", "kind"])
def test_wrong_order_or_filter_is_named(office: Office, name: str) -> None:
    """As from an address that somebody typed; the values themselves are taken."""
    good = {"sort": "number", "status": "active", "kind": "business"}[name]
    with office.viewing(office.manager) as tx:
        lists: list[Callable[..., Iterable[object]]] = [tx.customers.list]
        if name != "kind":
            lists.append(tx.customers.summaries)
        for call in lists:
            assert list(call(**{name: good}))
            with pytest.raises(InvalidInput) as raised:
                call(**{name: "rate"})
            assert (raised.value.field, raised.value.code) == (name, "choice_unknown")


@pytest.mark.requirement("T-04")
def test_nobody_finds_out_by_searching_what_a_summary_does_not_show(office: Office) -> None:
    """Managers search full customers by mail address and VAT number, employees search the reduced fields."""
    with office.acting(office.manager) as tx:
        tx.customers.change(
            office.firm.customer.id, version=1, vat_number="NL004495445B01", invoice_email="boek@jansen.example"
        )
        for search in ("ap@jansen", "BOEK@jansen.example", "nl0044"):
            assert office.firm.customer.id in {each.id for each in tx.customers.list(search=search)}
            assert list(tx.customers.summaries(search=search)) == []
    with office.viewing(office.eva) as tx:
        assert [list(tx.customers.summaries(search=each)) for each in ("ap@jansen", "boek@", "nl0044")] == [[], [], []]


def test_businesses_and_private_persons_are_listed_apart(office: Office) -> None:
    """The own organization is a business."""
    firm = office.firm
    with office.viewing(office.manager) as tx:
        assert {each.id for each in tx.customers.list(kind=CustomerKind.PRIVATE)} == {firm.other_customer.id}
        assert {each.id for each in tx.customers.list(kind=CustomerKind.BUSINESS)} == {
            firm.customer.id,
            firm.internal.id,
        }


@pytest.mark.requirement("W-13")
def test_internal_customer_is_found_by_itself(office: Office) -> None:
    """It stands in the list too, but is not deleted."""
    with office.viewing(office.manager) as tx:
        internal = tx.customers.internal()
    assert internal == office.firm.internal
    error = office.refuses(office.manager, lambda tx: tx.customers.delete(internal.id, version=1), Refused)
    assert codes(error) == ["customer_is_internal"]


def test_currency_of_the_customer_is_that_of_its_expenses(office: Office) -> None:
    """By default the organization's."""
    with office.acting(office.manager) as tx:
        customer = tx.customers.add_business(company_name="Nova Inc.", currency="USD")
        activity = tx.activities.add(user_id=office.firm.employee.id, customer_id=customer.id)
    with office.acting(office.eva) as tx:
        expense = tx.entries.register_expense(activity.id, on=MONDAY, amount=Money("5", "USD"), description="Bus")
    assert expense.amount == Money("5", "USD")
