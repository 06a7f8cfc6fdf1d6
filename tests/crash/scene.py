"""The databases that are worked on, and the process that the workers are forked from."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from attrs import define, field, frozen
from sqlalchemy import Engine, NullPool, create_engine, text

from tests.crash.crew import People, found_people
from tests.crash.journal import Story, lines_of
from tests.crash.worker import Beginning, Job, Order
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.serialization import to_json

ROOT = Path(__file__).parents[2]
_QUIET_SECONDS = 60
_PAUSE_SECONDS = 0.003
_OTHERS = {
    "postgresql": (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    ),
    "mariadb": "SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
}


@frozen
class Ended:
    """How workers ended.

    Attributes:
        statuses: Of each worker, as the system gives it; a signal is its number.
        stuck: Workers that did not come to an end.
        errors: What went wrong in a worker that nobody killed.
    """

    statuses: Mapping[int, int]
    stuck: Sequence[int]
    errors: Sequence[str]


class Workers:
    """The process that workers are forked from; see `tests.crash.worker`."""

    def __init__(self, url: str, folder: Path, warm_up: People) -> None:
        self._folder = folder
        path = os.pathsep.join(filter(None, (*sys.path, str(ROOT))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
        )
        self._tell(to_json(Beginning(url, str(folder), warm_up)))

    def start(self, *jobs: Job) -> list[int]:
        """Start workers, and give the ids of their processes."""
        return [int(each) for each in self._tell(to_json(Order(jobs=jobs)))["pids"]]

    def kill(self, *forks: int) -> Ended:
        """End workers now, and wait for all the others."""
        return self._ended(self._tell(to_json(Order(kills=forks))))

    def end(self) -> Ended:
        """Wait until all have ended."""
        return self._ended(self._tell(to_json(Order())))

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _ended(self, answer: Mapping[str, object]) -> Ended:
        ended, stuck = answer["ended"], answer["stuck"]
        assert isinstance(ended, dict)
        assert isinstance(stuck, list)
        files = [self._folder / f"{fork}.error" for fork in ended]
        errors = [file.read_text() for file in files if file.exists()]
        return Ended({int(fork): int(status) for fork, status in ended.items()}, stuck, errors)

    def _tell(self, line: str) -> dict[str, list[str]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the process that workers are forked from is gone"
        read: dict[str, list[str]] = json.loads(answer)
        return read


@define
class Scene:
    """A database with its schema, where workers can be killed.

    Attributes:
        name: Of the database, as the tests show it.
        url: As SQLAlchemy takes it.
        folder: For journals.
    """

    name: str
    url: str
    folder: Path
    _forks: int = field(default=0)
    _workers: Workers | None = field(default=None)

    @property
    def workers(self) -> Workers:
        """Those who work here; they are told what to do by one process, which is started once."""
        if self._workers is None:
            self._workers = Workers(self.url, self.folder, self.people())
        return self._workers

    def close(self) -> None:
        """End that process."""
        if self._workers is not None:
            self._workers.close()

    def migrate(self) -> None:
        """Make the tables."""
        with self.store() as store:
            store.migrate()

    @contextmanager
    def store(self) -> Iterator[SqlStore]:
        """A store of the test's own."""
        store = SqlStore.from_url(self.url)
        try:
            yield store
        finally:
            store.close()

    def people(self) -> People:
        """A new firm."""
        with self.store() as store:
            return found_people(store)

    def next_fork(self) -> int:
        """The number of another worker."""
        self._forks += 1
        return self._forks

    def journal_of(self, fork: int) -> Path:
        """Where a worker writes."""
        return self.folder / f"{fork}.journal"

    def read(self, story: Story, *forks: int) -> None:
        """Add what workers wrote to a story."""
        for fork in forks:
            story.add(fork, lines_of(self.journal_of(fork)))

    def plain(self) -> Engine:
        """The database without the library."""
        return create_engine(self.url, poolclass=NullPool)

    def wait_until_quiet(self) -> None:
        """Wait until the server is done with what killed workers left it: until then it may still commit."""
        engine = self.plain()
        if engine.name not in _OTHERS:
            return
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            others = text(_OTHERS[engine.name])
            until(lambda: not connection.execute(others).scalar_one(), "killed workers still have connections")


def until(holds: Callable[[], bool], otherwise: str) -> None:
    """Look again and again until something holds.

    Raises:
        AssertionError: It does not come to hold.
    """
    end = time.monotonic() + _QUIET_SECONDS
    while not holds():
        assert time.monotonic() < end, otherwise
        time.sleep(_PAUSE_SECONDS)
