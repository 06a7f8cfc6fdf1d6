"""Measuring two or more ways of doing the same work in turns."""

import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from attrs import frozen

Work = Callable[[], object]


@frozen
class Scale:
    """How much work to do.

    Attributes:
        is_quick: Whether the whole bench should take less than a minute.
        repetitions: How often each way is measured: five times, as the goals ask, when it counts.
    """

    is_quick: bool

    @property
    def repetitions(self) -> int:
        return 3 if self.is_quick else 5

    def of(self, full: int, quick: int) -> int:
        """How many of something."""
        return quick if self.is_quick else full


@frozen
class Figure:
    """One measured ratio.

    Attributes:
        row: Of the table of goals, such as ``P2``.
        work: What was done, and how much of it.
        against: What it is compared with.
        ours: Median, in the unit.
        theirs: Median, in the unit.
        goal: Such as ``<= 3.0`` (ours in multiples of theirs) or ``>= 4.0`` (times faster).
        note: What else there is to say.
        unit: Seconds, or ``MB`` of memory.
    """

    row: str
    work: str
    against: str
    ours: float
    theirs: float
    goal: str
    note: str = ""
    unit: str = "s"

    def shown(self, value: float) -> str:
        """One of both for a page."""
        return f"{value * 1000:,.1f} ms" if self.unit == "s" else f"{value:,.0f} {self.unit}"

    @property
    def ratio(self) -> float:
        """Ours in multiples of theirs, or how many times faster ours is, as the goal asks."""
        return self.ours / self.theirs if self.goal.startswith("<=") else self.theirs / self.ours

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached."""
        comparison, number = self.goal.split()
        return self.ratio <= float(number) if comparison == "<=" else self.ratio >= float(number)


def seconds(work: Work) -> float:
    """How long something takes, once."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def medians(ways: Mapping[str, Work], repetitions: int) -> dict[str, float]:
    """The median time of each way, all of them taking turns after one round to warm up."""
    for work in ways.values():
        work()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repetitions):
        for name, work in ways.items():
            times[name].append(seconds(work))
    return {name: statistics.median(measured) for name, measured in times.items()}


def surroundings() -> dict[str, str]:
    """What the figures were measured with."""
    libraries = ("SQLAlchemy", "psycopg", "PyMySQL", "attrs", "transitions", "python-statemachine")
    return {
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{_processor()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{name: version(name) for name in (*libraries, "Jinja2", "typst", "python-calamine")},
    }


def _processor() -> str:
    """Its name, where the system tells."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    return next((f", {line.partition(':')[2].strip()}" for line in lines if line.startswith("model name")), "")
