"""What waits for an approver: by item, in groups, and decided on as a whole (W-09)."""

from collections.abc import Collection, Sequence

from attrs import evolve

from worktraq.core.access import Right
from worktraq.core.approval import Command
from worktraq.core.calendar import Cadence, Period
from worktraq.core.choices import chosen
from worktraq.core.entries import Item, State
from worktraq.core.ids import CustomerId, ProjectId, UserId
from worktraq.core.inbox import WaitingGroup, check_seen, page_of
from worktraq.core.paging import Page, PageRequest
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context
from worktraq.usecases.moving import Move, Moving

_APPROVING = frozenset({Right.APPROVE})


class Inbox:
    """What waits for the actor's approval inside the firm."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def inbox(
        self,
        *,
        user_id: UserId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        period: Period | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[Item]:
        """What waits for the actor's approval, the oldest day first.

        A manager sees all that waits inside the firm; others what the right APPROVE opens. Own items are in it only
        where the organization allows self-approval.

        Args:
            user_id: Of this employee.
            customer_id: For this customer.
            project_id: On this project.
            period: On these days.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.
        """
        allows_own = self._context.organization.settings.allows_self_approval
        wanted = self._waiting(user_id, customer_id, project_id, period, with_own=allows_own)
        request = PageRequest.of(after, limit)
        return self._context.uow.items.page(request, wanted) if wanted is not None else Page(())

    def waiting(
        self,
        *,
        by: Cadence = Cadence.MONTHLY,
        user_id: UserId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        period: Period | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[WaitingGroup]:
        """What waits for the actor's approval, per employee, customer, project and week or month; the oldest first.

        The actor's own items are never in it: where the organization allows self-approval, they are approved one by one.

        Args:
            by: Weeks, which begin on the day of the organization, or months.
            user_id: Of this employee.
            customer_id: For this customer.
            project_id: On this project.
            period: On these days.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.
        """
        cadence, request = chosen("by", Cadence, by), PageRequest.of(after, limit)
        wanted = self._waiting(user_id, customer_id, project_id, period, with_own=False)
        if wanted is None:
            return Page(())
        week_start = self._context.organization.settings.week_start
        return page_of(self._context.uow.inbox.groups(wanted, cadence, week_start), request)

    def approve_all(
        self,
        *,
        user_id: UserId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        period: Period | None = None,
        seen: Collection[str] | None = None,
        reason: str = "",
    ) -> Sequence[Item]:
        """Approve everything of `waiting` that fits what is given; own items are never among it.

        Args:
            user_id: Of this employee.
            customer_id: For this customer.
            project_id: On this project.
            period: On these days.
            seen: The tokens of the groups that were seen; when something else waits by now, nothing is approved.
            reason: What is said; may be empty.

        Returns:
            The items as they are now; none when nothing waits.

        Raises:
            Conflict: With ``inbox_changed``; or when somebody else moved an item.
            InvalidInput: With ``token_malformed``.
        """
        wanted = self._waiting(user_id, customer_id, project_id, period, with_own=False)
        return self._move_all(wanted, seen, Command.APPROVE, reason)

    def reject_all(
        self,
        *,
        reason: str,
        user_id: UserId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        period: Period | None = None,
        seen: Collection[str] | None = None,
    ) -> Sequence[Item]:
        """Reject everything of `waiting` that fits what is given; own items are never among it.

        Args:
            reason: What the owners are told.
            user_id: Of this employee.
            customer_id: For this customer.
            project_id: On this project.
            period: On these days.
            seen: The tokens of the groups that were seen; when something else waits by now, nothing is rejected.

        Returns:
            The items as they are now; none when nothing waits.

        Raises:
            Refused: Without a reason.
            Conflict: With ``inbox_changed``; or when somebody else moved an item.
            InvalidInput: With ``token_malformed``.
        """
        wanted = self._waiting(user_id, customer_id, project_id, period, with_own=False)
        return self._move_all(wanted, seen, Command.REJECT, reason)

    def _waiting(
        self,
        user_id: UserId | None,
        customer_id: CustomerId | None,
        project_id: ProjectId | None,
        period: Period | None,
        *,
        with_own: bool,
    ) -> ItemFilter | None:
        """What waits for the actor; None for who is no user."""
        context = self._context
        user = context.user
        if user is None:
            return None
        return ItemFilter(
            # Whoever only registered is no approver: own items come in by the role or a grant, as anybody's do.
            scope=evolve(context.scope(_APPROVING), user_id=None),
            user_id=user_id,
            customer_id=customer_id,
            project_id=project_id,
            period=period,
            states=frozenset({State.AWAITING_INTERNAL}),
            not_user_id=None if with_own else user.id,
        )

    def _move_all(
        self, wanted: ItemFilter | None, seen: Collection[str] | None, command: Command, reason: str
    ) -> Sequence[Item]:
        items = list(self._context.uow.items.stream(wanted)) if wanted is not None else []
        if seen is not None:
            check_seen(items, seen)
        return Moving(self._context).make([Move(item, command, reason) for item in items])
