"""Storing users and teams."""

from collections.abc import Sequence
from typing import Protocol

from attrs import frozen

from worktraq.core.ids import TeamId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.users import Role, Team, User
from worktraq.ports.repository import Repository


@frozen(kw_only=True)
class UserDependents:
    """What names a user and is kept, and so stands in the way of removing him or her (W-06).

    Attributes:
        items: Time entries and expenses of the user.
        decisions: That the user took on items.
        requests: To customers, about the user.
        submissions: Periods that the user handed in.
        comments: Remarks of the user on anybody's items.
        holds: Legal holds that the user placed or lifted.
        erasures: People whom the user erased.
    """

    items: int
    decisions: int
    requests: int
    submissions: int
    comments: int
    holds: int = 0
    erasures: int = 0


class UserRepository(Repository[User, UserId], Protocol):
    """The users of the organization. Their `email_key` is unique."""

    def find_by_email(self, email_key: str) -> User | None:
        """The user whose mail address folds to this key."""

    def page(
        self,
        request: PageRequest,
        *,
        role: Role | None,
        is_active: bool | None,
        is_invited: bool | None,
        search: str,
    ) -> Page[User]:
        """Users in order of folded name, then id.

        Args:
            request: Which page; its key is (folded name, hex of the id).
            role: Only with this role.
            is_active: Only active ones, or only others.
            is_invited: Only those whose invitation is stored as open, or only others.
            search: Folded; found anywhere in name or mail address.
        """

    def count_active(self, role: Role | None) -> int:
        """How many users are active, of one role or of all."""

    def lock(self, *user_ids: UserId) -> None:
        """Hold the users' rows until the transaction ends, in order of their ids."""

    def dependents(self, user_id: UserId) -> UserDependents:
        """What stands in the way of removing a user."""


class TeamRepository(Repository[Team, TeamId], Protocol):
    """The teams of the organization."""

    def page(self, request: PageRequest) -> Page[Team]:
        """Teams in order of folded name, then id."""

    def of_user(self, user_id: UserId) -> Sequence[Team]:
        """The teams that a user is in, in order of their ids."""
