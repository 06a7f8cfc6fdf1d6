"""Errors of the drivers, translated at the edge into those of worktraq.

What is raised names a code only: neither SQL nor parameters nor a password. The driver's own error is its cause.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum

from sqlalchemy import exc
from sqlalchemy.engine.interfaces import Dialect

from worktraq.errors import AdapterError, Conflict, WorktraqError


class Failure(Enum):
    """What kind of failure a driver's code stands for."""

    TAKEN = "an id or something unique is taken"
    REFERENCE = "something that is referred to is gone, or is still referred to"
    IN_THE_WAY = "another transaction was in the way"
    OUTDATED = "a table or a column is not there"
    TRANSIENT = "the database cannot be reached now, or is out of something"
    OTHER = "anything else"


# SQLSTATE of PostgreSQL; two characters stand for a whole class.
POSTGRESQL: Mapping[str, Failure] = {
    "23505": Failure.TAKEN,
    "23503": Failure.REFERENCE,
    "23001": Failure.REFERENCE,
    "40001": Failure.IN_THE_WAY,
    "40P01": Failure.IN_THE_WAY,
    "55P03": Failure.IN_THE_WAY,
    "42P01": Failure.OUTDATED,
    "42703": Failure.OUTDATED,
    "08": Failure.TRANSIENT,
    "53": Failure.TRANSIENT,
    "57": Failure.TRANSIENT,
}

MARIADB: Mapping[int, Failure] = {
    1062: Failure.TAKEN,
    1451: Failure.REFERENCE,
    1452: Failure.REFERENCE,
    1020: Failure.IN_THE_WAY,
    1205: Failure.IN_THE_WAY,
    1213: Failure.IN_THE_WAY,
    1054: Failure.OUTDATED,
    1146: Failure.OUTDATED,
    0: Failure.TRANSIENT,  # PyMySQL, when the connection was closed before
    1040: Failure.TRANSIENT,
    1053: Failure.TRANSIENT,
    1203: Failure.TRANSIENT,
    1317: Failure.TRANSIENT,
    1927: Failure.TRANSIENT,
    2002: Failure.TRANSIENT,
    2003: Failure.TRANSIENT,
    2006: Failure.TRANSIENT,
    2013: Failure.TRANSIENT,
}

SQLITE: Mapping[str, Failure] = {
    "SQLITE_CONSTRAINT_UNIQUE": Failure.TAKEN,
    "SQLITE_CONSTRAINT_PRIMARYKEY": Failure.TAKEN,
    "SQLITE_CONSTRAINT_ROWID": Failure.TAKEN,
    "SQLITE_CONSTRAINT_FOREIGNKEY": Failure.REFERENCE,
    "SQLITE_BUSY": Failure.IN_THE_WAY,
    "SQLITE_BUSY_SNAPSHOT": Failure.IN_THE_WAY,
    "SQLITE_BUSY_RECOVERY": Failure.IN_THE_WAY,
    "SQLITE_BUSY_TIMEOUT": Failure.IN_THE_WAY,
    "SQLITE_LOCKED": Failure.IN_THE_WAY,
    "SQLITE_LOCKED_SHAREDCACHE": Failure.IN_THE_WAY,
    "SQLITE_FULL": Failure.TRANSIENT,
    "SQLITE_CANTOPEN": Failure.TRANSIENT,
    "SQLITE_IOERR": Failure.TRANSIENT,
    "SQLITE_PROTOCOL": Failure.TRANSIENT,
}
# SQLite has one code for everything that is wrong with a statement; what it says about it is never translated.
_SQLITE_OUTDATED = re.compile(r"no such (table|column): |table \w+ has no column named ")


def failure_of(error: BaseException) -> Failure:
    """What kind of failure an error of a driver is."""
    number = error.args[0] if error.args else None
    if isinstance(number, int):
        return MARIADB.get(number, Failure.OTHER)
    name = getattr(error, "sqlite_errorname", None)
    if isinstance(name, str):
        is_outdated = name == "SQLITE_ERROR" and _SQLITE_OUTDATED.match(str(error))
        return Failure.OUTDATED if is_outdated else SQLITE.get(name, Failure.OTHER)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return POSTGRESQL.get(state) or POSTGRESQL.get(state[:2], Failure.OTHER)
    # Without a code of the server, it is the way to the server that failed.
    return Failure.TRANSIENT if type(error).__name__ == "OperationalError" else Failure.OTHER


def translated(error: BaseException) -> WorktraqError:
    """The error of worktraq for an error of SQLAlchemy or of a driver."""
    if isinstance(error, exc.TimeoutError):  # no connection came free in the pool
        return AdapterError("database_failed", is_transient=True)
    failure = failure_of(driver_error(error))
    if failure is Failure.TAKEN:
        return Conflict("already_exists")
    if failure is Failure.REFERENCE:
        return Conflict("changed_meanwhile", is_retryable=True)
    if failure is Failure.IN_THE_WAY:
        return Conflict("transaction_conflict", is_retryable=True)
    if failure is Failure.OUTDATED:
        return AdapterError("store_not_migrated")
    is_lost = isinstance(error, exc.DBAPIError) and error.connection_invalidated
    return AdapterError("database_failed", is_transient=is_lost or failure is Failure.TRANSIENT)


def driver_error(error: BaseException) -> BaseException:
    """What the driver raised, without what SQLAlchemy wraps around it: SQL and parameters."""
    if isinstance(error, exc.DBAPIError) and error.orig is not None:
        return error.orig
    return error


def raised_by(dialect: Dialect) -> tuple[type[BaseException], ...]:
    """Everything that SQLAlchemy and the driver of a dialect raise."""
    return (dialect.loaded_dbapi.Error, exc.SQLAlchemyError)


@contextmanager
def translating(driver_errors: tuple[type[BaseException], ...]) -> Iterator[None]:
    """Translate what is raised within the block.

    Raises:
        Conflict: Something is taken, or another transaction was in the way.
        AdapterError: The database failed; with ``store_not_migrated`` where its tables are none, or older ones.
    """
    try:
        yield
    except driver_errors as error:
        raise translated(error) from driver_error(error)
