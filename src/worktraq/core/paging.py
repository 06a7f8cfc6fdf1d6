"""Lists in pages, with a cursor that stays right while rows are added."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Generic, TypeVar

from attrs import frozen

from worktraq.errors import InvalidInput

T = TypeVar("T")
Key = tuple[str | int, ...]

LARGEST_PAGE = 1000


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
    def of(cls, cursor: str | None, limit: int) -> "PageRequest":
        """A request from what a host passes on.

        Raises:
            InvalidInput: For a limit out of range or a cursor that is none.
        """
        if not 1 <= limit <= LARGEST_PAGE:
            raise InvalidInput.of("limit", "number_out_of_range", least=1, most=LARGEST_PAGE)
        return cls(limit, None if cursor is None else read_cursor(cursor))


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
    except (ValueError, RecursionError):
        raise InvalidInput.of("cursor", "cursor_malformed") from None
    if not isinstance(key, list) or not all(isinstance(part, str | int) for part in key):
        raise InvalidInput.of("cursor", "cursor_malformed")
    return tuple(key)
