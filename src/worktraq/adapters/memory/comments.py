"""Remarks on items."""

from collections.abc import Collection, Sequence

from worktraq.adapters.memory.references import require_referred
from worktraq.adapters.memory.tables import Tables
from worktraq.core.comments import Comment
from worktraq.core.ids import CommentId, ItemId, OrganizationId
from worktraq.errors import Conflict, NotFound


class MemoryComments:
    """The remarks on items of the organization."""

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._tables = tables
        self._comments = tables.comments

    def add(self, *comments: Comment) -> None:
        """Store comments."""
        self._comments.require_open()
        if any(comment.organization_id != self._organization_id for comment in comments):
            raise NotFound("organization")
        if any(self._comments.get(comment.id) is not None for comment in comments):
            raise Conflict("already_exists")
        require_referred(self._tables, comments)
        for comment in comments:
            self._comments.put(comment.id, comment)

    def find(self, comment_id: CommentId, /) -> Comment | None:
        """The comment, or None."""
        return self._comments.get(comment_id)

    def of_item(self, item_id: ItemId) -> Sequence[Comment]:
        """The comments on an item, in order of instant, then id."""
        found = (comment for comment in self._comments.rows() if comment.item_id == item_id)
        return sorted(found, key=lambda comment: (comment.at, comment.id))

    def remove(self, comment_id: CommentId, /) -> None:
        """Forget a comment."""
        self._comments.delete(comment_id)

    def clear(self, item_ids: Collection[ItemId]) -> None:
        """Forget every comment on these items."""
        self._comments.require_open()
        wanted = set(item_ids)
        self._comments.delete_where(lambda comment: comment.item_id in wanted)
