"""Invoices and what they are made of as documents and tables, and the overviews as tables."""

import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pytest
from attrs import frozen

from tests.unit.usecases.firm import Office, an_office, codes
from worktraq.adapters.excel import CsvWriter, ExcelWriter, SheetFiles
from worktraq.core.access import Right
from worktraq.core.billing import UnbilledReason
from worktraq.core.calendar import Period
from worktraq.core.exports import Table
from worktraq.core.ids import InvoiceId
from worktraq.core.invoices import Invoice, InvoiceKind
from worktraq.core.money import Money
from worktraq.core.overviews import GroupBy
from worktraq.core.projects import FixedPrice, Hourly
from worktraq.engine import WorkTraq
from worktraq.errors import NotFound, Refused
from worktraq.ports.sheets import SheetWriter
from worktraq.testing.builders import MONDAY, new_id
from worktraq.testing.fakes import RecordingDocuments
from worktraq.usecases import specifying
from worktraq.usecases.transaction import Transaction

T = TypeVar("T")
CANARY = "77.7731"
each_writer = pytest.mark.parametrize("writer", [ExcelWriter(), CsvWriter()], ids=["workbook", "CSV"])


@frozen
class Bills:
    """An office with an invoice.

    Attributes:
        office: The office.
        engine: On its store, with a writer of documents.
        documents: What it was to write.
        invoice: Of an hour and an expense.
    """

    office: Office
    engine: WorkTraq
    documents: RecordingDocuments
    invoice: Invoice

    def ask(self, ask: Callable[[Transaction], T]) -> T:
        """What the manager is given."""
        with self.engine.view(self.office.manager) as tx:
            return ask(tx)


@pytest.fixture
def office() -> Office:
    """A firm whose project needs no customer, with a rate that must not leak."""
    office = an_office()
    office.bill_project(Hourly(customer_approval=False))
    office.set_rate(CANARY)
    return office


@pytest.fixture
def bills(office: Office) -> Bills:
    """The office with an invoice."""
    items = [office.time(), office.expense()]
    office.submit()
    office.approve(*items)
    with office.acting(office.manager) as tx:
        (proposal,) = tx.billing.propose()
        invoice = tx.billing.confirm(proposal)
    documents = RecordingDocuments()
    return Bills(office, WorkTraq(office.store, documents=documents, clock=office.clock), documents, invoice)


def rows_of(table: Table) -> list[dict[str, object]]:
    """The rows of a table by the last part of their headings."""
    names = [column.heading.removeprefix("field.") for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


@pytest.mark.requirement("L-11")
def test_manager_gets_an_invoice_as_pdf(bills: Bills) -> None:
    """In its own language unless another one is asked for; a credit note too."""
    number, language = bills.invoice.number, bills.invoice.language
    pdf = bills.ask(lambda tx: tx.billing.invoice_pdf(bills.invoice.id))
    assert pdf.content == f"invoice {number}  {language}".encode()
    assert re.fullmatch(r"invoice-[a-z0-9-]+\.pdf", pdf.name)
    bills.ask(lambda tx: tx.billing.invoice_pdf(bills.invoice.id, language="fr"))
    assert [language for _, language in bills.documents.invoices] == [language, "fr"]
    with bills.office.acting(bills.office.manager) as tx:
        note = tx.billing.cancel(bills.invoice.id, version=bills.invoice.version, reason="Wrong customer")
    pdf = bills.ask(lambda tx: tx.billing.invoice_pdf(note.id))
    assert pdf.name.startswith("credit-note-")


@pytest.mark.requirement("L-11")
def test_manager_gets_the_specification(bills: Bills) -> None:
    """As PDF and as a table, of the same items."""
    pdf = bills.ask(lambda tx: tx.billing.specification_pdf(bills.invoice.id))
    assert pdf.name.startswith("specification-")
    ((specification, _),) = bills.documents.specifications
    rows = rows_of(bills.ask(lambda tx: tx.billing.specification(bills.invoice.id)))
    assert [row["note"] for row in rows] == [item.note for item in specification.items] == ["Advice", "Parking"]
    assert [(row["person"], row["hours"]) for row in rows] == [("Eva", "1:00"), ("Eva", None)]


@each_writer
@pytest.mark.requirement("L-11", "W-05")
def test_no_rate_stands_in_a_specification(bills: Bills, writer: SheetWriter) -> None:
    """Nor the value of time: it is for whoever checks the hours."""

    def written(tx: Transaction) -> str:
        sheets = SheetFiles().read(writer.content(tx.billing.specification(bills.invoice.id), language="nl"))
        return repr(sheets)

    shown = bills.ask(written)
    assert "Parking" in shown
    assert not re.search(r"77[.,]77", shown)


@pytest.mark.requirement("L-11")
def test_cancelled_invoice_has_no_specification_any_more(bills: Bills) -> None:
    """Its items were released; its credit note has none either."""
    office = bills.office
    with office.acting(office.manager) as tx:
        note = tx.billing.cancel(bills.invoice.id, version=bills.invoice.version, reason="Wrong customer")
    for invoice_id in (bills.invoice.id, note.id):
        for ask in (_specification, _specification_pdf):
            with bills.engine.view(office.manager) as tx, pytest.raises(Refused) as refused:
                ask(tx, invoice_id)
            assert codes(refused.value) == ["specification_gone"]


def _specification(tx: Transaction, invoice_id: InvoiceId) -> object:
    return tx.billing.specification(invoice_id)


def _specification_pdf(tx: Transaction, invoice_id: InvoiceId) -> object:
    return tx.billing.specification_pdf(invoice_id)


def _invoice_pdf(tx: Transaction, invoice_id: InvoiceId) -> object:
    return tx.billing.invoice_pdf(invoice_id)


each_document = pytest.mark.parametrize("ask", [_specification, _specification_pdf, _invoice_pdf])


@pytest.mark.requirement("W-05")
@each_document
def test_employees_get_no_documents_of_invoices(bills: Bills, ask: Callable[[Transaction, InvoiceId], object]) -> None:
    """Not with the right to bill either, and not those of their own work."""
    office = bills.office
    with office.acting(office.manager) as tx:
        tx.access.grant(Right.BILL, customer_id=office.firm.customer.id, user_id=office.firm.colleague.id)
    for actor in (office.eva, office.coen):
        with bills.engine.view(actor) as tx, pytest.raises(Refused) as refused:
            ask(tx, bills.invoice.id)
        assert codes(refused.value) == ["needs_manager"]


@each_document
def test_invoice_of_somebody_else_is_not_found(bills: Bills, ask: Callable[[Transaction, InvoiceId], object]) -> None:
    """Nor one that does not exist."""
    for actor, invoice_id in ((bills.office.stranger, bills.invoice.id), (bills.office.manager, InvoiceId(new_id()))):
        with bills.engine.view(actor) as tx, pytest.raises(NotFound):
            ask(tx, invoice_id)


def test_documents_need_something_that_writes_them(bills: Bills) -> None:
    """Which is said; the table can be had all the same."""
    office = bills.office
    for ask in (_invoice_pdf, _specification_pdf):
        with office.viewing(office.manager) as tx, pytest.raises(Refused) as refused:
            ask(tx, bills.invoice.id)
        assert codes(refused.value) == ["documents_missing"]
    with office.viewing(office.manager) as tx:
        assert len(rows_of(tx.billing.specification(bills.invoice.id))) == 2


def test_very_long_specification_is_a_table_only(bills: Bills, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document of thousands of pages is of use to nobody."""
    monkeypatch.setattr(specifying, "MOST_LINES", 1)
    with bills.engine.view(bills.office.manager) as tx, pytest.raises(Refused) as refused:
        tx.billing.specification_pdf(bills.invoice.id)
    assert codes(refused.value) == ["specification_too_long"]


def test_invoice_without_items_has_no_specification_as_pdf(office: Office) -> None:
    """An instalment is what it is."""
    office.bill_project(FixedPrice())
    with office.acting(office.manager) as tx:
        tx.rates.add_instalment(
            office.firm.project.id, due_on=MONDAY, amount=Money("1500", "EUR"), description="First part"
        )
        (proposal,) = tx.billing.propose()
        invoice = tx.billing.confirm(proposal)
    engine = WorkTraq(office.store, documents=RecordingDocuments(), clock=office.clock)
    with engine.view(office.manager) as tx:
        assert rows_of(tx.billing.specification(invoice.id)) == []
        with pytest.raises(NotFound):
            tx.billing.specification_pdf(invoice.id)


@pytest.mark.requirement("L-13", "B-01")
def test_manager_gets_what_is_unbilled_as_a_table(office: Office) -> None:
    """Every item with why, narrowed down as the overview is."""
    office.time(minutes=60)
    office.time(minutes=90, on=date(2026, 10, 6))
    with office.viewing(office.manager) as tx:
        rows = rows_of(tx.exports.unbilled())
        (one,) = rows_of(tx.exports.unbilled(period=Period.day(MONDAY)))
        none = rows_of(tx.exports.unbilled(reasons=[UnbilledReason.READY]))
    assert [(row["person"], row["minutes"], row["why"], str(row["value"])) for row in rows] == [
        ("Eva", 60, "not_submitted", "77.77"),
        ("Eva", 90, "not_submitted", "116.66"),
    ]
    assert one == rows[0]
    assert none == []


@each_writer
@pytest.mark.requirement("L-13", "W-05")
def test_employees_get_what_is_unbilled_in_hours(office: Office, writer: SheetWriter) -> None:
    """Own items, or those on which they may bill; in no form an amount of money or a currency."""
    with office.acting(office.manager) as tx:
        tx.access.grant(Right.BILL, customer_id=office.firm.customer.id, user_id=office.firm.colleague.id)
    office.time()
    for actor in (office.eva, office.coen):
        with office.viewing(actor) as tx:
            table = tx.exports.unbilled()
            shown = repr(SheetFiles().read(writer.content(table, language="nl")))
        assert [row["hours"] for row in rows_of(table)] == ["1:00"]
        assert not re.search(r"77[.,]7|EUR|valuta", shown, re.IGNORECASE)


def test_colleague_without_rights_gets_an_empty_table(office: Office) -> None:
    """Of what is not his."""
    office.time()
    with office.viewing(office.coen) as tx:
        assert rows_of(tx.exports.unbilled()) == []


@each_writer
@pytest.mark.requirement("L-11", "W-05")
def test_invoices_are_for_managers(bills: Bills, writer: SheetWriter) -> None:
    """As a table with sums; refused to anybody else before a row is read."""
    office = bills.office
    with office.viewing(office.manager) as tx:
        (row,) = rows_of(tx.exports.invoices())
        assert rows_of(tx.exports.invoices(kind=InvoiceKind.CREDIT_NOTE)) == []
        assert bills.invoice.number in repr(SheetFiles().read(writer.content(tx.exports.invoices(), language="nl")))
    assert (row["invoice_number"], row["gross"]) == (bills.invoice.number, bills.invoice.totals.gross.amount)
    error = office.refuses(office.eva, lambda tx: tx.exports.invoices(), Refused)
    assert codes(error) == ["needs_manager"]


@pytest.mark.requirement("T-05", "W-05")
def test_totals_are_what_the_reader_may_see(office: Office) -> None:
    """A manager everybody's, an employee own ones; in hours only."""
    office.time(minutes=485)
    with office.viewing(office.manager) as tx:
        rows = rows_of(tx.exports.totals(by=(GroupBy.USER, GroupBy.MONTH)))
    assert [list(row.values())[:3] for row in rows] == [["Eva", "2026-10", "8:05"]]
    with office.viewing(office.coen) as tx:
        assert rows_of(tx.exports.totals()) == []


@each_writer
def test_names_are_not_run_by_a_spreadsheet(office: Office, writer: SheetWriter) -> None:
    """Whatever a customer is called."""
    with office.acting(office.manager) as tx:
        customer = tx.customers.get(office.firm.customer.id)
        tx.customers.change(customer.id, version=customer.version, company_name="=HYPERLINK(1)")
    office.time()
    with office.viewing(office.manager) as tx:
        for table in (tx.exports.unbilled(), tx.exports.totals()):
            content = writer.content(table, language="en")
            (sheet,) = SheetFiles().read(content)
            assert "=HYPERLINK(1)" in sheet.rows[1]
            assert b'"=HYPERLINK' not in content
