"""P2: loading time entries as entities, against the driver's rows and against the ORM."""

from collections.abc import Iterator

from bench.firm import Firm, firm_in, times
from bench.measuring import Figure, Scale, medians
from bench.orm import OrmStore
from bench.places import Place, places
from bench.rows import ITEM_COLUMNS, ITEMS
from worktraq import TimeEntry
from worktraq.core.access import EVERYTHING
from worktraq.ports.entries import ItemFilter

_IN_PROCESS, _ON_SERVERS = ("<= 3.0", ">= 4.0"), ("<= 2.0", ">= 1.7")
"""Against the driver and against the ORM; what is asked of PostgreSQL is asked of MariaDB too."""


def measure(scale: Scale) -> Iterator[Figure]:
    """All entries of an organization, in order of day, on each database."""
    for opener in places().values():
        with opener() as place, firm_in(place) as made:
            yield from _on(made, place, scale)


def _on(made: Firm, place: Place, scale: Scale) -> Iterator[Figure]:
    """The ORM first, while there are few: with all of them it alone would take minutes."""
    count, few = scale.of(100_000, 5_000), scale.of(20_000, 2_000)
    to_driver, to_orm = _IN_PROCESS if place.title == "SQLite" else _ON_SERVERS

    def ours() -> int:
        with made.engine.store.unit_of_work(made.admin.organization_id, writes=False) as uow:
            return len(list(uow.items.stream(ItemFilter(scope=EVERYTHING))))

    orm = OrmStore(place)
    orm.add(_registered(made, few), ())
    found = medians({"ours": ours, "orm": orm.load}, scale.repetitions)
    orm.close()
    beside_orm = Figure("P2", _work(few, place), "SQLAlchemy ORM", found["ours"], found["orm"], to_orm)
    _registered(made, count - few, offset=few)
    found = medians(
        {"ours": ours, "driver": lambda: place.fetched(ITEMS, ITEM_COLUMNS, ("on", "id"))}, scale.repetitions
    )
    against = "driver, fetchall of the same columns"
    yield Figure("P2", _work(count, place), against, found["ours"], found["driver"], to_driver)
    yield beside_orm


def _registered(made: Firm, count: int, *, offset: int = 0) -> list[TimeEntry]:
    with made.engine.transaction(made.employee) as tx:
        return list(tx.entries.register_times(times(made, count, offset=offset)))


def _work(count: int, place: Place) -> str:
    return f"load {count:,} time entries as entities ({place.title})"
