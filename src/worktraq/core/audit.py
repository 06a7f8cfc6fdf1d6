"""The audit trail: events, numbered per organization and chained by their digests, so that tampering shows (B-07)."""

import hashlib
import json
from collections.abc import Iterable, Iterator

from attrs import frozen

from worktraq.core.events import Event

BEGINNING = "0" * 64


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


def first_broken(chain: Iterable[SealedEvent]) -> int | None:
    """The number of the first record that is not what was sealed; None when all are."""
    previous = BEGINNING
    for expected, record in enumerate(chain, start=1):
        if record.number != expected or record.digest != digest_after(previous, expected, record.event):
            return expected
        previous = record.digest
    return None
