"""What every store must find of what is past its time, and count alike."""

from datetime import timedelta

import pytest
from attrs import evolve

from worktraq.core.entries import State
from worktraq.core.erasing import (
    decided_by,
    decided_without_words,
    without_names,
    without_note,
    without_receipt,
    without_recipient,
)
from worktraq.core.holds import Held, HoldSubject, held, lifted, without_reason
from worktraq.core.privacy import ERASED
from worktraq.ports.unit_of_work import Store
from worktraq.testing.builders import (
    MONDAY,
    a_decision,
    a_request,
    a_time_entry,
    an_attestation,
    an_invitation,
    in_state,
)
from worktraq.testing.contracts.base import StoreContract, reading, writing
from worktraq.testing.contracts.erasing import stored_traces
from worktraq.testing.contracts.privacy import a_hold
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import Firm

LATER = BEGINNING + timedelta(days=1)
TOMORROW = MONDAY + timedelta(days=1)
NOTHING = Held()
EACH_THING = [each for each in HoldSubject if each is not HoldSubject.ORGANIZATION]


def held_as(firm: Firm, subject: HoldSubject) -> Held:
    """A hold on what the stored traces are about."""
    on = {
        HoldSubject.USER: firm.employee.id,
        HoldSubject.CONTACT: firm.contact.id,
        HoldSubject.CUSTOMER: firm.customer.id,
        HoldSubject.PROJECT: firm.project.id,
    }
    return held([a_hold(firm, on[subject], subject)])


class PastTimeContract(StoreContract):
    """What is past its time, the oldest first, and how much of it there is."""

    def test_what_is_past_its_time_is_found_until_it_is_erased(self, store: Store, firm: Firm) -> None:
        """Not before its time, and not while somebody is deciding on it."""
        made = stored_traces(store, firm)
        waiting = evolve(in_state(a_time_entry(firm.activity), State.AWAITING_CUSTOMER), note="x")
        open_request = a_request(firm.project, firm.employee, waiting)
        with writing(store, firm) as uow:
            uow.items.add(waiting)
            uow.requests.add(open_request)
        with reading(store, firm) as uow:
            past = uow.past_time
            assert list(past.notes(TOMORROW, NOTHING, 9)) == sorted(
                (made.entry, made.expense), key=lambda each: (each.on, each.id)
            )
            assert len(past.notes(TOMORROW, NOTHING, 1)) == 1
            assert list(past.receipts(TOMORROW, NOTHING, 9)) == [made.expense]
            assert list(past.comments(LATER, NOTHING, 9)) == [made.comment]
            assert list(past.requests(LATER, NOTHING, 9)) == [made.request]
            assert list(past.decisions(LATER, NOTHING, 9)) == [made.inside]
            assert list(past.invitations(LATER, NOTHING, 9)) == [made.invitation]
            assert list(past.invoices(made.invoice.issued_on + timedelta(1), NOTHING, 9)) == [made.invoice]
            assert list(past.notes(MONDAY, NOTHING, 9)) == list(past.receipts(MONDAY, NOTHING, 9)) == []
            assert not [*past.comments(BEGINNING, NOTHING, 9), *past.requests(BEGINNING, NOTHING, 9)]
            assert not [*past.decisions(BEGINNING, NOTHING, 9), *past.invitations(BEGINNING, NOTHING, 9)]
            assert list(past.invoices(made.invoice.issued_on, NOTHING, 9)) == []
        with writing(store, firm) as uow:
            uow.overwriter.items(without_note(made.entry), without_note(without_receipt(made.expense)))
            uow.overwriter.requests(without_recipient(made.request, ERASED))
            uow.overwriter.decisions(decided_without_words(decided_by(made.inside, ERASED)))
            uow.overwriter.invoices(without_names(made.invoice))
            past = uow.past_time
            assert not [*past.notes(TOMORROW, NOTHING, 9), *past.receipts(TOMORROW, NOTHING, 9)]
            assert not [*past.requests(LATER, NOTHING, 9), *past.decisions(LATER, NOTHING, 9)]
            assert not past.invoices(made.invoice.issued_on + timedelta(1), NOTHING, 9)

    def test_an_open_invitation_is_over_when_it_has_expired(self, store: Store, firm: Firm) -> None:
        """By the last day of its link, and not by when it was sent."""
        invitation = an_invitation(firm.employee)
        with writing(store, firm) as uow:
            uow.invitations.add(invitation)
        with reading(store, firm) as uow:
            assert list(uow.past_time.invitations(LATER, NOTHING, 9)) == []
            after = invitation.expires_at + timedelta(days=1)
            assert list(uow.past_time.invitations(after, NOTHING, 9)) == [invitation]

    @pytest.mark.parametrize("subject", EACH_THING)
    def test_what_is_held_is_left_out(self, store: Store, firm: Firm, subject: HoldSubject) -> None:
        """What names nothing that is held is found all the same."""
        made = stored_traces(store, firm)
        now = held_as(firm, subject)
        is_on_contact = subject is HoldSubject.CONTACT
        with reading(store, firm) as uow:
            past = uow.past_time
            left = [] if subject is HoldSubject.USER else [made.expense]
            assert list(past.notes(TOMORROW, now, 9)) == list(past.receipts(TOMORROW, now, 9)) == left
            assert not [*past.comments(LATER, now, 9), *past.requests(LATER, now, 9)]
            assert list(past.decisions(LATER, now, 9)) == []
            assert list(past.invitations(LATER, now, 9)) == [made.invitation]
            invoices = past.invoices(made.invoice.issued_on + timedelta(1), now, 9)
            assert list(invoices) == ([made.invoice] if is_on_contact else [])

    def test_what_somebody_who_is_held_did_is_left_out(self, store: Store, firm: Firm) -> None:
        """Remarks, decisions and invitations."""
        stored_traces(store, firm)
        by_manager = held([a_hold(firm, firm.manager.id, HoldSubject.USER)])
        colleague = held([a_hold(firm, firm.colleague.id, HoldSubject.USER)])
        with reading(store, firm) as uow:
            assert not [*uow.past_time.comments(LATER, by_manager, 9), *uow.past_time.decisions(LATER, by_manager, 9)]
            assert not uow.past_time.invitations(LATER, colleague, 9)

    def test_holds_that_were_lifted_are_past_their_time(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """By when they were lifted, the first one first; not when what they are on is held again."""
        later = BEGINNING + timedelta(hours=1)
        first = lifted(a_hold(firm, firm.customer.id), by=firm.admin.id, at=BEGINNING)
        second = lifted(a_hold(firm, firm.contact.id, HoldSubject.CONTACT), by=None, at=later)
        with writing(store, firm) as uow:
            uow.holds.add(second, first, a_hold(firm, firm.project.id, HoldSubject.PROJECT))
        with reading(store, firm) as uow:
            past, counts = uow.past_time, uow.past_time_counts
            assert list(past.holds(LATER, NOTHING, 9)) == [first, second]
            assert list(past.holds(LATER, NOTHING, 1)) == list(past.holds(later, NOTHING, 9)) == [first]
            assert list(past.holds(LATER, held_as(firm, HoldSubject.CUSTOMER), 9)) == [second]
            assert list(past.holds(LATER, held_as(firm, HoldSubject.CONTACT), 9)) == [first]
            assert (counts.evidence(LATER, NOTHING), counts.evidence(later, NOTHING)) == (2, 1)
        with reading(store, other_firm) as uow:
            assert list(uow.past_time.holds(LATER, NOTHING, 9)) == []
            assert uow.past_time_counts.evidence(LATER, NOTHING) == 0
        with writing(store, firm) as uow:
            uow.holds.save(without_reason(first), without_reason(second))
            assert list(uow.past_time.holds(LATER, NOTHING, 9)) == []

    def test_what_is_past_its_time_is_counted(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """With all that belongs to a request; nothing before its time, nor of another organization."""
        made = stored_traces(store, firm)
        waiting = evolve(in_state(a_time_entry(firm.activity), State.AWAITING_CUSTOMER), note="x")
        open_request = a_request(firm.project, firm.employee, waiting)
        with writing(store, firm) as uow:
            uow.items.add(waiting)
            uow.requests.add(open_request)
            uow.attestations.add(an_attestation(open_request))
            uow.decisions.add(evolve(a_decision(waiting, firm.manager), request_id=open_request.id))
        day_after = made.invoice.issued_on + timedelta(1)
        with reading(store, firm) as uow:
            counts = uow.past_time_counts
            assert (counts.notes(TOMORROW, NOTHING), counts.receipts(TOMORROW, NOTHING)) == (2, 1)
            assert (counts.comments(LATER, NOTHING), counts.invitations(LATER, NOTHING)) == (1, 1)
            assert counts.evidence(LATER, NOTHING) == 4  # the request, its decision and attestation, and one inside
            assert counts.invoices(day_after, NOTHING) == 1
            assert counts.notes(MONDAY, NOTHING) == counts.receipts(MONDAY, NOTHING) == 0
            assert counts.comments(BEGINNING, NOTHING) == counts.evidence(BEGINNING, NOTHING) == 0
            assert counts.invitations(BEGINNING, NOTHING) == counts.invoices(made.invoice.issued_on, NOTHING) == 0
        with reading(store, other_firm) as uow:
            counts = uow.past_time_counts
            assert counts.notes(TOMORROW, NOTHING) == counts.receipts(TOMORROW, NOTHING) == 0
            assert counts.comments(LATER, NOTHING) == counts.evidence(LATER, NOTHING) == 0
            assert counts.invitations(LATER, NOTHING) == counts.invoices(day_after, NOTHING) == 0

    @pytest.mark.parametrize("subject", EACH_THING)
    def test_what_is_held_is_not_counted(self, store: Store, firm: Firm, subject: HoldSubject) -> None:
        """The same that is left out where it is found."""
        made = stored_traces(store, firm)
        now, is_on_user = held_as(firm, subject), subject is HoldSubject.USER
        with reading(store, firm) as uow:
            counts = uow.past_time_counts
            assert counts.notes(TOMORROW, now) == counts.receipts(TOMORROW, now) == (0 if is_on_user else 1)
            assert counts.comments(LATER, now) == counts.evidence(LATER, now) == 0
            assert counts.invitations(LATER, now) == 1
            on_contact = subject is HoldSubject.CONTACT
            assert counts.invoices(made.invoice.issued_on + timedelta(1), now) == (1 if on_contact else 0)
