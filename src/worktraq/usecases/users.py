"""Users and teams."""

from collections.abc import Iterable

from worktraq.core.access import Action
from worktraq.core.events import EventName
from worktraq.core.ids import TeamId, UserId
from worktraq.core.organizations import RegistrationAccess
from worktraq.core.paging import Page, PageRequest
from worktraq.core.text import NAME_LENGTH, fold
from worktraq.core.unset import UNSET, Unset
from worktraq.core.users import (
    Role,
    Team,
    User,
    changed_team,
    changed_user,
    check_administrator_remains,
    new_team,
    new_user,
    with_activity,
)
from worktraq.errors import InvalidInput, NotFound
from worktraq.usecases.context import Context, check_version, found


class Users:
    """Who works in the organization (W-06)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(
        self,
        *,
        name: str,
        email: str,
        role: Role = Role.EMPLOYEE,
        language: str = "",
        registration_access: RegistrationAccess | None = None,
        external_id: str = "",
    ) -> User:
        """Add a user, active at once.

        Args:
            name: As colleagues and customers read it.
            email: Unique in the organization, compared without case.
            role: Employee by default.
            language: Of mails; empty for that of the organization.
            registration_access: By default what the organization's settings say.
            external_id: The host's own id of this person.

        Raises:
            Refused: For who is not an administrator.
            InvalidInput: Naming the field; ``email_taken`` for an address in use.
        """
        context = self._context
        context.require(Action.MANAGE_USERS)
        user = new_user(
            context.new_id(UserId),
            context.actor.organization_id,
            name=name,
            email=email,
            role=role,
            language=language,
            registration_access=registration_access or context.organization.settings.registration_access,
            external_id=external_id,
        )
        self._check_email_is_free(user)
        context.uow.users.add(user)
        context.record(EventName.USER_ADDED, user.id, role=user.role.value)
        return user

    def change(
        self,
        user_id: UserId,
        *,
        version: int,
        name: str | Unset = UNSET,
        email: str | Unset = UNSET,
        role: Role | Unset = UNSET,
        language: str | Unset = UNSET,
        registration_access: RegistrationAccess | Unset = UNSET,
        external_id: str | Unset = UNSET,
    ) -> User:
        """Change those values of a user that are given.

        Raises:
            Refused: For who is not an administrator; ``last_administrator`` when none would remain.
            InvalidInput: Naming the field.
            Conflict: When somebody else changed the user.
        """
        before = self._for_change(user_id, version)
        after = changed_user(
            before,
            name=name,
            email=email,
            role=role,
            language=language,
            registration_access=registration_access,
            external_id=external_id,
        )
        self._check_email_is_free(after)
        return self._save(before, after, EventName.USER_CHANGED)

    def deactivate(self, user_id: UserId, *, version: int) -> User:
        """Take a user's access away; what he or she registered stays.

        Raises:
            Refused: For who is not an administrator; ``last_administrator`` when none would remain.
            Conflict: When somebody else changed the user.
        """
        before = self._for_change(user_id, version)
        return self._save(before, with_activity(before, is_active=False), EventName.USER_DEACTIVATED)

    def reactivate(self, user_id: UserId, *, version: int) -> User:
        """Give a user access again.

        Raises:
            Refused: For who is not an administrator.
            Conflict: When somebody else changed the user.
        """
        before = self._for_change(user_id, version)
        return self._save(before, with_activity(before, is_active=True), EventName.USER_REACTIVATED)

    def me(self) -> User:
        """The user who acts.

        Raises:
            NotFound: When it is not a user who acts.
        """
        return found(self._context.user, "user")

    def get(self, user_id: UserId) -> User:
        """A user; employees find only themselves.

        Raises:
            NotFound: When there is none for this actor.
        """
        if not self._context.verdict(Action.SEE_USERS, owner_id=user_id):
            raise NotFound("user")
        return found(self._context.uow.users.find(user_id), "user")

    def list(
        self,
        *,
        role: Role | None = None,
        is_active: bool | None = None,
        search: str = "",
        after: str | None = None,
        limit: int = 100,
    ) -> Page[User]:
        """Users in order of name.

        Args:
            role: Only with this role.
            is_active: Only active ones, or only others.
            search: Found in name or mail address, without case and accents.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_USERS)
        request = PageRequest.of(after, limit)
        return self._context.uow.users.page(request, role=role, is_active=is_active, search=fold(search[:NAME_LENGTH]))

    def _for_change(self, user_id: UserId, version: int) -> User:
        context = self._context
        context.require(Action.MANAGE_USERS)
        # The rule about the last administrator counts, so nobody else may count at the same time.
        context.uow.organizations.lock()
        user = found(context.uow.users.find(user_id), "user")
        check_version(user.version, version)
        return user

    def _save(self, before: User, after: User, name: EventName) -> User:
        users = self._context.uow.users
        check_administrator_remains(before, after, users.count_active(Role.ADMIN))
        users.save(after)
        self._context.record(name, after.id, role=after.role.value)
        return after

    def _check_email_is_free(self, user: User) -> None:
        other = self._context.uow.users.find_by_email(user.email_key)
        if other is not None and other.id != user.id:
            raise InvalidInput.of("email", "email_taken")


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
