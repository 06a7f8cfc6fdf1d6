"""Remarks on an item, and everything that happened to it in one list (W-09, B-07).

A remark changes nothing: neither the item, nor its version, nor what a customer is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from attrs import frozen

from worktraq.core.actors import ActorKind
from worktraq.core.approval import Decision, Party
from worktraq.core.chains import Step
from worktraq.core.entries import Item
from worktraq.core.events import Event, EventName
from worktraq.core.ids import CommentId, ItemId, OrganizationId, RequestId, UserId
from worktraq.core.text import clean_note
from worktraq.errors import Reason, Refused

_COMMENTERS = (Party.OWNER, Party.APPROVER)
_DECIDING = (EventName.ITEM_APPROVED, EventName.ITEM_REJECTED, EventName.ITEM_WAIVED)


@frozen
class Comment:
    """What somebody inside the firm remarked on an item; customers never see it.

    Attributes:
        id: Of the comment.
        organization_id: Whose item it is about.
        item_id: The item.
        user_id: Who wrote it.
        text: What was written.
        at: When, in UTC.
    """

    id: CommentId
    organization_id: OrganizationId
    item_id: ItemId
    user_id: UserId
    text: str
    at: datetime


def new_comment(
    comment_id: CommentId, item: Item, text: str, *, by: UserId, parties: frozenset[Party], at: datetime
) -> Comment:
    """A comment on an item, whatever its state.

    Args:
        comment_id: Of the comment.
        item: What it is about.
        text: What is remarked.
        by: Who writes it.
        parties: What he or she is in relation to the item: its owner, or somebody who may approve it.
        at: When.

    Raises:
        Refused: For who is neither.
        InvalidInput: When the text is empty, too long, or cannot be stored.
    """
    if parties.isdisjoint(_COMMENTERS):
        raise Refused(Reason.of(f"needs_{party.value}") for party in _COMMENTERS)
    return Comment(comment_id, item.organization_id, item.id, by, clean_note("text", text, is_required=True), at)


def check_own(comment: Comment, user_id: UserId | None) -> None:
    """That a comment is taken back by who wrote it.

    Raises:
        Refused: With ``comment_not_own``.
    """
    if comment.user_id != user_id:
        raise Refused.because("comment_not_own")


@frozen(kw_only=True)
class HistoryEntry:
    """One thing that happened to an item.

    Attributes:
        at: When, in UTC.
        name: What happened.
        actor_kind: Who did it: a user, a contact or the system.
        actor_id: The user, or the contact where one is known.
        actor_name: As he or she is called; of who decided, as it was then; empty for the system.
        step: The step that was decided on, if one was.
        text: The reason or comment of a decision, or the remark; empty where there is none, or it was taken back.
        on_behalf: Whether a manager decided for the customer.
        is_void: Whether the decision no longer counts.
        request_id: The request in which the customer was asked, if in one.
        comment_id: The remark, if it is one that still stands.
    """

    at: datetime
    name: EventName
    actor_kind: ActorKind
    actor_id: UUID | None
    actor_name: str
    step: Step | None = None
    text: str = ""
    on_behalf: bool = False
    is_void: bool = False
    request_id: RequestId | None = None
    comment_id: CommentId | None = None


def history_of(
    events: Sequence[Event], decisions: Sequence[Decision], comments: Iterable[Comment], names: Mapping[UUID, str]
) -> list[HistoryEntry]:
    """Everything that happened to an item, the oldest first.

    Args:
        events: All of the item that the reader may see, in order.
        decisions: All of them, in order; each stands beside the event of the same moment.
        comments: Those that still stand.
        names: Of users, by id.
    """
    remaining = iter(decisions)
    standing = {str(comment.id): comment for comment in comments}
    found = []
    for event in events:
        decision = next(remaining, None) if event.name in _DECIDING else None
        comment = standing.get(str(dict(event.details).get("comment_id"))) if _is_remark(event) else None
        found.append(_entry(event, decision, comment, names))
    return found


def _is_remark(event: Event) -> bool:
    return event.name is EventName.ITEM_COMMENTED


def _entry(event: Event, decision: Decision | None, comment: Comment | None, names: Mapping[UUID, str]) -> HistoryEntry:
    name = names.get(event.actor_id, "") if event.actor_id is not None else ""
    if decision is not None:
        return HistoryEntry(
            at=event.at,
            name=event.name,
            actor_kind=decision.actor_kind,
            actor_id=decision.actor_id,
            actor_name=decision.actor_name,
            step=decision.step,
            text=decision.comment,
            on_behalf=decision.on_behalf,
            is_void=decision.is_void,
            request_id=decision.request_id,
        )
    return HistoryEntry(
        at=event.at,
        name=event.name,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        actor_name=name,
        text=comment.text if comment is not None else "",
        comment_id=comment.id if comment is not None else None,
    )
