"""Tryton with its module timesheet, through the models, as a module or a script uses them."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

from serving import serve  # type: ignore[import-not-found]  # beside this file, when it runs as a script
from trytond import config  # type: ignore[import-not-found]  # in the environment of the peers only

NAME = sys.argv[1]
config.set("database", "uri", sys.argv[2])
if len(sys.argv) > 3:
    config.set("database", "path", sys.argv[3])

from trytond import backend  # noqa: E402  # reads the configuration
from trytond.pool import Pool  # type: ignore[import-not-found]  # noqa: E402  # as above
from trytond.transaction import Transaction  # type: ignore[import-not-found]  # noqa: E402  # as above

_SYSTEM = 0
_PER_DAY = 100
_MINUTES = timedelta(minutes=10)
_FIRST_DAY = date(2001, 1, 1)
context: dict[str, Any] = {}
employees: list[int] = []
works: list[int] = []


@contextmanager
def transaction() -> Iterator[Any]:
    """A transaction that is committed when all went well; once there is a user, it is his or hers."""
    with Transaction().start(NAME, context.get("user", _SYSTEM), context=context) as begun:
        yield begun
        begun.commit()


def activate() -> Mapping[str, str]:
    """Make the database and activate the module; gives the versions."""
    database = backend.Database(NAME)
    if backend.name == "sqlite":
        connection = backend.Database().get_connection(autocommit=True)
        database.create(connection, NAME)
    database.connect()
    connection = database.get_connection()
    try:
        database.init()
        connection.commit()
    finally:
        database.put_connection(connection)
    Pool.start()
    Pool(NAME).init(update=["res", "ir"], lang=["en"])
    with Transaction().start(NAME, 0):
        Pool(NAME).get("ir.module").update_list()
    Pool(NAME).init(update=["timesheet"], lang=["en"], activatedeps=True)
    return {"Tryton": version("trytond"), "trytond-timesheet": version("trytond-timesheet")}


def found(count: int) -> None:
    """A company with employees, and work for each of them."""
    with transaction():
        pool = Pool(NAME)
        currency, *_ = pool.get("currency.currency").create([{"name": "Euro", "symbol": "€", "code": "EUR"}])
        parties = pool.get("party.party").create([{"name": f"Employee {at}"} for at in range(count + 1)])
        company, *_ = pool.get("company.company").create([{"party": parties[0].id, "currency": currency.id}])
        people = [{"party": each.id, "company": company.id} for each in parties[1:]]
        employees.extend(each.id for each in pool.get("company.employee").create(people))
        names = [{"name": f"Work {at}", "company": company.id} for at in range(count)]
        works.extend(each.id for each in pool.get("timesheet.work").create(names))
        groups = [each.id for each in pool.get("res.group").search([])]
        user = {"login": "ada", "name": "Ada", "groups": [("add", groups)]}
        (made,) = pool.get("res.user").create(
            [{**user, "companies": [("add", [company.id])], "company": company.id, "employees": [("add", employees)]}]
        )
    # From here on access is checked as for a request from outside.
    context.update(user=made.id, company=company.id, companies=[company.id], _check_access=True)


def line(employee: int, number: int) -> dict[str, Any]:
    """Ten minutes, a hundred times a day."""
    return {
        "company": context["company"],
        "employee": employees[employee],
        "work": works[employee],
        "date": _FIRST_DAY + timedelta(days=number // _PER_DAY),
        "duration": _MINUTES,
        "description": "Year-end file",
    }


def register_many(employee: int, offset: int, count: int) -> None:
    """All of them in one transaction."""
    with transaction():
        Pool(NAME).get("timesheet.line").create([line(employee, offset + at) for at in range(count)])


def register_each(employee: int, offset: int, count: int) -> None:
    """Each in a transaction of its own."""
    for at in range(count):
        register_many(employee, offset + at, 1)


def totals() -> int:
    """The hours per employee and month, by name, as its own report reads them; gives the minutes in all."""
    with transaction():
        report = Pool(NAME).get("timesheet.hours_employee_monthly")
        fields = ["year", "month.index", "employee.rec_name", "duration"]
        return sum(int(row["duration"].total_seconds()) // 60 for row in report.search_read([], fields_names=fields))


serve(
    {
        "activate": activate,
        "found": found,
        "register_many": register_many,
        "register_each": register_each,
        "totals": totals,
    }
)
