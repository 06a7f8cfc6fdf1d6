"""Many tasks of an event loop through a pool of threads: `python -m bench.async_hosts [--quick] [url …]`.

Each task registers one entry in a transaction of its own, for one of several employees. Prints how much faster k
threads are than one, by database; SQLite has one writer at a time, so there it is about not being slower.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from attrs import frozen
from sqlalchemy import create_engine, make_url, text

from bench.measuring import Work, medians
from worktraq import Activity, Actor, Role, WorkTraq
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.usecases.transaction import Transaction

THREADS = (1, 2, 4, 8, 16)
EMPLOYEES = 16
_DAY = date(2001, 1, 1)


@frozen
class Product:
    """An async product.

    Attributes:
        engine: With as many connections as there are threads.
        activities: One for each employee.
    """

    engine: WorkTraq
    activities: Sequence[tuple[Actor, Activity]]


def main() -> None:
    """Measure SQLite, and the databases that are named."""
    parser = argparse.ArgumentParser(prog="python -m bench.async_hosts", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers")
    parser.add_argument("urls", nargs="*", help="of servers on which databases may be made")
    arguments = parser.parse_args()
    tasks, repetitions = (100, 3) if arguments.quick else (1_000, 5)
    print(f"{tasks} tasks, each a transaction; how many times faster than one thread")
    print(f"| database | {' | '.join(f'{threads} threads' for threads in THREADS)} |")
    print(f"|---|{'---:|' * len(THREADS)}")
    with TemporaryDirectory() as folder:
        print(line("sqlite", f"sqlite:///{Path(folder) / 'async.db'}", tasks, repetitions))
    for url in arguments.urls:
        with a_database(url) as made:
            print(line(make_url(url).get_backend_name(), made, tasks, repetitions))


def line(name: str, url: str, tasks: int, repetitions: int) -> str:
    """The figures of one database."""
    store = SqlStore.from_url(url, pool_size=max(THREADS), max_overflow=0)
    store.migrate()
    product = a_product(store)
    numbers = count()
    ways: dict[str, Work] = {str(threads): partial(run, product, threads, tasks, numbers) for threads in THREADS}
    found = medians(ways, repetitions)
    store.close()
    figures = (f"{found['1'] / found[str(threads)]:.1f}" for threads in THREADS)
    return f"| {name}, {tasks / found['1']:.0f} a second with one | {' | '.join(figures)} |"


def a_product(store: SqlStore) -> Product:
    """With as many employees as register at once."""
    engine = WorkTraq(store, clock=lambda: datetime(2026, 10, 5, 9, 0, tzinfo=UTC))
    founded = engine.found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example")
    activities = []
    with engine.transaction(founded.admin) as tx:
        customer = tx.customers.add_business(company_name="Bakkerij Jansen B.V.")
        for number in range(EMPLOYEES):
            user = tx.users.add(name=f"E{number}", email=f"e{number}@acme.example", role=Role.EMPLOYEE)
            activity = tx.activities.add(user_id=user.id, customer_id=customer.id)
            activities.append((Actor.user(founded.organization.id, user.id), activity))
    return Product(engine, activities)


def run(product: Product, threads: int, tasks: int, numbers: Iterator[int]) -> None:
    """All tasks at once, through so many threads."""

    async def every() -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(threads) as pool:
            works = (partial(register, product, next(numbers)) for _ in range(tasks))
            await asyncio.gather(*(loop.run_in_executor(pool, work) for work in works))

    asyncio.run(every())


def register(product: Product, number: int) -> None:
    """One entry, in a transaction of its own."""
    actor, activity = product.activities[number % EMPLOYEES]
    day = _DAY + timedelta(days=number // EMPLOYEES)

    def add(tx: Transaction) -> None:
        tx.entries.register_time(activity.id, on=day, minutes=60)

    product.engine.run(actor, add)


@contextmanager
def a_database(url: str) -> Iterator[str]:
    """A new database on a server, dropped at the end."""
    drivers = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql", "mysql": "mariadb+pymysql"}
    server = make_url(url).set(drivername=drivers[make_url(url).get_backend_name()])
    name = f"worktraq_bench_{uuid4().hex}"
    asking = create_engine(server, isolation_level="AUTOCOMMIT")
    with asking.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name}"))
    asking.dispose()


if __name__ == "__main__":
    main()
