"""The specification of an invoice: every item behind its lines, for the customer to check; never a rate (L-11, W-05)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from attrs import frozen

from worktraq.core.calendar import Period
from worktraq.core.entries import Item, TimeEntry
from worktraq.core.ids import ActivityId, ItemId
from worktraq.core.invoices import Invoice, InvoiceKind, InvoiceLine
from worktraq.core.money import Money, total
from worktraq.core.timesheets import spelled


@frozen(kw_only=True)
class SpecifiedItem:
    """An item behind a line of an invoice.

    Attributes:
        on: The day of work.
        employee: Who worked or paid.
        activity: Description of the activity; may be empty.
        note: What was done or bought.
        minutes: Of time, as registered; None for an expense.
        amount: Of an expense, as billed; None for time.
        is_waived: Whether it is billed without the customer's approval (L-14).
    """

    on: date
    employee: str
    activity: str
    note: str
    minutes: int | None
    amount: Money | None
    is_waived: bool = False


@frozen(kw_only=True)
class SpecifiedLine:
    """A line of an invoice with the items behind it.

    Attributes:
        number: Of the line on the invoice.
        text: As on the invoice.
        project: Name of the project; may be empty.
        items: In order of day.
        minutes: Of the time, as registered.
        billed_minutes: Of the time, as billed after rounding.
    """

    number: int
    text: str
    project: str
    items: tuple[SpecifiedItem, ...]
    minutes: int
    billed_minutes: int


@frozen(kw_only=True)
class Specification:
    """What an invoice is made of.

    Attributes:
        number: Of the invoice.
        issued_on: The date on the invoice.
        seller_name: Who worked.
        buyer_name: For whom.
        period: The days of the work; None where there are none.
        currency: Of the expenses.
        lines: Those with items, in order of their numbers.
    """

    number: str
    issued_on: date
    seller_name: str
    buyer_name: str
    period: Period | None
    currency: str
    lines: tuple[SpecifiedLine, ...]

    @property
    def items(self) -> tuple[SpecifiedItem, ...]:
        """Those of all lines."""
        return tuple(item for line in self.lines for item in line.items)

    @property
    def minutes(self) -> int:
        """Of all time, as registered."""
        return sum(line.minutes for line in self.lines)

    @property
    def billed_minutes(self) -> int:
        """Of all time, as billed."""
        return sum(line.billed_minutes for line in self.lines)

    @property
    def expenses(self) -> Money | None:
        """Of all expenses, as billed; None without any."""
        amounts = [item.amount for item in self.items if item.amount is not None]
        return total(amounts, self.currency) if amounts else None


def is_specifiable(invoice: Invoice) -> bool:
    """Whether the items behind an invoice are still what was billed: those of a cancelled one were released."""
    return invoice.kind is InvoiceKind.INVOICE and not invoice.is_cancelled


def specification_of(
    invoice: Invoice, items: Iterable[Item], activities: Mapping[ActivityId, str], names: Mapping[UUID, str]
) -> Specification:
    """What an invoice is made of.

    Args:
        invoice: An invoice that stands.
        items: All that is billed on it.
        activities: Descriptions of the activities.
        names: Of the employees.
    """
    by_id = {item.id: item for item in items}
    return Specification(
        number=invoice.number,
        issued_on=invoice.issued_on,
        seller_name=invoice.seller.name,
        buyer_name=invoice.buyer.name,
        period=invoice.period,
        currency=invoice.currency,
        lines=tuple(_line(line, by_id, activities, names) for line in invoice.lines if line.item_ids),
    )


def _line(
    line: InvoiceLine, items: Mapping[ItemId, Item], activities: Mapping[ActivityId, str], names: Mapping[UUID, str]
) -> SpecifiedLine:
    of_line = sorted((items[item_id] for item_id in line.item_ids), key=lambda item: (item.on, item.id))
    return SpecifiedLine(
        number=line.number,
        text=line.text,
        project=line.project_name,
        items=tuple(_item(item, line, activities, names) for item in of_line),
        minutes=line.raw_minutes,
        billed_minutes=line.minutes,
    )


def _item(
    item: Item, line: InvoiceLine, activities: Mapping[ActivityId, str], names: Mapping[UUID, str]
) -> SpecifiedItem:
    is_time = isinstance(item, TimeEntry)
    return SpecifiedItem(
        on=item.on,
        employee=names[item.user_id],
        activity=activities.get(item.activity_id, ""),
        note=item.note,
        minutes=item.minutes if isinstance(item, TimeEntry) else None,
        # An expense stands on a line of its own, and what it cost before a mark-up is nobody else's business.
        amount=None if is_time else line.net,
        is_waived=item.is_waived,
    )


def document_name(kind: str, number: str, names: Sequence[str]) -> str:
    """A name for a file, of small letters, digits and dashes: ``invoice-2026-0001-acme.pdf``."""
    return "-".join(filter(None, map(spelled, (kind, number, *names))))[:80].rstrip("-") + ".pdf"
