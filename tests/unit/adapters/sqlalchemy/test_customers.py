"""Customers in a database: what orders them, and how those that were there before get it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import copy

import pytest
from attrs import evolve
from sqlalchemy import Engine, create_engine, event, text

from tests.conformance.databases import configured
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.sqlalchemy.migrating import migrate, take_back
from worktraq.core.customers import Customer, CustomerKind, CustomerSort, place_in_list
from worktraq.core.paging import PageRequest, read_cursor
from worktraq.testing.builders import a_customer
from worktraq.testing.contracts.base import reading, writing
from worktraq.testing.contracts.paging import NAMES
from worktraq.testing.firms import Firm, stored_firm

NUMBERS = ("9", "10", "K-9", "K-10", "k-010", "0", "00", "É-2", "²", "")
MANY = 1_010
"""More than two batches of the revision that fills the columns."""


@pytest.fixture(params=["sqlite", *(server.name for server in configured())])
def engine(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> Iterator[Engine]:
    """Of a database with the schema of this version."""
    if request.param == "sqlite":
        opened = create_engine(f"sqlite:///{copy(migrated, tmp_path / 'hours.db')}")
        yield opened
        opened.dispose()
        return
    server = next(server for server in configured() if server.name == request.param)
    with server.database() as database:
        opened = create_engine(database.url)
        SqlStore(opened).migrate()
        yield opened
        opened.dispose()


def customers_of(firm: Firm, number: int) -> list[Customer]:
    """Customers with names, numbers and places that are hard to order."""
    found = []
    for at in range(number):
        customer = a_customer(firm.id, NAMES[at % len(NAMES)], city=NAMES[at % 7] if at % 3 else "")
        data = evolve(customer.data, number=f"{NUMBERS[at]}" if at < len(NUMBERS) else f"R{at}", vat_number="NL1B01")
        found.append(evolve(customer, data=data))
    private = evolve(found[-1].data, kind=CustomerKind.PRIVATE, first_name="Zoë", last_name="Ågren", number="P1")
    return [*found[:-1], evolve(found[-1], data=private)]


def what_follows(engine: Engine) -> Sequence[object]:
    """The columns that follow from the others, of every customer."""
    query = "SELECT id, search_key, search_text, number_order, place_order FROM worktraq_customer ORDER BY id"
    with engine.connect() as connection:
        return connection.execute(text(query)).all()


def test_customers_of_an_earlier_version_are_ordered_as_new_ones(engine: Engine) -> None:
    """Down to the revision before and up again, in two organizations and more than one batch."""
    store = SqlStore(engine)
    stored_firm(store, "Elsewhere")
    firm = stored_firm(store)
    with writing(store, firm) as uow:
        uow.customers.add(*customers_of(firm, MANY))
    before = what_follows(engine)
    with engine.begin() as connection:
        take_back(connection, "worktraq_0002")
    with engine.begin() as connection:
        migrate(connection)
    assert what_follows(engine) == before
    with reading(store, firm) as uow:
        for sort in CustomerSort:
            found = list(uow.customers.page(PageRequest(1000), sort=sort))
            is_descending = sort is CustomerSort.NEWEST
            assert found == sorted(found, key=lambda each: place_in_list(each, sort), reverse=is_descending)


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        (CustomerSort.NAME, "INDEX ix_worktraq_customer_search"),
        (CustomerSort.NUMBER, "INDEX ix_worktraq_customer_number"),
        (CustomerSort.PLACE, "INDEX ix_worktraq_customer_place"),
        (CustomerSort.NEWEST, "PRIMARY KEY"),
    ],
)
def test_every_order_goes_along_an_index(tmp_path: Path, migrated: Path, sort: CustomerSort, index: str) -> None:
    """The first page and the ones behind it; nothing is sorted, before anybody counted the rows."""
    engine = create_engine(f"sqlite:///{copy(migrated, tmp_path / 'hours.db')}")
    store = SqlStore(engine)
    firm = stored_firm(store)
    statements: list[tuple[str, tuple[object, ...]]] = []
    event.listen(
        engine,
        "before_cursor_execute",
        lambda _connection, _cursor, sql, parameters, *_: statements.append((sql, parameters)),
    )
    with reading(store, firm) as uow:
        first = uow.customers.page(PageRequest(1), sort=sort)
        assert first.next is not None
        uow.customers.page(PageRequest(1, read_cursor(first.next)), sort=sort)
    pages = [each for each in statements if "ORDER BY" in each[0]]
    with engine.connect() as connection:
        plans = [
            [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)]
            for sql, parameters in pages
        ]
    engine.dispose()
    assert len(plans) == 2
    for plan in plans:
        assert len(plan) == 1, plan
        assert f"USING {index} " in plan[0]
