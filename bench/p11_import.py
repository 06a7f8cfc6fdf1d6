"""P11: `import worktraq`, against `import attrs`, each in a process of its own."""

import statistics
import subprocess
import sys

from bench.measuring import Figure, Scale

_SCRIPT = """
import time
begin = time.perf_counter()
import {module}
print(time.perf_counter() - begin)
"""


def measure(scale: Scale) -> list[Figure]:
    """The import alone, as the process itself measures it."""
    times: dict[str, list[float]] = {"worktraq": [], "attrs": []}
    for _ in range(scale.of(15, 5)):
        for module, measured in times.items():
            command = [sys.executable, "-c", _SCRIPT.format(module=module)]
            measured.append(
                float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
            )  # our own interpreter and script
    ours, theirs = statistics.median(times["worktraq"]), statistics.median(times["attrs"])
    return [Figure("P11", "import worktraq", "import attrs", ours, theirs, "<= 2.0")]
