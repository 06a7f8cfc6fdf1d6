from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worktraq.adapters.sqlalchemy import cells
from worktraq.core.text import fold


@given(st.uuids())
def test_an_id_is_what_the_plain_constructor_gives(given: UUID) -> None:
    """The short way around the constructor makes an equal id with all its parts, which cannot be changed either."""
    made = cells.id_of(given.bytes)
    assert (made, made.int, made.is_safe, hash(made), str(made)) == (
        given,
        given.int,
        given.is_safe,
        hash(given),
        str(given),
    )
    with pytest.raises(TypeError):
        made.int = 0  # type: ignore[misc]  # that it cannot be done is what is tested


@given(st.uuids())
def test_an_id_of_a_batch_is_made_once(given: UUID) -> None:
    """Rows that refer to the same thing share its id."""
    ids = cells.Ids()
    assert ids[given.bytes] == given
    assert ids[given.bytes] is ids[given.bytes]
    assert ids[None] is None


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_a_day_comes_back_from_its_number(day: date) -> None:
    """The number reads as the day does, so that it sorts and groups by month."""
    number = cells.day_number(day)
    assert str(number) == day.strftime("%Y%m%d")
    assert cells.day_numbers[day] == number
    assert cells.days[number] == day


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_to_the_microsecond(at: datetime) -> None:
    """Nothing goes through a float."""
    number = cells.microseconds_of(at)
    assert timedelta(microseconds=number) == at - cells.EPOCH
    assert cells.Instants()[number] == at


@given(st.none() | st.times())
def test_a_time_of_day_comes_back(at: time | None) -> None:
    """To the microsecond, or None."""
    assert cells.time_of(cells.time_number(at)) == at


@given(st.lists(st.tuples(st.text(), st.text() | st.integers())))
def test_named_values_come_back(pairs: list[tuple[str, str | int]]) -> None:
    """In their order, each with its type."""
    assert cells.pairs_of(cells.listed_pairs(pairs)) == tuple(pairs)


@given(st.lists(st.uuids()))
def test_ids_come_back_in_their_order(ids: list[UUID]) -> None:
    """Also twice the same."""
    assert cells.ids_of(cells.listed_ids(ids)) == tuple(ids)


def test_a_key_that_is_too_long_stays_unique() -> None:
    """Folding can make eighteen letters of one; what does not fit is told apart by its digest."""
    longest = fold("\ufdfa" * 200)
    one, other = cells.bounded(longest + "a"), cells.bounded(longest + "b")
    assert len(longest) > cells.KEY_LENGTH
    assert len(one) <= cells.KEY_LENGTH
    assert one != other


def test_a_key_that_fits_stays_as_it_is() -> None:
    """So that lists are in order of names."""
    assert cells.bounded("a" * cells.KEY_LENGTH) == "a" * cells.KEY_LENGTH
