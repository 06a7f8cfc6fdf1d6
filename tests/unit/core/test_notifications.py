"""What is told to whom."""

from datetime import timedelta
from uuid import UUID

import pytest

from worktraq.core.ids import IntentId, OrganizationId
from worktraq.core.notifications import (
    MOST_ATTEMPTS,
    MOST_FAILURES,
    ClaimedIntent,
    DeliveryReport,
    FailedDelivery,
    Intent,
    Notification,
    NotificationKind,
    wait_after,
)


def test_waits_grow_and_come_to_an_end() -> None:
    """A minute, then four times as long each time; after the last attempt there is none."""
    waits = [wait_after(attempts) for attempts in range(1, MOST_ATTEMPTS + 1)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=16)]
    assert waits[-1] is None
    assert None not in waits[:-1]


def test_report_counts_all_attempts() -> None:
    """Delivered or not."""
    assert DeliveryReport(delivered=1, dropped=2, postponed=3, dead=4).attempts == 10


@pytest.mark.parametrize("is_dead", [True, False])
def test_report_counts_failures_and_says_which(is_dead: bool) -> None:
    """By the id of the intent; what was counted before stays."""
    intent = Intent(IntentId(UUID(int=1)), OrganizationId(UUID(int=2)), NotificationKind.ITEMS_APPROVED)
    report = DeliveryReport(delivered=1).failing(ClaimedIntent(intent, 1, 1), "mail_refused", is_dead=is_dead)
    assert report == DeliveryReport(delivered=1, dead=int(is_dead), postponed=int(not is_dead))
    assert report.failures == (FailedDelivery(intent.organization_id, intent.id, "mail_refused", is_dead),)


def test_report_names_so_many_failures_only() -> None:
    """And counts them all."""
    intent = Intent(IntentId(UUID(int=1)), OrganizationId(UUID(int=2)), NotificationKind.ITEMS_APPROVED)
    report = DeliveryReport()
    for _ in range(MOST_FAILURES + 1):
        report = report.failing(ClaimedIntent(intent, 1, 1), "mail_refused", is_dead=True)
    assert (report.dead, len(report.failures)) == (MOST_FAILURES + 1, MOST_FAILURES)


def test_link_is_not_shown() -> None:
    """A log of notifications decides nothing."""
    notification = Notification(
        id=IntentId(UUID(int=1)),
        kind=NotificationKind.APPROVAL_REQUESTED,
        language="nl",
        organization_name="Acme",
        recipient_name="Jan",
        recipient_email="jan@jansen.example",
        employee_name="Eva",
        customer_name="Jansen",
        link="https://hours.example/secret",
    )
    assert "secret" not in repr(notification)
