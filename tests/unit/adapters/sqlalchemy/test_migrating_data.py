"""What becomes of the data of an earlier version: nothing but what a revision says."""

from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event

from tests.budgets import chosen
from tests.conformance.databases import configured
from tests.rows import Rows, an_id, columns_of, fill, rows_in, tables_in
from worktraq import Actor, WorkTraq
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.sqlalchemy.migrating import SCRIPT_LOCATION, migrate, take_back
from worktraq.core.calendar import Period
from worktraq.core.ids import ActivityId, OrganizationId, UserId
from worktraq.testing.builders import new_id
from worktraq.testing.fakes import RecordingNotifier

TUESDAY = date(2026, 10, 6)
"""When the first activity goes on."""
REVISIONS = [each.revision for each in ScriptDirectory(str(SCRIPT_LOCATION)).walk_revisions()][::-1]
# All of it takes a while, so that each run tries some versions on SQLite, and the oldest one on the servers.
ON_SQLITE = chosen(modest=REVISIONS[::3], large=REVISIONS)
ON_SERVERS = chosen(modest=REVISIONS[:1], large=REVISIONS)
CASES = [
    *(("sqlite", revision) for revision in ON_SQLITE),
    *((server.name, revision) for server in configured() for revision in ON_SERVERS),
]


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Of an empty database."""
    if request.param == "sqlite":
        opened = create_engine(f"sqlite:///{tmp_path}/hours.db")
        yield opened
        opened.dispose()
        return
    server = next(server for server in configured() if server.name == request.param)
    with server.database() as database:
        opened = create_engine(database.url)
        yield opened
        opened.dispose()


def filled(engine: Engine) -> tuple[OrganizationId, OrganizationId]:
    """Two organizations with rows in every table there is."""
    ids = (OrganizationId(new_id()), OrganizationId(new_id()))
    with engine.begin() as connection:
        fill(connection, tables_in(connection), *ids)
    return ids


def stored(engine: Engine, of: Rows | None = None) -> Rows:
    """Everything there is, or of the columns of that only."""
    with engine.connect() as connection:
        return rows_in(connection, None if of is None else columns_of(of))


@pytest.mark.requirement("B-08")
@pytest.mark.parametrize(("engine", "revision"), CASES, indirect=["engine"])
def test_data_of_every_version_is_kept(engine: Engine, revision: str) -> None:
    """Up to this version, step by step down again, and up once more; then people go on working with it."""
    with engine.begin() as connection:
        migrate(connection, revision)
    ids = filled(engine)
    before = stored(engine)
    assert all(before.values())
    SqlStore(engine).migrate()
    assert stored(engine, before) == before
    for earlier in reversed(REVISIONS[REVISIONS.index(revision) : -1]):
        with engine.begin() as connection:
            take_back(connection, earlier)
    assert stored(engine) == before
    SqlStore(engine).migrate()
    assert stored(engine, before) == before
    for organization_id in ids:
        assert_people_can_work(engine, organization_id)


def assert_people_can_work(engine: Engine, organization_id: OrganizationId) -> None:
    """What was stored is read, and more is registered and handed in."""
    worktraq = WorkTraq(SqlStore(engine), notifier=RecordingNotifier())
    actor = Actor.user(organization_id, UserId(an_id("user", 1)))
    with worktraq.transaction(actor) as tx:
        assert len(tx.users.list().items) == 2
        assert len(tx.customers.list().items) == 2
        assert len(tx.projects.list().items) == 2
        activity = tx.activities.get(ActivityId(an_id("activity", 1)))
        entry = tx.entries.register_time(activity.id, on=TUESDAY, minutes=15, note="After the move")
        tx.approval.submit(Period.week(TUESDAY, 1))
        assert tx.entries.get(entry.id).state is not entry.state


@pytest.mark.requirement("B-08")
@pytest.mark.parametrize("engine", [each.name for each in configured() if each.name.startswith("maria")], indirect=True)
@pytest.mark.parametrize("goes_up", [True, False], ids=["up", "down"])
def test_what_was_interrupted_goes_on(engine: Engine, goes_up: bool) -> None:
    """MariaDB undoes no change of the schema: stopped behind any of them, the next attempt gets further."""
    start, goal = (REVISIONS[1], "head") if goes_up else (REVISIONS[-1], REVISIONS[1])
    with engine.begin() as connection:
        migrate(connection, start)
    ids = filled(engine)
    before = stored(engine)
    step = chosen(modest=18, large=1)
    attempts = count(1)
    while not goes_through(engine, goal, goes_up=goes_up, most=next(attempts) * step):
        pass
    after = stored(engine)
    kept = {name: rows for name, rows in before.items() if name in after}
    assert next(attempts) > 3
    assert len(kept) > 10
    if goes_up:
        assert stored(engine, before) == before
        assert_people_can_work(engine, ids[0])


class Interrupted(Exception):
    """Stands for a process that is gone."""


def goes_through(engine: Engine, goal: str, *, goes_up: bool, most: int) -> bool:
    """Whether migrating comes to its end with so many changes of the schema; it is interrupted behind them."""
    changes = count(1)

    def interrupt(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().startswith(("CREATE", "ALTER", "DROP")) and next(changes) > most:
            raise Interrupted

    event.listen(engine, "before_cursor_execute", interrupt)
    try:
        with engine.begin() as connection:
            (migrate if goes_up else take_back)(connection, goal)
    except Interrupted:
        return False
    finally:
        event.remove(engine, "before_cursor_execute", interrupt)
    return True
