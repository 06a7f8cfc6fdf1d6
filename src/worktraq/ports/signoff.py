"""Storing approval requests."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from attrs import field, frozen

from worktraq.core.calendar import Period
from worktraq.core.ids import ContactId, CustomerId, ProjectId, RequestId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.ports.repository import Repository


@frozen(kw_only=True)
class RequestFilter:
    """Which requests are wanted: those that satisfy everything given.

    Attributes:
        statuses: In one of these; empty for all.
        user_id: About this employee.
        customer_id: To this customer.
        project_id: About this project.
        contact_id: To this contact person.
        period: About a period that shares a day with this one.
        late_on: Open or expired, and to be decided before this day.
    """

    statuses: frozenset[RequestStatus] = field(default=frozenset())
    user_id: UserId | None = None
    customer_id: CustomerId | None = None
    project_id: ProjectId | None = None
    contact_id: ContactId | None = None
    period: Period | None = None
    late_on: date | None = None


class RequestRepository(Repository[ApprovalRequest, RequestId], Protocol):
    """The approval requests of the organization. Requests are never removed."""

    def find_by_token(self, token_hash: bytes) -> ApprovalRequest | None:
        """The request whose current link has this hash."""

    def is_replaced(self, token_hash: bytes) -> bool:
        """Whether the link before the current one of some request has this hash."""

    def page(self, request: PageRequest, wanted: RequestFilter) -> Page[ApprovalRequest]:
        """Requests, the newest first; the key of a page is (hex of the id,)."""

    def open_ones(self) -> Sequence[ApprovalRequest]:
        """Every open request, in order of their ids: those for which time can bring something."""
