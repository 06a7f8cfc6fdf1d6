"""What is not billed yet, and why (B-01, L-13)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from worktraq.core.access import Action, Right
from worktraq.core.billing import UnbilledReason, Waiting, Why, wanted_reasons
from worktraq.core.calendar import Period
from worktraq.core.ids import CustomerId, ItemId, ProjectId, UserId
from worktraq.core.instalments import Instalment
from worktraq.core.missing import MissingWork
from worktraq.core.paging import Page, PageRequest
from worktraq.core.unbilled import (
    HELD_UP_BY,
    HeldUp,
    UnbilledBy,
    UnbilledOverview,
    UnbilledSum,
    held_up,
    instalment_sum,
    overview,
)
from worktraq.core.unbilled_lines import Explained, UnbilledLine, explained
from worktraq.errors import InvalidInput, Reason, Refused
from worktraq.ports.billing import UnbilledFilter
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context, found
from worktraq.usecases.invoicing import Invoicing
from worktraq.usecases.missing import Missing
from worktraq.usecases.specifying import Specifying
from worktraq.usecases.terms import Terms
from worktraq.usecases.unbilled import UnbilledFacts

_BILLING = frozenset({Right.BILL})
_MOST_DAYS = 36_500


class Billing(Invoicing, Specifying, Terms):
    """From approved work to an invoice."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def unbilled(
        self,
        *,
        by: Collection[UnbilledBy] = (),
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        user_id: UserId | None = None,
        period: Period | None = None,
        reasons: Collection[UnbilledReason] = (),
        waits_for: Waiting | None = None,
        older_than_days: int | None = None,
    ) -> UnbilledOverview:
        """What every billable item that is not invoiced comes to, per leading reason; the sums add up to the total.

        A manager sees all of it with amounts. An employee sees own items, and those on which he or she may bill, in
        hours only (W-05, T-09). Instalments of fixed prices that are due are ready. It is added up by the store: the cost goes with what is not billed, not with what is kept.

        Args:
            by: What there is a group for, besides the totals over everything.
            customer_id: For this customer.
            project_id: On this project.
            user_id: Of this employee.
            period: On these days.
            reasons: With one of these as leading reason; all by default.
            waits_for: On which this one has to act.
            older_than_days: Whose leading reason stands for longer than so many days of 24 hours.

        Raises:
            Refused: For who is not a user.
            InvalidInput: With ``number_out_of_range`` for the days.
        """
        items = self._items(customer_id, project_id, user_id, period)
        wanted = self._wanted(items, reasons, waits_for, older_than_days)
        by = frozenset(by)
        due = self._due(wanted)
        sums = [
            *self._context.uow.unbilled.sums(wanted, by),
            *(instalment_sum(each, by, since=self._begin(each.due_on), at=wanted.at) for each in due),
        ]
        names = self._names(sums)
        return overview(sums, by, shows_amounts=wanted.shows_amounts, names=names, instalments=due)

    def unbilled_lines(
        self,
        *,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        user_id: UserId | None = None,
        period: Period | None = None,
        reasons: Collection[UnbilledReason] = (),
        waits_for: Waiting | None = None,
        older_than_days: int | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[UnbilledLine]:
        """The items one by one, each with all its reasons, who has to act and the way to its timesheet, in order of day.

        Args:
            customer_id: For this customer.
            project_id: On this project.
            user_id: Of this employee.
            period: On these days.
            reasons: With one of these as leading reason; all by default.
            waits_for: On which this one has to act.
            older_than_days: Whose leading reason stands for longer than so many days of 24 hours.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a user.
            InvalidInput: For the days, the limit or the cursor.
        """
        items = self._items(customer_id, project_id, user_id, period)
        wanted = self._wanted(items, reasons, waits_for, older_than_days)
        page = self._context.uow.unbilled.page(PageRequest.of(after, limit), wanted)
        lines = UnbilledFacts(self._context, shows_amounts=wanted.shows_amounts).lines(page.items)
        return Page(tuple(lines), page.next)

    def held_up(
        self,
        *,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        period: Period | None = None,
    ) -> Sequence[HeldUp]:
        """Per project and billing period, which employees hold the invoice up and for which reason (L-13).

        Args:
            customer_id: For this customer.
            project_id: On this project.
            period: Work on these days.

        Raises:
            Refused: For who is not a user.
        """
        wanted = self._wanted(self._items(customer_id, project_id, None, period), (), None, None)
        sums = self._context.uow.unbilled.sums(wanted, HELD_UP_BY)
        return held_up(sums, shows_amounts=wanted.shows_amounts)

    def why(self, item_id: ItemId) -> tuple[Why, ...]:
        """Every reason why one item is not billed, the leading one first; nothing when it is, or never will be.

        Raises:
            NotFound: When there is no such item for this actor.
        """
        line = self._line(item_id)
        return line.why if line is not None else ()

    def explain(self, item_id: ItemId) -> Explained:
        """Why one item is not billed, in words: since when, who has to act and what to do next.

        As text it is in English; `worktraq.i18n.localize` gives it in the language of the reader.

        Raises:
            NotFound: When there is no such item for this actor.
        """
        context = self._context
        line = self._line(item_id)
        if line is None:
            (item,) = context.items([item_id])
            return Explained((Reason.of("why_not_billable" if not item.is_billable else "why_invoiced"),))
        return explained(
            line,
            employee=found(context.uow.users.find(line.user_id), "user").name,
            customer=context.customer(line.customer_id).name,
            time_zone=context.organization.settings.time_zone,
        )

    def missing_work(self, period: Period, *, user_id: UserId | None = None) -> Sequence[MissingWork]:
        """Employees with an active activity who registered nothing, or less than their contract says, in order of name.

        With `User.contract_minutes_per_week` the time of all days is compared with what the contract comes to on the
        weekdays on which an activity was active; without, a week counts in which nothing was registered at all. Only
        days that are over are looked at: all of a past period, else those of weeks that have ended. A manager sees
        everybody, others see themselves.

        Args:
            period: Which days.
            user_id: Only this employee.

        Raises:
            Refused: For who is not a user.
        """
        return Missing(self._context).found(period, user_id)

    def _wanted(
        self,
        items: ItemFilter,
        given: Collection[UnbilledReason],
        waits_for: Waiting | None,
        older_than_days: int | None,
    ) -> UnbilledFilter:
        context = self._context
        if older_than_days is not None and not 0 <= older_than_days <= _MOST_DAYS:
            raise InvalidInput.of("older_than_days", "number_out_of_range", least=0, most=_MOST_DAYS)
        shows_amounts = self._shows_amounts
        return UnbilledFilter(
            items=items,
            reasons=wanted_reasons(given, waits_for, shows_amounts=shows_amounts),
            since_before=None if older_than_days is None else context.at - timedelta(days=older_than_days),
            at=context.at,
            currency=context.organization.settings.currency,
            shows_amounts=shows_amounts,
            week_start=context.organization.settings.week_start,
        )

    def _items(
        self,
        customer_id: CustomerId | None,
        project_id: ProjectId | None,
        user_id: UserId | None,
        period: Period | None,
    ) -> ItemFilter:
        context = self._context
        if context.user is None:
            raise Refused.because("not_a_user")
        return ItemFilter(
            scope=context.scope(_BILLING),
            customer_id=customer_id,
            project_id=project_id,
            user_id=user_id,
            period=period,
        )

    @property
    def _shows_amounts(self) -> bool:
        return self._context.verdict(Action.SEE_UNBILLED_AMOUNTS).is_allowed

    def _line(self, item_id: ItemId) -> UnbilledLine | None:
        context = self._context
        (item,) = context.items([item_id])
        context.require(
            Action.SEE_ITEM, customer_id=item.customer_id, project_id=item.project_id, owner_id=item.user_id
        )
        if not item.is_unbilled:
            return None
        (line,) = UnbilledFacts(context, shows_amounts=self._shows_amounts).lines([item])
        return line

    def _due(self, wanted: UnbilledFilter) -> Sequence[Instalment]:
        """The instalments that are due, among what is wanted; they are no employee's, and all of them are amounts."""
        items = wanted.items
        is_ready = wanted.reasons is None or UnbilledReason.READY in wanted.reasons
        if not (wanted.shows_amounts and is_ready and items.user_id is None):
            return ()
        context = self._context
        due = context.uow.instalments.due(context.today, customer_id=items.customer_id, project_id=items.project_id)
        return tuple(
            each
            for each in due
            if (items.period is None or each.due_on in items.period)
            and (wanted.since_before is None or self._begin(each.due_on) < wanted.since_before)
        )

    def _begin(self, day: date) -> datetime:
        zone = ZoneInfo(self._context.organization.settings.time_zone)
        return datetime.combine(day, time(), zone).astimezone(UTC)

    def _names(self, sums: Iterable[UnbilledSum]) -> Mapping[UUID, str]:
        uow, groups = self._context.uow, {each.group for each in sums}
        customer_ids = {group.customer_id for group in groups if group.customer_id is not None}
        project_ids = {group.project_id for group in groups if group.project_id is not None}
        user_ids = {group.user_id for group in groups if group.user_id is not None}
        return {
            **{customer.id: customer.name for customer in uow.customers.find_many(customer_ids)},
            **{project.id: project.name for project in uow.projects.find_many(project_ids)},
            **{user.id: user.name for user in uow.users.find_many(user_ids)},
        }
