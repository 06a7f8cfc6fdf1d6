"""What becomes of a request that nobody decides."""

from datetime import timedelta

import pytest
from attrs import evolve

from tests.unit.core.test_signoff import LINKS, REQUEST
from worktraq.core.organizations import Settings
from worktraq.core.reminding import (
    escalated,
    is_escalation_due,
    redirected,
    reminded,
    reminded_or_renewed,
    reminders_due,
    told_of_escalation,
)
from worktraq.core.signoff import Recipient, RequestStatus, closed, renewed
from worktraq.errors import Refused
from worktraq.testing.builders import a_user
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

FIRM = a_firm()
JAN = Recipient(FIRM.contact.id, "Jan", "jan@jansen.example", "fr")


@pytest.mark.parametrize(("days", "due"), [(0, 0), (6, 0), (7, 1), (13, 1), (14, 2), (29, 2)])
def test_reminders_come_on_the_days_of_the_settings(days: int, due: int) -> None:
    """On day 7 and 14 after sending."""
    assert reminders_due(REQUEST, Settings(), BEGINNING + timedelta(days=days)) == due


def test_reminder_is_counted() -> None:
    """Nothing else changes."""
    assert reminded(REQUEST, 2) == evolve(REQUEST, reminders=2, version=2)


@pytest.mark.requirement("L-06")
@pytest.mark.parametrize("status", [RequestStatus.OPEN, RequestStatus.EXPIRED])
def test_redirected_request_asks_somebody_else_with_a_new_link(status: RequestStatus) -> None:
    """The term begins anew, and older links are void."""
    before, at = closed(REQUEST, status, BEGINNING), BEGINNING + timedelta(days=40)
    after = redirected(before, JAN, Settings(), LINKS, at)
    assert after == evolve(renewed(before, Settings(), LINKS, at), recipient=JAN)
    assert (after.status, after.token_number, after.version) == (RequestStatus.OPEN, 2, before.version + 1)


@pytest.mark.parametrize("status", [RequestStatus.DECIDED, RequestStatus.SUPERSEDED, RequestStatus.WITHDRAWN])
def test_what_is_over_is_neither_redirected_nor_reminded_of(status: RequestStatus) -> None:
    """There is nothing to decide any more."""
    before = closed(REQUEST, status, BEGINNING)
    with pytest.raises(Refused):
        redirected(before, JAN, Settings(), LINKS, BEGINNING)
    with pytest.raises(Refused):
        reminded_or_renewed(before, Settings(), LINKS, BEGINNING)


@pytest.mark.requirement("L-06")
def test_reminder_by_hand_renews_a_link_that_has_expired() -> None:
    """Also where the scheduler has not come by yet; one that works stays."""
    early, late = BEGINNING + timedelta(days=8), REQUEST.expires_at
    assert reminded_or_renewed(REQUEST, Settings(), LINKS, early) == evolve(REQUEST, version=2)
    assert reminded_or_renewed(REQUEST, Settings(), None, early) == evolve(REQUEST, version=2)
    assert reminded_or_renewed(REQUEST, Settings(), LINKS, late) == renewed(REQUEST, Settings(), LINKS, late)
    with pytest.raises(Refused) as raised:
        reminded_or_renewed(REQUEST, Settings(), None, late)
    assert [reason.code for reason in raised.value.reasons] == ["nobody_to_ask"]


@pytest.mark.requirement("L-06")
@pytest.mark.parametrize(
    ("days", "settings", "due"),
    [
        (20, Settings(), False),
        (21, Settings(), True),
        (99, Settings(), True),
        (99, Settings(escalation_days=0), False),
        (29, Settings(escalation_days=50), False),
        (30, Settings(escalation_days=50), True),
    ],
)
def test_managers_are_told_after_their_days_or_when_the_link_expires(days: int, settings: Settings, due: bool) -> None:
    """And never where the organization does not want it."""
    assert is_escalation_due(REQUEST, settings, BEGINNING + timedelta(days=days)) is due


def test_managers_are_told_once_until_the_request_is_sent_again() -> None:
    """Renewing begins anew."""
    at = BEGINNING + timedelta(days=21)
    told = escalated(REQUEST)
    assert told == evolve(REQUEST, is_escalated=True, version=2)
    assert not is_escalation_due(told, Settings(), at)
    assert not renewed(told, Settings(), LINKS, at).is_escalated


def test_whoever_can_act_is_told_and_not_about_own_hours() -> None:
    """Managers; without another one administrators; the owner only where there is nobody else."""
    mo, max_, ada = a_user(FIRM.id, "Mo"), a_user(FIRM.id, "Max"), a_user(FIRM.id, "Ada")
    eva = FIRM.employee.id
    assert told_of_escalation([mo, max_], [ada], eva) == [mo, max_]
    assert told_of_escalation([mo, max_], [ada], mo.id) == [max_]
    assert told_of_escalation([mo], [ada], mo.id) == [ada]
    assert told_of_escalation([], [ada], eva) == [ada]
    assert told_of_escalation([], [ada], ada.id) == [ada]
