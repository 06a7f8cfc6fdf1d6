"""What is told to whom."""

from datetime import timedelta
from uuid import UUID

from worktraq.core.ids import IntentId
from worktraq.core.notifications import MOST_ATTEMPTS, DeliveryReport, Notification, NotificationKind, wait_after


def test_waits_grow_and_come_to_an_end() -> None:
    """A minute, then four times as long each time; after the last attempt there is none."""
    waits = [wait_after(attempts) for attempts in range(1, MOST_ATTEMPTS + 1)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=16)]
    assert waits[-1] is None
    assert None not in waits[:-1]


def test_report_counts_all_attempts() -> None:
    """Delivered or not."""
    assert DeliveryReport(delivered=1, dropped=2, postponed=3, dead=4).attempts == 10


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
