"""The audit trail."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.actors import ActorKind
from worktraq.core.audit import SealedEvent, first_broken, sealed
from worktraq.core.events import Event, EventName
from worktraq.core.ids import EventId, OrganizationId
from worktraq.testing.builders import an_event

ACME = OrganizationId(UUID(int=1))


def a_chain(count: int = 3) -> list[SealedEvent]:
    """Some events, sealed."""
    return list(sealed([an_event(ACME, UUID(int=number)) for number in range(count)], None))


@pytest.mark.requirement("B-07")
def test_untouched_chain_is_whole() -> None:
    """Sealed in one go or in several, it is one chain without gaps."""
    first = a_chain(2)
    both = [*first, *sealed([an_event(ACME, UUID(int=9))], first[-1])]
    assert [record.number for record in both] == [1, 2, 3]
    assert first_broken(both) is None
    assert first_broken([]) is None


@pytest.mark.requirement("B-07")
@pytest.mark.parametrize(
    "change",
    [
        lambda event: evolve(event, id=EventId(UUID(int=77))),
        lambda event: evolve(event, organization_id=OrganizationId(UUID(int=77))),
        lambda event: evolve(event, at=event.at + timedelta(microseconds=1)),
        lambda event: evolve(event, actor_kind=ActorKind.CONTACT),
        lambda event: evolve(event, actor_id=UUID(int=77)),
        lambda event: evolve(event, name=EventName.CUSTOMER_ARCHIVED),
        lambda event: evolve(event, subject_id=UUID(int=77)),
        lambda event: evolve(event, details=(("minutes", 5),)),
    ],
    ids=["id", "organization", "instant", "kind", "actor", "name", "subject", "details"],
)
def test_any_change_of_a_sealed_event_shows(change: Callable[[Event], Event]) -> None:
    """Whatever is altered afterwards breaks the chain at that record."""
    chain = a_chain()
    chain[1] = evolve(chain[1], event=change(chain[1].event))
    assert first_broken(chain) == 2


@pytest.mark.requirement("B-07")
def test_removed_moved_or_recomputed_records_show() -> None:
    """A record cannot be taken out, swapped, renumbered, or sealed anew without the ones behind it."""
    chain = a_chain()
    forged = evolve(chain[1].event, name=EventName.CUSTOMER_DELETED)
    assert first_broken([chain[0], chain[2]]) == 2
    assert first_broken([chain[1], chain[0], chain[2]]) == 1
    assert first_broken([chain[0], *sealed([forged], chain[0]), chain[2]]) == 3
    assert first_broken(chain[1:]) == 1
    assert first_broken([chain[0], evolve(chain[1], number=7), chain[2]]) == 2


def test_details_do_not_run_into_each_other() -> None:
    """A number is not the text that looks like it."""
    one, other = an_event(ACME, UUID(int=5)), an_event(ACME, UUID(int=5))
    (as_number,) = sealed([evolve(one, details=(("n", 1),))], None)
    (as_text,) = sealed([evolve(one, details=(("n", "1"),))], None)
    assert as_number.digest != as_text.digest
    assert one.id != other.id
