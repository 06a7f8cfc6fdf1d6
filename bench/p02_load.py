"""P2: loading time entries as entities, against the driver's rows and against the ORM."""

from collections.abc import Mapping

from bench.firm import firm_in, times
from bench.measuring import Figure, Scale, medians
from bench.orm import OrmStore
from bench.places import Place, places
from bench.rows import ITEM_COLUMNS, ITEMS
from worktraq.core.access import EVERYTHING
from worktraq.ports.entries import ItemFilter

_GOALS: Mapping[str, tuple[str, str]] = {"PostgreSQL": ("<= 2.0", ">= 1.7")}
_USUAL = ("<= 3.0", ">= 4.0")


def measure(scale: Scale) -> list[Figure]:
    """All entries of an organization, in order of day, on each database."""
    figures = []
    for opener in places().values():
        with opener() as place:
            figures += _on(place, scale)
    return figures


def _on(place: Place, scale: Scale) -> list[Figure]:
    count = scale.of(100_000, 5_000)
    with firm_in(place) as made:
        with made.engine.transaction(made.employee) as tx:
            entries = tx.entries.register_times(times(made, count))
        orm = OrmStore(place)
        orm.add(entries, ())
        del entries

        def ours() -> int:
            with made.engine.store.unit_of_work(made.admin.organization_id, writes=False) as uow:
                return len(list(uow.items.stream(ItemFilter(scope=EVERYTHING))))

        found = medians(
            {"ours": ours, "driver": lambda: place.fetched(ITEMS, ITEM_COLUMNS, ("on", "id")), "orm": orm.load},
            scale.repetitions,
        )
        orm.close()
    work = f"load {count:,} time entries as entities ({place.title})"
    to_driver, to_orm = _GOALS.get(place.title, _USUAL)
    return [
        Figure("P2", work, "driver, fetchall of the same columns", found["ours"], found["driver"], to_driver),
        Figure("P2", work, "SQLAlchemy ORM", found["ours"], found["orm"], to_orm),
    ]
