"""Grants, and the answer to "may I?"."""

from collections.abc import Sequence

from worktraq.core.access import Action, Grant, Right, Verdict, new_grant
from worktraq.core.approval import Command
from worktraq.core.events import EventName
from worktraq.core.ids import CustomerId, GrantId, ItemId, ProjectId, TeamId, UserId
from worktraq.errors import InvalidInput, NotFound
from worktraq.usecases.context import Context, found
from worktraq.usecases.moving import Moving


class Access:
    """Who may do what (T-09, B-06)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def allowed(
        self,
        action: Action,
        *,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        owner_id: UserId | None = None,
    ) -> Verdict:
        """Whether the actor may do something, with every reason when not.

        Args:
            action: What is to be done.
            customer_id: Whose thing it is done to, where grants count.
            project_id: Of which project the thing is, where grants count.
            owner_id: Whose own thing it is, where that counts.

        Raises:
            NotFound: For a customer, project or user that does not exist.
        """
        if customer_id is not None:
            self._context.customer(customer_id)
        if owner_id is not None:
            found(self._context.uow.users.find(owner_id), "user")
        if project_id is not None:
            project = self._context.project(project_id)
            if customer_id not in (None, project.customer_id):
                raise NotFound("project")
            customer_id = project.customer_id
        return self._context.verdict(action, customer_id=customer_id, project_id=project_id, owner_id=owner_id)

    def allowed_on(self, item_id: ItemId, command: Command, *, reason: str = "") -> Verdict:
        """Whether the actor may do something with an item in its present state, with every reason when not.

        Raises:
            NotFound: For an item that the actor does not see.
        """
        (item,) = self._context.items([item_id])
        return Moving(self._context).verdict(item, command, reason)

    def grant(
        self,
        right: Right,
        *,
        customer_id: CustomerId,
        project_id: ProjectId | None = None,
        user_id: UserId | None = None,
        team_id: TeamId | None = None,
    ) -> Grant:
        """Give a right on a customer, or on one project of it, to a user or a team.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: For a customer, project, user or team that does not exist.
            InvalidInput: Without exactly one holder, or with ``grant_exists`` when the holder has the right already.
        """
        context = self._context
        context.require(Action.MANAGE_GRANTS)
        context.customer(customer_id)
        if project_id is not None and context.project(project_id).customer_id != customer_id:
            raise NotFound("project")
        if user_id is not None:
            found(context.uow.users.find(user_id), "user")
        if team_id is not None:
            found(context.uow.teams.find(team_id), "team")
        grant = new_grant(
            context.new_id(GrantId),
            context.actor.organization_id,
            right,
            customer_id=customer_id,
            project_id=project_id,
            user_id=user_id,
            team_id=team_id,
        )
        if any(_is_same(grant, other) for other in context.uow.grants.on_customer(customer_id)):
            raise InvalidInput.of("right", "grant_exists")
        context.uow.grants.add(grant)
        context.record(EventName.GRANT_GIVEN, grant.id, right=right.value)
        return grant

    def withdraw(self, grant_id: GrantId) -> None:
        """Take a right away again.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such grant.
        """
        context = self._context
        context.require(Action.MANAGE_GRANTS)
        grant = found(context.uow.grants.find(grant_id), "grant")
        context.uow.grants.remove(grant)
        context.record(EventName.GRANT_WITHDRAWN, grant.id, right=grant.right.value)

    def grants_on(self, customer_id: CustomerId) -> Sequence[Grant]:
        """The grants on a customer and its projects.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such customer.
        """
        self._context.require(Action.MANAGE_GRANTS)
        self._context.customer(customer_id)
        return self._context.uow.grants.on_customer(customer_id)

    def mine(self) -> Sequence[Grant]:
        """The grants of the acting user, those of teams included."""
        return self._context.grants


def _is_same(one: Grant, other: Grant) -> bool:
    return (one.right, one.project_id, one.user_id, one.team_id) == (
        other.right,
        other.project_id,
        other.user_id,
        other.team_id,
    )
