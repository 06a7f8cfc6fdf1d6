"""What a run of the bench found, as a page and as JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from attrs import asdict, frozen

from bench.measuring import Figure

_HEAD = """\
# What it costs

Written by `make bench`. Each line holds medians of at least five repetitions, both sides in turns in one run. **Ratio** and **goal** are read in
the same way: with ≤, ours in multiples of the other side; with ≥, how many times faster ours is. Times change with the machine, ratios hardly do.
"""
_TABLE = """\
| row | work | against | ours | theirs | ratio | goal | met |
|---|---|---|---:|---:|---:|---:|---|
"""


@frozen
class Run:
    """One run, finished or not.

    Attributes:
        made_with: The machine, and the versions of what took part.
        figures: What was measured so far.
        took: How many seconds each row took, so far.
        left: Rows that are still to be measured.
        not_measured: What cannot be measured here, with the reason.
    """

    made_with: Mapping[str, str]
    figures: Sequence[Figure]
    took: Mapping[str, float]
    left: Sequence[str]
    not_measured: Mapping[str, str]


def write(run: Run, folder: Path) -> None:
    """Write results.md and results.json."""
    (folder / "results.md").write_text(page(run), encoding="utf-8")
    found = {
        "with": run.made_with,
        "figures": [{**asdict(each), "ratio": each.ratio, "is_met": each.is_met} for each in run.figures],
        "seconds": run.took,
        "left": run.left,
        "not measured": run.not_measured,
    }
    (folder / "results.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def page(run: Run) -> str:
    """All figures as a page; what is missed stands at the top."""
    parts = [
        _HEAD,
        _summary(run),
        _TABLE + "".join(map(_row, run.figures)),
        "## Notes\n\n" + _list(f"{each.row}: {each.note}" for each in run.figures if each.note),
        "## Not measured\n\n" + _list(f"{what}: {reason}" for what, reason in run.not_measured.items()),
        "## Measured with\n\n" + _list(f"{name}: {found}" for name, found in run.made_with.items()),
    ]
    return "\n".join(part for part in parts if not part.endswith("\n\n"))


def line(figure: Figure) -> str:
    """One figure for the terminal."""
    met = "met" if figure.is_met else "MISSED"
    return f"{figure.row:4} {figure.ratio:6.2f}  goal {figure.goal:8} {met:6}  {figure.work}, against {figure.against}"


def verdict(figures: Sequence[Figure]) -> str:
    """How many goals are met."""
    return f"{sum(each.is_met for each in figures)} of {len(figures)} goals are met"


def _summary(run: Run) -> str:
    missed = [
        f"{each.row}, {each.work}, against {each.against}: {each.ratio:.2f}, goal {_sign(each.goal)}"
        for each in run.figures
        if not each.is_met
    ]
    sentence = f"**{verdict(run.figures)}"
    text = f"{sentence}; missed:**\n\n{_list(missed)}" if missed else f"{sentence}.**\n"
    if run.left:
        text = f"**This run was not finished.** Not measured: {', '.join(run.left)}.\n\n{text}"
    return text


def _row(each: Figure) -> str:
    met = "yes" if each.is_met else "**no**"
    return (
        f"| {each.row} | {each.work} | {each.against} | {each.shown(each.ours)} | {each.shown(each.theirs)} | "
        f"{each.ratio:.2f} | {_sign(each.goal)} | {met} |\n"
    )


def _sign(goal: str) -> str:
    return goal.replace("<=", "≤").replace(">=", "≥")


def _list(points: Iterable[str]) -> str:
    return "".join(f"- {point}\n" for point in points)
