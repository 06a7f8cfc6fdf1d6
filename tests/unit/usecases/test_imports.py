"""Importing customers: a plan to look at, then applying it."""

from collections.abc import Sequence

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.imports import Change, ImportPlan
from worktraq.core.sheets import Sheet
from worktraq.errors import Conflict, InvalidInput, Refused

HEADINGS = ("Klantnummer", "Bedrijfsnaam", "E-mail", "Plaats", "Soort")


def a_sheet(*rows: Sequence[str]) -> Sheet:
    """A sheet with the usual headings."""
    return Sheet("Klanten", (HEADINGS, *(tuple(row) for row in rows)))


def plan(office: Office, *rows: Sequence[str]) -> ImportPlan:
    """What importing these rows would do."""
    with office.nothing_changes(), office.viewing(office.manager) as tx:
        return tx.imports.plan_customers([a_sheet(*rows)])


def apply(office: Office, planned: ImportPlan) -> None:
    """Do what a plan says."""
    with office.acting(office.manager) as tx:
        tx.imports.apply(planned, only="valid")


def changes(planned: ImportPlan) -> list[int]:
    """How many rows are created, updated and unchanged."""
    return [planned.count(change) for change in Change]


@pytest.mark.requirement("B-10")
def test_plan_is_looked_at_before_it_is_applied(office: Office) -> None:
    """Planning changes nothing; applying brings the customers in."""
    planned = plan(office, ("N-1", "Nova B.V.", "ap@nova.example", "Gent"), ("N-2", "Zorg B.V.", "", ""))
    assert changes(planned) == [2, 0, 0]
    apply(office, planned)
    with office.viewing(office.manager) as tx:
        (nova,) = tx.customers.list(search="nova")
    assert (nova.data.number, nova.data.email, nova.data.address.city) == ("N-1", "ap@nova.example", "Gent")


@pytest.mark.requirement("B-10")
def test_same_file_again_has_no_effect(office: Office) -> None:
    """Nothing but the note that it was applied."""
    row = ("N-1", "Nova B.V.", "ap@nova.example", "Gent")
    apply(office, plan(office, row))
    before = office.content()[office.firm.id]["customers"]
    again = plan(office, row)
    assert changes(again) == [0, 0, 1]
    apply(office, again)
    assert office.content()[office.firm.id]["customers"] == before


@pytest.mark.requirement("B-10")
def test_refused_cells_say_where_and_why(office: Office) -> None:
    """Sheet, row, column, value and code, for every wrong cell."""
    planned = plan(office, ("N-1", "", "nobody", "", "zakelijk"), ("K-1001", "Taken", "", ""), ("N-2", "Good", "", ""))
    assert [(cell.row, cell.column, cell.field, cell.value, cell.code) for cell in planned.refused] == [
        (2, "C", "email", "nobody", "mail_malformed"),
        (2, "B", "company_name", "", "text_missing"),
        (3, "A", "number", "K-1001", "number_taken"),
    ]
    assert changes(planned) == [1, 0, 0]


@pytest.mark.requirement("B-10")
def test_number_that_stands_twice_is_refused_the_second_time(office: Office) -> None:
    """The first row counts."""
    planned = plan(office, ("N-1", "Nova", "", ""), ("N-1", "Other", "", ""))
    assert [(cell.row, cell.code) for cell in planned.refused] == [(3, "number_twice")]


@pytest.mark.requirement("B-10")
def test_plan_with_refused_rows_is_applied_only_when_that_is_wanted(office: Office) -> None:
    """By default it is all or nothing."""
    planned = plan(office, ("N-1", "", "", ""), ("N-2", "Good", "", ""))
    error = office.refuses(office.manager, lambda tx: tx.imports.apply(planned), Refused)
    assert codes(error) == ["plan_has_refused_rows"]
    apply(office, planned)
    with office.viewing(office.manager) as tx:
        assert len(tx.customers.list(search="good")) == 1


@pytest.mark.requirement("B-10")
def test_changed_row_updates_its_customer(office: Office) -> None:
    """What an import does not bring stays."""
    apply(office, plan(office, ("N-1", "Nova", "", "")))
    with office.acting(office.manager) as tx:
        (nova,) = tx.customers.list(search="nova")
        tx.customers.change(nova.id, version=1, iban="NL91ABNA0417164300", currency="USD")
    planned = plan(office, ("N-1", "Nova B.V.", "", "Gent"))
    assert changes(planned) == [0, 1, 0]
    apply(office, planned)
    with office.viewing(office.manager) as tx:
        updated = tx.customers.get(nova.id)
    assert (updated.name, updated.data.iban, updated.data.currency) == ("Nova B.V.", "NL91ABNA0417164300", "USD")


@pytest.mark.requirement("B-10")
def test_change_on_both_sides_is_a_conflict(office: Office) -> None:
    """Somebody decides by hand."""
    apply(office, plan(office, ("N-1", "Nova", "", "")))
    with office.acting(office.manager) as tx:
        (nova,) = tx.customers.list(search="nova")
        tx.customers.change(nova.id, version=1, email="ours@nova.example")
    planned = plan(office, ("N-1", "Nova", "theirs@nova.example", ""))
    assert [cell.code for cell in planned.refused] == ["changed_here_and_there"]


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize("meanwhile", ["changed", "added", "applied twice"])
def test_stale_plan_is_refused(office: Office, meanwhile: str) -> None:
    """Something happened since it was made."""
    apply(office, plan(office, ("N-1", "Nova", "", "")))
    planned = plan(office, ("N-1", "Nova B.V.", "", ""), ("N-2", "Zorg", "", ""))
    with office.acting(office.manager) as tx:
        if meanwhile == "changed":
            (nova,) = tx.customers.list(search="nova")
            tx.customers.archive(nova.id, version=1)
        elif meanwhile == "added":
            tx.customers.add_business(company_name="x", number="N-2")
        else:
            tx.imports.apply(planned)
    assert office.refuses(office.manager, lambda tx: tx.imports.apply(planned), Conflict).code == "plan_stale"


def test_progress_is_told_row_by_row(office: Office) -> None:
    """Of how many."""
    planned = plan(office, ("N-1", "Nova", "", ""), ("N-2", "Zorg", "", ""))
    told = []
    with office.acting(office.manager) as tx:
        tx.imports.apply(planned, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_customers_without_a_number_are_created_each_time(office: Office) -> None:
    """Nothing tells that they are the same."""
    row = ("", "Nova", "", "")
    apply(office, plan(office, row))
    assert changes(plan(office, row)) == [1, 0, 0]


def test_sheet_without_headings_is_refused(office: Office) -> None:
    """There is nothing to go by."""
    sheet = Sheet("x", (("a", "b"),))
    office.refuses(office.manager, lambda tx: tx.imports.plan_customers([sheet]), InvalidInput)


def test_totals_line_is_left_out(office: Office) -> None:
    """And named, so that nobody misses it."""
    planned = plan(office, ("N-1", "Nova", "", ""), ("Totaal", "1", "", ""))
    assert (changes(planned), planned.totals) == ([1, 0, 0], (3,))
