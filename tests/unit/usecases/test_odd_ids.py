"""What is no id is refused as such, by every use case and before anything is done; nothing breaks inside."""

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from types import UnionType
from typing import Union, get_args, get_origin
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.usecases.cast import Cast, two_casts
from tests.unit.usecases.firm import Office
from tests.unit.usecases.test_other_organizations import AREAS, Case, methods
from tests.unit.usecases.test_roles import call_of
from worktraq.core.actors import Actor, ActorKind
from worktraq.core.entries import NewTime
from worktraq.core.ids import ActivityId, ItemId, OrganizationId
from worktraq.errors import InvalidInput, NotFound
from worktraq.testing.builders import MONDAY, new_id

ODD = st.one_of(
    st.text(),
    st.uuids().map(str),
    st.uuids().map(lambda each: each.bytes),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.lists(st.uuids()),
    st.sets(st.integers(), min_size=1),
    st.dictionaries(st.text(), st.none()),
    st.builds(object),
    st.just(UUID),
)


@cache
def the_cast() -> tuple[Office, Cast]:
    """A firm at work. Every call on it is refused."""
    office, ours, _ = two_casts()
    return office, ours


def ids_taken() -> Iterator[tuple[Case, object]]:
    """Every parameter of every use case whose type names an id, with that type."""
    for area in AREAS:
        for method, parameters in methods(area):
            for name, parameter in parameters.items():
                if "Id" in str(parameter.annotation) or "UUID" in str(parameter.annotation):
                    yield Case(area, method, name), parameter.annotation


TAKEN = dict(ids_taken())


def takes_several(annotation: object) -> bool:
    """Whether it is a collection or a mapping of ids."""
    inside = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return any(get_args(each) for each in inside)


def refused(tx: object, case: Case, value: object) -> InvalidInput:
    """What a use case raises for a value in the place of an id."""
    use_case: Callable[..., object] = getattr(getattr(tx, case.area), case.method)
    call = {**call_of(the_cast()[1], case.area, case.method), case.parameter: value}
    with pytest.raises(InvalidInput) as caught:
        use_case(**call)
    return caught.value


def test_every_id_that_is_named_so_is_found() -> None:
    """By its type; a new one that is untyped would not be looked at."""
    named = {
        Case(area, method, name)
        for area in AREAS
        for method, parameters in methods(area)
        for name in parameters
        if name.endswith(("_id", "_ids")) and name != "external_id"
    }
    assert named <= TAKEN.keys()


@given(ODD)
def test_no_use_case_takes_what_is_no_id(odd: object) -> None:
    """Neither alone nor among others: always the same error, which names the parameter."""
    office, cast = the_cast()
    with office.viewing(cast.people["administrator"]) as tx:
        for case, annotation in TAKEN.items():
            if takes_several(annotation):
                values = [[odd], iter([new_id(), odd])] if "Mapping" not in str(annotation) else [5, [odd]]
            else:
                values = [odd]
            for value in values:
                error = refused(tx, case, value)
                assert (error.field, error.code) == (case.parameter, "id_malformed"), case


@pytest.mark.parametrize("value", [5, None, object()])
def test_what_are_no_ids_at_all_are_refused_too(value: object) -> None:
    """Where several are asked for, or one that cannot be left out."""
    office, cast = the_cast()
    with office.viewing(cast.people["administrator"]) as tx:
        for case, annotation in TAKEN.items():
            if value is not None or type(None) not in get_args(annotation):
                assert refused(tx, case, value).code == "id_malformed", case


def test_ids_are_taken_as_they_are(office: Office) -> None:
    """By place or by name, one or several, also such as can be read only once; and nothing where nothing is asked."""
    item = office.time()
    with office.acting(office.eva) as tx:
        assert tx.entries.get(item.id) == tx.entries.get(item_id=item.id) == item
        (submitted,) = tx.approval.submit_items(each for each in [item.id])  # type: ignore[arg-type]  # as hosts do
        assert submitted.id == item.id
        assert tx.entries.list(customer_id=None).items
        with pytest.raises(NotFound):
            tx.entries.get(ItemId(new_id()))


def test_use_cases_look_as_they_are_written(office: Office) -> None:
    """To editors, and to whoever reads the documentation of an object."""
    from worktraq.usecases.entries import Entries

    with office.viewing(office.eva) as tx:
        entries = tx.entries
    assert isinstance(entries, Entries)
    assert (type(entries).__name__, type(entries).__doc__) == ("Entries", Entries.__doc__)
    assert inspect.signature(entries.get) == inspect.signature(Entries(entries._context).get)
    assert entries.get.__doc__ == Entries.get.__doc__


@given(ODD)
def test_values_and_actors_are_not_made_of_odd_ids(odd: object) -> None:
    """They say so where they are made."""
    organization_id = OrganizationId(new_id())
    makers: dict[str, Callable[[], object]] = {
        "organization_id": lambda: Actor.system(odd),  # type: ignore[arg-type]  # what is wrong
        "user_id": lambda: Actor(organization_id, ActorKind.USER, odd),  # type: ignore[arg-type]  # likewise
        "activity_id": lambda: NewTime(odd, MONDAY, 60),  # type: ignore[arg-type]  # likewise
        "contact_id": lambda: NewTime(ActivityId(new_id()), MONDAY, 60, contact_id=odd),  # type: ignore[arg-type]  # likewise
    }
    for field, make in makers.items():
        with pytest.raises(InvalidInput) as caught:
            make()
        assert (caught.value.field, caught.value.code) == (field, "id_malformed")


@given(ODD)
def test_engine_does_not_take_them_either(odd: object) -> None:
    """For whose organization something is done."""
    engine = the_cast()[0].engine
    acts: list[Callable[[], object]] = [
        lambda: engine.run_due(organization_id=odd),  # type: ignore[arg-type]  # what is wrong
        lambda: engine.deliver_notifications(organization_id=odd),  # type: ignore[arg-type]  # likewise
        lambda: engine.events(odd),  # type: ignore[arg-type]  # likewise
    ]
    for act in acts:
        with pytest.raises(InvalidInput) as caught:
            act()
        assert caught.value.code == "id_malformed"
