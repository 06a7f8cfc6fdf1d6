"""Lists in pages."""

import json
from base64 import urlsafe_b64encode

import pytest

from worktraq.core.paging import LARGEST_PAGE, Key, Page, PageRequest, every, read_cursor, write_cursor
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


def test_cursor_of_another_order_is_refused() -> None:
    """A list in several orders leads its keys with the order."""
    cursor = write_cursor(("name", "zoe", "1"))
    assert PageRequest.of(cursor, 10, sort="name").after == ("name", "zoe", "1")
    assert PageRequest.of(None, 10, sort="place").after is None
    for wrong in (cursor, write_cursor(())):
        with pytest.raises(InvalidInput) as raised:
            PageRequest.of(wrong, 10, sort="place")
        assert raised.value.code == "cursor_malformed"


@pytest.mark.parametrize("limit", [0, -1, LARGEST_PAGE + 1, 1.5, True, "10", None])
def test_page_size_is_bounded(limit: int) -> None:
    """A whole number from one to a thousand."""
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
        *("", "!", "abc", "\ud800", 5, b"abc"),
        *(encoded(each) for each in ({"a": 1}, [1.5], [[1]], "x", [None])),
        *(encoded([each]) for each in ("a\0", "\ud800", "\udfff", 2**63, -(2**63))),
        *(urlsafe_b64encode(each).decode() for each in (b"[" * 100_000, b"\xff\xfe")),
    ],
    ids=range(18),
)
def test_made_up_cursor_is_refused(cursor: str) -> None:
    """Whatever somebody sends, it is a clear error."""
    with pytest.raises(InvalidInput) as raised:
        read_cursor(cursor)
    assert raised.value.code == "cursor_malformed"


def test_everything_is_read_page_after_page() -> None:
    """Each page begins behind the one before."""
    pages: dict[Key | None, Page[int]] = {None: Page((1, 2), write_cursor((2,))), (2,): Page((3,))}
    asked: list[PageRequest] = []

    def read(request: PageRequest) -> Page[int]:
        asked.append(request)
        return pages[request.after]

    assert list(every(read)) == [1, 2, 3]
    assert asked == [PageRequest(LARGEST_PAGE), PageRequest(LARGEST_PAGE, (2,))]
