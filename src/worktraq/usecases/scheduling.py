"""What time brings: requests that are due, reminders, links that expire, events that are sealed."""

from attrs import frozen

from worktraq.core.events import EventName
from worktraq.core.notifications import NotificationKind
from worktraq.core.signoff import ApprovalRequest, RequestStatus, closed, reminded, reminders_due
from worktraq.usecases.audit import Audit
from worktraq.usecases.context import Context
from worktraq.usecases.offering import Offering


@frozen
class DueReport:
    """What one round did.

    Attributes:
        requests: Requests made.
        reminders: Reminders sent.
        expired: Requests whose link stopped working.
        sealed: Events that got their place in the audit trail.
    """

    requests: int = 0
    reminders: int = 0
    expired: int = 0
    sealed: int = 0

    def __add__(self, other: "DueReport") -> "DueReport":
        return DueReport(
            self.requests + other.requests,
            self.reminders + other.reminders,
            self.expired + other.expired,
            self.sealed + other.sealed,
        )


class Scheduling:
    """One round for one organization; doing it twice changes nothing more."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def run(self) -> DueReport:
        """Do what is due at the instant of the transaction."""
        context = self._context
        context.uow.organizations.lock()
        requests = Offering(context).settle(context.uow.items.awaiting_offer())
        expired = reminders = 0
        for request in context.uow.requests.open_ones():
            if request.expires_at <= context.at:
                self._save(closed(request, RequestStatus.EXPIRED, context.at), EventName.REQUEST_EXPIRED)
                expired += 1
                continue
            due = reminders_due(request, context.organization.settings, context.at)
            if due > request.reminders:
                self._save(reminded(request, due), EventName.REQUEST_REMINDED)
                kind = NotificationKind.APPROVAL_REMINDER
                context.tell(kind, request_id=request.id, item_ids=request.item_ids)
                reminders += 1
        return DueReport(requests, reminders, expired, Audit(context).seal())

    def _save(self, request: ApprovalRequest, name: EventName) -> None:
        self._context.uow.requests.save(request)
        self._context.record(name, request.id)
