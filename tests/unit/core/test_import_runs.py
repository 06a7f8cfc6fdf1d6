"""Runs of an import: who is at one, where it goes on, and what is counted."""

from datetime import timedelta

import pytest
from attrs import evolve

from worktraq.core.accounting import BEGINNING as FIRST
from worktraq.core.connections import AccountingConnection
from worktraq.core.ids import ConnectionId, ImportRunId, OrganizationId
from worktraq.core.import_runs import (
    LEASE,
    AccountingPlan,
    ImportRun,
    Phase,
    RunState,
    abandoned,
    finished,
    goes_on,
    held,
    new_import_run,
    read_on,
    require_free,
    resumed_run,
    stepped,
    stopped,
)
from worktraq.core.imports import Change, ImportKind
from worktraq.errors import Conflict, Refused
from worktraq.testing.fakes import BEGINNING, SeededIds

pytestmark = pytest.mark.requirement("B-10")
_ids = SeededIds(4)
LATER = BEGINNING + timedelta(minutes=1)
CONNECTION = AccountingConnection(
    organization_id=OrganizationId(_ids()),
    id=ConnectionId(_ids()),
    source="books",
    settings=(),
    secret_key=_ids(),
    connected_at=BEGINNING,
)


def begun(last: ImportRun | None = None, *, is_incremental: bool = True) -> ImportRun:
    """A run that somebody is at."""
    run_id = ImportRunId(_ids())
    return new_import_run(run_id, CONNECTION, last, BEGINNING, is_incremental=is_incremental, includes_users=True)


def test_run_is_in_the_hands_of_one() -> None:
    """Until the lease runs out, or it stops."""
    run = begun()
    with pytest.raises(Refused) as refused:
        require_free(run, LATER)
    assert refused.value.reasons[0].code == "import_runs_already"
    require_free(None, LATER)
    require_free(run, BEGINNING + LEASE)
    require_free(stopped(run, "import_cancelled", LATER), LATER)
    require_free(evolve(run, leased_until=None), LATER)


def test_run_goes_on_while_it_is_of_the_same_connection() -> None:
    """Not when it is done or abandoned, or everything has to be read again."""
    run = begun()
    assert goes_on(run, CONNECTION)
    assert goes_on(stopped(run, "source_limited", LATER, LATER), CONNECTION)
    assert not goes_on(None, CONNECTION)
    assert not goes_on(finished(run, LATER), CONNECTION)
    assert not goes_on(abandoned(run, LATER), CONNECTION)
    assert not goes_on(run, evolve(CONNECTION, epoch=2))


def test_next_run_begins_where_the_last_one_ended() -> None:
    """If the source can tell what is new, and the last one came to its end."""
    done = finished(read_on(begun(), "7", is_last=True, rows=1, counts={}, at=LATER), LATER)
    assert done.is_done
    assert begun(done).cursor == "7"
    assert begun(done, is_incremental=False).cursor == FIRST
    assert begun(stopped(done, "import_cancelled", LATER)).cursor == FIRST
    assert begun(evolve(done, epoch=2)).cursor == FIRST


def test_who_goes_on_reads_users_only_if_everybody_at_it_may() -> None:
    """And what stopped it is over."""
    cut = stopped(begun(), "source_limited", LATER, LATER)
    again = resumed_run(cut, LATER, includes_users=True)
    assert (again.state, again.problem, again.retry_at, again.includes_users) == (RunState.RUNNING, "", None, True)
    assert again.leased_until == LATER + LEASE
    assert not resumed_run(cut, LATER, includes_users=False).includes_users
    assert not resumed_run(evolve(cut, includes_users=False), LATER, includes_users=True).includes_users


def test_every_step_is_counted_and_holds_on() -> None:
    """Counts add up, and go when nothing is left of them."""
    run = begun()
    waits = held(run, LATER, LATER + timedelta(hours=1))
    assert waits.leased_until == LATER + timedelta(hours=1) + LEASE
    key = (ImportKind.CUSTOMER, Change.CREATE)
    read = read_on(run, "1", is_last=False, rows=3, counts={key: 2}, at=LATER)
    assert (read.phase, read.pages, read.rows, read.count(*key)) == (Phase.READING, 1, 3, 2)
    last = read_on(read, "2", is_last=True, rows=1, counts={key: 1}, at=LATER)
    assert (last.phase, last.count(*key), last.version) == (Phase.RETRYING, 3, 3)
    less = stepped(last, Phase.SWEEPING, "customer:0:", {key: -3}, LATER)
    assert (less.phase, less.mark, less.counts, less.count(*key)) == (Phase.SWEEPING, "customer:0:", (), 0)


def test_plan_holds_as_long_as_nothing_came_between() -> None:
    """Neither another connection, nor a run."""
    run = begun()
    plan = AccountingPlan(
        connection_id=CONNECTION.id,
        connection_version=1,
        run_id=run.id,
        run_version=1,
        counts=(("contact.create", 2),),
        rows=2,
        questions=(),
        pages=("a",),
    )
    plan.require_fresh(CONNECTION, run)
    evolve(plan, run_id=None, run_version=0).require_fresh(CONNECTION, None)
    for connection, last in (
        (evolve(CONNECTION, version=2), run),
        (CONNECTION, None),
        (CONNECTION, evolve(run, version=2)),
    ):
        with pytest.raises(Conflict) as stale:
            plan.require_fresh(connection, last)
        assert stale.value.code == "plan_stale"
    assert plan.count(ImportKind.CONTACT, Change.CREATE) == 2
    assert plan.count(ImportKind.USER, Change.CREATE) == 0
    assert [plan.is_page(number, digest) for number, digest in ((0, "a"), (0, "b"), (1, "a"))] == [True, False, False]
