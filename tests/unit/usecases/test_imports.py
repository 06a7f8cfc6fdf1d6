"""Importing customers: a plan to look at, then applying it."""

from collections.abc import Sequence

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.budgets import chosen
from tests.unit.usecases.firm import Office, an_office
from worktraq.adapters.excel import CsvWriter, ExcelWriter, SheetFiles
from worktraq.core.customer_rows import CUSTOMER_FIELDS, is_error, values_of, with_values
from worktraq.core.customers import Customer, CustomerStatus
from worktraq.core.imports import (
    MOST_REFUSED,
    Change,
    ConflictDecision,
    Decisions,
    FieldConflict,
    FieldDecision,
    ImportPlan,
    MatchDecision,
    MatchedBy,
    RowDecision,
)
from worktraq.core.organizations import Address
from worktraq.core.sheets import Sheet
from worktraq.errors import Conflict, InvalidInput, Refused
from worktraq.ports.sheets import SheetWriter
from worktraq.serialization import from_json, to_json
from worktraq.testing.strategies.people import customers
from worktraq.usecases.planning import TOLD_EVERY

HEADINGS = ("Klantnummer", "Bedrijfsnaam", "E-mail", "Plaats", "Soort")
KEEP = Decisions(ConflictDecision.KEEP_OURS, MatchDecision.CREATE)
TAKE = Decisions(ConflictDecision.TAKE_THEIRS, MatchDecision.MATCH)


def a_sheet(*rows: Sequence[str | None], headings: Sequence[str] = HEADINGS) -> Sheet:
    """A sheet with these headings."""
    return Sheet("Klanten", (tuple(headings), *(tuple(row) for row in rows)))


def planned(office: Office, sheet: Sheet) -> ImportPlan:
    """What importing a sheet would do."""
    with office.nothing_changes(), office.viewing(office.manager) as tx:
        return tx.imports.plan_customers([sheet])


def plan(office: Office, *rows: Sequence[str | None], headings: Sequence[str] = HEADINGS) -> ImportPlan:
    """What importing these rows would do."""
    return planned(office, a_sheet(*rows, headings=headings))


def apply(office: Office, made: ImportPlan, decisions: Decisions = Decisions()) -> None:
    """Do what a plan says."""
    with office.acting(office.manager) as tx:
        tx.imports.apply(made, only="valid", decisions=decisions)


def changes(made: ImportPlan) -> list[int]:
    """How many rows are created, updated, unchanged, in conflict and suggested."""
    return [made.count(change) for change in list(Change)[:5]]  # the others are those of accounting systems


def found(office: Office, search: str) -> Customer:
    """The one customer that is found so."""
    with office.viewing(office.manager) as tx:
        (customer,) = tx.customers.list(search=search)
    return customer


def change(office: Office, search: str, **values: str) -> Customer:
    """Change a customer by hand."""
    with office.acting(office.manager) as tx:
        (customer,) = tx.customers.list(search=search)
        data = with_values(customer.data, values)
        return tx.customers.change(
            customer.id,
            version=customer.version,
            number=data.number,
            email=data.email,
            address=data.address,
            iban=data.iban,
            currency=data.currency,
        )


def customers_of(office: Office) -> object:
    """All customers as they are stored."""
    return office.content()[office.firm.id]["customers"]


@pytest.mark.requirement("B-10")
def test_plan_is_looked_at_before_it_is_applied(office: Office) -> None:
    """Planning changes nothing; applying brings the customers in."""
    made = plan(office, ("N-1", "Nova B.V.", "ap@nova.example", "Gent"), ("N-2", "Zorg B.V.", "", ""))
    assert changes(made) == [2, 0, 0, 0, 0]
    apply(office, made)
    nova = found(office, "nova")
    assert (nova.data.number, nova.data.email, nova.data.address.city) == ("N-1", "ap@nova.example", "Gent")


@pytest.mark.requirement("T-02")
def test_every_field_of_a_customer_is_imported(office: Office) -> None:
    """By headings of our own export."""
    headings = ("Klantnummer", "Bedrijfsnaam", "Factuur-e-mail", "IBAN", "Valuta", "Uw referentie", "Land", "Taal")
    row = ("N-1", "Nova", "facturen@nova.example", "NL91 ABNA 0417 1643 00", "usd", "PO 7", "België", "Frans")
    apply(office, plan(office, row, headings=headings))
    data = found(office, "nova").data
    assert (
        data.invoice_email,
        data.iban,
        data.currency,
        data.buyer_reference,
        data.address.country,
        data.language,
    ) == (*("facturen@nova.example", "NL91ABNA0417164300", "USD", "PO 7", "BE", "fr"),)


@pytest.mark.requirement("B-10")
def test_same_file_again_has_no_effect(office: Office) -> None:
    """Nothing but the note that it was applied; also of rows without a number."""
    rows = (("N-1", "Nova B.V.", "ap@nova.example", "Gent"), ("", "Zonder B.V.", "", "Aalst"))
    apply(office, plan(office, *rows))
    before = office.content()[office.firm.id]
    again = plan(office, *rows)
    assert changes(again) == [0, 0, 2, 0, 0]
    apply(office, again)
    after = office.content()[office.firm.id]
    assert (before["customers"], before["import_links"]) == (after["customers"], after["import_links"])


@pytest.mark.requirement("B-10")
def test_refused_cells_say_where_and_why(office: Office) -> None:
    """Sheet, row, column, value and code, for every wrong cell, also of a column that is not there."""
    made = plan(office, ("N-1", "", "nobody", "", "particulier"), ("N-2", "Good", "", ""))
    assert [(cell.row, cell.column, cell.field, cell.value, cell.code) for cell in made.refused] == [
        (2, "C", "email", "nobody", "mail_malformed"),
        (2, "", "first_name", "", "text_missing"),
        (2, "", "last_name", "", "text_missing"),
    ]
    assert (changes(made), made.refused_rows, made.refused_cells) == ([1, 0, 0, 0, 0], 1, 3)


@pytest.mark.requirement("B-10")
def test_refused_cells_are_counted_when_there_are_too_many_to_name(office: Office) -> None:
    """A file of nonsense takes no more memory than it says itself; long values are cut."""
    rows = [(f"N-{number}", "", "x" * 300) for number in range(MOST_REFUSED // 3 + 10)]
    made = plan(office, *rows)
    assert len(made.refused) == MOST_REFUSED
    assert (made.refused_rows, made.refused_cells) == (len(rows), 3 * len(rows))
    assert max(len(cell.value) for cell in made.refused) == 200


@pytest.mark.requirement("B-10")
def test_number_that_stands_twice_is_refused_the_second_time(office: Office) -> None:
    """The first row counts, and is named."""
    made = plan(
        office, ("N-1", "Nova", "", ""), ("N-1", "Other", "", ""), ("", "Zorg", "", "Gent"), ("", "ZORG", "", "gent")
    )
    assert [(cell.row, cell.field, cell.code, cell.parameters) for cell in made.refused] == [
        (3, "number", "number_twice", (("row", 2),)),
        (5, "company_name", "customer_twice", (("row", 4),)),
    ]


@pytest.mark.requirement("B-10")
def test_two_rows_cannot_be_one_customer(office: Office) -> None:
    """As when its number was changed here, and the file has both."""
    apply(office, plan(office, ("N-1", "Nova", "", "")))
    change(office, "nova", number="N-9")
    made = plan(office, ("N-1", "Nova", "", ""), ("N-9", "Nova", "", ""))
    assert changes(made) == [0, 0, 1, 0, 0]
    assert [(cell.row, cell.code) for cell in made.refused] == [(3, "number_twice")]


@pytest.mark.requirement("B-10")
def test_plan_with_refused_or_undecided_rows_is_applied_only_when_that_is_wanted(office: Office) -> None:
    """By default it is all or nothing."""
    made = plan(office, ("N-1", "", "", ""), ("K-1001", "Jansen", "", ""), ("N-2", "Good", "", ""))
    with office.nothing_changes():
        error = office.refuses(office.manager, lambda tx: tx.imports.apply(made), Refused)
    assert [(each.code, each.parameters) for each in error.reasons] == [
        ("plan_has_refused_rows", (("count", 1),)),
        ("plan_has_undecided_rows", (("count", 1),)),
    ]
    apply(office, made)
    assert found(office, "good").data.number == "N-2"
    assert found(office, "K-1001").name == "Bakkerij Jansen B.V."


def test_which_rows_are_wanted_is_one_of_two(office: Office) -> None:
    """A slip of the pen never imports a part."""
    made = plan(office, ("N-1", "", "", ""), ("N-2", "Good", "", ""))
    for wrong in ("ALL", "", None):
        with office.nothing_changes():
            error = office.refuses(
                office.manager,
                lambda tx, wrong=wrong: tx.imports.apply(made, only=wrong),  # type: ignore[misc]  # binds
                InvalidInput,
            )
        assert (error.field, error.code) == ("only", "choice_unknown")


@pytest.mark.requirement("B-10")
def test_changed_row_updates_its_customer(office: Office) -> None:
    """What the file does not bring stays."""
    apply(office, plan(office, ("N-1", "Nova", "", "")))
    change(office, "nova", iban="NL91ABNA0417164300", currency="USD")
    made = plan(office, ("N-1", "Nova B.V.", "", "Gent"))
    assert changes(made) == [0, 1, 0, 0, 0]
    apply(office, made)
    updated = found(office, "nova")
    assert (updated.name, updated.data.iban, updated.data.currency) == ("Nova B.V.", "NL91ABNA0417164300", "USD")


@pytest.mark.requirement("B-10")
def test_only_columns_that_are_there_change_a_customer(office: Office) -> None:
    """An empty cell empties; what is needed cannot be emptied."""
    apply(office, plan(office, ("N-1", "Nova", "ap@nova.example", "Gent")))
    apply(office, plan(office, ("N-1", "Aalst"), headings=("Klantnummer", "Plaats")))
    nova = found(office, "nova")
    assert (nova.name, nova.data.email, nova.data.address.city) == ("Nova", "ap@nova.example", "Aalst")
    apply(office, plan(office, ("N-1", "Nova", "", "Aalst")))
    assert found(office, "nova").data.email == ""
    assert [cell.code for cell in plan(office, ("N-1", "", "", "Aalst")).refused] == ["text_missing"]


@pytest.mark.requirement("B-10")
def test_column_that_comes_back_is_compared_with_what_it_said(office: Office) -> None:
    """What was changed here in the meantime stays."""
    whole = ("N-1", "Nova", "ap@nova.example", "Gent")
    apply(office, plan(office, whole))
    apply(office, plan(office, ("N-1", "Aalst"), headings=("Klantnummer", "Plaats")))
    change(office, "nova", email="ours@nova.example")
    made = plan(office, ("N-1", "Nova", "ap@nova.example", "Aalst"))
    assert changes(made) == [0, 0, 1, 0, 0]
    apply(office, made)
    assert changes(plan(office, ("N-1", "Nova", "theirs@nova.example", "Aalst"))) == [0, 0, 0, 1, 0]


def in_conflict(office: Office) -> ImportPlan:
    """A plan with a customer whose address of mail and place were changed on both sides, and its name there."""
    apply(office, plan(office, ("N-1", "Nova", "old@nova.example", "Gent")))
    change(office, "nova", email="ours@nova.example", city="Brugge")
    return plan(office, ("N-1", "Nova B.V.", "theirs@nova.example", "Aalst"), ("N-2", "Zorg", "", ""))


@pytest.mark.requirement("B-10")
def test_change_on_both_sides_is_a_conflict_of_that_field(office: Office) -> None:
    """With all three values; what was changed on one side only is not asked."""
    made = in_conflict(office)
    assert changes(made) == [1, 0, 0, 1, 0]
    assert made.planned[0].conflicts == (
        FieldConflict("email", "old@nova.example", "ours@nova.example", "theirs@nova.example"),
        FieldConflict("city", "Gent", "Brugge", "Aalst"),
    )
    assert made.planned[0].data.company_name == "Nova B.V."


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize(
    ("decisions", "email", "city"),
    [
        (KEEP, "ours@nova.example", "Brugge"),
        (TAKE, "theirs@nova.example", "Aalst"),
        (evolve(KEEP, fields=(FieldDecision(2, "city", ConflictDecision.TAKE_THEIRS),)), "ours@nova.example", "Aalst"),
    ],
)
def test_conflict_is_decided_field_by_field(office: Office, decisions: Decisions, email: str, city: str) -> None:
    """What was decided is not asked again."""
    made = in_conflict(office)
    with office.acting(office.manager) as tx:
        tx.imports.apply(made, decisions=decisions)
    data = found(office, "nova").data
    assert (data.company_name, data.email, data.address.city) == ("Nova B.V.", email, city)
    row = ("N-1", "Nova B.V.", "theirs@nova.example", "Aalst")
    assert changes(plan(office, row)) == [0, 0, 1, 0, 0]


@pytest.mark.requirement("B-10")
def test_undecided_row_is_left_out(office: Office) -> None:
    """As it was; it is asked again the next time."""
    made = in_conflict(office)
    before = found(office, "nova")
    apply(office, made)
    assert found(office, "nova") == before
    assert found(office, "zorg").data.number == "N-2"
    assert changes(in_conflict_again(office)) == [0, 0, 1, 1, 0]


def in_conflict_again(office: Office) -> ImportPlan:
    """The plan of the same file."""
    return plan(office, ("N-1", "Nova B.V.", "theirs@nova.example", "Aalst"), ("N-2", "Zorg", "", ""))


@pytest.mark.requirement("B-10")
def test_decision_that_nobody_asked_for_is_refused(office: Office) -> None:
    """It was meant for another file."""
    made = in_conflict(office)
    wrong = Decisions(fields=(FieldDecision(3, "city", ConflictDecision.TAKE_THEIRS),))
    error = office.refuses(office.manager, lambda tx: tx.imports.apply(made, decisions=wrong), InvalidInput)
    assert error.code == "decision_not_asked"


@pytest.mark.requirement("B-10")
def test_customer_that_cannot_be_as_decided_is_an_error(office: Office) -> None:
    """It names the row; nothing is imported."""
    headings = ("Klantnummer", "Bedrijfsnaam", "Land", "BTW-nummer", "Plaats")
    apply(office, plan(office, ("N-1", "Nova", "NL", "", ""), headings=headings))
    with office.acting(office.manager) as tx:
        (nova,) = tx.customers.list(search="nova")
        tx.customers.change(nova.id, version=1, address=Address(country="FR"), vat_number="FR40303265045")
    made = plan(office, ("N-1", "Nova", "BE", "BE0578771680", ""), headings=headings)
    assert [each.field for each in made.planned[0].conflicts] == ["country", "vat_number"]
    mixed = evolve(KEEP, fields=(FieldDecision(2, "country", ConflictDecision.TAKE_THEIRS),))
    with office.nothing_changes():
        error = office.refuses(office.manager, lambda tx: tx.imports.apply(made, decisions=mixed), InvalidInput)
    assert [(each.field, each.code, each.place) for each in error.problems] == [("vat_number", "vat_number_wrong", "2")]


@pytest.mark.requirement("B-10")
def test_what_cannot_stand_together_is_refused(office: Office) -> None:
    """The country was changed here, and the VAT number in the file."""
    headings = ("Klantnummer", "Bedrijfsnaam", "Land", "BTW-nummer")
    apply(office, plan(office, ("N-1", "Nova", "BE", ""), headings=headings))
    with office.acting(office.manager) as tx:
        (nova,) = tx.customers.list(search="nova")
        tx.customers.change(nova.id, version=1, address=Address(country="FR"))
    made = plan(office, ("N-1", "Nova", "BE", "BE0578771680"), headings=headings)
    assert [(cell.column, cell.code) for cell in made.refused] == [("D", "vat_number_wrong")]


@pytest.mark.requirement("B-10")
def test_currency_stays_once_something_was_registered(office: Office) -> None:
    """Neither planned nor decided."""
    headings = ("Klantnummer", "Bedrijfsnaam", "Valuta")
    row = ("K-1001", "Bakkerij Jansen B.V.", "USD")
    made = plan(office, row, headings=headings)
    assert changes(made) == [0, 1, 0, 0, 0]
    office.time()
    assert [cell.code for cell in plan(office, row, headings=headings).refused] == ["currency_in_use"]
    error = office.refuses(office.manager, lambda tx: tx.imports.apply(made), InvalidInput)
    assert (error.field, error.code) == ("currency", "currency_in_use")
    assert changes(plan(office, ("K-1001", "Bakkerij Jansen B.V.", "EUR"), headings=headings)) == [0, 1, 0, 0, 0]


@pytest.mark.requirement("B-10")
def test_first_meeting_with_a_customer_that_was_typed_in(office: Office) -> None:
    """It is known by its number: what is empty here is filled, what differs is asked."""
    with office.acting(office.manager) as tx:
        tx.customers.add_business(company_name="Nova", number="N-1", email="ap@nova.example")
    (row,) = plan(office, ("N-1", "Nova B.V.", "", "Gent", "zakelijk")).planned
    assert (row.change, [each.field for each in row.conflicts], row.data.address.city) == (
        *(Change.CONFLICT, ["company_name"], "Gent"),
    )


@pytest.mark.requirement("B-10")
def test_row_that_says_what_stands_here_is_remembered(office: Office) -> None:
    """Nothing else changes."""
    before = customers_of(office)
    made = plan(office, ("K-1001", "Bakkerij Jansen B.V."), headings=HEADINGS[:2])
    assert changes(made) == [0, 0, 1, 0, 0]
    apply(office, made)
    assert customers_of(office) == before
    assert len(office.content()[office.firm.id]["import_links"]) == 1


@pytest.mark.requirement("B-10")
def test_archived_customer_is_updated_and_stays_archived(office: Office) -> None:
    """A file says nothing about that."""
    apply(office, plan(office, ("N-1", "Nova", "", "")))
    with office.acting(office.manager) as tx:
        (nova,) = tx.customers.list(search="nova")
        tx.customers.archive(nova.id, version=1)
    apply(office, plan(office, ("N-1", "Nova", "", "Gent")))
    after = found(office, "nova")
    assert (after.status, after.data.address.city) == (CustomerStatus.ARCHIVED, "Gent")


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize("row", [("N-1", "Nova", "", ""), ("", "Nova", "", "Gent")])
def test_deleted_customer_is_created_again(office: Office, row: Sequence[str]) -> None:
    """What was remembered of it does not count."""
    apply(office, plan(office, row))
    with office.acting(office.manager) as tx:
        (nova,) = tx.customers.list(search="nova")
        tx.customers.delete(nova.id, version=1)
    made = plan(office, row)
    assert changes(made) == [1, 0, 0, 0, 0]
    apply(office, made)
    assert found(office, "nova").id != nova.id
    assert changes(plan(office, row)) == [0, 0, 1, 0, 0]


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize(
    ("headings", "row", "by"),
    [
        (
            ("Klantnummer", "Bedrijfsnaam", "BTW-nummer", "Land"),
            ("N-1", "Other name", "NL 0044.95.445.B01", "NL"),
            "vat_number",
        ),
        (("Klantnummer", "Bedrijfsnaam", "Plaats"), ("N-1", "NOVA bv", "gent"), "name"),
        (("Bedrijfsnaam", "Plaats", "E-mail"), ("Nova BV", "Gent", "ap@nova.example"), "name"),
    ],
)
def test_vat_number_or_name_only_suggest_a_match(
    office: Office, headings: Sequence[str], row: Sequence[str], by: str
) -> None:
    """Somebody decides whether it is the same; either way, the next time it is known."""
    with office.acting(office.manager) as tx:
        nova = tx.customers.add_business(
            company_name="Nova BV", vat_number="NL004495445B01", address=Address(city="Gent", country="NL")
        )
    made = plan(office, row, headings=headings)
    assert changes(made) == [0, 0, 0, 0, 1]
    assert (made.planned[0].customer_id, made.planned[0].matched_by) == (nova.id, MatchedBy(by))
    before = customers_of(office)
    apply(office, made)
    assert customers_of(office) == before
    create = Decisions(rows=(RowDecision(2, MatchDecision.CREATE),))
    apply(office, made, Decisions(ConflictDecision.TAKE_THEIRS, MatchDecision.MATCH))
    with office.viewing(office.manager) as tx:
        assert tx.customers.get(nova.id).version == 2
    assert changes(plan(office, row, headings=headings)) == [0, 0, 1, 0, 0]
    assert (
        office.refuses(office.manager, lambda tx: tx.imports.apply(made, decisions=create), Conflict).code
        == "plan_stale"
    )


@pytest.mark.requirement("B-10")
def test_suggestion_can_be_turned_down(office: Office) -> None:
    """Then there are two, and the row is known again."""
    row = ("", "Nova", "ap@nova.example", "Gent")
    with office.acting(office.manager) as tx:
        tx.customers.add_business(company_name="Nova", address=Address(city="Gent"))
    apply(office, plan(office, row), KEEP)
    with office.viewing(office.manager) as tx:
        assert len(tx.customers.list(search="nova")) == 2
    assert changes(plan(office, row)) == [0, 0, 1, 0, 0]


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize(
    ("number", "rows", "expected"),
    [
        ("", [("", "Nova", "x@nova.example", "Aalst")], [1, 0, 0, 0, 0]),
        ("A-1", [("N-1", "Nova", "", "Gent")], [1, 0, 0, 0, 0]),
        ("A-1", [("", "Nova", "x@nova.example", "Gent")], [0, 0, 0, 0, 1]),
        ("", [("N-1", "Nova", "", "Gent"), ("N-2", "Nova", "", "Gent")], [1, 0, 0, 0, 1]),
        ("", [("", "Nova", "", "Gent", "zakelijk")], [0, 0, 1, 0, 0]),
    ],
)
def test_only_who_can_be_the_same_is_suggested(
    office: Office, number: str, rows: list[Sequence[str]], expected: list[int]
) -> None:
    """Not with another place or number, and only once; who says just what stands here is the same."""
    with office.acting(office.manager) as tx:
        tx.customers.add_business(company_name="Nova", number=number, address=Address(city="Gent"))
    assert changes(plan(office, *rows)) == expected


@pytest.mark.requirement("B-10")
def test_nobody_is_suggested_where_several_could_be(office: Office) -> None:
    """And never the own organization."""
    with office.acting(office.manager) as tx:
        own = tx.customers.internal().name
        for _ in range(2):
            tx.customers.add_business(company_name="Nova")
    assert changes(plan(office, ("N-1", "Nova", "", ""), ("N-2", own, "", ""))) == [2, 0, 0, 0, 0]


def test_candidates_are_looked_for_on_every_page(office: Office) -> None:
    """However many customers there are."""
    with office.acting(office.manager) as tx:
        for number in range(1_010):
            tx.customers.add_business(company_name=f"Klant {number:04}")
    assert changes(plan(office, ("", "Klant 1009", "x@y.example", ""), ("", "Klant 0001", "x@y.example", ""))) == [
        0,
        0,
        0,
        0,
        2,
    ]


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize("meanwhile", ["changed", "deleted", "added", "applied twice", "imported again"])
def test_stale_plan_is_refused(office: Office, meanwhile: str) -> None:
    """Something happened since it was made."""
    apply(office, plan(office, ("N-1", "Nova", "", "")))
    made = plan(office, ("N-1", "Nova B.V.", "", ""), ("N-2", "Zorg", "", ""), ("", "Zonder", "", ""))
    with office.acting(office.manager) as tx:
        (nova,) = tx.customers.list(search="nova")
        if meanwhile == "changed":
            tx.customers.archive(nova.id, version=1)
        elif meanwhile == "deleted":
            tx.customers.delete(nova.id, version=1)
        elif meanwhile == "added":
            tx.customers.add_business(company_name="x", number="N-2")
        elif meanwhile == "imported again":
            tx.imports.apply(tx.imports.plan_customers([a_sheet(("", "Zonder", "", ""))]))
        else:
            tx.imports.apply(made)
    with office.nothing_changes():
        assert office.refuses(office.manager, lambda tx: tx.imports.apply(made), Conflict).code == "plan_stale"


def test_progress_is_told_now_and_then_and_at_the_end(office: Office) -> None:
    """Of how many, while planning and while applying."""
    count = 2 * TOLD_EVERY + 1
    sheet = a_sheet(*[(f"N-{number}", "Nova", "", "") for number in range(count)])
    told: list[tuple[int, int]] = []
    with office.acting(office.manager) as tx:
        made = tx.imports.plan_customers([sheet], progress=lambda *each: told.append(each))
        tx.imports.apply(made, progress=lambda *each: told.append(each))
    assert told == 2 * [(TOLD_EVERY, count), (2 * TOLD_EVERY, count), (count, count)]


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize("at", [TOLD_EVERY, TOLD_EVERY + 1])
def test_error_while_telling_progress_leaves_everything_as_it_was(office: Office, at: int) -> None:
    """Even for who goes on in the same transaction."""
    made = plan(office, *[(f"N-{number}", "Nova", "", "") for number in range(TOLD_EVERY + 1)])

    def stop(done: int, _of: int) -> None:
        if done == at:
            raise KeyboardInterrupt

    before = customers_of(office)
    with office.acting(office.manager) as tx, pytest.raises(KeyboardInterrupt):
        tx.imports.apply(made, progress=stop)
    assert customers_of(office) == before


@pytest.mark.requirement("B-10")
def test_plan_and_decisions_go_through_json(office: Office) -> None:
    """A host may keep them until somebody has decided; what it brings back is checked again."""
    made = in_conflict(office)
    kept = from_json(to_json(made), ImportPlan)
    decisions = evolve(TAKE, fields=(FieldDecision(2, "city", ConflictDecision.KEEP_OURS),))
    assert (kept, from_json(to_json(decisions), Decisions)) == (made, decisions)
    wrong = evolve(kept, planned=(evolve(kept.planned[1], data=evolve(kept.planned[1].data, email="nobody")),))
    error = office.refuses(office.manager, lambda tx: tx.imports.apply(wrong), InvalidInput)
    assert [(each.code, each.place) for each in error.problems] == [("mail_malformed", "3")]
    apply(office, kept, from_json(to_json(decisions), Decisions))
    data = found(office, "nova").data
    assert (data.email, data.address.city) == ("theirs@nova.example", "Brugge")


def test_sheet_without_headings_is_refused(office: Office) -> None:
    """There is nothing to go by."""
    sheet = Sheet("x", (("a", "b"),))
    office.refuses(office.manager, lambda tx: tx.imports.plan_customers([sheet]), InvalidInput)


def test_totals_line_and_columns_that_are_not_read_are_named(office: Office) -> None:
    """So that nobody misses them."""
    made = plan(
        office,
        ("N-1", "Nova", "rood", "2020"),
        ("Totaal", "1", "", ""),
        headings=("Klantnummer", "Bedrijfsnaam", "Kleur", "Klant sinds"),
    )
    assert (changes(made), made.totals, made.unread) == ([1, 0, 0, 0, 0], (3,), ("Kleur", "Klant sinds"))


def test_host_says_what_a_heading_means(office: Office) -> None:
    """And which one is not read."""
    sheet = a_sheet(("N-1", "Nova", "x"), headings=("Onze code", "Bedrijfsnaam", "E-mail"))
    with office.viewing(office.manager) as tx:
        made = tx.imports.plan_customers([sheet], mapping={"Onze code": "number", "E-mail": ""})
    assert (made.fields, made.planned[0].external_id) == (("number", "company_name"), "N-1")


def test_sources_are_apart(office: Office) -> None:
    """The same number from elsewhere is a first meeting."""
    apply(office, plan(office, ("N-1", "Nova", "", "Gent")))
    with office.viewing(office.manager) as tx:
        made = tx.imports.plan_customers([a_sheet(("N-1", "Nova", "", "Aalst"))], source="moneybird")
    assert changes(made) == [0, 0, 0, 1, 0]


def by_key(customer: Customer) -> tuple[str, ...]:
    """What a row of this customer is known by without a number."""
    return (customer.name.casefold(),)


def has_no_failed_formula(customer: Customer) -> bool:
    """Whether no value is a text such as #N/A, which an import refuses even where somebody typed it."""
    return not any(map(is_error, values_of(customer.data, CUSTOMER_FIELDS)))


@pytest.mark.requirement("B-10", "T-02")
@pytest.mark.parametrize("writer", [ExcelWriter(), CsvWriter()], ids=["workbook", "CSV"])
@settings(max_examples=chosen(modest=15, large=1_000))
@given(drawn=st.lists(customers().filter(has_no_failed_formula), min_size=1, max_size=4, unique_by=by_key))
def test_own_export_changes_nothing(writer: SheetWriter, drawn: list[Customer]) -> None:
    """Whatever was typed in, with or without numbers."""
    office = an_office()
    with office.acting(office.admin) as tx:
        for number, each in enumerate(drawn):
            data = each.data
            tx.customers.add(
                evolve(
                    data,
                    address=evolve(data.address, country="NL", postal_code=""),
                    number=data.number and f"{data.number[:30]}#{number}",
                    vat_number=data.vat_number if number == 0 else "",
                )
            )
    with office.acting(office.admin) as tx:
        made = tx.imports.plan_customers(SheetFiles().read(writer.content(tx.exports.customers(), language="de")))
        assert made.refused == ()
        assert {row.change for row in made.planned} == {Change.UNCHANGED}
        before = customers_of(office)
        tx.imports.apply(made)
    assert customers_of(office) == before
