"""What the page says when somebody is in the way, or something fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.unit.adapters.web.asking import Asking, Browser, asking, choices, hidden_in
from worktraq.adapters.memory import MemoryStore
from worktraq.adapters.memory.unit_of_work import MemoryUnitOfWork
from worktraq.core.entries import State
from worktraq.core.ids import OrganizationId
from worktraq.core.organizations import Settings
from worktraq.errors import AdapterError, Conflict


class InterruptedStore(MemoryStore):
    """A store in which something happens just before it is used.

    Attributes:
        before_reading: Happens once, before the next view.
        before_writing: Happens once, before the next transaction.
    """

    before_reading: Callable[[], None] | None = None
    before_writing: Callable[[], None] | None = None

    @contextmanager
    def unit_of_work(
        self, organization_id: OrganizationId, *, writes: bool, connection: object | None = None
    ) -> Iterator[MemoryUnitOfWork]:
        """Let it happen, then go on."""
        name = "before_writing" if writes else "before_reading"
        interrupt: Callable[[], None] | None = getattr(self, name)
        setattr(self, name, None)
        if interrupt is not None:
            interrupt()
        with super().unit_of_work(organization_id, writes=writes, connection=connection) as uow:
            yield uow


def raising(error: Exception) -> Callable[[], None]:
    """Something that fails."""

    def fail() -> None:
        raise error

    return fail


@pytest.fixture
def store() -> InterruptedStore:
    """A store that a test interrupts."""
    return InterruptedStore()


@pytest.fixture
def asked(store: InterruptedStore) -> Asking:
    """An open request in that store."""
    return asking(store=store)


def filled(asked: Asking, browser: Browser) -> dict[str, str]:
    """The form, filled in with a rejection that has no comment."""
    hidden = hidden_in(browser.get(f"/approve{asked.path}"))
    return {**hidden, "step": "confirm", **choices(asked, "accept", "accept", "reject")}


@pytest.mark.requirement("B-05")
def test_second_decision_at_the_same_time_finds_the_request_decided(asked: Asking, store: InterruptedStore) -> None:
    """One wins; the other one is told, and changes nothing."""
    browser = Browser(asked.app)
    fields = filled(asked, browser)

    def decide_elsewhere() -> None:
        Browser(asked.app).decide(f"/approve{asked.path}", {"approve-all": "yes"})

    store.before_writing = decide_elsewhere
    page = browser.post(asked.page, fields)
    assert (page.status_code, asked.states()) == (410, [State.APPROVED] * 3)


@pytest.mark.requirement("B-04")
def test_content_that_changes_at_the_last_moment_is_shown(asked: Asking, store: InterruptedStore) -> None:
    """Between looking up what is shown, and deciding on it."""
    browser = Browser(asked.app)
    fields = filled(asked, browser)

    def change() -> None:
        with asked.engine.transaction(asked.admin) as tx:
            (activity,) = tx.activities.list().items
            tx.activities.change(activity.id, version=activity.version, description="Something else")

    store.before_writing = change
    page = browser.post(asked.page, fields)
    shown = ["have changed since you saw them" in page.text, "Something else" in page.text]
    assert (page.status_code, shown, asked.states()) == (409, [True, True], [State.AWAITING_CUSTOMER] * 3)


@pytest.mark.requirement("L-08")
def test_setting_that_changes_at_the_last_moment_counts(asked: Asking, store: InterruptedStore) -> None:
    """A comment is asked for that was not needed before; what was filled in stays."""
    browser = Browser(asked.app)
    fields = filled(asked, browser)

    def require_comments() -> None:
        with asked.engine.transaction(asked.admin) as tx:
            version = tx.organizations.get().version
            tx.organizations.change(version=version, settings=Settings(requires_comment=True))

    store.before_writing = require_comments
    page = browser.post(asked.page, fields)
    kept = page.text.count(" checked")
    assert (page.status_code, "Say why you reject this." in page.text, kept) == (409, True, 3)


def test_transaction_in_the_way_is_waited_for(asked: Asking, store: InterruptedStore) -> None:
    """The customer does not notice."""
    browser = Browser(asked.app)
    fields = filled(asked, browser)
    store.before_writing = raising(Conflict("transaction_conflict", is_retryable=True))
    assert browser.post(asked.page, fields).status_code == 200


def test_somebody_in_the_way_is_told(asked: Asking, store: InterruptedStore) -> None:
    """The form is shown again as it was filled in, and can be sent again."""
    browser = Browser(asked.app)
    fields = filled(asked, browser)
    store.before_writing = raising(Conflict("transaction_conflict"))
    page = browser.post(asked.page, fields)
    assert (page.status_code, "Somebody else was in the way." in page.text, page.text.count(" checked")) == (
        409,
        True,
        3,
    )


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (AdapterError("database_failed", is_transient=True), 503),
        (Conflict("transaction_conflict"), 503),
        (RuntimeError("secret detail"), 500),
    ],
)
def test_failure_says_nothing_about_itself(
    asked: Asking, store: InterruptedStore, error: Exception, status: int
) -> None:
    """The customer is asked to come back, under the same headers; what went wrong is for the host's log."""
    store.before_reading = raising(error)
    page = Browser(asked.app).get(f"/approve{asked.path}")
    said = ["went wrong on our side" in page.text, str(error) in page.text, page.headers["cache-control"]]
    assert (page.status_code, said) == (status, [True, False, "no-store"])


def test_failure_reaches_the_server(asked: Asking, store: InterruptedStore) -> None:
    """So that it is logged."""
    store.before_reading = raising(RuntimeError("secret detail"))
    browser = Browser(asked.app, passes_errors_on=True)
    with pytest.raises(RuntimeError, match="secret detail"):
        browser.get(f"/approve{asked.path}")
