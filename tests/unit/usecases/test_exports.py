"""Taking customers and hours out, and customers in again."""

import re
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal

import pytest
from attrs import astuple, evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.budgets import chosen
from tests.unit.usecases.firm import Office, an_office, codes
from worktraq.adapters.excel import CsvWriter, ExcelWriter, SheetFiles
from worktraq.core.access import Right
from worktraq.core.actors import Actor
from worktraq.core.calendar import Period
from worktraq.core.customer_rows import CUSTOMER_FIELDS, is_error, values_of
from worktraq.core.customers import Customer, CustomerData, CustomerStatus
from worktraq.core.entries import NewTime
from worktraq.core.exports import Table
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.imports import Change, Decisions, ImportPlan, MatchDecision
from worktraq.core.sheets import Row, Sheet
from worktraq.errors import Refused
from worktraq.ports.sheets import SheetWriter
from worktraq.testing.builders import MONDAY
from worktraq.testing.firms import Firm
from worktraq.testing.strategies.people import customers

WRITERS = [ExcelWriter(), CsvWriter()]
each_writer = pytest.mark.parametrize("writer", WRITERS, ids=["workbook", "CSV"])
CANARY = "77.7731"


def accepted_customers() -> st.SearchStrategy[CustomerData]:
    """Customers with numbers that fit their country, in texts that a workbook can hold and an import takes."""

    def fitted(customer: Customer) -> CustomerData:
        data = customer.data
        country = "NL" if data.vat_number or data.company_number else data.address.country
        return evolve(data, address=evolve(data.address, country=country))

    def is_taken(data: CustomerData) -> bool:
        has_failed_formula = any(map(is_error, values_of(data, CUSTOMER_FIELDS)))
        return not has_failed_formula and not re.search("[\ufffe\uffff]", str(astuple(data)))

    return customers().map(fitted).filter(is_taken)


def rows_of(table: Table) -> list[Row]:
    """The rows of a table."""
    return list(table.rows)


def hours(office: Office, actor: Actor) -> list[Row]:
    """All hours that an actor gets."""
    with office.viewing(actor) as tx:
        return rows_of(tx.exports.hours())


def exported(office: Office, actor: Actor, writer: SheetWriter, language: str) -> tuple[Sheet, ...]:
    """All customers that an actor gets, as they are read from the file."""
    with office.viewing(actor) as tx:
        return SheetFiles().read(writer.content(tx.exports.customers(), language=language))


def imported(office: Office, actor: Actor, sheets: Sequence[Sheet]) -> ImportPlan:
    """The plan of an import, which has been applied."""
    with office.acting(actor) as tx:
        plan = tx.imports.plan_customers(sheets)
        return tx.imports.apply(plan, decisions=Decisions(suggestions=MatchDecision.CREATE))


def data_of(office: Office, actor: Actor) -> dict[str, CustomerData]:
    """The customers of an organization by number, without what an import leaves alone."""
    with office.viewing(actor) as tx:
        found = [each.data for each in tx.customers.list(limit=1000) if not each.is_internal]
    return {each.number: evolve(each, chain=None) for each in found}


@pytest.mark.requirement("T-02", "W-03")
def test_managers_get_every_customer_but_the_own_organization(office: Office) -> None:
    """In order of name, with every field."""
    with office.viewing(office.manager) as tx:
        rows = rows_of(tx.exports.customers())
    assert [row[:5] for row in rows] == [
        ("K-1001", "business", "Bakkerij Jansen B.V.", None, None),
        (None, "private", None, "Piet", "Pietersen"),
    ]


def test_customers_can_be_narrowed_down(office: Office) -> None:
    """By status, and by what they are called."""
    with office.acting(office.manager) as tx:
        tx.customers.archive(office.firm.customer.id, version=1)
    with office.viewing(office.manager) as tx:
        assert [row[0] for row in tx.exports.customers(status=CustomerStatus.ARCHIVED).rows] == ["K-1001"]
        assert [row[3] for row in tx.exports.customers(status=CustomerStatus.ACTIVE).rows] == ["Piet"]
        assert [row[4] for row in tx.exports.customers(search="PIETERS").rows] == ["Pietersen"]


@pytest.mark.requirement("W-04")
def test_employees_get_no_customers(office: Office) -> None:
    """Not even an empty table."""
    error = office.refuses(office.eva, lambda tx: tx.exports.customers(), Refused)
    assert codes(error) == ["needs_manager"]


@pytest.mark.requirement("T-02", "B-10")
@each_writer
@pytest.mark.parametrize("language", LANGUAGES)
def test_exported_customers_can_be_imported_again(office: Office, writer: SheetWriter, language: str) -> None:
    """In another organization they are the same; there, the same file again changes nothing."""
    with office.acting(office.stranger) as tx:
        for each in office.other.customers[1:]:
            tx.customers.change(each.id, version=1, number=f"=old {each.name}")
    sheets = exported(office, office.manager, writer, language)
    plan = imported(office, office.stranger, sheets)
    assert plan.refused == ()
    assert [row.change for row in plan.planned] == [Change.CREATE, Change.SUGGESTED]
    after = data_of(office, office.stranger)
    assert data_of(office, office.manager).items() <= after.items()
    with office.acting(office.stranger) as tx:
        again = tx.imports.plan_customers(sheets)
    assert [row.change for row in again.planned] == [Change.UNCHANGED] * 2


@pytest.mark.requirement("T-02", "B-10")
@each_writer
def test_what_was_imported_and_exported_again_changes_nothing(office: Office, writer: SheetWriter) -> None:
    """The file that comes out says what the file said that went in."""
    heading = ("Klantnummer", "Bedrijfsnaam", "Plaats", "Land")
    sheet = Sheet("x", (heading, ("007", "=1+1 B.V.", "'s-Hertogenbosch", "NL"), ("-8", 'Ünï; "x"', "@home", None)))
    imported(office, office.manager, [sheet])
    with office.viewing(office.manager) as tx:
        for each in ("=1+1", "uni"):
            table = tx.exports.customers(search=each)
            plan = tx.imports.plan_customers(SheetFiles().read(writer.content(table, language="nl")))
            assert plan.refused == ()
            assert [row.change for row in plan.planned] == [Change.UNCHANGED]


@pytest.mark.requirement("T-02")
@each_writer
@settings(max_examples=chosen(modest=15, large=1_000))
@given(drawn=st.lists(accepted_customers(), min_size=1, max_size=4, unique_by=lambda each: each.number))
def test_any_customer_survives_the_way_out_and_in(writer: SheetWriter, drawn: list[CustomerData]) -> None:
    """Whatever the core accepts."""
    office = an_office()
    with office.acting(office.admin) as tx:
        for number, each in enumerate(drawn):
            tx.customers.add(evolve(each, number=each.number or f"#{number}"))
    mine = data_of(office, office.admin)
    mine.pop("K-1001")
    mine.pop("")
    plan = imported(office, office.stranger, [without_firm(*exported(office, office.admin, writer, "de"))])
    assert plan.refused == ()
    assert {row.data.number: row.data for row in plan.planned} == mine


def without_firm(sheet: Sheet) -> Sheet:
    """A sheet without the customers that every firm of the tests has."""
    return Sheet(sheet.name, tuple(row for row in sheet.rows if row[0] not in (None, "K-1001")))


@pytest.mark.requirement("W-11", "T-02")
def test_hours_stand_with_names_and_state(office: Office) -> None:
    """In order of day: time with minutes, an expense with its exact amount."""
    with office.acting(office.eva) as tx:
        tx.entries.register_time(office.firm.activity.id, on=MONDAY, minutes=90, note="=Advice", starts_at=time(9, 30))
    office.expense(on=date(2026, 10, 6))
    office.submit()
    assert hours(office, office.manager) == [
        (
            *(MONDAY, "Eva", "Bakkerij Jansen B.V.", "Advice", time(9, 30), 90, None, None),
            *("=Advice", "yes", "awaiting_internal", None, None, None),
        ),
        (
            *(date(2026, 10, 6), "Eva", "Bakkerij Jansen B.V.", "Advice", None, None, Decimal("12.50"), "EUR"),
            *("Parking", "yes", "awaiting_internal", None, None, "yes"),
        ),
    ]


@pytest.mark.requirement("W-04", "T-05")
def test_employees_get_their_own_hours(office: Office) -> None:
    """And those that a grant opens; managers get all."""
    office.time()
    with office.acting(office.coen) as tx:
        tx.entries.register_time(office.firm.colleague_activity.id, on=MONDAY, minutes=30)
    assert [row[1] for row in hours(office, office.coen)] == ["Coen"]
    assert sorted(str(row[1]) for row in hours(office, office.manager)) == ["Coen", "Eva"]
    with office.acting(office.manager) as tx:
        tx.access.grant(Right.READ, customer_id=office.firm.customer.id, user_id=office.firm.colleague.id)
    assert sorted(str(row[1]) for row in hours(office, office.coen)) == ["Coen", "Eva"]


def test_contact_of_a_customer_gets_no_hours(office: Office) -> None:
    """A link opens one request and nothing else."""
    office.time()
    assert hours(office, Actor.contact(office.firm.id, "token")) == []


def test_nothing_of_another_organization_is_exported(office: Office) -> None:
    """Neither hours nor customers, also when its ids are given."""
    office.time()
    assert hours(office, office.stranger) == []
    firm, other = office.firm, office.other
    with office.viewing(office.stranger) as tx:
        for narrowed in (
            tx.exports.hours(user_id=firm.employee.id),
            tx.exports.hours(customer_id=firm.customer.id),
            tx.exports.hours(project_id=firm.project.id),
        ):
            assert rows_of(narrowed) == []
        assert len(rows_of(tx.exports.customers())) == len(other.customers) - 1


def test_hours_can_be_narrowed_down(office: Office) -> None:
    """By period, employee, customer and project."""
    firm: Firm = office.firm
    with office.acting(office.eva) as tx:
        tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=1)
        tx.entries.register_time(firm.loose_activity.id, on=MONDAY, minutes=2)
        tx.entries.register_time(firm.activity.id, on=date(2026, 11, 2), minutes=3)
    with office.acting(office.coen) as tx:
        tx.entries.register_time(firm.colleague_activity.id, on=MONDAY, minutes=4)
    with office.viewing(office.manager) as tx:
        found = [
            tx.exports.hours(period=Period.month(2026, 11)),
            tx.exports.hours(user_id=firm.colleague.id),
            tx.exports.hours(customer_id=firm.other_customer.id),
            tx.exports.hours(project_id=firm.project.id, period=Period.month(2026, 10)),
        ]
        assert [sorted(str(row[5]) for row in table.rows) for table in found] == [["3"], ["4"], ["2"], ["1", "4"]]


@pytest.mark.requirement("W-05")
@each_writer
@pytest.mark.parametrize("role", ["employee", "manager"])
def test_no_rate_and_no_value_of_time_is_exported(office: Office, writer: SheetWriter, role: str) -> None:
    """An hour at the rate is worth 77.77; neither is in any cell, for whomever."""
    office.set_rate(CANARY)
    item = office.time(60)
    office.submit()
    office.approve(item)
    actor = office.eva if role == "employee" else office.manager
    with office.viewing(actor) as tx:
        sheets = SheetFiles().read(writer.content(tx.exports.hours(), language="en"))
    assert len(sheets[0].rows) == 2
    assert not re.search(r"77[.,]?77", str(sheets))


@pytest.mark.requirement("T-02")
def test_rows_are_read_in_batches_with_names_looked_up_once(office: Office) -> None:
    """More rows than a batch has come all, each once, in order."""
    activity_id = office.firm.activity.id
    days = [date(2026, 10, day) for day in range(1, 31)]
    with office.acting(office.eva) as tx:
        tx.entries.register_times([NewTime(activity_id, day, 1, str(n)) for day in days for n in range(70)])
    rows = hours(office, office.manager)
    assert len({(row[0], row[8]) for row in rows}) == len(rows) == 2100
    assert [row[0] for row in rows] == sorted(day for day in days for _ in range(70))


def test_table_can_be_written_twice_and_shows_what_is_there_then(office: Office) -> None:
    """Its rows are read each time."""
    with office.acting(office.eva) as tx:
        table = tx.exports.hours()
        assert rows_of(table) == []
        tx.entries.register_time(office.firm.activity.id, on=MONDAY, minutes=1)
        assert rows_of(table) == rows_of(table) != []
