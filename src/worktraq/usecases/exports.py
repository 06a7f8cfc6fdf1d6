"""Taking customers and hours out, as tables for a spreadsheet (T-02)."""

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar
from uuid import UUID

from worktraq.core.access import Action
from worktraq.core.calendar import Period
from worktraq.core.customers import CustomerStatus
from worktraq.core.entries import Item
from worktraq.core.exports import Rows, Table, customer_row, customer_table, hours_row, hours_table
from worktraq.core.ids import CustomerId, ProjectId, UserId
from worktraq.core.paging import LARGEST_PAGE, Page, PageRequest
from worktraq.core.sheets import Row
from worktraq.core.text import NAME_LENGTH, fold
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context

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
        """
        self._context.require(Action.SEE_CUSTOMERS)
        repository, folded = self._context.uow.customers, fold(search[:NAME_LENGTH])

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

    def _learn(self, names: dict[UUID, str], items: Collection[Item]) -> None:
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
    # Pages, and no open cursor, which the look-ups of names would make the store read to its end.
    cursor: str | None = None
    while True:
        page = read(PageRequest.of(cursor, LARGEST_PAGE))
        yield page
        if page.next is None:
            return
        cursor = page.next
