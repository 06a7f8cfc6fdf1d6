"""Values go to JSON and come back the same, and nothing else comes in."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import NewType
from uuid import UUID

import pytest
from attrs import frozen
from cattrs import StructureHandlerNotFoundError
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.calendar import Period
from worktraq.core.money import Money, Rate
from worktraq.errors import InvalidInput, Parameter, Reason
from worktraq.serialization import converter, from_json, to_json

LineId = NewType("LineId", UUID)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "BHD", "CLF"])
DATES = st.dates(date(1900, 1, 1), date(2999, 12, 31))


class Colour(StrEnum):
    """A choice, as entities have them."""

    RED = "red"
    BLUE = "blue"


@frozen
class Line:
    """One of each kind of value that the core knows."""

    line_id: LineId
    on: date
    at: datetime
    starts: time | None
    minutes: int
    is_billable: bool
    colour: Colour
    amount: Money
    rate: Rate | None
    share: Decimal
    note: str | None
    answer: int | str


@frozen
class Sheet:
    """Values within values."""

    period: Period
    lines: tuple[Line, ...]
    ends: tuple[date, int]
    tags: frozenset[str]
    by_name: Mapping[str, LineId]
    reasons: tuple[Reason, ...]
    previous: "Sheet | None" = None


MONEY = st.builds(Money.from_minor, st.integers(-(10**15), 10**15), CURRENCIES)
RATES = st.builds(Rate.from_ten_thousandths, st.integers(0, 10**12), CURRENCIES)
PARAMETERS: st.SearchStrategy[tuple[tuple[str, Parameter], ...]]
PARAMETERS = st.lists(st.tuples(NAMES, st.integers() | NAMES), max_size=2).map(tuple)
LINES = st.builds(
    Line,
    line_id=st.uuids().map(LineId),
    on=DATES,
    at=st.datetimes(timezones=st.just(UTC)),
    starts=st.none() | st.times(),
    minutes=st.integers(),
    is_billable=st.booleans(),
    colour=st.sampled_from(Colour),
    amount=MONEY,
    rate=st.none() | RATES,
    share=st.decimals(allow_nan=False, allow_infinity=False),
    note=st.none() | NAMES,
    answer=st.integers() | NAMES,
)
SHEETS = st.builds(
    Sheet,
    period=DATES.filter(lambda first: first.year < 2999).map(lambda first: Period(first, first + timedelta(days=30))),
    lines=st.lists(LINES, max_size=3).map(tuple),
    ends=st.tuples(DATES, st.integers()),
    tags=st.frozensets(NAMES, max_size=3),
    by_name=st.dictionaries(NAMES, st.uuids().map(LineId), max_size=2),
    reasons=st.lists(st.builds(Reason, NAMES, PARAMETERS), max_size=2).map(tuple),
)


@given(SHEETS, st.none() | SHEETS)
def test_value_comes_back_the_same(sheet: Sheet, previous: Sheet | None) -> None:
    """Whatever the core can hold survives the way to JSON and back."""
    whole = Sheet(sheet.period, sheet.lines, sheet.ends, sheet.tags, sheet.by_name, sheet.reasons, previous)
    assert from_json(to_json(whole), Sheet) == whole


@given(SHEETS)
def test_text_comes_back_the_same(sheet: Sheet) -> None:
    """One value has one text, so that digests of it can be compared."""
    text = to_json(sheet)
    assert to_json(from_json(text, Sheet)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Money("12.50", "EUR"), '{"amount":"12.50","currency":"EUR"}'),
        (Money(-7, "JPY"), '{"amount":"-7","currency":"JPY"}'),
        (Money("0.001", "BHD"), '{"amount":"0.001","currency":"BHD"}'),
        (Money.from_minor(10**15, "EUR"), '{"amount":"10000000000000.00","currency":"EUR"}'),
        (Rate("95", "EUR"), '{"amount":"95.0000","currency":"EUR"}'),
        (UUID(int=7), '"00000000-0000-0000-0000-000000000007"'),
        (date(2026, 10, 5), '"2026-10-05"'),
        (datetime(2026, 10, 5, 14, 5, tzinfo=UTC), '"2026-10-05T14:05:00+00:00"'),
        (datetime(2026, 10, 5, 14, 5, tzinfo=timezone(timedelta(hours=2))), '"2026-10-05T12:05:00+00:00"'),
        (Decimal("1.10"), '"1.10"'),
        (Colour.RED, '"red"'),
        ({"b": 1, "a": (Colour.BLUE, None, True)}, '{"a":["blue",null,true],"b":1}'),
        (frozenset({"c", "a", "b"}), '["a","b","c"]'),
        (frozenset({date(2026, 2, 1), date(2026, 1, 1)}), '["2026-01-01","2026-02-01"]'),
        ("é€", '"é€"'),
    ],
)
def test_text_of_a_value(value: object, text: str) -> None:
    """Names in order, no blanks, nothing that a reader could take for a float."""
    assert to_json(value) == text


@pytest.mark.parametrize("value", [1.5, [0.1], {"a": float("nan")}, float("inf")])
def test_float_is_not_written(value: object) -> None:
    """It is not exact, so it must be a mistake."""
    with pytest.raises(TypeError):
        to_json(value)


def test_naive_instant_is_not_written() -> None:
    """It could be any of 24 hours."""
    with pytest.raises(InvalidInput) as caught:
        to_json(datetime.fromisoformat("2026-10-05T14:05:00"))
    assert caught.value.code == "instant_naive"


@pytest.mark.parametrize(
    ("text", "cls"),
    [
        ('"12"', int),
        ("true", int),
        ("1", bool),
        ("5", str),
        ("null", str),
        ("1", Colour),
        ("5", list[int]),
        ('[1,"2"]', tuple[int, ...]),
        ('["a"]', Mapping[str, str]),
        ('"green"', Colour),
        ('"abc"', tuple[str, ...]),
        ('{"a":1}', list[str]),
        ('"abc"', frozenset[str]),
        ('["2026-10-05"]', tuple[date, int]),
        ('"20261005"', date),
        ('"2026-10-05T00:00:00"', date),
        ('"2026-02-30"', date),
        ('"yesterday"', datetime),
        ("20261005", date),
        ('"12"', UUID),
        ('"NaN"', Decimal),
        ('"one"', Decimal),
        ("1", Decimal),
        ('"12.50 EUR"', Money),
        ('{"amount":12,"currency":"EUR"}', Money),
        ('{"amount":"12","currency":"EUR","minor":1200}', Rate),
        ("true", int | str),
        ("[]", Period),
    ],
)
def test_value_of_another_type_is_refused(text: str, cls: type) -> None:
    """Nothing is turned into what it is not."""
    with pytest.raises(InvalidInput) as caught:
        from_json(text, cls)
    assert {problem.code for problem in caught.value.problems} <= {"value_malformed", "name_unknown"}


@pytest.mark.parametrize("text", ["", "{", "1.5", "NaN", '{"a":1e3}', "[" * 100_000])
def test_text_that_is_no_json_of_ours_is_refused(text: str) -> None:
    """Fractions stand in texts, so that they stay exact; depth does not exhaust the stack."""
    with pytest.raises(InvalidInput) as caught:
        from_json(text, Decimal)
    assert caught.value.code == "json_malformed"


@pytest.mark.parametrize(
    ("text", "cls", "code"),
    [
        ('"2026-10-05T14:05:00"', datetime, "instant_naive"),
        ('{"amount":"12.501","currency":"EUR"}', Money, "amount_too_precise"),
        ('{"first":"2026-10-05","until":"2026-10-05"}', Period, "period_empty"),
    ],
)
def test_rule_of_the_core_holds_on_the_way_in(text: str, cls: type, code: str) -> None:
    """The core's own code says what is wrong."""
    with pytest.raises(InvalidInput) as caught:
        from_json(text, cls)
    assert caught.value.code == code


def test_every_problem_is_named_with_its_place() -> None:
    """Somebody who sends JSON by hand finds all mistakes in one go."""
    text = '[{"first":"2026-10-05","until":"soon"},{"first":5,"last":"2026-10-06"}]'
    with pytest.raises(InvalidInput) as caught:
        from_json(text, list[Period])
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [
        ("[0].until", "value_malformed"),
        ("[1].first", "value_malformed"),
        ("[1].until", "value_missing"),
        ("[1].last", "name_unknown"),
    ]


def test_problem_of_the_core_keeps_its_field_and_gets_a_place() -> None:
    """The field is the core's, the place says which of many."""
    with pytest.raises(InvalidInput) as caught:
        from_json('[{"amount":"12.501","currency":"EUR"}]', list[Money])
    problem = caught.value.problems[0]
    assert (problem.field, problem.place) == ("amount", "[0]")


def test_unsupported_type_is_the_caller_s_mistake() -> None:
    """Nobody who sent a good text should hear that it is wrong."""
    with pytest.raises(StructureHandlerNotFoundError):
        from_json("1", object)


def test_converter_is_made_once() -> None:
    """Making its hooks costs more than using them."""
    assert converter() is converter()
