"""Activities: who works for whom, on what."""

from collections.abc import Iterable, Sequence
from datetime import date

from worktraq.core.access import Action
from worktraq.core.calendar import check_date
from worktraq.core.events import EventName
from worktraq.core.ids import ActivityId, CustomerId, ProjectId, UserId
from worktraq.core.money import Rate
from worktraq.core.paging import Page, PageRequest
from worktraq.core.projects import Activity, changed_activity, new_activity
from worktraq.core.rates import RateSubject
from worktraq.core.unset import UNSET, Unset
from worktraq.core.users import User
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.usecases.context import Context, check_version, found
from worktraq.usecases.invitations import is_expected
from worktraq.usecases.rates import Rates, check_rate
from worktraq.usecases.registering import Registering


class Activities:
    """What people work on, for whom (W-08, W-11)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(
        self,
        *,
        user_id: UserId,
        customer_id: CustomerId,
        project_id: ProjectId | None = None,
        description: str = "",
        is_billable: bool | None = None,
        starts_on: date | None = None,
        ends_on: date | None = None,
        rate: Rate | None = None,
    ) -> Activity:
        """Tie a user to a customer, and maybe to a project of it.

        Args:
            user_id: Who works.
            customer_id: For whom; the internal customer for internal work (W-13).
            project_id: On which project of the customer.
            description: What the work is.
            is_billable: By default yes, but never for internal work.
            starts_on: The first day on which work may lie.
            ends_on: The last day on which work may lie.
            rate: Per hour, from the beginning; kept in the rates area.

        Raises:
            Refused: For who is not a manager or an administrator; for an archived customer, or a user who is
                neither active nor invited (W-14).
            InvalidInput: Naming the field.
            NotFound: For a user, customer or project that does not exist.
        """
        (activity,) = self.add_for(
            [user_id],
            customer_id=customer_id,
            project_id=project_id,
            description=description,
            is_billable=is_billable,
            starts_on=starts_on,
            ends_on=ends_on,
            rate=rate,
        )
        return activity

    def add_for(
        self,
        user_ids: Iterable[UserId],
        *,
        customer_id: CustomerId,
        project_id: ProjectId | None = None,
        description: str = "",
        is_billable: bool | None = None,
        starts_on: date | None = None,
        ends_on: date | None = None,
        rate: Rate | None = None,
    ) -> Sequence[Activity]:
        """The same activity for several users at once, or for none of them; one for each user, see `add`."""
        context = self._context
        context.require(Action.MANAGE_ACTIVITIES)
        customer = context.active_customer(customer_id)
        if project_id is not None and context.project(project_id).customer_id != customer_id:
            raise NotFound("project")
        if customer.is_internal and is_billable:
            raise InvalidInput.of("is_billable", "internal_not_billable")
        if rate is not None:
            check_rate(context, rate, customer)
        activities = [
            new_activity(
                context.new_id(ActivityId),
                context.actor.organization_id,
                user_id=user.id,
                customer_id=customer_id,
                project_id=project_id,
                description=description,
                is_billable=not customer.is_internal if is_billable is None else is_billable,
                starts_on=starts_on,
                ends_on=ends_on,
            )
            for user in self._workers(user_ids)
        ]
        context.uow.activities.add(*activities)
        context.record_each(EventName.ACTIVITY_ADDED, (activity.id for activity in activities))
        if rate is not None:
            for activity in activities:
                Rates(context).set(RateSubject.ACTIVITY, activity.id, rate)
        return activities

    def change(
        self,
        activity_id: ActivityId,
        *,
        version: int,
        description: str | Unset = UNSET,
        is_billable: bool | Unset = UNSET,
        starts_on: date | Unset | None = UNSET,
        ends_on: date | Unset | None = UNSET,
    ) -> Activity:
        """Change those values of an activity that are given; what was registered on it stays as it is.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: Naming the field.
            Conflict: When somebody else changed the activity.
        """
        before = self._for_change(activity_id, version)
        if is_billable is True and self._context.customer(before.customer_id).is_internal:
            raise InvalidInput.of("is_billable", "internal_not_billable")
        activity = changed_activity(
            before, description=description, is_billable=is_billable, starts_on=starts_on, ends_on=ends_on
        )
        return self._save(activity, EventName.ACTIVITY_CHANGED)

    def end(self, activity_id: ActivityId, *, version: int) -> Activity:
        """Let nothing more be registered on an activity; what there is can still be corrected and submitted.

        Raises:
            Refused: For who is not a manager or an administrator.
            Conflict: When somebody else changed the activity.
        """
        before = self._for_change(activity_id, version)
        return self._save(changed_activity(before, is_active=False), EventName.ACTIVITY_ENDED)

    def activate(self, activity_id: ActivityId, *, version: int) -> Activity:
        """Open an ended activity again.

        Raises:
            Refused: For who is not a manager or an administrator; for an archived customer.
            Conflict: When somebody else changed the activity.
        """
        before = self._for_change(activity_id, version)
        self._context.active_customer(before.customer_id)
        return self._save(changed_activity(before, is_active=True), EventName.ACTIVITY_ACTIVATED)

    def mine(self, on: date | None = None) -> Sequence[Activity]:
        """The activities on which the acting user may register now, for a day of work (today by default).

        These are the ones that `worktraq.usecases.access.Access.allowed_to_register` allows.

        Raises:
            InvalidInput: For a date out of range.
        """
        context = self._context
        if context.user is None:
            return ()
        day = context.today if on is None else check_date(on)
        workplaces = Registering(context).workplaces(context.uow.activities.of_user(context.user.id))
        return [workplace.activity for workplace in workplaces if not workplace.reasons_against(day)]

    def get(self, activity_id: ActivityId) -> Activity:
        """An activity; employees find their own ones and those that a grant opens.

        Raises:
            NotFound: When there is none for this actor.
        """
        activity = found(self._context.uow.activities.find(activity_id), "activity")
        if not self._context.verdict(
            Action.SEE_ACTIVITY,
            customer_id=activity.customer_id,
            project_id=activity.project_id,
            owner_id=activity.user_id,
        ):
            raise NotFound("activity")
        return activity

    def list(
        self,
        *,
        user_id: UserId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        is_active: bool | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[Activity]:
        """The activities that the actor sees; employees see their own.

        Args:
            user_id: Of this user.
            customer_id: For this customer.
            project_id: On this project.
            is_active: Only active ones, or only ended ones.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.
        """
        context = self._context
        if not context.verdict(Action.MANAGE_ACTIVITIES):
            if context.user is None or user_id not in (None, context.user.id):
                return Page(())
            user_id = context.user.id
        return context.uow.activities.page(
            PageRequest.of(after, limit),
            user_id=user_id,
            customer_id=customer_id,
            project_id=project_id,
            is_active=is_active,
        )

    def _workers(self, user_ids: Iterable[UserId]) -> Sequence[User]:
        """The users, when all of them work here or are expected to."""
        wanted = list(dict.fromkeys(user_ids))
        users = {user.id: user for user in self._context.uow.users.find_many(wanted)}
        if not users.keys() >= set(wanted):
            raise NotFound("user")
        if not all(user.is_active or is_expected(self._context, user.id) for user in users.values()):
            raise Refused.because("activity_needs_active_user")
        return [users[user_id] for user_id in wanted]

    def _for_change(self, activity_id: ActivityId, version: int) -> Activity:
        activity = self.get(activity_id)
        self._context.require(Action.MANAGE_ACTIVITIES)
        check_version(activity.version, version)
        return activity

    def _save(self, activity: Activity, name: EventName) -> Activity:
        self._context.uow.activities.save(activity)
        self._context.record(name, activity.id)
        return activity
