"""What waits for an approver, and the proof of having seen it."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from worktraq.core.calendar import Period
from worktraq.core.entries import Item
from worktraq.core.inbox import Seen, WaitingGroup, check_seen, page_of
from worktraq.core.money import Money
from worktraq.core.paging import PageRequest, read_cursor, write_cursor
from worktraq.errors import Conflict, InvalidInput
from worktraq.testing.builders import MONDAY, OCTOBER, a_time_entry, an_expense
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()
ENTRY = a_time_entry(FIRM.activity, minutes=90)
EXPENSE = an_expense(FIRM.activity, amount=Money("12.50", "EUR"))


def test_what_was_seen_is_counted() -> None:
    """Items, versions, minutes, cents, and when the last one came."""
    later = evolve(ENTRY, since=datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC), version=3)
    assert Seen.of([later]) == Seen(1, 3, 90, 0, 1_000_005)
    assert Seen.of([]) == Seen(0, 0, 0, 0, 0)
    assert Seen.of([ENTRY, EXPENSE]) == Seen.of([ENTRY]) + Seen.of([EXPENSE])


def test_token_says_what_was_seen() -> None:
    """To us only; to others it is opaque."""
    seen = Seen.of([ENTRY, EXPENSE])
    assert Seen.read(seen.token) == seen


@pytest.mark.parametrize(
    "token", ["", "x", write_cursor((1, 2, 3, 4)), write_cursor((1, 2, 3, 4, 5, 6)), write_cursor((1, 2, 3, 4, "5"))]
)
def test_made_up_token_is_refused(token: str) -> None:
    """Whatever is wrong with it."""
    with pytest.raises(InvalidInput) as raised:
        check_seen([], [token])
    assert (raised.value.field, raised.value.code) == ("seen", "token_malformed")


@pytest.mark.requirement("W-09", "B-04")
@pytest.mark.parametrize(
    "now",
    [
        [],
        [ENTRY],
        [ENTRY, EXPENSE, a_time_entry(FIRM.activity)],
        [evolve(ENTRY, version=2), EXPENSE],
        [evolve(ENTRY, minutes=91), EXPENSE],
        [ENTRY, evolve(EXPENSE, amount=Money("12.51", "EUR"))],
        [ENTRY, evolve(EXPENSE, since=BEGINNING + timedelta(microseconds=1))],
    ],
)
def test_what_changed_since_it_was_seen_is_noticed(now: list[Item]) -> None:
    """Something came, went, or came back changed."""
    tokens = [Seen.of([ENTRY]).token, Seen.of([EXPENSE]).token]
    check_seen([EXPENSE, ENTRY], tokens)
    with pytest.raises(Conflict) as raised:
        check_seen(now, tokens)
    assert raised.value.code == "inbox_changed"


def a_group(days: int, project: bool = True) -> WaitingGroup:
    """A group whose oldest item is so many days old."""
    return WaitingGroup(
        user_id=FIRM.employee.id,
        customer_id=FIRM.customer.id,
        project_id=FIRM.project.id if project else None,
        period=OCTOBER,
        items=1,
        minutes=60,
        expenses=(),
        oldest=MONDAY - timedelta(days=days),
        token="",
    )


def test_groups_come_in_pages() -> None:
    """The oldest first; every one of them once, with the last page saying so."""
    groups = sorted([*(a_group(days) for days in range(5)), a_group(2, project=False)], key=lambda group: group.key)
    assert [group.oldest for group in groups] == sorted(group.oldest for group in groups)
    for limit in (1, 2, 3, 5, 6, 7):
        found: list[WaitingGroup] = []
        request: PageRequest | None = PageRequest(limit)
        while request is not None:
            page = page_of(groups, request)
            found += page
            request = PageRequest(limit, read_cursor(page.next)) if page.next else None
        assert found == groups


@pytest.mark.parametrize("key", [("2026-10-05",), ("2026-10-05", "a", "b", "c", 1)])
def test_key_that_no_group_has_is_refused(key: tuple[str | int, ...]) -> None:
    """Whoever makes up a cursor learns nothing."""
    with pytest.raises(InvalidInput) as raised:
        page_of([a_group(1)], PageRequest(10, key))
    assert raised.value.code == "cursor_malformed"


def test_key_tells_weeks_of_one_oldest_day_apart() -> None:
    """Also what has no project."""
    one, other = a_group(1), evolve(a_group(1), period=Period.week(MONDAY))
    assert len({one.key, other.key, a_group(1, project=False).key}) == 3
