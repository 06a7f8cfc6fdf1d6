"""What time brings: requests that are due, reminders, links that expire, events that are sealed."""

from collections.abc import Sequence

from attrs import evolve, frozen

from worktraq.core.events import EventName
from worktraq.core.keyed_runs import KEPT_FOR
from worktraq.core.notifications import NotificationKind
from worktraq.core.paging import LARGEST_PAGE, PageRequest
from worktraq.core.reminding import escalated, is_escalation_due, reminded, reminders_due, told_of_escalation
from worktraq.core.signoff import ApprovalRequest, RequestStatus, closed
from worktraq.core.users import Role, User
from worktraq.usecases.audit import Audit
from worktraq.usecases.context import Context
from worktraq.usecases.offering import Offering
from worktraq.usecases.retaining import ApplyingRetention


@frozen
class DueReport:
    """What one round did.

    Attributes:
        requests: Requests made.
        reminders: Reminders sent.
        expired: Requests whose link stopped working.
        sealed: Events that got their place in the audit trail.
        escalated: Requests of which managers were told that there is no decision.
        erased: Records that lost personal data, or were removed, because their time is over.
    """

    requests: int = 0
    reminders: int = 0
    expired: int = 0
    sealed: int = 0
    escalated: int = 0
    erased: int = 0

    def __add__(self, other: "DueReport") -> "DueReport":
        return DueReport(
            self.requests + other.requests,
            self.reminders + other.reminders,
            self.expired + other.expired,
            self.sealed + other.sealed,
            self.escalated + other.escalated,
            self.erased + other.erased,
        )


class Scheduling:
    """One round for one organization; doing it twice changes nothing more."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._of_role: dict[Role, Sequence[User]] = {}

    def run(self) -> DueReport:
        """Do what is due at the instant of the transaction."""
        context = self._context
        context.uow.organizations.lock()
        requests = Offering(context).settle(context.uow.items.awaiting_offer())
        report = DueReport(requests=requests)
        changed: list[ApprovalRequest] = []
        for request in context.uow.requests.open_ones():
            after, done = self._by_now(request)
            report += done
            if after is not request:
                # However much is due at once, it is one change.
                changed.append(evolve(after, version=request.version + 1))
        context.uow.requests.save(*changed)
        context.uow.keyed_runs.forget(context.at - KEPT_FOR)
        report += DueReport(erased=ApplyingRetention(context).run())
        return report + DueReport(sealed=Audit(context).seal())

    def _by_now(self, request: ApprovalRequest) -> tuple[ApprovalRequest, DueReport]:
        """An open request as time leaves it, with what is told of it."""
        context, settings = self._context, self._context.organization.settings
        after, done = request, DueReport()
        if is_escalation_due(request, settings, context.at):
            after, done = escalated(after), DueReport(escalated=1)
            self._escalate(request)
        if request.expires_at <= context.at:
            context.record(EventName.REQUEST_EXPIRED, request.id)
            return closed(after, RequestStatus.EXPIRED, context.at), done + DueReport(expired=1)
        due = reminders_due(request, settings, context.at)
        if due > request.reminders:
            context.record(EventName.REQUEST_REMINDED, request.id)
            context.tell(NotificationKind.APPROVAL_REMINDER, request_id=request.id, item_ids=request.item_ids)
            return reminded(after, due), done + DueReport(reminders=1)
        return after, done

    def _escalate(self, request: ApprovalRequest) -> None:
        told = told_of_escalation(self._active(Role.MANAGER), self._active(Role.ADMIN), request.user_id)
        self._context.record(EventName.REQUEST_ESCALATED, request.id, told=len(told))
        for user in told:
            self._context.tell(
                NotificationKind.REQUEST_ESCALATED, user_id=user.id, request_id=request.id, item_ids=request.item_ids
            )

    def _active(self, role: Role) -> Sequence[User]:
        if role not in self._of_role:
            page = PageRequest(LARGEST_PAGE)
            found = self._context.uow.users.page(page, role=role, is_active=True, is_invited=None, search="")
            self._of_role[role] = found.items
        return self._of_role[role]
