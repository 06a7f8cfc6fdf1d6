"""What text may hold, and how it is folded for comparing."""

import pytest

from worktraq.core.text import (
    NAME_LENGTH,
    NOTE_LENGTH,
    clean_line,
    clean_name,
    clean_note,
    fold,
    fold_search,
    natural_order,
)
from worktraq.errors import InvalidInput


def problem(value: object, longest: int = 500) -> str:
    """Why a line is refused."""
    with pytest.raises(InvalidInput) as raised:
        clean_line("name", value, longest=longest)  # type: ignore[arg-type]  # also what is no text
    assert raised.value.field == "name"
    return raised.value.code


def test_line_is_trimmed_and_composed() -> None:
    """Blanks around it go; a letter and its accent become one character."""
    assert clean_line("name", "  Zoe\u0308 ") == "Zoë"


@pytest.mark.parametrize(
    "value", ["a\0b", "a\nb", "a\tb", "a\x7fb", "é\0", "a\u2028b", "a\u2029b", "a\ud800b", "a\ufffeb", "é\uffff"]
)
def test_control_characters_are_refused(value: str) -> None:
    """A line holds no NUL, no break, no half of a character, and nothing that is none and fits in no XML."""
    assert problem(value) == "text_control"


@pytest.mark.parametrize("value", [None, 5, b"bytes", ["list"]])
def test_what_is_no_text_is_refused(value: object) -> None:
    """A number is not text."""
    assert problem(value) == "text_malformed"


def test_line_is_bounded_after_composing() -> None:
    """What counts is the number of characters that are stored."""
    assert clean_line("name", "e\u0301" * 5, longest=5) == "é" * 5
    assert problem("x" * 6, longest=5) == "text_too_long"


@pytest.mark.parametrize(("value", "code"), [("é" * 2001, "text_too_long"), ("a" + "\u0301" * 400, "text_malformed")])
def test_what_would_take_long_to_normalise_is_refused_before(value: str, code: str) -> None:
    """Far too long a text, and accents that never end."""
    assert problem(value) == code


def test_name_must_not_be_empty() -> None:
    """Blanks are no name."""
    with pytest.raises(InvalidInput) as raised:
        clean_name("name", "   ")
    assert raised.value.code == "text_missing"


def test_name_is_at_most_two_hundred_characters() -> None:
    """Longer names are refused, with how long they may be."""
    assert clean_name("name", "x" * NAME_LENGTH)
    with pytest.raises(InvalidInput) as raised:
        clean_name("name", "x" * (NAME_LENGTH + 1))
    assert str(NAME_LENGTH) in str(raised.value)


def test_note_keeps_its_lines() -> None:
    """Breaks of every kind become one kind, tabs stay."""
    assert clean_note("note", "one\r\ntwo\rthree\n\tfour") == "one\ntwo\nthree\n\tfour"


@pytest.mark.parametrize(("value", "code"), [("a\0", "text_control"), ("x" * (NOTE_LENGTH + 1), "text_too_long")])
def test_bad_note_is_refused(value: str, code: str) -> None:
    """A note is bounded too, and holds no NUL."""
    with pytest.raises(InvalidInput) as raised:
        clean_note("note", value)
    assert raised.value.code == code


def test_note_that_is_no_text_is_refused() -> None:
    """A number is no note."""
    with pytest.raises(InvalidInput) as raised:
        clean_note("note", 5)  # type: ignore[arg-type]  # what the types do not allow
    assert raised.value.code == "text_malformed"


def test_missing_note_is_refused_only_where_it_is_needed() -> None:
    """An empty note is fine unless somebody has to say something."""
    assert clean_note("note", " ") == ""
    with pytest.raises(InvalidInput):
        clean_note("note", " ", is_required=True)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Jansen", "jansen"), ("Zoë", "zoe"), ("STRASSE", "strasse"), ("straße", "strasse"), ("Ångström", "angstrom")],
)
def test_folding_takes_case_and_accents_away(text: str, folded: str) -> None:
    """Names are found however they are typed."""
    assert fold(text) == folded


@pytest.mark.parametrize(("text", "folded"), [("Acme™", "acmetm"), ("№ 5", "no 5"), ("𝐀", "a")])
def test_folding_reaches_capitals_inside_one_sign(text: str, folded: str) -> None:
    """A trade mark sign is two letters, and they are small ones."""
    assert fold(text) == folded


def test_endless_accents_are_refused_before_they_are_composed() -> None:
    """Composing takes quadratic time on them, so they are refused as they are."""
    with pytest.raises(InvalidInput) as refused:
        clean_line("name", "e" + "\u0301" * 65)
    assert refused.value.code == "text_malformed"
    assert clean_line("name", "e" + "\u0301" * 3) == "\u00e9\u0301\u0301"


def test_far_too_long_text_is_refused_before_it_is_composed() -> None:
    """By its length alone; blanks around it do not count."""
    with pytest.raises(InvalidInput) as refused:
        clean_name("name", "é" * 801)
    assert refused.value.code == "text_too_long"
    assert clean_name("name", " " * 2_000 + "é") == "é"


def test_search_is_folded_and_bounded() -> None:
    """What is longer than a name is in no name."""
    assert fold_search(" ZOË ") == "zoe"
    assert fold_search("a" * 5000) == "a" * NAME_LENGTH


@pytest.mark.parametrize(
    ("search", "code"), [(None, "text_malformed"), ("a\0", "text_control"), ("\ud800", "text_control")]
)
def test_search_that_no_database_takes_is_refused(search: str, code: str) -> None:
    """By a clear error instead of one of the driver."""
    with pytest.raises(InvalidInput) as raised:
        fold_search(search)
    assert (raised.value.field, raised.value.code) == ("search", code)


def test_numbers_within_texts_are_ordered_as_people_count() -> None:
    """Whatever stands before and behind them, and however many zeros lead."""
    texts = ["", "1", "02", "9", "10", "010A", "100", "a", "A1b2", "a1B10", "a20"]
    mixed = [*texts[5:], *texts[:5]]
    assert sorted(mixed, key=natural_order) == texts
    assert natural_order("007") == natural_order("7")
