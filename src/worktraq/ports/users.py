"""Storing users and teams."""

from typing import Protocol

from worktraq.core.ids import TeamId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.users import Role, Team, User
from worktraq.ports.repository import Repository


class UserRepository(Repository[User, UserId], Protocol):
    """The users of the organization. Their `email_key` is unique."""

    def find_by_email(self, email_key: str) -> User | None:
        """The user whose mail address folds to this key."""

    def page(self, request: PageRequest, *, role: Role | None, is_active: bool | None, search: str) -> Page[User]:
        """Users in order of folded name, then id; `search` is folded and found anywhere in name or mail address."""

    def count_active(self, role: Role | None) -> int:
        """How many users are active, of one role or of all."""

    def lock(self, *user_ids: UserId) -> None:
        """Hold the users' rows until the transaction ends, in order of their ids."""


class TeamRepository(Repository[Team, TeamId], Protocol):
    """The teams of the organization."""

    def page(self, request: PageRequest) -> Page[Team]:
        """Teams in order of folded name, then id."""
