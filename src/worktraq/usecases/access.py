"""Grants, and the answer to "may I?"."""

from collections.abc import Sequence
from datetime import date

from attrs import evolve

from worktraq.core.access import Action, Grant, Right, Verdict, new_grant
from worktraq.core.approval import Command
from worktraq.core.calendar import check_date
from worktraq.core.choices import chosen
from worktraq.core.events import EventName
from worktraq.core.ids import ActivityId, CustomerId, GrantId, ItemId, ProjectId, TeamId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.errors import InvalidInput, NotFound
from worktraq.usecases.activities import Activities
from worktraq.usecases.context import Context, found
from worktraq.usecases.moving import Moving
from worktraq.usecases.registering import Registering


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
        """Whether the actor may do something: with every reason when not, else with the grants that it rests on.

        For ``Action.REGISTER`` this is what stands against registering on the customer or project with whichever
        activity, on whichever day; `allowed_to_register` asks about one activity and one day.

        Args:
            action: What is to be done.
            customer_id: Whose thing it is done to, where grants count.
            project_id: Of which project the thing is, where grants count.
            owner_id: Whose own thing it is, where that counts; for registering, the actor's by default.

        Raises:
            NotFound: For a customer, project or user that does not exist.
            InvalidInput: For an action that is none.
        """
        context, action = self._context, chosen("action", Action, action)
        if owner_id is not None:
            found(context.uow.users.find(owner_id), "user")
        project = context.project(project_id) if project_id is not None else None
        if project is not None:
            if customer_id not in (None, project.customer_id):
                raise NotFound("project")
            customer_id = project.customer_id
        customer = context.customer(customer_id) if customer_id is not None else None
        if action is Action.REGISTER:
            return Registering(context).verdict(customer, project, owner_id)
        return context.verdict(action, customer_id=customer_id, project_id=project_id, owner_id=owner_id)

    def allowed_to_register(self, activity_id: ActivityId, *, on: date | None = None) -> Verdict:
        """Whether the actor may register on an activity for a day of work, with every reason when not (W-12, T-09).

        The answer is that of `Entries.register_time`, which asks the same rule; only a day that is full already is
        not looked at, for that depends on the minutes.

        Args:
            activity_id: An own activity, or another one that the actor sees.
            on: The local day of work; today by default.

        Raises:
            NotFound: For an activity that the actor does not see.
            InvalidInput: For a date out of range.
        """
        context = self._context
        day = context.today if on is None else check_date(on)
        activity = found(context.uow.activities.find(activity_id), "activity")
        if activity.user_id != context.actor.user_id:
            activity = Activities(context).get(activity_id)
        registering = Registering(context)
        workplace = registering.workplace(activity)
        customer = context.customer(activity.customer_id)
        verdict = registering.verdict(customer, workplace.project, activity.user_id)
        reasons = workplace.reasons_against(day)
        return evolve(verdict, reasons=reasons, grants=() if reasons else verdict.grants)

    def allowed_on(self, item_id: ItemId, command: Command, *, reason: str = "") -> Verdict:
        """Whether the actor may do something with an item in its present state, with every reason when not.

        Raises:
            NotFound: For an item that the actor does not see.
            InvalidInput: For a command that is none.
        """
        command = chosen("command", Command, command)
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

        On an archived customer the rights to read, approve and bill still serve; the one to register does not.

        Raises:
            Refused: For who is not a manager or an administrator; to register on an archived customer.
            NotFound: For a customer, project, user or team that does not exist.
            InvalidInput: For a right that is none, without exactly one holder, or with ``grant_exists`` when the holder
                has the right already.
        """
        context, right = self._context, chosen("right", Right, right)
        context.require(Action.MANAGE_GRANTS)
        (context.active_customer if right is Right.REGISTER else context.customer)(customer_id)
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

    def grants_on(self, customer_id: CustomerId, *, after: str | None = None, limit: int = 100) -> Page[Grant]:
        """The grants on a customer and its projects, in the order in which they were given.

        Args:
            customer_id: On which customer.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such customer.
        """
        self._context.require(Action.MANAGE_GRANTS)
        self._context.customer(customer_id)
        return self._page(after, limit, customer_id=customer_id)

    def grants_of(self, user_id: UserId, *, after: str | None = None, limit: int = 100) -> Page[Grant]:
        """The grants of a user, those of teams included (`Grant.is_through_team`), in the order of giving.

        Args:
            user_id: Who holds them.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator; everybody has `mine`.
            NotFound: When there is no such user.
        """
        self._context.require(Action.MANAGE_GRANTS)
        found(self._context.uow.users.find(user_id), "user")
        return self._page(after, limit, user_id=user_id)

    def grants_of_team(self, team_id: TeamId, *, after: str | None = None, limit: int = 100) -> Page[Grant]:
        """The grants of a team, in the order in which they were given.

        Args:
            team_id: Which holds them.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such team.
        """
        self._context.require(Action.MANAGE_GRANTS)
        found(self._context.uow.teams.find(team_id), "team")
        return self._page(after, limit, team_id=team_id)

    def mine(self) -> Sequence[Grant]:
        """The grants of the acting user, those of teams included.

        Raises:
            Refused: For a user who is not active.
        """
        return self._context.grants if self._context.user is not None else ()

    def _page(
        self,
        after: str | None,
        limit: int,
        *,
        user_id: UserId | None = None,
        team_id: TeamId | None = None,
        customer_id: CustomerId | None = None,
    ) -> Page[Grant]:
        request = PageRequest.of(after, limit)
        grants = self._context.uow.grants
        return grants.page(request, user_id=user_id, team_id=team_id, customer_id=customer_id)


def _is_same(one: Grant, other: Grant) -> bool:
    return (one.right, one.project_id, one.user_id, one.team_id) == (
        other.right,
        other.project_id,
        other.user_id,
        other.team_id,
    )
