"""Runs every measurement and writes bench/results.md and bench/results.json."""

import argparse
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from bench import (
    p01_approval_step,
    p02_load,
    p03_register_many,
    p04_register_one,
    p05_approve,
    p06_totals,
    p07_unbilled,
    p08_import,
    p08b_accounting,
    p09_page,
    p10_timesheet,
    p11_import,
    p12_mail,
    p14_quarter,
)
from bench.measuring import Figure, Scale, seconds, surroundings
from bench.places import missing_servers, server_versions
from bench.report import Run, line, verdict, write

FOLDER = Path(__file__).parent
ROWS: dict[str, Callable[[Scale], Iterable[Figure]]] = {
    "P1": p01_approval_step.measure,
    "P2": p02_load.measure,
    "P3": p03_register_many.measure,
    "P4": p04_register_one.measure,
    "P5": p05_approve.measure,
    "P6": p06_totals.measure,
    "P7": p07_unbilled.measure,
    "P8": p08_import.measure,
    "P8b": p08b_accounting.measure,
    "P9": p09_page.measure,
    "P10": p10_timesheet.measure,
    "P11": p11_import.measure,
    "P12": p12_mail.measure,
    "P14": p14_quarter.measure,
}
NOT_BUILT = {"P13": "tasks are not built yet, so there is nothing to measure"}


def main() -> int:
    """Measure what is asked for; a run of all rows in full writes its results after each row."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, in under a minute; writes nothing")
    parser.add_argument("rows", nargs="*", metavar="row", help=f"only these rows: {', '.join(ROWS)}")
    arguments = parser.parse_args()
    if unknown := [row for row in arguments.rows if row not in ROWS]:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    rows, is_kept = arguments.rows or list(ROWS), not arguments.quick and not arguments.rows
    made_with = {**surroundings(), **server_versions()}
    not_measured = {**NOT_BUILT, **dict.fromkeys(missing_servers(), "there is no server that lets us in")}
    print(", ".join(f"{name} {found}" for name, found in made_with.items()), flush=True)
    figures: list[Figure] = []
    took: dict[str, float] = {}
    for number, row in enumerate(rows, 1):
        print(f"\n[{number} of {len(rows)}] {_title(row)} ...", flush=True)
        took[row] = seconds(partial(_measure, row, Scale(arguments.quick), figures))
        print(f"     took {took[row]:.0f} s", flush=True)
        if is_kept:
            write(Run(made_with, figures, took, rows[number:], not_measured), FOLDER)
    print(f"\n{verdict(figures)}; took {sum(took.values()):.0f} s")
    if arguments.quick:
        print("The goals are for the full numbers: with small ones, what is done once weighs more.")
    for what, reason in () if arguments.rows else not_measured.items():
        print(f"{what} is not measured: {reason}")
    return 0


def _measure(row: str, scale: Scale, figures: list[Figure]) -> None:
    for figure in ROWS[row](scale):
        figures.append(figure)
        print(line(figure), flush=True)


def _title(row: str) -> str:
    return (sys.modules[ROWS[row].__module__].__doc__ or row).partition(",")[0]


if __name__ == "__main__":
    sys.exit(main())
