"""Single values on their way between an entity and a row, as the generated functions use them.

A dictionary that fills itself makes each distinct value once and finds it again without a call of Python code.
None stands in each of them, so that an empty column needs no question.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from worktraq.core.ids import uuid_of

Cell = None | int | str | bytes | UUID
Row = tuple[Cell, ...]
"""What is stored."""

Found = tuple[Any, ...]
"""What a driver gives back; only the statement that was run knows what is in it."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEY_LENGTH = 300
_KEPT = KEY_LENGTH - 65
_SECOND = 1_000_000
_MANY = 1_024
"""How many results are remembered of what is written for thousands of rows with the same value."""
_DAY = 86_400 * _SECOND


def id_of(packed: bytes) -> UUID:
    """The id in 16 bytes: what ``UUID(bytes=packed)`` gives, at a third of the cost."""
    return uuid_of(int.from_bytes(packed, "big"))


class Ids(dict[bytes | None, UUID | None]):
    """Ids by their 16 bytes, for one batch of rows: those that many rows refer to are made once."""

    def __init__(self) -> None:
        self[None] = None

    def __missing__(self, packed: bytes) -> UUID:
        found = self[packed] = id_of(packed)
        return found


class Instants(dict[int | None, datetime | None]):
    """Instants by microseconds since 1970, for one batch of rows."""

    def __init__(self) -> None:
        self[None] = None

    def __missing__(self, microseconds: int) -> datetime:
        found = self[microseconds] = EPOCH + timedelta(microseconds=microseconds)
        return found


class Days(dict[int | None, date | None]):
    """Days by their number, such as 20261005; there are few enough to keep them all."""

    def __init__(self) -> None:
        self[None] = None

    def __missing__(self, number: int) -> date:
        found = self[number] = date(number // 10_000, number // 100 % 100, number % 100)
        return found


class DayNumbers(dict[date | None, int | None]):
    """Numbers of days, by day."""

    def __init__(self) -> None:
        self[None] = None

    def __missing__(self, day: date) -> int:
        found = self[day] = day.year * 10_000 + day.month * 100 + day.day
        return found


days = Days()
day_numbers = DayNumbers()


def day_number(day: date) -> int:
    """The number of a day, such as 20261005."""
    return day.year * 10_000 + day.month * 100 + day.day


@lru_cache(_MANY)
def microseconds_of(at: datetime) -> int:
    """Microseconds since 1970 UTC, of an instant in UTC; what happens in one transaction has the same."""
    passed = at - EPOCH
    return (passed.days * 86_400 + passed.seconds) * _SECOND + passed.microseconds


def time_of(microseconds: int | None) -> time | None:
    """The time of day so long after midnight."""
    if microseconds is None:
        return None
    seconds, rest = divmod(microseconds, _SECOND)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, rest)


def time_number(at: time | None) -> int | None:
    """Microseconds since midnight."""
    if at is None:
        return None
    return ((at.hour * 60 + at.minute) * 60 + at.second) * _SECOND + at.microsecond


def numbers_of(form: str) -> tuple[int, ...]:
    """The numbers in a list."""
    return tuple(json.loads(form))


def listed(values: Sequence[int]) -> str:
    """A list of numbers."""
    return json.dumps(values, separators=(",", ":"))


def ids_of(form: str) -> tuple[UUID, ...]:
    """The ids in a list."""
    return tuple(map(UUID, json.loads(form)))


def listed_ids(ids: Sequence[UUID]) -> str:
    """A list of ids, in their order."""
    return json.dumps([each.hex for each in ids], separators=(",", ":"))


def pairs_of(form: str) -> tuple[tuple[str, str | int], ...]:
    """The named values in a list."""
    return tuple((name, value) for name, value in json.loads(form)) if form else ()


def listed_pairs(pairs: Sequence[tuple[str, str | int]]) -> str:
    """A list of named values; nothing for none. Of many things that happen alike they are the same."""
    return _listed_pairs(tuple(pairs), tuple([type(value) for _, value in pairs])) if pairs else ""


@lru_cache(_MANY)
def _listed_pairs(pairs: tuple[tuple[str, str | int], ...], _types: tuple[type, ...]) -> str:
    """The same, remembered by the types of the values too: True equals 1, and is written differently."""
    return json.dumps(pairs, separators=(",", ":"), ensure_ascii=False)


def bounded(key: str) -> str:
    """A folded key that fits its column; of a longer one the beginning and a digest, so that it stays unique."""
    return key if len(key) <= KEY_LENGTH else f"{key[:_KEPT]}:{sha256(key.encode()).hexdigest()}"
