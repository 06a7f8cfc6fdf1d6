"""Everything in a database: SQLite, PostgreSQL or MariaDB, through SQLAlchemy Core."""

from worktraq.adapters.sqlalchemy.migrating import VERSION_LOCATION, is_of_the_host
from worktraq.adapters.sqlalchemy.store import SqlStore

__all__ = ["VERSION_LOCATION", "SqlStore", "is_of_the_host"]
