"""The audit trail."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.actors import ActorKind
from worktraq.core.audit import SealedEvent, first_broken, head_of, sealed
from worktraq.core.events import Event, EventName
from worktraq.core.ids import EventId, OrganizationId
from worktraq.errors import AdapterError
from worktraq.testing.builders import an_event

ACME = OrganizationId(UUID(int=1))
CHANGES: list[Callable[[Event], Event]] = [
    lambda event: evolve(event, id=EventId(UUID(int=77))),
    lambda event: evolve(event, organization_id=OrganizationId(UUID(int=77))),
    lambda event: evolve(event, at=event.at + timedelta(microseconds=1)),
    lambda event: evolve(event, actor_kind=ActorKind.CONTACT),
    lambda event: evolve(event, actor_id=UUID(int=77)),
    lambda event: evolve(event, name=EventName.CUSTOMER_ARCHIVED),
    lambda event: evolve(event, subject_id=UUID(int=77)),
    lambda event: evolve(event, details=(("minutes", 5),)),
]


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
    CHANGES,
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


@pytest.mark.requirement("B-07")
def test_record_that_cannot_be_read_is_broken() -> None:
    """What somebody made into no record at all is named too; any other failure is none of the trail."""
    chain = a_chain()

    def failing(code: str) -> Iterator[SealedEvent]:
        yield chain[0]
        raise AdapterError(code)

    assert first_broken(failing("record_unreadable")) == 2
    with pytest.raises(AdapterError):
        first_broken(failing("database_failed"))


def test_details_do_not_run_into_each_other() -> None:
    """A number is not the text that looks like it."""
    one, other = an_event(ACME, UUID(int=5)), an_event(ACME, UUID(int=5))
    (as_number,) = sealed([evolve(one, details=(("n", 1),))], None)
    (as_text,) = sealed([evolve(one, details=(("n", "1"),))], None)
    assert as_number.digest != as_text.digest
    assert one.id != other.id


@pytest.mark.requirement("B-07")
def test_records_taken_off_the_end_show_by_the_head() -> None:
    """Without the head that somebody kept, the rest looks whole."""
    chain = a_chain(5)
    head = head_of(chain[-1])
    assert head == (5, chain[-1].digest)
    assert first_broken(chain, head) is None
    assert first_broken([*chain, *sealed([an_event(ACME, UUID(int=9))], chain[-1])], head) is None
    assert first_broken(chain[:3]) is None
    assert first_broken(chain[:3], head) == 4
    assert first_broken([], head) == 1
    assert first_broken([], head_of(None)) is None


@pytest.mark.requirement("B-07")
def test_trail_that_was_written_anew_shows_by_the_head() -> None:
    """A chain that is whole in itself, but is not the one that was kept."""
    chain = a_chain(5)
    assert first_broken(a_chain(5), head_of(chain[-1])) == 5
    assert first_broken(a_chain(7), head_of(chain[2])) == 3


@pytest.mark.requirement("B-07")
@given(data=st.data())
def test_first_broken_record_is_named_whatever_was_done(data: st.DataObject) -> None:
    """Changed, taken out, doubled, swapped or cut off: the number is that of the first one concerned."""
    chain = a_chain(data.draw(st.integers(2, 12)))
    at = data.draw(st.integers(0, len(chain) - 1))
    assert first_broken(_tampered(chain, at, data), head_of(chain[-1])) == at + 1


@pytest.mark.requirement("B-07")
@given(count=st.integers(1, 12), data=st.data())
def test_record_that_was_smuggled_in_breaks_the_one_behind_it(count: int, data: st.DataObject) -> None:
    """It may follow from the one before, but the next one does not follow from it."""
    chain = a_chain(count)
    at = data.draw(st.integers(0, count - 1))
    before, behind = chain[:at], chain[at:]
    forged = sealed([an_event(ACME, UUID(int=50))], before[-1] if before else None)
    assert first_broken([*before, *forged, *behind]) == at + 2


def _tampered(chain: list[SealedEvent], at: int, data: st.DataObject) -> list[SealedEvent]:
    before, record, behind = chain[:at], chain[at], chain[at + 1 :]
    changed = data.draw(st.sampled_from(CHANGES))(record.event)
    number = data.draw(st.integers().filter(lambda one: one != record.number))
    ways = [
        [*before, evolve(record, event=changed), *behind],
        [*before, evolve(record, digest=record.digest[::-1] + "0"), *behind],
        [*before, evolve(record, number=number), *behind],
        [*before, *behind],
        before,
    ]
    if before:
        ways.append([*before, before[-1], record, *behind])
    if behind:
        ways.append([*before, behind[0], record, *behind[1:]])
    return data.draw(st.sampled_from(ways))
