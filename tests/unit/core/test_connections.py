"""The accounting connection: what is filled in, what changes with it, and how it fares."""

import pytest

from worktraq.core.accounting import FIELDS, Deletions, Setting, SourceInfo
from worktraq.core.connections import (
    LONGEST_SECRET,
    AccountingConnection,
    ConnectionState,
    changed_connection,
    checked_secrets,
    checked_settings,
    tried,
)
from worktraq.core.ids import ConnectionId, OrganizationId
from worktraq.errors import InvalidInput
from worktraq.testing.fakes import BEGINNING, SeededIds

pytestmark = pytest.mark.requirement("T-01")
_ids = SeededIds(3)
INFO = SourceInfo(
    "books",
    "Books",
    FIELDS,
    (
        Setting("name", "Name"),
        Setting("since", "Since", is_required=False),
        Setting("token", "Token", is_secret=True),
        Setting("spare", "Spare", is_secret=True, is_required=False),
    ),
    Deletions.REPORTED,
    is_incremental=True,
)


def a_connection() -> AccountingConnection:
    """A connection that works."""
    return AccountingConnection(
        organization_id=OrganizationId(_ids()),
        id=ConnectionId(_ids()),
        source="books",
        settings=(("name", "Acme"),),
        secret_key=_ids(),
        connected_at=BEGINNING,
    )


def wrong(error: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    """What is wrong, by field."""
    return [(each.field, each.code) for each in error.value.problems]


def test_settings_are_cleaned_and_in_order() -> None:
    """What is left empty and may be is left out."""
    assert checked_settings(INFO, {"since": " 2026 ", "name": "Acme "}) == (("name", "Acme"), ("since", "2026"))
    assert checked_settings(INFO, {"name": "Acme", "since": ""}) == (("name", "Acme"),)
    assert checked_secrets(INFO, {"token": " t "}) == {"token": "t"}


def test_everything_that_is_wrong_is_named() -> None:
    """By its name and never by its value; a secret is no setting."""
    with pytest.raises(InvalidInput) as error:
        checked_settings(INFO, {"else": "x", "token": "t"})
    assert wrong(error) == [("else", "name_unknown"), ("token", "name_unknown"), ("name", "text_missing")]
    with pytest.raises(InvalidInput) as error:
        checked_settings(INFO, {"name": 7, "since": "a\nb"})  # type: ignore[dict-item]  # on purpose
    assert [field for field, _ in wrong(error)] == ["name", "since"]
    with pytest.raises(InvalidInput) as error:
        checked_secrets(INFO, {"token": "s" * (LONGEST_SECRET + 1), "spare": 7})  # type: ignore[dict-item]  # on purpose
    assert wrong(error) == [("token", "text_too_long"), ("spare", "text_malformed")]


def test_only_other_settings_have_everything_read_again() -> None:
    """Other secrets do not; either way it is tried again."""
    before = tried(a_connection(), "source_denied")
    assert before.filled_in == {"name": "Acme"}
    same = changed_connection(before, before.settings, key := _ids())
    assert (same.epoch, same.secret_key, same.problem, same.version) == (before.epoch, key, "", before.version + 1)
    other = changed_connection(before, (("name", "B"),), before.secret_key)
    assert (other.epoch, other.state) == (before.epoch + 1, ConnectionState.WORKING)


def test_what_is_nothing_new_changes_nothing() -> None:
    """A problem is noted once, and goes when it works again."""
    works = a_connection()
    assert tried(works, "") is works
    denied = tried(works, "source_denied")
    assert (denied.state, denied.problem, denied.version) == (ConnectionState.NEEDS_ATTENTION, "source_denied", 2)
    assert tried(denied, "source_denied") is denied
    assert tried(denied, "").state is ConnectionState.WORKING
