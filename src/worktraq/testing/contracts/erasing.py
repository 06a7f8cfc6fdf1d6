"""What every store must find about a person, write over and forget."""

from datetime import time, timedelta

import pytest
from attrs import evolve, frozen

from worktraq.core.approval import Decision
from worktraq.core.comments import Comment
from worktraq.core.entries import Expense, State, TimeEntry
from worktraq.core.erasing import (
    attested_by,
    attested_without_notes,
    attested_without_words,
    decided_by,
    decided_without_words,
    with_decider,
    without_names,
    without_note,
    without_receipt,
    without_recipient,
    without_words,
)
from worktraq.core.evidence import Attestation
from worktraq.core.imports import ImportKind, ImportLink
from worktraq.core.invitations import Invitation, InvitationStatus
from worktraq.core.invoices import Invoice
from worktraq.core.notifications import Intent
from worktraq.core.privacy import Person, PersonKind
from worktraq.core.questions import Question
from worktraq.core.signoff import ApprovalRequest, Line, Recipient, RequestStatus
from worktraq.ports.erasing import InvoicesNaming
from worktraq.ports.unit_of_work import Store
from worktraq.testing.bills import a_line, an_invoice
from worktraq.testing.builders import (
    MONDAY,
    a_comment,
    a_decision,
    a_request,
    a_time_entry,
    an_attestation,
    an_expense,
    an_intent,
    an_invitation,
    in_state,
)
from worktraq.testing.contracts.base import StoreContract, conflict, read_only, reading, writing
from worktraq.testing.contracts.connections import a_question
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import Firm

LATER = BEGINNING + timedelta(days=1)
TOMORROW = MONDAY + timedelta(days=1)


@frozen
class Traces:
    """One record of each kind that names people by the way."""

    entry: TimeEntry
    expense: Expense
    request: ApprovalRequest
    attestation: Attestation
    inside: Decision
    by_customer: Decision
    comment: Comment
    intent: Intent
    link: ImportLink
    asked: Question
    suggested: Question
    invitation: Invitation
    invoice: Invoice


def stored_traces(store: Store, firm: Firm) -> Traces:
    """Eva's work, what was said about it, and an invoice of it, stored."""
    entry = evolve(
        in_state(a_time_entry(firm.activity), State.INVOICED),
        note="Called Eva",
        starts_at=time(9),
        utc_offset=120,
        contact_id=firm.contact.id,
    )
    expense = evolve(in_state(an_expense(firm.loose_activity), State.APPROVED), note="Bus", receipt_reference="R-1")
    recipient = Recipient(firm.contact.id, "Piet", "piet@jansen.example", "nl")
    asked = a_request(firm.project, firm.employee, entry, recipient=recipient, status=RequestStatus.DECIDED)
    request = evolve(asked, decided_by="Piet", comment="Thanks", previous_token_hash=b"p" * 32)
    shown = Line(entry.id, entry.on, "", entry.note, entry.minutes, None)
    inside = evolve(a_decision(entry, firm.manager), comment="Good")
    made = Traces(
        entry=entry,
        expense=expense,
        request=request,
        attestation=evolve(an_attestation(request, shown), comment="Thanks", user_id=firm.manager.id),
        inside=inside,
        by_customer=evolve(a_decision(entry, firm.manager), actor_id=None, request_id=request.id, comment="x"),
        comment=a_comment(entry, firm.manager),
        intent=evolve(an_intent(firm.employee, entry), request_id=request.id),
        link=ImportLink(firm.id, "excel", ImportKind.CUSTOMER, "7", firm.customer.id, "0" * 64, "{}"),
        asked=evolve(a_question(firm, "7"), source="excel"),
        suggested=evolve(a_question(firm, "8"), entity_id=firm.customer.id),
        invitation=an_invitation(firm.colleague, status=InvitationStatus.ACCEPTED),
        invoice=an_invoice(firm.customer, evolve(a_line(entry, project=firm.project), user_id=firm.employee.id)),
    )
    with writing(store, firm) as uow:
        uow.items.add(made.entry, made.expense)
        uow.requests.add(made.request)
        uow.attestations.add(made.attestation)
        uow.decisions.add(made.inside, made.by_customer)
        uow.comments.add(made.comment)
        uow.outbox.add(made.intent)
        uow.import_links.add(made.link)
        uow.questions.add(made.asked, made.suggested, a_question(firm, "7"))
        uow.invitations.add(made.invitation)
        uow.invoices.add(made.invoice)
    return made


class TracesContract(StoreContract):
    """What stands about people by the way."""

    def test_everything_about_a_person_is_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """By who did it, or about whom it is."""
        made = stored_traces(store, firm)
        with reading(store, firm) as uow:
            traces = uow.traces
            assert list(traces.decisions_by(firm.manager.id)) == [made.inside]
            assert list(traces.comments_of(firm.manager.id, on_items=False)) == [made.comment]
            assert list(traces.comments_of(firm.employee.id, on_items=False)) == []
            assert list(traces.comments_of(firm.employee.id, on_items=True)) == [made.comment]
            assert list(traces.attestations(user_id=firm.manager.id)) == [made.attestation]
            both = traces.attestations(request_ids=[made.request.id], user_id=firm.manager.id)
            assert list(both) == [made.attestation]
            assert list(traces.attestations()) == []
            assert list(traces.imports_of(firm.customer.id)) == [made.link]
            about = sorted((made.asked, made.suggested), key=lambda each: each.id)
            assert list(traces.questions_about(firm.customer.id)) == about
            assert list(traces.questions_about(firm.contact.id)) == []
            assert list(traces.intents_to(user_id=firm.employee.id, request_ids=())) == [made.intent.id]
            assert list(traces.intents_to(user_id=None, request_ids=[made.request.id])) == [made.intent.id]
            assert list(traces.intents_to(user_id=None, request_ids=())) == []
        with reading(store, other_firm) as uow:
            assert list(uow.traces.decisions_by(firm.manager.id)) == []
            assert list(uow.traces.attestations(request_ids=[made.request.id])) == []
            assert list(uow.traces.imports_of(firm.customer.id)) == []
            assert list(uow.traces.questions_about(firm.customer.id)) == []

    def test_messages_that_were_delivered_are_found(self, store: Store, firm: Firm) -> None:
        """As long as the outbox remembers them, which it does until they are forgotten."""
        made = stored_traces(store, firm)
        claimed = store.claims.claim(100, timedelta(minutes=5), firm.id)
        assert store.claims.complete(*claimed) == len(claimed)
        with writing(store, firm) as uow:
            assert list(uow.traces.intents_to(user_id=firm.employee.id, request_ids=())) == [made.intent.id]
            uow.forgetter.intents([made.intent.id])
        with reading(store, firm) as uow:
            assert list(uow.traces.intents_to(user_id=firm.employee.id, request_ids=())) == []

    def test_invoices_that_name_a_person_are_counted(self, store: Store, firm: Firm) -> None:
        """With the last date on one of them; those without names no longer."""
        made = stored_traces(store, firm)
        named, none = InvoicesNaming(1, made.invoice.issued_on), InvoicesNaming(0, None)
        expected = {
            Person(PersonKind.CUSTOMER, firm.customer.id): named,
            Person(PersonKind.CUSTOMER, firm.other_customer.id): none,
            Person(PersonKind.USER, firm.employee.id): named,
            Person(PersonKind.USER, firm.manager.id): none,
            Person(PersonKind.CONTACT, firm.contact.id): none,
        }
        with reading(store, firm) as uow:
            assert {person: uow.traces.invoices_naming(person) for person in expected} == expected
        with writing(store, firm) as uow:
            uow.overwriter.invoices(without_names(made.invoice))
            assert {uow.traces.invoices_naming(person) for person in expected} == {none}

    def test_only_what_may_be_erased_is_written_over(self, store: Store, firm: Firm) -> None:
        """Everything else, versions too, stays as it was stored."""
        made = stored_traces(store, firm)
        request = without_words(with_decider(without_recipient(made.request, "X"), "X"))
        attestation = attested_without_notes(attested_without_words(attested_by(made.attestation, "X")))
        decisions = [decided_without_words(decided_by(each, "X")) for each in (made.inside, made.by_customer)]
        with writing(store, firm) as uow:
            uow.overwriter.items(evolve(without_note(made.entry), is_waived=True), without_receipt(made.expense))
            uow.overwriter.requests(evolve(request, minutes=1))
            uow.overwriter.attestations(attestation)
            uow.overwriter.decisions(*(evolve(each, is_void=True) for each in decisions))
            uow.overwriter.invoices(evolve(without_names(made.invoice), number="other"))
        with reading(store, firm) as uow:
            assert uow.items.find(made.entry.id) == without_note(made.entry)
            assert uow.items.find(made.expense.id) == without_receipt(made.expense)
            assert uow.requests.find(request.id) == request
            assert uow.attestations.find(request.id) == attestation
            found = uow.decisions.of_items([made.entry.id])
            assert list(found) == sorted(decisions, key=lambda each: (each.at, each.id))
            assert uow.invoices.find(made.invoice.id) == without_names(made.invoice)

    def test_what_was_changed_meanwhile_is_not_written_over(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Nor what is not there, or is of another organization."""
        made = stored_traces(store, firm)
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.overwriter.items(evolve(made.entry, version=made.entry.version + 1))
        with conflict("changed_meanwhile"), writing(store, firm) as uow:
            uow.overwriter.requests(evolve(made.request, version=made.request.version + 1))
        other = stored_traces(store, other_firm)
        with pytest.raises(Exception), writing(store, firm) as uow:  # noqa: B017,PT011  # not found, or changed
            uow.overwriter.items(other.entry)
        with reading(store, other_firm) as uow:
            assert uow.items.find(other.entry.id) == other.entry

    def test_what_need_not_be_kept_is_forgotten(self, store: Store, firm: Firm) -> None:
        """What is not there is no error."""
        made = stored_traces(store, firm)
        for _ in range(2):
            with writing(store, firm) as uow:
                uow.forgetter.comments([made.comment.id])
                uow.forgetter.imports([made.link])
                uow.forgetter.intents([made.intent.id])
        with reading(store, firm) as uow:
            assert uow.comments.find(made.comment.id) is None
            assert list(uow.traces.imports_of(firm.customer.id)) == []
            assert list(uow.traces.intents_to(user_id=firm.employee.id, request_ids=[made.request.id])) == []

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing is written over or forgotten without `writes`."""
        made = stored_traces(store, firm)
        with read_only(), reading(store, firm) as uow:
            uow.overwriter.items(made.entry)
        with read_only(), reading(store, firm) as uow:
            uow.overwriter.requests(made.request)
        with read_only(), reading(store, firm) as uow:
            uow.overwriter.decisions(made.inside)
        with read_only(), reading(store, firm) as uow:
            uow.overwriter.attestations(made.attestation)
        with read_only(), reading(store, firm) as uow:
            uow.overwriter.invoices(made.invoice)
        with read_only(), reading(store, firm) as uow:
            uow.forgetter.comments([made.comment.id])
        with read_only(), reading(store, firm) as uow:
            uow.forgetter.imports([made.link])
        with read_only(), reading(store, firm) as uow:
            uow.forgetter.intents([made.intent.id])
