"""A database of PostgreSQL that is divided by organization."""

from attrs import frozen
from sqlalchemy import Engine

from tests.conformance.databases import remove_rows
from worktraq.adapters.sqlalchemy.schema import metadata


@frozen
class Divided:
    """Tables in partitions, with policies.

    Attributes:
        owner: Who made the tables.
        application: The address under which a role comes in that owns nothing.
        role: Its name.
        partitions: How many each table has.
    """

    owner: Engine
    application: str
    role: str
    partitions: int

    def empty(self) -> None:
        """Remove every row."""
        remove_rows(self.owner, [table.name for table in reversed(metadata.sorted_tables)])
