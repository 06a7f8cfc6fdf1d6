"""Tables that are exported."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given

from worktraq.core.customer_rows import CUSTOMER_FIELDS, RowReader
from worktraq.core.customers import Customer, CustomerKind
from worktraq.core.entries import State
from worktraq.core.exports import (
    Column,
    Rows,
    customer_form,
    customer_row,
    customer_table,
    hours_row,
    hours_table,
    request_row,
    request_table,
)
from worktraq.core.headings import CUSTOMER_HEADINGS, HOURS_HEADINGS, folded
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.money import Money
from worktraq.core.requests import RequestSummary
from worktraq.core.signoff import RequestStatus
from worktraq.i18n import translator
from worktraq.messages import MESSAGES
from worktraq.testing.builders import MONDAY, a_request, a_time_entry, an_expense
from worktraq.testing.firms import a_firm
from worktraq.testing.strategies.people import customers

NAMES_IN_HOURS = {
    "field.on": "date",
    "field.person": "person",
    "field.customer": "customer",
    "field.project": "project",
    "field.starts_at": "start",
    "field.minutes": "minutes",
    "field.note": "note",
}
EVERY_COLUMN = {column.heading: column for column in (*customer_table(()).columns, *hours_table(()).columns)}


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_of_customers_are_those_that_an_import_recognises(language: str) -> None:
    """Each for its own field, in every language."""
    for column in customer_table(()).columns:
        heading = folded(translator(language).message(column.heading))
        field = column.heading.removeprefix("field.")
        assert [each for each, texts in CUSTOMER_HEADINGS.items() if heading in map(folded, texts)] == [field]


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_of_hours_are_those_that_an_import_recognises(language: str) -> None:
    """So that hours, too, can be told apart in a file that was exported."""
    for code, field in NAMES_IN_HOURS.items():
        assert folded(translator(language).message(code)) in set(map(folded, HOURS_HEADINGS[field]))


@pytest.mark.requirement("B-11")
@pytest.mark.parametrize("column", EVERY_COLUMN.values(), ids=EVERY_COLUMN)
def test_everything_that_is_shown_has_a_message(column: Column) -> None:
    """Headings and hints."""
    assert {column.heading, column.hint or column.heading} <= set(MESSAGES)


@pytest.mark.requirement("B-11")
def test_every_value_in_words_has_a_message() -> None:
    """Kinds of customer, states, and yes and no."""
    words = {"customer_kind": {*CustomerKind}, "state": {*State}, "answer": {"yes", "no"}}
    assert {column.words for column in EVERY_COLUMN.values()} - {""} == set(words)
    assert {f"{prefix}.{value}" for prefix, values in words.items() for value in values} <= set(MESSAGES)


@pytest.mark.requirement("T-02")
@given(customers())
def test_customer_is_the_same_after_an_import(customer: Customer) -> None:
    """Whatever an import takes comes back as it was."""
    country = "NL" if customer.data.vat_number or customer.data.company_number else customer.data.address.country
    customer = evolve(customer, data=evolve(customer.data, address=evolve(customer.data.address, country=country)))
    fields = [column.heading.removeprefix("field.") for column in customer_table(()).columns]
    row = customer_row(customer)
    data, _ = RowReader(fields).read(tuple(str(value or "") for value in row))
    assert customer_row(Customer(customer.id, customer.organization_id, data)) == row
    assert evolve(data, chain=customer.data.chain) == customer.data


def test_form_holds_only_what_an_import_takes() -> None:
    """Every column of it has a hint, and it has those of an export."""
    form = customer_form()
    assert all(column.hint for column in form.columns)
    assert form.columns == customer_table(()).columns
    assert {column.heading.removeprefix("field.") for column in form.columns} == set(CUSTOMER_FIELDS)
    assert list(form.rows) == []


def test_time_stands_in_minutes_with_names() -> None:
    """A day, three names, a start, minutes."""
    firm = a_firm()
    entry = evolve(a_time_entry(firm.activity, minutes=90, note="Advice"), starts_at=time(9, 30))
    names = {firm.employee.id: "Eva", firm.customer.id: "Jansen", firm.project.id: "Advice 2026"}
    assert hours_row(entry, names) == (
        *(MONDAY, "Eva", "Jansen", "Advice 2026", time(9, 30), 90, None, None),
        *("Advice", "yes", "draft", None, None, None),
    )


def test_expense_stands_as_exact_amount_with_its_currency() -> None:
    """A decimal number with the digits of the currency, and no minutes."""
    firm = a_firm()
    expense = an_expense(firm.loose_activity, amount=Money("12.50", "EUR"))
    names = {firm.employee.id: "Eva", firm.other_customer.id: "Vries"}
    row = hours_row(expense, names)
    assert row[0] == date(2026, 10, 5)
    assert row[3:8] == (None, None, None, Decimal("12.50"), "EUR")
    assert str(row[6]) == "12.50"
    assert row[-3:] == (None, None, "yes")
    said = evolve(expense, receipt_reference="R-17", vat_hundredths=950, is_reimbursable=False)
    assert hours_row(said, names)[-3:] == ("R-17", Decimal("9.5"), "no")


@pytest.mark.requirement("L-05")
def test_request_stands_with_all_that_matters() -> None:
    """Days by the calendar of the organization; the day of a decision only where there is one."""
    firm = a_firm()
    at = datetime(2026, 10, 5, 22, 30, tzinfo=UTC)
    expense = an_expense(firm.activity, amount=Money("12.50", "EUR"))
    request = a_request(firm.project, firm.employee, a_time_entry(firm.activity), expense, sent_at=at)
    row = request_row(RequestSummary(request, "Eva", "Jansen", "Advice", 3), "Europe/Amsterdam")
    assert row == (
        *("Eva", "Jansen", "Advice", date(2026, 10, 1), date(2026, 10, 31), 60, Decimal("12.50"), "EUR"),
        *("Bakkerij Jansen B.V.", "ap@jansen.example", date(2026, 10, 6), request.due_on, 3, 0, "no", "open"),
        *(None, None, None),
    )
    assert len(row) == len(request_table([row]).columns)
    decided = evolve(
        request, status=RequestStatus.DECIDED, decided_by="Jan", comment="Fine", is_escalated=True, expenses=None
    )
    row = request_row(RequestSummary(decided, "Eva", "Jansen", "Advice", 0), "UTC")
    assert row[6:8] == (None, None)
    assert row[14:] == ("yes", "decided", "Jan", date(2026, 10, 5), "Fine")


def test_rows_can_be_read_twice() -> None:
    """One table becomes two files."""
    rows = Rows(lambda: iter([("a",)]))
    assert list(rows) == list(rows) == [("a",)]
