"""The history of things, and the audit trail."""

import pytest
from attrs import evolve

from tests.unit.usecases.firm import Office
from worktraq.core.actors import ActorKind
from worktraq.core.events import EventName
from worktraq.errors import NotFound, Refused


@pytest.mark.requirement("B-07")
def test_every_decision_stands_in_the_trail(office: Office) -> None:
    """Who decided, when and what, in order; sealed by the scheduler, without gaps."""
    item = office.time()
    contact = office.contact(office.asked(item))
    with office.acting(contact) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id])
    office.engine.run_due()
    with office.viewing(office.manager) as tx:
        records = list(tx.audit.records())
        assert tx.audit.verify() is None
        assert list(tx.audit.records(after=2, limit=1)) == [records[2]]
    assert [record.number for record in records] == list(range(1, len(records) + 1))
    about_item = [record.event for record in records if record.event.subject_id == item.id]
    assert [(event.name, event.actor_kind) for event in about_item] == [
        (EventName.ITEM_REGISTERED, ActorKind.USER),
        (EventName.ITEM_SUBMITTED, ActorKind.USER),
        (EventName.ITEM_APPROVED, ActorKind.USER),
        (EventName.ITEM_APPROVED, ActorKind.CONTACT),
    ]
    assert EventName.REQUEST_DECIDED in {record.event.name for record in records}


@pytest.mark.requirement("B-07")
def test_tampering_shows(office: Office) -> None:
    """A record that was altered in the store is named."""
    office.time()
    office.engine.run_due()
    with office.store.unit_of_work(office.firm.id, writes=True) as uow:
        chain = uow.events._chain
        record = chain.get(1)
        assert record is not None
        chain.put(1, evolve(record, event=evolve(record.event, details=(("forged", 1),))))
    with office.viewing(office.manager) as tx:
        assert tx.audit.verify() == 1


def test_history_includes_what_is_not_sealed_or_even_stored_yet(office: Office) -> None:
    """Whoever asks within the transaction sees what it did."""
    with office.acting(office.manager) as tx:
        customer = tx.customers.add_business(company_name="Nova")
        tx.customers.archive(customer.id, version=1)
        names = [event.name for event in tx.audit.history(customer.id)]
    assert names == [EventName.CUSTOMER_ADDED, EventName.CUSTOMER_ARCHIVED]


@pytest.mark.requirement("W-04")
def test_employee_reads_the_history_of_own_items_only(office: Office) -> None:
    """Neither a colleague's nor that of anything else."""
    item = office.time()
    with office.viewing(office.eva) as tx:
        assert [event.name for event in tx.audit.history(item.id)] == [EventName.ITEM_REGISTERED]
    office.refuses(office.coen, lambda tx: tx.audit.history(item.id), NotFound)
    office.refuses(office.eva, lambda tx: tx.audit.history(office.firm.customer.id), NotFound)


def test_sealing_by_hand_is_what_the_scheduler_does(office: Office) -> None:
    """Also the events of the same transaction."""
    office.time()
    with office.acting(office.manager) as tx:
        tx.customers.archive(office.firm.customer.id, version=1)
        assert tx.audit.seal() == 2
        assert tx.audit.seal() == 0


def test_nothing_is_sealed_in_a_view(office: Office) -> None:
    """A view changes nothing."""
    office.time()
    with office.nothing_changes(), office.viewing(office.manager) as tx, pytest.raises(Refused):
        tx.audit.seal()


def test_event_holds_no_text_and_no_amount(office: Office) -> None:
    """What somebody wrote stands where it can be erased."""
    office.set_rate("77.7731")
    item = office.time()
    office.submit()
    with office.acting(office.manager) as tx:
        tx.approval.reject([item.id], reason="Much too long")
    office.engine.run_due()
    with office.viewing(office.manager) as tx:
        shown = repr(list(tx.audit.records()))
    assert not any(text in shown for text in ("Much", "Advice", "77.77", "777731", "Eva", "jansen"))
