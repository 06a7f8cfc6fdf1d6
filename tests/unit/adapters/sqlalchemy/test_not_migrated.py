"""A database without the tables of this version says so, whatever is asked of it first, and what to do."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conformance.databases import configured
from worktraq import Actor, WorkTraq
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.sqlalchemy.migrating import migrate
from worktraq.core.ids import OrganizationId
from worktraq.errors import AdapterError
from worktraq.i18n import localize
from worktraq.testing.builders import new_id
from worktraq.testing.fakes import RecordingNotifier

pytestmark = pytest.mark.requirement("B-08")
OLDEST = "worktraq_0001"
SOMEBODY = Actor.system(OrganizationId(new_id()))


@pytest.fixture(params=["sqlite", *(server.name for server in configured())])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """On an empty database."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path}/hours.db"
        if request.param != "sqlite":
            server = next(server for server in configured() if server.name == request.param)
            url = stack.enter_context(server.database()).url
        opened = SqlStore.from_url(url)
        stack.callback(opened.close)
        yield opened


def viewed(engine: WorkTraq) -> object:
    """Something is read."""
    with engine.view(SOMEBODY) as tx:
        return tx.organizations.get()


def told(act: Callable[[], object]) -> AdapterError:
    """What is raised, which says nothing of the statement."""
    with pytest.raises(AdapterError) as caught:
        act()
    error = caught.value
    assert (error.code, error.is_transient) == ("store_not_migrated", False)
    shown = f"{error} {error!r} {vars(error)}".lower()
    assert [word for word in ("select", "insert", "worktraq_", "acme") if word in shown] == []
    return error


def test_everything_says_that_the_store_was_never_migrated(store: SqlStore) -> None:
    """Reading, writing, what time brings and delivering; until it is."""
    engine = WorkTraq(store, notifier=RecordingNotifier())
    acts: list[Callable[[], object]] = [
        lambda: viewed(engine),
        lambda: engine.found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example"),
        engine.run_due,
        engine.deliver_notifications,
        lambda: engine.run(SOMEBODY, lambda tx: tx.users.list(), key="one"),
    ]
    errors = [told(act) for act in acts]
    assert "store.migrate()" in str(errors[0])
    assert "store.migrate()" in localize(errors[0], "nl") != str(errors[0])
    store.migrate()
    engine.found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example")


def test_older_tables_say_so_too(store: SqlStore) -> None:
    """Where a column of this version is missing."""
    with store.engine.begin() as connection:
        migrate(connection, OLDEST)
    engine = WorkTraq(store)
    told(lambda: engine.found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example"))
    store.migrate()
    engine.found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example")
