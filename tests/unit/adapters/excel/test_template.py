"""The workbook in which customers are filled in, in each language."""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO

import pytest

from tests.unit.usecases.firm import Office, an_office
from worktraq.adapters.excel import CsvWriter, SheetFiles, customer_template
from worktraq.core.customers import CustomerData, CustomerKind
from worktraq.core.exports import customer_form
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.organizations import Address
from worktraq.core.sheets import Sheet

pytestmark = [pytest.mark.requirement("T-02"), pytest.mark.parametrize("language", LANGUAGES)]

BUSINESS = CustomerData(
    number="00123",
    company_name="Bakkerij Smit B.V.",
    email="ap@smit.example",
    invoice_email="boek@smit.example",
    address=Address("Kade 1", "01234", "Zwolle", "NL"),
    company_number="27312152",
    vat_number="NL004495445B01",
    iban="NL91ABNA0417164300",
    language="fr",
    currency="USD",
    buyer_reference="PO 2026-7",
)
PRIVATE = CustomerData(kind=CustomerKind.PRIVATE, number="P-1", first_name="Nel", last_name="Nagel")
KINDS = {
    "nl": ("Bedrijf", "particulier"),
    "en": ("business", "Private"),
    "fr": ("entreprise", "particulier"),
    "de": ("Unternehmen", "Privatperson"),
}


@pytest.fixture
def office() -> Office:
    """A firm at work."""
    return an_office()


def parts(language: str) -> Mapping[str, str]:
    """The XML parts of the template."""
    with zipfile.ZipFile(BytesIO(customer_template(language))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def filled(language: str) -> Sheet:
    """The first sheet of the template, with a business and a private person as somebody would fill them in."""
    sheet = SheetFiles().read(customer_template(language))[0]
    business, private = KINDS[language]
    rows = (
        (
            *("00123", business, "Bakkerij Smit B.V.", None, None, "ap@smit.example", "boek@smit.example"),
            *("Kade 1", "01234", "Zwolle", "NL", "27312152", "NL004495445B01", "NL91 ABNA 0417 1643 00"),
            *("fr", "USD", "PO 2026-7"),
        ),
        ("P-1", private, None, "Nel", "Nagel"),
    )
    return Sheet(sheet.name, (*sheet.rows, *rows))


def test_filled_template_is_imported(language: str, office: Office) -> None:
    """Every column reaches the customer, and no cell is refused."""
    sheets = (filled(language), *SheetFiles().read(customer_template(language))[1:])
    with office.acting(office.manager) as tx:
        plan = tx.imports.plan_customers(sheets)
        tx.imports.apply(plan)
        found = {each.data.number: each.data for each in tx.customers.list(search="")}
    assert plan.refused == ()
    assert (found["00123"], found["P-1"]) == (BUSINESS, PRIVATE)


def test_empty_template_imports_nothing(language: str, office: Office) -> None:
    """What it explains is not taken for customers."""
    with office.viewing(office.manager) as tx:
        plan = tx.imports.plan_customers(SheetFiles().read(customer_template(language)))
    assert (plan.planned, plan.refused) == ((), ())


def test_second_sheet_explains_every_column(language: str) -> None:
    """Under the heading that the first sheet has."""
    form, explanation = SheetFiles().read(customer_template(language))
    assert tuple(row[0] for row in explanation.rows[1:]) == form.rows[0]
    hints = [row[1] for row in explanation.rows[1:]]
    assert len(hints) == len(customer_form().columns)
    assert all(isinstance(hint, str) and hint.endswith(".") for hint in hints)


def test_kind_and_language_are_chosen_from_a_list(language: str) -> None:
    """In words that the import knows; a country has two letters."""
    xml = parts(language)["xl/worksheets/sheet1.xml"]
    lists = [each.split(",") for each in re.findall(r'type="list".*?<formula1>"(.*?)"</formula1>', xml)]
    business, private = (word.lower() for word in KINDS[language])
    assert [[word.lower() for word in words] for words in lists] == [[business, private], ["nl", "en", "fr", "de"]]
    assert re.search(r'type="textLength" operator="equal"', xml)


def test_cells_hold_text(language: str) -> None:
    """So that a number keeps its leading zeros."""
    found = parts(language)
    styles = re.findall(r"<xf [^>]*>", found["xl/styles.xml"].split("<cellXfs")[1])
    (columns,) = re.findall(r"<cols>(.*?)</cols>", found["xl/worksheets/sheet1.xml"])
    formats = {styles[int(style)] for style in re.findall(r'style="(\d+)"', columns)}
    assert all('numFmtId="49"' in each for each in formats)
    assert len(re.findall(r"<col ", columns)) == len(re.findall(r'style="', columns))


def test_template_is_also_written_as_csv(language: str) -> None:
    """With the same headings."""
    (sheet,) = SheetFiles().read(CsvWriter().content(customer_form(), language=language))
    assert sheet.rows == SheetFiles().read(customer_template(language))[0].rows
