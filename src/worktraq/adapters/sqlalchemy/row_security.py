"""Row level security of PostgreSQL: a second wall between organizations, kept by the database itself.

A policy on each table lets through only the rows of the organization that the transaction says it is for. It says so
with a setting that ends with the transaction, so that a connection which goes to the next one, from a pool of ours or
of a pooler between, says nothing. Two ports cross tenants: the directory reads the table of organizations, and
delivering reads and changes intents. They say that with a setting of their own, which opens these two tables only.

The owner of the tables is not bound by their policies, so that migrations see every row; the role that units of work
run under therefore has to be another one. Each transaction asks the server whether it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

from sqlalchemy import Connection

from worktraq.core.ids import OrganizationId
from worktraq.errors import AdapterError

_OWNER = "worktraq.organization_id"
_CROSSING = "worktraq.crossing"
_ORGANIZATIONS = "worktraq_organization"
_PREFIX = "worktraq_"

# Within a sub-select, a setting is read once per statement and not once per row.
_IS_OWN = f"organization_id = (SELECT NULLIF(current_setting('{_OWNER}', true), '')::uuid)"
_IS_OPEN = f"""
SELECT c.relname, c.relispartition FROM pg_class c
WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = '{_ORGANIZATIONS}'::regclass)
AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
AND starts_with(c.relname, '{_PREFIX}')
AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organization_id')
ORDER BY c.relname
"""  # noqa: S608  # made of names of our own only
_IS_ON = f"SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass('{_ORGANIZATIONS}')"  # noqa: S608  # as above

# One round trip also tells whether the policies bind the role.
_SET = f"SELECT row_security_active('{_ORGANIZATIONS}') FROM set_config(%s, %s, true)"  # noqa: S608  # as above


class Crossing(Enum):
    """What a transaction is for that belongs to no organization."""

    DIRECTORY = "directory"
    DELIVERY = "delivery"


# Claiming locks what it reads, which takes the policies of both commands.
_CROSSES = {
    _ORGANIZATIONS: (Crossing.DIRECTORY, ("SELECT",)),
    "worktraq_intent": (Crossing.DELIVERY, ("SELECT", "UPDATE")),
}


def is_on(connection: Connection) -> bool:
    """Whether the tables that are there have policies."""
    return bool(connection.exec_driver_sql(_IS_ON).scalar())


def switch_on(connection: Connection) -> None:
    """Give every table of ours its policies that has none; for the owner of the tables.

    A partition gets no policy, so that it shows nothing to whoever goes past its table.
    """
    for name, is_partition in connection.exec_driver_sql(_IS_OPEN).all():
        connection.exec_driver_sql(f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY')
        if is_partition:
            continue
        connection.exec_driver_sql(f'CREATE POLICY worktraq_own ON "{name}" USING ({_IS_OWN})')
        crossing, commands = _CROSSES.get(name, (None, ()))
        for command in commands:
            assert crossing is not None
            connection.exec_driver_sql(
                f'CREATE POLICY worktraq_crossing_{command.lower()} ON "{name}" FOR {command}'
                f" USING ((SELECT current_setting('{_CROSSING}', true)) = '{crossing.value}')"
            )


def enter(connection: Connection, organization_id: OrganizationId) -> None:
    """Say whose rows the transaction is to see, until it ends.

    Raises:
        AdapterError: With ``row_level_security_inactive`` when the role sees all rows all the same.
    """
    _set(connection, _OWNER, organization_id.hex)


def cross(connection: Connection, crossing: Crossing) -> None:
    """Say that the transaction is for all organizations, and for what.

    Raises:
        AdapterError: With ``row_level_security_inactive`` when the role sees all rows all the same.
    """
    _set(connection, _CROSSING, crossing.value)


@contextmanager
def entered(connection: Connection, organization_id: OrganizationId) -> Iterator[None]:
    """Within a transaction of the host, say whose rows are seen; afterwards, what was said before holds again.

    Where the block fails, rolling back to the savepoint takes back what was said.

    Raises:
        AdapterError: With ``row_level_security_inactive`` when the role sees all rows all the same.
    """
    before = _fetched(connection, "SELECT current_setting(%s, true)", _OWNER)
    enter(connection, organization_id)
    yield
    _set(connection, _OWNER, before or "")


def _set(connection: Connection, name: str, value: str) -> None:
    if not _fetched(connection, _SET, name, value):
        raise AdapterError("row_level_security_inactive")


def _fetched(connection: Connection, statement: str, *parameters: str) -> Any:  # noqa: ANN401  # whatever it selects
    cursor = connection.connection.cursor()
    cursor.execute(statement, parameters)
    ((found,),) = cursor.fetchall()
    return found
