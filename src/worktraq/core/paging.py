"""Lists in pages, with a cursor that stays right while rows are added."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from attrs import frozen

from worktraq.errors import InvalidInput

T = TypeVar("T")
Key = tuple[str | int, ...]

LARGEST_PAGE = 1000
_LARGEST_NUMBER = 2**63 - 1


@frozen
class Page(Generic[T]):
    """Some of the things asked for, in order.

    Attributes:
        items: The things.
        next: The cursor of the page after this one; None on the last.
    """

    items: tuple[T, ...]
    next: str | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@frozen
class PageRequest:
    """Which page is wanted.

    Attributes:
        limit: At most so many things, 1 to 1,000.
        after: The key of the last thing of the page before, if any.
    """

    limit: int = 100
    after: Key | None = None

    @classmethod
    def of(cls, cursor: str | None, limit: int, *, sort: str = "") -> "PageRequest":
        """A request from what a host passes on.

        Args:
            cursor: Of the page before, if any.
            limit: At most so many things.
            sort: What the keys of the list begin with, where a list can be had in several orders.

        Raises:
            InvalidInput: For a limit out of range, or a cursor that is none or one of another order.
        """
        if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= LARGEST_PAGE:
            raise InvalidInput.of("limit", "number_out_of_range", least=1, most=LARGEST_PAGE)
        after = None if cursor is None else read_cursor(cursor)
        if sort and after is not None and after[:1] != (sort,):
            raise InvalidInput.of("cursor", "cursor_malformed")
        return cls(limit, after)


def every(read: Callable[[PageRequest], Page[T]]) -> Iterator[T]:
    """Everything in a list, one page after the other."""
    after: Key | None = None
    while True:
        page = read(PageRequest(LARGEST_PAGE, after))
        yield from page
        if page.next is None:
            return
        after = read_cursor(page.next)


def write_cursor(key: Key) -> str:
    """An opaque text for a key of a list."""
    return urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode()


def read_cursor(cursor: str) -> Key:
    """The key in a cursor.

    Raises:
        InvalidInput: With code ``cursor_malformed``.
    """
    try:
        key = json.loads(urlsafe_b64decode(cursor.encode()))
    except (AttributeError, ValueError, RecursionError):
        raise InvalidInput.of("cursor", "cursor_malformed") from None
    if not isinstance(key, list) or not all(map(_can_be_stored, key)):
        raise InvalidInput.of("cursor", "cursor_malformed")
    return tuple(key)


def _can_be_stored(part: object) -> bool:
    """Whether a database can be asked for a part of a key, which somebody may have made up."""
    if isinstance(part, str):
        return "\0" not in part and not any("\ud800" <= mark <= "\udfff" for mark in part)
    return isinstance(part, int) and abs(part) <= _LARGEST_NUMBER
