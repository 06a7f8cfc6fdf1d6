"""Gathering who registered less than is expected."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

from worktraq.core.access import Action
from worktraq.core.calendar import Period
from worktraq.core.ids import UserId
from worktraq.core.missing import MissingWork, closed_part, missing_work
from worktraq.core.overviews import GroupBy
from worktraq.core.paging import every
from worktraq.core.projects import Activity
from worktraq.core.users import User
from worktraq.errors import Refused
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context


class Missing:
    """Work that is expected and was not registered, of those whom the actor may see."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def found(self, period: Period, user_id: UserId | None) -> Sequence[MissingWork]:
        """Who registered nothing or too little, in order of name.

        Raises:
            Refused: For who is not a user.
        """
        week_start = self._context.organization.settings.week_start
        users = [user for user in self._users() if user_id in (None, user.id)]
        closed = closed_part(period, self._context.today, week_start)
        if closed is None or not users:
            return ()
        only = users[0].id if len(users) == 1 else None
        activities, minutes = self._activities(only), self._minutes(closed, only, week_start)
        found = (
            missing_work(user, activities.get(user.id, ()), minutes.get(user.id, {}), closed, week_start)
            for user in users
        )
        return tuple(each for each in found if each is not None)

    def _users(self) -> Iterable[User]:
        """The active users that the actor may see, in order of name."""
        context = self._context
        if context.user is None:
            raise Refused.because("not_a_user")
        if not context.verdict(Action.SEE_USERS):
            return [context.user]
        return every(partial(context.uow.users.page, role=None, is_active=True, is_invited=None, search=""))

    def _activities(self, user_id: UserId | None) -> Mapping[UserId, Collection[Activity]]:
        page = self._context.uow.activities.page
        found: dict[UserId, list[Activity]] = {}
        for each in every(partial(page, user_id=user_id, customer_id=None, project_id=None, is_active=True)):
            found.setdefault(each.user_id, []).append(each)
        return found

    def _minutes(
        self, closed: Period, user_id: UserId | None, week_start: int
    ) -> Mapping[UserId, Mapping[Period, int]]:
        """Added up by the store, per employee and week."""
        wanted = ItemFilter(period=closed, user_id=user_id)
        found: dict[UserId, dict[Period, int]] = {}
        for total in self._context.uow.hours.totals(wanted, (GroupBy.USER, GroupBy.WEEK), week_start=week_start):
            assert total.user_id is not None and total.week is not None  # noqa: PT018  # both are grouped by
            found.setdefault(total.user_id, {})[total.week] = total.minutes
        return found
