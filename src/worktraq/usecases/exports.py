"""Taking out what stands here, as tables for a spreadsheet (T-02, L-13)."""

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar
from uuid import UUID

from worktraq.core.access import Action
from worktraq.core.billing import UnbilledReason, Waiting
from worktraq.core.billing_exports import (
    invoice_row,
    invoice_table,
    totals_row,
    totals_table,
    unbilled_row,
    unbilled_table,
)
from worktraq.core.calendar import Period
from worktraq.core.choices import chosen, chosen_if_any
from worktraq.core.customers import CustomerStatus
from worktraq.core.entries import Item
from worktraq.core.exports import (
    Rows,
    Table,
    customer_row,
    customer_table,
    hours_row,
    hours_table,
    request_row,
    request_table,
)
from worktraq.core.ids import ContactId, CustomerId, ProjectId, UserId
from worktraq.core.invoices import Invoice, InvoiceKind, InvoiceStatus
from worktraq.core.overviews import GroupBy
from worktraq.core.paging import LARGEST_PAGE, Page, PageRequest
from worktraq.core.requests import RequestSort
from worktraq.core.sheets import Row
from worktraq.core.signoff import RequestStatus
from worktraq.core.text import fold_search
from worktraq.core.unbilled_lines import UnbilledLine
from worktraq.ports.entries import ItemFilter
from worktraq.ports.signoff import RequestFilter
from worktraq.usecases.billing import Billing
from worktraq.usecases.context import Context
from worktraq.usecases.overviews import Overviews

T = TypeVar("T")


class Exports:
    """What the actor may see, as tables that a `worktraq.ports.sheets.SheetWriter` writes.

    The rows are read in batches while they are written, so write them before the transaction or view ends.
    A view shows all of them as they were at one moment.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def customers(self, *, status: CustomerStatus | None = None, search: str = "") -> Table:
        """Customers in order of name, so that they can be imported again; the own organization is left out.

        Args:
            status: Only active ones, or only archived ones.
            search: Found in name, number or place, without case and accents.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: For a status that is none.
        """
        self._context.require(Action.SEE_CUSTOMERS)
        repository, folded = self._context.uow.customers, fold_search(search)
        status = chosen_if_any("status", CustomerStatus, status)

        def rows() -> Iterator[Row]:
            for page in _pages(lambda request: repository.page(request, status=status, search=folded, among=None)):
                yield from [customer_row(customer) for customer in page if not customer.is_internal]

        return customer_table(Rows(rows))

    def hours(
        self,
        *,
        period: Period | None = None,
        user_id: UserId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
    ) -> Table:
        """Time entries and expenses in order of day: a manager's of everybody, others' as `Entries.list` shows them.

        No rate, and no value of time, stands in it for anybody (W-05).

        Args:
            period: On these days.
            user_id: Of this employee.
            customer_id: For this customer.
            project_id: On this project.
        """
        wanted = ItemFilter(
            scope=self._context.scope(), period=period, user_id=user_id, customer_id=customer_id, project_id=project_id
        )
        items = self._context.uow.items

        def rows() -> Iterator[Row]:
            names: dict[UUID, str] = {}
            for page in _pages(lambda request: items.page(request, wanted)):
                self._learn(names, page.items)
                yield from [hours_row(item, names) for item in page]

        return hours_table(Rows(rows))

    def requests(
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
    ) -> Table:
        """Approval requests, as `Overseeing.overview` lists them (L-05).

        Args:
            statuses: In one of these; all by default.
            is_overdue: Only those on which the customer should have decided before today.
            user_id: About this employee.
            customer_id: To this customer.
            project_id: About this project.
            contact_id: To this contact person.
            period: About days of this period.
            sort: The newest first, or those first that are to be decided first.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: For a status or an order that is none.
        """
        self._context.require(Action.SEE_REQUESTS)
        sort, today = chosen("sort", RequestSort, sort), self._context.today
        wanted = RequestFilter(
            statuses=frozenset(chosen("statuses", RequestStatus, each) for each in statuses),
            user_id=user_id,
            customer_id=customer_id,
            project_id=project_id,
            contact_id=contact_id,
            period=period,
            late_on=today if is_overdue else None,
        )
        overview, time_zone = self._context.uow.request_overview, self._context.organization.settings.time_zone

        def rows() -> Iterator[Row]:
            for page in _pages(lambda request: overview.page(request, wanted, sort=sort, today=today)):
                yield from [request_row(summary, time_zone) for summary in page]

        return request_table(Rows(rows))

    def unbilled(
        self,
        *,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        user_id: UserId | None = None,
        period: Period | None = None,
        reasons: Collection[UnbilledReason] = (),
        waits_for: Waiting | None = None,
        older_than_days: int | None = None,
    ) -> Table:
        """What is not billed yet, as `Billing.unbilled_lines` lists it, with the leading reason of each item.

        Who may not see amounts gets it in hours: the table then has no columns for values at all (W-05, T-09).

        Args:
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
        context, billing = self._context, Billing(self._context)
        shows_amounts = context.verdict(Action.SEE_UNBILLED_AMOUNTS).is_allowed
        time_zone = context.organization.settings.time_zone

        def read(after: str | None, limit: int) -> Page[UnbilledLine]:
            return billing.unbilled_lines(
                customer_id=customer_id,
                project_id=project_id,
                user_id=user_id,
                period=period,
                reasons=reasons,
                waits_for=waits_for,
                older_than_days=older_than_days,
                after=after,
                limit=limit,
            )

        def rows() -> Iterator[Row]:
            names: dict[UUID, str] = {}
            for page in _listed(read):
                self._learn(names, page.items)
                yield from [unbilled_row(line, names, time_zone, shows_amounts=shows_amounts) for line in page]

        read(None, 1)  # refuses here, and not only once somebody goes through the rows
        return unbilled_table(Rows(rows), shows_amounts=shows_amounts)

    def totals(
        self,
        *,
        by: Collection[GroupBy] = (GroupBy.CUSTOMER, GroupBy.USER),
        period: Period | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        user_id: UserId | None = None,
    ) -> Table:
        """Registered time per customer, project, employee, month or week, as `Overviews.hours` adds it up (T-05).

        Args:
            by: What there is a total for, and a column.
            period: On these days.
            customer_id: For this customer.
            project_id: On this project.
            user_id: Of this employee.
        """
        overview = Overviews(self._context).hours(
            by=by, period=period, customer_id=customer_id, project_id=project_id, user_id=user_id
        )
        return totals_table([totals_row(total, by, overview.names) for total in overview.totals], by)

    def invoices(
        self,
        *,
        customer_id: CustomerId | None = None,
        status: InvoiceStatus | None = None,
        kind: InvoiceKind | None = None,
        period: Period | None = None,
    ) -> Table:
        """Invoices and credit notes, the newest first (L-11).

        Args:
            customer_id: Only to this customer.
            status: Only those that stand, or only those that were cancelled.
            kind: Only invoices, or only credit notes.
            period: Only those with a date in it.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such customer.
        """
        billing = Billing(self._context)

        def read(after: str | None, limit: int) -> Page[Invoice]:
            return billing.invoices(
                customer_id=customer_id, status=status, kind=kind, period=period, after=after, limit=limit
            )

        def rows() -> Iterator[Row]:
            for page in _listed(read):
                yield from map(invoice_row, page)

        read(None, 1)  # refuses here, and not only once somebody goes through the rows
        return invoice_table(Rows(rows))

    def _learn(self, names: dict[UUID, str], items: Collection[Item | UnbilledLine]) -> None:
        """Look up those names of a batch that no batch before needed."""
        uow = self._context.uow
        user_ids = {item.user_id for item in items} - names.keys()
        customer_ids = {item.customer_id for item in items} - names.keys()
        project_ids = {item.project_id for item in items if item.project_id is not None} - names.keys()
        if user_ids:
            names.update((user.id, user.name) for user in uow.users.find_many(user_ids))
        if customer_ids:
            names.update((customer.id, customer.name) for customer in uow.customers.find_many(customer_ids))
        if project_ids:
            names.update((project.id, project.name) for project in uow.projects.find_many(project_ids))


def _pages(read: Callable[[PageRequest], Page[T]]) -> Iterator[Page[T]]:
    return _listed(lambda after, limit: read(PageRequest.of(after, limit)))


def _listed(read: Callable[[str | None, int], Page[T]]) -> Iterator[Page[T]]:
    # Pages, and no open cursor, which the look-ups of names would make the store read to its end.
    cursor: str | None = None
    while True:
        page = read(cursor, LARGEST_PAGE)
        yield page
        if page.next is None:
            return
        cursor = page.next
