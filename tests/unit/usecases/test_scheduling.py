"""What time brings."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.usecases.firm import Office
from worktraq.core.entries import State
from worktraq.core.notifications import NotificationKind
from worktraq.core.signoff import RequestStatus
from worktraq.errors import InvalidInput
from worktraq.usecases.scheduling import DueReport


def test_reminders_come_on_their_days_and_the_link_expires(office: Office) -> None:
    """Day 7, day 14, day 30; due on the seventh."""
    request = office.asked(office.time())
    office.engine.run_due()
    found = {}
    for day in range(1, 40):
        report = office.engine.run_due(request.sent_at + timedelta(days=day))
        if report.reminders or report.expired:
            found[day] = (report.reminders, report.expired)
    assert found == {7: (1, 0), 14: (1, 0), 30: (0, 1)}
    assert office.requests()[0].status is RequestStatus.EXPIRED


def test_same_instant_twice_changes_nothing_more(office: Office) -> None:
    """Whatever was due is done once."""
    request = office.asked(office.time())
    at = request.sent_at + timedelta(days=8)
    assert office.engine.run_due(at) != DueReport()
    with office.nothing_changes():
        assert office.engine.run_due(at) == DueReport()


def test_missed_reminders_are_one_mail(office: Office) -> None:
    """A scheduler that stood still does not flood anybody."""
    request = office.asked(office.time())
    assert office.engine.run_due(request.sent_at + timedelta(days=20)).reminders == 1
    office.deliver()
    assert len(office.notifier.of_kind(NotificationKind.APPROVAL_REMINDER)) == 1
    assert office.requests()[0].reminders == 2


def test_decided_request_is_not_reminded_of(office: Office) -> None:
    """Nor does it expire."""
    item = office.time()
    request = office.asked(item)
    with office.acting(office.contact(request)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id])
    report = office.engine.run_due(request.sent_at + timedelta(days=60))
    assert (report.reminders, report.expired) == (0, 0)
    assert office.state(item) is State.APPROVED


def test_renewed_request_is_reminded_of_anew(office: Office) -> None:
    """The days count from when it was sent again."""
    request = office.asked(office.time())
    office.clock.set(request.expires_at)
    office.engine.run_due()
    with office.acting(office.manager) as tx:
        tx.signoff.renew(request.id, version=2)
    sent = office.clock.now
    assert office.engine.run_due(sent + timedelta(days=6)).reminders == 0
    assert office.engine.run_due(sent + timedelta(days=7)).reminders == 1


def test_every_organization_gets_its_turn(office: Office) -> None:
    """One call serves them all, and every event is sealed."""
    report = office.engine.run_due()
    founded = office.engine.found_organization(name="Nova", admin_name="Nel", admin_email="nel@nova.example")
    assert report.sealed == 0
    assert office.engine.run_due().sealed == 2
    assert [record.event.organization_id for record in office.engine.events(founded.organization.id)] == [
        founded.organization.id
    ] * 2


def test_time_without_a_zone_is_refused(office: Office) -> None:
    """And any zone is taken."""
    with pytest.raises(InvalidInput):
        office.engine.run_due(datetime(2026, 10, 5))  # noqa: DTZ001  # that is what is refused
    assert office.engine.run_due(datetime(2026, 10, 5, tzinfo=UTC)) == DueReport()


def test_reports_add_up() -> None:
    """Of several organizations."""
    assert DueReport(1, 2, 3, 4) + DueReport(10, 20, 30, 40) == DueReport(11, 22, 33, 44)
