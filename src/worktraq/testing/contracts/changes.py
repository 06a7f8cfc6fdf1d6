"""What every repository must do whose entities can be changed, and removed."""

from worktraq.ports.unit_of_work import Store
from worktraq.testing.contracts.base import conflict, read_only, reading, rolled_back, writing
from worktraq.testing.contracts.repository import E, I, RepositoryContract
from worktraq.testing.firms import Firm


class SavingContract(RepositoryContract[E, I]):
    """Saving what was changed, by version."""

    def changed(self, entity: E) -> E:
        """The entity with something changed, and a version that is one higher."""
        raise NotImplementedError

    def test_a_saved_change_is_found(self, store: Store, firm: Firm) -> None:
        """The entity is what was saved last."""
        (entity,) = self.stored(store, firm, 1)
        once = self.changed(entity)
        twice = self.changed(once)
        with writing(store, firm) as uow:
            self.repository(uow).save(once)
        with writing(store, firm) as uow:
            self.repository(uow).save(twice)
        assert self.found(store, firm, entity) == [twice]

    def test_only_what_is_saved_changes(self, store: Store, firm: Firm) -> None:
        """The neighbours stay as they are."""
        one, two, three = self.stored(store, firm, 3)
        with writing(store, firm) as uow:
            self.repository(uow).save(self.changed(two))
        assert self.found(store, firm, one, two, three) == [one, self.changed(two), three]

    def test_many_can_be_saved_at_once(self, store: Store, firm: Firm) -> None:
        """Saving in bulk changes everything."""
        changed = [self.changed(entity) for entity in self.stored(store, firm, 1_200)]
        with writing(store, firm) as uow:
            self.repository(uow).save(*changed)
        assert self.found(store, firm, *changed) == changed

    def test_a_stale_entity_is_not_saved(self, store: Store, firm: Firm) -> None:
        """Who changes what somebody else changed meanwhile, changes nothing."""
        (entity,) = self.stored(store, firm, 1)
        with writing(store, firm) as uow:
            self.repository(uow).save(self.changed(entity))
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            self.repository(uow).save(self.changed(entity))
        assert self.found(store, firm, entity) == [self.changed(entity)]

    def test_a_version_cannot_be_skipped(self, store: Store, firm: Firm) -> None:
        """Neither too low nor too high a version is saved."""
        (entity,) = self.stored(store, firm, 1)
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            self.repository(uow).save(self.changed(self.changed(entity)))
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            self.repository(uow).save(entity)
        assert self.found(store, firm, entity) == [entity]

    def test_one_stale_entity_keeps_all_from_being_saved(self, store: Store, firm: Firm) -> None:
        """In bulk, too, it is all or nothing."""
        one, two = self.stored(store, firm, 2)
        with writing(store, firm) as uow:
            self.repository(uow).save(self.changed(two))
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            self.repository(uow).save(self.changed(one), self.changed(two))
        assert self.found(store, firm, one, two) == [one, self.changed(two)]

    def test_what_was_never_stored_is_not_saved(self, store: Store, firm: Firm) -> None:
        """Saving does not add."""
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            (entity,) = self.new_ones(uow, firm, 1)
            self.repository(uow).save(self.changed(entity))
        assert self.found(store, firm, entity) == []

    def test_another_organization_cannot_save_it(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """What another organization owns cannot be changed."""
        (entity,) = self.stored(store, firm, 1)
        with conflict("changed_meanwhile"), writing(store, other_firm) as uow:
            self.repository(uow).save(self.changed(entity))
        assert self.found(store, firm, entity) == [entity]

    def test_what_is_rolled_back_was_never_saved(self, store: Store, firm: Firm) -> None:
        """An error in the transaction leaves the entity as it was."""
        (entity,) = self.stored(store, firm, 1)
        with rolled_back(store, firm) as uow:
            self.repository(uow).save(self.changed(entity))
        assert self.found(store, firm, entity) == [entity]

    def test_a_view_refuses_to_save(self, store: Store, firm: Firm) -> None:
        """Nothing is changed without `writes`."""
        (entity,) = self.stored(store, firm, 1)
        with read_only(), reading(store, firm) as uow:
            self.repository(uow).save(self.changed(entity))
        assert self.found(store, firm, entity) == [entity]


class RemovingContract(RepositoryContract[E, I]):
    """Removing what is still at the version given."""

    def test_what_is_removed_is_gone(self, store: Store, firm: Firm) -> None:
        """It is found no more, and its neighbours are."""
        one, two, three = self.stored(store, firm, 3)
        with writing(store, firm) as uow:
            self.repository(uow).remove(two)
        assert self.found(store, firm, one, two, three) == [one, three]

    def test_many_can_be_removed_at_once(self, store: Store, firm: Firm) -> None:
        """Removing in bulk leaves none of them."""
        entities = self.stored(store, firm, 1_200)
        with writing(store, firm) as uow:
            self.repository(uow).remove(*entities[:-1])
        assert self.found(store, firm, *entities) == entities[-1:]

    def test_what_is_gone_cannot_be_removed(self, store: Store, firm: Firm) -> None:
        """Removing twice is a conflict."""
        (entity,) = self.stored(store, firm, 1)
        with writing(store, firm) as uow:
            self.repository(uow).remove(entity)
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            self.repository(uow).remove(entity)

    def test_another_organization_cannot_remove_it(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """What another organization owns stays."""
        (entity,) = self.stored(store, firm, 1)
        with conflict("changed_meanwhile"), writing(store, other_firm) as uow:
            self.repository(uow).remove(entity)
        assert self.found(store, firm, entity) == [entity]

    def test_what_is_rolled_back_was_never_removed(self, store: Store, firm: Firm) -> None:
        """An error in the transaction keeps the entity."""
        (entity,) = self.stored(store, firm, 1)
        with rolled_back(store, firm) as uow:
            self.repository(uow).remove(entity)
        assert self.found(store, firm, entity) == [entity]

    def test_a_view_refuses_to_remove(self, store: Store, firm: Firm) -> None:
        """Nothing is removed without `writes`."""
        (entity,) = self.stored(store, firm, 1)
        with read_only(), reading(store, firm) as uow:
            self.repository(uow).remove(entity)
        assert self.found(store, firm, entity) == [entity]


class ChangingContract(SavingContract[E, I], RemovingContract[E, I]):
    """Saving and removing together."""

    def test_a_stale_entity_is_not_removed(self, store: Store, firm: Firm) -> None:
        """Who removes what somebody else changed meanwhile, removes nothing."""
        (entity,) = self.stored(store, firm, 1)
        with writing(store, firm) as uow:
            self.repository(uow).save(self.changed(entity))
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            self.repository(uow).remove(entity)
        assert self.found(store, firm, entity) == [self.changed(entity)]

    def test_one_stale_entity_keeps_all_from_being_removed(self, store: Store, firm: Firm) -> None:
        """In bulk, too, it is all or nothing."""
        one, two = self.stored(store, firm, 2)
        with writing(store, firm) as uow:
            self.repository(uow).save(self.changed(two))
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            self.repository(uow).remove(one, two)
        assert self.found(store, firm, one, two) == [one, self.changed(two)]

    def test_what_is_gone_cannot_be_saved(self, store: Store, firm: Firm) -> None:
        """Saving does not bring back what was removed."""
        (entity,) = self.stored(store, firm, 1)
        with writing(store, firm) as uow:
            self.repository(uow).remove(entity)
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            self.repository(uow).save(self.changed(entity))
        assert self.found(store, firm, entity) == []
