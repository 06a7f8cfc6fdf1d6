"""A digest changes with whatever is shown, and with nothing else."""

from datetime import date, timedelta
from uuid import UUID

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from worktraq.core.audit import first_broken, sealed
from worktraq.core.events import Event
from worktraq.core.ids import ItemId
from worktraq.core.money import Money
from worktraq.core.signoff import Line, digest_of
from worktraq.testing import strategies

LINES = st.builds(
    Line,
    item_id=strategies.ids().map(ItemId),
    on=st.dates(date(2026, 10, 1), date(2026, 10, 5)),
    activity=strategies.lines(40),
    note=strategies.notes(),
    minutes=st.one_of(st.none(), st.integers(1, 1440)),
    amount=st.one_of(st.none(), strategies.amounts()),
)
SHEETS = st.lists(LINES, max_size=8, unique_by=lambda line: line.item_id)


@st.composite
def changed_lines(draw: st.DrawFn) -> tuple[Line, Line]:
    """A line, and the same one with one shown thing changed."""
    line = draw(LINES)
    field = draw(st.sampled_from(("on", "activity", "note", "minutes", "amount", "item_id")))
    values: dict[str, st.SearchStrategy[object]] = {
        "on": st.just(line.on + timedelta(days=1)),
        "activity": strategies.lines(40),
        "note": strategies.notes(),
        "minutes": st.one_of(st.none(), st.integers(1, 1440)),
        "amount": st.one_of(st.none(), strategies.amounts()),
        "item_id": strategies.ids(),
    }
    return line, evolve(line, **{field: draw(values[field])})  # type: ignore[arg-type]  # the value fits the field


@given(SHEETS, changed_lines())
def test_any_change_of_a_shown_line_changes_the_digest(others: list[Line], pair: tuple[Line, Line]) -> None:
    """Whatever else is on the sheet."""
    line, other = pair
    assume(line != other)
    assume(not {line.item_id, other.item_id} & {each.item_id for each in others})
    assert digest_of([*others, line]) != digest_of([*others, other])
    assert digest_of([*others, line]) != digest_of(others)


@given(st.data(), SHEETS)
def test_order_does_not_matter(data: st.DataObject, lines: list[Line]) -> None:
    """It is the same sheet."""
    assert digest_of(data.draw(st.permutations(lines))) == digest_of(lines)


def test_amount_without_cents_is_another_amount() -> None:
    """A currency with other digits does not look the same."""
    line = Line(ItemId(UUID(int=1)), date(2026, 10, 1), "", "", None, Money("1", "EUR"))
    assert digest_of([line]) != digest_of([evolve(line, amount=Money("1", "USD"))])


@given(st.lists(strategies.events(), min_size=1, max_size=8), st.data())
def test_any_other_event_breaks_the_chain(events: list[Event], data: st.DataObject) -> None:
    """At the place where it was put in."""
    chain = list(sealed(events, None))
    assert first_broken(chain) is None
    place = data.draw(st.integers(0, len(chain) - 1))
    forged = data.draw(strategies.events())
    assume(forged != chain[place].event)
    chain[place] = evolve(chain[place], event=forged)
    assert first_broken(chain) == place + 1
