"""Lists in pages."""

import json
from base64 import urlsafe_b64encode

import pytest

from worktraq.core.paging import LARGEST_PAGE, Page, PageRequest, read_cursor, write_cursor
from worktraq.errors import InvalidInput


def encoded(content: object) -> str:
    """A cursor that somebody made up."""
    return urlsafe_b64encode(json.dumps(content).encode()).decode()


def test_page_is_gone_through_and_counted() -> None:
    """It behaves as its items do."""
    page = Page((1, 2), "next")
    assert (list(page), len(page)) == ([1, 2], 2)


def test_first_page_needs_no_cursor() -> None:
    """Without one the list begins at its beginning."""
    assert PageRequest.of(None, 10) == PageRequest(10, None)


def test_next_page_begins_behind_the_cursor() -> None:
    """What was written is what is read."""
    assert PageRequest.of(write_cursor(("Zoë", 5)), 10).after == ("Zoë", 5)


@pytest.mark.parametrize("limit", [0, -1, LARGEST_PAGE + 1])
def test_page_size_is_bounded(limit: int) -> None:
    """From one to a thousand."""
    with pytest.raises(InvalidInput) as raised:
        PageRequest.of(None, limit)
    assert (raised.value.field, raised.value.code) == ("limit", "number_out_of_range")


@pytest.mark.parametrize("limit", [1, LARGEST_PAGE])
def test_smallest_and_largest_page_are_taken(limit: int) -> None:
    """The bounds belong to the range."""
    assert PageRequest.of(None, limit).limit == limit


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "!", "abc", "\ud800"),
        *(encoded(each) for each in ({"a": 1}, [1.5], [[1]], "x", [None])),
        *(urlsafe_b64encode(each).decode() for each in (b"[" * 100_000, b"\xff\xfe")),
    ],
    ids=range(11),
)
def test_made_up_cursor_is_refused(cursor: str) -> None:
    """Whatever somebody sends, it is a clear error."""
    with pytest.raises(InvalidInput) as raised:
        read_cursor(cursor)
    assert raised.value.code == "cursor_malformed"
