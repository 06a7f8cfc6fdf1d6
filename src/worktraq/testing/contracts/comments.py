"""What every store must do with remarks on items."""

from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.ids import CommentId, ItemId
from worktraq.errors import NotFound
from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.builders import a_comment, a_time_entry, new_id
from worktraq.testing.contracts.base import (
    StoreContract,
    conflict,
    many_examples,
    read_only,
    reading,
    rolled_back,
    writing,
)
from worktraq.testing.contracts.repository import MANY
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import Firm


class CommentRepositoryContract(StoreContract):
    """Remarks: written and taken back, never changed."""

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever somebody can write is kept exactly."""
        item = a_time_entry(firm.activity)
        comment = data.draw(strategies.comments(item, firm))
        with rolled_back(store, firm) as uow:
            uow.items.add(item)
            uow.comments.add(comment)
            assert uow.comments.find(comment.id) == comment
            assert list(uow.comments.of_item(item.id)) == [comment]

    def test_comments_come_in_order_of_instant(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Then of id; only those of the item, and of the organization."""
        item, other = a_time_entry(firm.activity), a_time_entry(firm.activity)
        comments = [
            a_comment(item, firm.manager, "first", BEGINNING),
            a_comment(item, firm.employee, "second", BEGINNING),
            a_comment(item, firm.employee, "third", BEGINNING + timedelta(microseconds=1)),
        ]
        with writing(store, firm) as uow:
            uow.items.add(item, other)
            uow.comments.add(*reversed(comments), a_comment(other, firm.admin))
        with reading(store, firm) as uow:
            assert list(uow.comments.of_item(item.id)) == comments
            assert list(uow.comments.of_item(ItemId(new_id()))) == []
        with reading(store, other_firm) as uow:
            assert list(uow.comments.of_item(item.id)) == []
            assert uow.comments.find(comments[0].id) is None

    def test_a_comment_is_forgotten(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """By its own organization only; what is not there is no error, and the others stay."""
        item = a_time_entry(firm.activity)
        gone, stays = a_comment(item, firm.manager), a_comment(item, firm.manager)
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.comments.add(gone, stays)
        with writing(store, other_firm) as uow:
            uow.comments.remove(stays.id)
            uow.comments.clear([item.id])
        with writing(store, firm) as uow:
            uow.comments.remove(gone.id)
            uow.comments.remove(CommentId(new_id()))
        with reading(store, firm) as uow:
            assert list(uow.comments.of_item(item.id)) == [stays]

    def test_all_comments_on_items_are_forgotten(self, store: Store, firm: Firm) -> None:
        """However many items; those of others stay, and then the items can go."""
        items = [a_time_entry(firm.activity) for _ in range(3)]
        kept = a_comment(items[2], firm.manager)
        with writing(store, firm) as uow:
            uow.items.add(*items)
            uow.comments.add(*(a_comment(item, firm.manager) for item in items[:2] for _ in range(2)), kept)
        with writing(store, firm) as uow:
            uow.comments.clear([*(item.id for item in items[:2]), *(ItemId(new_id()) for _ in range(MANY))])
            uow.comments.clear([])
            uow.items.remove(*items[:2])
        with reading(store, firm) as uow:
            assert [list(uow.comments.of_item(item.id)) for item in items] == [[], [], [kept]]

    def test_a_comment_needs_its_item(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """One that is there, and the organization's own; and the item is not removed before it."""
        item = a_time_entry(firm.activity)
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.comments.add(a_comment(item, firm.manager))
        with pytest.raises(NotFound), writing(store, other_firm) as uow:
            uow.comments.add(a_comment(item, firm.manager))
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.comments.add(a_comment(item, firm.manager))
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.items.remove(item)

    def test_an_id_is_taken_once(self, store: Store, firm: Firm) -> None:
        """A comment is never written over."""
        item = a_time_entry(firm.activity)
        comment = a_comment(item, firm.manager)
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.comments.add(comment)
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.comments.add(evolve(comment, text="Other"))
        with reading(store, firm) as uow:
            assert uow.comments.find(comment.id) == comment

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing is written or taken back without `writes`."""
        item = a_time_entry(firm.activity)
        comment = a_comment(item, firm.manager)
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.comments.add(comment)
        with read_only(), reading(store, firm) as uow:
            uow.comments.add(a_comment(item, firm.admin))
        with read_only(), reading(store, firm) as uow:
            uow.comments.remove(comment.id)
        with read_only(), reading(store, firm) as uow:
            uow.comments.clear([item.id])
