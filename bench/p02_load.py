"""P2: loading time entries as entities, against the driver's rows and against the ORM."""

from bench.firm import firm, times
from bench.measuring import Figure, Scale, medians
from bench.orm import OrmStore
from bench.rows import ITEM_COLUMNS, fetched
from worktraq.core.access import EVERYTHING
from worktraq.ports.entries import ItemFilter


def measure(scale: Scale) -> list[Figure]:
    """All entries of an organization, in order of day."""
    count = scale.of(100_000, 20_000)
    with firm() as made:
        with made.engine.transaction(made.employee) as tx:
            entries = tx.entries.register_times(times(made, count))
        orm = OrmStore()
        orm.add(entries, ())
        del entries

        def ours() -> int:
            with made.engine.store.unit_of_work(made.admin.organization_id, writes=False) as uow:
                return len(list(uow.items.stream(ItemFilter(scope=EVERYTHING))))

        found = medians(
            {
                "ours": ours,
                "driver": lambda: fetched(made.file, 'worktraq_item ORDER BY "on", id', ITEM_COLUMNS),
                "orm": orm.load,
            },
            scale.repetitions,
        )
        orm.close()
    work = f"load {count:,} time entries as entities (SQLite)"
    return [
        Figure("P2", work, "driver, fetchall of the same columns", found["ours"], found["driver"], "<= 3.0"),
        Figure("P2", work, "SQLAlchemy ORM", found["ours"], found["orm"], ">= 4.0"),
    ]
