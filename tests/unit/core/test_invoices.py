"""Invoices and their numbers."""

from datetime import date

import pytest
from attrs import evolve

from worktraq.core.ids import InstalmentId
from worktraq.core.invoices import InvoiceStatus, InvoiceYear, LineKind, cancelled, counted_on, number_of
from worktraq.core.money import Money
from worktraq.errors import InvalidInput
from worktraq.testing.bills import a_line, an_invoice
from worktraq.testing.builders import MONDAY, a_time_entry, new_id
from worktraq.testing.firms import a_firm

FIRM = a_firm()
TUESDAY = date(2026, 10, 6)


def test_number_is_made_of_prefix_year_and_count() -> None:
    """Four digits at least."""
    assert number_of("", 2026, 1) == "2026-0001"
    assert number_of("ACME-", 2027, 12345) == "ACME-2027-12345"


@pytest.mark.requirement("L-11")
def test_numbers_count_up_with_the_dates() -> None:
    """From nothing; several may have the same date."""
    first = counted_on(InvoiceYear(FIRM.id, 2026), MONDAY, TUESDAY)
    assert first == InvoiceYear(FIRM.id, 2026, 1, MONDAY)
    assert counted_on(first, MONDAY, MONDAY) == InvoiceYear(FIRM.id, 2026, 2, MONDAY)
    assert counted_on(first, TUESDAY, TUESDAY) == InvoiceYear(FIRM.id, 2026, 2, TUESDAY)


@pytest.mark.parametrize(
    ("issued_on", "code"), [(MONDAY, "issued_before_last"), (date(2026, 10, 7), "issued_in_future")]
)
def test_date_before_the_last_invoice_or_after_today_is_refused(issued_on: date, code: str) -> None:
    """Numbers ascend with the dates."""
    with pytest.raises(InvalidInput) as raised:
        counted_on(InvoiceYear(FIRM.id, 2026, 3, TUESDAY), issued_on, TUESDAY)
    assert raised.value.code == code


def test_line_tells_what_rounding_made() -> None:
    """The line less the sum of its items."""
    line = evolve(a_line(a_time_entry(FIRM.activity)), net=Money("90.00", "EUR"))
    assert line.difference == Money("-5.00", "EUR")


def test_invoice_tells_what_it_bills() -> None:
    """All items and instalments of its lines."""
    items = [a_time_entry(FIRM.activity) for _ in range(3)]
    instalment_id = InstalmentId(new_id())
    lines = [a_line(*items[:2]), a_line(items[2], number=2)]
    last = evolve(a_line(number=3), kind=LineKind.INSTALMENT, instalment_id=instalment_id)
    invoice = an_invoice(FIRM.customer, *lines, last)
    assert invoice.item_ids == tuple(item.id for item in items)
    assert invoice.instalment_ids == (instalment_id,)


def test_cancelled_invoice_is_the_same_but_for_its_status() -> None:
    """And its version."""
    invoice = an_invoice(FIRM.customer)
    assert not invoice.is_cancelled
    assert cancelled(invoice).is_cancelled
    assert cancelled(invoice) == evolve(invoice, status=InvoiceStatus.CANCELLED, version=2)
