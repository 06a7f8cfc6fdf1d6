"""What text may hold: bounded, NFC, without control characters. And how it is folded for comparing."""

import re
import unicodedata

from worktraq.errors import InvalidInput

NAME_LENGTH = 200
LINE_LENGTH = 500
NOTE_LENGTH = 4000
_DIGITS = re.compile("[0-9]+")
_BREAKS = frozenset("\n\t")
_ENDLESS_ACCENTS = re.compile("(?:M[nce]){65}")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
# No characters at all, and the only ones of the rest that no XML document can hold, so no invoice and no workbook.
_REFUSED = frozenset("\ufffe\uffff")


def clean_line(field: str, value: str, *, longest: int = LINE_LENGTH, is_required: bool = False) -> str:
    """One line of text, normalised and trimmed.

    Raises:
        InvalidInput: With code ``text_missing``, ``text_too_long``, ``text_malformed`` or ``text_control``.
    """
    return _cleaned(field, value, longest, is_required, frozenset())


def clean_name(field: str, value: str) -> str:
    """A line that must not be empty, of at most 200 characters."""
    return _cleaned(field, value, NAME_LENGTH, True, frozenset())


def clean_note(field: str, value: str, *, is_required: bool = False) -> str:
    """Text of several lines, of at most 4,000 characters."""
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    return _cleaned(field, value, NOTE_LENGTH, is_required, _BREAKS)


def _cleaned(field: str, value: str, longest: int, is_required: bool, breaks: frozenset[str]) -> str:
    if not isinstance(value, str):
        raise InvalidInput.of(field, "text_malformed")
    if value.isascii() and value.isprintable():
        text = value.strip()
    else:
        # Composed, text has a quarter of its length at least.
        if len(value) > 4 * longest and len(value.strip()) > 4 * longest:
            raise InvalidInput.of(field, "text_too_long", longest=longest)
        # Normalising takes quadratic time on accents that never end.
        if _ENDLESS_ACCENTS.search("".join(map(unicodedata.category, value))):
            raise InvalidInput.of(field, "text_malformed")
        text = unicodedata.normalize("NFC", value).strip()
        if any(unicodedata.category(mark) in _REFUSED_CATEGORIES and mark not in breaks for mark in text):
            raise InvalidInput.of(field, "text_control")
        if not _REFUSED.isdisjoint(text):
            raise InvalidInput.of(field, "text_control")
    if is_required and not text:
        raise InvalidInput.of(field, "text_missing")
    if len(text) > longest:
        raise InvalidInput.of(field, "text_too_long", longest=longest)
    return text


def fold(text: str) -> str:
    """The text without case and accents, for searching and for comparing names and mail addresses."""
    if text.isascii():
        return text.lower()
    # Decomposing brings out capitals of its own, as of a trade mark sign, so it is done twice.
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    folded = unicodedata.normalize("NFKD", decomposed.casefold())
    return "".join(mark for mark in folded if not unicodedata.combining(mark))


def fold_search(search: str) -> str:
    """What somebody looks for in a list, folded; no longer than a name.

    Raises:
        InvalidInput: With code ``text_malformed`` or ``text_control``.
    """
    if not isinstance(search, str):
        raise InvalidInput.of("search", "text_malformed")
    return fold(clean_line("search", search[:NAME_LENGTH]))


def natural_order(text: str) -> str:
    """The folded text with every number in it led by how many digits it has, so that 9 comes before 10."""
    return _DIGITS.sub(_led_by_its_length, fold(text))


def _led_by_its_length(number: re.Match[str]) -> str:
    digits = number[0].lstrip("0")
    return f"{len(digits):03}{digits}"
