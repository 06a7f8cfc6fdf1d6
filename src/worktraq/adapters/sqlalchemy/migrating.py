"""Bringing the schema up to date, with Alembic as a library.

A host that runs Alembic itself adds `VERSION_LOCATION` to its ``version_locations`` instead.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPT_LOCATION = Path(__file__).parent / "migrations"
VERSION_LOCATION = SCRIPT_LOCATION / "versions"
VERSION_TABLE = "worktraq_alembic_version"


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up to a revision, within the transaction of the connection."""
    from alembic import command

    command.upgrade(_config(connection), revision)


def take_back(connection: Connection, revision: str = "base") -> None:
    """Bring the schema down to a revision, with all that later ones hold."""
    from alembic import command

    command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPT_LOCATION).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
