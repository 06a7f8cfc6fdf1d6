"""Hosts that run an event loop: many tasks through a pool of threads, and tasks that are cancelled."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from uuid import UUID

import pytest
from attrs import frozen
from sqlalchemy import QueuePool

from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.core.actors import Actor
from worktraq.engine import WorkTraq
from worktraq.testing.builders import MONDAY
from worktraq.testing.fakes import FixedClock
from worktraq.testing.firms import Firm, stored_firm
from worktraq.usecases.transaction import Transaction

THREADS = 3
TASKS = 40


@frozen
class Host:
    """An async product with worktraq in it.

    Attributes:
        store: With as many connections as threads.
        engine: On it.
        firm: Stored.
        threads: For everything of worktraq.
    """

    store: SqlStore
    engine: WorkTraq
    firm: Firm
    threads: ThreadPoolExecutor

    @property
    def eva(self) -> Actor:
        """An employee."""
        return Actor.user(self.firm.id, self.firm.employee.id)

    async def call(self, function: Callable[[], UUID]) -> UUID:
        """The result of a function that is called in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, function)

    def entries(self) -> set[UUID]:
        """What was registered."""
        with self.engine.view(self.eva) as tx:
            return {entry.id for entry in tx.entries.list()}


@pytest.fixture
def host(url: str) -> Iterator[Host]:
    """With few threads."""
    store = SqlStore.from_url(url, pool_size=THREADS, max_overflow=0, pool_timeout=60, poolclass=QueuePool)
    engine = WorkTraq(store, clock=FixedClock())
    with ThreadPoolExecutor(THREADS) as threads:
        yield Host(store, engine, stored_firm(store), threads)
    store.close()


def register(host: Host, tx: Transaction) -> UUID:
    """A minute of Eva's."""
    return tx.entries.register_time(host.firm.activity.id, on=MONDAY, minutes=1).id


@pytest.mark.requirement("B-08")
def test_many_tasks_share_few_threads(host: Host) -> None:
    """Each transaction is done once, in one thread, and every connection is back."""

    async def main() -> list[UUID]:
        work = partial(host.engine.run, host.eva, partial(register, host))
        return await asyncio.gather(*(host.call(work) for _ in range(TASKS)))

    done = asyncio.run(main())
    assert set(done) == host.entries()
    assert len(set(done)) == TASKS
    assert checked_out(host) == 0


@pytest.mark.requirement("B-08")
def test_a_cancelled_task_leaves_its_transaction_whole(host: Host) -> None:
    """The thread goes on to the end, so it is committed; asked for again under its key, it is not done again."""
    begun, may_go_on = Event(), Event()

    def slow(tx: Transaction) -> UUID:
        begun.set()
        assert may_go_on.wait(60)
        return register(host, tx)

    async def main() -> UUID:
        work = partial(host.engine.run, host.eva, slow, key="once")
        task = asyncio.create_task(host.call(work))
        await asyncio.to_thread(begun.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        may_go_on.set()
        return await host.call(work)

    done = asyncio.run(main())
    assert host.entries() == {done}
    assert checked_out(host) == 0


def checked_out(host: Host) -> int:
    """How many connections somebody holds."""
    assert isinstance(host.store.engine.pool, QueuePool)
    return host.store.engine.pool.checkedout()
