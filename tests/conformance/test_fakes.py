"""The clock, the ids and the notifier that tests hold in their hand, and what is built."""

from datetime import UTC, datetime, timedelta

import pytest

from worktraq.core.ids import IntentId
from worktraq.core.notifications import Notification, NotificationKind
from worktraq.errors import AdapterError, InvalidInput
from worktraq.ports.clock import Clock, IdSource
from worktraq.ports.notifications import Notifier
from worktraq.testing.builders import new_id
from worktraq.testing.fakes import BEGINNING, FixedClock, RecordingNotifier, SeededIds
from worktraq.testing.firms import a_firm


def a_notification(email: str = "jan@jansen.example") -> Notification:
    """A message to somebody."""
    return Notification(
        id=IntentId(new_id()),
        kind=NotificationKind.ITEMS_APPROVED,
        language="nl",
        organization_name="Acme",
        recipient_name="Jan",
        recipient_email=email,
        employee_name="Eva",
        customer_name="Bakkerij Jansen B.V.",
    )


def test_a_clock_stands_still_until_told() -> None:
    """It shows the same instant until it is set or goes on."""
    clock = FixedClock()
    shows: Clock = clock
    assert shows() == shows() == BEGINNING
    assert clock.tick(timedelta(days=1)) == BEGINNING + timedelta(days=1)
    clock.set(datetime(2026, 1, 1, tzinfo=UTC))
    assert shows() == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_clock_takes_no_naive_instant() -> None:
    """As everything else, it refuses what has no time zone."""
    with pytest.raises(InvalidInput):
        FixedClock(datetime(2026, 1, 1))  # noqa: DTZ001  # that is what is refused


def test_seeded_ids_increase_and_repeat() -> None:
    """Ten thousand of them are in order; another source with the same seed gives the same."""
    ids: IdSource = SeededIds(7)
    made = [ids() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert {made_id.version for made_id in made} == {7}
    again = SeededIds(7)
    assert made == [again() for _ in range(10_000)]
    assert SeededIds(8)() != made[0]


def test_a_notifier_keeps_what_it_is_given() -> None:
    """In order, by address and by kind."""
    recording = RecordingNotifier()
    notifier: Notifier = recording
    one, other = a_notification(), a_notification("piet@example.nl")
    with notifier.session() as session:
        session.deliver(one)
        session.deliver(other)
    assert recording.delivered == [one, other]
    assert recording.sent_to("piet@example.nl") == [other]
    assert recording.of_kind(NotificationKind.ITEMS_REJECTED) == []
    assert recording.sessions == 1


@pytest.mark.parametrize("is_transient", [True, False])
def test_a_notifier_fails_as_often_as_it_is_told(is_transient: bool) -> None:
    """Only for the address it was told, and then no more."""
    notifier = RecordingNotifier()
    notifier.fail(is_transient=is_transient, times=2, to="jan@jansen.example")
    other, one = a_notification("piet@example.nl"), a_notification()
    with notifier.session() as session:
        session.deliver(other)
        for _ in range(2):
            with pytest.raises(AdapterError) as caught:
                session.deliver(one)
            assert caught.value.is_transient is is_transient
        session.deliver(one)
    assert notifier.delivered == [other, one]


def test_two_firms_have_nothing_in_common() -> None:
    """Every firm has ids of its own, and what belongs to it says so."""
    one, other = a_firm(), a_firm()
    assert not {user.id for user in one.users} & {user.id for user in other.users}
    assert {user.organization_id for user in one.users} == {one.id}
    assert {activity.organization_id for activity in one.activities} == {one.id}
