"""Numbers and codes that others give out: VAT and company numbers, IBAN, postal codes, countries, languages, mail addresses.

Checked with python-stdnum where the country has a rule, and for their form elsewhere.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

from worktraq.core.text import clean_line
from worktraq.errors import InvalidInput

if TYPE_CHECKING:
    from stdnum.util import NumberValidationModule

LANGUAGES = ("nl", "en", "fr", "de")
_MAIL_LENGTH = 254
_MAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]+@[^\s@<>(),;:\"\[\]\\.]+(\.[^\s@<>(),;:\"\[\]\\.]+)+")
# Where it is not the code of the country.
_VAT_PREFIXES = {"GR": "EL"}
_DUTCH_LENGTHS = (8, 20)
_FORM = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{2,29}")
# Where python-stdnum has no rule. The letters of the country may stand before those of Luxembourg only.
_POSTAL_CODES = {
    "BE": re.compile(r"[1-9][0-9]{3}"),
    "DE": re.compile(r"[0-9]{5}"),
    "FR": re.compile(r"[0-9]{5}"),
    "GB": re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}"),
    "LU": re.compile(r"(L-)?[1-9][0-9]{3}"),
}


def clean_mail_address(field: str, value: str, *, is_required: bool = False) -> str:
    """A mail address as it was written, without surrounding blanks.

    Raises:
        InvalidInput: With code ``mail_malformed``, or one of `worktraq.core.text.clean_line`.
    """
    address = clean_line(field, value, longest=_MAIL_LENGTH, is_required=is_required)
    if address and not _MAIL.fullmatch(address):
        raise InvalidInput.of(field, "mail_malformed")
    return address


def clean_country(field: str, value: str) -> str:
    """An ISO 3166 code of two letters, in capitals, or nothing.

    Raises:
        InvalidInput: With code ``country_malformed``.
    """
    country = clean_line(field, value)
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise InvalidInput.of(field, "country_malformed")
    return country.upper()


def clean_language(field: str, value: str) -> str:
    """One of the languages in which worktraq speaks, or nothing.

    Raises:
        InvalidInput: With code ``language_unknown``.
    """
    language = clean_line(field, value).lower()
    if language and language not in LANGUAGES:
        raise InvalidInput.of(field, "language_unknown", known=", ".join(LANGUAGES))
    return language


def clean_vat_number(field: str, value: str, country: str) -> str:
    """A VAT number in compact form.

    Raises:
        InvalidInput: With code ``vat_number_wrong`` when the country's rule refuses it, or
            ``identifier_malformed`` where no rule is known.
    """
    return _checked(field, value, country, "vat", "vat_number_wrong")


def clean_company_number(field: str, value: str, country: str) -> str:
    """The number of a company in the register of its country, in compact form.

    Raises:
        InvalidInput: With code ``company_number_wrong`` or ``identifier_malformed``.
    """
    if country == "NL":
        return _dutch_company_number(field, value)
    return _checked(field, value, country, "vat" if country == "BE" else "", "company_number_wrong")


def check_postal_code(field: str, value: str, country: str) -> None:
    """That a postal code, where there is one, is one of its country.

    Raises:
        InvalidInput: With code ``postal_code_wrong``; never for a country whose rule is not known.
    """
    code = value.upper()
    rule = _rule_of(country.lower(), "postal_code") if country else None
    form = _POSTAL_CODES.get(country)
    is_wrong = (rule is not None and not rule.is_valid(code)) or (form is not None and not form.fullmatch(code))
    if code and is_wrong:
        raise InvalidInput.of(field, "postal_code_wrong", country=country)


def _dutch_company_number(field: str, value: str) -> str:
    """Eight digits of the Chamber of Commerce (KvK), or the twenty of an organization of the government (OIN)."""
    number = clean_line(field, value).replace(" ", "").replace(".", "")
    if number and not (len(number) in _DUTCH_LENGTHS and number.isascii() and number.isdigit()):
        raise InvalidInput.of(field, "company_number_wrong", country="NL")
    return number


def _checked(field: str, value: str, country: str, name: str, code: str) -> str:
    text = clean_line(field, value, longest=30).upper()
    if not text:
        return ""
    rule = _rule_of(country.lower(), name) if country and name else None
    if rule is None:
        if not _FORM.fullmatch(text):
            raise InvalidInput.of(field, "identifier_malformed")
        return text
    compact = rule.compact(text)
    if not rule.is_valid(compact):
        raise InvalidInput.of(field, code, country=country)
    prefix = _VAT_PREFIXES.get(country, country)
    if name == "vat" and code == "vat_number_wrong" and not compact.startswith(prefix):
        return prefix + compact
    return compact


@cache
def _rule_of(country: str, name: str) -> "NumberValidationModule | None":
    # Looking a module up costs about as much as a thousand checks, so each is looked up once.
    from stdnum import get_cc_module

    return get_cc_module(country, name)


def clean_iban(field: str, value: str) -> str:
    """An IBAN in compact form, or nothing.

    Its length and check digits have to be right. Whether the bank exists is not asked: lists of banks grow old.

    Raises:
        InvalidInput: With code ``iban_wrong``.
    """
    from stdnum import iban

    text = clean_line(field, value, longest=50)
    if text and not iban.is_valid(text, check_country=False):
        raise InvalidInput.of(field, "iban_wrong")
    return iban.compact(text) if text else ""
