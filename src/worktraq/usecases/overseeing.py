"""The management overview of what customers were asked (L-05)."""

from collections.abc import Collection, Sequence

from worktraq.core.access import Action
from worktraq.core.approval import Decision
from worktraq.core.calendar import Period
from worktraq.core.chains import Step
from worktraq.core.choices import chosen
from worktraq.core.ids import ContactId, CustomerId, ItemId, ProjectId, RequestId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.requests import RequestCounts, RequestedItem, RequestSort, RequestSummary
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.ports.signoff import RequestFilter
from worktraq.usecases.context import Context, found


class Overseeing:
    """Requests with all that matters, and from a request to its items and back."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list(
        self,
        *,
        status: RequestStatus | None = None,
        user_id: UserId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        period: Period | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[ApprovalRequest]:
        """Approval requests, the newest first (L-05).

        Args:
            status: In this status.
            user_id: About this employee.
            customer_id: To this customer.
            project_id: About this project.
            period: About days of this period.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_REQUESTS)
        wanted = RequestFilter(
            statuses=frozenset({status}) if status is not None else frozenset(),
            user_id=user_id,
            customer_id=customer_id,
            project_id=project_id,
            period=period,
        )
        return self._context.uow.requests.page(PageRequest.of(after, limit), wanted)

    def overview(
        self,
        *,
        statuses: Collection[RequestStatus] = (),
        is_overdue: bool = False,
        user_id: UserId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        contact_id: ContactId | None = None,
        period: Period | None = None,
        sort: RequestSort = RequestSort.NEWEST,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[RequestSummary]:
        """Approval requests with the names of whom they are about, and how late they are (L-05).

        Args:
            statuses: In one of these; all by default.
            is_overdue: Only those on which the customer should have decided before today.
            user_id: About this employee.
            customer_id: To this customer.
            project_id: About this project.
            contact_id: To this contact person.
            period: About days of this period.
            sort: The newest first, or those first that are to be decided first.
            after: The cursor of the page before, in the same order.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_REQUESTS)
        sort, today = chosen("sort", RequestSort, sort), self._context.today
        wanted = RequestFilter(
            statuses=frozenset(statuses),
            user_id=user_id,
            customer_id=customer_id,
            project_id=project_id,
            contact_id=contact_id,
            period=period,
            late_on=today if is_overdue else None,
        )
        request = PageRequest.of(after, limit, sort=sort.value)
        return self._context.uow.request_overview.page(request, wanted, sort=sort, today=today)

    def counts(
        self,
        *,
        user_id: UserId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        contact_id: ContactId | None = None,
        period: Period | None = None,
    ) -> RequestCounts:
        """How many requests there are of each status, and how many are overdue (L-05).

        Args:
            user_id: About this employee.
            customer_id: To this customer.
            project_id: About this project.
            contact_id: To this contact person.
            period: About days of this period.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_REQUESTS)
        wanted = RequestFilter(
            user_id=user_id, customer_id=customer_id, project_id=project_id, contact_id=contact_id, period=period
        )
        return self._context.uow.request_overview.counts(wanted, today=self._context.today)

    def items(self, request_id: RequestId) -> Sequence[RequestedItem]:
        """The lines of a request as they are now, in the order in which the customer read them (L-05).

        A line that was withdrawn and then deleted is left out.

        Raises:
            NotFound: When there is no such request.
            Refused: For who is not a manager or an administrator.
        """
        context = self._context
        context.require(Action.SEE_REQUESTS)
        request = found(context.uow.requests.find(request_id), "request")
        items = {item.id: item for item in context.uow.items.find_many(request.item_ids)}
        decisions: dict[ItemId, Decision] = {}
        for decision in context.uow.decisions.of_items(list(items)):
            if decision.request_id == request.id and decision.step is Step.CUSTOMER:
                decisions[decision.item_id] = decision
        return [RequestedItem(items[each], decisions.get(each)) for each in request.item_ids if each in items]

    def of_item(self, item_id: ItemId) -> Sequence[ApprovalRequest]:
        """Every request in which a customer was asked about an item, the oldest first (L-05).

        Raises:
            NotFound: When there is no such item.
            Refused: For who is not a manager or an administrator.
        """
        context = self._context
        (item,) = context.items([item_id])
        context.require(Action.SEE_REQUESTS)
        return context.uow.request_overview.of_item(item)
