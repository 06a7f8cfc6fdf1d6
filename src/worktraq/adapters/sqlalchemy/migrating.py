"""Bringing the schema up to date, with Alembic as a library.

A host that runs Alembic itself adds `VERSION_LOCATION` to its ``version_locations`` instead, and compares with `is_of_the_host`.
"""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from worktraq.adapters.sqlalchemy import row_security
from worktraq.adapters.sqlalchemy.databases import Database, Kind
from worktraq.adapters.sqlalchemy.partitions import PARTITIONS, partitions_of
from worktraq.adapters.sqlalchemy.schema import PREFIX
from worktraq.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPT_LOCATION = Path(__file__).parent / "migrations"
VERSION_LOCATION = SCRIPT_LOCATION / "versions"
VERSION_TABLE = "worktraq_alembic_version"
LEAST_PARTITIONS = 2
MOST_PARTITIONS = 32
"""More would need more locks in a transaction than PostgreSQL has when nobody has set it up for that."""
PATIENCE_SECONDS = 600
"""How long a table may be in use before changing it is given up."""
LONGEST_PAUSE_SECONDS = 10.0
_FIRST_PAUSE_SECONDS = 0.1
Alone = Callable[[], AbstractContextManager[Connection]]


def bring_up_to_date(alone: Alone, database: Database, partitions: int | None = None) -> None:
    """Bring the schema up to date.

    On PostgreSQL each revision is a transaction of its own, so that no table is locked for longer than its own
    change takes. There and on MariaDB, a table in use is tried for again and again.

    Args:
        alone: Opens a transaction in which nobody else changes the schema.
        database: What is particular about the database.
        partitions: As of `worktraq.adapters.sqlalchemy.SqlStore.migrate`.
    """
    with alone() as connection:
        if partitions is not None:
            _check(partitions, database, connection)
        revisions = _pending(connection) if database.kind is Kind.POSTGRESQL else ["head"]
    for revision in revisions:
        _patiently(alone, partial(migrate, revision=revision, partitions=partitions))
    if database.has_row_security:
        _patiently(alone, row_security.switch_on)


def migrate(connection: Connection, revision: str = "head", partitions: int | None = None) -> None:
    """Bring the schema up to a revision, within the transaction of the connection."""
    from alembic import command

    config = _config(connection)
    config.attributes[PARTITIONS] = partitions
    command.upgrade(config, revision)


def is_of_the_host(name: str | None, kind: str, _parents: object) -> bool:
    """The ``include_name`` of a host's own Alembic: leaves our tables out when it compares the database with its models."""
    return kind != "table" or name is None or not name.startswith(PREFIX)


def take_back(connection: Connection, revision: str = "base") -> None:
    """Bring the schema down to a revision, with all that later ones hold."""
    from alembic import command

    command.downgrade(_config(connection), revision)


def _pending(connection: Connection) -> list[str]:
    """The revisions that are missing, the oldest first."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    script = ScriptDirectory(str(SCRIPT_LOCATION))
    current = context.get_current_revision()
    return [each.revision for each in script.iterate_revisions("head", current or "base")][::-1]


def _check(partitions: int, database: Database, connection: Connection) -> None:
    if database.kind is not Kind.POSTGRESQL:
        raise InvalidInput.of("partitions", "only_on_postgresql")
    if not isinstance(partitions, int) or not LEAST_PARTITIONS <= partitions <= MOST_PARTITIONS:
        limits = {"least": LEAST_PARTITIONS, "most": MOST_PARTITIONS}
        raise InvalidInput.of("partitions", "number_out_of_range", **limits)
    if partitions_of(connection) not in (None, partitions):
        raise InvalidInput.of("partitions", "partitions_differ")


def _patiently(alone: Alone, change: Callable[[Connection], None]) -> None:
    until, pause = monotonic() + PATIENCE_SECONDS, _FIRST_PAUSE_SECONDS
    while True:
        try:
            with alone() as connection:
                change(connection)
        except Conflict as conflict:
            if not conflict.is_retryable or monotonic() > until:
                raise
            sleep(random.uniform(pause / 2, pause))  # noqa: S311  # spreads attempts, protects nothing
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        else:
            return


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPT_LOCATION).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
