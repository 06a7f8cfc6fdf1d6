"""What every repository in a database does alike: finding, adding, saving, removing, and making pages."""

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    literal_column,
    or_,
    select,
)
from sqlalchemy.sql.elements import BindParameter

from worktraq.adapters.sqlalchemy.cells import Cell, Found, Row
from worktraq.adapters.sqlalchemy.changes import Change, Insertion
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys, Prepared
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
T = TypeVar("T")
I_contra = TypeVar("I_contra", bound=UUID, contravariant=True)
# The order of ids, without a call of Python code for each comparison.
_NUMBER = attrgetter("int")


class Shelf(Generic[T]):
    """A mapping with the statements that every repository needs.

    Args:
        mapping: How the entities stand in their table.
        is_single: Whether an organization has one of them at most, without an id of its own.
        id_column: Where the id stands.
    """

    def __init__(self, mapping: Mapping[T], *, is_single: bool = False, id_column: str = "id") -> None:
        self.mapping = mapping
        self._id_column = id_column
        self._keys = () if is_single else (id_column,)
        self.table = mapping.table

    def select(self) -> Select[*tuple[object, ...]]:
        """The rows of the organization, as they are loaded."""
        return select(*self.mapping.read).where(self.table.c.organization_id == OWNER)

    def where(self, *conditions: ColumnElement[bool], order: Sequence[ColumnElement[object]] = ()) -> Prepared:
        """Finds rows."""
        return Prepared(self.select().where(*conditions).order_by(*order))

    def by_keys(self, column: str, *conditions: ColumnElement[bool]) -> ByKeys:
        """Finds rows with one of the keys in a column, in order of their ids within a batch."""

        def build(keys: list[BindParameter[object]]) -> Select[*tuple[object, ...]]:
            wanted = self.table.c[column].in_(keys)
            return self.select().where(wanted, *conditions).order_by(self.table.c[column])

        return ByKeys(build)

    @cached_property
    def one(self) -> Prepared:
        """Finds a row by its id."""
        return self.where(self.table.c[self._id_column] == bindparam("id"))

    @cached_property
    def many(self) -> ByKeys:
        """Finds rows by their ids."""
        return self.by_keys(self._id_column)

    @cached_property
    def insertion(self) -> Insertion:
        """Adds rows."""
        return Insertion(self.table, self.mapping.written)

    @cached_property
    def change(self) -> Change:
        """Changes a row whose version is the one before."""
        one: ColumnElement[int] = literal_column("1")
        return Change(
            self.table, self.mapping.written, self._keys, lambda fresh: self.table.c.version == fresh["version"] - one
        )

    @cached_property
    def delete(self) -> Prepared:
        """Removes a row at the version given."""
        c = self.table.c
        is_meant = c[self._id_column] == bindparam("id")
        conditions = (c.organization_id == OWNER, is_meant, c.version == bindparam("version"))
        return Prepared(delete(self.table).where(*conditions), (OWNER.key, "id", "version"))


class SqlRepository(Generic[E, I_contra]):
    """The entities of one kind of one organization.

    Args:
        session: Where they are read and written.
        shelf: How they stand in the database.
    """

    def __init__(self, session: Session, shelf: Shelf[E]) -> None:
        self._session = session
        self._shelf = shelf

    def find(self, entity_id: I_contra, /) -> E | None:
        """The entity, or None."""
        found = self._load(self._session.fetch(self._shelf.one, id=self._session.packed(entity_id)))
        return found[0] if found else None

    def find_many(self, entity_ids: Collection[I_contra], /) -> list[E]:
        """Those that exist, each once, in order of their ids."""
        keys = [self._session.packed(each) for each in sorted(set(entity_ids), key=_NUMBER)]
        return self._load(self._session.fetch_by_keys(self._shelf.many, keys))

    def add(self, *entities: E) -> None:
        """Store new entities."""
        self._session.require_writes()
        self._session.add(self._shelf.insertion, self._session.dump(self._shelf.mapping, entities))

    def save(self, *entities: E) -> None:
        """Store changed entities."""
        self._change(self._shelf.change, self._shelf.mapping, entities)

    def remove(self, *entities: E) -> None:
        """Remove entities."""
        self._session.require_writes()
        if any(entity.organization_id != self._session.organization_id for entity in entities):
            raise Conflict("changed_meanwhile")
        owner, packed = self._session.owner, self._session.packed
        rows: list[Row] = [(owner, packed(entity.id), entity.version) for entity in entities]
        if self._session.run_rows(self._shelf.delete, rows) != len(entities):
            raise Conflict("changed_meanwhile")

    def _load(self, rows: Sequence[Found]) -> list[E]:
        return self._session.load(self._shelf.mapping, rows)

    def _change(self, change: Change, mapping: Mapping[E], entities: Sequence[E]) -> None:
        self._session.require_writes()
        try:
            rows = self._session.dump(mapping, entities)
        except NotFound:
            raise Conflict("changed_meanwhile") from None
        if self._session.change(change, rows) != len(entities):
            raise Conflict("changed_meanwhile")

    def _page(
        self,
        statement: Select[*tuple[object, ...]],
        request: PageRequest,
        order: Sequence[ColumnElement[object]],
        after: Sequence[Cell],
        key: Callable[[E], Key],
        *,
        is_descending: bool = False,
    ) -> Page[E]:
        """The entities behind a key.

        Args:
            statement: Finds them all.
            request: Which page.
            order: The columns that make up the key.
            after: What stands in these columns of the last entity before the page; empty for the first page.
            key: Of an entity.
            is_descending: Whether the greatest key comes first.
        """
        if after:
            statement = statement.where(_behind(order, after, is_descending=is_descending))
        sorting = [column.desc() for column in order] if is_descending else order
        found = self._load(self._session.read(statement.order_by(*sorting).limit(request.limit + 1)))
        shown = found[: request.limit]
        return Page(tuple(shown), write_cursor(key(shown[-1])) if len(found) > request.limit else None)

    def _page_by_name(
        self,
        statement: Select[*tuple[object, ...]],
        request: PageRequest,
        column: ColumnElement[object],
        name: Callable[[E], str],
    ) -> Page[E]:
        after = self._name_and_id(request)
        return self._page(
            statement, request, (column, self._shelf.table.c.id), after, lambda entity: (name(entity), entity.id.hex)
        )

    def _name_and_id(self, request: PageRequest) -> Sequence[Cell]:
        if request.after is None:
            return ()
        name, form = key_of(request.after, str, str)
        return (name, self._session.packed(id_in(form)))

    def _id_after(self, request: PageRequest) -> Sequence[Cell]:
        if request.after is None:
            return ()
        (form,) = key_of(request.after, str)
        return (self._session.packed(id_in(form)),)


def _behind(
    order: Sequence[ColumnElement[object]], after: Sequence[Cell], *, is_descending: bool
) -> ColumnElement[bool]:
    """Whether a row comes after a key; spelt so that every database walks an index for it."""
    first, *rest = (
        column < cell if is_descending else column > cell for column, cell in zip(order, after, strict=True)
    )
    if not rest:
        return first
    (second,) = rest
    least = order[0] <= after[0] if is_descending else order[0] >= after[0]
    return and_(least, or_(first, second))


def key_of(key: Key, *kinds: type) -> Key:
    """The key of a page, when it has the form of those that a list gives out.

    Raises:
        InvalidInput: With ``cursor_malformed``.
    """
    if tuple(map(type, key)) != kinds:
        raise InvalidInput.of("cursor", "cursor_malformed")
    return key


def id_in(form: str | int) -> UUID:
    """The id in the key of a page.

    Raises:
        InvalidInput: With ``cursor_malformed``.
    """
    try:
        return UUID(str(form))
    except ValueError:
        raise InvalidInput.of("cursor", "cursor_malformed") from None


def exists_in(table: Table, column: str, found: str = "id") -> Prepared:
    """Finds one row of a table that refers to the ``key``, if there is any."""
    c = table.c
    return Prepared(select(c[found]).where(c.organization_id == OWNER, c[column] == bindparam("key")).limit(1))
