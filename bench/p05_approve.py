"""P5: approving many items in one command, against the same rows written by hand in batches, without any rule."""

import sqlite3
import statistics
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from attrs import frozen

from bench.firm import Firm, firm, times
from bench.measuring import Figure, Scale, seconds
from bench.places import Place, Row, places
from bench.rows import ITEM_COLUMNS, ITEMS
from worktraq import Period, WorkTraq
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.sqlalchemy.schema import metadata
from worktraq.core.ids import ItemId

_BATCH = 500
_KEY = ("organization_id", "id")


@frozen
class Written:
    """What approving wrote.

    Attributes:
        changed: The columns of the items that were changed, all to the same values.
        values: Those values.
        added: Tables with the rows that were added to each, children last.
    """

    changed: Sequence[str]
    values: Row
    added: Sequence[tuple[str, Sequence[str], Sequence[Row]]]


def measure(scale: Scale) -> Iterator[Figure]:
    """Rules, versions, prices, decisions, events and the outbox; on each database."""
    for opener in places().values():
        with firm(opener) as made:
            yield _on(made, scale)


def _on(made: Firm, scale: Scale) -> Figure:
    count = scale.of(10_000, 500)
    place = made.place
    with made.engine.transaction(made.employee) as tx:
        ids = [item.id for item in tx.entries.register_times(times(made, count))]
        tx.approval.submit(Period(min(each.on for each in times(made, count)), made.now.date()))
    before = _tables(place)
    _approve(made.engine, made, ids)
    written = _written(before, _tables(place))
    ours: list[float] = []
    driver: list[float] = []
    for _ in range(scale.repetitions):
        _take_back(place, before, written)
        driver.append(seconds(partial(_by_hand, place, before[ITEMS], written)))
        _take_back(place, before, written)
        ours.append(seconds(partial(_approve, made.engine, made, ids)))
    note = ""
    if place.title == "SQLite":
        _take_back(place, before, written)
        few = _statements(made, ids[: count // 10])
        note = f"statements: {few} for {count // 10:,} items, {_statements(made, ids[count // 10 :])} for the other {count - count // 10:,}"
    return Figure(
        "P5",
        f"approve {count:,} items in one command ({place.title})",
        "the same rows by hand, in batches",
        statistics.median(ours),
        statistics.median(driver),
        "<= 2.5",
        note,
    )


def _approve(engine: WorkTraq, made: Firm, ids: Sequence[ItemId]) -> None:
    with engine.transaction(made.admin) as tx:
        tx.approval.approve(ids)


def _tables(place: Place) -> dict[str, list[Row]]:
    """All rows there are."""
    return {
        table.name: place.fetched(
            table.name, ITEM_COLUMNS if table.name == ITEMS else [each.name for each in table.columns]
        )
        for table in metadata.sorted_tables
    }


def _written(before: dict[str, list[Row]], after: dict[str, list[Row]]) -> Written:
    new_rows = {
        table: sorted(set(after[table.name]) - set(before[table.name]), key=repr)
        for table in metadata.sorted_tables
        if table.name != ITEMS
    }
    added = [(table.name, [each.name for each in table.columns], rows) for table, rows in new_rows.items() if rows]
    old, new = before[ITEMS][0], next(row for row in after[ITEMS] if _key_of(row) == _key_of(before[ITEMS][0]))
    places = [at for at, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]]
    values = tuple(new[at] for at in places)
    assert all(tuple(row[at] for at in places) == values for row in after[ITEMS])
    return Written([ITEM_COLUMNS[at] for at in places], values, added)


def _key_of(row: Row) -> Row:
    return tuple(row[ITEM_COLUMNS.index(name)] for name in _KEY)


def _by_hand(place: Place, items: Sequence[Row], written: Written) -> None:
    connection = place.connect()
    cursor = connection.cursor()
    if place.title == "SQLite":
        cursor.execute("PRAGMA foreign_keys = ON")  # the other databases check them without being asked
    _set(place, cursor, items, written.changed, written.values)
    for table, columns, rows in written.added:
        if place.title == "PostgreSQL":
            with cursor.copy(f"COPY {table} ({place.quoted(columns)}) FROM STDIN") as stream:
                for row in rows:
                    stream.write_row(row)
        else:
            cursor.executemany(place.insert_into(table, columns), rows)
    connection.commit()
    connection.close()


def _set(place: Place, cursor: Any, items: Sequence[Row], columns: Sequence[str], values: Row) -> None:
    """Give items the same values, some hundred at once."""
    mark = "?" if place.title == "SQLite" else "%s"
    setting = ", ".join(f"{place.quoted([name])} = {mark}" for name in columns)
    rows = iter(items)
    while batch := list(islice(rows, _BATCH)):
        keys = [_key_of(row) for row in batch]
        marks = ", ".join(mark for _ in keys)
        sql = f"UPDATE {ITEMS} SET {setting} WHERE organization_id = {mark} AND id IN ({marks})"
        cursor.execute(sql, (*values, keys[0][0], *(key[1] for key in keys)))


def _take_back(place: Place, before: dict[str, list[Row]], written: Written) -> None:
    """Make it as it was before anything was approved."""
    connection = place.connect()
    cursor = connection.cursor()
    for table, _, _ in reversed(written.added):
        cursor.execute(f"DELETE FROM {table}")
    for table, columns, _ in written.added:
        if before[table]:
            cursor.executemany(place.insert_into(table, columns), before[table])
    old = before[ITEMS][0]
    _set(
        place, cursor, before[ITEMS], written.changed, tuple(old[ITEM_COLUMNS.index(name)] for name in written.changed)
    )
    connection.commit()
    if place.title == "PostgreSQL":
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")
    connection.close()


def _statements(made: Firm, ids: Sequence[ItemId]) -> int:
    """How many statements approving sends, its BEGIN and COMMIT included."""
    sent: list[str] = []

    class Telling(sqlite3.Connection):
        def __init__(self, *given: Any, **how: Any) -> None:
            super().__init__(*given, **how)
            self.set_trace_callback(lambda sql: sent.append(sql) if not sql.startswith(("PRAGMA", "--")) else None)

    store = SqlStore.from_url(made.place.url, connect_args={"factory": Telling})
    _approve(WorkTraq(store, clock=lambda: made.now), made, ids)
    store.close()
    return len(sent)
