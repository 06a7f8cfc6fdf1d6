"""Taking an organization from one database to another. Every table leads with it, so its rows are whole in themselves."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select

from worktraq.adapters.sqlalchemy.databases import Database
from worktraq.adapters.sqlalchemy.organizations import organization_table
from worktraq.adapters.sqlalchemy.schema import ID, metadata
from worktraq.adapters.sqlalchemy.streams import BATCH
from worktraq.core.ids import OrganizationId
from worktraq.errors import NotFound


def copy_rows(
    organization_id: OrganizationId, source: tuple[Connection, Database], target: tuple[Connection, Database]
) -> None:
    """Copy all rows of an organization, those that are referred to first; both databases have the newest schema.

    Raises:
        NotFound: When there is no such organization.
    """
    (reading, read), (writing, written) = source, target
    here = organization_table.c.organization_id == read.packed(organization_id)
    if reading.scalar(select(organization_table.c.organization_id).where(here)) is None:
        raise NotFound("organization")
    for table in metadata.sorted_tables:
        mine = select(table).where(table.c.organization_id == read.packed(organization_id))
        rows = reading.execute(mine, execution_options={"yield_per": BATCH})
        for batch in rows.mappings().partitions():
            writing.execute(insert(table), [_row(table, row, read, written) for row in batch])


def remove_rows(organization_id: OrganizationId, connection: Connection, database: Database) -> None:
    """Remove all rows of an organization, those that are referred to last."""
    for table in reversed(metadata.sorted_tables):
        connection.execute(delete(table).where(table.c.organization_id == database.packed(organization_id)))


def _row(table: Table, row: RowMapping, read: Database, written: Database) -> Mapping[str, object]:
    if read.has_native_ids == written.has_native_ids:
        return {column.name: row[column.name] for column in table.columns}
    return {column.name: _cell(row[column.name], column.type is ID, read, written) for column in table.columns}


def _cell(cell: object, is_id: bool, read: Database, written: Database) -> object:
    if not is_id or cell is None:
        return cell
    assert isinstance(cell, bytes | UUID)
    return written.packed(read.unpacked(cell))
