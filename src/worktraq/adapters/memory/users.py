"""Users and teams."""

from collections.abc import Hashable, Iterable, Sequence

from worktraq.adapters.memory.repository import MemoryRepository, page_of
from worktraq.core.ids import TeamId, UserId
from worktraq.core.invitations import InvitationStatus
from worktraq.core.paging import Page, PageRequest
from worktraq.core.text import fold
from worktraq.core.users import Role, Team, User
from worktraq.ports.users import UserDependents


class MemoryUsers(MemoryRepository[User, UserId]):
    """The users of the organization."""

    table_name = "users"

    def unique_keys(self, entity: User) -> Iterable[Hashable]:
        """The mail address."""
        return (entity.email_key,)

    def find_by_email(self, email_key: str) -> User | None:
        """The user whose mail address folds to this key."""
        return next((user for user in self._table.rows() if user.email_key == email_key), None)

    def page(
        self,
        request: PageRequest,
        *,
        role: Role | None,
        is_active: bool | None,
        is_invited: bool | None,
        search: str,
    ) -> Page[User]:
        """Users in order of folded name, then id."""
        found = (
            user
            for user in self._table.rows()
            if role in (None, user.role)
            and is_active in (None, user.is_active)
            and is_invited in (None, self._is_invited(user))
            and (search in fold(user.name) or search in user.email_key)
        )
        return page_of(found, request, lambda user: (fold(user.name), user.id.hex))

    def count_active(self, role: Role | None) -> int:
        """How many users are active, of one role or of all."""
        return sum(1 for user in self._table.rows() if user.is_active and role in (None, user.role))

    def lock(self, *user_ids: UserId) -> None:
        """Nothing to do: there is one writer at a time."""

    def dependents(self, user_id: UserId) -> UserDependents:
        """What stands in the way of removing a user."""
        tables = self._tables
        return UserDependents(
            items=sum(1 for item in tables.items.rows() if item.user_id == user_id),
            decisions=sum(1 for decision in tables.decisions.rows() if decision.actor_id == user_id),
            requests=sum(1 for request in tables.requests.rows() if request.user_id == user_id),
            submissions=sum(1 for submission in tables.submissions.rows() if submission.user_id == user_id),
            comments=sum(1 for comment in tables.comments.rows() if comment.user_id == user_id),
            holds=sum(1 for hold in tables.holds.rows() if user_id in (hold.placed_by, hold.lifted_by)),
            erasures=sum(1 for erasure in tables.erasures.rows() if erasure.by == user_id),
        )

    def _is_invited(self, user: User) -> bool:
        invitation = self._tables.invitations.get(user.id)
        return invitation is not None and invitation.status is InvitationStatus.OPEN


class MemoryTeams(MemoryRepository[Team, TeamId]):
    """The teams of the organization."""

    table_name = "teams"

    def page(self, request: PageRequest) -> Page[Team]:
        """Teams in order of folded name, then id."""
        return page_of(self._table.rows(), request, lambda team: (fold(team.name), team.id.hex))

    def of_user(self, user_id: UserId) -> Sequence[Team]:
        """The teams that a user is in, in order of their ids."""
        return [team for team in self._in_order() if user_id in team.member_ids]
