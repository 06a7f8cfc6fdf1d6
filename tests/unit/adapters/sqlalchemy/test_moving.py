"""Organizations that move from one store to another."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import Engine

from tests.conformance.databases import configured
from tests.rows import Rows, fill, rows_in, tables_in
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.sqlalchemy.schema import metadata
from worktraq.core.ids import OrganizationId
from worktraq.errors import Conflict, InvalidInput, NotFound
from worktraq.testing.builders import a_time_entry, new_id
from worktraq.testing.contracts.base import reading, writing
from worktraq.testing.firms import stored_firm

KINDS = ["sqlite", *(server.name for server in configured())]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[dict[str, SqlStore]]:
    """One store of each kind, and a second one on SQLite."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("moving")
        urls = {name: f"sqlite:///{copy(migrated, folder / f'{name}.db')}" for name in ("sqlite", "elsewhere")}
        urls |= {server.name: stack.enter_context(server.database()).url for server in configured()}
        opened = {name: SqlStore.from_url(url) for name, url in urls.items()}
        for name, store in opened.items():
            stack.callback(store.close)
            if not urls[name].startswith("sqlite"):
                store.migrate()
        yield opened


def everything(engine: Engine) -> Rows:
    """What stands in a database."""
    with engine.connect() as connection:
        return rows_in(connection)


@pytest.mark.requirement("B-08")
def test_rows_of_every_table_go_with_it(stores: dict[str, SqlStore]) -> None:
    """Of the organization that moves; those of the other one stay where they are."""
    here, there = stores["sqlite"], stores["elsewhere"]
    moving, staying = OrganizationId(new_id()), OrganizationId(new_id())
    with here.engine.begin() as connection:
        fill(connection, tables_in(connection), moving)
        of_one = rows_in(connection)
        fill(connection, tables_in(connection), staying)
    here.copy_organization(moving, there)
    here.remove_organization(moving)
    assert set(of_one) == set(metadata.tables)
    assert everything(there.engine) == of_one
    with pytest.raises(Conflict) as refused:
        there.copy_organization(moving, there)
    assert refused.value.code == "already_exists"
    there.remove_organization(moving)
    here.copy_organization(staying, there)
    here.remove_organization(staying)
    assert not any(everything(here.engine).values())
    there.remove_organization(staying)
    assert not any(everything(there.engine).values())


def test_what_is_not_there_is_not_copied(stores: dict[str, SqlStore]) -> None:
    """Whoever mistakes the store is told so, before the note of where the organization is says something wrong."""
    with pytest.raises(NotFound) as missing:
        stores["sqlite"].copy_organization(OrganizationId(new_id()), stores["elsewhere"])
    assert missing.value.kind == "organization"


def test_what_is_no_id_is_neither_copied_nor_removed(stores: dict[str, SqlStore]) -> None:
    """Such as the text that one is written as."""
    text = str(new_id())
    with pytest.raises(InvalidInput):
        stores["sqlite"].copy_organization(text, stores["elsewhere"])  # type: ignore[arg-type]  # what is wrong
    with pytest.raises(InvalidInput):
        stores["sqlite"].remove_organization(text)  # type: ignore[arg-type]  # likewise


@pytest.mark.requirement("B-08")
@pytest.mark.parametrize("kind", KINDS)
def test_it_can_move_to_another_kind_of_database(stores: dict[str, SqlStore], kind: str) -> None:
    """And back; it is worked with on either side."""
    here, there = stores["elsewhere"], stores[kind]
    firm = stored_firm(here)
    for before, after in ((here, there), (there, here)):
        before.copy_organization(firm.id, after)
        before.remove_organization(firm.id)
        entry = a_time_entry(firm.activity)
        with writing(after, firm) as uow:
            uow.items.add(entry)
        with reading(after, firm) as uow:
            assert (uow.items.find(entry.id), uow.users.find(firm.admin.id)) == (entry, firm.admin)
        with reading(before, firm) as uow:
            assert uow.organizations.find() is None
    here.remove_organization(firm.id)
