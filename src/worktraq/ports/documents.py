"""Turning what was worked and decided into documents that people keep."""

from typing import Protocol

from worktraq.core.branding import Brand
from worktraq.core.evidence import Evidence
from worktraq.core.invoices import Invoice
from worktraq.core.specifications import Specification
from worktraq.core.timesheets import Timesheet


class TimesheetRenderer(Protocol):
    """Writes timesheets as PDF."""

    def render(self, timesheet: Timesheet, language: str) -> bytes:
        """A PDF of the timesheet; the same bytes for the same arguments.

        Args:
            timesheet: What it says.
            language: One of `worktraq.core.identifiers.LANGUAGES`, in which headings, dates and amounts are written.

        Raises:
            AdapterError: When it cannot be written.
        """


class EvidenceRenderer(Protocol):
    """Writes the evidence of a decision as PDF."""

    def render_evidence(self, evidence: Evidence, language: str) -> bytes:
        """A PDF of the evidence; the same bytes for the same arguments.

        Args:
            evidence: What it says.
            language: One of `worktraq.core.identifiers.LANGUAGES`, in which headings, dates and amounts are written.

        Raises:
            AdapterError: When it cannot be written.
        """


class InvoiceRenderer(Protocol):
    """Writes invoices, credit notes and what they are made of as PDF."""

    def render_invoice(self, invoice: Invoice, brand: Brand, language: str) -> bytes:
        """A PDF of an invoice or credit note; the same bytes for the same arguments.

        Args:
            invoice: What it says.
            brand: How the seller looks.
            language: One of `worktraq.core.identifiers.LANGUAGES`, in which headings, dates and amounts are written.

        Raises:
            AdapterError: When it cannot be written.
        """

    def render_specification(self, specification: Specification, brand: Brand, language: str) -> bytes:
        """A PDF of every item behind an invoice; the same bytes for the same arguments.

        Args:
            specification: What it says.
            brand: How the seller looks.
            language: One of `worktraq.core.identifiers.LANGUAGES`, in which headings, dates and amounts are written.

        Raises:
            AdapterError: When it cannot be written.
        """


class Documents(TimesheetRenderer, EvidenceRenderer, InvoiceRenderer, Protocol):
    """Writes every document that the engine gives out."""
