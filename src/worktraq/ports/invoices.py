"""Storing invoices, how far their numbers have come, and which of them were handed over."""

from collections.abc import Collection, Sequence
from typing import Protocol

from attrs import frozen

from worktraq.core.calendar import Period
from worktraq.core.ids import CustomerId, InvoiceId, ItemId
from worktraq.core.invoices import HandOver, Invoice, InvoiceKind, InvoiceStatus, InvoiceYear
from worktraq.core.paging import Page, PageRequest


@frozen(kw_only=True)
class InvoiceFilter:
    """Which invoices are wanted: those that satisfy everything given.

    Attributes:
        customer_id: To this customer.
        status: Only those that stand, or only those that were cancelled.
        kind: Only invoices, or only credit notes.
        period: With a date in it.
        is_handed_over: Only those that were handed over, or only those that were not.
    """

    customer_id: CustomerId | None = None
    status: InvoiceStatus | None = None
    kind: InvoiceKind | None = None
    period: Period | None = None
    is_handed_over: bool | None = None


class InvoiceRepository(Protocol):
    """The invoices and credit notes of the organization; none is ever removed."""

    def find(self, invoice_id: InvoiceId, /) -> Invoice | None:
        """The invoice with its lines, or None."""

    def add(self, invoice: Invoice) -> None:
        """Store a new invoice.

        Raises:
            Conflict: With ``already_exists`` when its id, or its count in its year, is taken; retryable with
                ``changed_meanwhile`` when the customer or a project does not exist.
            NotFound: When it belongs to another organization.
        """

    def save_status(self, invoice: Invoice) -> None:
        """Store the status of an invoice, whose version is one higher than the stored one; all else of it stays.

        Raises:
            Conflict: With ``changed_meanwhile`` when the stored version is another one, or there is no such invoice.
        """

    def page(self, request: PageRequest, wanted: InvoiceFilter) -> Page[Invoice]:
        """Invoices, the newest first: by year, then by count; the key of a page is (year, count)."""

    def of_item(self, item_id: ItemId) -> Sequence[Invoice]:
        """Every invoice and credit note that an item stands on, the oldest first."""


class InvoiceYears(Protocol):
    """How far the numbers of each year have come."""

    def lock(self, year: int) -> InvoiceYear:
        """How far a year has come; nobody else gets past here for this year until the transaction ends.

        Before the first invoice of a year it is locked all the same, and nothing is stored.
        """

    def save(self, year: InvoiceYear) -> None:
        """Store that a year has come one further.

        Raises:
            Conflict: With ``changed_meanwhile`` when the stored count is not one less.
        """


class HandOverRepository(Protocol):
    """Which invoices were handed over to an accounting system."""

    def add(self, hand_over: HandOver) -> None:
        """Note that an invoice was handed over.

        Raises:
            Conflict: With ``already_exists`` when it was noted before; retryable with ``changed_meanwhile`` when there
                is no such invoice.
            NotFound: When it belongs to another organization.
        """

    def of_invoices(self, invoice_ids: Collection[InvoiceId]) -> Sequence[HandOver]:
        """What was noted of these invoices, in order of their ids; takes any number of ids."""

    def waiting(self) -> Sequence[InvoiceId]:
        """The invoices that were not handed over, the oldest first: by year, then by count."""
