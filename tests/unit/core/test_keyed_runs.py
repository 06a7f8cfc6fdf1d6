"""Keys of the host: what is kept of them, and of what came of them."""

from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given

from worktraq.core.actors import Actor
from worktraq.core.ids import OrganizationId, UserId
from worktraq.core.keyed_runs import LONGEST_OUTCOME, KeyedRun, new_run, outcome_again, outcome_of, outcome_text
from worktraq.errors import InvalidInput
from worktraq.testing import strategies
from worktraq.testing.builders import new_id
from worktraq.testing.fakes import BEGINNING as NOW

pytestmark = pytest.mark.requirement("B-08")

ORGANIZATION, USER = OrganizationId(new_id()), UserId(new_id())
EVA = Actor.user(ORGANIZATION, USER)


class _Word(StrEnum):
    SOME = "some"


def a_run(given: object = None, key: str = "key", actor: Actor = EVA) -> KeyedRun:
    """A run under a key."""
    return new_run(actor, key, given, NOW)


@given(strategies.outcomes())
def test_an_outcome_is_given_again_as_it_was(outcome: object) -> None:
    """With the same types, in ASCII, whatever is in it."""
    text = outcome_text(outcome)
    again = outcome_of(text)
    assert again == outcome
    assert outcome_text(again) == text
    assert text.isascii()


def test_an_instant_is_given_again_in_utc() -> None:
    """It is the same instant, wherever it was written down."""
    there = datetime(2026, 10, 5, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    again = outcome_of(outcome_text(there))
    assert again == there
    assert isinstance(again, datetime)
    assert again.tzinfo == UTC


@pytest.mark.parametrize(
    "value",
    [1.5, {1: 2}, {"a": 1.5}, [object()], (1.5,), {1, 2}, 2**63, -(2**63) - 1, _Word.SOME, EVA, {"a": _Word.SOME}],
)
def test_what_would_come_back_otherwise_is_not_kept(value: object) -> None:
    """Neither as an outcome nor as an input; it is said what it was."""
    with pytest.raises(InvalidInput) as raised:
        outcome_text(value)
    assert (raised.value.field, raised.value.code) == ("outcome", "value_not_kept")
    with pytest.raises(InvalidInput) as raised:
        a_run(value)
    assert (raised.value.field, raised.value.code) == ("given", "value_not_kept")
    assert str(raised.value)


def test_what_holds_itself_is_not_kept() -> None:
    """It has no end."""
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(InvalidInput) as raised:
        outcome_text(endless)
    assert raised.value.code == "value_not_kept"


def test_an_instant_without_a_zone_is_not_kept() -> None:
    """Nobody knows when it was."""
    with pytest.raises(InvalidInput) as raised:
        outcome_text(datetime(2026, 10, 5))  # noqa: DTZ001  # that is what is refused
    assert (raised.value.field, raised.value.code) == ("outcome", "instant_naive")


def test_an_outcome_is_short() -> None:
    """It is what came of something, not what was done; an input may be long, for only its digest is kept."""
    assert outcome_of(outcome_text("x" * (LONGEST_OUTCOME - 2))) == "x" * (LONGEST_OUTCOME - 2)
    with pytest.raises(InvalidInput) as raised:
        outcome_text("x" * (LONGEST_OUTCOME - 1))
    assert (raised.value.field, raised.value.code) == ("outcome", "text_too_long")
    assert a_run("x" * LONGEST_OUTCOME * 2).given_hash != a_run("x" * LONGEST_OUTCOME).given_hash


@pytest.mark.parametrize("key", ["", "  ", "x" * 256, "a\nb", "a\0b", 7])
def test_a_key_is_one_line(key: str) -> None:
    """Of 1 to 255 characters."""
    with pytest.raises(InvalidInput) as raised:
        a_run(key=key)
    assert raised.value.field == "key"


def test_a_key_is_that_of_whoever_asked() -> None:
    """The same key of another user, a contact, another contact, the scheduler, or elsewhere is another one."""
    elsewhere = OrganizationId(new_id())
    actors = [
        EVA,
        Actor.user(ORGANIZATION, UserId(new_id())),
        Actor.user(elsewhere, USER),
        Actor.contact(ORGANIZATION, "a"),
        Actor.contact(ORGANIZATION, "b"),
        Actor.invitee(ORGANIZATION, "a"),
        Actor.system(ORGANIZATION),
    ]
    runs = [a_run(actor=actor) for actor in actors]
    assert len({run.key_hash for run in runs}) == len({run.given_hash for run in runs}) == len(actors)
    assert a_run(key="other").key_hash != a_run().key_hash
    assert a_run(key=" key ").key_hash == a_run().key_hash


def test_nothing_of_key_and_input_can_be_read() -> None:
    """The digest of an input that could be guessed is another one for each key."""
    assert a_run("yes").given_hash != a_run("yes", key="other").given_hash
    assert "yes" not in repr(a_run("yes"))
    assert a_run("yes").outcome == ""


def test_the_order_of_names_is_no_other_input() -> None:
    """Everything else is, down to the type."""
    assert a_run({"a": 1, "b": 2}).given_hash == a_run({"b": 2, "a": 1}).given_hash
    some_id = UUID(int=7)
    different: list[object] = [None, 1, True, "1", [1], (1,), {"1": 1}, b"1", some_id, some_id.hex]
    different += [date(2026, 10, 5), "2026-10-05", NOW, {}, [], (), {"id": some_id.hex}]
    assert len({a_run(each).given_hash for each in different}) == len(different)


def test_the_outcome_is_for_the_same_input() -> None:
    """With another one, the key is refused."""
    done = evolve(a_run("yes"), outcome=outcome_text([USER]))
    assert outcome_again(done, a_run("yes")) == [USER]
    with pytest.raises(InvalidInput) as raised:
        outcome_again(done, a_run("no"))
    assert (raised.value.field, raised.value.code) == ("key", "key_of_other_input")
