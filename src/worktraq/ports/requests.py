"""Reading the management overview of approval requests."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from worktraq.core.entries import Item
from worktraq.core.paging import Page, PageRequest
from worktraq.core.requests import RequestCounts, RequestSort, RequestSummary
from worktraq.core.signoff import ApprovalRequest
from worktraq.ports.signoff import RequestFilter


class RequestReader(Protocol):
    """The approval requests of the organization, with names and figures."""

    def page(
        self, request: PageRequest, wanted: RequestFilter, *, sort: RequestSort, today: date
    ) -> Page[RequestSummary]:
        """Requests with the names of whom they are about.

        Args:
            request: Which page; see `worktraq.core.requests.place_in_list` for its key.
            wanted: Which requests.
            sort: The newest first, or those first whose decision is expected first.
            today: From which the days of being late are counted.
        """

    def counts(self, wanted: RequestFilter, *, today: date) -> RequestCounts:
        """How many requests there are of each status, and how many of them are late on a day."""

    def of_item(self, item: Item) -> Sequence[ApprovalRequest]:
        """Every request in which a customer was asked about an item, in order of their ids."""
