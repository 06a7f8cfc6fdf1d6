"""A process that forks workers off itself, and kills them; warm, so that a new one costs next to nothing.

Asked with one JSON object on each line; answers with one. It has no thread and no open connection when it forks.
"""

import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import define, field, frozen
from sqlalchemy import event

from tests.crash.carrying import Carrying, carry
from tests.crash.crew import Crew, People
from tests.crash.dying import Death, Deathbed, Point, kill_itself
from tests.crash.journal import TaggedIds
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.serialization import from_json

PATIENCE_SECONDS = 240
"""After which a worker that has not ended is stuck."""

CHECKPOINT_PAGES = 8
"""After which SQLite moves pages from its log into the file, so that many commits do; 1,000 by default."""


@frozen
class Job:
    """What one worker does.

    Attributes:
        fork: Its number, from 1.
        journal: Where it writes what it does.
        seed: Of its choices.
        most: How many commands it does at most.
        death: How it ends.
        people: Whose work it does.
        carrying: How it delivers, if that is its work.
    """

    fork: int
    journal: str
    seed: int
    most: int
    death: Death
    people: People | None = None
    carrying: Carrying | None = None


@frozen
class Beginning:
    """What the process is told first.

    Attributes:
        url: Of the database.
        folder: Where a worker leaves word of what went wrong.
        warm_up: Whose work is done once before there are workers.
    """

    url: str
    folder: str
    warm_up: People


@frozen
class Order:
    """What the process is asked: to start workers, to kill some, or else to wait until all have ended.

    Attributes:
        jobs: Of the workers to start.
        kills: Numbers of the workers to end now.
    """

    jobs: tuple[Job, ...] = ()
    kills: tuple[int, ...] = ()


@define
class _Child:
    pid: int
    signals: int
    death: Death
    kill_at: float | None
    status: int | None = field(default=None)


class Foreman:
    """Forks workers on one database."""

    def __init__(self, url: str, warm_up: People, folder: Path) -> None:
        self._folder = folder
        self._store = SqlStore.from_url(url)
        if self._store.engine.dialect.name == "sqlite":
            event.listen(self._store.engine, "connect", _checkpoint_often)
        # What is compiled now, no worker has to compile.
        Crew(self._store, warm_up, folder / "warm.journal", TaggedIds(), 1).do_each()
        self._store.close()
        self._children: dict[int, _Child] = {}

    def start(self, jobs: Sequence[Job]) -> dict[str, object]:
        """Start workers."""
        for job in jobs:
            reading, writing = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(reading)
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever reads it is not kept waiting
                self._live(job, writing)
            os.close(writing)
            kill_at = time.monotonic() + job.death.delay / 1_000_000 if job.death.point is Point.ANY else None
            self._children[job.fork] = _Child(pid, reading, job.death, kill_at)
        return {"pids": [self._children[job.fork].pid for job in jobs]}

    def kill(self, forks: Sequence[int]) -> dict[str, object]:
        """End workers now."""
        for fork in forks:
            os.kill(self._children[fork].pid, signal.SIGKILL)
        return self.end()

    def end(self) -> dict[str, object]:
        """Wait until every worker has ended, and end those whose time has come.

        Returns:
            With which status each ended, by its number; and which were stuck.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        stuck: list[int] = []
        while alive := {fork: child for fork, child in self._children.items() if child.status is None}:
            now = time.monotonic()
            if now > until:
                stuck += alive
                for child in alive.values():
                    os.kill(child.pid, signal.SIGKILL)
            for child in alive.values():
                if child.kill_at is not None and child.kill_at <= now:
                    os.kill(child.pid, signal.SIGKILL)
                    child.kill_at = None
            self._listen([*alive.values()], now)
        ended = {str(fork): child.status for fork, child in self._children.items()}
        self._children.clear()
        return {"ended": ended, "stuck": stuck}

    def _listen(self, alive: Sequence[_Child], now: float) -> None:
        deadlines = [child.kill_at for child in alive if child.kill_at is not None]
        wait = max(0.0, min([*deadlines, now + 1.0]) - now)
        ready, _, _ = select.select([child.signals for child in alive], [], [], wait)
        for child in alive:
            if child.signals not in ready:
                continue
            if os.read(child.signals, 1):
                child.kill_at = time.monotonic() + child.death.delay / 1_000_000
            else:  # it is gone, and its end of the pipe with it
                child.status = os.waitpid(child.pid, 0)[1]
                os.close(child.signals)

    def _live(self, job: Job, signals: int) -> None:
        try:
            ids = TaggedIds(job.fork)
            if job.carrying is not None:
                carry(self._store, job.carrying, Path(job.journal))
                os._exit(0)
            deathbed = Deathbed(self._store, ids, job.death, signals)
            assert job.people is not None
            deathbed.crew = Crew(self._store, job.people, Path(job.journal), ids, job.seed)
            deathbed.crew.work(job.most)
            kill_itself()
        except BaseException:  # noqa: BLE001  # nothing of it may reach the process that it was forked from
            (self._folder / f"{job.fork}.error").write_text(traceback.format_exc())
        finally:
            os._exit(1)


def _checkpoint_often(connection: Any, _record: object) -> None:  # noqa: ANN401  # of the sqlite3 module
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")


def main() -> None:
    """Answer until there are no more lines."""
    begin = from_json(sys.stdin.readline(), Beginning)
    foreman = Foreman(begin.url, begin.warm_up, Path(begin.folder))
    _answer({})
    for line in sys.stdin:
        order = from_json(line, Order)
        if order.jobs:
            _answer(foreman.start(order.jobs))
        elif order.kills:
            _answer(foreman.kill(order.kills))
        else:
            _answer(foreman.end())


def _answer(answer: Mapping[str, object]) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
