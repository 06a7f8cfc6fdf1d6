"""Approval requests."""

from collections.abc import Sequence

from worktraq.adapters.memory.approval import share_a_day
from worktraq.adapters.memory.repository import MemoryRepository, page_of
from worktraq.core.ids import RequestId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.requests import overdue_days
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.ports.signoff import RequestFilter


class MemoryRequests(MemoryRepository[ApprovalRequest, RequestId]):
    """The approval requests of the organization."""

    table_name = "requests"

    def find_by_token(self, token_hash: bytes) -> ApprovalRequest | None:
        """The request whose current link has this hash."""
        return next((request for request in self._table.rows() if request.token_hash == token_hash), None)

    def is_replaced(self, token_hash: bytes) -> bool:
        """Whether the link before the current one of some request has this hash."""
        return any(request.previous_token_hash == token_hash for request in self._table.rows())

    def page(self, request: PageRequest, wanted: RequestFilter) -> Page[ApprovalRequest]:
        """Requests, the newest first."""
        found = (row for row in self._table.rows() if is_wanted(row, wanted))
        return page_of(found, request, lambda row: (row.id.hex,), is_descending=True)

    def open_ones(self) -> Sequence[ApprovalRequest]:
        """Every open request, in order of their ids."""
        return [request for request in self._in_order() if request.status is RequestStatus.OPEN]


def is_wanted(request: ApprovalRequest, wanted: RequestFilter) -> bool:
    """Whether a request satisfies everything that a filter gives."""
    return (
        (not wanted.statuses or request.status in wanted.statuses)
        and wanted.user_id in (None, request.user_id)
        and wanted.customer_id in (None, request.customer_id)
        and wanted.project_id in (None, request.project_id)
        and wanted.contact_id in (None, request.recipient.contact_id)
        and (wanted.late_on is None or overdue_days(request, wanted.late_on) > 0)
        and (wanted.period is None or share_a_day(request.period, wanted.period))
    )
