"""What every repository must do, whatever it keeps."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worktraq.ports.repository import Repository
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing.builders import new_id
from worktraq.testing.contracts.base import (
    StoreContract,
    conflict,
    many_examples,
    read_only,
    reading,
    rolled_back,
    writing,
)
from worktraq.testing.firms import Firm

E = TypeVar("E")
I = TypeVar("I", bound=UUID)  # noqa: E741  # the same letter as in the port

MANY = 5_000
"""More than any database takes as parameters of one statement together with those of a batch of rows."""


class RepositoryContract(StoreContract, Generic[E, I]):
    """Finding and adding. A contract of one repository says which, and how its entities come about."""

    def repository(self, uow: UnitOfWork) -> Repository[E, I]:
        """The repository."""
        raise NotImplementedError

    def id_of(self, entity: E) -> I:
        """The id of an entity."""
        raise NotImplementedError

    def as_id(self, value: UUID) -> I:
        """A UUID as the kind of id that the repository takes."""
        raise NotImplementedError

    def new_ones(self, uow: UnitOfWork, firm: Firm, number: int) -> list[E]:
        """New entities, all different, in order of their ids; what they refer to is stored if it was not."""
        raise NotImplementedError

    def drawn(self, uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[E]:
        """New entities with all kinds of values; what they refer to is stored if it was not."""
        raise NotImplementedError

    def unique_keys(self) -> tuple[Callable[[E], Hashable], ...]:
        """What must be different between two entities."""
        return (self.id_of,)

    def stored(self, store: Store, firm: Firm, number: int) -> list[E]:
        """New entities, stored in a transaction of their own."""
        with writing(store, firm) as uow:
            entities = self.new_ones(uow, firm, number)
            self.repository(uow).add(*entities)
        return entities

    def found(self, store: Store, firm: Firm, *entities: E) -> list[E]:
        """What a view finds of these entities."""
        with reading(store, firm) as uow:
            return self.repository(uow).find_many([self.id_of(entity) for entity in entities])

    def test_what_was_added_is_found(self, store: Store, firm: Firm) -> None:
        """An entity comes back as it was stored."""
        (entity,) = self.stored(store, firm, 1)
        with reading(store, firm) as uow:
            assert self.repository(uow).find(self.id_of(entity)) == entity

    def test_what_was_added_is_found_in_the_same_transaction(self, store: Store, firm: Firm) -> None:
        """A transaction sees its own changes."""
        with writing(store, firm) as uow:
            (entity,) = self.new_ones(uow, firm, 1)
            self.repository(uow).add(entity)
            assert self.repository(uow).find(self.id_of(entity)) == entity

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever the core accepts is kept exactly: texts, extreme days and amounts, what is empty."""
        with rolled_back(store, firm) as uow:
            drawn = st.lists(self.drawn(uow, firm), min_size=1, max_size=4, unique_by=self.unique_keys())
            entities = data.draw(drawn)
            self.repository(uow).add(*entities)
            found = self.repository(uow).find_many([self.id_of(entity) for entity in entities])
            assert found == sorted(entities, key=self.id_of)

    def test_an_unknown_id_finds_nothing(self, store: Store, firm: Firm) -> None:
        """What was never stored is None, and is left out of many."""
        with writing(store, firm) as uow:
            (entity,) = self.new_ones(uow, firm, 1)
        with reading(store, firm) as uow:
            assert self.repository(uow).find(self.id_of(entity)) is None
            assert self.repository(uow).find_many([self.id_of(entity)]) == []

    def test_many_are_found_once_and_in_order(self, store: Store, firm: Firm) -> None:
        """Ids may be given twice and in any order; the entities come once, in order of their ids."""
        one, two, three = self.stored(store, firm, 3)
        ids = [self.id_of(three), self.id_of(one), self.id_of(three), self.id_of(two)]
        with reading(store, firm) as uow:
            assert self.repository(uow).find_many(ids) == [one, two, three]

    def test_no_ids_find_nothing(self, store: Store, firm: Firm) -> None:
        """Asking for none is allowed."""
        self.stored(store, firm, 1)
        with reading(store, firm) as uow:
            assert self.repository(uow).find_many([]) == []

    def test_any_number_of_ids_can_be_asked_for(self, store: Store, firm: Firm) -> None:
        """Thousands of unknown ids around known ones change nothing."""
        one, two = self.stored(store, firm, 2)
        with writing(store, firm) as uow:
            unknown = [self.id_of(entity) for entity in self.new_ones(uow, firm, 1)] * 2
        ids = [self.id_of(one), *unknown, *(self.as_id(new_id()) for _ in range(MANY)), self.id_of(two)]
        with reading(store, firm) as uow:
            assert self.repository(uow).find_many(ids) == [one, two]

    def test_many_can_be_added_at_once(self, store: Store, firm: Firm) -> None:
        """Adding in bulk stores everything."""
        entities = self.stored(store, firm, 1_200)
        assert self.found(store, firm, *entities) == entities

    def test_adding_nothing_is_allowed(self, store: Store, firm: Firm) -> None:
        """An empty bulk changes nothing and raises nothing."""
        (entity,) = self.stored(store, firm, 1)
        with writing(store, firm) as uow:
            self.repository(uow).add()
        assert self.found(store, firm, entity) == [entity]

    def test_a_taken_id_is_a_conflict(self, store: Store, firm: Firm) -> None:
        """An id is given once; nothing else of the bulk is kept."""
        (entity,) = self.stored(store, firm, 1)
        with conflict("already_exists"), writing(store, firm) as uow:
            other, *_ = self.new_ones(uow, firm, 1)
            self.repository(uow).add(other, entity)
        assert self.found(store, firm, entity, other) == [entity]

    def test_another_organization_does_not_see_it(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """What one organization owns, does not exist for another."""
        (entity,) = self.stored(store, firm, 1)
        assert self.found(store, other_firm, entity) == []
        with reading(store, other_firm) as uow:
            assert self.repository(uow).find(self.id_of(entity)) is None

    def test_nothing_can_be_added_for_another_organization(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """An entity of one organization in the transaction of another is an error, and stored nowhere."""
        with writing(store, firm) as uow:
            (entity,) = self.new_ones(uow, firm, 1)
        with pytest.raises(Exception), writing(store, other_firm) as uow:  # noqa: B017, PT011  # a mistake of the caller; which error it is, is the store's choice
            self.repository(uow).add(entity)
        assert self.found(store, firm, entity) == []
        assert self.found(store, other_firm, entity) == []

    def test_what_is_rolled_back_was_never_added(self, store: Store, firm: Firm) -> None:
        """An error in the transaction leaves nothing of it."""
        with rolled_back(store, firm) as uow:
            (entity,) = self.new_ones(uow, firm, 1)
            self.repository(uow).add(entity)
        assert self.found(store, firm, entity) == []

    def test_a_view_refuses_to_add(self, store: Store, firm: Firm) -> None:
        """Nothing is added without `writes`."""
        with writing(store, firm) as uow:
            (entity,) = self.new_ones(uow, firm, 1)
        with read_only(), reading(store, firm) as uow:
            self.repository(uow).add(entity)
        assert self.found(store, firm, entity) == []
