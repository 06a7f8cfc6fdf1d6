"""What becomes of a request that nobody decides: reminders, another recipient, and managers who are told (L-06)."""

from collections.abc import Collection
from datetime import datetime

from attrs import evolve

from worktraq.core.calendar import local_date
from worktraq.core.ids import UserId
from worktraq.core.links import Links
from worktraq.core.organizations import Settings
from worktraq.core.signoff import ApprovalRequest, Recipient, RequestStatus, check_open, expired_by_now, renewed
from worktraq.core.users import User
from worktraq.errors import Refused


def redirected(
    request: ApprovalRequest, recipient: Recipient, settings: Settings, links: Links, at: datetime
) -> ApprovalRequest:
    """The request, asked of somebody else with a new link; the link of whoever was asked before is void.

    Raises:
        Refused: When it is decided, superseded or withdrawn.
    """
    return renewed(evolve(request, recipient=recipient), settings, links, at)


def reminders_due(request: ApprovalRequest, settings: Settings, at: datetime) -> int:
    """How many reminders should have been sent by now; several missed ones count as one mail."""
    days = _days_since_sent(request, settings, at)
    return sum(1 for day in settings.reminder_days if day <= days)


def is_escalation_due(request: ApprovalRequest, settings: Settings, at: datetime) -> bool:
    """Whether managers are to be told now that there is no decision: after the days for that, or when the link expires."""
    if request.is_escalated or not settings.escalation_days:
        return False
    return _days_since_sent(request, settings, at) >= settings.escalation_days or request.expires_at <= at


def _days_since_sent(request: ApprovalRequest, settings: Settings, at: datetime) -> int:
    return (local_date(at, settings.time_zone) - local_date(request.sent_at, settings.time_zone)).days


def reminded(request: ApprovalRequest, reminders: int) -> ApprovalRequest:
    """The request after a reminder."""
    return evolve(request, reminders=reminders, version=request.version + 1)


def reminded_or_renewed(
    request: ApprovalRequest, settings: Settings, links: Links | None, at: datetime
) -> ApprovalRequest:
    """The request after a reminder by hand; one whose link has expired gets a new link and term with it (L-06).

    Raises:
        Refused: When it is decided, superseded or withdrawn; with ``nobody_to_ask`` when there are no links to renew.
    """
    if expired_by_now(request, at).status is not RequestStatus.EXPIRED:
        check_open(request, settings)
        return reminded(request, request.reminders)
    if links is None:
        raise Refused.because("nobody_to_ask")
    return renewed(request, settings, links, at)


def escalated(request: ApprovalRequest) -> ApprovalRequest:
    """The request after managers were told."""
    return evolve(request, is_escalated=True, version=request.version + 1)


def told_of_escalation(managers: Collection[User], administrators: Collection[User], owner_id: UserId) -> list[User]:
    """Who is told that a customer does not decide: who can act on it, and not on own hours where somebody else can.

    Args:
        managers: The active ones.
        administrators: The active ones; they are told where there is no manager.
        owner_id: Whose hours the customer was asked about.
    """
    for group in (managers, administrators):
        others = [user for user in group if user.id != owner_id]
        if others:
            return others
    return [*managers, *administrators]
