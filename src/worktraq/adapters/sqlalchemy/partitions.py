"""Partitions by organization on PostgreSQL: each table is split by the hash of the organization.

Every key leads with the organization, so a statement reads the one partition that holds the rows of its organization. A schema
keeps the number of partitions that it was made with; a later revision reads it from the catalog.
"""

from sqlalchemy import Connection

PARTITIONS = "worktraq_partitions"
"""Among the attributes of Alembic's configuration: how many partitions a new schema gets; for a host that runs Alembic itself."""
BY_ORGANIZATION = "HASH (organization_id)"
_COUNTED = """
SELECT (SELECT count(*) FROM pg_inherits WHERE inhparent = c.oid) FROM pg_class c
WHERE c.oid = to_regclass('worktraq_organization')
"""


def partitions_of(connection: Connection) -> int | None:
    """How many partitions each table has; 0 where none is split, None where there is no schema yet."""
    if connection.dialect.name != "postgresql":
        return 0
    count = connection.exec_driver_sql(_COUNTED).scalar()
    return None if count is None else int(count)


def partition(table: str, number: int, partitions: int) -> str:
    """The statement that makes one of the partitions of a table."""
    return (
        f"CREATE TABLE {table}_p{number} PARTITION OF {table}"
        f" FOR VALUES WITH (MODULUS {partitions}, REMAINDER {number})"
    )
