"""What is one of a few values: every filter, order and choice of the areas below refuses any other value by name.

The use cases and the types of their parameters are read from the code, so a new one is tried too.
"""

import inspect
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import partial
from typing import get_args, get_type_hints

import pytest

from tests.unit.usecases.firm import an_office
from tests.unit.usecases.test_other_organizations import (
    Case,
    World,
    actor_of,
    area_class,
    arguments,
    ids_of,
    methods,
)
from worktraq.errors import InvalidInput
from worktraq.usecases.transaction import Transaction

AREAS = ("access", "customers", "entries", "overviews", "projects", "rates", "users")
PLAIN: Mapping[str, object] = {
    "email": "new@acme.example",
    "company_name": "New",
    "first_name": "New",
    "last_name": "New",
}


def takes_one_of_a_few(hint: object) -> bool:
    """Whether a type is an enum of texts, or holds one."""
    is_enum = isinstance(hint, type) and issubclass(hint, StrEnum)
    return is_enum or any(map(takes_one_of_a_few, get_args(hint)))


def cases() -> Iterator[Case]:
    """Every such parameter."""
    for area in AREAS:
        for method, parameters in methods(area):
            function = getattr(area_class(area), method)
            hints = get_type_hints(function, vars(sys.modules[function.__module__]))
            yield from (Case(area, method, name) for name in parameters if takes_one_of_a_few(hints[name]))
    yield Case("exports", "customers", "status")
    yield Case("exports", "requests", "sort")
    yield Case("exports", "requests", "statuses")


@pytest.fixture(scope="module")
def world() -> World:
    """A firm at work; every call on it is refused."""
    office = an_office()
    own = ids_of(office, office.firm)
    return office, own, own


def call(case: Case, given: Mapping[str, object], tx: Transaction) -> object:
    """The use case, with these arguments."""
    return getattr(getattr(tx, case.area), case.method)(**given)


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_value_that_is_none_of_the_choices_is_named(case: Case, world: World) -> None:
    """As from an address that somebody typed, or a form of an older version."""
    office, own, _ = world
    parameters = dict(methods(case.area))[case.method]
    plain = {name: value for name, value in PLAIN.items() if name in parameters and is_needed(parameters[name])}
    rest = {name: each for name, each in parameters.items() if name not in plain}
    takes_several = case.parameter in ("by", "states", "statuses")
    wrong: object = ["nonsense"] if takes_several else "nonsense"
    given = {**arguments(rest, case, own, own), **plain, case.parameter: wrong}
    with office.nothing_changes():
        error = office.refuses(actor_of(office, case), partial(call, case, given), InvalidInput)
    assert (error.field, error.code) == (case.parameter, "choice_unknown")


def is_needed(parameter: inspect.Parameter) -> bool:
    """Whether a call cannot do without it."""
    return parameter.default is inspect.Parameter.empty
