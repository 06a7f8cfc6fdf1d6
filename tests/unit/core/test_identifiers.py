"""Numbers and codes that others give out."""

from collections.abc import Callable

import pytest

from worktraq.core.identifiers import (
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
    [("12 34 56.78", "NL", "12345678"), ("", "NL", ""), ("0428759497", "BE", "0428759497"), ("HRB 1", "DE", "HRB 1")],
)
def test_company_number_is_checked_by_its_register(value: str, country: str, number: str) -> None:
    """Eight digits in the Netherlands, the enterprise number in Belgium, the form elsewhere."""
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
