"""Remarks on an item, and everything that happened to it."""

from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.actors import ActorKind
from worktraq.core.approval import DecisionKind, Party
from worktraq.core.comments import Comment, HistoryEntry, check_own, history_of, new_comment
from worktraq.core.entries import State
from worktraq.core.events import EventName
from worktraq.core.ids import CommentId
from worktraq.errors import InvalidInput, Refused
from worktraq.testing.builders import a_comment, a_decision, a_time_entry, an_event, new_id
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()
ITEM = a_time_entry(FIRM.activity, state=State.APPROVED)


def remarked(text: str, *parties: Party) -> Comment:
    """A remark of Eva's."""
    comment_id = CommentId(new_id())
    return new_comment(comment_id, ITEM, text, by=FIRM.employee.id, parties=frozenset(parties), at=BEGINNING)


@pytest.mark.requirement("W-09")
@pytest.mark.parametrize("party", [Party.OWNER, Party.APPROVER])
def test_owner_and_approvers_remark_something(party: Party) -> None:
    """A manager is an approver."""
    comment = remarked("See\r\nthe agreement", party)
    assert (comment.item_id, comment.user_id, comment.text, comment.at) == (
        *(ITEM.id, FIRM.employee.id, "See\nthe agreement", BEGINNING),
    )


@pytest.mark.parametrize("parties", [(), (Party.CUSTOMER,)])
def test_nobody_else_does(parties: tuple[Party, ...]) -> None:
    """Neither who only reads, nor a customer."""
    with pytest.raises(Refused) as raised:
        remarked("Hello", *parties)
    assert [reason.code for reason in raised.value.reasons] == ["needs_owner", "needs_approver"]


def test_remark_says_something() -> None:
    """An empty one is refused."""
    with pytest.raises(InvalidInput) as raised:
        remarked(" ", Party.OWNER)
    assert raised.value.field == "text"


def test_remark_is_taken_back_by_who_wrote_it() -> None:
    """By nobody else, and not by the scheduler."""
    comment = a_comment(ITEM, FIRM.employee)
    check_own(comment, FIRM.employee.id)
    for other in (FIRM.manager.id, None):
        with pytest.raises(Refused) as raised:
            check_own(comment, other)
        assert [reason.code for reason in raised.value.reasons] == ["comment_not_own"]


@pytest.mark.requirement("W-09", "B-07")
def test_history_tells_who_did_what_and_what_was_said() -> None:
    """Decisions stand beside their events, remarks with their text, and what was taken back without it."""
    at = [BEGINNING + timedelta(minutes=minute) for minute in range(6)]
    comment = a_comment(ITEM, FIRM.employee, "See the agreement", at[2])
    gone = str(new_id())
    rejection = evolve(a_decision(ITEM, FIRM.manager, DecisionKind.REJECTED, at[1]), comment="Too long", is_void=True)
    approval = evolve(
        a_decision(ITEM, FIRM.manager, at=at[5]), actor_kind=ActorKind.CONTACT, actor_id=None, actor_name="Jan"
    )
    events = [
        an_event(FIRM.id, ITEM.id, EventName.ITEM_SUBMITTED, by=FIRM.employee, at=at[0]),
        an_event(FIRM.id, ITEM.id, EventName.ITEM_REJECTED, by=FIRM.manager, at=at[1]),
        evolve(
            an_event(FIRM.id, ITEM.id, EventName.ITEM_COMMENTED, by=FIRM.employee, at=at[2]),
            details=(("comment_id", str(comment.id)),),
        ),
        evolve(
            an_event(FIRM.id, ITEM.id, EventName.ITEM_COMMENTED, by=FIRM.admin, at=at[3]),
            details=(("comment_id", gone),),
        ),
        an_event(FIRM.id, ITEM.id, EventName.ITEM_PRICED, at=at[4]),
        an_event(FIRM.id, ITEM.id, EventName.ITEM_APPROVED, at=at[5]),
    ]
    names: dict[UUID, str] = {FIRM.employee.id: "Eva", FIRM.manager.id: "Mo (later)"}
    found = history_of(events, [rejection, approval], [comment], names)
    assert [(entry.name, entry.actor_name, entry.text, entry.is_void) for entry in found] == [
        (EventName.ITEM_SUBMITTED, "Eva", "", False),
        (EventName.ITEM_REJECTED, "Mo", "Too long", True),
        (EventName.ITEM_COMMENTED, "Eva", "See the agreement", False),
        (EventName.ITEM_COMMENTED, "", "", False),
        (EventName.ITEM_PRICED, "", "", False),
        (EventName.ITEM_APPROVED, "Jan", "", False),
    ]
    assert [entry.at for entry in found] == at
    assert (found[2].comment_id, found[3].comment_id) == (comment.id, None)
    assert found[5] == HistoryEntry(
        at=at[5],
        name=EventName.ITEM_APPROVED,
        actor_kind=ActorKind.CONTACT,
        actor_id=None,
        actor_name="Jan",
        step=approval.step,
    )
