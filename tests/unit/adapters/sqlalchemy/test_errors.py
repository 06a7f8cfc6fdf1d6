"""Errors of the drivers, as a table."""

import sqlite3
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import exc

from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.sqlalchemy.errors import driver_error, translated
from worktraq.errors import AdapterError, Conflict, WorktraqError
from worktraq.testing.builders import a_customer, a_user
from worktraq.testing.contracts.base import writing
from worktraq.testing.firms import stored_firm

TAKEN = ("already_exists", False)
GONE = ("changed_meanwhile", True)
IN_THE_WAY = ("transaction_conflict", True)
TRANSIENT = ("database_failed", True)
FAILED = ("database_failed", False)
OUTDATED = ("store_not_migrated", False)
SECRETS = ("SELECT", "eva@acme.example", "hunter2")


def of_sqlite(name: str) -> Exception:
    """An error as the sqlite3 module raises it."""
    error = sqlite3.OperationalError("SELECT failed for eva@acme.example")
    error.sqlite_errorname = name
    return error


def of_mariadb(number: int) -> Exception:
    """An error as PyMySQL raises it, with its SQLSTATE beside the number."""
    pymysql = pytest.importorskip("pymysql")
    error: Exception = pymysql.err.OperationalError(number, "SELECT failed for eva@acme.example, hunter2")
    return error


def of_postgresql(state: str) -> Exception:
    """An error as psycopg raises it."""
    psycopg = pytest.importorskip("psycopg")
    error: Exception = psycopg.errors.lookup(state)("SELECT failed for eva@acme.example, hunter2")
    return error


def told(error: WorktraqError) -> tuple[str, bool]:
    """The code, and whether trying again may help."""
    if isinstance(error, Conflict):
        return error.code, error.is_retryable
    assert isinstance(error, AdapterError)
    return error.code, error.is_transient


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SQLITE_CONSTRAINT_UNIQUE", TAKEN),
        ("SQLITE_CONSTRAINT_PRIMARYKEY", TAKEN),
        ("SQLITE_CONSTRAINT_FOREIGNKEY", GONE),
        ("SQLITE_BUSY", IN_THE_WAY),
        ("SQLITE_BUSY_SNAPSHOT", IN_THE_WAY),
        ("SQLITE_LOCKED", IN_THE_WAY),
        ("SQLITE_FULL", TRANSIENT),
        ("SQLITE_CANTOPEN", TRANSIENT),
        ("SQLITE_CONSTRAINT_NOTNULL", FAILED),
        ("SQLITE_CORRUPT", FAILED),
        ("SQLITE_ERROR", FAILED),
    ],
)
def test_errors_of_sqlite(name: str, expected: tuple[str, bool]) -> None:
    """By the name of the result code."""
    assert told(translated(of_sqlite(name))) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("23505", TAKEN),
        ("23503", GONE),
        ("40001", IN_THE_WAY),
        ("40P01", IN_THE_WAY),
        ("55P03", IN_THE_WAY),
        ("08006", TRANSIENT),
        ("53300", TRANSIENT),
        ("57P01", TRANSIENT),
        ("23502", FAILED),
        ("42P01", OUTDATED),
        ("42703", OUTDATED),
        ("42601", FAILED),
        ("25P02", FAILED),
    ],
)
def test_errors_of_postgresql(state: str, expected: tuple[str, bool]) -> None:
    """By SQLSTATE, some of them by their class."""
    assert told(translated(of_postgresql(state))) == expected


def test_a_lost_connection_to_postgresql_is_transient() -> None:
    """It has no SQLSTATE."""
    psycopg = pytest.importorskip("psycopg")
    assert told(translated(psycopg.OperationalError("the connection is closed"))) == TRANSIENT


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1062, TAKEN),
        (1451, GONE),
        (1452, GONE),
        (1213, IN_THE_WAY),
        (1205, IN_THE_WAY),
        (1020, IN_THE_WAY),
        (1040, TRANSIENT),
        (2003, TRANSIENT),
        (2006, TRANSIENT),
        (2013, TRANSIENT),
        (1048, FAILED),
        (1054, OUTDATED),
        (1146, OUTDATED),
        (1064, FAILED),
        (1406, FAILED),
    ],
)
def test_errors_of_mariadb(number: int, expected: tuple[str, bool]) -> None:
    """By the number of the error."""
    assert told(translated(of_mariadb(number))) == expected


def test_a_pool_without_a_free_connection_is_transient() -> None:
    """The next attempt may get one."""
    assert told(translated(exc.TimeoutError())) == TRANSIENT


@pytest.mark.parametrize("error", [of_sqlite("SQLITE_ERROR"), of_sqlite("SQLITE_BUSY")], ids=["failed", "busy"])
def test_no_sql_and_no_data_is_told(error: Exception) -> None:
    """Neither the text nor the attributes of what is raised hold anything of the statement."""
    wrapped = exc.OperationalError("SELECT name FROM worktraq_user", {"email": "eva@acme.example"}, error)
    found = translated(wrapped)
    shown = f"{found} {found!r} {vars(found)}"
    assert [secret for secret in SECRETS if secret in shown] == []


def test_the_cause_is_the_error_of_the_driver() -> None:
    """What SQLAlchemy wraps around it is left out, for it shows the statement."""
    error = of_sqlite("SQLITE_BUSY")
    assert driver_error(exc.OperationalError("SELECT", {}, error)) is error


def test_something_taken_is_translated_with_its_cause(tmp_path: Path, migrated: Path) -> None:
    """The error that leaves the store is ours, chained to that of the driver."""
    store = SqlStore.from_url(f"sqlite:///{copy(migrated, tmp_path / 'hours.db')}")
    firm = stored_firm(store)
    with pytest.raises(Conflict) as caught, writing(store, firm) as uow:
        uow.users.add(a_user(firm.id, email=firm.employee.email))
    store.close()
    assert caught.value.code == "already_exists"
    assert isinstance(caught.value.__cause__, sqlite3.IntegrityError)


def test_a_locked_database_is_a_retryable_conflict(tmp_path: Path, migrated: Path) -> None:
    """A transaction that waited in vain for another one may be tried again."""
    store = SqlStore.from_url(f"sqlite:///{copy(migrated, tmp_path / 'hours.db')}", connect_args={"timeout": 0.0})
    firm = stored_firm(store)
    other = sqlite3.connect(tmp_path / "hours.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Conflict) as caught, writing(store, firm) as uow:
        uow.customers.add(a_customer(firm.id))
    other.close()
    store.close()
    assert told(caught.value) == IN_THE_WAY


def test_a_database_that_is_not_there_is_an_adapter_error(tmp_path: Path) -> None:
    """Opening fails as a whole, and may succeed later."""
    store = SqlStore.from_url(f"sqlite:///{tmp_path}/nowhere/hours.db")
    with pytest.raises(AdapterError) as caught:
        store.migrate()
    assert told(caught.value) == TRANSIENT


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT secret FROM eva", OUTDATED),
        ("SELECT secret FROM organization", OUTDATED),
        ("INSERT INTO organization (secret) VALUES (1)", OUTDATED),
        ("SELECT 1 FROM WHERE", FAILED),
        ("SELECT 'no such table: eva' FROM organization GROUP BY", FAILED),
        ("SELECT secret(1)", FAILED),
    ],
)
def test_what_is_not_there_on_sqlite_is_told_by_its_words(statement: str, expected: tuple[str, bool]) -> None:
    """Its code is that of every wrong statement."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE organization (id)")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute(statement)
    connection.close()
    found = translated(caught.value)
    assert told(found) == expected
    assert "secret" not in f"{found} {found!r} {vars(found)}"
