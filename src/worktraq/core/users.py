"""Users with their role, and teams."""

from collections.abc import Iterable
from enum import StrEnum

from attrs import evolve, frozen

from worktraq.core.calendar import MINUTES_PER_DAY
from worktraq.core.choices import chosen
from worktraq.core.identifiers import clean_language, clean_mail_address
from worktraq.core.ids import OrganizationId, TeamId, UserId
from worktraq.core.organizations import RegistrationAccess
from worktraq.core.text import clean_line, clean_name, fold
from worktraq.core.unset import UNSET, Unset, either
from worktraq.errors import InvalidInput, Reason, Refused

MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY


class Role(StrEnum):
    """What somebody is in the organization (W-01)."""

    ADMIN = "admin"
    MANAGER = "manager"
    EMPLOYEE = "employee"


@frozen
class User:
    """Somebody who works in the organization.

    Attributes:
        id: Of the user.
        organization_id: Where he or she works.
        name: As colleagues and customers read it.
        email: Unique in the organization, compared without case.
        role: Administrator, manager or employee.
        is_active: Whether he or she may do anything at all; not before an invitation is accepted.
        language: Of mails; empty for that of the organization.
        registration_access: For which customers he or she may register (T-09).
        external_id: The host's own id of this person, or empty.
        contract_minutes_per_week: For how much time a week the contract is, if that is kept here.
        version: Goes up with every change.
    """

    id: UserId
    organization_id: OrganizationId
    name: str
    email: str
    role: Role
    is_active: bool = True
    language: str = ""
    registration_access: RegistrationAccess = RegistrationAccess.ALL
    external_id: str = ""
    contract_minutes_per_week: int | None = None
    version: int = 1

    @property
    def email_key(self) -> str:
        """What the mail address is compared by."""
        return fold(self.email)


@frozen
class Team:
    """A group of users, which can hold grants.

    Attributes:
        id: Of the team.
        organization_id: Whose team it is.
        name: Of the team.
        member_ids: The users in it, each once, in order of their ids.
        version: Goes up with every change.
    """

    id: TeamId
    organization_id: OrganizationId
    name: str
    member_ids: tuple[UserId, ...] = ()
    version: int = 1


def new_user(
    user_id: UserId,
    organization_id: OrganizationId,
    *,
    name: str,
    email: str,
    role: Role,
    language: str,
    registration_access: RegistrationAccess,
    external_id: str,
    contract_minutes_per_week: int | None = None,
    is_active: bool = True,
) -> User:
    """A user with everything checked.

    Raises:
        InvalidInput: Naming the field.
    """
    return User(
        id=user_id,
        organization_id=organization_id,
        name=clean_name("name", name),
        email=clean_mail_address("email", email, is_required=True),
        role=chosen("role", Role, role),
        is_active=is_active,
        language=clean_language("language", language),
        registration_access=chosen("registration_access", RegistrationAccess, registration_access),
        external_id=clean_line("external_id", external_id, longest=100),
        contract_minutes_per_week=_check_contract(contract_minutes_per_week),
    )


def _check_contract(minutes: int | None) -> int | None:
    is_whole = isinstance(minutes, int) and not isinstance(minutes, bool)
    if minutes is not None and not (is_whole and 1 <= minutes <= MINUTES_PER_WEEK):
        raise InvalidInput.of("contract_minutes_per_week", "number_out_of_range", least=1, most=MINUTES_PER_WEEK)
    return minutes


def changed_user(
    user: User,
    *,
    name: str | Unset = UNSET,
    email: str | Unset = UNSET,
    role: Role | Unset = UNSET,
    language: str | Unset = UNSET,
    registration_access: RegistrationAccess | Unset = UNSET,
    external_id: str | Unset = UNSET,
    contract_minutes_per_week: int | Unset | None = UNSET,
) -> User:
    """The user with those values changed that are given.

    Raises:
        InvalidInput: Naming the field.
    """
    fresh = new_user(
        user.id,
        user.organization_id,
        name=either(name, user.name),
        email=either(email, user.email),
        role=either(role, user.role),
        language=either(language, user.language),
        registration_access=either(registration_access, user.registration_access),
        external_id=either(external_id, user.external_id),
        contract_minutes_per_week=either(contract_minutes_per_week, user.contract_minutes_per_week),
        is_active=user.is_active,
    )
    return evolve(fresh, version=user.version + 1)


def with_activity(user: User, *, is_active: bool) -> User:
    """The user, deactivated or active again."""
    return evolve(user, is_active=is_active, version=user.version + 1)


def joined(user: User, *, name: str | Unset = UNSET, language: str | Unset = UNSET) -> User:
    """The user who accepts an invitation: active from now on, and called as he or she wants.

    Raises:
        InvalidInput: Naming the field.
    """
    return evolve(changed_user(user, name=name, language=language), is_active=True)


def check_removable(
    *,
    items: int,
    decisions: int,
    requests: int,
    submissions: int,
    comments: int,
    holds: int = 0,
    erasures: int = 0,
) -> None:
    """That nothing that is kept names a user, who can then be removed (W-06).

    Args:
        items: Time entries and expenses of the user.
        decisions: That the user took on items.
        requests: To customers, about the user.
        submissions: Periods that the user handed in.
        comments: Remarks of the user on anybody's items.
        holds: Legal holds that the user placed or lifted.
        erasures: People whom the user erased.

    Raises:
        Refused: With every reason that blocks it.
    """
    counts = {
        "user_has_items": items,
        "user_has_decisions": decisions,
        "user_has_requests": requests,
        "user_has_submissions": submissions,
        "user_has_comments": comments,
        "user_has_holds": holds,
        "user_has_erasures": erasures,
    }
    reasons = [Reason.of(code, count=count) for code, count in counts.items() if count]
    if reasons:
        raise Refused(reasons)


def check_administrator_remains(before: User, after: User | None, active_administrators: int) -> None:
    """That somebody can still administer the organization (W-06).

    Args:
        before: The user as stored.
        after: The user as it would become; None when he or she is removed.
        active_administrators: Counted under lock, `before` included.

    Raises:
        Refused: With ``last_administrator``.
    """
    was = before.is_active and before.role is Role.ADMIN
    remains = after is not None and after.is_active and after.role is Role.ADMIN
    if was and not remains and active_administrators <= 1:
        raise Refused.because("last_administrator")


def new_team(team_id: TeamId, organization_id: OrganizationId, name: str, member_ids: Iterable[UserId]) -> Team:
    """A team with its members.

    Raises:
        InvalidInput: For its name.
    """
    return Team(team_id, organization_id, clean_name("name", name), tuple(sorted(set(member_ids))))


def changed_team(team: Team, name: str | Unset, member_ids: Iterable[UserId] | Unset) -> Team:
    """The team with another name or other members.

    Raises:
        InvalidInput: For its name.
    """
    return evolve(
        team,
        name=team.name if name is UNSET else clean_name("name", name),
        member_ids=team.member_ids if member_ids is UNSET else tuple(sorted(set(member_ids))),
        version=team.version + 1,
    )
