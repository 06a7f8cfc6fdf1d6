"""The recount sees what is wrong: each check is shown a database in which somebody has tampered with one thing."""

from pathlib import Path
from shutil import copyfile
from uuid import UUID

import pytest
from attrs import evolve, frozen
from sqlalchemy import NullPool, create_engine, text

from tests.crash.books import Books
from tests.crash.crew import Crew, People, found_people
from tests.crash.dying import Death, Deathbed, Point
from tests.crash.journal import Attempt, Story, Tag, TaggedIds, lines_of
from tests.crash.recount import findings
from worktraq.adapters.sqlalchemy import SqlStore

COMMANDS = 150
ONE = "(SELECT min(id) FROM worktraq_{table} WHERE {where})"
TAMPERED = {
    "a decision is lost": "DELETE FROM worktraq_decision WHERE id = " + ONE.format(table="decision", where="1"),
    "a decision counts again": "UPDATE worktraq_decision SET is_void = 0 WHERE is_void = 1",
    "an event is lost": "DELETE FROM worktraq_event WHERE id = "
    + ONE.format(table="event", where="name = 'item.submitted'"),
    "an event is about nothing": "UPDATE worktraq_event SET subject_id = id WHERE name = 'request.opened'",
    "a place in the trail is free": "UPDATE worktraq_event SET number = NULL WHERE number = 1",
    "an intent is lost": "DELETE FROM worktraq_intent WHERE id = "
    + ONE.format(table="intent", where="kind = 'approval_requested'"),
    "an intent tells of another request": "UPDATE worktraq_intent SET request_id = id WHERE request_id IS NOT NULL",
    "an item is lost": "DELETE FROM worktraq_item WHERE id = " + ONE.format(table="item", where="state = 'draft'"),
    "an item is there twice": "UPDATE worktraq_item SET note = (SELECT min(note) FROM worktraq_item)",
    "an item was moved back": "UPDATE worktraq_item SET state = 'awaiting_internal' WHERE state = 'approved'",
    "an item was changed once more": "UPDATE worktraq_item SET version = version + 1 WHERE state = 'draft'",
    "an item left its request": "UPDATE worktraq_item SET request_id = NULL WHERE state = 'awaiting_customer'",
    "a day is too full": "UPDATE worktraq_item SET minutes = 1441 WHERE minutes IS NOT NULL",
    "a price is lost": "DELETE FROM worktraq_item_price",
    "a request is open again": "UPDATE worktraq_request SET status = 'open' WHERE status = 'decided'",
    "a proof is lost": "DELETE FROM worktraq_attestation",
    "a number is left out": "UPDATE worktraq_invoice SET count = count + 1 WHERE count = (SELECT max(count) FROM worktraq_invoice)",
    "an item is on no invoice": "DELETE FROM worktraq_invoice_item",
    "a cancelled invoice stands": "UPDATE worktraq_invoice SET status = 'confirmed' WHERE status = 'cancelled'",
    "a period was not handed in": "DELETE FROM worktraq_submission",
}


@frozen
class Worked:
    """A database after a lot of work, and what was written down of it."""

    file: Path
    people: People
    story: Story


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    """Everything that a worker does, many times."""
    folder = tmp_path_factory.mktemp("worked")
    file, journal, story = folder / "worktraq.db", folder / "1.journal", Story.empty()
    store = SqlStore.from_url(f"sqlite:///{file}")
    store.migrate()
    people, ids = found_people(store), TaggedIds(1)
    deathbed = Deathbed(store, ids, Death(Point.TOLD), 0)
    deathbed.crew = Crew(store, people, journal, ids, 7)
    deathbed.crew.work(COMMANDS)
    deathbed.crew.do("run_due")
    store.close()
    story.add(1, lines_of(journal))
    return Worked(file, people, story)


def _found(worked: Worked, file: Path, statement: str = "") -> list[str]:
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    if statement:
        with engine.begin() as connection:
            assert connection.execute(text(statement)).rowcount, "there is nothing of the kind"
    return findings(Books.read(engine, worked.people.organization_id), worked.story)


def test_work_that_nobody_disturbed_is_right(worked: Worked) -> None:
    """Nothing is found where nothing is wrong."""
    assert not _found(worked, worked.file)


@pytest.mark.parametrize("statement", TAMPERED.values(), ids=TAMPERED.keys())
def test_what_is_wrong_is_found(worked: Worked, statement: str, tmp_path: Path) -> None:
    """Whatever somebody tampers with, the recount says so."""
    file = tmp_path / "tampered.db"
    copyfile(worked.file, file)
    assert _found(worked, file, statement)


def test_what_was_acknowledged_and_is_missing_is_found(worked: Worked) -> None:
    """A transaction that somebody was told of, and that left nothing behind."""
    lost = Attempt(Tag(1, 999, 1), "register", frozenset({UUID(int=1)}), is_acknowledged=True)
    told = evolve(worked.story, attempts={**worked.story.attempts, lost.tag: lost})
    assert _found(evolve(worked, story=told), worked.file)


def test_what_never_came_to_its_commit_is_found(worked: Worked) -> None:
    """Rows of a transaction that nobody wrote down."""
    (_, *others) = worked.story.attempts.items()
    assert _found(evolve(worked, story=evolve(worked.story, attempts=dict(others))), worked.file)
