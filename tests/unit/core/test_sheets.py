"""Sheets: places, headings found by themselves, records below them, totals left out."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.headings import CUSTOMER_HEADINGS, HOURS_HEADINGS, folded
from worktraq.core.sheets import (
    IGNORED,
    CellValue,
    Headings,
    Place,
    Record,
    Row,
    Sheet,
    column_letters,
    column_number,
    find_headings,
    find_table,
    is_total,
    records,
    skipped,
    text_of_cell,
    text_rows,
)
from worktraq.errors import InvalidInput

KNOWN = {
    "number": frozenset({"Klantnummer", "Customer number"}),
    "email": frozenset({"E-mail", "Courriel"}),
    "company_number": frozenset({"KvK-nummer"}),
}


def sheet_of(*rows: Row, name: str = "Klanten") -> Sheet:
    """A sheet of these rows."""
    return Sheet(name, rows)


def headings_of(*rows: Row) -> Headings:
    """The headings of a sheet that has them."""
    found = find_headings(sheet_of(*rows), KNOWN)
    assert found
    return found


def records_of(*rows: Row) -> list[Record]:
    """The records of a sheet with a heading row."""
    return list(records(sheet_of(*rows), headings_of(*rows)))


@given(st.integers(min_value=1, max_value=16_384))
def test_letters_of_a_column_lead_back_to_its_number(number: int) -> None:
    """`column_number` is the inverse of `column_letters` for every column that Excel has."""
    assert column_number(column_letters(number)) == number


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (16_384, "XFD")])
def test_columns_have_the_letters_of_excel(number: int, letters: str) -> None:
    """Columns count A to Z, then AA."""
    assert column_letters(number) == letters


@pytest.mark.parametrize("letters", ["", "a", "A1", "É"])
def test_what_is_no_column_has_no_number(letters: str) -> None:
    """Only capital letters name a column."""
    with pytest.raises(ValueError, match=letters or "^$"):
        column_number(letters)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place("Klanten", 17, "C"), "Klanten!C17"),
        (Place("Klanten", 17), "Klanten!17"),
        (Place("Mijn klanten", 2, "AA"), "'Mijn klanten'!AA2"),
        (Place("Jan's", 2, "A"), "'Jan''s'!A2"),
        (Place("hours-2024-q2", 2, "A"), "hours-2024-q2!A2"),
    ],
)
def test_place_reads_as_in_a_spreadsheet(place: Place, text: str) -> None:
    """A place is written as spreadsheets write it, names with blanks in quotes."""
    assert str(place) == text


@pytest.mark.requirement("T-02")
def test_heading_row_is_found_below_a_title() -> None:
    """Rows above the headings do not matter, and columns keep their letters."""
    found = headings_of(("Lijst", None, None), (), (None, "Klantnummer", "E-mail"))
    assert (found.row, dict(found.columns)) == (3, {"number": "B", "email": "C"})


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize(
    "heading", ["KLANTNUMMER", " klant nummer ", "Klant-nummer:", "Klantnúmmer", "customer_number"]
)
def test_spelling_of_a_heading_does_not_matter(heading: str) -> None:
    """Case, accents, punctuation and spaces are nothing."""
    assert headings_of((heading, "E-mail")).columns["number"] == "A"


def test_row_with_most_headings_wins() -> None:
    """A row that happens to have two of the words gives way to the one that has three."""
    found = headings_of(("E-mail", "Klantnummer"), ("E-mail", "Klantnummer", "KvK-nummer"))
    assert found.row == 2


def test_first_of_equal_heading_rows_wins() -> None:
    """A heading row that is repeated further down, as on printed pages, is not the one."""
    assert headings_of(("E-mail", "Klantnummer"), ("E-mail", "Klantnummer")).row == 1


@pytest.mark.parametrize(
    "rows",
    [(), ((),), (("Klantnummer", "Iets"),), ((1, None, True),), (*[()] * 50, ("Klantnummer", "E-mail"))],
    ids=["no rows", "an empty row", "one heading", "no text", "below row 50"],
)
def test_sheet_without_headings_has_none(rows: tuple[Row, ...]) -> None:
    """Fewer than two headings, or headings too far down, are no heading row."""
    assert find_headings(sheet_of(*rows), KNOWN) is None


def test_headings_that_are_not_recognised_are_named() -> None:
    """What is not read is said."""
    assert headings_of(("Klantnummer", "Kleur", "E-mail", 12)).unrecognised == ("Kleur",)


def test_two_columns_for_one_field_are_refused_with_their_letters() -> None:
    """Which of the two holds would be a guess, so it is an error that names both."""
    sheet = sheet_of(("Klantnummer", "E-mail", "Customer number"))
    with pytest.raises(InvalidInput) as caught:
        find_headings(sheet, KNOWN)
    (problem,) = caught.value.problems
    expected = ("heading_twice", "number", "Klanten!C1")
    assert (problem.code, problem.field, problem.place) == expected
    assert dict(problem.parameters) == {"first": "A", "second": "C", "heading": "Customer number"}


def test_host_maps_a_heading_of_its_own() -> None:
    """A mapped heading is found, and the field's usual headings are no longer."""
    sheet = sheet_of(("Klantnummer", "Relatie", "E-mail"))
    found = find_headings(sheet, KNOWN, {"relatie": "number"})
    assert found is not None
    assert (dict(found.columns), found.unrecognised) == ({"number": "B", "email": "C"}, ("Klantnummer",))


def test_host_ignores_a_column() -> None:
    """A heading that is mapped to nothing is neither read nor reported."""
    sheet = sheet_of(("Klantnummer", "E-mail", "Courriel"))
    found = find_headings(sheet, KNOWN, {"Courriel": IGNORED})
    assert found is not None
    assert (dict(found.columns), found.unrecognised) == ({"number": "A", "email": "B"}, ())


@pytest.mark.parametrize(
    ("mapping", "code"), [({"Klantnummer": "colour"}, "field_unknown"), ({"Kleur": "number"}, "heading_missing")]
)
def test_mapping_that_does_not_fit_is_refused(mapping: dict[str, str], code: str) -> None:
    """A mapping is never passed over in silence."""
    with pytest.raises(InvalidInput) as caught:
        find_headings(sheet_of(("Klantnummer", "E-mail", "KvK-nummer")), KNOWN, mapping)
    assert (caught.value.field, caught.value.code) == ("mapping", code)


def test_first_sheet_with_headings_is_the_table() -> None:
    """A cover sheet before the list does not matter."""
    cover, customers = sheet_of(("Toelichting",), name="Voorblad"), sheet_of(("Klantnummer", "E-mail"))
    sheet, headings = find_table([cover, customers], KNOWN)
    assert (sheet, headings.sheet) == (customers, "Klanten")


def test_workbook_without_headings_is_refused() -> None:
    """The importer need not ask twice."""
    with pytest.raises(InvalidInput) as caught:
        find_table([sheet_of(("Toelichting",))], KNOWN)
    assert (caught.value.field, caught.value.code) == ("file", "headings_not_found")


@pytest.mark.requirement("T-02")
def test_record_has_values_and_their_places() -> None:
    """Each row below the headings is a record that knows where its values stand."""
    (record,) = records_of(("Klantnummer", None, "E-mail"), (10_001, "x", "ap@jansen.example"))
    assert (record.values, record.row) == ({"number": 10_001, "email": "ap@jansen.example"}, 2)
    assert str(record.place("email")) == "Klanten!C2"


def test_field_without_a_column_has_the_row_as_its_place() -> None:
    """What is missing in every row can still be pointed at."""
    (record,) = records_of(("Klantnummer", "E-mail"), (1, "x"))
    assert (str(record.place("company_number")), record.text("company_number")) == ("Klanten!2", "")


def test_empty_rows_are_no_records() -> None:
    """Neither is a row of blanks."""
    found = records_of(("Klantnummer", "E-mail"), (), (None, None), (" ", "\xa0"), (1, None))
    assert [record.row for record in found] == [5]


def test_blank_text_is_an_empty_value() -> None:
    """A cell that looks empty is empty."""
    (record,) = records_of(("Klantnummer", "E-mail"), (1, "  "))
    assert record.values["email"] is None


def test_row_may_be_shorter_than_the_headings() -> None:
    """What is missing on the right is empty."""
    (record,) = records_of(("Klantnummer", "E-mail"), (1,))
    assert record.values == {"number": 1, "email": None}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  Jansen \n", "Jansen"),
        (10_001, "10001"),
        (Decimal("10001.0"), "10001"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+20"), "100000000000000000000"),
        (True, "true"),
        (False, "false"),
        (date(2020, 6, 18), "2020-06-18"),
        (datetime(2020, 6, 18), "2020-06-18"),  # noqa: DTZ001 - a cell has no time zone
        (datetime(2020, 6, 18, 9, 30), "2020-06-18T09:30:00"),  # noqa: DTZ001 - a cell has no time zone
        (time(9, 30), "09:30:00"),
    ],
)
def test_value_reads_as_a_person_would_type_it(value: CellValue, text: str) -> None:
    """Numbers without needless decimals, dates in ISO form, text without blanks around it."""
    assert text_of_cell(value) == text


@pytest.mark.parametrize(
    "row",
    [
        ("Totaal", 159),
        ("TOTAL:", Decimal("12.5"), None, 3),
        ("Totals", None),
        (None, "Summe", 12),
        ("Gesamt", "1.234,50 €"),
        ("Sous-total", "12 345"),
        ("Eindtotaal", "159", "45%"),
    ],
)
def test_line_of_totals_is_recognised(row: Row) -> None:
    """It begins with such a word and goes on with numbers, also as text in CSV."""
    assert is_total(row)


@pytest.mark.parametrize(
    "row",
    [
        (),
        (None, None),
        (1, 2),
        ("Total", "Zakelijk", "Total Nederland N.V."),
        ("Totaalbouw B.V.", 12),
        ("Jansen", "Totaal"),
        ("Totaal 3", 12),
        (None, "Totaal 3", 12),
        ("Total", "9" * 5_000 + "x"),
        ("Total", True),
        ("Total", date(2024, 1, 1)),
    ],
)
def test_other_rows_are_no_totals(row: Row) -> None:
    """A company may be called Total."""
    assert not is_total(row)


@pytest.mark.requirement("T-02")
def test_totals_are_left_out_and_reported() -> None:
    """The importer can say which rows it did not take, and why."""
    rows: tuple[Row, ...] = (
        ("Klantnummer", "E-mail"),
        (1, "a@b.example"),
        (),
        ("Totaal", 1),
        (None, None, "nog bellen"),
    )
    assert [record.row for record in records_of(*rows)] == [2]
    found = skipped(sheet_of(*rows), headings_of(*rows))
    assert [(str(row.place), row.text, row.code) for row in found] == [
        ("Klanten!A4", "Totaal", "row_is_total"),
        ("Klanten!C5", "nog bellen", "row_outside_columns"),
    ]


@given(st.lists(st.lists(st.sampled_from([None, " ", "Totaal", "x", 1, Decimal("0.5"), True]), max_size=4), max_size=8))
def test_every_filled_row_is_a_record_or_reported(rows: list[list[CellValue]]) -> None:
    """No row below the headings gets lost, and none counts twice."""
    sheet = sheet_of(("Klantnummer", "E-mail"), *map(tuple, rows))
    headings = find_headings(sheet, KNOWN)
    assert headings
    taken = [record.row for record in records(sheet, headings)]
    left = [row.place.row for row in skipped(sheet, headings)]
    filled = [number for number, row in enumerate(rows, start=2) if any(value not in {None, " "} for value in row)]
    assert sorted(taken + left) == filled


@given(
    st.lists(st.lists(st.sampled_from([None, " ", "Totaal", " x", 1, Decimal("0.5"), True]), max_size=4), max_size=6)
)
def test_rows_of_texts_are_the_records(rows: list[list[CellValue]]) -> None:
    """With the same numbers and texts; a row of totals has none."""
    sheet = sheet_of(("Klantnummer", "E-mail", "Overig"), *map(tuple, rows), ("Totaal", 3))
    headings = headings_of(*sheet.rows)
    fields = ("email", "number")
    found = list(text_rows(sheet, headings, fields))
    expected = [(each.row, tuple(map(each.text, fields))) for each in records(sheet, headings)]
    assert [row for row in found if row[1]] == expected
    totals = {each.place.row for each in skipped(sheet, headings) if each.code == "row_is_total"}
    assert {number for number, texts in found if not texts} <= totals
    assert len(sheet.rows) in totals


@pytest.mark.parametrize("known", [CUSTOMER_HEADINGS, HOURS_HEADINGS], ids=["customers", "hours"])
def test_no_heading_belongs_to_two_fields(known: dict[str, frozenset[str]]) -> None:
    """Otherwise the last field would win in silence."""
    texts = [text for field, listed in known.items() for text in {folded(text) for text in listed}]
    assert sorted(texts) == sorted(set(texts))


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize(
    "row",
    [
        (
            "Klantnummer",
            "Type",
            "Bedrijfsnaam",
            "Voornaam",
            "Achternaam",
            "E-mailadres",
            "Adres",
            "Postcode",
            "Plaats",
            "Land",
        ),
        ("Customer no.", "Type", "Company", "First name", "Surname", "E-mail", "Street", "ZIP", "City", "Country"),
        ("N° client", "Genre", "Raison sociale", "Prénom", "Nom", "Courriel", "Rue", "Code postal", "Ville", "Pays"),
        ("Kunden-Nr.", "Art", "Firma", "Vorname", "Nachname", "E-Mail", "Straße", "PLZ", "Ort", "Land"),
    ],
    ids=["nl", "en", "fr", "de"],
)
def test_customer_list_is_recognised_in_four_languages(row: Row) -> None:
    """The same ten columns are the same ten fields in each language."""
    found = find_headings(sheet_of(row), CUSTOMER_HEADINGS)
    assert found is not None
    assert list(found.columns) == [
        *("number", "kind", "company_name", "first_name", "last_name"),
        *("email", "street", "postal_code", "city", "country"),
    ]


@pytest.mark.parametrize(
    "row",
    [
        ("Medewerker", "Datum", "Begin", "Minuten", "Klant", "Project", "Omschrijving"),
        ("person", "date", "start", "minutes", "customer", "project", "note"),
        ("Collaborateur", "Date", "Début", "Minutes", "Client", "Projet", "Remarque"),
        ("Mitarbeiter", "Datum", "Beginn", "Minuten", "Kunde", "Projekt", "Bemerkung"),
    ],
    ids=["nl", "en", "fr", "de"],
)
def test_list_of_hours_is_recognised_in_four_languages(row: Row) -> None:
    """The same seven columns are the same seven fields in each language."""
    found = find_headings(sheet_of(row), HOURS_HEADINGS)
    assert found is not None
    assert list(found.columns) == ["person", "date", "start", "minutes", "customer", "project", "note"]
