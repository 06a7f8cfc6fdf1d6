"""Workers that are killed at any moment of their work: nothing that was acknowledged is lost, and nothing is half done."""

import random
import signal
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.budgets import chosen
from tests.crash.books import Books
from tests.crash.crew import LINKS, START, JournalNotifier, People
from tests.crash.dying import Death, Point
from tests.crash.journal import Journal, Story, TaggedIds
from tests.crash.recount import findings, listed, made_ids, mails_right
from tests.crash.scene import Scene
from tests.crash.worker import Job
from worktraq import WorkTraq
from worktraq.testing.fakes import FixedClock

AT_ONCE = 2
"""Workers of the same firm at the same time."""
PER_FIRM = 40
"""Kills after which another firm begins, so that the recount after every kill stays short."""
MOST_COMMANDS = 60
_LATEST_COMMIT = 12
_LONGEST_WORK = 150_000
_LONGEST_COMMIT = 2_500


def a_death(randomness: random.Random) -> Death:
    """Any way to die."""
    point = randomness.choice((Point.BEFORE, Point.SENT, Point.AFTER, Point.DURING, Point.ANY))
    longest = _LONGEST_COMMIT if point is Point.DURING else _LONGEST_WORK
    return Death(point, randomness.randint(1, _LATEST_COMMIT), randomness.randrange(longest))


@pytest.mark.requirement("B-07", "B-08")
def test_nothing_is_lost_or_half_done_when_workers_are_killed(
    scene: Scene, record_property: Callable[[str, object], None]
) -> None:
    """After every kill the books are recounted with plain SQL, and at the end the whole trail is looked through."""
    kills = chosen(modest=12, large=1_000)
    randomness = random.Random(1)
    figures: Counter[str] = Counter()
    while figures["kills"] < kills:
        _one_firm(scene, randomness, min(PER_FIRM, kills - figures["kills"]), figures)
    record_property(
        "figure", f"kills on {scene.name}: {', '.join(f'{count} {what}' for what, count in figures.items())}"
    )
    assert figures["kills"] >= kills


def _one_firm(scene: Scene, randomness: random.Random, kills: int, figures: Counter[str]) -> None:
    people, story, engine, workers = scene.people(), Story.empty(), scene.plain(), scene.workers
    before = _job(scene, people, randomness, Death(Point.TOLD))
    workers.start(before)  # so that there is something in every state
    workers.end()
    scene.read(story, before.fork)
    killed = 0
    while killed < kills:
        jobs = [_job(scene, people, randomness, a_death(randomness)) for _ in range(AT_ONCE)]
        forks = [job.fork for job in jobs]
        workers.start(*jobs)
        ended = workers.end()
        assert not ended.errors, listed(ended.errors)
        assert not ended.stuck
        assert set(ended.statuses.values()) == {signal.SIGKILL}
        killed += len(jobs)
        scene.wait_until_quiet()
        scene.read(story, *forks)
        books = Books.read(engine, people.organization_id)
        found = findings(books, story) + list(mails_right(books, story, killed))
        assert not found, listed(found)
        for job in jobs:
            figures["kills"] += 1
            figures[job.death.point.value] += 1
        figures["recounts"] += 1
    books = _close_books(scene, people, story, killed)
    made = made_ids(books)
    untold = [each for each in story.attempts.values() if not each.is_acknowledged]
    figures["commands done"] += story.done
    figures["refused or in conflict"] += story.refused
    figures["commits nobody was told of"] += len(untold)
    figures["of them made"] += sum(any(each in made for each in attempt.drawn) for attempt in untold)
    for name in ("items", "decisions", "requests", "invoices", "events", "intents"):
        figures[name] += len(getattr(books, name))


def _job(scene: Scene, people: People, randomness: random.Random, death: Death) -> Job:
    fork = scene.next_fork()
    return Job(fork, str(scene.journal_of(fork)), randomness.randrange(2**32), MOST_COMMANDS, death, people)


def _close_books(scene: Scene, people: People, story: Story, killed: int) -> Books:
    """Let time pass until leases are over, carry what is left, and seal everything; then recount once more."""
    fork = scene.next_fork()
    journal = Journal(scene.journal_of(fork))
    engine = scene.plain()
    with engine.begin() as connection:
        connection.execute(text("UPDATE worktraq_intent SET available_at = 1 WHERE available_at IS NOT NULL"))
    with scene.store() as store:
        library = WorkTraq(
            store, notifier=JournalNotifier(journal), links=LINKS, clock=FixedClock(START), ids=TaggedIds()
        )
        journal.write(command=0, what="intent", name="deliver")
        library.deliver_notifications(organization_id=people.organization)
        journal.write(command=0, what="done")
        library.run_due(START, organization_id=people.organization)
        with library.view(people.actor(people.admin)) as tx:
            assert tx.audit.verify() is None
    scene.read(story, fork)
    books = Books.read(engine, people.organization_id)
    found = findings(books, story) + list(mails_right(books, story, killed))
    assert not found, listed(found)
    assert all(row["number"] is not None for row in books.events)
    if engine.name == "sqlite":
        with engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            assert not connection.execute(text("PRAGMA foreign_key_check")).all()
    assert all(row["delivered_at"] is not None for row in books.intents)
    return books
