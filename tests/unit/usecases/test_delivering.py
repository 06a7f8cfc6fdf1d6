"""Delivering many intents at once: what goes wrong with one of them, and with the lease on all."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TypeVar

import pytest

from tests.unit.usecases.firm import Office
from worktraq.core.ids import IntentId, OrganizationId
from worktraq.core.links import Links, SigningKey
from worktraq.core.notifications import (
    LEASE,
    MOST_ATTEMPTS,
    MOST_FAILURES,
    ClaimedIntent,
    DeliveryReport,
    FailedDelivery,
    Notification,
)
from worktraq.engine import WorkTraq
from worktraq.errors import AdapterError
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.usecases.context import Context
from worktraq.usecases.delivering import Delivering
from worktraq.usecases.notifications import Composing

T = TypeVar("T")


class Flowing:
    """A session that answers one message late, and not at all once it is told to stop.

    Attributes:
        answers: What is said to the messages, by number.
        stops_at: Where it breaks off.
    """

    def __init__(self, answers: Mapping[int, Exception], stops_at: int | None = None) -> None:
        self.answers = answers
        self.stops_at = stops_at

    def deliver(self, notification: Notification) -> None:
        """Never done."""
        raise AssertionError(notification.id)

    def deliver_each(self, notifications: Iterable[Notification]) -> Iterator[tuple[IntentId, Exception | None]]:
        """Each is answered when the next one has come."""
        before: tuple[IntentId, Exception | None] | None = None
        for at, notification in enumerate(notifications):
            if at == self.stops_at:
                raise KeyboardInterrupt
            if before is not None:
                yield before
            before = (notification.id, self.answers.get(at))
        if before is not None:
            yield before


def told(office: Office, number: int) -> Sequence[IntentId]:
    """Intents to tell Eva of a rejection, each about one line."""
    with office.acting(office.eva) as tx:
        ids = [tx.entries.register_time(office.firm.loose_activity.id, on=MONDAY, minutes=1).id for _ in range(number)]
        tx.approval.submit(OCTOBER)
    for item_id in ids:
        with office.acting(office.manager) as tx:
            tx.approval.reject([item_id], reason="no")
    return [row.intent.id for row in office.store._committed[office.firm.id].outbox.rows() if not row.is_delivered]


def failing_at(office: Office, number: int, error: Exception) -> None:
    """Let the notifier fail at one of the messages, from 0."""
    deliver, count = office.notifier.deliver, iter(range(1000))

    def deliver_or_fail(notification: Notification) -> None:
        if next(count) == number:
            raise error
        deliver(notification)

    office.notifier.deliver = deliver_or_fail  # type: ignore[method-assign]  # for one test


def waiting(office: Office) -> list[IntentId]:
    """What is still to be delivered."""
    return [
        row.intent.id
        for row in office.store._committed[office.firm.id].outbox.rows()
        if not (row.is_dead or row.is_delivered)
    ]


def rounds(office: Office, elapsed: Callable[[], float]) -> Callable[[Sequence[ClaimedIntent]], DeliveryReport]:
    """Delivering with another measure of time."""
    delivering = Delivering(office.store.claims, office.engine._view_of, elapsed, _at_once)
    return lambda claimed: delivering.deliver(claimed, office.notifier, DeliveryReport())


def test_message_that_breaks_does_not_keep_the_others_back(office: Office) -> None:
    """Whatever goes wrong with it, as unexpected as it may be; it is tried again later."""
    ids = told(office, 3)
    failing_at(office, 1, RuntimeError("boom"))
    report = office.engine.deliver_notifications()
    assert (report.delivered, report.postponed, report.dead) == (2, 1, 0)
    assert report.failures == (FailedDelivery(office.firm.id, ids[1], "delivery_broken", False),)
    assert waiting(office) == [ids[1]]


def test_message_that_cannot_be_composed_does_not_keep_the_others_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect of ours hurts one message only."""
    ids, compose = told(office, 3), Composing.compose

    def compose_or_break(self: Composing, intent: object) -> Notification | None:
        if intent.id == ids[0]:  # type: ignore[attr-defined]  # an intent
            raise ZeroDivisionError
        return compose(self, intent)  # type: ignore[arg-type]  # an intent

    monkeypatch.setattr(Composing, "compose", compose_or_break)
    report = office.engine.deliver_notifications()
    assert (report.delivered, report.postponed) == (2, 1)


def test_organization_that_cannot_be_read_does_not_keep_the_others_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of its messages are tried again later."""
    told(office, 2)
    monkeypatch.setattr(Composing, "__init__", lambda *_args: (_ for _ in ()).throw(AdapterError("database_failed")))
    report = office.engine.deliver_notifications()
    assert (report.dead, [failure.code for failure in report.failures]) == (2, ["database_failed"] * 2)


@pytest.mark.parametrize(
    ("error", "is_dead", "code"),
    [
        (AdapterError("mail_refused"), True, "mail_refused"),
        (AdapterError("mail_postponed", is_transient=True), False, "mail_postponed"),
    ],
)
def test_report_says_what_failed(office: Office, error: AdapterError, is_dead: bool, code: str) -> None:
    """Which intent and why, without a name or an address."""
    (intent_id,) = told(office, 1)
    failing_at(office, 0, error)
    report = office.engine.deliver_notifications()
    assert report.failures == (FailedDelivery(office.firm.id, intent_id, code, is_dead),)
    assert office.firm.employee.email not in repr(report)


def test_report_stays_small(office: Office) -> None:
    """Where everything fails, it names the first hundred and counts them all."""
    told(office, MOST_FAILURES + 5)
    office.notifier.fail(is_transient=False, times=1000)
    report = office.engine.deliver_notifications()
    assert (report.dead, len(report.failures)) == (MOST_FAILURES + 5, MOST_FAILURES)


def test_link_whose_key_is_gone_says_so(office: Office) -> None:
    """As the code of what is wrong, for whoever has to repair it."""
    office.asked(office.time())
    links = Links("https://hours.example", [SigningKey("other", b"o" * 32)])
    engine = WorkTraq(office.store, notifier=office.notifier, links=links, clock=office.clock)
    assert [failure.code for failure in engine.deliver_notifications().failures] == ["signing_key_unknown"]
    with office.acting(office.admin) as tx:
        assert [dead.problem for dead in tx.notifications.dead()] == ["signing_key_unknown"]


def test_message_that_ends_every_process_is_given_up(office: Office) -> None:
    """Attempts are counted before they are made, so that one that never comes to an end is noticed."""
    told(office, 1)
    for _ in range(MOST_ATTEMPTS):
        office.store.claims.claim(10, LEASE)
        office.clock.tick(LEASE)
    report = office.engine.deliver_notifications()
    assert [(failure.code, failure.is_dead) for failure in report.failures] == [("delivery_interrupted", True)]
    assert office.notifier.delivered == []


def test_limit_is_kept(office: Office) -> None:
    """No more is claimed than may be delivered."""
    told(office, 5)
    assert office.engine.deliver_notifications(limit=2) == DeliveryReport(delivered=2)
    assert len(waiting(office)) == 3


def test_what_was_sent_is_noted_when_delivering_is_stopped(office: Office) -> None:
    """So that it is not sent again; what was not sent is."""
    ids = told(office, 3)
    failing_at(office, 2, KeyboardInterrupt())  # type: ignore[arg-type]  # it is no Exception, which is the point
    with pytest.raises(KeyboardInterrupt):
        office.engine.deliver_notifications()
    assert waiting(office) == [ids[2]]


def test_what_was_sent_is_noted_at_least_every_second(office: Office) -> None:
    """The time in which a crash would have it sent again is short."""
    ids = told(office, 3)
    times = iter(range(1000))
    seen = []
    deliver = office.notifier.deliver

    def deliver_and_look(notification: Notification) -> None:
        seen.append(len(waiting(office)))
        deliver(notification)

    office.notifier.deliver = deliver_and_look  # type: ignore[method-assign]  # for one test
    rounds(office, lambda: float(next(times)))(office.store.claims.claim(10, LEASE))
    assert seen[0] == len(ids)
    assert seen[2] < len(ids)


def flowing(office: Office, session: Flowing) -> DeliveryReport:
    """One round with a session that answers late."""
    delivering = Delivering(office.store.claims, office.engine._view_of, lambda: 0.0, _at_once)
    return delivering.deliver(office.store.claims.claim(10, LEASE), session, DeliveryReport())


def test_answer_that_comes_late_counts_for_its_message(office: Office) -> None:
    """Others were asked for meanwhile."""
    ids = told(office, 4)
    refused, postponed = AdapterError("mail_refused"), AdapterError("mail_postponed", is_transient=True)
    report = flowing(office, Flowing({1: refused, 3: postponed}))
    assert (report.delivered, report.postponed, report.dead) == (2, 1, 1)
    assert [(failure.intent_id, failure.code) for failure in report.failures] == [
        (ids[1], "mail_refused"),
        (ids[3], "mail_postponed"),
    ]
    assert waiting(office) == [ids[3]]


def test_message_without_an_answer_is_delivered_again(office: Office) -> None:
    """Two are answered, one is under way, and one was just asked for when delivering is stopped."""
    ids = told(office, 4)
    with pytest.raises(KeyboardInterrupt):
        flowing(office, Flowing({}, stops_at=3))
    assert waiting(office) == ids[2:]


def test_message_that_was_taken_over_while_it_was_under_way_is_left_to_the_other(office: Office) -> None:
    """It was carried twice, as the same message; the round goes on."""
    told(office, 3)
    claimed = office.store.claims.claim(10, LEASE)
    office.clock.tick(LEASE)
    (other,) = office.store.claims.claim(1, LEASE)
    times = iter([0.0] * 2 + [LEASE.total_seconds()] * 100)
    delivering = Delivering(office.store.claims, office.engine._view_of, lambda: next(times), _at_once)
    intents = sorted(claimed, key=lambda each: each.intent.id != other.intent.id)
    report = delivering.deliver(intents, Flowing({}), DeliveryReport())
    assert other.intent.id in waiting(office)
    assert report.failures == ()
    assert office.store.claims.complete(other) == 1


def test_lease_is_extended_while_a_batch_is_worked_through(office: Office) -> None:
    """However slow the server is: nobody else takes what is still to be sent."""
    told(office, 4)
    deliver = office.notifier.deliver

    def deliver_slowly(notification: Notification) -> None:
        assert office.store.claims.claim(10, LEASE) == []
        deliver(notification)
        office.clock.tick(LEASE * 0.6)

    office.notifier.deliver = deliver_slowly  # type: ignore[method-assign]  # for one test
    begin = office.clock.now
    report = rounds(office, lambda: (office.clock.now - begin) / timedelta(seconds=1))(
        office.store.claims.claim(10, LEASE)
    )
    assert report == DeliveryReport(delivered=4)
    assert waiting(office) == []


def test_what_somebody_else_took_is_left_to_him(office: Office) -> None:
    """Who lost the lease, as a machine that was suspended, sends nothing of it."""
    told(office, 3)
    claimed = office.store.claims.claim(10, LEASE)
    office.clock.tick(LEASE)
    assert len(office.store.claims.claim(2, LEASE)) == 2
    times = iter([0.0, *[LEASE.total_seconds()] * 100])
    report = rounds(office, lambda: next(times))(claimed)
    assert report == DeliveryReport(delivered=1)


def test_messages_are_put_together_with_few_queries(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """One view for a batch, however many messages it has."""
    told(office, 20)
    views: list[OrganizationId] = []
    view = office.engine._view_of

    def counted(owner: OrganizationId) -> AbstractContextManager[Context]:
        views.append(owner)
        return view(owner)

    monkeypatch.setattr(office.engine, "_view_of", counted)
    office.deliver()
    assert views == [office.firm.id]


def _at_once(attempt: Callable[[], T]) -> T:
    """Nobody is in the way."""
    return attempt()
