"""The quarter, played in memory: who does what, and what there is to see at the end."""

from datetime import date

import pytest

from tests.unit.demo.performed import a_play, outcome
from worktraq.adapters.memory import MemoryStore
from worktraq.core.actors import Actor
from worktraq.core.billing import UnbilledReason
from worktraq.core.customers import CustomerKind
from worktraq.core.money import total
from worktraq.core.signoff import RequestStatus
from worktraq.demo import firm
from worktraq.demo.agenda import END, moments
from worktraq.demo.plan import Answer
from worktraq.errors import AdapterError
from worktraq.testing.fakes import RecordingNotifier


def test_moments_are_in_order_and_end_on_the_fifth_of_july() -> None:
    """The clock only goes forward."""
    instants = [moment.at for moment in moments()]
    assert instants == sorted(instants)
    assert (instants[-1], END.date()) == (END, date(2024, 7, 5))


@pytest.mark.requirement("T-02")
def test_good_customers_are_imported() -> None:
    """98 Dutch businesses, 30 Belgian ones and 25 private persons; the totals line is none."""
    imported = outcome().imported
    business, private = CustomerKind.BUSINESS, CustomerKind.PRIVATE
    assert dict(imported.by_kind) == {(business, "NL"): 98, (business, "BE"): 30, (private, "NL"): 25}
    assert (imported.customers, imported.totals) == (153, (166,))


def test_every_session_is_registered() -> None:
    """Each with its minutes; internal hours are counted apart."""
    seen = outcome()
    assert (seen.worked.entries, seen.worked.minutes) == (388, 20_599)
    assert seen.internal.entries == len(firm.TRAINED) * len(firm.TRAINING_DAYS)


def test_every_reason_occurs() -> None:
    """There is something to see of each."""
    assert set(outcome().unbilled.by_reason) == set(UnbilledReason)


@pytest.mark.requirement("B-01")
def test_reasons_add_up_to_the_total() -> None:
    """Items, minutes and money, to the cent."""
    unbilled = outcome().unbilled
    sums = list(unbilled.by_reason.values())
    assert total([each.value for each in sums if each.value], "EUR") == unbilled.total.value
    assert sum(each.minutes for each in sums) == unbilled.total.minutes
    assert sum(each.items for each in sums) == unbilled.total.items


@pytest.mark.requirement("L-05")
def test_every_status_of_a_request_occurs() -> None:
    """Open, decided, expired, replaced and withdrawn."""
    assert {each.status for each in outcome().requests} == set(RequestStatus)


def test_reminder_arose_by_the_clock() -> None:
    """One request is overdue and was reminded of once, a week after it was sent."""
    once = [each for each in outcome().requests if each.is_overdue and each.reminders == 1]
    assert [each.due_on for each in once] == [date(2024, 7, 3)]


@pytest.mark.requirement("B-03")
def test_customers_decide_in_all_three_ways() -> None:
    """Everything, some lines, nothing."""
    assert all(outcome().answers[answer] > 0 for answer in Answer)


@pytest.mark.requirement("W-05")
def test_employee_is_shown_no_amount() -> None:
    """The same work in the same minutes, without a value and without telling whether there is a rate."""
    views = outcome().side_by_side
    mine = views.to_employee
    assert mine.total.minutes == views.to_manager.total.minutes
    assert [each.value for each in (mine.total, *mine.by_reason.values())] == [None] * (len(mine.by_reason) + 1)
    assert UnbilledReason.NO_RATE not in mine.by_reason
    assert [reason.code for reason in views.refusal.reasons] == ["needs_manager"]


def test_two_performances_are_the_same() -> None:
    """Whatever the machine's clock shows and whichever ids are given out."""
    again = a_play(MemoryStore(), RecordingNotifier()).run()
    first = outcome()
    assert (again.unbilled, again.requests, again.mails) == (first.unbilled, first.requests, first.mails)


def test_request_that_is_kept_open_can_be_decided_today() -> None:
    """Its link works by the real clock."""
    play = a_play(MemoryStore(), RecordingNotifier())
    seen = play.run()
    token = play.keep_open().rpartition("/")[2]
    with play.engine.view(Actor.contact(seen.organization_id, token)) as tx:
        shown = tx.signoff.shown()
    assert (shown.employee_name, shown.project_name) == ("Anna de Wit", "kimai")


@pytest.mark.requirement("B-11")
def test_firm_speaks_the_language_that_is_asked_for() -> None:
    """Employees are told in it."""
    notifier = RecordingNotifier()
    a_play(MemoryStore(), notifier, "fr").run()
    employees = [each for each in notifier.delivered if each.recipient_email.endswith(firm.DOMAIN)]
    assert {each.language for each in employees} == {"fr"}


def test_mail_that_cannot_be_carried_stops_the_demo() -> None:
    """Instead of going on without the customers, who never got their links."""
    notifier = RecordingNotifier()
    notifier.fail(is_transient=True)
    with pytest.raises(AdapterError) as failed:
        a_play(MemoryStore(), notifier).run()
    assert failed.value.code == "delivery_failed"
