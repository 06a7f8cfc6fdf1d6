"""Approval requests."""

from collections.abc import Sequence

from worktraq.adapters.memory.approval import share_a_day
from worktraq.adapters.memory.repository import MemoryRepository, page_of
from worktraq.core.ids import RequestId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.ports.signoff import RequestFilter


class MemoryRequests(MemoryRepository[ApprovalRequest, RequestId]):
    """The approval requests of the organization."""

    table_name = "requests"

    def find_by_token(self, token_hash: bytes) -> ApprovalRequest | None:
        """The request whose current link has this hash."""
        return next((request for request in self._table.rows() if request.token_hash == token_hash), None)

    def page(self, request: PageRequest, wanted: RequestFilter) -> Page[ApprovalRequest]:
        """Requests, the newest first."""
        found = (row for row in self._table.rows() if _is_wanted(row, wanted))
        return page_of(found, request, lambda row: (row.id.hex,), is_descending=True)

    def open_ones(self) -> Sequence[ApprovalRequest]:
        """Every open request, in order of their ids."""
        return [request for request in self._in_order() if request.status is RequestStatus.OPEN]


def _is_wanted(request: ApprovalRequest, wanted: RequestFilter) -> bool:
    return (
        wanted.status in (None, request.status)
        and wanted.user_id in (None, request.user_id)
        and wanted.customer_id in (None, request.customer_id)
        and wanted.project_id in (None, request.project_id)
        and (wanted.period is None or share_a_day(request.period, wanted.period))
    )
