"""Numbers and codes that others give out."""

from collections.abc import Callable
from functools import partial

import pytest

from worktraq.core.identifiers import (
    check_postal_code,
    clean_company_number,
    clean_country,
    clean_iban,
    clean_language,
    clean_mail_address,
    clean_vat_number,
)
from worktraq.errors import InvalidInput


def code_of(act: Callable[[], object]) -> str:
    """Why something is refused."""
    with pytest.raises(InvalidInput) as raised:
        act()
    return raised.value.code


@pytest.mark.parametrize("address", ["ap@jansen.example", "o'neil+x@sub.jansen.example", "李@例子.example", ""])
def test_mail_address_is_kept_as_written(address: str) -> None:
    """Any script is taken, and nothing at all where none is needed."""
    assert clean_mail_address("email", f" {address} ") == address


@pytest.mark.parametrize(
    "address", ["jansen", "@jansen.example", "a@b", "a b@c.example", "a@b..example", "a@b@c.example", "<a@b.example>"]
)
def test_what_is_no_mail_address_is_refused(address: str) -> None:
    """Nothing that could break a header, and nothing without a domain."""
    assert code_of(lambda: clean_mail_address("email", address)) == "mail_malformed"


def test_mail_address_with_a_line_break_is_refused() -> None:
    """A second header cannot be smuggled in."""
    assert code_of(lambda: clean_mail_address("email", "a@b.example\nBcc: c@d.example")) == "text_control"


def test_missing_mail_address_is_refused_where_one_is_needed() -> None:
    """A user is reached by mail."""
    assert code_of(lambda: clean_mail_address("email", "", is_required=True)) == "text_missing"


@pytest.mark.parametrize(("value", "country"), [("nl", "NL"), (" BE ", "BE"), ("", "")])
def test_country_is_two_capitals(value: str, country: str) -> None:
    """Small letters are taken too."""
    assert clean_country("country", value) == country


@pytest.mark.parametrize("value", ["NLD", "N", "1L", "ß"])
def test_other_countries_are_refused(value: str) -> None:
    """Names and codes of three letters are not taken."""
    assert code_of(lambda: clean_country("country", value)) == "country_malformed"


def test_language_is_one_that_is_spoken() -> None:
    """Four languages, in any case, or none."""
    assert [clean_language("language", each) for each in ("NL", "en", "fr ", "de", "")] == ["nl", "en", "fr", "de", ""]
    assert code_of(lambda: clean_language("language", "it")) == "language_unknown"


@pytest.mark.parametrize(
    ("value", "country", "number"),
    [
        ("NL004495445B01", "NL", "NL004495445B01"),
        ("nl 0044.95.445.B01", "NL", "NL004495445B01"),
        ("0044.95.445.B01", "NL", "NL004495445B01"),
        ("BE 0428.759.497", "BE", "BE0428759497"),
        ("EL 094259216", "GR", "EL094259216"),
        ("", "NL", ""),
    ],
)
def test_vat_number_is_compact_with_its_prefix(value: str, country: str, number: str) -> None:
    """Blanks and dots go; the prefix of the country is there, which for Greece is EL."""
    assert clean_vat_number("vat_number", value, country) == number


def test_wrong_vat_number_is_refused() -> None:
    """The check digits of the country count."""
    assert code_of(lambda: clean_vat_number("vat_number", "NL004495446B01", "NL")) == "vat_number_wrong"


@pytest.mark.parametrize("country", ["", "US"])
def test_without_a_rule_only_the_form_is_checked(country: str) -> None:
    """Where no rule is known, letters and digits are taken as they are."""
    assert clean_vat_number("vat_number", "12-345 67", country) == "12-345 67"
    assert code_of(lambda: clean_vat_number("vat_number", "12_345", country)) == "identifier_malformed"


@pytest.mark.parametrize(
    ("value", "country", "number"),
    [
        ("12 34 56.78", "NL", "12345678"),
        ("", "NL", ""),
        ("0000 0001 0032 1434 5000", "NL", "00000001003214345000"),
        ("0428759497", "BE", "0428759497"),
        ("HRB 1", "DE", "HRB 1"),
    ],
)
def test_company_number_is_checked_by_its_register(value: str, country: str, number: str) -> None:
    """Eight digits in the Netherlands, twenty for its government, the enterprise number in Belgium, the form elsewhere."""
    assert clean_company_number("company_number", value, country) == number


@pytest.mark.parametrize(("value", "country"), [("1234567", "NL"), ("1234567X", "NL"), ("0428759498", "BE")])
def test_wrong_company_number_is_refused(value: str, country: str) -> None:
    """Too short, not digits, or with wrong check digits."""
    assert code_of(lambda: clean_company_number("company_number", value, country)) == "company_number_wrong"


def test_iban_is_compact() -> None:
    """Blanks go, nothing stays nothing."""
    assert clean_iban("iban", "NL91 ABNA 0417 1643 00") == "NL91ABNA0417164300"
    assert clean_iban("iban", "") == ""


def test_wrong_iban_is_refused() -> None:
    """Its check digits count."""
    assert code_of(lambda: clean_iban("iban", "NL91ABNA0417164301")) == "iban_wrong"


@pytest.mark.parametrize(
    ("country", "number"),
    [
        *(("NL", "NL004495445B01"), ("NL", "NL002455799B11"), ("BE", "BE0428759497"), ("BE", "BE0403019261")),
        *(("DE", "DE136695976"), ("FR", "FR40303265045"), ("FR", "FR23334175221"), ("FR", "FRK7399859412")),
        *(("LU", "LU15027442"), ("GB", "GB980780684"), ("GB", "GBGD001"), ("GB", "GBHA500")),
    ],
)
def test_vat_numbers_of_six_countries_are_taken(country: str, number: str) -> None:
    """With and without the letters of the country, which are there afterwards."""
    assert clean_vat_number("vat_number", number, country) == number
    assert clean_vat_number("vat_number", number[2:], country) == number


@pytest.mark.parametrize(
    ("country", "number"),
    [
        *(("NL", "NL004495445B00"), ("NL", "NL004495445"), ("BE", "BE0428759498"), ("BE", "BE2428759497")),
        *(("DE", "DE136695978"), ("DE", "DE1366959"), ("FR", "FR84323140391"), ("FR", "FR4030326504")),
        *(("LU", "LU15027443"), ("LU", "LU1502744"), ("GB", "GB802311781"), ("GB", "GBGD500")),
        *(("NL", "BE0428759497"), ("BE", "NL004495445B01"), ("DE", "FR40303265045")),
    ],
)
def test_wrong_vat_numbers_of_six_countries_are_refused(country: str, number: str) -> None:
    """Other check digits, too short, or of another country."""
    assert code_of(lambda: clean_vat_number("vat_number", number, country)) == "vat_number_wrong"


@pytest.mark.parametrize(
    ("written", "iban"),
    [
        ("NL91 ABNA 0417 1643 00", "NL91ABNA0417164300"),
        ("be71 0961 2345 6769", "BE71096123456769"),
        ("BE68 5390 0754 7034", "BE68539007547034"),  # of a bank that is on no list any more
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606"),
        ("LU28 0019 4006 4475 0000", "LU280019400644750000"),
        ("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819"),
    ],
)
def test_bank_accounts_of_six_countries_are_taken(written: str, iban: str) -> None:
    """In groups of four as on paper."""
    assert clean_iban("iban", written) == iban


@pytest.mark.parametrize(
    "iban",
    [
        *("NL91ABNA041716430", "BE71096123456768", "DE89370400440532013001", "FR1420041010050500013M02607"),
        *("LU28001940064475000", "GB29NWBK60161331926818", "NL", "0417164300", "XX00ABNA0417164300"),
    ],
)
def test_wrong_bank_accounts_are_refused(iban: str) -> None:
    """Other check digits, too short, no country, or none that there is."""
    assert code_of(lambda: clean_iban("iban", iban)) == "iban_wrong"


@pytest.mark.parametrize(
    ("country", "number"),
    [
        *(("NL", "27312152"), ("NL", "01234567"), ("BE", "0428759497"), ("BE", "0403019261")),
        *(("DE", "HRB 12345 B"), ("FR", "303 265 045"), ("FR", "30326504500017"), ("LU", "B12345")),
        *(("GB", "01234567"), ("GB", "SC123456")),
    ],
)
def test_company_numbers_of_six_countries_are_taken(country: str, number: str) -> None:
    """As their registers write them."""
    assert clean_company_number("company_number", number, country) == number


@pytest.mark.parametrize(
    ("country", "number", "code"),
    [
        ("NL", "123456789", "company_number_wrong"),
        ("NL", "KvK 27312152", "company_number_wrong"),
        ("BE", "0428759496", "company_number_wrong"),
        ("BE", "27312152", "company_number_wrong"),
        *((country, "!", "identifier_malformed") for country in ("DE", "FR", "LU", "GB")),
        *((country, "1" * 31, "text_too_long") for country in ("DE", "FR", "LU", "GB")),
    ],
)
def test_wrong_company_numbers_are_refused(country: str, number: str, code: str) -> None:
    """By the rule of the country, or else by their form."""
    assert code_of(lambda: clean_company_number("company_number", number, country)) == code


@pytest.mark.requirement("W-10")
@pytest.mark.parametrize(
    ("country", "codes"),
    [
        ("NL", ("1012 JS", "1012JS", "1012 js", "")),
        ("BE", ("1000", "9992")),
        ("DE", ("01067", "99998")),
        ("FR", ("75001", "20000", "97400")),
        ("LU", ("1111", "L-1111")),
        ("GB", ("SW1A 1AA", "M1 1AE", "EC1A1BB", "w1a 0ax")),
        ("AT", ("1010",)),
        ("US", ("whatever",)),
        ("", ("whatever",)),
    ],
)
def test_postal_codes_are_those_of_their_country(country: str, codes: tuple[str, ...]) -> None:
    """With or without a blank, in any case; where no rule is known, everything is taken."""
    for code in codes:
        check_postal_code("postal_code", code, country)


@pytest.mark.requirement("W-10")
@pytest.mark.parametrize(
    ("country", "codes"),
    [
        ("NL", ("1012", "1012 SS", "0012 AB", "10123 AB")),
        ("BE", ("0999", "10000", "B-1000")),
        ("DE", ("1067", "0106X", "D-01067")),
        ("FR", ("7500", "750011", "٧٥٠٠١")),
        ("LU", ("L1111", "0111")),
        ("GB", ("SW1A", "1AA SW1A")),
        ("AT", ("10100",)),
    ],
)
def test_wrong_postal_codes_are_refused(country: str, codes: tuple[str, ...]) -> None:
    """Too short, too long, or of another form."""
    for code in codes:
        assert code_of(partial(check_postal_code, "postal_code", code, country)) == "postal_code_wrong"
