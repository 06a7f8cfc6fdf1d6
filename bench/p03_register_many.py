"""P3: registering many time entries in one command, against ready tuples through the driver and against the ORM."""

import statistics
from collections.abc import Sequence
from functools import partial

from bench.firm import Firm, firm_in, times
from bench.measuring import Figure, Scale, seconds
from bench.orm import OrmStore
from bench.places import Place, places
from bench.rows import EVENT_COLUMNS, EVENTS, ITEM_COLUMNS, ITEMS
from worktraq import NewTime, TimeEntry
from worktraq.ports.entries import ItemFilter


def measure(scale: Scale) -> list[Figure]:
    """All rules are checked, and an event is written for each, on each database."""
    figures = []
    for opener in places().values():
        with opener() as place:
            figures += _on(place, scale)
    return figures


def _on(place: Place, scale: Scale) -> list[Figure]:
    count = scale.of(100_000, 2_000)
    times_of: dict[str, list[float]] = {"ours": [], "driver": [], "orm": []}
    peer = OrmStore(place)
    for _ in range(scale.repetitions):
        place.empty()
        with firm_in(place) as made:
            times_of["ours"].append(seconds(partial(_register, made, times(made, count))))
            items = place.fetched(ITEMS, ITEM_COLUMNS)
            events = place.fetched(EVENTS, EVENT_COLUMNS)
            with made.engine.store.unit_of_work(made.admin.organization_id, writes=False) as uow:
                entries = [item for item in uow.items.stream(ItemFilter()) if isinstance(item, TimeEntry)]
                facts = list(uow.events.unsealed(count))
        place.clear(ITEMS, EVENTS)
        ready = ((ITEMS, ITEM_COLUMNS, items), (EVENTS, EVENT_COLUMNS, events))
        times_of["driver"].append(seconds(partial(place.put, *ready)))
        times_of["orm"].append(seconds(partial(peer.add, entries, facts)))
    peer.close()
    mine, driver, orm = (statistics.median(times_of[name]) for name in ("ours", "driver", "orm"))
    work = f"register {count:,} time entries in one command ({place.title})"
    way, goal = ("COPY", "<= 3.0") if place.title == "PostgreSQL" else ("executemany", "<= 2.5")
    return [
        Figure("P3", work, f"driver, {way} of ready tuples, events included", mine, driver, goal),
        Figure("P3", work, "SQLAlchemy ORM, add_all", mine, orm, ">= 5.0"),
    ]


def _register(made: Firm, new: Sequence[NewTime]) -> None:
    with made.engine.transaction(made.employee) as tx:
        tx.entries.register_times(new)
