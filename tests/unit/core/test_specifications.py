"""What an invoice is made of, and the tables for managers."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from attrs import evolve

from tests.unit.adapters.pdf.bills import a_bill, sum_line, taken_back, time_line
from worktraq.core.billing import NextAction, UnbilledReason, Waiting, Why
from worktraq.core.billing_exports import (
    invoice_row,
    invoice_table,
    specification_row,
    specification_table,
    totals_row,
    totals_table,
    unbilled_row,
    unbilled_table,
)
from worktraq.core.calendar import Period
from worktraq.core.exports import Table
from worktraq.core.invoices import Invoice, LineKind, cancelled
from worktraq.core.money import Money
from worktraq.core.overviews import GroupBy, HoursTotal
from worktraq.core.sheets import Row
from worktraq.core.specifications import Specification, document_name, is_specifiable, specification_of
from worktraq.core.unbilled_lines import Acting, UnbilledLine
from worktraq.testing.builders import MONDAY, OCTOBER, a_time_entry, an_expense
from worktraq.testing.firms import Firm, a_firm

FIRM = a_firm()
NAMES = {FIRM.employee.id: "Eva", FIRM.customer.id: "Jansen", FIRM.project.id: "Advice"}
SINCE = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)


def rows_with_headings(table: Table) -> list[dict[str, object]]:
    """The rows of a table by the last part of their headings."""
    names = [column.heading.removeprefix("field.") for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def one(table: Table) -> dict[str, object]:
    """The only row of a table."""
    (row,) = rows_with_headings(table)
    return row


def a_mixed_bill(firm: Firm = FIRM) -> tuple[Invoice, Specification]:
    """An invoice of time, an expense and an instalment, and what it is made of."""
    late = a_time_entry(firm.activity, on=date(2026, 10, 9), minutes=60)
    early = evolve(a_time_entry(firm.activity, on=MONDAY, minutes=485), is_waived=True, note="")
    parking = an_expense(firm.activity, on=MONDAY)
    bill = a_bill(
        time_line(1, minutes=550, raw_minutes=545, item_ids=(late.id, early.id)),
        evolve(sum_line(2, LineKind.EXPENSE, "Parking", "13.75"), item_ids=(parking.id,)),
        sum_line(3, LineKind.INSTALMENT, "First part", "1500"),
    )
    descriptions = {firm.activity.id: "Advies"}
    return bill, specification_of(bill, [parking, late, early], descriptions, NAMES)


@pytest.mark.requirement("L-11")
def test_specification_holds_every_item_in_order_of_day() -> None:
    """Under the line that bills it; an instalment has none."""
    _, specification = a_mixed_bill()
    assert [(line.number, len(line.items)) for line in specification.lines] == [(1, 2), (2, 1)]
    assert [item.minutes for item in specification.items] == [485, 60, None]
    assert [item.on.day for item in specification.lines[0].items] == [5, 9]
    assert [item.is_waived for item in specification.items] == [True, False, False]
    assert (specification.minutes, specification.billed_minutes) == (545, 550)


@pytest.mark.requirement("L-11", "W-05")
def test_expense_is_specified_as_billed() -> None:
    """What it cost before a mark-up is not for the customer."""
    _, specification = a_mixed_bill()
    assert specification.items[-1].amount == Money("13.75", "EUR")
    assert specification.expenses == Money("13.75", "EUR")
    assert evolve(specification, lines=specification.lines[:1]).expenses is None


@pytest.mark.requirement("L-11")
def test_only_an_invoice_that_stands_can_be_specified() -> None:
    """The items of any other were released, and may have changed."""
    bill, _ = a_mixed_bill()
    found = [is_specifiable(each) for each in (bill, cancelled(bill), taken_back(bill))]
    assert found == [True, False, False]


@pytest.mark.parametrize(
    ("number", "names", "expected"),
    [
        ("2026-0001", ["Bakkerij Jansen B.V."], "invoice-2026-0001-bakkerij-jansen-b-v.pdf"),
        ("../2026", ["Æther/\r\n株"], "invoice-2026-aether.pdf"),
        ("2026", ["x" * 300], f"invoice-2026-{'x' * 67}.pdf"),
        ("2026", [f"{'x' * 66} y"], f"invoice-2026-{'x' * 66}.pdf"),
    ],
)
def test_name_of_a_document_is_safe(number: str, names: list[str], expected: str) -> None:
    """Small letters, digits and dashes, and not too long."""
    assert document_name("invoice", number, names) == expected


@pytest.mark.requirement("L-11", "L-14")
def test_table_of_a_specification_has_hours_in_both_forms() -> None:
    """And marks what was waived; no rate stands in it."""
    _, specification = a_mixed_bill()
    rows: list[Row] = [specification_row(line, item) for line in specification.lines for item in line.items]
    table = specification_table(rows)
    first, second, expense = rows_with_headings(table)
    assert (first["hours"], first["decimal_hours"], first["is_waived"]) == ("8:05", Decimal("8.08"), "yes")
    assert (second["hours"], second["decimal_hours"], second["is_waived"]) == ("1:00", Decimal("1.00"), "no")
    assert (expense["amount"], expense["currency"], expense["hours"]) == (Decimal("13.75"), "EUR", None)
    assert (first["note"], first["person"], first["activity"], first["line"]) == (None, "Eva", "Advies", 1)
    assert not {"rate", "net", "value"} & first.keys()
    without = evolve(specification.lines[0], project="")
    assert specification_row(without, evolve(specification.items[0], activity=""))[3:5] == (None, None)


@pytest.mark.requirement("L-11")
def test_table_of_invoices_has_sums_and_what_is_taken_back() -> None:
    """One row for each; the period ends on its last day."""
    bill, _ = a_mixed_bill()
    row = one(invoice_table([invoice_row(bill)]))
    assert (row["invoice_number"], row["invoice_kind"], row["status"]) == ("2026-0001", "invoice", "confirmed")
    assert (row["first_day"], row["last_day"]) == (date(2026, 10, 1), date(2026, 10, 31))
    assert row["net"] == bill.totals.net.amount
    assert row["gross"] == bill.totals.gross.amount
    assert row["corrects_number"] is None
    note = one(invoice_table([invoice_row(evolve(taken_back(bill), period=None))]))
    assert (note["invoice_kind"], note["corrects_number"]) == ("credit_note", "2026-0001")
    assert (note["first_day"], note["last_day"]) == (None, None)


def a_line(**other: object) -> UnbilledLine:
    """An item that is not billed."""
    values: dict[str, object] = {
        "item_id": FIRM.activity.id,
        "user_id": FIRM.employee.id,
        "customer_id": FIRM.customer.id,
        "project_id": FIRM.project.id,
        "activity_id": FIRM.activity.id,
        "request_id": None,
        "on": MONDAY,
        "period": OCTOBER,
        "minutes": 65,
        "value": Money("102.92", "EUR"),
        "why": (Why(UnbilledReason.NOT_SUBMITTED, Waiting.EMPLOYEE, NextAction.SUBMIT, SINCE),),
        "owner": Acting(who=Waiting.EMPLOYEE, name="Eva", user_id=FIRM.employee.id),
        "age_days": 12,
        **other,
    }
    return UnbilledLine(**values)  # type: ignore[arg-type]  # the names come from a test


def unbilled(line: UnbilledLine, *, shows_amounts: bool = True) -> dict[str, object]:
    """The row of an item that is not billed."""
    row = unbilled_row(line, NAMES, "Europe/Amsterdam", shows_amounts=shows_amounts)
    return one(unbilled_table([row], shows_amounts=shows_amounts))


@pytest.mark.requirement("L-13", "B-01")
def test_table_of_what_is_unbilled_says_why_and_who_has_to_act() -> None:
    """Since which day by the calendar of the organization, and what it is worth."""
    row = unbilled(a_line())
    assert (row["why"], row["waits_for"], row["acting"]) == ("not_submitted", "employee", "Eva")
    assert (row["next_action"], row["since"], row["age_days"]) == ("submit", date(2026, 11, 1), 12)
    assert (row["minutes"], row["hours"], row["value"], row["currency"]) == (65, "1:05", Decimal("102.92"), "EUR")


def test_what_there_is_not_is_an_empty_cell() -> None:
    """An expense has no time; work may be on no project, wait for anybody, and have no rate."""
    row = unbilled(a_line(minutes=0, project_id=None, value=None, owner=Acting(who=Waiting.MANAGER)))
    empty = ("minutes", "hours", "project", "acting", "value", "currency")
    assert [row[name] for name in empty] == [None] * len(empty)


@pytest.mark.requirement("W-05")
def test_who_sees_no_amounts_gets_no_columns_for_them() -> None:
    """Not even empty ones."""
    row = unbilled(a_line(), shows_amounts=False)
    assert not {"value", "currency"} & row.keys()
    assert Decimal("102.92") not in row.values()


@pytest.mark.requirement("T-05")
def test_table_of_totals_has_a_column_for_what_is_grouped_by() -> None:
    """In one order, whatever order was asked for."""
    week = Period.week(MONDAY)
    total = HoursTotal(FIRM.customer.id, FIRM.project.id, FIRM.employee.id, OCTOBER, week, 485, 60, 2)
    by = (GroupBy.WEEK, GroupBy.MONTH, GroupBy.USER, GroupBy.PROJECT, GroupBy.CUSTOMER)
    table = totals_table([totals_row(total, by, NAMES)], by)
    assert list(one(table).values()) == [
        *("Jansen", "Advice", "Eva", "2026-10", MONDAY),
        *("8:05", Decimal("8.08"), Decimal("1.00"), 2),
    ]
    whole = HoursTotal(None, None, None, None, None, 485, 60, 2)
    assert list(one(totals_table([totals_row(whole, (), {})], ()))) == [
        *("hours", "decimal_hours", "billable_hours", "entries"),
    ]
