"""Users."""

from worktraq.core.access import Action
from worktraq.core.choices import chosen_if_any
from worktraq.core.events import EventName
from worktraq.core.ids import UserId
from worktraq.core.imports import ARCHIVED
from worktraq.core.organizations import RegistrationAccess
from worktraq.core.paging import Page, PageRequest
from worktraq.core.text import fold_search
from worktraq.core.unset import UNSET, Unset
from worktraq.core.users import (
    Role,
    User,
    changed_team,
    changed_user,
    check_administrator_remains,
    check_removable,
    new_user,
    with_activity,
)
from worktraq.errors import InvalidInput, NotFound
from worktraq.usecases.context import check_version, found
from worktraq.usecases.invitations import Invitations, pending_invitation


class Users(Invitations):
    """Who works in the organization, and who is asked to (W-06)."""

    def add(
        self,
        *,
        name: str,
        email: str,
        role: Role = Role.EMPLOYEE,
        language: str = "",
        registration_access: RegistrationAccess | None = None,
        external_id: str = "",
        contract_minutes_per_week: int | None = None,
    ) -> User:
        """Add a user, active at once: for a host with a sign-up of its own; see `invite` for one without.

        Args:
            name: As colleagues and customers read it.
            email: Unique in the organization, compared without case.
            role: Employee by default.
            language: Of mails; empty for that of the organization.
            registration_access: By default what the organization's settings say.
            external_id: The host's own id of this person.
            contract_minutes_per_week: What the contract says, for `Billing.missing_work`.

        Raises:
            Refused: For who is not an administrator.
            InvalidInput: Naming the field; ``email_taken`` for an address in use.
        """
        user = self._add(
            name=name,
            email=email,
            role=role,
            language=language,
            registration_access=registration_access,
            external_id=external_id,
            contract_minutes_per_week=contract_minutes_per_week,
            is_active=True,
        )
        self._context.record(EventName.USER_ADDED, user.id, role=user.role.value)
        return user

    def invite(
        self,
        *,
        name: str,
        email: str,
        role: Role = Role.EMPLOYEE,
        language: str = "",
        registration_access: RegistrationAccess | None = None,
        external_id: str = "",
        contract_minutes_per_week: int | None = None,
    ) -> User:
        """Add a user who becomes active by accepting an invitation, which is mailed.

        Activities, teams and rights can be prepared at once. The link works once, for as many days as the settings say.

        Args:
            name: As the invitation addresses him or her; can be changed when accepting.
            email: Unique in the organization, compared without case; where the invitation goes.
            role: Employee by default.
            language: Of the invitation and later mails; empty for that of the organization.
            registration_access: By default what the organization's settings say.
            external_id: The host's own id of this person.
            contract_minutes_per_week: What the contract says, for `Billing.missing_work`.

        Raises:
            Refused: For who is not an administrator; ``inviting_needs_links`` where the host gave no links.
            InvalidInput: Naming the field; ``email_taken`` for an address in use.
        """
        self._context.require(Action.MANAGE_USERS)
        links = self._links()
        user = self._add(
            name=name,
            email=email,
            role=role,
            language=language,
            registration_access=registration_access,
            external_id=external_id,
            contract_minutes_per_week=contract_minutes_per_week,
            is_active=False,
        )
        self._invite(user, links)
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
        contract_minutes_per_week: int | Unset | None = UNSET,
    ) -> User:
        """Change those values of a user that are given.

        With another mail address, a user who is invited gets a new link there; the old one stops working.

        Raises:
            Refused: For who is not an administrator; ``last_administrator`` when none would remain; ``person_erased``.
            InvalidInput: Naming the field.
            Conflict: When somebody else changed the user.
        """
        before = self._user_for_change(user_id, version)
        self._context.require_not_erased(user_id)
        after = changed_user(
            before,
            name=name,
            email=email,
            role=role,
            language=language,
            registration_access=registration_access,
            external_id=external_id,
            contract_minutes_per_week=contract_minutes_per_week,
        )
        self._check_email_is_free(after)
        pending = pending_invitation(self._context, user_id) if before.email != after.email else None
        links = self._links() if pending is not None else None
        self._save_user(before, after, EventName.USER_CHANGED)
        if pending is not None and links is not None:
            self._renew(pending, links)
        return after

    def deactivate(self, user_id: UserId, *, version: int) -> User:
        """Take a user's access away; what he or she registered stays. An invitation is withdrawn.

        Raises:
            Refused: For who is not an administrator; ``last_administrator`` when none would remain.
            Conflict: When somebody else changed the user.
        """
        before = self._user_for_change(user_id, version)
        after = self._save_user(before, with_activity(before, is_active=False), EventName.USER_DEACTIVATED)
        self._context.uow.import_marks.remove(ARCHIVED, [user_id])
        self._withdraw_pending(user_id)
        return after

    def reactivate(self, user_id: UserId, *, version: int) -> User:
        """Give a user access again, or without waiting until an invitation is accepted: its link stops working.

        Raises:
            Refused: For who is not an administrator; with ``person_erased``.
            Conflict: When somebody else changed the user.
        """
        before = self._user_for_change(user_id, version)
        self._context.require_not_erased(user_id)
        after = self._save_user(before, with_activity(before, is_active=True), EventName.USER_REACTIVATED)
        self._context.uow.import_marks.remove(ARCHIVED, [user_id])
        self._withdraw_pending(user_id)
        return after

    def remove(self, user_id: UserId, *, version: int) -> None:
        """Remove a user whom nothing that is kept names, with his or her activities, grants and places in teams.

        Raises:
            Refused: For who is not an administrator; ``last_administrator``; ``legally_held``; and with every reason
                that blocks it: deactivate the user then.
            Conflict: When somebody else changed the user.
        """
        context = self._context
        user = self._user_for_change(user_id, version)
        check_administrator_remains(user, None, context.uow.users.count_active(Role.ADMIN))
        context.held().require_none(user_ids=[user_id])
        context.uow.users.lock(user_id)  # so that nothing is stored meanwhile that names the user
        dependents = context.uow.users.dependents(user_id)
        check_removable(
            items=dependents.items,
            decisions=dependents.decisions,
            requests=dependents.requests,
            submissions=dependents.submissions,
            comments=dependents.comments,
            holds=dependents.holds,
            erasures=dependents.erasures,
        )
        self._remove_belongings(user_id)
        context.uow.users.remove(user)
        context.record(EventName.USER_REMOVED, user_id)

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
        is_invited: bool | None = None,
        search: str = "",
        after: str | None = None,
        limit: int = 100,
    ) -> Page[User]:
        """Users in order of name.

        Args:
            role: Only with this role.
            is_active: Only active ones, or only others.
            is_invited: Only those who are invited and have not accepted yet, or only others.
            search: Found in name or mail address, without case and accents.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: For a role that is none.
        """
        self._context.require(Action.SEE_USERS)
        return self._context.uow.users.page(
            PageRequest.of(after, limit),
            role=chosen_if_any("role", Role, role),
            is_active=is_active,
            is_invited=is_invited,
            search=fold_search(search),
        )

    def _add(
        self,
        *,
        name: str,
        email: str,
        role: Role,
        language: str,
        registration_access: RegistrationAccess | None,
        external_id: str,
        contract_minutes_per_week: int | None,
        is_active: bool,
    ) -> User:
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
            contract_minutes_per_week=contract_minutes_per_week,
            is_active=is_active,
        )
        # Of two who add the same address at once, the second is told which field is wrong.
        context.uow.organizations.lock()
        self._check_email_is_free(user)
        context.uow.users.add(user)
        return user

    def _remove_belongings(self, user_id: UserId) -> None:
        """Remove what cannot stand without its user, and his or her place in teams."""
        context, uow = self._context, self._context.uow
        activities = list(uow.activities.of_user(user_id))
        uow.rates.remove(*uow.rates.on_subjects([activity.id for activity in activities]))
        uow.activities.remove(*activities)
        uow.grants.remove(*[grant for grant in uow.grants.held_by(user_id) if grant.user_id == user_id])
        for team in uow.teams.of_user(user_id):
            left = changed_team(team, UNSET, [each for each in team.member_ids if each != user_id])
            uow.teams.save(left)
            context.record(EventName.TEAM_CHANGED, team.id, members=len(left.member_ids))
        invitation = uow.invitations.find(user_id)
        if invitation is not None:
            uow.invitations.remove(invitation)

    def _user_for_change(self, user_id: UserId, version: int) -> User:
        context = self._context
        context.require(Action.MANAGE_USERS)
        # The rule about the last administrator counts, so nobody else may count at the same time.
        context.uow.organizations.lock()
        user = found(context.uow.users.find(user_id), "user")
        check_version(user.version, version)
        return user

    def _save_user(self, before: User, after: User, name: EventName) -> User:
        users = self._context.uow.users
        check_administrator_remains(before, after, users.count_active(Role.ADMIN))
        users.save(after)
        self._context.record(name, after.id, role=after.role.value)
        return after

    def _check_email_is_free(self, user: User) -> None:
        other = self._context.uow.users.find_by_email(user.email_key)
        if other is not None and other.id != user.id:
            raise InvalidInput.of("email", "email_taken")
