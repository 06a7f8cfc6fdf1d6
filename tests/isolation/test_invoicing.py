"""Invoices: numbers without a gap, and nothing billed twice, however several people invoice at the same time."""

from collections.abc import Sequence
from datetime import date

import pytest

from tests.isolation.acts import a_firm_in, by, cancels, confirms, engine_of, only, proposed, removes_instalment
from tests.isolation.places import Place
from tests.isolation.turns import orders
from worktraq.core.actors import Actor
from worktraq.core.entries import State
from worktraq.core.invoices import Invoice, InvoiceStatus
from worktraq.core.money import Money
from worktraq.core.paging import PageRequest
from worktraq.core.proposals import InvoiceProposal
from worktraq.errors import Conflict
from worktraq.ports.invoices import InvoiceFilter
from worktraq.testing.builders import MONDAY
from worktraq.testing.firms import Firm
from worktraq.usecases.transaction import Transaction


def _manager(firm: Firm) -> Actor:
    return Actor.user(firm.id, firm.manager.id)


def _invoices(place: Place, firm: Firm) -> Sequence[Invoice]:
    """All invoices, the oldest first."""
    with place.store.unit_of_work(firm.id, writes=False) as uow:
        return list(reversed(uow.invoices.page(PageRequest.of(None, 100), InvoiceFilter()).items))


@pytest.mark.requirement("B-08", "L-11")
@pytest.mark.parametrize("is_first", [True, False])
def test_numbers_have_no_gap(place: Place, is_first: bool) -> None:
    """Two who invoice different work both succeed, with numbers that follow each other; also the first two of a year."""
    for order in orders(are_alike=True):
        firm = a_firm_in(place)
        whole = proposed(place, firm, 10, 20, 30)
        if not is_first:
            _confirmed(place, firm, only(whole, 3))
        outcomes = order.play(
            place, by(firm.manager, confirms(only(whole, 1))), by(firm.admin, confirms(only(whole, 2)))
        )
        assert outcomes.successes == 2
        assert [invoice.count for invoice in _invoices(place, firm)] == [1, 2] + ([] if is_first else [3])


@pytest.mark.requirement("B-08", "L-11")
def test_nothing_is_billed_twice(place: Place) -> None:
    """Of two proposals with the same line one is confirmed, and its number is the only one that is given."""
    for order in orders():
        firm = a_firm_in(place)
        whole = proposed(place, firm, 10, 20)
        outcomes = order.play(place, by(firm.manager, confirms(whole)), by(firm.admin, confirms(only(whole, 2))))
        (invoice,) = _invoices(place, firm)
        assert outcomes.successes == 1
        assert isinstance(outcomes.one if outcomes.succeeded[1] else outcomes.another, Conflict)
        assert invoice.count == 1


@pytest.mark.requirement("B-08", "L-11")
def test_an_instalment_is_billed_once(place: Place) -> None:
    """Also when somebody changes or removes it at the same moment."""
    for order in orders(are_alike=True):
        firm = a_firm_in(place)
        proposal = _of_instalment(place, firm)
        outcomes = order.play(place, by(firm.manager, confirms(proposal)), by(firm.admin, confirms(proposal)))
        assert outcomes.successes == 1
        assert [invoice.count for invoice in _invoices(place, firm)] == [1]


@pytest.mark.requirement("B-08", "L-11")
def test_an_instalment_is_billed_or_removed(place: Place) -> None:
    """Never both."""
    for order in orders():
        firm = a_firm_in(place)
        proposal = _of_instalment(place, firm)
        ((instalment_id, version),) = proposal.instalment_versions
        outcomes = order.play(
            place, by(firm.manager, confirms(proposal)), by(firm.admin, removes_instalment(instalment_id, version))
        )
        assert outcomes.successes == 1
        assert len(_invoices(place, firm)) == outcomes.succeeded[0]


def _of_instalment(place: Place, firm: Firm) -> InvoiceProposal:
    def add(tx: Transaction) -> InvoiceProposal:
        amount = Money("500.00", "EUR")
        tx.rates.add_instalment(firm.fixed_project.id, due_on=MONDAY, amount=amount, description="First half")
        (proposal,) = tx.billing.propose()
        return proposal

    return engine_of(place).run(_manager(firm), add)


@pytest.mark.requirement("B-08", "L-11")
def test_an_invoice_is_cancelled_once(place: Place) -> None:
    """There is one credit note, with the next number, and what was billed is ready again."""
    for order in orders(are_alike=True):
        firm = a_firm_in(place)
        invoice = _confirmed(place, firm, proposed(place, firm, 10))
        outcomes = order.play(place, by(firm.manager, cancels(invoice)), by(firm.admin, cancels(invoice)))
        first, note = _invoices(place, firm)
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            states = [item.state for item in uow.items.find_many(invoice.item_ids)]
        assert outcomes.successes == 1
        assert (first.status, note.count, states) == (InvoiceStatus.CANCELLED, 2, [State.APPROVED])


@pytest.mark.requirement("B-08", "L-11")
def test_cancelling_and_confirming_share_the_numbers(place: Place) -> None:
    """A credit note and an invoice that are made at the same time have numbers that follow each other."""
    for order in orders():
        firm = a_firm_in(place)
        whole = proposed(place, firm, 10, 20)
        invoice = _confirmed(place, firm, only(whole, 1))
        outcomes = order.play(place, by(firm.manager, cancels(invoice)), by(firm.admin, confirms(only(whole, 2))))
        assert outcomes.successes == 2
        assert [each.count for each in _invoices(place, firm)] == [1, 2, 3]


@pytest.mark.requirement("B-08", "L-11")
def test_years_are_counted_apart(place: Place) -> None:
    """Whoever invoices in two years at the same time begins each of them with one."""
    for order in orders():
        firm = a_firm_in(place)
        whole = proposed(place, firm, 10, 20)
        last_year = date(MONDAY.year - 1, 12, 31)
        outcomes = order.play(
            place,
            by(firm.manager, confirms(only(whole, 1))),
            by(firm.admin, confirms(only(whole, 2), issued_on=last_year)),
        )
        assert outcomes.successes == 2
        assert [(each.issued_on.year, each.count) for each in _invoices(place, firm)] == [
            (MONDAY.year - 1, 1),
            (MONDAY.year, 1),
        ]


def _confirmed(place: Place, firm: Firm, proposal: InvoiceProposal) -> Invoice:
    return engine_of(place).run(_manager(firm), lambda tx: tx.billing.confirm(proposal))
