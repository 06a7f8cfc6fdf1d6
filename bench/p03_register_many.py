"""P3: registering many time entries in one command, against ready tuples through the driver and against the ORM."""

import statistics
from collections.abc import Sequence
from functools import partial

from bench.firm import Firm, firm, times
from bench.measuring import Figure, Scale, seconds
from bench.orm import OrmStore
from bench.rows import EVENT_COLUMNS, ITEM_COLUMNS, EmptyCopy, fetched
from worktraq import NewTime, TimeEntry
from worktraq.ports.entries import ItemFilter


def measure(scale: Scale) -> list[Figure]:
    """All rules are checked, and an event is written for each."""
    count = scale.of(100_000, 10_000)
    ours: list[float] = []
    driver: list[float] = []
    orm: list[float] = []
    copy, peer = EmptyCopy(), OrmStore()
    for _ in range(scale.repetitions):
        with firm() as made:
            ours.append(seconds(partial(_register, made, times(made, count))))
            items = fetched(made.file, "worktraq_item", ITEM_COLUMNS)
            events = fetched(made.file, "worktraq_event", EVENT_COLUMNS)
            with made.engine.store.unit_of_work(made.admin.organization_id, writes=False) as uow:
                entries = [item for item in uow.items.stream(ItemFilter()) if isinstance(item, TimeEntry)]
                facts = list(uow.events.unsealed(count))
        driver.append(seconds(partial(copy.by_driver, items, events)))
        copy.clear()
        orm.append(seconds(partial(peer.add, entries, facts)))
        peer.clear()
    copy.close()
    peer.close()
    work = f"register {count:,} time entries in one command (SQLite)"
    mine = statistics.median(ours)
    against = "driver, executemany of ready tuples, events included"
    return [
        Figure("P3", work, against, mine, statistics.median(driver), "<= 2.5"),
        Figure("P3", work, "SQLAlchemy ORM, add_all", mine, statistics.median(orm), ">= 5.0"),
    ]


def _register(made: Firm, new: Sequence[NewTime]) -> None:
    with made.engine.transaction(made.employee) as tx:
        tx.entries.register_times(new)
