"""Storing remarks on items."""

from collections.abc import Collection, Sequence
from typing import Protocol

from worktraq.core.comments import Comment
from worktraq.core.ids import CommentId, ItemId


class CommentRepository(Protocol):
    """The remarks on items of the organization; they are written and taken back, never changed."""

    def add(self, *comments: Comment) -> None:
        """Store comments.

        Raises:
            Conflict: With ``already_exists`` when an id is taken; retryable with ``changed_meanwhile`` when an item does
                not exist.
            NotFound: When a comment belongs to another organization.
        """

    def find(self, comment_id: CommentId, /) -> Comment | None:
        """The comment, or None when there is none."""

    def of_item(self, item_id: ItemId) -> Sequence[Comment]:
        """The comments on an item, in order of instant, then id."""

    def remove(self, comment_id: CommentId, /) -> None:
        """Forget a comment, if it is there."""

    def clear(self, item_ids: Collection[ItemId]) -> None:
        """Forget every comment on these items."""
