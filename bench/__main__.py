"""Runs every measurement and writes bench/results.md and bench/results.json."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from attrs import asdict

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
from bench.measuring import Figure, Scale, surroundings
from bench.places import server_versions

FOLDER = Path(__file__).parent
ROWS: dict[str, Callable[[Scale], list[Figure]]] = {
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
    """Measure what is asked for; the results are written when all rows were measured in full."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, in under a minute; writes nothing")
    parser.add_argument("rows", nargs="*", help="only these rows")
    arguments = parser.parse_args()
    figures: list[Figure] = []
    made_with = {**surroundings(), **server_versions()}
    print(", ".join(f"{name} {found}" for name, found in made_with.items()), flush=True)
    for row in arguments.rows or ROWS:
        for figure in ROWS[row](Scale(arguments.quick)):
            figures.append(figure)
            print(line(figure), flush=True)
    for row, reason in () if arguments.rows else NOT_BUILT.items():
        print(f"{row:4} {reason}")
    if not arguments.quick and not arguments.rows:
        (FOLDER / "results.md").write_text(page(figures, made_with), encoding="utf-8")
        found = {
            "with": made_with,
            "figures": [{**asdict(each), "ratio": each.ratio, "is_met": each.is_met} for each in figures],
            "not built": NOT_BUILT,
        }
        (FOLDER / "results.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def line(figure: Figure) -> str:
    """One figure for the terminal."""
    verdict = "met" if figure.is_met else "MISSED"
    return (
        f"{figure.row:4} {figure.ratio:6.2f}  goal {figure.goal:8} {verdict:6}  {figure.work}, against {figure.against}"
    )


def page(figures: list[Figure], made_with: Mapping[str, str]) -> str:
    """All figures as a page."""
    head = "# What it costs\n\nWritten by `make bench`; ratios of medians, all measured in one run.\n\n"
    head += ", ".join(f"{name} {found}" for name, found in made_with.items())
    table = "| row | work | against | ratio | goal | met | ours | theirs |\n|---|---|---|---|---|---|---|---|\n"
    rows = "".join(
        f"| {each.row} | {each.work} | {each.against} | {each.ratio:.2f} | {each.goal} | "
        f"{'yes' if each.is_met else 'no'} | {each.ours * 1000:.1f} ms | {each.theirs * 1000:.1f} ms |\n"
        for each in figures
    )
    notes = "".join(f"- {each.row}: {each.note}\n" for each in figures if each.note)
    notes += "".join(f"- {row}: {reason}\n" for row, reason in NOT_BUILT.items())
    return f"{head}\n\n{table}{rows}\n{notes}"


if __name__ == "__main__":
    sys.exit(main())
