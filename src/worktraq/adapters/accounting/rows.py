"""What a row of an accounting system says, whatever stands in it; a row that cannot be understood is rejected alone."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from worktraq.core.accounting import RejectedRow, Upsert
from worktraq.core.countries import country_code, language_code
from worktraq.core.imports import ImportKind
from worktraq.errors import InvalidInput

_NUMBERED = frozenset({"number", "postal_code", "company_number", "vat_number", "iban", "phone"})
"""Fields that are text here, and that a system may send as a whole number."""

_LONGEST_SHOWN = 80
_NOT_IN_SETTINGS = re.compile(r"[\x00-\x1f\x7f]")


class Unreadable(Exception):
    """Something in a row is of another form than it has to be; never leaves the adapters.

    Args:
        field: By the name that the system has for it.
        value: What stands there.
    """

    def __init__(self, field: str, value: object = None) -> None:
        super().__init__(field)
        self.field = field
        self.value = value


Row = Mapping[str, object]


def text_of(row: Row, name: str, *, may_be_number: bool = False) -> str:
    """The text under a name, without blanks around it; empty where there is none.

    Raises:
        Unreadable: When something else stands there.
    """
    value = row.get(name)
    if value is None:
        return ""
    if may_be_number and type(value) is int:
        return str(value)
    if not isinstance(value, str) or not is_encodable(value):
        raise Unreadable(name, value)
    return value.strip()


def is_encodable(text: str) -> bool:
    """Whether text can be kept; JSON can hold halves of signs, which cannot."""
    return text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text)


def flag_of(row: Row, name: str) -> bool:
    """Whether something is so; what is not said is not so.

    Raises:
        Unreadable: When neither stands there.
    """
    value = row.get(name)
    if value is None:
        return False
    if isinstance(value, bool) or (type(value) is int and value in {0, 1}):
        return bool(value)
    raise Unreadable(name, value)


def values_of(row: Row, names: Mapping[str, str]) -> dict[str, str]:
    """The values of a row by our names.

    Args:
        row: As the system sends it.
        names: What a field of ours is called there.

    Raises:
        Unreadable: When something else than text stands there.
    """
    values = {ours: text_of(row, theirs, may_be_number=ours in _NUMBERED) for ours, theirs in names.items()}
    if "country" in values:
        values["country"] = country_of(values["country"])
    if "language" in values:
        values["language"] = language_of(values["language"])
    return values


def country_of(text: str) -> str:
    """The code of a country, in capitals; what is unknown as it is."""
    code = country_code(text)
    return code.upper() if len(code) == 2 else code


def language_of(text: str) -> str:
    """The two letters of a language; what is unknown as it is."""
    code = language_code(text)
    return code.lower() if len(code) == 2 else code


def joined(*parts: str, by: str = " ") -> str:
    """The parts that are not empty."""
    return by.join(part for part in parts if part)


def first_address(text: str) -> str:
    """The first of several mail addresses that stand in one field."""
    return re.split(r"[;,]", text, maxsplit=1)[0].strip()


def understood(
    kind: ImportKind,
    rows: Iterable[object],
    identified: Callable[[Row], str],
    made: Callable[[Row, str], Upsert | None],
) -> tuple[list[Upsert], list[RejectedRow]]:
    """What rows say, the last one where an id comes twice, and which cannot be understood.

    Args:
        kind: Of the things in them.
        rows: As the system sends them.
        identified: The id in a row.
        made: What a row says, given its id; None for one that is nothing of ours.
    """
    upserts: dict[str, Upsert] = {}
    rejected: list[RejectedRow] = []
    for row in rows:
        external_id = ""
        try:
            known = _row_of(row)
            external_id = identified(known)
            upserts.pop(external_id, None)
            if (upsert := made(known, external_id)) is not None:
                upserts[external_id] = upsert
        except Unreadable as error:
            rejected.append(rejection(kind, external_id, error.field, error.value))
    return list(upserts.values()), rejected


def _row_of(row: object) -> Row:
    if not isinstance(row, Mapping):
        raise Unreadable("", row)
    return row


def rejection(kind: ImportKind, external_id: str, field: str = "", value: object = None) -> RejectedRow:
    """A row that cannot be understood; of what stands there only what helps to find it is shown."""
    shown = "" if value is None or isinstance(value, Mapping | list) else str(value)[:_LONGEST_SHOWN]
    shown = "".join(sign if sign.isprintable() else " " for sign in shown)
    return RejectedRow(kind, external_id, field, "row_malformed", shown)


def setting(settings: Mapping[str, str], name: str, form: str = r".{1,200}") -> str:
    """A setting that has to be filled in.

    Args:
        settings: All that were.
        name: Of this one.
        form: A regular expression of what can be taken.

    Raises:
        InvalidInput: When it is missing (``text_missing``) or of another form (``value_malformed``).
    """
    text = settings.get(name, "").strip()
    if not text:
        raise InvalidInput.of(name, "text_missing")
    if _NOT_IN_SETTINGS.search(text) or not re.fullmatch(form, text):
        raise InvalidInput.of(name, "value_malformed")
    return text


def listed(value: object) -> Sequence[object] | None:
    """A list as it is; None for anything else."""
    return value if isinstance(value, list) else None
