"""The audit trail: events, numbered per organization and chained by their digests, so that tampering shows (B-07)."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from attrs import frozen

from worktraq.core.events import Event
from worktraq.errors import AdapterError

BEGINNING = "0" * 64
BEFORE_ALL = -(2**63)
"""Lies before every number that a store can hold, so that also a record which was smuggled in shows."""


class Head(NamedTuple):
    """The end of the trail; kept elsewhere, it shows when records were taken off the end.

    Attributes:
        number: Of the last record; 0 while there is none.
        digest: Of the last record.
    """

    number: int
    digest: str


@frozen
class SealedEvent:
    """An event with its place in the chain.

    Attributes:
        event: What happened.
        number: 1 for the first of the organization, without gaps.
        digest: Over this event and the digest of the one before.
    """

    event: Event
    number: int
    digest: str


def digest_after(previous: str, number: int, event: Event) -> str:
    """The digest of an event that follows another one."""
    content = [
        number,
        event.id.hex,
        event.organization_id.hex,
        event.at.isoformat(timespec="microseconds"),
        event.actor_kind.value,
        event.actor_id.hex if event.actor_id else None,
        event.name.value,
        event.subject_id.hex,
        [list(detail) for detail in event.details],
    ]
    form = previous + json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(form.encode()).hexdigest()


def sealed(events: Iterable[Event], head: SealedEvent | None) -> Iterator[SealedEvent]:
    """The events with their places after the head of the chain."""
    number, previous = (head.number, head.digest) if head else (0, BEGINNING)
    for event in events:
        number += 1
        previous = digest_after(previous, number, event)
        yield SealedEvent(event, number, previous)


def head_of(last: SealedEvent | None) -> Head:
    """The end of a trail that ends with this record."""
    return Head(last.number, last.digest) if last else Head(0, BEGINNING)


def first_broken(chain: Iterable[SealedEvent], expected_head: Head | None = None) -> int | None:
    """The number of the first record that is not what was sealed; None when all are.

    Args:
        chain: All records there are, in order.
        expected_head: The end of the trail as it was once; a record that the trail no longer has is broken too.
    """
    number, previous = 0, BEGINNING
    for number, record in enumerate(_readable(chain), start=1):
        if record is None or record.number != number or record.digest != digest_after(previous, number, record.event):
            return number
        previous = record.digest
        if expected_head is not None and number == expected_head.number and previous != expected_head.digest:
            return number
    return number + 1 if expected_head is not None and number < expected_head.number else None


def _readable(chain: Iterable[SealedEvent]) -> Iterator[SealedEvent | None]:
    """The records up to the first that is not even one; that is None."""
    try:
        yield from chain
    except AdapterError as error:
        if error.code != "record_unreadable":
            raise
        yield None
