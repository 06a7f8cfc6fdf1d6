"""The side of a program that is measured: it does what it is told, line by line, and says how long that took.

This file and those of the programs run in their environment, which has neither worktraq nor the rest of the bench.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

Job = Callable[..., object]


def serve(jobs: Mapping[str, Job]) -> None:
    """Read ``{"job": …, "given": {…}}`` from each line; answer with the seconds, and what came of it."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what a program prints by itself is no answer
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        begin = time.perf_counter()
        result = jobs[asked["job"]](**asked["given"])
        answer = {"seconds": time.perf_counter() - begin, "result": result}
        print(json.dumps(answer), file=answers, flush=True)
