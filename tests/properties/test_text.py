"""Text is cleaned once and for all, and compared however it is typed."""

import unicodedata

from hypothesis import assume, example, given
from hypothesis import strategies as st

from worktraq.core.headings import folded
from worktraq.core.text import clean_line, clean_note, fold
from worktraq.errors import InvalidInput
from worktraq.testing import strategies

ANYTHING = st.text(max_size=60)


@given(ANYTHING)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    """What was taken is taken again as it is, or was refused at once."""
    for clean in (clean_line, clean_note):
        try:
            cleaned = clean("note", text)
        except InvalidInput:
            continue
        assert clean("note", cleaned) == cleaned


@given(ANYTHING)
def test_taken_text_holds_nothing_that_a_store_cannot_hold(text: str) -> None:
    """No control characters, composed, and it can be encoded."""
    try:
        cleaned = clean_line("note", text)
    except InvalidInput:
        return
    assert not any(unicodedata.category(mark) in {"Cc", "Cs"} for mark in cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode()


@given(strategies.notes())
def test_what_our_strategies_call_a_note_is_one(text: str) -> None:
    """The strategies that we ship make what the core takes."""
    assert clean_note("note", text) == text


@given(st.text(max_size=60))
@example("Acme™")
@example("ß")
@example("İstanbul")
def test_folding_twice_changes_nothing_more(text: str) -> None:
    """So what is stored folded can be compared with what is typed."""
    assert fold(fold(text)) == fold(text)


@given(strategies.names())
def test_folding_does_not_see_case_or_form(text: str) -> None:
    """Composed or decomposed, in capitals or not."""
    assume(text.upper().casefold() == text.casefold())
    assert fold(text.upper()) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@given(strategies.names(), strategies.names())
def test_part_of_a_text_is_found_in_it(one: str, other: str) -> None:
    """Searching works on what is folded."""
    assert fold(one) in fold(f"{one} {other}")


@given(strategies.names())
def test_heading_is_reduced_to_letters_and_digits(text: str) -> None:
    """Whatever stands between them."""
    assert folded(f"- {text} :") == folded(text)
    assert all(mark.isalnum() for mark in folded(text))
