"""That no statement reaches a table without saying of which organization."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, delete, insert, null, select, update
from sqlalchemy.engine.interfaces import Dialect

import worktraq.adapters.sqlalchemy as adapter
from worktraq.adapters.sqlalchemy.audit import _events
from worktraq.adapters.sqlalchemy.changes import Change, Insertion
from worktraq.adapters.sqlalchemy.customers import _customers, customer_table
from worktraq.adapters.sqlalchemy.databases import Database
from worktraq.adapters.sqlalchemy.entries import ITEMS, item_table
from worktraq.adapters.sqlalchemy.imports import IMPORT_LINKS
from worktraq.adapters.sqlalchemy.locks import RowLock
from worktraq.adapters.sqlalchemy.members import Members
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import (
    SIZES,
    ByKeys,
    Compiler,
    Prepared,
    WithoutOrganization,
    is_among,
    require_organization,
)
from worktraq.testing.builders import an_organization, new_id

_i, _c = item_table.c, customer_table.c
DIALECTS = {name: create_engine(f"{name}://").dialect for name in ("sqlite", "postgresql+psycopg", "mariadb+pymysql")}


def prepared_in(thing: object) -> Iterator[Prepared]:
    """The prepared statements in something that a module holds."""
    match thing:
        case Prepared():
            yield thing
        case ByKeys():
            yield from (thing._prepared(size) for size in thing.sizes[:2])
        case Insertion():
            yield thing.by_row
        case Change():
            yield from (thing.by_row, thing.by_arrays, thing.by_document)
        case Members():
            for each in (thing._insertion, thing._found, thing._removed):
                yield from prepared_in(each)
        case RowLock():
            yield from (thing._reading, thing._touching)
        case tuple():
            for each in thing:
                yield from prepared_in(each)


def all_prepared() -> Iterator[tuple[str, Prepared]]:
    """Every prepared statement of the adapter, with where it stands."""
    for module in pkgutil.iter_modules(adapter.__path__):
        if module.ispkg:
            continue
        for name, thing in vars(importlib.import_module(f"{adapter.__name__}.{module.name}")).items():
            for number, prepared in enumerate(prepared_in(thing)):
                yield f"{module.name}.{name}.{number}", prepared
            if isinstance(thing, Shelf):
                yield f"{module.name}.{name}.insertion", thing.insertion.by_row
            if isinstance(thing, Shelf) and {"id", "version"} <= set(thing.table.c.keys()):
                for number, prepared in enumerate(prepared_in((thing.one, thing.many, thing.change))):
                    yield f"{module.name}.{name}.change.{number}", prepared
                yield f"{module.name}.{name}.delete", thing.delete


PREPARED = dict(all_prepared())


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_every_prepared_statement_names_the_organization(dialect: str) -> None:
    """It compiles, which checks that it does, and has a mark for it."""
    compiler = Compiler(DIALECTS[dialect])
    for where, prepared in PREPARED.items():
        assert OWNER.key in compiler[prepared].names, where


def test_the_statements_were_found() -> None:
    """The test above looks at something."""
    assert len(PREPARED) > 100


@pytest.mark.parametrize(
    "statement",
    [
        select(_i.id),
        select(_i.id).where(_i.id == new_id().bytes),
        select(_i.id).where(_i.organization_id == b"of somebody else"),
        select(_i.id).join(customer_table, _c.id == _i.customer_id).where(_i.organization_id == OWNER),
        select(_i.id).join(customer_table, _c.organization_id == _i.organization_id),
        select(_i.id).where(_i.organization_id == OWNER, _i.customer_id.in_(select(_c.id).where(_c.is_internal))),
        update(item_table).values(note=""),
        delete(item_table).where(_i.id == b""),
    ],
    ids=["all", "by id", "of another", "joined loosely", "joined but free", "within", "update", "delete"],
)
def test_a_statement_without_an_organization_is_impossible(statement: object) -> None:
    """Every table has to be bound to the organization of the session, also one that is only joined."""
    with pytest.raises(WithoutOrganization):
        require_organization(statement)  # type: ignore[arg-type]  # all of them are statements


@pytest.mark.parametrize(
    "statement",
    [
        select(_i.id).where(_i.organization_id == OWNER),
        select(_i.id).join(customer_table, _c.organization_id == _i.organization_id).where(_i.organization_id == OWNER),
    ],
    ids=["directly", "through a join"],
)
def test_a_statement_with_an_organization_is_taken(statement: object) -> None:
    """Bound directly, or by comparison with a table that is."""
    require_organization(statement)  # type: ignore[arg-type]  # all of them are statements


def test_an_insert_without_an_organization_is_impossible() -> None:
    """Also what is added belongs to the organization of the session."""
    with pytest.raises(WithoutOrganization):
        Compiler(DIALECTS["sqlite"])[Prepared(insert(customer_table).values(organization_id=null(), id=b""))]


def test_a_session_refuses_a_query_without_an_organization() -> None:
    """Before anything is sent to the database."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        session = Session(connection, Database.of(engine.dialect), an_organization().id, writes=True)
        with pytest.raises(WithoutOrganization, match="worktraq_item"):
            session.read(select(_i.id))
        with pytest.raises(WithoutOrganization, match="worktraq_item"):
            list(session.stream(select(_i.id)))
        with pytest.raises(WithoutOrganization, match="worktraq_item"):
            session.fetch(Prepared(select(_i.id)))


@pytest.mark.parametrize("count", [1, 2, 9, 513, 1_100])
def test_any_number_of_keys_is_looked_for(count: int) -> None:
    """Every key is in some batch, a batch has one of a few sizes, and what fills it up is in it already."""
    by_keys = ByKeys(lambda keys: select(_i.id).where(_i.organization_id == OWNER, _i.id.in_(keys)))
    batches = [values for _, values in by_keys.batches(range(count))]
    assert {len(batch) for batch in batches} <= set(SIZES)
    assert [key for batch in batches for key in dict.fromkeys(batch.values())] == list(range(count))


@pytest.mark.parametrize("shelf", [ITEMS, _customers, _events, IMPORT_LINKS], ids=lambda shelf: shelf.table.name)
def test_a_row_is_added_as_it_was_made(shelf: Shelf[Any]) -> None:
    """Of what is added by the thousands no row is put into another order first, which would be another tuple each."""
    assert Compiler(DIALECTS["sqlite"])[shelf.insertion.by_row].arrange is None


def test_nothing_is_among_no_cells() -> None:
    """An empty collection finds nothing, rather than everything."""
    dialect: Dialect = DIALECTS["sqlite"]
    assert str(is_among(_i.id, []).compile(dialect=dialect)) in ("false", "0 = 1", "0")
