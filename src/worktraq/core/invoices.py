"""Invoices: proposed from what is ready, confirmed with a gapless number, cancelled by a credit note (L-11).

A proposal is a value that reserves nothing. Confirming takes its items by state and version; whoever comes second
finds them taken. A confirmed invoice never changes.
"""

from datetime import date, datetime
from enum import StrEnum

from attrs import evolve, frozen

from worktraq.core.calendar import Period
from worktraq.core.ids import CustomerId, InstalmentId, InvoiceId, ItemId, OrganizationId, ProjectId, UserId
from worktraq.core.money import Money, Rate
from worktraq.core.organizations import Address
from worktraq.core.vat import Vat, VatShare
from worktraq.errors import InvalidInput


class InvoiceKind(StrEnum):
    """An invoice, or the credit note that takes one back."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class InvoiceStatus(StrEnum):
    """Whether an invoice stands."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class LineKind(StrEnum):
    """What a line of an invoice bills."""

    TIME = "time"
    EXPENSE = "expense"
    INSTALMENT = "instalment"


@frozen(kw_only=True)
class Party:
    """Seller or buyer, as they stand on the invoice for ever.

    Attributes:
        name: The legal name, or that of a private person.
        address: Where it is.
        vat_number: In compact form with its country; empty for none.
        company_number: In the register of companies of the country; empty for none.
        email: Where invoices are mailed, or come from.
        phone: Of the seller's contact.
        contact_name: Whom to ask.
        iban: Of the seller's account.
        reference: Of the buyer, as it wants to read it.
    """

    name: str
    address: Address
    vat_number: str = ""
    company_number: str = ""
    email: str = ""
    phone: str = ""
    contact_name: str = ""
    iban: str = ""
    reference: str = ""


@frozen(kw_only=True)
class InvoiceLine:
    """A line of an invoice, tied to what it bills.

    Attributes:
        number: 1 for the first.
        kind: Time, an expense or an instalment.
        text: What the customer reads.
        project_id: On which project, if on one.
        project_name: As it was then; empty without a project.
        user_id: Whose work, where lines are made per employee.
        period: The days of the work, from the first to the last; None for an instalment.
        raw_minutes: As registered; 0 where no time is billed.
        minutes: As billed, after rounding.
        rate: Per hour, for time.
        net: Without tax: minutes × rate, rounded once; else the amount.
        items_value: The sum of what the items are worth, each rounded by itself.
        vat: The tax on it.
        item_ids: What is billed, in order of day; empty for an instalment.
        instalment_id: What is billed, for an instalment.
    """

    number: int
    kind: LineKind
    text: str
    project_id: ProjectId | None = None
    project_name: str = ""
    user_id: UserId | None = None
    period: Period | None = None
    raw_minutes: int = 0
    minutes: int = 0
    rate: Rate | None = None
    net: Money
    items_value: Money
    vat: Vat
    item_ids: tuple[ItemId, ...] = ()
    instalment_id: InstalmentId | None = None

    @property
    def difference(self) -> Money:
        """What rounding makes: the line less the sum of its items."""
        return Money.from_minor(self.net.minor - self.items_value.minor, self.net.currency)


@frozen(kw_only=True)
class InvoiceTotals:
    """The sums of an invoice.

    Attributes:
        net: Of the lines, without tax.
        tax: Of all shares.
        gross: To be paid.
        shares: The tax per category and rate.
        difference: What rounding made, over all lines.
    """

    net: Money
    tax: Money
    gross: Money
    shares: tuple[VatShare, ...]
    difference: Money


@frozen(kw_only=True)
class Invoice:
    """A confirmed invoice or credit note. It never changes but for its status.

    Attributes:
        id: Of the invoice.
        organization_id: Who sells.
        kind: An invoice or a credit note.
        count: Which one of its year it is: 1 for the first; gapless per organization and year.
        number: Made of the prefix, the year and the count, such as ``2026-0001``.
        issued_on: The date on it.
        due_on: When it has to be paid.
        customer_id: Who buys.
        seller: As it was then.
        buyer: As it was then.
        currency: Of all amounts.
        language: In which it is written.
        period: The days of the work, from the first to the last; None where there are none.
        lines: In order of their numbers.
        totals: Their sums.
        note: What else the customer reads.
        corrects_id: The invoice that a credit note takes back.
        corrects_number: Its number.
        corrects_issued_on: Its date.
        status: Whether it stands.
        confirmed_at: In UTC.
        version: Goes up when it is cancelled.
    """

    id: InvoiceId
    organization_id: OrganizationId
    kind: InvoiceKind
    count: int
    number: str
    issued_on: date
    due_on: date
    customer_id: CustomerId
    seller: Party
    buyer: Party
    currency: str
    language: str
    period: Period | None
    lines: tuple[InvoiceLine, ...]
    totals: InvoiceTotals
    note: str = ""
    corrects_id: InvoiceId | None = None
    corrects_number: str = ""
    corrects_issued_on: date | None = None
    status: InvoiceStatus = InvoiceStatus.CONFIRMED
    confirmed_at: datetime
    version: int = 1

    @property
    def is_cancelled(self) -> bool:
        """Whether a credit note took it back."""
        return self.status is InvoiceStatus.CANCELLED

    @property
    def item_ids(self) -> tuple[ItemId, ...]:
        """What is billed on all of its lines."""
        return tuple(item_id for line in self.lines for item_id in line.item_ids)

    @property
    def instalment_ids(self) -> tuple[InstalmentId, ...]:
        """The instalments on all of its lines."""
        return tuple(line.instalment_id for line in self.lines if line.instalment_id is not None)


def cancelled(invoice: Invoice) -> Invoice:
    """The invoice, taken back by a credit note."""
    return evolve(invoice, status=InvoiceStatus.CANCELLED, version=invoice.version + 1)


def number_of(prefix: str, year: int, count: int) -> str:
    """The number of the invoice that is the `count`-th of a year: ``2026-0001``."""
    return f"{prefix}{year}-{count:04d}"


@frozen
class InvoiceYear:
    """How far the numbers of a year have come; whoever counts on holds it until the transaction ends.

    Attributes:
        organization_id: Whose numbers they are.
        year: Of the dates on the invoices.
        count: Of the last invoice; 0 before the first one.
        last_on: The date on it; None before the first one.
    """

    organization_id: OrganizationId
    year: int
    count: int = 0
    last_on: date | None = None


def counted_on(year: InvoiceYear, issued_on: date, today: date) -> InvoiceYear:
    """The year with one invoice more; numbers ascend with the dates on the invoices.

    Raises:
        InvalidInput: With ``issued_before_last`` or ``issued_in_future``.
    """
    if issued_on > today:
        raise InvalidInput.of("issued_on", "issued_in_future")
    if year.last_on is not None and issued_on < year.last_on:
        raise InvalidInput.of("issued_on", "issued_before_last", last_on=year.last_on.isoformat())
    return evolve(year, count=year.count + 1, last_on=issued_on)


@frozen
class HandOver:
    """That an invoice was handed over to an accounting system.

    Attributes:
        invoice_id: Which invoice.
        organization_id: Whose invoice it is.
        at: In UTC.
        external_id: What it is known by over there.
    """

    invoice_id: InvoiceId
    organization_id: OrganizationId
    at: datetime
    external_id: str
