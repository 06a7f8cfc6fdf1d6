"""What is not billed yet, and why (B-01, L-13)."""

from collections.abc import Collection, Sequence

from attrs import evolve

from worktraq.core.access import Action, Right
from worktraq.core.billing import Unbilled, UnbilledOverview, Why, overview, reasons, without_rates
from worktraq.core.calendar import Period
from worktraq.core.entries import State
from worktraq.core.ids import CustomerId, ItemId, ProjectId, UserId
from worktraq.errors import Refused
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context
from worktraq.usecases.offering import Offering
from worktraq.usecases.pricing import Pricing

_BILLING = frozenset({Right.BILL})


class Billing:
    """From approved work to an invoice."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def unbilled(
        self,
        *,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        user_id: UserId | None = None,
        period: Period | None = None,
    ) -> UnbilledOverview:
        """Every billable item that is not invoiced, with its reasons, and sums that add up.

        A manager sees all of it with amounts. An employee sees own items, and those on which he or she may bill, in
        hours only (W-05, T-09).

        Args:
            customer_id: For this customer.
            project_id: On this project.
            user_id: Of this employee.
            period: On these days.

        Raises:
            Refused: For who is not a user.
        """
        context = self._context
        if context.user is None:
            raise Refused.because("not_a_user")
        wanted = ItemFilter(
            scope=context.scope(_BILLING),
            customer_id=customer_id,
            project_id=project_id,
            user_id=user_id,
            period=period,
        )
        return overview(self._found(wanted), shows_amounts=context.verdict(Action.SEE_UNBILLED_AMOUNTS).is_allowed)

    def why(self, item_id: ItemId) -> tuple[Why, ...]:
        """Every reason why one item is not billed, the leading one first; nothing when it is, or never will be.

        Raises:
            NotFound: When there is no such item for this actor.
        """
        context = self._context
        (item,) = context.items([item_id])
        context.require(
            Action.SEE_ITEM, customer_id=item.customer_id, project_id=item.project_id, owner_id=item.user_id
        )
        if not item.is_unbilled:
            return ()
        wanted = ItemFilter(user_id=item.user_id, project_id=item.project_id, period=Period.day(item.on))
        (found,) = (each for each in self._found(wanted) if each.item.id == item_id)
        why = reasons(found)
        return why if context.verdict(Action.SEE_UNBILLED_AMOUNTS) else without_rates(why)

    def _found(self, wanted: ItemFilter) -> Sequence[Unbilled]:
        context = self._context
        found = list(context.uow.unbilled.unbilled(wanted, context.organization.settings.currency))
        open_prices = [each.item for each in found if each.price is None and each.item.follows_rates]
        prices = dict(zip((item.id for item in open_prices), Pricing(context).todays(open_prices), strict=True))
        not_asked = {each.item.project_id for each in found if each.item.state is State.AWAITING_CUSTOMER}
        silent = self._without_address(not_asked)
        return [
            evolve(
                each,
                price=each.price or prices.get(each.item.id),
                can_be_asked=each.item.project_id not in silent,
            )
            for each in found
        ]

    def _without_address(self, project_ids: Collection[ProjectId | None]) -> frozenset[ProjectId]:
        """The projects for which nobody can be asked (L-07)."""
        wanted = {project_id for project_id in project_ids if project_id is not None}
        offering = Offering(self._context)
        projects = self._context.uow.projects.find_many(wanted)
        return frozenset(project.id for project in projects if offering.recipient(project) is None)
