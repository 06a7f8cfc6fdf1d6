"""Invoices, their lines and instalments with sensible values; see `worktraq.testing.builders`."""

from datetime import date, timedelta

from worktraq.core.customers import Customer
from worktraq.core.entries import Item, minutes_of
from worktraq.core.ids import InstalmentId, InvoiceId
from worktraq.core.instalments import Instalment
from worktraq.core.invoices import Invoice, InvoiceKind, InvoiceLine, LineKind, Party, number_of
from worktraq.core.money import Money, Rate, total, value_of_time
from worktraq.core.organizations import Address
from worktraq.core.projects import Project
from worktraq.core.proposals import totals_of
from worktraq.core.vat import Vat
from worktraq.testing.builders import MONDAY, OCTOBER, a_price, new_id
from worktraq.testing.fakes import BEGINNING


def an_instalment(
    project: Project, due_on: date = MONDAY, amount: Money = Money("1500.00", "EUR"), description: str = "First half"
) -> Instalment:
    """An instalment of a project, not billed yet."""
    return Instalment(
        id=InstalmentId(new_id()),
        organization_id=project.organization_id,
        customer_id=project.customer_id,
        project_id=project.id,
        due_on=due_on,
        amount=amount,
        description=description,
    )


def a_line(
    *items: Item, number: int = 1, rate: Rate = Rate("95.00", "EUR"), project: Project | None = None
) -> InvoiceLine:
    """A line of an invoice that bills the time of these items at one rate, not rounded, at 21 % VAT."""
    minutes = minutes_of(items)
    value = total((a_price(item, rate).value for item in items), rate.currency)
    return InvoiceLine(
        number=number,
        kind=LineKind.TIME,
        text="Advice",
        project_id=project.id if project else None,
        project_name=project.name if project else "",
        period=OCTOBER,
        raw_minutes=minutes,
        minutes=minutes,
        rate=rate,
        net=value_of_time(minutes, rate),
        items_value=value,
        vat=Vat(),
        item_ids=tuple(item.id for item in items),
    )


def an_invoice(
    customer: Customer,
    *lines: InvoiceLine,
    count: int = 1,
    issued_on: date = MONDAY,
    kind: InvoiceKind = InvoiceKind.INVOICE,
) -> Invoice:
    """A confirmed invoice of a Dutch seller to a customer."""
    totals = totals_of(lines, "EUR")
    return Invoice(
        id=InvoiceId(new_id()),
        organization_id=customer.organization_id,
        kind=kind,
        count=count,
        number=number_of("", issued_on.year, count),
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=30),
        customer_id=customer.id,
        seller=Party(
            name="Acme B.V.",
            address=Address("Kade 1", "3511 AB", "Utrecht", "NL"),
            vat_number="NL004495445B01",
            company_number="27312152",
            email="billing@acme.example",
            iban="NL91ABNA0417164300",
        ),
        buyer=Party(name=customer.name, address=customer.data.address, email=customer.invoice_email),
        currency="EUR",
        language="nl",
        period=OCTOBER,
        lines=lines,
        totals=totals,
        confirmed_at=BEGINNING,
    )
