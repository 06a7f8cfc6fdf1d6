"""Invoices, how far their numbers have come, and which of them were handed over."""

from collections.abc import Collection, Sequence

from attrs import evolve

from worktraq.adapters.memory.references import require_referred
from worktraq.adapters.memory.repository import page_of
from worktraq.adapters.memory.tables import Tables
from worktraq.core.ids import InvoiceId, ItemId, OrganizationId
from worktraq.core.invoices import HandOver, Invoice, InvoiceYear
from worktraq.core.paging import Page, PageRequest
from worktraq.errors import Conflict, NotFound
from worktraq.ports.invoices import InvoiceFilter


class MemoryInvoices:
    """The invoices and credit notes of the organization."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._tables = tables
        self._invoices = tables.invoices

    def find(self, invoice_id: InvoiceId, /) -> Invoice | None:
        """The invoice, or None."""
        return self._invoices.get(invoice_id)

    def add(self, invoice: Invoice) -> None:
        """Store a new invoice."""
        self._invoices.require_open()
        if invoice.organization_id != self._organization_id:
            raise NotFound("organization")
        taken = {_place(each) for each in self._invoices.rows()}
        if self._invoices.get(invoice.id) is not None or _place(invoice) in taken:
            raise Conflict("already_exists")
        require_referred(self._tables, [invoice])
        self._invoices.put(invoice.id, invoice)

    def save_status(self, invoice: Invoice) -> None:
        """Store the status of an invoice."""
        self._invoices.require_open()
        stored = self._invoices.get(invoice.id)
        if stored is None or stored.version != invoice.version - 1:
            raise Conflict("changed_meanwhile")
        self._invoices.put(invoice.id, evolve(stored, status=invoice.status, version=invoice.version))

    def page(self, request: PageRequest, wanted: InvoiceFilter) -> Page[Invoice]:
        """Invoices, the newest first."""
        found = (invoice for invoice in self._invoices.rows() if self._is_wanted(invoice, wanted))
        return page_of(found, request, _place, is_descending=True)

    def of_item(self, item_id: ItemId) -> Sequence[Invoice]:
        """Every invoice and credit note that an item stands on, the oldest first."""
        return sorted((each for each in self._invoices.rows() if item_id in each.item_ids), key=_place)

    def _is_wanted(self, invoice: Invoice, wanted: InvoiceFilter) -> bool:
        is_handed_over = self._tables.hand_overs.get(invoice.id) is not None
        return (
            wanted.customer_id in (None, invoice.customer_id)
            and wanted.status in (None, invoice.status)
            and wanted.kind in (None, invoice.kind)
            and (wanted.period is None or invoice.issued_on in wanted.period)
            and wanted.is_handed_over in (None, is_handed_over)
        )


class MemoryInvoiceYears:
    """How far the numbers of each year have come; whoever writes is alone anyhow."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._years = tables.invoice_years

    def lock(self, year: int) -> InvoiceYear:
        """How far a year has come."""
        self._years.require_open()
        return self._years.get(year) or InvoiceYear(self._organization_id, year)

    def save(self, year: InvoiceYear) -> None:
        """Store that a year has come one further."""
        if year.organization_id != self._organization_id or self.lock(year.year).count != year.count - 1:
            raise Conflict("changed_meanwhile")
        self._years.put(year.year, year)


class MemoryHandOvers:
    """Which invoices were handed over."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._tables = tables
        self._hand_overs = tables.hand_overs

    def add(self, hand_over: HandOver) -> None:
        """Note that an invoice was handed over."""
        self._hand_overs.require_open()
        if hand_over.organization_id != self._organization_id:
            raise NotFound("organization")
        if self._hand_overs.get(hand_over.invoice_id) is not None:
            raise Conflict("already_exists")
        require_referred(self._tables, [hand_over])
        self._hand_overs.put(hand_over.invoice_id, hand_over)

    def of_invoices(self, invoice_ids: Collection[InvoiceId]) -> Sequence[HandOver]:
        """What was noted of these invoices, in order of their ids."""
        found = (self._hand_overs.get(invoice_id) for invoice_id in sorted(set(invoice_ids)))
        return [each for each in found if each is not None]

    def waiting(self) -> Sequence[InvoiceId]:
        """The invoices that were not handed over, the oldest first."""
        invoices = sorted(self._tables.invoices.rows(), key=_place)
        return [each.id for each in invoices if self._hand_overs.get(each.id) is None]


def _place(invoice: Invoice) -> tuple[int, int]:
    return invoice.issued_on.year, invoice.count
