"""Remarks on items."""

from collections.abc import Collection, Sequence

from sqlalchemy import Column, bindparam, delete

from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import ID, INSTANT, OWNER, index, long_text, refers, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys, Prepared
from worktraq.core.comments import Comment
from worktraq.core.ids import CommentId, ItemId

comment_table = table(
    "item_comment",
    Column("id", ID, primary_key=True),
    Column("item_id", ID, nullable=False),
    # No foreign key to who wrote it, as with decisions: whoever removes a user counts both first.
    Column("user_id", ID, nullable=False),
    Column("text", long_text(), nullable=False),
    Column("at", INSTANT, nullable=False),
    refers("item_id", "item"),
    index("item_comment", "item", "item_id"),
    index("item_comment", "user", "user_id"),
)

COMMENTS = Shelf(Mapping(comment_table, Comment))
_c = comment_table.c
_of_item = COMMENTS.where(_c.item_id == bindparam("item_id"), order=(_c.at, _c.id))
_removed = Prepared(delete(comment_table).where(_c.organization_id == OWNER, _c.id == bindparam("id")))
_cleared = ByKeys(lambda keys: delete(comment_table).where(_c.organization_id == OWNER, _c.item_id.in_(keys)))


class SqlComments:
    """The remarks on items of the organization."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, *comments: Comment) -> None:
        """Store comments."""
        self._session.require_writes()
        self._session.add(COMMENTS.insertion, self._session.dump(COMMENTS.mapping, comments))

    def find(self, comment_id: CommentId, /) -> Comment | None:
        """The comment, or None."""
        rows = self._session.fetch(COMMENTS.one, id=self._session.packed(comment_id))
        found = self._session.load(COMMENTS.mapping, rows)
        return found[0] if found else None

    def of_item(self, item_id: ItemId) -> Sequence[Comment]:
        """The comments on an item, in order of instant, then id."""
        rows = self._session.fetch(_of_item, item_id=self._session.packed(item_id))
        return self._session.load(COMMENTS.mapping, rows)

    def remove(self, comment_id: CommentId, /) -> None:
        """Forget a comment."""
        self._session.run(_removed, id=self._session.packed(comment_id))

    def clear(self, item_ids: Collection[ItemId]) -> None:
        """Forget every comment on these items."""
        self._session.run_by_keys(_cleared, [self._session.packed(each) for each in item_ids])
