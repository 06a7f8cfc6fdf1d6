"""Seeing at a glance that a customer is clean, at a fraction of what it costs to check it.

Of a long list most rows are as they should be: ASCII, in the form in which they are stored. For these the answer is
yes, and `worktraq.core.customers.checked` would give the very same data; for all others, right or wrong, it is no.
`tests/unit/core/test_customer_glance.py` holds the one against the other.
"""

import re

from worktraq.core.customers import NUMBER_LENGTH, REFERENCE_LENGTH, CustomerData, CustomerKind
from worktraq.core.identifiers import LANGUAGES, clean_iban
from worktraq.core.text import LINE_LENGTH, NAME_LENGTH
from worktraq.errors import InvalidInput

_MAIL = re.compile(r"[A-Za-z0-9_.+-]{1,64}@(?:[a-z0-9-]{1,60}\.){1,2}[a-z]{2,20}")
_BELGIAN = re.compile("[01][0-9]{9}")
_DUTCH_VAT = re.compile("NL[0-9]{9}B[0-9]{2}")
_DUTCH_COMPANY = re.compile("[0-9]{8}")
_CURRENCY = re.compile("[A-Z]{3}")
_ZERO = ord("0")
_ZEROS = _ZERO * sum(range(2, 10))
_COUNTRIES = ("", "NL", "BE", "DE", "FR", "LU", "GB")
_LONGEST = min(NAME_LENGTH, LINE_LENGTH, REFERENCE_LENGTH)
_LONGEST_POSTAL_CODE = 20


def is_clean(data: CustomerData) -> bool:
    """Whether it is plain to see that checking would leave the data as it is."""
    address = data.address
    lines = (
        *("", data.company_name, data.first_name, data.last_name, data.number),
        *(address.street, address.postal_code, address.city, data.buyer_reference, ""),
    )
    text = "|".join(lines)
    is_business = data.kind is CustomerKind.BUSINESS
    return (
        text.isascii()
        and text.isprintable()
        # In such a text only blanks are trimmed. A line that has both marks itself is looked at more closely.
        and "| " not in text
        and " |" not in text
        and (len(text) <= _LONGEST or max(map(len, lines)) <= _LONGEST)
        and len(data.number) <= NUMBER_LENGTH
        and len(address.postal_code) <= _LONGEST_POSTAL_CODE
        and bool(data.company_name if is_business else data.first_name and data.last_name)
        and (not data.email or _MAIL.fullmatch(data.email) is not None)
        and (not data.invoice_email or _MAIL.fullmatch(data.invoice_email) is not None)
        and address.country in _COUNTRIES
        and (not data.language or data.language in LANGUAGES)
        and (not data.currency or _CURRENCY.fullmatch(data.currency) is not None)
        and (not data.vat_number or _is_vat_number(data.vat_number, address.country))
        and (not data.company_number or _is_company_number(data.company_number, address.country))
        and _has_clean_codes(data)
    )


def _is_vat_number(number: str, country: str) -> bool:
    if country == "BE":
        return number[:2] == "BE" and _is_belgian(number[2:])
    return country == "NL" and _DUTCH_VAT.fullmatch(number) is not None and _is_dutch(number)


def _is_company_number(number: str, country: str) -> bool:
    if country == "BE":
        return _is_belgian(number)
    return country == "NL" and _DUTCH_COMPANY.fullmatch(number) is not None


def _is_belgian(number: str) -> bool:
    return _BELGIAN.fullmatch(number) is not None and (int(number[:8]) + int(number[8:])) % 97 == 0 != int(number)


def _is_dutch(number: str) -> bool:
    """By the check digit that numbers of companies have; those of sole traders take longer."""
    _, _, one, two, three, four, five, six, seven, eight, check, _, _, _ = number.encode()
    weighed = 9 * one + 8 * two + 7 * three + 6 * four + 5 * five + 4 * six + 3 * seven + 2 * eight
    return (weighed - _ZEROS) % 11 == check - _ZERO and number[2:11] != "000000000" and number[12:] != "00"


def _has_clean_codes(data: CustomerData) -> bool:
    try:
        return not data.iban or clean_iban("iban", data.iban) == data.iban
    except InvalidInput:
        return False
