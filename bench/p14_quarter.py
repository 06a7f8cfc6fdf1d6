"""P14: the whole quarter of the demo in a process of its own: time after start, and peak memory."""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time

from bench.measuring import Figure, Scale

_MOST_SECONDS = 2.0
_MOST_MEGABYTES = 150


def measure(scale: Scale) -> list[Figure]:
    """From customers.xlsx and 388 working sessions to the overview, on SQLite."""
    start, whole = [], []
    for _ in range(scale.of(5, 3)):
        start.append(_timed([sys.executable, "-c", "import worktraq.cli"]))
        with tempfile.TemporaryDirectory() as folder:
            whole.append(_timed([sys.executable, "-m", "worktraq", "demo", "--json"], folder))
    seconds = statistics.median(whole) - statistics.median(start)
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    note = f"peak memory {megabytes:.0f} MB, goal at most {_MOST_MEGABYTES}"
    work = "the quarter of the demo, after start (SQLite)"
    return [Figure("P14", work, f"{_MOST_SECONDS} s", seconds, _MOST_SECONDS, "<= 1.0", note)]


def _timed(command: list[str], folder: str | None = None) -> float:
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)  # our own interpreter
    took = time.perf_counter() - begin
    if done.stdout:
        json.loads(done.stdout)
    return took
