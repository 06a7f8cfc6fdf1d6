"""Managers are told of what no customer decides, once, however often and whenever the scheduler comes by."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.usecases.firm import Office, an_office
from worktraq.core.calendar import Cadence
from worktraq.core.events import EventName
from worktraq.core.money import Money
from worktraq.core.notifications import NotificationKind
from worktraq.core.projects import Hourly
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.core.users import Role
from worktraq.testing.builders import OCTOBER

pytestmark = pytest.mark.requirement("L-06")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ESCALATED = NotificationKind.REQUEST_ESCALATED


def run(office: Office, request: ApprovalRequest, days: float) -> int:
    """The scheduler comes by so many days after sending; gives how many requests it escalates."""
    return office.engine.run_due(request.sent_at + timedelta(days=days)).escalated


def test_managers_are_told_on_the_day_of_the_settings(office: Office) -> None:
    """Once per request; with what was asked of whom, and when it should have been decided."""
    request = office.asked(office.time(), office.expense())
    assert [run(office, request, days) for days in (20, 21, 21, 25)] == [0, 1, 0, 0]
    office.deliver()
    (mail,) = office.notifier.of_kind(ESCALATED)
    assert (mail.recipient_email, mail.employee_name, mail.customer_name, mail.project_name) == (
        *(office.firm.manager.email, "Eva", "Bakkerij Jansen B.V.", "Advice"),
    )
    assert (mail.contact_name, mail.period, mail.minutes, mail.expenses, mail.due_on, mail.link) == (
        *("Bakkerij Jansen B.V.", OCTOBER, 60, (Money("12.50", "EUR"),), request.due_on, ""),
    )
    assert len(mail.lines) == 2
    with office.viewing(office.manager) as tx:
        names = [event.name for event in tx.audit.history(request.id)]
        assert tx.signoff.get(request.id).request.is_escalated
    assert names.count(EventName.REQUEST_ESCALATED) == 1


def test_whoever_can_act_is_told(office: Office) -> None:
    """Every active manager, but not of own hours; administrators where there is no other manager."""
    with office.acting(office.admin) as tx:
        other = tx.users.add(name="Max", email="max@acme.example", role=Role.MANAGER)
        gone = tx.users.add(name="Gé", email="ge@acme.example", role=Role.MANAGER)
        tx.users.deactivate(gone.id, version=1)
        firm = office.firm
        own = tx.activities.add(user_id=firm.manager.id, customer_id=firm.customer.id, project_id=firm.project.id)
    with office.acting(office.manager) as tx:
        item = tx.entries.register_time(own.id, on=OCTOBER.first, minutes=60)
        tx.approval.submit(OCTOBER)
    with office.acting(office.admin) as tx:
        tx.approval.approve([item.id])
    request = office.asked(office.time())
    run(office, request, 21)
    office.deliver()
    told = sorted((mail.recipient_name, mail.employee_name) for mail in office.notifier.of_kind(ESCALATED))
    assert told == [("Max", "Eva"), ("Max", "Mo"), ("Mo", "Eva")]
    assert other.name == "Max"


def test_administrators_are_told_where_there_is_no_manager(office: Office) -> None:
    """Somebody has to act."""
    request = office.asked(office.time())
    with office.acting(office.admin) as tx:
        tx.users.deactivate(office.firm.manager.id, version=1)
    run(office, request, 21)
    office.deliver()
    assert [mail.recipient_name for mail in office.notifier.of_kind(ESCALATED)] == ["Ada"]


def test_nobody_is_told_where_the_organization_does_not_want_it(office: Office) -> None:
    """With 0 days."""
    office.settle_settings(escalation_days=0)
    request = office.asked(office.time())
    assert [run(office, request, days) for days in (21, 30, 60)] == [0, 0, 0]


def test_managers_are_told_when_the_link_expires_before(office: Office) -> None:
    """Afterwards nobody is reminded any more, so it is told then."""
    office.settle_settings(escalation_days=90)
    request = office.asked(office.time())
    report = office.engine.run_due(request.expires_at)
    assert (report.escalated, report.expired) == (1, 1)
    office.deliver()
    assert len(office.notifier.of_kind(ESCALATED)) == 1


def test_sending_again_begins_anew(office: Office) -> None:
    """The days count from then."""
    request = office.asked(office.time())
    run(office, request, 21)
    office.clock.set(request.sent_at + timedelta(days=22))
    with office.acting(office.manager) as tx:
        current = tx.signoff.get(request.id).request
        again = tx.signoff.renew(request.id, version=current.version)
    assert not again.is_escalated
    assert [run(office, again, days) for days in (20, 21, 22)] == [0, 1, 0]


@pytest.mark.parametrize("what", ["decided", "manager gone"])
def test_what_has_become_pointless_is_not_mailed(office: Office, what: str) -> None:
    """Between the moment that it is noted and the moment that it is sent."""
    request = office.asked(office.time())
    run(office, request, 21)
    with office.acting(office.admin) as tx:
        if what == "decided":
            current = tx.signoff.get(request.id).request
            tx.signoff.decide_on_behalf(request.id, version=current.version, reason="Phone", accept=request.item_ids)
        else:
            tx.users.deactivate(office.firm.manager.id, version=1)
    office.deliver()
    assert office.notifier.of_kind(ESCALATED) == []


def test_language_is_the_managers(office: Office) -> None:
    """Else that of the organization."""
    with office.acting(office.admin) as tx:
        tx.users.change(office.firm.manager.id, version=1, language="de")
    run(office, office.asked(office.time()), 21)
    office.deliver()
    assert [mail.language for mail in office.notifier.of_kind(ESCALATED)] == ["de"]


@given(hours=st.lists(st.integers(0, 24 * 60), min_size=1, max_size=25), monotone=st.booleans())
def test_scheduler_does_the_same_whenever_and_however_often_it_comes(hours: list[int], *, monotone: bool) -> None:
    """At any instants, in order or not, repeated or not: what was told is what the latest instant calls for, once.

    Missed reminders are one mail; who comes by with an earlier clock takes nothing back and repeats nothing.
    """
    office = an_office()
    office.bill_project(Hourly(Cadence.MONTHLY, customer_approval=True))
    request = office.asked(office.time())
    instants = [request.sent_at + timedelta(hours=each) for each in (sorted(hours) if monotone else hours)]
    reminders = escalated = expired = 0
    for at in instants:
        for _ in range(2):
            report = office.engine.run_due(at)
            reminders += report.reminders
            escalated += report.escalated
            expired += report.expired
    (after,) = office.requests()
    assert (reminders, escalated, expired) == expected(request, instants)
    assert (after.status is RequestStatus.EXPIRED) is (expired == 1)
    office.deliver()
    kinds = [mail.kind for mail in office.notifier.delivered]
    assert kinds.count(ESCALATED) == escalated
    assert kinds.count(NotificationKind.APPROVAL_REMINDER) <= reminders


def expected(request: ApprovalRequest, instants: list[datetime]) -> tuple[int, int, int]:
    """What one walk through the instants calls for, computed plainly."""
    reminders = sent = escalated = 0
    for at in instants:
        days = (at.astimezone(AMSTERDAM).date() - request.sent_at.astimezone(AMSTERDAM).date()).days
        escalated = escalated or int(days >= 21)
        if at >= request.expires_at:
            return reminders, 1, 1
        wanted = sum(1 for day in (7, 14) if day <= days)
        if wanted > sent:
            reminders, sent = reminders + 1, wanted
    return reminders, escalated, 0
