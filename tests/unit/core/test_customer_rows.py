"""What a row of a customer list says."""

import pytest

from worktraq.core.countries import country_code, language_code
from worktraq.core.customer_rows import CUSTOMER_FIELDS, RowKeys, RowReader, is_error, values_of, with_values
from worktraq.core.customers import CustomerData, CustomerKind
from worktraq.core.headings import CUSTOMER_HEADINGS
from worktraq.core.organizations import Address
from worktraq.errors import InvalidInput

EVERYTHING = CustomerData(
    company_name="Jansen",
    first_name="Piet",
    last_name="Jansen",
    number="K-1",
    email="ap@jansen.example",
    invoice_email="facturen@jansen.example",
    address=Address("Dam 1", "1012 JS", "Amsterdam", "NL"),
    vat_number="NL004495445B01",
    company_number="27312152",
    iban="NL91ABNA0417164300",
    language="fr",
    currency="USD",
    buyer_reference="PO 7",
)


def read(onto: CustomerData | None = None, **texts: str) -> CustomerData:
    """The customer that a row with these cells describes."""
    return RowReader(tuple(texts)).read(tuple(texts.values()), onto)[0]


def said(onto: CustomerData | None = None, **texts: str) -> tuple[str, ...]:
    """What a row with these cells says."""
    return RowReader(tuple(texts)).read(tuple(texts.values()), onto)[1]


def key_of(texts: dict[str, str]) -> str:
    """By what a row with these cells is known again."""
    return RowKeys(tuple(texts)).of(tuple(texts.values()))


def problems(**texts: str) -> list[tuple[str, str]]:
    """What is wrong with a row."""
    with pytest.raises(InvalidInput) as raised:
        read(None, **texts)
    return [(each.field, each.code) for each in raised.value.problems]


def test_every_field_has_headings() -> None:
    """So that a file can bring it."""
    assert set(CUSTOMER_FIELDS) <= set(CUSTOMER_HEADINGS)


@pytest.mark.requirement("T-02")
def test_row_is_read_with_all_its_cells() -> None:
    """Every field of a customer but its approval chain."""
    texts = dict(zip(CUSTOMER_FIELDS, values_of(EVERYTHING, CUSTOMER_FIELDS), strict=True))
    assert read(None, **texts) == EVERYTHING
    assert said(None, **texts) == values_of(EVERYTHING, CUSTOMER_FIELDS)


@pytest.mark.requirement("T-02")
def test_what_a_row_does_not_say_stays() -> None:
    """An empty cell empties; a column that is not there does not."""
    data = read(
        EVERYTHING, number="K-1", email="", city="Gent", country="BE", vat_number="", company_number="", postal_code=""
    )
    assert (data.email, data.address.city, data.address.street, data.iban) == ("", "Gent", "Dam 1", EVERYTHING.iban)


@pytest.mark.parametrize("kind", ["zakelijk", "Bedrijf", "ENTREPRISE", "geschäftlich", "B2B", "company"])
def test_business_is_recognised_in_four_languages(kind: str) -> None:
    """Without case and accents."""
    assert read(kind=kind, company_name="Jansen").kind is CustomerKind.BUSINESS


@pytest.mark.parametrize("kind", ["particulier", "privé", "Person", "Privatperson", ""])
def test_private_person_is_recognised_in_four_languages(kind: str) -> None:
    """And where nothing is said, by having no company name."""
    assert read(kind=kind, first_name="Piet", last_name="Pietersen").kind is CustomerKind.PRIVATE


def test_company_name_makes_a_business() -> None:
    """Where the kind is left open."""
    assert read(company_name="Jansen").kind is CustomerKind.BUSINESS


def test_kind_that_is_not_given_says_nothing() -> None:
    """It is that of the customer there is."""
    private = CustomerData(CustomerKind.PRIVATE, first_name="Piet", last_name="Pietersen")
    assert read(private, kind="", company_name="Jansen").kind is CustomerKind.PRIVATE
    assert said(private, company_name="Jansen", kind="", city="Gent") == ("Jansen", "", "Gent")


def test_unknown_kind_is_refused() -> None:
    """Neither a business nor a person."""
    assert problems(kind="vereniging", company_name="Jansen") == [("kind", "customer_kind_unknown")]
    reader = RowReader(("kind", "company_name"))
    for _ in range(2):
        with pytest.raises(InvalidInput):
            reader.read(("vereniging", "Jansen"))


def test_rows_of_a_kind_are_read_alike() -> None:
    """The first one is looked at more closely than those that follow, and nothing else is remembered of it."""
    reader = RowReader(("kind", "company_name", "first_name", "last_name", "country", "language"))
    rows = [
        *[("Zakelijk", "Jansen", "", "", "Nederland", "Frans"), ("Zakelijk", "Smit", "", "", "BE", "nl-BE")] * 2,
        *[
            ("privé", "", "Piet", "Pietersen", "", ""),
            ("", "", "Piet", "Jansen", "", ""),
            ("", "De Boer", "", "", "", ""),
        ],
        *[("Zakelijk", "#1 in Gent", "", "", "", ""), ("Zakelijk", " ", "", "", "", "")],
    ]
    for row in rows[:-1]:
        assert reader.read(row) == RowReader(reader.fields).read(row)
    with pytest.raises(InvalidInput):
        reader.read(rows[-1])


@pytest.mark.requirement("B-10")
def test_every_wrong_cell_of_a_row_is_named() -> None:
    """A row is corrected in one go."""
    assert problems(kind="zakelijk", email="nobody", vat_number="!", country="NL") == [
        ("email", "mail_malformed"),
        ("vat_number", "vat_number_wrong"),
        ("company_name", "text_missing"),
    ]


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#n/a", "#N/B", "#WERT!", "#VALEUR!"])
def test_failed_formula_is_refused(text: str) -> None:
    """It is neither a value nor an empty cell; what else is wrong with it does not matter."""
    assert problems(company_name="Jansen", number=text) == [("number", "cell_is_error")]
    assert problems(company_name="Jansen", email=text) == [("email", "cell_is_error")]
    assert not is_error(f"{text} and more")


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("Nederland", "NL"), ("the netherlands", "NL"), ("Pays-Bas", "NL"), ("Belgique", "BE"), ("BELGIË", "BE")),
        *(("Deutschland", "DE"), ("Allemagne", "DE"), ("nl", "nl"), ("NLD", "NL"), ("FRA", "FR"), ("UK", "UK")),
        *(("Verenigd Koninkrijk", "GB"), ("Atlantis", "Atlantis"), ("", ""), ("x" * 61, "x" * 61)),
    ],
)
def test_country_is_known_by_its_name(text: str, code: str) -> None:
    """In four languages, and by its three letters; what is not known stays as it is, to be refused."""
    assert country_code(text) == code


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            ("Nederlands", "nl"),
            ("Dutch", "nl"),
            ("français", "fr"),
            ("DEUTSCH", "de"),
            ("Engels", "en"),
            ("nl-BE", "nl"),
        ),
        *(("fr_FR", "fr"), ("NL", "NL"), ("", ""), ("Klingon", "Klingon"), ("x" * 61, "x" * 61)),
    ],
)
def test_language_is_known_by_its_name(text: str, code: str) -> None:
    """In four languages, and with a region."""
    assert language_code(text) == code


def test_currency_may_be_in_small_letters() -> None:
    """As people type it."""
    assert read(company_name="Jansen", currency="usd").currency == "USD"


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"number": "N-é"}, {"number": "N-e\u0301"}),
        ({"number": "7", "company_name": "Old"}, {"number": "7", "company_name": "New", "vat_number": "BE1"}),
        ({"vat_number": "BE 0578.771.680", "company_name": "Old"}, {"vat_number": "be0578771680"}),
        ({"company_name": "Café Jansen", "city": "Gent"}, {"company_name": "CAFE JANSEN", "city": " gent "}),
        ({"first_name": "Piet", "last_name": "Smit"}, {"first_name": "piet", "last_name": "SMIT", "number": ""}),
    ],
)
def test_row_is_known_again(one: dict[str, str], other: dict[str, str]) -> None:
    """By its number, else its VAT number, else its name and place."""
    assert key_of(one) == key_of(other) != ""


def test_keys_without_a_number_are_like_no_number() -> None:
    """They are longer than any; who has nothing to be known by has no key."""
    keys = [
        key_of({"vat_number": "NL1"}),
        key_of({"company_name": "NL1"}),
        key_of({"company_name": "NL1", "city": "x"}),
    ]
    assert len(set(keys)) == 3
    assert min(map(len, keys)) > 40
    assert key_of({"email": "ap@jansen.example", "vat_number": "-"}) == ""
    assert key_of({"number": "é" * 41}) == "é" * 41
    assert key_of({"number": "#N/A", "company_name": "NL1"}) == ""
    assert key_of({"number": "#1", "company_name": "NL1"}) == "#1"


def test_values_can_be_changed_by_name() -> None:
    """Those of the address too; the rest stays."""
    data = with_values(EVERYTHING, {"kind": "private", "city": "Gent", "number": "K-2"})
    assert (data.kind, data.address, data.number) == (
        CustomerKind.PRIVATE,
        Address("Dam 1", "1012 JS", "Gent", "NL"),
        "K-2",
    )
    assert with_values(EVERYTHING, {}) == EVERYTHING


def test_row_is_cleaned() -> None:
    """What is not seen as clean at a glance is checked in full."""
    data = read(company_name="Cafe\u0301 Smit", country="be", vat_number="0578.771.680")
    assert (data.company_name, data.address.country, data.vat_number) == ("Café Smit", "BE", "BE0578771680")
