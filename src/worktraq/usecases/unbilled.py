"""Gathering what the reasons, values and owners of unbilled items follow from, with one look for all of them."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from worktraq.core.access import Action
from worktraq.core.billing import Unbilled, status_by_now
from worktraq.core.calendar import Cadence
from worktraq.core.entries import Item, State
from worktraq.core.ids import ContactId, ProjectId, RequestId
from worktraq.core.projects import Hourly, Project
from worktraq.core.rates import ItemPrice
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.unbilled_lines import UnbilledLine, line_of
from worktraq.usecases.context import Context
from worktraq.usecases.offering import Offering
from worktraq.usecases.pricing import Pricing


class UnbilledFacts:
    """What is known of items that are not billed.

    Args:
        context: Of the transaction.
        shows_amounts: Whether the reader may see amounts; without, no price is even looked up (W-05).
    """

    def __init__(self, context: Context, *, shows_amounts: bool) -> None:
        self._context = context
        self._shows_amounts = shows_amounts

    def lines(self, items: Sequence[Item]) -> list[UnbilledLine]:
        """The items with why, in their order."""
        context = self._context
        requests = self._requests(items)
        names: Mapping[UUID, str] = {
            user.id: user.name for user in context.uow.users.find_many({item.user_id for item in items})
        }
        return [
            line_of(
                unbilled,
                names=names,
                asked=self._asked(requests.get(unbilled.item.request_id)),
                at=context.at,
                week_start=context.organization.settings.week_start,
                shows_amounts=self._shows_amounts,
            )
            for unbilled in self._found(items, requests)
        ]

    def _found(self, items: Sequence[Item], requests: Mapping[RequestId | None, ApprovalRequest]) -> list[Unbilled]:
        context = self._context
        customers = context.uow.customers.find_many({item.customer_id for item in items})
        currencies = {customer.id: context.currency_of(customer) for customer in customers}
        projects = self._projects(items)
        silent = self._without_address(items, projects)
        prices = self._prices(items)
        found = []
        for item in items:
            request = requests.get(item.request_id)
            status, since = status_by_now(request, context.at) if request is not None else (None, None)
            project = projects.get(item.project_id)
            billing = project.billing if project is not None else None
            cadence = billing.cadence if isinstance(billing, Hourly) else Cadence.MONTHLY
            can_be_asked = item.project_id not in silent
            price = prices.get(item.id)
            found.append(Unbilled(item, currencies[item.customer_id], price, status, since, cadence, can_be_asked))
        return found

    def _prices(self, items: Sequence[Item]) -> Mapping[UUID, ItemPrice]:
        if not self._shows_amounts:
            return {}
        frozen: dict[UUID, ItemPrice] = {
            price.item_id: price for price in self._context.uow.prices.of_items([item.id for item in items])
        }
        open_ones = [item for item in items if item.id not in frozen and item.follows_rates]
        todays = Pricing(self._context).todays(open_ones) if open_ones else []
        return {**frozen, **{price.item_id: price for price in todays if price is not None}}

    def _projects(self, items: Collection[Item]) -> Mapping[ProjectId | None, Project]:
        project_ids = {item.project_id for item in items if item.project_id is not None}
        return {project.id: project for project in self._context.uow.projects.find_many(project_ids)}

    def _requests(self, items: Collection[Item]) -> Mapping[RequestId | None, ApprovalRequest]:
        request_ids = {item.request_id for item in items if item.request_id is not None}
        return {request.id: request for request in self._context.uow.requests.find_many(request_ids)}

    def _without_address(
        self, items: Collection[Item], projects: Mapping[ProjectId | None, Project]
    ) -> frozenset[ProjectId | None]:
        """The projects for which nobody can be asked (L-07)."""
        waiting = {item.project_id for item in items if item.state is State.AWAITING_CUSTOMER} & projects.keys()
        offering = Offering(self._context)
        return frozenset(each for each in waiting if offering.recipient(projects[each]) is None)

    def _asked(self, request: ApprovalRequest | None) -> tuple[str, ContactId | None] | None:
        """Who was asked, for who may read requests."""
        if request is None or not self._context.verdict(Action.SEE_REQUESTS):
            return None
        return request.recipient.name, request.recipient.contact_id
