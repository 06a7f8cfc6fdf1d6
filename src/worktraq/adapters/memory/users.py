"""Users and teams."""

from collections.abc import Hashable, Iterable

from worktraq.adapters.memory.repository import MemoryRepository, page_of
from worktraq.core.ids import TeamId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.text import fold
from worktraq.core.users import Role, Team, User


class MemoryUsers(MemoryRepository[User, UserId]):
    """The users of the organization."""

    table_name = "users"

    def unique_keys(self, entity: User) -> Iterable[Hashable]:
        """The mail address."""
        return (entity.email_key,)

    def find_by_email(self, email_key: str) -> User | None:
        """The user whose mail address folds to this key."""
        return next((user for user in self._table.rows() if user.email_key == email_key), None)

    def page(self, request: PageRequest, *, role: Role | None, is_active: bool | None, search: str) -> Page[User]:
        """Users in order of folded name, then id."""
        found = (
            user
            for user in self._table.rows()
            if role in (None, user.role)
            and is_active in (None, user.is_active)
            and (search in fold(user.name) or search in user.email_key)
        )
        return page_of(found, request, lambda user: (fold(user.name), user.id.hex))

    def count_active(self, role: Role | None) -> int:
        """How many users are active, of one role or of all."""
        return sum(1 for user in self._table.rows() if user.is_active and role in (None, user.role))

    def lock(self, *user_ids: UserId) -> None:
        """Nothing to do: there is one writer at a time."""


class MemoryTeams(MemoryRepository[Team, TeamId]):
    """The teams of the organization."""

    table_name = "teams"

    def page(self, request: PageRequest) -> Page[Team]:
        """Teams in order of folded name, then id."""
        return page_of(self._table.rows(), request, lambda team: (fold(team.name), team.id.hex))
