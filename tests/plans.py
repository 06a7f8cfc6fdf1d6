"""How a database would go about a statement, in words that PostgreSQL and SQLite share."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen
from sqlalchemy import Engine

from tests.statements import Sent

_STEP = re.compile(r"(SCAN|SEARCH) (worktraq_\w+)(?: USING (?:COVERING )?(INDEX (\w+)|PRIMARY KEY))?(?: \((.*)\))?")


@frozen
class Plan:
    """What is read.

    Attributes:
        indexes: The indexes that are gone along; ``pk_`` and ``uq_`` with the table for those without a name.
        whole: The tables that are read from end to end.
        tables: All tables, on PostgreSQL the partitions that hold their rows.
        are_led_by_a_condition: Whether every index is entered at a place, and not gone through from end to end.
    """

    indexes: tuple[str, ...]
    whole: tuple[str, ...]
    tables: frozenset[str]
    are_led_by_a_condition: bool


def plan_of(engine: Engine, sent: Sent) -> Plan:
    """The plan for a statement with its parameters."""
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        if engine.dialect.name == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sent.sql}", sent.parameters)
            return _of_sqlite([str(row[3]) for row in cursor.fetchall()])
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sent.sql}", sent.parameters)
        ((found,),) = cursor.fetchall()
        steps = list(_steps(json.loads(found) if isinstance(found, str) else found))
    indexed = [step for step in steps if "Index Name" in step]
    return Plan(
        tuple(step["Index Name"] for step in indexed),
        tuple(step["Relation Name"] for step in steps if step["Node Type"] == "Seq Scan"),
        frozenset(step["Relation Name"] for step in steps if "Relation Name" in step),
        all("Index Cond" in step for step in indexed),
    )


def _steps(plan: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401  # JSON of the server
    for step in plan if isinstance(plan, list) else [plan]:
        inner = step.get("Plan", step)
        yield inner
        yield from _steps(inner.get("Plans", []))


def _of_sqlite(lines: list[str]) -> Plan:
    steps = [found for line in lines if (found := _STEP.match(line))]
    searched = [step for step in steps if step[1] == "SEARCH"]
    return Plan(
        tuple(_index(step) for step in searched),
        tuple(step[2] for step in steps if step[1] == "SCAN"),
        frozenset(step[2] for step in steps),
        all(step[5] for step in searched),
    )


def _index(step: re.Match[str]) -> str:
    name = step[4] or f"pk_{step[2]}"
    return re.sub(r"^sqlite_autoindex_(\w+)_\d+$", r"uq_\1", name)
