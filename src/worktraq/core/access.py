"""Who may do what: one visible table, Action × Role, and named rules for the relationship (W-01 to W-05, T-09).

`allowed` is pure; its verdict carries every reason of a refusal, and the grants that it rests on. What can be done with an item depends on its state and
stands in `worktraq.core.approval.TRANSITIONS`.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from attrs import field, frozen

from worktraq.core.actors import Actor, ActorKind
from worktraq.core.approval import Command, Deed, Party, refusals
from worktraq.core.choices import chosen
from worktraq.core.entries import Item
from worktraq.core.ids import CustomerId, GrantId, OrganizationId, ProjectId, TeamId, UserId
from worktraq.core.organizations import RegistrationAccess
from worktraq.core.users import Role, User
from worktraq.errors import InvalidInput, Reason, Refused


class Right(StrEnum):
    """What can be granted on a customer, or on one project of it (T-09)."""

    READ = "read"
    REGISTER = "register"
    APPROVE = "approve"
    BILL = "bill"


@frozen
class Grant:
    """A right on a customer or project, for a user or a team.

    Attributes:
        id: Of the grant.
        organization_id: Within which it counts.
        right: What may be done.
        customer_id: On which customer.
        project_id: On one project of it only, if given.
        user_id: Who holds it, if a user.
        team_id: Who holds it, if a team.
        version: Always 1: a grant is given and withdrawn, not changed.
    """

    id: GrantId
    organization_id: OrganizationId
    right: Right
    customer_id: CustomerId
    project_id: ProjectId | None = None
    user_id: UserId | None = None
    team_id: TeamId | None = None
    version: int = 1

    @property
    def is_through_team(self) -> bool:
        """Whether a team holds it, and its members through the team."""
        return self.team_id is not None


def new_grant(
    grant_id: GrantId,
    organization_id: OrganizationId,
    right: Right,
    *,
    customer_id: CustomerId,
    project_id: ProjectId | None,
    user_id: UserId | None,
    team_id: TeamId | None,
) -> Grant:
    """A grant to exactly one holder.

    Raises:
        InvalidInput: With code ``grant_holder`` when it is for both or neither.
    """
    if (user_id is None) == (team_id is None):
        raise InvalidInput.of("user_id", "grant_holder")
    return Grant(grant_id, organization_id, chosen("right", Right, right), customer_id, project_id, user_id, team_id)


class Action(StrEnum):
    """What can be done, apart from the commands on items."""

    MANAGE_USERS = "manage_users"
    SEE_USERS = "see_users"
    CHANGE_SETTINGS = "change_settings"
    SEE_SETTINGS = "see_settings"
    CHANGE_BILLING_DETAILS = "change_billing_details"
    SEE_BILLING_DETAILS = "see_billing_details"
    MANAGE_GRANTS = "manage_grants"
    MANAGE_CUSTOMERS = "manage_customers"
    SEE_CUSTOMERS = "see_customers"
    SEE_CUSTOMER_SUMMARY = "see_customer_summary"
    IMPORT_CUSTOMERS = "import_customers"
    MANAGE_PROJECTS = "manage_projects"
    SEE_PROJECT = "see_project"
    MANAGE_ACTIVITIES = "manage_activities"
    SEE_ACTIVITY = "see_activity"
    MANAGE_RATES = "manage_rates"
    SEE_RATES = "see_rates"
    REGISTER = "register"
    SEE_ITEM = "see_item"
    SEE_REQUESTS = "see_requests"
    MANAGE_REQUESTS = "manage_requests"
    SEE_UNBILLED_AMOUNTS = "see_unbilled_amounts"
    SEE_INVOICES = "see_invoices"
    MANAGE_INVOICES = "manage_invoices"
    SEE_SELLER_PROFILE = "see_seller_profile"
    CHANGE_SELLER_PROFILE = "change_seller_profile"
    SEE_AUDIT = "see_audit"
    SEE_ORGANIZATION_TOTALS = "see_organization_totals"
    MANAGE_NOTIFICATIONS = "manage_notifications"
    MANAGE_TEMPLATES = "manage_templates"
    SEE_TEMPLATES = "see_templates"
    MANAGE_ACCOUNTING = "manage_accounting"
    RUN_ACCOUNTING = "run_accounting"
    IMPORT_USERS = "import_users"
    EXPORT_PERSON = "export_person"
    ERASE_PERSON = "erase_person"
    MANAGE_HOLDS = "manage_holds"
    CHANGE_RETENTION = "change_retention"
    SEE_RETENTION = "see_retention"


_ADMIN = frozenset({Role.ADMIN})
_MANAGER = frozenset({Role.ADMIN, Role.MANAGER})
_EVERYBODY = frozenset(Role)


@frozen
class Permission:
    """Who may do an action.

    Attributes:
        roles: Who may anyhow.
        rights: A grant of one of these is enough instead.
        owner: Whether being the owner of the thing is enough instead.
        by_mode: Whether the user's access mode decides besides, and then a grant where that asks for one (T-09).
    """

    roles: frozenset[Role]
    rights: frozenset[Right] = frozenset()
    owner: bool = False
    by_mode: bool = False


_SEEING = frozenset({Right.READ, Right.APPROVE, Right.BILL})
_REGISTERING = frozenset({Right.REGISTER})

ROLE_TABLE: Mapping[Action, Permission] = {
    Action.MANAGE_USERS: Permission(_ADMIN),
    Action.SEE_USERS: Permission(_MANAGER, owner=True),
    Action.CHANGE_SETTINGS: Permission(_ADMIN),
    Action.SEE_SETTINGS: Permission(_EVERYBODY),
    Action.CHANGE_BILLING_DETAILS: Permission(_ADMIN),
    Action.SEE_BILLING_DETAILS: Permission(_MANAGER),
    Action.MANAGE_GRANTS: Permission(_MANAGER),
    Action.MANAGE_CUSTOMERS: Permission(_MANAGER),
    Action.SEE_CUSTOMERS: Permission(_MANAGER),
    Action.SEE_CUSTOMER_SUMMARY: Permission(_MANAGER, frozenset(Right), owner=True),
    Action.IMPORT_CUSTOMERS: Permission(_MANAGER),
    Action.MANAGE_PROJECTS: Permission(_MANAGER),
    Action.SEE_PROJECT: Permission(_MANAGER, frozenset(Right), owner=True),
    Action.MANAGE_ACTIVITIES: Permission(_MANAGER),
    Action.SEE_ACTIVITY: Permission(_MANAGER, _SEEING, owner=True),
    Action.MANAGE_RATES: Permission(_MANAGER),
    Action.SEE_RATES: Permission(_MANAGER),
    Action.REGISTER: Permission(frozenset(), owner=True, by_mode=True),
    Action.SEE_ITEM: Permission(_MANAGER, _SEEING, owner=True),
    Action.SEE_REQUESTS: Permission(_MANAGER),
    Action.MANAGE_REQUESTS: Permission(_MANAGER),
    Action.SEE_UNBILLED_AMOUNTS: Permission(_MANAGER),
    Action.SEE_INVOICES: Permission(_MANAGER),
    Action.MANAGE_INVOICES: Permission(_MANAGER),
    Action.SEE_SELLER_PROFILE: Permission(_MANAGER),
    Action.CHANGE_SELLER_PROFILE: Permission(_ADMIN),
    Action.SEE_AUDIT: Permission(_MANAGER),
    Action.SEE_ORGANIZATION_TOTALS: Permission(_MANAGER),
    Action.MANAGE_NOTIFICATIONS: Permission(_ADMIN),
    Action.MANAGE_TEMPLATES: Permission(_MANAGER),
    Action.SEE_TEMPLATES: Permission(_MANAGER),
    Action.MANAGE_ACCOUNTING: Permission(_ADMIN),
    Action.RUN_ACCOUNTING: Permission(_MANAGER),
    Action.IMPORT_USERS: Permission(_ADMIN),
    Action.EXPORT_PERSON: Permission(_ADMIN, owner=True),
    Action.ERASE_PERSON: Permission(_ADMIN),
    Action.MANAGE_HOLDS: Permission(_ADMIN),
    Action.CHANGE_RETENTION: Permission(_ADMIN),
    Action.SEE_RETENTION: Permission(_MANAGER),
}


@frozen
class Facts:
    """What a verdict depends on besides the table, gathered by the use case.

    Attributes:
        user: Who asks; None for a contact or the system.
        grants: Held on the thing, by the user or a team of the user.
        is_owner: Whether the thing is the user's own.
        customer_id: Whose thing it is, where grants count.
        project_id: Of which project the thing is, where grants count.
        is_archived: Whether the customer is archived.
    """

    user: User | None
    grants: tuple[Grant, ...] = ()
    is_owner: bool = False
    customer_id: CustomerId | None = None
    project_id: ProjectId | None = None
    is_archived: bool = False


@frozen
class Verdict:
    """The answer to "may I?", with every reason when it is no, and what it rests on when it is yes (B-06).

    As text it is the explanation in English; `worktraq.i18n.localize` gives it in other languages.

    Attributes:
        action: What was asked about.
        reasons: Everything that stands against it; empty when it is allowed.
        grants: Those by which it is allowed, where role and ownership alone would not do.
    """

    action: Action | Command
    reasons: tuple[Reason, ...] = ()
    grants: tuple[Grant, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether nothing stands against it."""
        return not self.reasons

    @property
    def explanation(self) -> tuple[Reason, ...]:
        """Why not; or else by which grants, or that no grant was needed."""
        return self.reasons or tuple(map(_by_grant, self.grants)) or (Reason.of("allowed_without_grant"),)

    def __bool__(self) -> bool:
        return not self.reasons

    def __str__(self) -> str:
        return " ".join(map(str, self.explanation))

    def require(self) -> None:
        """Go on only when allowed.

        Raises:
            Refused: With every reason.
        """
        if self.reasons:
            raise Refused(self.reasons)


def allowed(actor: Actor, action: Action, facts: Facts) -> Verdict:
    """Whether an actor may do something that the role table decides (B-06)."""
    permission = ROLE_TABLE[action]
    if actor.kind is ActorKind.SYSTEM and not permission.by_mode:
        return Verdict(action)
    user = facts.user
    if user is None:
        return Verdict(action, (Reason.of("not_a_user"),))
    reasons = [] if user.is_active else [Reason.of("user_inactive")]
    needed: tuple[Grant, ...] = ()
    if user.role not in permission.roles and not (permission.owner and facts.is_owner):
        needed = _of_rights(facts.grants, permission.rights)
        if not needed:
            reasons += _missing(permission, facts)
    if permission.by_mode:
        reasons += reasons_against_registering(user, facts)
        if user.registration_access is RegistrationAccess.GRANTED:
            needed = _of_rights(facts.grants, _REGISTERING)
    return Verdict(action, tuple(reasons), () if reasons else needed)


def reasons_against_registering(user: User, facts: Facts) -> Iterable[Reason]:
    """Why a user cannot register on a customer or project at all, whatever the activity and the day (T-09, W-12)."""
    if facts.is_archived:
        yield Reason.of("customer_archived")
    if user.registration_access is RegistrationAccess.NONE:
        yield Reason.of("registration_none")
    elif not may_register(user, frozenset(grant.right for grant in facts.grants)):
        yield _needs_right(Right.REGISTER, facts)


def _of_rights(grants: Iterable[Grant], rights: frozenset[Right]) -> tuple[Grant, ...]:
    return tuple(grant for grant in grants if grant.right in rights)


def _missing(permission: Permission, facts: Facts) -> Iterable[Reason]:
    if permission.roles:
        least = "admin" if permission.roles == _ADMIN else "manager"
        yield Reason.of(f"needs_{least}")
    for right in sorted(permission.rights):
        yield _needs_right(right, facts)
    if permission.owner:
        yield Reason.of("needs_owner")


def _needs_right(right: Right, facts: Facts) -> Reason:
    if facts.project_id is not None:
        return Reason.of("needs_right", right=right.value, project_id=str(facts.project_id))
    if facts.customer_id is not None:
        return Reason.of("needs_right", right=right.value, customer_id=str(facts.customer_id))
    return Reason.of("needs_right", right=right.value)


def _by_grant(grant: Grant) -> Reason:
    code = "allowed_by_team" if grant.is_through_team else "allowed_by_grant"
    return Reason.of(code, right=grant.right.value, grant_id=str(grant.id))


def allowed_on_item(item: Item, command: Command, deed: Deed, user: User | None) -> Verdict:
    """Whether a command on an item is allowed to whoever does the deed."""
    inactive = (Reason.of("user_inactive"),) if user is not None and not user.is_active else ()
    return Verdict(command, inactive + refusals(item, command, deed))


def parties(user: User, item: Item, rights: frozenset[Right]) -> frozenset[Party]:
    """What a user is in relation to an item."""
    found = set()
    if user.id == item.user_id:
        found.add(Party.OWNER)
    if user.role in _MANAGER:
        found.update((Party.MANAGER, Party.APPROVER))
    elif Right.APPROVE in rights:
        found.add(Party.APPROVER)
    return frozenset(found)


@frozen
class Scope:
    """What of a list an actor sees; a store turns it into its own conditions.

    An item is seen when `sees_all`, when it is the user's own, or when its customer or project is listed.

    Attributes:
        sees_all: Whether everything of the organization.
        user_id: Whose own things are always seen.
        customer_ids: Customers seen as a whole.
        project_ids: Projects seen.
    """

    sees_all: bool = False
    user_id: UserId | None = None
    customer_ids: frozenset[CustomerId] = field(default=frozenset())
    project_ids: frozenset[ProjectId] = field(default=frozenset())

    def sees(self, user_id: UserId, customer_id: CustomerId, project_id: ProjectId | None) -> bool:
        """Whether a thing of this owner, customer and project is seen."""
        return (
            self.sees_all
            or user_id == self.user_id
            or customer_id in self.customer_ids
            or (project_id is not None and project_id in self.project_ids)
        )


EVERYTHING = Scope(sees_all=True)


def item_scope(user: User, grants: Iterable[Grant], rights: frozenset[Right] = _SEEING) -> Scope:
    """Which items a user sees: all of them as a manager, else own ones and those that a grant of `rights` opens."""
    if user.role in _MANAGER:
        return EVERYTHING
    opening = [grant for grant in grants if grant.right in rights]
    return Scope(
        user_id=user.id,
        customer_ids=frozenset(grant.customer_id for grant in opening if grant.project_id is None),
        project_ids=frozenset(grant.project_id for grant in opening if grant.project_id is not None),
    )


def rights_on(grants: Iterable[Grant], customer_id: CustomerId, project_id: ProjectId | None) -> frozenset[Right]:
    """The rights that grants give on a customer, or on one project of it."""
    return frozenset(grant.right for grant in grants_on(grants, customer_id, project_id))


def grants_on(grants: Iterable[Grant], customer_id: CustomerId, project_id: ProjectId | None) -> tuple[Grant, ...]:
    """Those of the grants that count on a customer, or on one project of it."""
    return tuple(
        grant for grant in grants if grant.customer_id == customer_id and grant.project_id in (None, project_id)
    )


def may_register(user: User, rights: frozenset[Right]) -> bool:
    """Whether the access mode of a user opens a customer or project for registering (T-09)."""
    if user.registration_access is RegistrationAccess.ALL:
        return True
    return user.registration_access is RegistrationAccess.GRANTED and Right.REGISTER in rights
