"""What every store must do with events."""

from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.audit import SealedEvent, first_broken, sealed
from worktraq.core.events import Event, EventName
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import an_event, new_id
from worktraq.testing.contracts.base import StoreContract, many_examples, read_only, reading, rolled_back, writing
from worktraq.testing.contracts.repository import MANY
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import Firm


class EventLogContract(StoreContract):
    """Events: appended, sealed, never changed or removed."""

    def appended(self, store: Store, firm: Firm, number: int) -> list[Event]:
        """Events about the firm's customer, appended in an order that is not that of their ids."""
        events = [an_event(firm.id, firm.customer.id, by=firm.admin) for _ in range(number)]
        with writing(store, firm) as uow:
            uow.events.append(*reversed(events))
        return events

    def seal(self, uow: UnitOfWork, limit: int = 100) -> list[SealedEvent]:
        """Seal some events, as the use case does."""
        uow.organizations.lock()
        records = list(sealed(uow.events.unsealed(limit), uow.events.head()))
        uow.events.seal(*records)
        return records

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Sealed or not; a number in the details stays a number, a text that looks like one a text."""
        events = data.draw(st.lists(strategies.events(firm), min_size=1, max_size=4, unique_by=lambda event: event.id))
        with rolled_back(store, firm) as uow:
            uow.events.append(*events)
            assert list(uow.events.unsealed(100)) == sorted(events, key=lambda event: event.id)
            records = self.seal(uow)
            assert list(uow.events.chain(0, None)) == records
            assert [event for one in events for event in uow.events.history(one.subject_id) if event == one] == events

    def test_history_is_of_one_thing_and_in_order_of_instant(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Then of id; sealed and unsealed events together."""
        later = an_event(firm.id, firm.customer.id, at=BEGINNING + timedelta(microseconds=2))
        sooner = an_event(firm.id, firm.customer.id, at=BEGINNING + timedelta(microseconds=1))
        same = an_event(
            firm.id, firm.customer.id, EventName.CUSTOMER_ARCHIVED, at=BEGINNING + timedelta(microseconds=1)
        )
        other = an_event(firm.id, firm.other_customer.id)
        with writing(store, firm) as uow:
            uow.events.append(later, same, other)
            self.seal(uow)
            uow.events.append(sooner)
        with reading(store, firm) as uow:
            assert list(uow.events.history(firm.customer.id)) == [sooner, same, later]
            assert list(uow.events.history(new_id())) == []
        with reading(store, other_firm) as uow:
            assert list(uow.events.history(firm.customer.id)) == []

    def test_unsealed_events_come_in_order_of_their_ids(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """As many as are asked for, and only of this organization."""
        events = self.appended(store, firm, 5)
        with reading(store, firm) as uow:
            assert list(uow.events.unsealed(3)) == events[:3]
            assert list(uow.events.unsealed(100)) == events
        with reading(store, other_firm) as uow:
            assert list(uow.events.unsealed(100)) == []

    def test_nothing_is_sealed_at_first(self, store: Store, firm: Firm) -> None:
        """The chain is empty and has no head."""
        self.appended(store, firm, 2)
        with reading(store, firm) as uow:
            assert uow.events.head() is None
            assert list(uow.events.chain(0, None)) == []

    def test_sealed_events_leave_the_unsealed_ones(self, store: Store, firm: Firm) -> None:
        """The head is the last record, and what is left is sealed next."""
        events = self.appended(store, firm, 5)
        with writing(store, firm) as uow:
            records = self.seal(uow, limit=2)
        with reading(store, firm) as uow:
            assert [record.event for record in records] == events[:2]
            assert uow.events.head() == records[-1]
            assert list(uow.events.unsealed(100)) == events[2:]

    @pytest.mark.requirement("B-07")
    def test_the_chain_goes_on_over_batches(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Events that come late, with an id before sealed ones, go to its end; every digest follows from the last."""
        late = an_event(firm.id, firm.customer.id)
        self.appended(store, firm, 5)
        self.appended(store, other_firm, 3)
        with writing(store, firm) as uow:
            first = self.seal(uow, limit=3)
        with writing(store, firm) as uow:
            uow.events.append(late)
            second = self.seal(uow)
        with writing(store, other_firm) as uow:
            self.seal(uow)
        with reading(store, firm) as uow:
            chain = list(uow.events.chain(0, None))
        assert chain == [*first, *second]
        assert [record.number for record in chain] == [1, 2, 3, 4, 5, 6]
        assert first_broken(chain) is None
        assert late in [record.event for record in second]

    def test_a_part_of_the_chain_can_be_read(self, store: Store, firm: Firm) -> None:
        """What stands behind a number, as much as is asked for."""
        self.appended(store, firm, 5)
        with writing(store, firm) as uow:
            records = self.seal(uow)
        with reading(store, firm) as uow:
            assert list(uow.events.chain(2, None)) == records[2:]
            assert list(uow.events.chain(2, 2)) == records[2:4]
            assert list(uow.events.chain(5, 10)) == []

    @pytest.mark.requirement("B-07")
    def test_records_about_some_things_are_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """In the order of the chain; what is not sealed yet is none of them."""
        things = [new_id() for _ in range(3)]
        events = [an_event(firm.id, thing) for thing in (*things, *things)]
        with writing(store, firm) as uow:
            uow.events.append(*events)
            records = self.seal(uow, limit=5)
        with reading(store, firm) as uow:
            assert list(uow.events.records_of([things[2], things[0]])) == [records[0], records[2], records[3]]
            assert list(uow.events.records_of([])) == []
        with reading(store, other_firm) as uow:
            assert list(uow.events.records_of(things)) == []

    def test_many_events_are_appended_and_sealed(self, store: Store, firm: Firm) -> None:
        """In bulk, and read in order."""
        events = self.appended(store, firm, MANY)
        with writing(store, firm) as uow:
            records = self.seal(uow, limit=MANY + 1)
        with reading(store, firm) as uow:
            chain = list(uow.events.chain(0, None))
        assert [record.event for record in chain] == events
        assert chain == records

    def test_appending_and_sealing_nothing_is_allowed(self, store: Store, firm: Firm) -> None:
        """An empty bulk changes nothing."""
        with writing(store, firm) as uow:
            uow.events.append()
            uow.events.seal()
        with reading(store, firm) as uow:
            assert uow.events.head() is None

    def test_what_is_rolled_back_never_happened(self, store: Store, firm: Firm) -> None:
        """An error in the transaction leaves neither event nor seal."""
        events = self.appended(store, firm, 2)
        with rolled_back(store, firm) as uow:
            uow.events.append(an_event(firm.id, firm.customer.id))
            self.seal(uow)
        with reading(store, firm) as uow:
            assert list(uow.events.unsealed(100)) == events
            assert uow.events.head() is None

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing is appended or sealed without `writes`."""
        (event,) = self.appended(store, firm, 1)
        with read_only(), reading(store, firm) as uow:
            uow.events.append(evolve(event, id=an_event(firm.id, firm.customer.id).id))
        with read_only(), reading(store, firm) as uow:
            uow.events.seal(*sealed([event], None))
