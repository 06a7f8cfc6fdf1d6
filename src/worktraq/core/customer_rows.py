"""What a row of a customer list says: its fields, checked, and the key by which it is known again (T-02)."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from operator import attrgetter, itemgetter

from worktraq.core.countries import country_code, language_code
from worktraq.core.customer_glance import is_clean
from worktraq.core.customers import CustomerData, CustomerKind, checked, make_customer_data
from worktraq.core.organizations import make_address
from worktraq.core.text import fold
from worktraq.errors import InvalidInput, Problem

Values = tuple[str, ...]
"""The values of some fields, in the order of these fields."""

_PATHS: Mapping[str, str] = {
    **{name: name for name in ("number", "kind", "company_name", "first_name", "last_name", "email", "invoice_email")},
    **{name: f"address.{name}" for name in ("street", "postal_code", "city", "country")},
    **{name: name for name in ("company_number", "vat_number", "iban", "language", "currency", "buyer_reference")},
}

CUSTOMER_FIELDS = tuple(_PATHS)
"""All fields of a customer that a list can bring; each is also the name of a column."""

_KINDS = {
    **dict.fromkeys(("zakelijk", "bedrijf", "business", "company", "entreprise", "geschaftlich", "unternehmen"), 0),
    **dict.fromkeys(("professionnel", "firma", "b2b"), 0),
    **dict.fromkeys(("particulier", "prive", "private", "person", "privat", "privatperson", "b2c"), 1),
}
_LONGEST_KIND = 40
_LONGEST_ERROR = 20
_ERRORS = frozenset(
    {
        *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!"),
        *("#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#GETTING_DATA", "#N/B", "#WAARDE!", "#DEEL/0!", "#VERW!", "#NAAM?"),
        *("#LEEG!", "#GETAL!", "#VALEUR!", "#NOM?", "#NUL!", "#NOMBRE!", "#NV", "#WERT!", "#BEZUG!", "#ZAHL!"),
    }
)
"""What a cell shows whose formula failed, in the four languages."""

_KEY_FIELDS = ("number", "vat_number", "company_name", "first_name", "last_name", "city")
_EMPTY: Mapping[str, str] = dict.fromkeys(CUSTOMER_FIELDS, "")
_all_values = attrgetter(*_PATHS.values())


def values_of(data: CustomerData, fields: Sequence[str]) -> Values:
    """The values of these fields of a customer."""
    return tuple([attrgetter(_PATHS[field])(data) for field in fields])


def with_values(data: CustomerData, values: Mapping[str, str]) -> CustomerData:
    """A customer with other values, not checked."""
    merged = {**_values_by_field(data), **values}
    return _made(CustomerKind(merged["kind"]), merged, data)


class RowReader:
    """Makes customers of rows.

    Args:
        fields: What the row says, in order of its cells.
    """

    def __init__(self, fields: Sequence[str]) -> None:
        self.fields = tuple(fields)
        self._kind = self.fields.index("kind") if "kind" in fields else -1
        self._said = _getter(self.fields)
        self._all = _chooser(self.fields, CUSTOMER_FIELDS)
        self._kinds: dict[str, CustomerKind] = {}

    def read(self, texts: Values, onto: CustomerData | None = None) -> tuple[CustomerData, Values]:
        """The customer that a row describes, checked, and what the row says of it, cleaned.

        A kind that is not given is that of the customer; of a new one it follows from the names.

        Args:
            texts: What stands in the cells.
            onto: The customer as it is here, from whom everything is taken that the row does not say.

        Raises:
            InvalidInput: With a problem for every cell that is wrong.
        """
        data = self._seen(texts) if onto is None else None
        if data is None:
            data = self._looked_at(texts, onto)
        said: Values = self._said(data)
        if self._kind >= 0 and not texts[self._kind]:
            said = (*said[: self._kind], "", *said[self._kind + 1 :])
        return data, said

    def _seen(self, texts: Values) -> CustomerData | None:
        """The new customer that a row describes, if it is clean at a glance: most rows of a list are."""
        number, word, company_name, first_name, last_name, email, invoice_email, *others = self._all((*texts, ""))
        street, postal_code, city, country, company_number, vat_number, iban, language, currency, reference = others
        if word:
            kind = self._kinds.get(word)
        else:
            kind = CustomerKind.BUSINESS if company_name else CustomerKind.PRIVATE
        if kind is None or "#" in "".join(texts):
            return None
        data = make_customer_data(
            *(kind, company_name, first_name, last_name, number, email, invoice_email),
            make_address(street, postal_code, city, country_code(country)),
            *(vat_number, company_number, iban, language_code(language), currency.upper(), reference, None),
        )
        return data if is_clean(data) else None

    def _looked_at(self, texts: Values, onto: CustomerData | None) -> CustomerData:
        given = dict(zip(self.fields, texts, strict=True))
        found = [Problem(field, "cell_is_error") for field, text in given.items() if is_error(text)]
        word = given.pop("kind", "")
        kind = _kind_of(word, found)
        values = {**(_values_by_field(onto) if onto else _EMPTY), **given}
        if word and not found:
            self._kinds[word] = kind
        if not word:
            kind = onto.kind if onto else CustomerKind.BUSINESS if values["company_name"] else CustomerKind.PRIVATE
        data = _made(kind, values, onto)
        return _checked(data, found) if found or not is_clean(data) else data


def is_error(text: str) -> bool:
    """Whether a cell shows that its formula failed."""
    return text[:1] == "#" and len(text) <= _LONGEST_ERROR and text.upper() in _ERRORS


class RowKeys:
    """Tells by what rows are known again.

    Args:
        fields: What the rows say, in order of their cells.
    """

    def __init__(self, fields: Sequence[str]) -> None:
        self._chosen = _chooser(fields, _KEY_FIELDS)

    def of(self, texts: Values) -> str:
        """The number of a row, else its VAT number, else its name and place; empty if it has none.

        Without a number it is a digest behind a prefix, longer than any number. Where a formula failed it has none,
        and is refused anyway.
        """
        number, vat_number, *name_parts = values = self._chosen((*texts, ""))
        if "#" in "".join(values) and any(map(is_error, values)):
            return ""
        if number:
            is_short = len(number) <= _LONGEST_KIND
            return unicodedata.normalize("NFC", number) if is_short and not number.isascii() else number
        if folded := folded_vat_number(vat_number):
            return f"vat:{_digest(folded)}"
        name = name_and_place(*name_parts)
        return f"name:{_digest(name)}" if name else ""


def folded_vat_number(text: str) -> str:
    """A VAT number for comparing: letters and digits only."""
    return "".join(mark for mark in text[:40].upper() if mark.isalnum())


def name_and_place(company_name: str, first_name: str, last_name: str, city: str) -> str:
    """The name and place of a customer for comparing; empty without a name."""
    name = company_name.strip() or f"{first_name.strip()} {last_name.strip()}".strip()
    # Folding takes quadratic time on accents that never end; such a name is refused anyway.
    return fold(f"{name[:200]}\n{city.strip()[:200]}") if name else ""


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _values_by_field(data: CustomerData) -> Mapping[str, str]:
    return dict(zip(CUSTOMER_FIELDS, _all_values(data), strict=True))


def _getter(fields: Sequence[str]) -> Callable[[CustomerData], Values]:
    if len(fields) == 1:
        return lambda data: values_of(data, fields)
    return attrgetter(*[_PATHS[field] for field in fields])


def _chooser(given: Sequence[str], wanted: Sequence[str]) -> Callable[[Values], Values]:
    """What picks the values of the wanted fields, several of them, out of those given and an empty one behind them."""
    return itemgetter(*[given.index(field) if field in given else len(given) for field in wanted])


def _kind_of(word: str, found: list[Problem]) -> CustomerKind:
    # Folding takes quadratic time on accents that never end.
    folded = fold(word) if len(word) <= _LONGEST_KIND else word
    if folded and folded not in _KINDS:
        found.append(Problem("kind", "customer_kind_unknown"))
    return CustomerKind.PRIVATE if _KINDS.get(folded) else CustomerKind.BUSINESS


def _made(kind: CustomerKind, values: Mapping[str, str], onto: CustomerData | None) -> CustomerData:
    address = make_address(values["street"], values["postal_code"], values["city"], country_code(values["country"]))
    return make_customer_data(
        kind,
        values["company_name"],
        values["first_name"],
        values["last_name"],
        values["number"],
        values["email"],
        values["invoice_email"],
        address,
        values["vat_number"],
        values["company_number"],
        values["iban"],
        language_code(values["language"]),
        values["currency"].upper(),
        values["buyer_reference"],
        onto.chain if onto else None,
    )


def _checked(data: CustomerData, found: list[Problem]) -> CustomerData:
    try:
        clean = checked(data)
    except InvalidInput as error:
        wrong = {problem.field for problem in found}
        found += [problem for problem in error.problems if problem.field not in wrong]
        raise InvalidInput(found) from None
    if found:
        raise InvalidInput(found)
    return clean
