"""Tables that are exported."""

from datetime import date, time
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given

from worktraq.core.customers import Customer, CustomerKind
from worktraq.core.entries import State
from worktraq.core.exports import Column, Rows, customer_form, customer_row, customer_table, hours_row, hours_table
from worktraq.core.headings import CUSTOMER_HEADINGS, HOURS_HEADINGS, folded
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.imports import customer_data
from worktraq.core.money import Money
from worktraq.core.sheets import Record
from worktraq.i18n import translator
from worktraq.messages import MESSAGES
from worktraq.testing.builders import MONDAY, a_time_entry, an_expense
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
    data = customer_data(Record("Sheet", 2, dict(zip(fields, row, strict=True)), {}))
    assert customer_row(Customer(customer.id, customer.organization_id, data))[:-2] == row[:-2]


def test_form_holds_only_what_an_import_takes() -> None:
    """Every column of it has a hint; bank account and currency stay what they are here."""
    form = customer_form()
    assert all(column.hint for column in form.columns)
    assert [column.heading for column in customer_table(()).columns[len(form.columns) :]] == [
        "field.iban",
        "field.currency",
    ]
    assert list(form.rows) == []


def test_time_stands_in_minutes_with_names() -> None:
    """A day, three names, a start, minutes."""
    firm = a_firm()
    entry = evolve(a_time_entry(firm.activity, minutes=90, note="Advice"), starts_at=time(9, 30))
    names = {firm.employee.id: "Eva", firm.customer.id: "Jansen", firm.project.id: "Advice 2026"}
    assert hours_row(entry, names) == (
        *(MONDAY, "Eva", "Jansen", "Advice 2026", time(9, 30), 90, None, None),
        *("Advice", "yes", "draft"),
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


def test_rows_can_be_read_twice() -> None:
    """One table becomes two files."""
    rows = Rows(lambda: iter([("a",)]))
    assert list(rows) == list(rows) == [("a",)]
