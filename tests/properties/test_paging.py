"""Pages give every row once, whatever their size."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from worktraq.adapters.memory.repository import page_of
from worktraq.core.paging import Page, PageRequest, read_cursor, write_cursor
from worktraq.errors import InvalidInput

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
NUMBERS = st.integers(1 - 2**63, 2**63 - 1)
KEYS = st.lists(TEXTS | NUMBERS, max_size=4).map(tuple)
ROWS = st.lists(st.tuples(TEXTS, NUMBERS), max_size=40, unique=True)


@given(KEYS)
def test_cursor_is_read_as_it_was_written(key: tuple[str | int, ...]) -> None:
    """Every text and number that a database takes."""
    assert read_cursor(write_cursor(key)) == key


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda raw: raw.decode("latin-1"))))
def test_made_up_cursor_is_a_key_or_a_clear_error(cursor: str) -> None:
    """Never anything else."""
    with suppress(InvalidInput):
        assert all(isinstance(part, str | int) for part in read_cursor(cursor))


@given(ROWS, st.integers(1, 10), st.booleans())
def test_pages_give_every_row_once_in_order(rows: list[tuple[str, int]], limit: int, is_descending: bool) -> None:
    """Going on behind each cursor until there is none."""
    gone_through: list[tuple[str, int]] = []
    cursor: str | None = None
    while True:
        page: Page[tuple[str, int]] = page_of(
            rows, PageRequest.of(cursor, limit), lambda row: row, is_descending=is_descending
        )
        gone_through += page
        assert len(page) <= limit
        if page.next is None:
            break
        cursor = page.next
    assert gone_through == sorted(rows, reverse=is_descending)
