"""Several workers carry mails from one outbox, to a server that refuses a fifth of them; some are killed."""

import random
import signal
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from email import message_from_bytes
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from attrs import define, field
from sqlalchemy import Engine, text

from tests.budgets import chosen
from tests.crash.carrying import Carrying
from tests.crash.crew import START, People
from tests.crash.dying import Death, Point
from tests.crash.journal import TaggedIds, lines_of
from tests.crash.recount import listed
from tests.crash.scene import Scene
from tests.crash.worker import Job
from tests.unit.adapters.email.servers import Behaviour, serving
from worktraq import WorkTraq
from worktraq.core.ids import ActivityId, IntentId, ItemId, UserId
from worktraq.core.notifications import LEASE, Intent, NotificationKind, wait_after
from worktraq.testing.builders import MONDAY
from worktraq.testing.fakes import FixedClock

REFUSED_ONE_IN = 5
REFUSED_FOR_GOOD_ONE_IN = 25
NOW = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
    "mariadb": "CAST(UNIX_TIMESTAMP(SYSDATE(6)) * 1000000 AS SIGNED)",
}
"""Microseconds since 1970 by the clock of each database."""
OUTBOX = "worktraq_intent WHERE organization_id = :firm"


def _id_in(content: bytes) -> UUID:
    return UUID(message_from_bytes(content)["Message-ID"].strip().removeprefix("<").partition("@")[0])


@define
class Strict(Behaviour):
    """Refuses a fifth of the mails when they first come, and of these a fifth for good.

    Attributes:
        is_lenient: Whether it takes everything now.
        refused: Ids of mails that it refused for a while.
        refused_for_good: Ids of mails that it refused for good.
    """

    is_lenient: bool = False
    refused: set[UUID] = field(factory=set)
    refused_for_good: set[UUID] = field(factory=set)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Take the content, or refuse it."""
        assert isinstance(envelope.content, bytes)
        each = _id_in(envelope.content)
        number = each.int & 0xFFFF
        if not self.is_lenient and number % REFUSED_FOR_GOOD_ONE_IN == 0:
            self.refused_for_good.add(each)
            return "554 not this one"
        if number % REFUSED_ONE_IN == 0 and number % REFUSED_FOR_GOOD_ONE_IN and each not in self.refused:
            self.refused.add(each)
            return "451 later"
        return await super().handle_DATA(server, session, envelope)


@define
class Post:
    """An outbox and those who empty it.

    Attributes:
        scene: Where.
        people: Whose mails they are.
        engine: The database, without the library.
        killed: Of workers that were killed: what they held and had not noted.
        noted: What workers noted as carried.
        kills: How many were killed.
    """

    scene: Scene
    people: People
    engine: Engine
    killed: set[UUID] = field(factory=set)
    noted: Counter[UUID] = field(factory=Counter)
    kills: int = 0

    def round(self, server: int, deaths: Iterable[int]) -> None:
        """Let workers carry what is due; each dies before it notes something for this time, or never for 0."""
        jobs = []
        for dies_at in deaths:
            fork = self.scene.next_fork()
            carrying = Carrying(self.people.organization_id, server, dies_at)
            jobs.append(Job(fork, str(self.scene.journal_of(fork)), 0, 0, Death(Point.TOLD), carrying=carrying))
        self.scene.workers.start(*jobs)
        ended = self.scene.workers.end()
        assert not ended.errors, listed(ended.errors)
        assert not ended.stuck
        for fork, status in ended.statuses.items():
            self._read(fork, is_killed=status == signal.SIGKILL)

    def _read(self, fork: int, *, is_killed: bool) -> None:
        held: set[UUID] = set()
        for line in lines_of(self.scene.journal_of(fork)):
            names = line["ids"]
            assert isinstance(names, list)
            ids = {UUID(each) for each in names}
            if line["what"] == "claimed":
                held |= ids
            else:
                held -= ids
                self.noted.update(ids)
        if is_killed:
            self.kills += 1
            self.killed |= held

    def let_time_pass(self) -> None:
        """Let every lease run out and every waiting time be over, by the clock of the database."""
        self.change(
            "UPDATE worktraq_intent SET available_at = 1 WHERE available_at IS NOT NULL AND organization_id = :firm"
        )

    def change(self, statement: str) -> None:
        """Change the outbox behind the back of the library."""
        with self.engine.begin() as connection:
            connection.execute(text(statement), {"firm": self._firm})

    def numbers(self, statement: str) -> list[int]:
        """The numbers in the first column."""
        with self.engine.connect() as connection:
            return [int(row[0]) for row in connection.execute(text(statement), {"firm": self._firm})]

    def count(self, condition: str) -> int:
        """How many intents are so."""
        return self.numbers(f"SELECT count(*) FROM {OUTBOX} AND {condition}")[0]

    @property
    def now(self) -> int:
        """The instant by the clock of the database."""
        return self.numbers(f"SELECT {NOW[self.scene.url.partition('+')[0].partition(':')[0]]}")[0]

    @property
    def _firm(self) -> UUID | bytes:
        firm = self.people.organization_id
        return firm if self.engine.name == "postgresql" else firm.bytes


def _fill(scene: Scene, people: People, mails: int) -> set[UUID]:
    """Put mails to an employee into the outbox, about an hour that was approved."""
    owner, activities = people.owners[0]
    ids = TaggedIds()
    with scene.store() as store:
        engine = WorkTraq(store, clock=FixedClock(START), ids=ids)
        with engine.transaction(people.actor(owner)) as tx:
            item_id: ItemId = tx.entries.register_time(ActivityId(activities[1]), on=MONDAY, minutes=60).id
            tx.approval.submit_items([item_id])
        with engine.transaction(people.actor(people.manager)) as tx:
            tx.approval.approve([item_id])
        kind, organization_id = NotificationKind.ITEMS_APPROVED, people.organization
        intents = [
            Intent(IntentId(ids()), organization_id, kind, UserId(owner), item_ids=(item_id,)) for _ in range(mails)
        ]
        with store.unit_of_work(organization_id, writes=True) as uow:
            uow.outbox.add(*intents)
    return {intent.id for intent in intents}


def _retry_and_drop(scene: Scene, people: People) -> tuple[set[UUID], set[UUID]]:
    """Let an administrator retry half of what was given up, and drop the rest; gives both."""
    with scene.store() as store:
        engine = WorkTraq(store, clock=FixedClock(START), ids=TaggedIds())
        with engine.transaction(people.actor(people.admin)) as tx:
            dead = [each.intent.id for each in tx.notifications.dead()]
            half = len(dead) // 2
            for each in dead[:half]:
                tx.notifications.retry(each)
            for each in dead[half:]:
                tx.notifications.drop(each)
    return set(dead[:half]), set(dead[half:])


@pytest.mark.requirement("B-08")
def test_every_mail_arrives_whoever_is_killed(scene: Scene, record_property: Callable[[str, object], None]) -> None:
    """Each at least once, again only where a worker was killed before it could note it, and then as the same mail."""
    mails, crowd = chosen(modest=200, large=10_000), chosen(modest=3, large=8)
    randomness = random.Random(5)
    people = scene.people()
    wanted = _fill(scene, people, mails)
    server = Strict(pipelines=True)
    with serving(server) as port:
        post = Post(scene, people, scene.plain())
        before = post.now
        post.round(port, [randomness.randint(1, 2) for _ in range(crowd - 1)] + [0])
        after = post.now
        # What was refused waits by the clock of the database: that of every worker shows 2031.
        wait = wait_after(1)
        assert wait is not None
        waits = post.numbers(f"SELECT available_at FROM {OUTBOX} AND lease_until IS NULL AND available_at > 0")
        microseconds = wait // timedelta(microseconds=1)
        assert waits
        assert all(before + microseconds <= each <= after + microseconds for each in waits)
        while post.count("available_at IS NOT NULL"):
            post.let_time_pass()
            post.round(port, [0] * crowd)
        assert post.count("is_dead = true") == len(server.refused_for_good) > 0
        server.is_lenient = True
        retried, dropped = _retry_and_drop(scene, people)
        post.round(port, [0] * crowd)
        assert post.count("delivered_at IS NULL") == 0
    taken = Counter(_id_in(each.content) for each in server.mails)
    again = {each for each, times in taken.items() if times > 1}
    assert wanted - taken.keys() == dropped & wanted
    assert again <= post.killed, "a mail was sent again that nobody was killed over"
    assert again, "nobody was killed at the right moment"
    assert set(post.noted.values()) == {1}, "a mail was noted twice"
    assert retried | dropped == server.refused_for_good
    record_property(
        "figure",
        f"mails on {scene.name}: {mails} by {crowd} workers, {len(server.refused)} refused for a while and"
        f" {len(server.refused_for_good)} for good, {post.kills} workers killed, {len(again)} sent again",
    )


@pytest.mark.requirement("B-08")
def test_who_lost_a_lease_notes_nothing(scene: Scene) -> None:
    """Once a lease has run out and somebody else holds the mail, the one before can neither note nor postpone it."""
    people = scene.people()
    (each,) = _fill(scene, people, 1)
    with scene.store() as store, scene.store() as other_store:
        post = Post(scene, people, scene.plain())
        post.change(
            "UPDATE worktraq_intent SET available_at = NULL WHERE organization_id = :firm AND delivered_at IS NULL AND kind <> 'items_approved'"
        )
        late = [held for held in store.claims.claim(10, LEASE, people.organization) if held.intent.id == each]
        assert not other_store.claims.claim(10, LEASE, people.organization)
        post.let_time_pass()
        now = [held for held in other_store.claims.claim(10, LEASE, people.organization) if held.intent.id == each]
        assert (len(late), len(now)) == (1, 1)
        assert store.claims.complete(*late) == 0
        assert not store.claims.postpone(late[0], LEASE, "delivery_failed")
        assert not store.claims.bury(late[0], "delivery_failed")
        assert other_store.claims.complete(*now) == 1
        post.let_time_pass()
        assert not [held for held in store.claims.claim(10, LEASE, people.organization) if held.intent.id == each]
