"""The replacements for `attrs.evolve` and constructors on hot paths."""

import pytest
from attrs import NOTHING, evolve, fields, frozen
from attrs.exceptions import FrozenInstanceError

from worktraq.core.entries import Expense, State, TimeEntry
from worktraq.core.events import Event
from worktraq.core.replacing import maker, replacer
from worktraq.testing.builders import a_time_entry, an_event, an_expense
from worktraq.testing.firms import a_firm

FIRM = a_firm()


def test_it_gives_what_evolve_gives() -> None:
    """For both kinds of item, and without touching the one it was given."""
    entry, expense = a_time_entry(FIRM.activity), an_expense(FIRM.activity)
    before = evolve(entry)
    replaced = replacer(TimeEntry, "state", "version")(entry, State.APPROVED, 7)
    assert replaced == evolve(entry, state=State.APPROVED, version=7)
    assert type(replaced) is TimeEntry
    assert entry == before
    assert replacer(Expense, "note")(expense, "Lunch") == evolve(expense, note="Lunch")


def test_a_maker_gives_what_the_constructor_gives() -> None:
    """From all values in order, or from some with the defaults of the others."""
    event, entry = an_event(FIRM.organization.id, FIRM.customer.id), a_time_entry(FIRM.activity)
    values = [getattr(event, field.name) for field in fields(Event)]
    assert maker(Event)(*values) == event
    needed = [field.name for field in fields(TimeEntry) if field.default is NOTHING]
    given = {name: getattr(entry, name) for name in needed}
    assert maker(TimeEntry, *needed)(*given.values()) == TimeEntry(**given)


def test_what_is_made_is_frozen() -> None:
    """Nobody ever holds the form in which it was filled."""
    made = replacer(TimeEntry, "version")(a_time_entry(FIRM.activity), 2)
    with pytest.raises(FrozenInstanceError):
        made.version = 3  # type: ignore[misc]  # which is the point


@frozen(slots=False)
class WithoutSlots:
    """A frozen class whose instances keep a dictionary."""

    name: str


def test_class_with_another_layout_is_refused() -> None:
    """It says so when the function is made, not when an entity is."""
    with pytest.raises(TypeError):
        maker(WithoutSlots)
