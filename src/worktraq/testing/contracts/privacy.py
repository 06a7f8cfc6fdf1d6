"""What every store must do with legal holds, periods of retention, and who was erased."""

from datetime import timedelta
from uuid import UUID

from attrs import evolve

from worktraq.core.holds import HoldSubject, LegalHold, lifted
from worktraq.core.ids import HoldId
from worktraq.core.paging import PageRequest, read_cursor
from worktraq.core.privacy import Erasure, ErasureCause, PersonKind, Texts
from worktraq.core.retention import default_retention
from worktraq.ports.unit_of_work import Store
from worktraq.testing.builders import MONDAY, new_id
from worktraq.testing.contracts.base import StoreContract, conflict, read_only, reading, writing
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import Firm


def a_hold(firm: Firm, subject_id: UUID, subject: HoldSubject = HoldSubject.CUSTOMER) -> LegalHold:
    """A hold of a firm, in force."""
    return LegalHold(
        id=HoldId(new_id()),
        organization_id=firm.id,
        subject=subject,
        subject_id=subject_id,
        reason="Dispute\nof 2025",
        placed_at=BEGINNING,
        placed_by=firm.admin.id,
    )


def an_erasure(firm: Firm, subject_id: UUID) -> Erasure:
    """That somebody was erased."""
    return Erasure(
        subject_id=subject_id,
        organization_id=firm.id,
        kind=PersonKind.CONTACT,
        pseudonym="Erased 123456789abc",
        cause=ErasureCause.REQUESTED,
        texts=Texts.KEEP,
        at=BEGINNING,
        by=None,
    )


class PrivacyContract(StoreContract):
    """Holds that are placed and lifted, one erasure per person, and one set of periods."""

    def test_holds_are_found_by_what_they_are_on(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """In force or lifted; those of another organization are not there."""
        first, second = a_hold(firm, firm.customer.id), a_hold(firm, firm.contact.id, HoldSubject.CONTACT)
        with writing(store, firm) as uow:
            uow.holds.add(first, second)
            uow.holds.save(lifted(second, by=firm.admin.id, at=BEGINNING + timedelta(1)))
        gone = lifted(second, by=firm.admin.id, at=BEGINNING + timedelta(1))
        with reading(store, firm) as uow:
            assert uow.holds.find(second.id) == gone
            assert list(uow.holds.in_force()) == [first]
            assert list(uow.holds.on(firm.contact.id)) == [gone]
            assert uow.holds.page(PageRequest(), is_in_force=None).items == (gone, first)
            assert uow.holds.page(PageRequest(), is_in_force=True).items == (first,)
            assert uow.holds.page(PageRequest(), is_in_force=False).items == (gone,)
            page = uow.holds.page(PageRequest(1), is_in_force=None)
            assert page.next is not None
            assert uow.holds.page(PageRequest(1, read_cursor(page.next)), is_in_force=None).items == (first,)
        with reading(store, other_firm) as uow:
            assert list(uow.holds.in_force()) == list(uow.holds.on(firm.customer.id)) == []

    def test_a_person_is_erased_under_one_record(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Which only goes up, one version after the other."""
        erasure, other = an_erasure(firm, firm.contact.id), an_erasure(firm, firm.employee.id)
        with writing(store, firm) as uow:
            uow.erasures.put(erasure)
            uow.erasures.put(other)
            uow.erasures.put(evolve(erasure, texts=Texts.ERASE, by=firm.admin.id, version=2))
        for stale in (erasure, evolve(erasure, version=2), evolve(erasure, version=4)):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.erasures.put(stale)
        with conflict("changed_meanwhile"), writing(store, other_firm) as uow:
            uow.erasures.put(erasure)
        with reading(store, firm) as uow:
            found = uow.erasures.find(firm.contact.id)
            assert found == evolve(erasure, texts=Texts.ERASE, by=firm.admin.id, version=2)
            both = sorted((found, other), key=lambda each: each.subject_id)
            first = uow.erasures.page(PageRequest(1))
            assert list(first) == both[:1]
            assert first.next is not None
            assert list(uow.erasures.page(PageRequest(1, read_cursor(first.next)))) == both[1:]
            assert uow.erasures.find(firm.manager.id) is None
        with reading(store, other_firm) as uow:
            assert uow.erasures.find(firm.contact.id) is None

    def test_periods_are_kept_with_those_that_are_for_ever(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Once chosen; before there are none."""
        chosen = evolve(default_retention(firm.id, "NL"), notes=None, comments=1, version=1)
        with reading(store, firm) as uow:
            assert uow.retentions.find() is None
        with writing(store, firm) as uow:
            uow.retentions.put(chosen)
            uow.retentions.put(evolve(chosen, notes=12, version=2))
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.retentions.put(chosen)
        with reading(store, firm) as uow:
            assert uow.retentions.find() == evolve(chosen, notes=12, version=2)
        with reading(store, other_firm) as uow:
            assert uow.retentions.find() is None

    def test_the_last_round_is_remembered(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """By its day, forwards and backwards."""
        for on in (MONDAY, MONDAY, MONDAY - timedelta(1)):
            with writing(store, firm) as uow:
                uow.retentions.note_applied(on)
            with reading(store, firm) as uow:
                assert uow.retentions.applied_on() == on
        with reading(store, other_firm) as uow:
            assert uow.retentions.applied_on() is None

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing is placed, erased or chosen without `writes`."""
        with read_only(), reading(store, firm) as uow:
            uow.holds.add(a_hold(firm, firm.customer.id))
        with read_only(), reading(store, firm) as uow:
            uow.erasures.put(an_erasure(firm, firm.contact.id))
        with read_only(), reading(store, firm) as uow:
            uow.retentions.put(evolve(default_retention(firm.id, ""), version=1))
        with read_only(), reading(store, firm) as uow:
            uow.retentions.note_applied(MONDAY)
