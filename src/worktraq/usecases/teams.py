"""Teams."""

from collections.abc import Iterable

from worktraq.core.access import Action
from worktraq.core.events import EventName
from worktraq.core.ids import TeamId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.unset import UNSET, Unset
from worktraq.core.users import Team, changed_team, new_team
from worktraq.errors import NotFound
from worktraq.usecases.context import Context, check_version, found


class Teams:
    """Groups of users, which can hold grants."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, *, name: str, member_ids: Iterable[UserId] = ()) -> Team:
        """Add a team.

        Raises:
            Refused: For who is not an administrator.
            InvalidInput: For its name.
            NotFound: For a member that is no user of the organization.
        """
        context = self._context
        context.require(Action.MANAGE_USERS)
        team = new_team(context.new_id(TeamId), context.actor.organization_id, name, member_ids)
        self._check_members(team)
        context.uow.teams.add(team)
        context.record(EventName.TEAM_ADDED, team.id, members=len(team.member_ids))
        return team

    def change(
        self,
        team_id: TeamId,
        *,
        version: int,
        name: str | Unset = UNSET,
        member_ids: Iterable[UserId] | Unset = UNSET,
    ) -> Team:
        """Change the name or the members of a team.

        Raises:
            Refused: For who is not an administrator.
            InvalidInput: For its name.
            NotFound: For a team or member that does not exist.
            Conflict: When somebody else changed the team.
        """
        context = self._context
        context.require(Action.MANAGE_USERS)
        before = found(context.uow.teams.find(team_id), "team")
        check_version(before.version, version)
        team = changed_team(before, name, member_ids)
        self._check_members(team)
        context.uow.teams.save(team)
        context.record(EventName.TEAM_CHANGED, team.id, members=len(team.member_ids))
        return team

    def remove(self, team_id: TeamId, *, version: int) -> None:
        """Remove a team, and with it the grants that it holds.

        Raises:
            Refused: For who is not an administrator.
            Conflict: When somebody else changed the team.
        """
        context = self._context
        context.require(Action.MANAGE_USERS)
        team = found(context.uow.teams.find(team_id), "team")
        check_version(team.version, version)
        context.uow.grants.remove_of_team(team.id)
        context.uow.teams.remove(team)
        context.record(EventName.TEAM_REMOVED, team.id)

    def get(self, team_id: TeamId) -> Team:
        """A team.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is none.
        """
        self._context.require(Action.SEE_USERS)
        return found(self._context.uow.teams.find(team_id), "team")

    def list(self, *, after: str | None = None, limit: int = 100) -> Page[Team]:
        """Teams in order of name.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_USERS)
        return self._context.uow.teams.page(PageRequest.of(after, limit))

    def _check_members(self, team: Team) -> None:
        if len(self._context.uow.users.find_many(team.member_ids)) != len(team.member_ids):
            raise NotFound("user")
