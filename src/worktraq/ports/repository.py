"""What every repository can do with the things of one organization."""

from collections.abc import Collection
from typing import Protocol, TypeVar

E = TypeVar("E")
I_contra = TypeVar("I_contra", contravariant=True)


class Repository(Protocol[E, I_contra]):
    """The entities of one kind of the organization that the unit of work belongs to.

    What another organization owns does not exist here: it is not found, and cannot be saved or removed.
    """

    def find(self, id: I_contra, /) -> E | None:
        """The entity, or None when there is none."""

    def find_many(self, ids: Collection[I_contra], /) -> list[E]:
        """Those of the entities that exist, each once, in order of their ids; takes any number of ids."""

    def add(self, *entities: E) -> None:
        """Store new entities, in bulk when there are many.

        Raises:
            Conflict: With ``already_exists`` when an id, or something that must be unique, is taken; retryable with
                ``changed_meanwhile`` when something that an entity refers to does not exist.
            NotFound: When an entity belongs to another organization.
        """

    def save(self, *entities: E) -> None:
        """Store changed entities, whose version is one higher than the stored one.

        Raises:
            Conflict: With ``changed_meanwhile`` when a stored version is another one, or the entity is gone.
        """

    def remove(self, *entities: E) -> None:
        """Remove entities, which are still at the version given. What refers to them is never removed with them.

        Raises:
            Conflict: With ``changed_meanwhile`` as for `save`, and when something else refers to an entity.
        """
