"""A firm with one employee and one activity, for measuring."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from attrs import frozen

from bench.places import Opener, Place, on_sqlite
from worktraq import Activity, Actor, Hourly, NewTime, Rate, Role, WorkTraq
from worktraq.adapters.sqlalchemy import SqlStore

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
_FIRST_DAY = date(2001, 1, 1)
_PER_DAY = 100


@frozen
class Firm:
    """What the measurements work with.

    Attributes:
        engine: On the database.
        place: That database.
        admin: The administrator, as an actor.
        employee: Who registers, as an actor.
        activity: On which is registered.
        now: The instant at which all happens.
    """

    engine: WorkTraq
    place: Place
    admin: Actor
    employee: Actor
    activity: Activity
    now: datetime = NOW

    @property
    def file(self) -> Path:
        """Of the database, on SQLite."""
        return self.place.file


@contextmanager
def firm(opener: Opener = on_sqlite) -> Iterator[Firm]:
    """A firm in a database that is removed afterwards."""
    with opener() as place, firm_in(place) as made:
        yield made


@contextmanager
def firm_in(place: Place) -> Iterator[Firm]:
    """A firm in an empty database."""
    store = SqlStore.from_url(place.url)
    engine = WorkTraq(store, clock=lambda: NOW)
    founded = engine.found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example")
    with engine.transaction(founded.admin) as tx:
        customer = tx.customers.add_business(company_name="Bakkerij Jansen B.V.")
        project = tx.projects.add(customer.id, name="Advice", billing=Hourly())
        eva = tx.users.add(name="Eva", email="eva@acme.example", role=Role.EMPLOYEE)
        activity = tx.activities.add(
            user_id=eva.id, customer_id=customer.id, project_id=project.id, rate=Rate("95.00", "EUR")
        )
    try:
        yield Firm(engine, place, founded.admin, Actor.user(founded.organization.id, eva.id), activity)
    finally:
        store.close()


def times(firm: Firm, count: int, *, offset: int = 0) -> list[NewTime]:
    """Time to be registered: ten minutes each, a hundred of them a day."""
    return [
        NewTime(firm.activity.id, _FIRST_DAY + timedelta(days=(offset + number) // _PER_DAY), 10, "Year-end file")
        for number in range(count)
    ]
