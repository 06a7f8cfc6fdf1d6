"""In a database with other organizations the demo leaves these alone."""

from tests.unit.demo.performed import a_play
from worktraq.adapters.memory import MemoryStore
from worktraq.core.ids import IntentId, OrganizationId
from worktraq.core.notifications import LEASE, Intent, NotificationKind
from worktraq.engine import WorkTraq
from worktraq.testing.fakes import RecordingNotifier, SeededIds

IDS = SeededIds()


def with_waiting_mail(store: MemoryStore) -> OrganizationId:
    """An organization of somebody else, to whom a message waits in the outbox."""
    founded = WorkTraq(store).found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example")
    organization_id = founded.organization.id
    intent = Intent(IntentId(IDS()), organization_id, NotificationKind.ITEMS_APPROVED, founded.admin.user_id)
    with store.unit_of_work(organization_id, writes=True) as uow:
        uow.outbox.add(intent)
    return organization_id


def test_other_organizations_are_left_alone_by_its_scheduler() -> None:
    """The scheduler goes round the demo's own only, whose clock stands in another year."""
    store = MemoryStore()
    other_id = with_waiting_mail(store)
    a_play(store, RecordingNotifier()).run()
    assert WorkTraq(store).events(other_id) == []


def test_mails_of_others_are_not_taken() -> None:
    """They wait for who is to deliver them, after a whole demo in the same database."""
    store = MemoryStore()
    other_id = with_waiting_mail(store)
    notifier = RecordingNotifier()
    a_play(store, notifier).run()
    assert {each.organization_name for each in notifier.delivered} == {"Waterlinie Advies"}
    assert [each.intent.organization_id for each in store.claims.claim(10, LEASE)] == [other_id]
