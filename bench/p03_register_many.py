"""P3: registering many time entries in one command, against ready tuples through the driver and against the ORM."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bench.firm import Firm, firm_in, times
from bench.measuring import Figure, Scale, seconds
from bench.orm import OrmStore
from bench.places import Place, places
from bench.rows import EVENT_COLUMNS, EVENTS, ITEM_COLUMNS, ITEMS
from worktraq import NewTime, TimeEntry
from worktraq.ports.entries import ItemFilter


def measure(scale: Scale) -> Iterator[Figure]:
    """All rules are checked, and an event is written for each, on each database."""
    for opener in places().values():
        with opener() as place, firm_in(place) as made:
            yield _beside_driver(made, place, scale)
            yield _beside_orm(made, place, scale)


def _beside_driver(made: Firm, place: Place, scale: Scale) -> Figure:
    count = scale.of(100_000, 1_000)

    def prepared() -> Callable[[], None]:
        items = place.fetched(ITEMS, ITEM_COLUMNS)
        events = place.fetched(EVENTS, EVENT_COLUMNS)
        return partial(place.put, (ITEMS, ITEM_COLUMNS, items), (EVENTS, EVENT_COLUMNS, events))

    ours, driver = _in_turns(made, count, scale, prepared)
    way = "COPY" if place.title == "PostgreSQL" else "executemany"
    goal = "<= 2.5" if place.title == "SQLite" else "<= 3.0"  # what is asked of PostgreSQL is asked of MariaDB too
    against = f"driver, {way} of ready tuples, events included"
    return Figure("P3", _work(count, place), against, ours, driver, goal)


def _beside_orm(made: Firm, place: Place, scale: Scale) -> Figure:
    """With fewer of them: with all it alone would take minutes."""
    count = scale.of(10_000, 500)
    peer = OrmStore(place)

    def prepared() -> Callable[[], None]:
        with made.engine.store.unit_of_work(made.admin.organization_id, writes=False) as uow:
            entries = [item for item in uow.items.stream(ItemFilter()) if isinstance(item, TimeEntry)]
            facts = list(uow.events.unsealed(count))

        def add() -> None:
            peer.add(entries, facts)

        return add

    ours, orm = _in_turns(made, count, scale, prepared, clear=peer.clear)
    peer.close()
    return Figure("P3", _work(count, place), "SQLAlchemy ORM, add_all", ours, orm, ">= 5.0")


def _in_turns(
    made: Firm,
    count: int,
    scale: Scale,
    prepared: Callable[[], Callable[[], None]],
    clear: Callable[[], None] = lambda: None,
) -> tuple[float, float]:
    """The medians of registering, and of what is prepared from what was registered the first time."""
    ours, theirs, other = [], [], None
    for _ in range(scale.repetitions):
        made.place.clear(ITEMS, EVENTS)
        ours.append(seconds(partial(_register, made, times(made, count))))
        other = other or prepared()
        made.place.clear(ITEMS, EVENTS)
        clear()
        theirs.append(seconds(other))
    return statistics.median(ours), statistics.median(theirs)


def _register(made: Firm, new: Sequence[NewTime]) -> None:
    with made.engine.transaction(made.employee) as tx:
        tx.entries.register_times(new)


def _work(count: int, place: Place) -> str:
    return f"register {count:,} time entries in one command ({place.title})"
