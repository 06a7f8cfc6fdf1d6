"""Opening a database by its address."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worktraq.adapters.sqlalchemy import SqlStore

_PASSWORD = re.compile(r"(://[^:/@]*):[^@]*@")


def open_store(url: str) -> "SqlStore":
    """The store behind an address, with its schema up to date.

    Raises:
        InvalidInput: For another database, or what is no address.
        AdapterError: When the database cannot be reached.
        ModuleNotFoundError: When its driver is not installed.
    """
    from worktraq.adapters.sqlalchemy import SqlStore

    store = SqlStore.from_url(url)
    store.migrate()
    return store


def without_password(url: str) -> str:
    """An address as it may be shown."""
    return _PASSWORD.sub(r"\1:***@", url)
