"""Starts the process that imports, asks it about files, and ends it."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
"""After which a process that uses no processor time is given up."""


@frozen
class Answer:
    """What became of a file.

    Attributes:
        outcome: ``error``, ``refused rows``, ``imported``, ``broken``, or ``ended`` when the process died.
        codes: Why.
        is_unchanged: Whether the store is as before.
        customers: Names of the customers in the store, without the one that was there before.
    """

    outcome: str
    codes: tuple[str, ...] = ()
    is_unchanged: bool = False
    customers: tuple[str, ...] = ()


class Worker:
    """A process that imports one file after another; see `tests.hostile.worker`."""

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, (*sys.path, str(ROOT))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
        )

    def asked(self, path: Path) -> Answer:
        """What becomes of a file; the process is gone afterwards if it broke a limit."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{json.dumps(str(path))}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return Answer("ended")
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE_SECONDS)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            return Answer("ended")
        answer = json.loads(line)
        return Answer(
            answer["outcome"],
            tuple(dict.fromkeys(answer["codes"])),
            answer["is_unchanged"],
            tuple(name for name in answer["customers"] if name not in {"Acme", "Old"}),
        )

    @property
    def is_alive(self) -> bool:
        """Whether it takes another file."""
        return self._process.poll() is None

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def running() -> Iterator[Worker]:
    """A worker that ends with the block."""
    worker = Worker()
    try:
        yield worker
    finally:
        worker.end()
