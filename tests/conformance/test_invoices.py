"""Invoices, the terms on which they are made, and instalments, in every store."""

from worktraq.testing.contracts.instalments import InstalmentRepositoryContract
from worktraq.testing.contracts.invoices import (
    HandOverRepositoryContract,
    InvoiceRepositoryContract,
    InvoiceYearsContract,
)
from worktraq.testing.contracts.invoicing import InvoicingContract
from worktraq.testing.contracts.terms import (
    ProjectRoundingRepositoryContract,
    SellerProfileRepositoryContract,
    TermsRepositoryContract,
)


class TestInvoices(InvoiceRepositoryContract):
    """The invoices and credit notes of an organization."""


class TestInvoiceYears(InvoiceYearsContract):
    """How far their numbers have come."""


class TestHandOvers(HandOverRepositoryContract):
    """Which of them were handed over."""


class TestInvoicing(InvoicingContract):
    """Several people who invoice at once."""


class TestTerms(TermsRepositoryContract):
    """On which terms customers are invoiced."""


class TestSellerProfiles(SellerProfileRepositoryContract):
    """Who the seller is."""


class TestProjectRoundings(ProjectRoundingRepositoryContract):
    """How the time on projects is rounded."""


class TestInstalments(InstalmentRepositoryContract):
    """Instalments of fixed prices."""
