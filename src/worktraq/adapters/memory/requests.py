"""Approval requests, with names and figures."""

from collections.abc import Sequence
from datetime import date

from worktraq.adapters.memory.repository import page_of
from worktraq.adapters.memory.signoff import is_wanted
from worktraq.adapters.memory.tables import Tables
from worktraq.core.entries import Item
from worktraq.core.paging import Page, PageRequest
from worktraq.core.requests import RequestCounts, RequestSort, RequestSummary, overdue_days, place_in_list
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.ports.signoff import RequestFilter


class MemoryRequestOverview:
    """The approval requests of the organization."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def page(
        self, request: PageRequest, wanted: RequestFilter, *, sort: RequestSort, today: date
    ) -> Page[RequestSummary]:
        """Requests with the names of whom they are about."""
        found = (row for row in self._tables.requests.rows() if is_wanted(row, wanted))
        is_newest = sort is RequestSort.NEWEST
        page = page_of(found, request, lambda row: place_in_list(row, sort), is_descending=is_newest)
        return Page(tuple(self._summary(row, today) for row in page), page.next)

    def counts(self, wanted: RequestFilter, *, today: date) -> RequestCounts:
        """How many requests there are of each status, and how many of them are late on a day."""
        by_status = dict.fromkeys(RequestStatus, 0)
        late = 0
        for row in self._tables.requests.rows():
            if is_wanted(row, wanted):
                by_status[row.status] += 1
                late += overdue_days(row, today) > 0
        return RequestCounts(by_status, late)

    def of_item(self, item: Item) -> Sequence[ApprovalRequest]:
        """Every request in which a customer was asked about an item, in order of their ids."""
        found = (row for row in self._tables.requests.rows() if item.id in row.item_ids)
        return sorted(found, key=lambda row: row.id)

    def _summary(self, request: ApprovalRequest, today: date) -> RequestSummary:
        tables = self._tables
        user = tables.users.get(request.user_id)
        customer = tables.customers.get(request.customer_id)
        project = tables.projects.get(request.project_id)
        assert user is not None
        assert customer is not None
        assert project is not None
        return RequestSummary(request, user.name, customer.name, project.name, overdue_days(request, today))
