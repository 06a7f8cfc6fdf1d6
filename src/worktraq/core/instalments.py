"""Instalments: the parts in which a fixed price is billed; for managers and administrators only (W-05)."""

from datetime import date

from attrs import evolve, frozen

from worktraq.core.calendar import check_date
from worktraq.core.ids import CustomerId, InstalmentId, InvoiceId, OrganizationId, ProjectId
from worktraq.core.money import Money
from worktraq.core.projects import FixedPrice, Project
from worktraq.core.rates import check_budget
from worktraq.core.text import clean_line
from worktraq.core.unset import UNSET, Unset, either
from worktraq.errors import InvalidInput, Refused


@frozen
class Instalment:
    """A part of the fixed price of a project.

    Attributes:
        id: Of the instalment.
        organization_id: Whose project it is.
        customer_id: Who pays.
        project_id: On which project.
        due_on: From which day on it is billed.
        amount: Without tax, in the currency of the customer.
        description: What the customer reads.
        invoice_id: On which invoice it stands; None while it is not billed.
        version: Goes up with every change.
    """

    id: InstalmentId
    organization_id: OrganizationId
    customer_id: CustomerId
    project_id: ProjectId
    due_on: date
    amount: Money
    description: str
    invoice_id: InvoiceId | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether it is still to be billed."""
        return self.invoice_id is None


def new_instalment(
    instalment_id: InstalmentId, project: Project, *, due_on: date, amount: Money, description: str, currency: str
) -> Instalment:
    """An instalment with everything checked.

    Args:
        instalment_id: Of the instalment.
        project: At a fixed price.
        due_on: From which day on it is billed.
        amount: Without tax.
        description: What the customer reads.
        currency: Of the customer.

    Raises:
        InvalidInput: Naming the field; ``instalment_needs_fixed_price`` for a project that is billed by the hour.
    """
    if not isinstance(project.billing, FixedPrice):
        raise InvalidInput.of("project_id", "instalment_needs_fixed_price")
    return Instalment(
        id=instalment_id,
        organization_id=project.organization_id,
        customer_id=project.customer_id,
        project_id=project.id,
        due_on=check_date(due_on, name="due_on"),
        amount=check_budget(amount, currency),
        description=clean_line("description", description, is_required=True),
    )


def changed_instalment(
    instalment: Instalment,
    *,
    due_on: date | Unset = UNSET,
    amount: Money | Unset = UNSET,
    description: str | Unset = UNSET,
) -> Instalment:
    """The instalment with those values changed that are given.

    Raises:
        InvalidInput: Naming the field.
        Refused: With ``instalment_invoiced``.
    """
    check_not_billed(instalment)
    return evolve(
        instalment,
        due_on=check_date(either(due_on, instalment.due_on), name="due_on"),
        amount=check_budget(either(amount, instalment.amount), instalment.amount.currency),
        description=clean_line("description", either(description, instalment.description), is_required=True),
        version=instalment.version + 1,
    )


def check_not_billed(instalment: Instalment) -> None:
    """That it stands on no invoice.

    Raises:
        Refused: With ``instalment_invoiced``.
    """
    if not instalment.is_open:
        raise Refused.because("instalment_invoiced")


def put_on(instalment: Instalment, invoice_id: InvoiceId | None) -> Instalment:
    """The instalment on an invoice, or on none any more."""
    return evolve(instalment, invoice_id=invoice_id, version=instalment.version + 1)
