"""Mark-ups on expenses, and what a receipt says."""

from datetime import date

import pytest

from tests.unit.usecases.firm import Office
from worktraq.core.markups import MarkupSubject
from worktraq.core.money import Money
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.usecases.transaction import Transaction

pytestmark = pytest.mark.requirement("W-05")


def test_markup_of_today_counts_until_approval(office: Office) -> None:
    """Then it is frozen; what the employee paid stays what it was."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        rule = tx.rates.set_markup(MarkupSubject.CUSTOMER, firm.customer.id, 1000)
    with office.acting(office.eva) as tx:
        add = tx.entries.register_expense
        item = add(firm.activity.id, on=MONDAY, amount=Money("121", "EUR"), description="Hotel", vat_hundredths=2100)
        tx.approval.submit(OCTOBER)
    with office.viewing(office.manager) as tx:
        assert tx.billing.unbilled().totals[0].total.value == Money("110", "EUR")
        assert [each.standing.value for each in tx.rates.explain(item.id).candidates] == ["applies"]
    office.approve(item)
    office.engine.run_due()
    with office.acting(office.manager) as tx:
        tx.approval.waive([item.id], reason="Agreed")
        tx.rates.set_markup(MarkupSubject.CUSTOMER, firm.customer.id, 0)
        explained = tx.rates.explain(item.id)
    assert explained.price is not None
    assert (explained.price.value, explained.price.markup_hundredths) == (Money("110", "EUR"), 1000)
    assert explained.is_frozen
    assert rule.hundredths == 1000


def test_markup_is_replaced_listed_and_removed(office: Office) -> None:
    """One for each thing and first day, with versions."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        first = tx.rates.set_markup(MarkupSubject.PROJECT, firm.project.id, 1000)
        later = tx.rates.set_markup(MarkupSubject.PROJECT, firm.project.id, 500, valid_from=MONDAY)
        again = tx.rates.set_markup(MarkupSubject.PROJECT, firm.project.id, 2000)
        assert (again.id, again.version) == (first.id, 2)
        assert tx.rates.markups_on(firm.project.id) == [again, later]
        tx.rates.remove_markup(later.id, version=1)
        assert tx.rates.markups_on(firm.project.id) == [again]
    office.refuses(office.manager, lambda tx: tx.rates.remove_markup(again.id, version=1), Conflict)
    office.refuses(office.manager, lambda tx: tx.rates.remove_markup(later.id, version=1), NotFound)


def test_markup_goes_with_what_it_is_on(office: Office) -> None:
    """A project or customer that is deleted leaves none behind."""
    with office.acting(office.manager) as tx:
        customer = tx.customers.add_business(company_name="Nova")
        one, two = (tx.projects.add(customer.id, name=each) for each in ("One", "Two"))
        for each in (one, two):
            tx.rates.set_markup(MarkupSubject.PROJECT, each.id, 100)
        tx.rates.set_markup(MarkupSubject.CUSTOMER, customer.id, 100)
        tx.projects.delete(one.id, version=1)
        assert tx.rates.markups_on(one.id) == []
        tx.customers.delete(customer.id, version=1)
        assert [*tx.rates.markups_on(two.id), *tx.rates.markups_on(customer.id)] == []


def test_markup_is_set_on_what_there_is_by_who_may(office: Office) -> None:
    """Not on internal work, not on another organization, not by an employee."""
    firm = office.firm

    internal = office.refuses(office.manager, lambda tx: on_internal(tx, office), InvalidInput)
    assert internal.code == "internal_not_billable"
    organization = MarkupSubject.ORGANIZATION
    office.refuses(office.manager, lambda tx: tx.rates.set_markup(organization, office.other.id, 1), NotFound)
    office.refuses(office.eva, lambda tx: tx.rates.set_markup(organization, firm.id, 1), Refused)
    office.refuses(office.eva, lambda tx: tx.rates.markups_on(firm.id), Refused)
    wrong_day = date(1899, 12, 31)
    office.refuses(
        office.manager, lambda tx: tx.rates.set_markup(organization, firm.id, 1, valid_from=wrong_day), InvalidInput
    )


def on_internal(tx: Transaction, office: Office) -> object:
    """Tries a mark-up on internal work."""
    return tx.rates.set_markup(MarkupSubject.CUSTOMER, office.firm.internal.id, 100)


def test_receipt_is_kept_and_corrected(office: Office) -> None:
    """Its reference, its VAT rate, and whether the employee gets it back."""
    with office.acting(office.eva) as tx:
        item = tx.entries.register_expense(
            office.firm.activity.id,
            on=MONDAY,
            amount=Money("10", "EUR"),
            description="Taxi",
            receipt_reference="R-17",
            vat_hundredths=900,
            is_reimbursable=False,
        )
        assert (item.receipt_reference, item.vat_hundredths, item.is_reimbursable) == ("R-17", 900, False)
        item = tx.entries.edit_expense(item.id, version=1, vat_hundredths=None, is_reimbursable=True)
        assert (item.receipt_reference, item.vat_hundredths, item.is_reimbursable) == ("R-17", None, True)
        item = tx.entries.edit_expense(item.id, version=2, receipt_reference="R-18", vat_hundredths=0)
    assert (item.receipt_reference, item.vat_hundredths) == ("R-18", 0)
