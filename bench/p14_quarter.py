"""P14: the whole quarter of the demo in a process of its own: time after start, and peak memory."""

import json
import statistics
import subprocess
import sys
import tempfile

from bench.measuring import Figure, Scale

_MOST_SECONDS = 2.0
_MOST_MEGABYTES = 150

# A small process of its own starts the one that is measured, because a child is charged with the memory that its
# parent had when it was forked.
_LAUNCHER = """
import json, resource, subprocess, sys, time
begin = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True, check=True)
took = time.perf_counter() - begin
print(json.dumps([took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024]))
"""

# What the demo loads: the interpreter, its own modules, and the libraries behind them.
_START = """
import worktraq.cli.performing, worktraq.cli.commands, worktraq.adapters.sqlalchemy, worktraq.adapters.excel.workbook
import python_calamine, worktraq.adapters.email.messages, worktraq.adapters.email.notifier
"""


def measure(scale: Scale) -> list[Figure]:
    """From customers.xlsx and 388 working sessions to the overview, on SQLite."""
    start, whole, memory = [], [], []
    for _ in range(scale.of(5, 1)):
        start.append(_launched([sys.executable, "-c", _START], None)[0])
        with tempfile.TemporaryDirectory() as folder:
            took, megabytes = _launched([sys.executable, "-m", "worktraq", "demo", "--json"], folder)
        whole.append(took)
        memory.append(megabytes)
    seconds = statistics.median(whole) - statistics.median(start)
    note = f"the whole process {statistics.median(whole):.2f} s, of which {statistics.median(start):.2f} s are loading"
    work = "the quarter of the demo, once interpreter and libraries are loaded (SQLite)"
    most = f"{_MOST_MEGABYTES} MB"
    return [
        Figure("P14", work, f"{_MOST_SECONDS} s", seconds, _MOST_SECONDS, "<= 1.0", note),
        Figure("P14", "peak memory of that process", most, max(memory), _MOST_MEGABYTES, "<= 1.0", unit="MB"),
    ]


def _launched(command: list[str], folder: str | None) -> tuple[float, float]:
    launcher = [sys.executable, "-c", _LAUNCHER, *command]
    done = subprocess.run(launcher, cwd=folder, capture_output=True, check=True, text=True)
    took, megabytes = json.loads(done.stdout)
    return took, megabytes
