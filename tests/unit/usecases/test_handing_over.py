"""Handing invoices over to an accounting system."""

from collections.abc import Sequence

import pytest
from attrs import evolve

from tests.unit.usecases.firm import Office
from worktraq.core.events import EventName
from worktraq.core.invoices import HandOver, Invoice, InvoiceKind
from worktraq.core.money import Money
from worktraq.core.notifications import Attachment
from worktraq.engine import WorkTraq
from worktraq.errors import AdapterError, InvalidInput
from worktraq.testing.builders import MONDAY
from worktraq.testing.fakes import RecordingDocuments, RecordingSink


def invoices(office: Office, number: int = 1) -> list[Invoice]:
    """So many invoices of instalments."""
    made = []
    for count in range(number):
        with office.acting(office.manager) as tx:
            tx.rates.add_instalment(
                office.firm.fixed_project.id, due_on=MONDAY, amount=Money("1.00", "EUR"), description=f"{count}"
            )
            made.append(tx.billing.confirm(tx.billing.propose()[0]))
    return made


@pytest.mark.requirement("L-11")
def test_invoices_are_handed_over_once(office: Office) -> None:
    """The oldest first, credit notes included; what came of it is noted."""
    first, second = invoices(office, 2)
    with office.acting(office.manager) as tx:
        note = tx.billing.cancel(first.id, version=1, reason="Wrong")
    sink = RecordingSink()
    report = office.engine.hand_over_invoices(sink)
    assert (report.handed_over, report.failures) == (3, ())
    assert [each.id for each in sink.invoices.values()] == [first.id, second.id, note.id]
    assert [each.kind for each in sink.invoices.values()].count(InvoiceKind.CREDIT_NOTE) == 1
    with office.viewing(office.manager) as tx:
        assert tx.billing.hand_over(second.id) == HandOver(second.id, office.firm.id, office.clock.now, second.id.hex)
        assert [event.name for event in tx.audit.history(second.id)] == [
            EventName.INVOICE_CONFIRMED,
            EventName.INVOICE_HANDED_OVER,
        ]
        assert len(tx.billing.invoices(is_handed_over=True)) == 3
    assert office.engine.hand_over_invoices(sink).handed_over == 0


@pytest.mark.requirement("L-11")
def test_invoice_that_fails_does_not_hold_up_the_others(office: Office) -> None:
    """Why is reported, with its type, and the next time it is tried again."""
    made = invoices(office, 3)
    sink = RecordingSink()
    sink.fail(made[0].id, AdapterError("sink_unreachable", is_transient=True))
    sink.fail(made[1].id, InvalidInput.of("seller.iban", "invoice_incomplete"))
    report = office.engine.hand_over_invoices(sink, organization_id=office.firm.id)
    assert report.handed_over == 1
    assert [(each.number, type(each.error)) for each in report.failures] == [
        ("2026-0001", AdapterError),
        ("2026-0002", InvalidInput),
    ]
    with office.viewing(office.manager) as tx:
        assert tx.billing.hand_over(made[0].id) is None
    assert office.engine.hand_over_invoices(sink).handed_over == 2


def test_what_was_handed_over_by_somebody_else_meanwhile_is_noted_once(office: Office) -> None:
    """Two workers at the same time: the sink knows the invoice by its id."""
    (invoice,) = invoices(office)

    class Slow(RecordingSink):
        def hand_over(self, given: Invoice, attachments: object = ()) -> str:
            office.engine.hand_over_invoices(RecordingSink())
            return super().hand_over(given)

    report = office.engine.hand_over_invoices(Slow())
    assert (report.handed_over, report.failures) == (1, ())
    with office.viewing(office.manager) as tx:
        assert tx.billing.hand_over(invoice.id) is not None


@pytest.mark.requirement("L-11", "L-14")
def test_timesheets_go_along(priced: Office) -> None:
    """One per employee and project, in the language of the invoice; waived lines are marked as everywhere."""
    firm, documents = priced.firm, RecordingDocuments()
    with priced.acting(priced.admin) as tx:
        tx.users.change(firm.colleague.id, version=1, name="Eva")
    with priced.acting(priced.coen) as tx:
        other = tx.entries.register_time(firm.colleague_activity.id, on=MONDAY, minutes=30)
        tx.approval.submit_items([other.id])
    with priced.acting(priced.eva) as tx:
        loose = tx.entries.register_expense(firm.activity.id, on=MONDAY, amount=Money("1.00", "EUR"), description="Bus")
    own = priced.time()
    priced.submit()
    priced.approve(own, other, loose)
    with priced.acting(priced.manager) as tx:
        (proposal,) = tx.billing.propose(waive_reason="Agreed")
        invoice = tx.billing.confirm(proposal)
    engine = WorkTraq(priced.store, documents=documents, clock=priced.clock)
    sink = RecordingSink()
    assert engine.hand_over_invoices(sink).handed_over == 1
    assert [each.name for each in sink.attachments[invoice.id.hex]] == [
        "timesheet-2026-10-05-2026-10-05-eva-advice.pdf",
        "timesheet-2026-10-05-2026-10-05-eva-advice-2.pdf",
    ]
    assert {language for _, language in documents.timesheets} == {invoice.language}
    assert all(line.is_waived for sheet, _ in documents.timesheets for line in sheet.lines)


def test_what_was_taken_back_goes_without_timesheets(priced: Office) -> None:
    """Its items were released, and may say something else by now."""
    item = priced.time()
    priced.submit()
    priced.approve(item)
    with priced.acting(priced.manager) as tx:
        invoice = tx.billing.confirm(tx.billing.propose(waive_reason="Agreed")[0])
        tx.billing.cancel(invoice.id, version=1, reason="x")
    documents, sink = RecordingDocuments(), RecordingSink()
    engine = WorkTraq(priced.store, documents=documents, clock=priced.clock)
    assert engine.hand_over_invoices(sink).handed_over == 2
    assert list(sink.attachments.values()) == [(), ()]
    assert documents.timesheets == []


def test_defect_of_a_sink_does_not_hold_up_the_others(office: Office) -> None:
    """Not even an error that is none of ours."""
    broken, other = invoices(office, 2)

    class Broken(RecordingSink):
        def hand_over(self, given: Invoice, attachments: Sequence[Attachment] = ()) -> str:
            if given.id == broken.id:
                raise ZeroDivisionError
            return super().hand_over(given, attachments)

    report = office.engine.hand_over_invoices(Broken())
    assert report.handed_over == 1
    assert [(each.number, type(each.error)) for each in report.failures] == [(broken.number, ZeroDivisionError)]
    with office.viewing(office.manager) as tx:
        assert tx.billing.hand_over(other.id) is not None


def test_document_that_cannot_be_written_is_reported(priced: Office) -> None:
    """Nothing reaches the sink then."""
    documents, sink = RecordingDocuments(), RecordingSink()
    documents.is_failing = True
    item = priced.time()
    priced.submit()
    priced.approve(item)
    with priced.acting(priced.manager) as tx:
        tx.billing.confirm(tx.billing.propose(waive_reason="Agreed")[0])
    report = WorkTraq(priced.store, documents=documents, clock=priced.clock).hand_over_invoices(sink)
    assert [each.error.code for each in report.failures if isinstance(each.error, AdapterError)] == ["document_failed"]
    assert sink.invoices == {}


def test_sink_of_tests_names_what_it_misses(office: Office) -> None:
    """As real ones do."""
    (invoice,) = invoices(office)
    with pytest.raises(InvalidInput) as raised:
        RecordingSink().hand_over(evolve(invoice, buyer=evolve(invoice.buyer, name="")))
    assert [each.field for each in raised.value.problems] == ["buyer.name"]
