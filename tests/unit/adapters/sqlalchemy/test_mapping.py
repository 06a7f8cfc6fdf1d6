"""The generated functions, held against a plain way that looks at the fields of each entity."""

from collections.abc import Mapping as ReadOnly
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table

from worktraq.adapters.sqlalchemy import (
    access,
    approval,
    audit,
    cells,
    customers,
    entries,
    imports,
    notifications,
    organizations,
    projects,
    rates,
    signoff,
    users,
)
from worktraq.adapters.sqlalchemy.fields import ForeignEntity
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.core.ids import OrganizationId
from worktraq.core.money import Money, Rate
from worktraq.core.organizations import Organization
from worktraq.testing import strategies
from worktraq.testing.builders import a_user, an_expense, an_organization
from worktraq.testing.firms import Firm, a_firm

FIRM: Firm = a_firm()
CASES: ReadOnly[str, tuple[Mapping[Any], st.SearchStrategy[Any]]] = {
    "organization": (organizations._organization.mapping, strategies.organizations()),
    "billing details": (organizations._details.mapping, strategies.billing_details(FIRM)),
    "user": (users._users.mapping, strategies.users(FIRM)),
    "team": (users._teams.mapping, strategies.teams(FIRM)),
    "grant": (access._grants.mapping, strategies.grants(FIRM)),
    "customer": (customers._customers.mapping, strategies.customers(FIRM)),
    "contact": (customers._contacts.mapping, strategies.contacts(FIRM)),
    "project": (projects._projects.mapping, strategies.projects(FIRM)),
    "activity": (projects._activities.mapping, strategies.activities(FIRM)),
    "rate": (rates._rules.mapping, strategies.rate_rules(FIRM)),
    "price": (rates.PRICES.mapping, strategies.prices(an_expense(FIRM.activity))),
    "item": (entries.ITEMS.mapping, strategies.items(FIRM)),
    "decision": (approval.DECISIONS.mapping, strategies.decisions(an_expense(FIRM.activity))),
    "submission": (approval._submissions.mapping, strategies.submissions(FIRM)),
    "request": (signoff.REQUESTS.mapping, strategies.requests(FIRM, an_expense(FIRM.activity))),
    "import link": (imports.IMPORT_LINKS.mapping, strategies.import_links(FIRM)),
    "intent": (notifications._intents.mapping, strategies.intents(FIRM)),
    "event": (audit._events.mapping, strategies.events(FIRM)),
}
KINDS = pytest.mark.parametrize("kind", sorted(CASES))
FLAVOURS = pytest.mark.parametrize("is_native", [True, False], ids=["native", "packed"])


def owner_of(entity: Any) -> OrganizationId:  # noqa: ANN401  # of any kind
    """The organization of an entity, or the organization itself."""
    return entity.id if isinstance(entity, Organization) else entity.organization_id


def plainly(value: Any, mapping: Mapping[Any], *, is_native: bool, prefix: str = "") -> dict[str, Any]:  # noqa: ANN401  # of any kind
    """The cells of an entity by column, found by looking at each field."""
    found: dict[str, Any] = {}
    for field in attrs.fields(type(value)):
        cell, name = getattr(value, field.name), prefix + field.name
        if field.name in mapping._apart:
            continue
        if field.name in mapping._special:
            rule = mapping._special[field.name]
            found |= dict(zip(rule.columns, rule.dump(cell), strict=True))
        elif isinstance(cell, Money | Rate):
            number = cell.minor if isinstance(cell, Money) else cell.ten_thousandths
            part = "minor" if isinstance(cell, Money) else "ten_thousandths"
            found |= {f"{name}_{part}": number, f"{name}_currency": cell.currency}
        elif attrs.has(type(cell)):
            inner = prefix if field.name in mapping._flat else f"{name}_"
            found |= plainly(cell, mapping, is_native=is_native, prefix=inner)
        else:
            found[name] = plain_cell(cell, is_native=is_native)
    return found


def plain_cell(value: Any, *, is_native: bool) -> Any:  # noqa: ANN401  # of any kind
    """A single value as it is stored."""
    match value:
        case UUID():
            return value if is_native else value.bytes
        case StrEnum():
            return str(value)
        case bool():
            return value
        case datetime():
            return cells.microseconds_of(value)
        case date():
            return int(value.strftime("%Y%m%d"))
        case time():
            return cells.time_number(value)
        case _:
            return value


@KINDS
@FLAVOURS
@given(data=st.data())
def test_what_was_dumped_is_loaded(kind: str, is_native: bool, data: st.DataObject) -> None:
    """Every entity comes back as it was."""
    mapping, drawn = CASES[kind]
    entity = data.draw(drawn)
    functions = mapping.functions(native=is_native)
    (row,) = functions.dump([entity], owner_of(entity), "owner")
    by_name = dict(zip(functions.written, row, strict=True))
    apart = [getattr(entity, name) for name in mapping._apart]
    read = (*(by_name[name] for name in functions.read), *apart)
    assert functions.load([read], owner_of(entity)) == [entity]


@KINDS
@FLAVOURS
@given(data=st.data())
def test_a_row_is_what_the_plain_way_gives(kind: str, is_native: bool, data: st.DataObject) -> None:
    """Each column holds what looking at the fields finds; what is not there is empty. Lists are tested as cells."""
    mapping, drawn = CASES[kind]
    entity = data.draw(drawn)
    functions = mapping.functions(native=is_native)
    (row,) = functions.dump([entity], owner_of(entity), "owner")
    by_name = dict(zip(functions.written, row, strict=True))
    plain = plainly(entity, mapping, is_native=is_native)
    compared = [name for name in functions.read if name != "kind" and not isinstance(plain.get(name), tuple)]
    assert {name: by_name[name] for name in compared} == {name: plain.get(name) for name in compared}
    assert by_name["organization_id"] == "owner"


@KINDS
def test_every_column_of_a_mapping_is_in_its_table(kind: str) -> None:
    """What is written and read exists, and what must be filled is written."""
    mapping, _ = CASES[kind]
    needed = {column.name for column in mapping.table.c if not column.nullable and column.server_default is None}
    assert needed <= set(mapping.written) <= set(mapping.table.c.keys())


def test_an_entity_of_another_organization_is_refused() -> None:
    """A row is never written under an organization that the entity does not name."""
    functions = users._users.mapping.functions(native=False)
    with pytest.raises(ForeignEntity):
        functions.dump([a_user(FIRM.id)], an_organization().id, b"")


def test_a_field_without_a_rule_is_an_error() -> None:
    """A type that nobody thought of is found when the mapping is made, not when it is loaded wrong."""

    @attrs.frozen
    class Strange:
        id: UUID
        measured: float

    table = Table("strange", MetaData(), Column("id"), Column("measured"))
    with pytest.raises(TypeError, match="measured"):
        Mapping(table, Strange).functions(native=True)


def test_named_values_that_are_equal_but_not_alike_are_told_apart() -> None:
    """What was written before is remembered; True equals 1, and is written differently."""
    assert [cells.listed_pairs((("steps", value),)) for value in (1, True, 1)] == [
        '[["steps",1]]',
        '[["steps",true]]',
        '[["steps",1]]',
    ]
