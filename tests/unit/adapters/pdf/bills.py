"""Invoices and specifications to be written."""

from datetime import UTC, date, datetime, timedelta

from attrs import evolve

from worktraq.core.branding import Brand
from worktraq.core.calendar import Period
from worktraq.core.confirming import credit_note
from worktraq.core.ids import CustomerId, InvoiceId, OrganizationId
from worktraq.core.invoices import Invoice, InvoiceKind, InvoiceLine, LineKind, Party
from worktraq.core.money import Money, Rate, value_of_time
from worktraq.core.organizations import Address
from worktraq.core.proposals import spanning, totals_of
from worktraq.core.specifications import Specification, SpecifiedItem, SpecifiedLine
from worktraq.core.vat import Vat, VatCategory
from worktraq.testing.builders import MONDAY, OCTOBER, new_id

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
BRAND = Brand(OrganizationId(new_id()), "#7a1f3d")
REVERSED = Vat(VatCategory.REVERSE_CHARGE, 0)
SELLER = Party(
    name="De Linde Accountants B.V.",
    address=Address("Lindenlaan 12", "3511 AB", "Utrecht", "NL"),
    vat_number="NL004495445B01",
    company_number="12345678",
    email="facturen@delinde.example",
    phone="+31 30 123 45 67",
    contact_name="Mo Bakker",
    iban="NL91ABNA0417164300",
)
BUYER = Party(
    name="Bakkerij Jansen B.V.",
    address=Address("Dorpsstraat 1", "2312 CD", "Leiden", "NL"),
    vat_number="NL001234567B01",
    reference="PO-4711",
)


def time_line(
    number: int = 1, text: str = "Advies", minutes: int = 492, rate: str = "95.00", **other: object
) -> InvoiceLine:
    """A line of time in October."""
    price = Rate(rate, "EUR")
    net = value_of_time(minutes, price)
    line = InvoiceLine(
        number=number,
        kind=LineKind.TIME,
        text=text,
        project_name="Jaarrekening 2026",
        period=OCTOBER,
        raw_minutes=minutes,
        minutes=minutes,
        rate=price,
        net=net,
        items_value=net,
        vat=Vat(),
    )
    return evolve(line, **other)  # type: ignore[arg-type]  # the names come from a test


def sum_line(number: int, kind: LineKind, text: str, amount: str, vat: Vat = Vat()) -> InvoiceLine:
    """A line of an expense or an instalment."""
    net = Money(amount, "EUR")
    period = Period.day(MONDAY) if kind is LineKind.EXPENSE else None
    return InvoiceLine(number=number, kind=kind, text=text, period=period, net=net, items_value=net, vat=vat)


def a_bill(*lines: InvoiceLine, **other: object) -> Invoice:
    """An invoice of these lines."""
    values: dict[str, object] = {
        "id": InvoiceId(new_id()),
        "organization_id": BRAND.organization_id,
        "kind": InvoiceKind.INVOICE,
        "count": 1,
        "number": "2026-0001",
        "issued_on": date(2026, 11, 2),
        "due_on": date(2026, 12, 2),
        "customer_id": CustomerId(new_id()),
        "seller": SELLER,
        "buyer": BUYER,
        "currency": "EUR",
        "language": "nl",
        "period": spanning(lines),
        "lines": lines,
        "totals": totals_of(lines, "EUR"),
        "note": "Bedankt voor de samenwerking.",
        "confirmed_at": AT,
        **other,
    }
    return Invoice(**values)  # type: ignore[arg-type]  # the names come from a test


def taken_back(bill: Invoice) -> Invoice:
    """The credit note to an invoice."""
    return credit_note(
        bill,
        InvoiceId(new_id()),
        count=2,
        number="2026-0002",
        issued_on=date(2026, 11, 9),
        reason="Verkeerde klant",
        at=AT,
    )


def an_item(number: int, note: str = "", **other: object) -> SpecifiedItem:
    """Time on a day of October."""
    values: dict[str, object] = {
        "on": OCTOBER.first + timedelta(days=number % 31),
        "employee": ("Eva de Vries", "Coen van den Berg")[number % 2],
        "activity": "Controle",
        "note": note or f"Loonadministratie ({number})",
        "minutes": 15 + number % 32 * 15,
        "amount": None,
        **other,
    }
    return SpecifiedItem(**values)  # type: ignore[arg-type]  # the names come from a test


def specified(*lines: tuple[str, list[SpecifiedItem], int], **other: object) -> Specification:
    """A specification: of each line its text, its items, and how many minutes rounding adds."""
    made = []
    for number, (text, items, added) in enumerate(lines, start=1):
        raw = sum(item.minutes or 0 for item in items)
        made.append(
            SpecifiedLine(
                number=number,
                text=text,
                project="Jaarrekening 2026",
                items=tuple(sorted(items, key=lambda item: item.on)),
                minutes=raw,
                billed_minutes=raw + added,
            )
        )
    values: dict[str, object] = {
        "number": "2026-0001",
        "issued_on": date(2026, 11, 2),
        "seller_name": SELLER.name,
        "buyer_name": BUYER.name,
        "period": OCTOBER,
        "currency": "EUR",
        "lines": tuple(made),
        **other,
    }
    return Specification(**values)  # type: ignore[arg-type]  # the names come from a test
