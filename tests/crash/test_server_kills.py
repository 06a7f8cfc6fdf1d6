"""A database server that is killed while work goes on, and started again: what it acknowledged is there."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import pytest
from attrs import define, field

from tests.budgets import chosen
from tests.crash.books import Books
from tests.crash.crew import People
from tests.crash.dying import Death, Point
from tests.crash.journal import Story, lines_of
from tests.crash.own_servers import OwnServer, own_server
from tests.crash.recount import findings, listed, made_ids
from tests.crash.scene import Scene, until
from tests.crash.worker import Job

AT_ONCE = 2
PER_FIRM = 20
_MOST_COMMANDS = 50_000
_LONGEST = 0.3


@pytest.mark.parametrize("name", ["postgres", "mariadb"])
@pytest.mark.requirement("B-07", "B-08")
def test_nothing_is_lost_when_the_server_is_killed(
    name: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """A worker meets transient errors while the server is gone, and goes on by itself once it is back."""
    kills = chosen(modest=1, large=100)
    with own_server(name) as server, ExitStack() as stack:
        scene = Scene(name, server.url, tmp_path)
        stack.callback(scene.close)
        scene.migrate()
        siege = Siege(server, scene)
        while siege.figures["kills"] < kills:
            siege.of_one_firm(min(PER_FIRM, kills - siege.figures["kills"]))
    figures = ", ".join(f"{each} {what}" for what, each in siege.figures.items())
    record_property("figure", f"server kills on {name}: {figures}")
    assert siege.figures["met as transient errors"]


@define
class Siege:
    """A server, those who work on it, and how often it was killed.

    Attributes:
        server: The server.
        scene: The database on it.
        figures: What was counted.
    """

    server: OwnServer
    scene: Scene
    figures: Counter[str] = field(factory=Counter)
    _random: random.Random = field(factory=lambda: random.Random(4))

    def of_one_firm(self, kills: int) -> None:
        """Kill the server again and again while two work in the same firm, and recount each time."""
        people, story, made = self.scene.people(), Story.empty(), Counter[UUID]()
        for _ in range(kills):
            jobs = [self._job(people) for _ in range(AT_ONCE)]
            self._interrupt(jobs)
            self.scene.wait_until_quiet()
            self.scene.read(story, *(job.fork for job in jobs))
            books = Books.read(self.scene.plain(), people.organization_id)
            found = findings(books, story)
            assert not found, listed(found)
            made = made_ids(books)
            self.figures["kills"] += 1
        untold = [each for each in story.attempts.values() if not each.is_acknowledged]
        self.figures["commands done"] += story.done
        self.figures["met as transient errors"] += story.failed
        self.figures["commits nobody was told of"] += len(untold)
        self.figures["of them made"] += sum(any(each in made for each in attempt.drawn) for attempt in untold)

    def _interrupt(self, jobs: Sequence[Job]) -> None:
        forks = [job.fork for job in jobs]
        self.scene.workers.start(*jobs)
        for fork in forks:
            _has_done_more(self.scene, fork)
        self.server.kill(after=self._random.uniform(0, _LONGEST))
        self.server.start()
        for fork in forks:
            _has_done_more(self.scene, fork)
        ended = self.scene.workers.kill(*forks)
        assert not ended.errors, listed(ended.errors)

    def _job(self, people: People) -> Job:
        fork = self.scene.next_fork()
        seed = self._random.randrange(2**32)
        return Job(fork, str(self.scene.journal_of(fork)), seed, _MOST_COMMANDS, Death(Point.TOLD), people)


def _has_done_more(scene: Scene, fork: int) -> None:
    """Wait until a worker has done something that it had not done."""
    journal = scene.journal_of(fork)

    def done() -> int:
        return sum(line["what"] == "done" for line in lines_of(journal))

    before = done()
    until(lambda: done() > before, f"worker {fork} does not go on")
