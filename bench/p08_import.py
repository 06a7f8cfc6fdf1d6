"""P8: importing customers from a workbook, in a process of its own: time and peak memory, first and without changes."""

import json
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import UUID

from bench.measuring import Figure, Scale, seconds

if TYPE_CHECKING:
    from worktraq import Customer

_MOST_MEGABYTES = 300
_TABLES = ("worktraq_organization", "worktraq_customer", "worktraq_import_link", "worktraq_event")

# A small process of its own starts the one that is measured, because a child is charged with the memory that its
# parent had when it was forked.
_LAUNCHER = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"


def measure(scale: Scale) -> list[Figure]:
    """Preflight, reading, plan and apply on SQLite; then the same file again."""
    count = scale.of(50_000, 2_000)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "customers.xlsx"
        _write(file, count)
        floors, found = [], []
        for _ in range(scale.of(5, 2)):
            floors.append(_launched("floor", file)["read"])
            found.append(_launched("import", file))
    middle = {name: statistics.median(each[name] for each in found) for name in found[0]}
    floor = statistics.median(floors)
    whole = middle["read"] + middle["plan"] + middle["apply"]
    shares = ", ".join(f"{name} {middle[name] / floor:.2f}" for name in ("read", "plan", "apply", "plan again"))
    note = f"in multiples of reading alone: {shares}; reading and the driver alone, adding the same rows: {1 + middle['driver'] / floor:.2f}"
    with_reading = f"with preflight and reading of that file: {(middle['read'] + middle['plan again']) / floor:.2f}"
    work, against = f"import {count:,} customers from .xlsx (SQLite)", "python-calamine reading alone"
    return [
        Figure("P8", f"{work}: preflight, plan, apply", against, whole, floor, "<= 4.0", note),
        Figure(
            "P8",
            f"{work}: planning an unchanged file that is read already",
            against,
            middle["plan again"],
            floor,
            "<= 2.0",
            with_reading,
        ),
        _memory(work, max(each["megabytes"] for each in found)),
    ]


def _memory(work: str, megabytes: float) -> Figure:
    most = f"{_MOST_MEGABYTES} MB"
    return Figure("P8", f"{work}: peak memory", most, megabytes, _MOST_MEGABYTES, "<= 1.0", unit="MB")


def _launched(what: str, file: Path) -> dict[str, float]:
    child = [sys.executable, "-m", "bench.p08_import", what, str(file)]
    done = subprocess.run([sys.executable, "-c", _LAUNCHER, *child], capture_output=True, check=True, text=True)
    read: dict[str, float] = json.loads(done.stdout)
    return read


def _write(file: Path, count: int) -> None:
    from worktraq.adapters.excel import ExcelWriter
    from worktraq.core.exports import customer_row, customer_table

    ExcelWriter().write(customer_table(customer_row(_customer(number)) for number in range(count)), file, language="nl")


def _customer(number: int) -> "Customer":
    """Half of them Dutch businesses, a third Belgian ones, the others private persons."""
    from worktraq import Address, Customer, CustomerData, CustomerKind
    from worktraq.core.ids import CustomerId, OrganizationId

    is_private, is_dutch = number % 6 == 5, number % 6 < 3
    name = f"{_letters(number)} Advies & Zn {number}"
    postal_code = f"{1000 + number % 8999}{'' if number % 6 in {3, 4} else ' AB'}"
    data = CustomerData(
        kind=CustomerKind.PRIVATE if is_private else CustomerKind.BUSINESS,
        company_name="" if is_private else f"{name} B.V.",
        first_name="Jan" if is_private else "",
        last_name=name if is_private else "",
        number=f"{100_000 + number}",
        email=f"administratie@klant{number}.example",
        address=Address(
            f"Dorpsstraat {number % 300}", postal_code, f"Plaats {number % 400}", "NL" if postal_code[4:] else "BE"
        ),
        vat_number="" if is_private else _dutch_vat(number) if is_dutch else f"BE{_belgian(number)}",
        company_number="" if is_private else f"{10_000_000 + number}" if is_dutch else _belgian(number),
        language="nl" if is_dutch else "fr",
        currency="EUR",
    )
    return Customer(CustomerId(UUID(int=number)), OrganizationId(UUID(int=0)), data)


def _letters(number: int) -> str:
    return "".join(chr(65 + number // power % 26) for power in (1, 26, 676))


def _belgian(number: int) -> str:
    body = 4_000_000 + number * 37
    return f"{body:08}{97 - body % 97:02}"


def _dutch_vat(number: int) -> str:
    """The next number whose check digit is one."""
    for body in range(10_000_000 + number * 20, 10_000_020 + number * 20):
        check = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), f"{body:08}", strict=True)) % 11
        if check < 10:
            return f"NL{body:08}{check}B01"
    raise ValueError(number)


def _floor(file: Path) -> dict[str, float]:
    from python_calamine import CalamineWorkbook

    def read() -> None:
        with CalamineWorkbook.from_path(file) as workbook:
            for _ in workbook.get_sheet_by_index(0).iter_rows():
                pass

    return {"read": seconds(read)}


def _import(file: Path) -> dict[str, float]:
    from worktraq import WorkTraq
    from worktraq.adapters.excel import SheetFiles
    from worktraq.adapters.sqlalchemy import SqlStore

    with TemporaryDirectory() as folder:
        store = SqlStore.from_url(f"sqlite:///{folder}/firm.db")
        store.migrate()
        engine = WorkTraq(store)
        admin = engine.found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example").admin
        marks = [time.perf_counter()]
        sheets = SheetFiles().read(file)
        marks.append(time.perf_counter())
        with engine.transaction(admin) as tx:
            plan = tx.imports.plan_customers(sheets)
            marks.append(time.perf_counter())
            tx.imports.apply(plan)
        marks.append(time.perf_counter())
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        del plan
        again = time.perf_counter()
        with engine.view(admin) as tx:
            tx.imports.plan_customers(sheets)
        took = {"plan again": time.perf_counter() - again, "megabytes": megabytes}
        store.close()
        took["driver"] = by_the_driver(Path(folder))
    stages = zip(("read", "plan", "apply"), pairwise(marks), strict=True)
    return {**took, **{name: end - begin for name, (begin, end) in stages}}


def by_the_driver(folder: Path, at_once: int = sys.maxsize) -> float:
    """Adding the rows of the import to an empty database, ready as they are: below this nothing can go.

    Args:
        folder: Where the database is that was imported into.
        at_once: How many rows of each table go into one transaction.
    """
    from worktraq.adapters.sqlalchemy import SqlStore

    url = f"sqlite:///{folder}/again.db"
    store = SqlStore.from_url(url)
    store.migrate()
    with closing(sqlite3.connect(folder / "firm.db")) as source:
        rows = {name: source.execute(f"SELECT * FROM {name}").fetchall() for name in _TABLES}
    with store.engine.connect() as connection:
        cursor = connection.connection.cursor()

        def add() -> None:
            for begin in range(0, max(map(len, rows.values())), at_once):
                cursor.execute("BEGIN IMMEDIATE")
                for name, of_table in rows.items():
                    marks = ", ".join("?" * len(of_table[0]))
                    cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", of_table[begin : begin + at_once])
                cursor.execute("COMMIT")

        took = seconds(add)
    store.close()
    return took


if __name__ == "__main__":
    print(json.dumps({"floor": _floor, "import": _import}[sys.argv[1]](Path(sys.argv[2]))))
