"""Remarks on items, and everything that happened to one (W-09)."""

from collections.abc import Sequence

from worktraq.core.approval import Decision
from worktraq.core.comments import Comment, HistoryEntry, check_own, history_of, new_comment
from worktraq.core.events import EventName
from worktraq.core.ids import CommentId, ItemId, UserId
from worktraq.errors import NotFound, Refused
from worktraq.usecases.audit import Audit
from worktraq.usecases.context import Context, found
from worktraq.usecases.moving import Moving


class Remarks:
    """What was said about an item, and decided."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def comment(self, item_id: ItemId, text: str) -> Comment:
        """Remark something on an item in any state, without changing it; customers never see it.

        Raises:
            NotFound: For an item that the actor does not see.
            Refused: For who is neither its owner nor an approver.
            InvalidInput: When the text is empty or cannot be taken.
        """
        context = self._context
        (item,) = context.items([item_id])
        if context.user is None:
            raise Refused.because("not_a_user")
        parties = Moving(context).parties_to(item)
        context.keep_user()
        made = new_comment(context.new_id(CommentId), item, text, by=context.user.id, parties=parties, at=context.at)
        context.uow.comments.add(made)
        context.record(EventName.ITEM_COMMENTED, item.id, comment_id=str(made.id))
        return made

    def remove_comment(self, comment_id: CommentId) -> None:
        """Take back an own remark; its text is gone for good.

        Raises:
            NotFound: When there is none on an item that the actor sees.
            Refused: For a remark of somebody else; with ``legally_held``.
        """
        context = self._context
        comment = found(context.uow.comments.find(comment_id), "comment")
        try:
            (item,) = context.items([comment.item_id])
        except NotFound:
            raise NotFound("comment") from None
        check_own(comment, context.actor.user_id)
        context.uow.organizations.lock()  # so that nobody places a hold meanwhile
        context.require_item_not_held(item, comment.user_id)
        context.uow.comments.remove(comment.id)
        context.record(EventName.ITEM_COMMENT_REMOVED, comment.item_id, comment_id=str(comment.id))

    def comments(self, item_id: ItemId) -> Sequence[Comment]:
        """The remarks on an item, the oldest first.

        Raises:
            NotFound: For an item that the actor does not see.
        """
        (item,) = self._context.items([item_id])
        return self._context.uow.comments.of_item(item.id)

    def decisions(self, item_id: ItemId) -> Sequence[Decision]:
        """What was decided about an item, void decisions included, the oldest first.

        Raises:
            NotFound: For an item that the actor does not see.
        """
        (item,) = self._context.items([item_id])
        return self._context.uow.decisions.of_items([item.id])

    def history(self, item_id: ItemId) -> Sequence[HistoryEntry]:
        """Everything that happened to an item, the oldest first: who did what when, what was said, and what is void.

        Only managers see that it was priced (W-05).

        Raises:
            NotFound: For an item that the actor does not see.
        """
        context = self._context
        (item,) = context.items([item_id])
        events = Audit(context).history(item.id)
        actor_ids = {UserId(event.actor_id) for event in events if event.actor_id is not None}
        return history_of(
            events,
            context.uow.decisions.of_items([item.id]),
            context.uow.comments.of_item(item.id),
            {user.id: user.name for user in context.uow.users.find_many(actor_ids)},
        )
