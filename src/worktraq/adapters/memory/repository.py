"""What every repository in memory does alike: finding, adding, saving, removing, and making pages."""

from collections.abc import Callable, Collection, Hashable, Iterable
from typing import ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

from worktraq.adapters.memory.references import require_referred, require_unreferred
from worktraq.adapters.memory.tables import Table, Tables
from worktraq.core.ids import OrganizationId
from worktraq.core.paging import Key, Page, PageRequest, write_cursor
from worktraq.errors import Conflict, InvalidInput, NotFound


class Entity(Protocol):
    """What has an id and a version, and belongs to an organization."""

    @property
    def id(self) -> UUID: ...  # noqa: D102  # the class says it
    @property
    def organization_id(self) -> OrganizationId: ...  # noqa: D102  # the class says it
    @property
    def version(self) -> int: ...  # noqa: D102  # the class says it


E = TypeVar("E", bound=Entity)
I_contra = TypeVar("I_contra", bound=UUID, contravariant=True)
T = TypeVar("T")


class MemoryRepository(Generic[E, I_contra]):
    """The entities of one kind of one organization."""

    table_name: ClassVar[str]

    def __init__(self, organization_id: OrganizationId, tables: Tables) -> None:
        self._organization_id = organization_id
        self._tables = tables
        self._table: Table[UUID, E] = getattr(tables, self.table_name)

    def unique_keys(self, _entity: E) -> Iterable[Hashable]:
        """What no other entity may have too; nothing unless a repository says otherwise."""
        return ()

    def find(self, entity_id: I_contra, /) -> E | None:
        """The entity, or None."""
        return self._table.get(entity_id)

    def find_many(self, entity_ids: Collection[I_contra], /) -> list[E]:
        """Those that exist, each once, in order of their ids."""
        found = (self._table.get(entity_id) for entity_id in sorted(set(entity_ids)))
        return [entity for entity in found if entity is not None]

    def add(self, *entities: E) -> None:
        """Store new entities."""
        self._table.require_open()
        if any(entity.organization_id != self._organization_id for entity in entities):
            raise NotFound("organization")
        ids = {entity.id for entity in entities}
        if len(ids) < len(entities) or any(self._table.get(entity_id) for entity_id in ids):
            raise Conflict("already_exists")
        self._check_unique(entities)
        require_referred(self._tables, entities)
        for entity in entities:
            self._table.put(entity.id, entity)

    def save(self, *entities: E) -> None:
        """Store changed entities."""
        self._check_versions(entities, step=1)
        self._check_unique(entities)
        require_referred(self._tables, entities)
        for entity in entities:
            self._table.put(entity.id, entity)

    def remove(self, *entities: E) -> None:
        """Remove entities."""
        self._check_versions(entities, step=0)
        require_unreferred(self._tables, self.table_name, [entity.id for entity in entities])
        for entity in entities:
            self._table.delete(entity.id)

    def _in_order(self) -> list[E]:
        return sorted(self._table.rows(), key=lambda entity: entity.id)

    def _check_versions(self, entities: Collection[E], *, step: int) -> None:
        self._table.require_open()
        for entity in entities:
            stored = self._table.get(entity.id)
            is_own = entity.organization_id == self._organization_id
            if stored is None or not is_own or stored.version != entity.version - step:
                raise Conflict("changed_meanwhile")

    def _check_unique(self, entities: Collection[E]) -> None:
        wanted = [key for entity in entities for key in self.unique_keys(entity)]
        if not wanted:
            return
        replaced = {entity.id for entity in entities}
        others = (stored for stored in self._table.rows() if stored.id not in replaced)
        taken = {key for stored in others for key in self.unique_keys(stored)}
        if len(set(wanted)) < len(wanted) or not taken.isdisjoint(wanted):
            raise Conflict("already_exists")


def page_of(
    rows: Iterable[T], request: PageRequest, key: Callable[[T], Key], *, is_descending: bool = False
) -> Page[T]:
    """The rows behind the key of the request, in order of their keys.

    Raises:
        InvalidInput: With ``cursor_malformed`` for a key that no row of such a list can have.
    """
    keyed = sorted(((key(row), row) for row in rows), key=lambda pair: pair[0], reverse=is_descending)
    if request.after is not None and keyed:
        _check_key(request.after, keyed[0][0])
        after = request.after
        keyed = [pair for pair in keyed if (pair[0] < after if is_descending else pair[0] > after)]
    shown = keyed[: request.limit]
    more = len(keyed) > request.limit
    return Page(tuple(row for _, row in shown), write_cursor(shown[-1][0]) if more else None)


def _check_key(given: Key, example: Key) -> None:
    if [type(part) for part in given] != [type(part) for part in example]:
        raise InvalidInput.of("cursor", "cursor_malformed")
