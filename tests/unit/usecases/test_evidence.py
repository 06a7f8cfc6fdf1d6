"""Evidence of what a customer decided: who, when, from where, about what; and that it is still that."""

import json

import pytest
from attrs import evolve

from tests.unit.usecases.firm import Office
from worktraq.core.actors import Actor
from worktraq.core.audit import Head
from worktraq.core.entries import Item, TimeEntry
from worktraq.core.events import EventName
from worktraq.core.evidence import SCHEMA, Channel, Evidence
from worktraq.core.ids import RequestId
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.serialization import from_json, to_json
from worktraq.usecases.transaction import Transaction


def decide(office: Office, request: ApprovalRequest, *accept: Item, name: str = "", address: str = "") -> None:
    """The customer approves some lines, and rejects the others."""
    with office.acting(office.contact(request)) as tx:
        shown = tx.signoff.shown()
        tx.signoff.decide(
            digest=shown.digest,
            accept=[item.id for item in accept],
            reject={line.item_id: "no" for line in shown.lines if line.item_id not in {item.id for item in accept}},
            comment="Thanks",
            name=name,
            address=address,
        )


def evidence_of(office: Office, request_id: RequestId) -> Evidence:
    """What the manager gets."""
    with office.viewing(office.manager) as tx:
        return tx.signoff.evidence(request_id)


@pytest.mark.requirement("B-07")
def test_decision_keeps_the_actual_person_time_address_and_channel(office: Office) -> None:
    """Several people share a mailbox: whoever decides says who he or she is."""
    kept, refused = office.time(), office.expense()
    request = office.asked(kept, refused)
    office.clock.tick()
    decide(office, request, kept, name="  Piet  ", address="2001:db8::1")
    attestation = evidence_of(office, request.id).attestation
    assert attestation is not None
    assert (attestation.by, attestation.at, attestation.address, attestation.channel, attestation.user_id) == (
        "Piet",
        office.clock.now,
        "2001:db8::1",
        Channel.LINK,
        None,
    )
    assert attestation.comment == "Thanks"
    assert [(each.line.item_id, each.is_approved, each.comment) for each in attestation.lines] == [
        (kept.id, True, ""),
        (refused.id, False, "no"),
    ]
    with office.viewing(office.manager) as tx:
        assert tx.signoff.get(request.id).request.decided_by == "Piet"
        assert tx.approval.decisions(kept.id)[-1].actor_name == "Piet"


def test_name_is_the_recipients_where_none_is_stated(office: Office) -> None:
    """And an address that is not known is empty."""
    item = office.time()
    request = office.asked(item)
    decide(office, request, item)
    attestation = evidence_of(office, request.id).attestation
    assert attestation is not None
    assert (attestation.by, attestation.address) == ("Bakkerij Jansen B.V.", "")


@pytest.mark.parametrize(
    ("name", "address"),
    [("x" * 201, ""), ("a\nb", ""), ("", "x" * 501), ("", "\x00")],
    ids=["long name", "two lines", "long address", "control"],
)
def test_stated_name_and_address_are_bounded(office: Office, name: str, address: str) -> None:
    """They are one line each."""
    item = office.time()
    contact = office.contact(office.asked(item))
    with office.viewing(contact) as tx:
        digest = tx.signoff.shown().digest

    def decide_as(tx: Transaction) -> None:
        tx.signoff.decide(digest=digest, accept=[item.id], name=name, address=address)

    office.refuses(contact, decide_as, InvalidInput)


@pytest.mark.requirement("B-07")
def test_decision_on_behalf_names_who_of_the_firm(office: Office) -> None:
    """With the reason, and without an address."""
    item = office.time()
    request = office.asked(item)
    with office.acting(office.manager) as tx:
        tx.signoff.decide_on_behalf(request.id, version=request.version, reason="By telephone", accept=[item.id])
    attestation = evidence_of(office, request.id).attestation
    assert attestation is not None
    assert (attestation.by, attestation.user_id, attestation.channel, attestation.comment) == (
        "Mo",
        office.firm.manager.id,
        Channel.ON_BEHALF,
        "By telephone",
    )


@pytest.mark.requirement("B-07")
def test_trail_holds_the_proof_and_no_person(office: Office) -> None:
    """A salted digest: name, address, comment and salt stand where they can be erased."""
    item = office.time()
    request = office.asked(item)
    decide(office, request, item, name="Piet Pietersen", address="192.0.2.7")
    office.engine.run_due()
    evidence = evidence_of(office, request.id)
    attestation = evidence.attestation
    assert attestation is not None
    (decided,) = [record.event for record in evidence.records if record.event.name is EventName.REQUEST_DECIDED]
    details = dict(decided.details)
    assert details == {"accepted": 1, "rejected": 0, "channel": "link", "proof": attestation.proof}
    for secret in ("Piet", "192.0.2.7", "Thanks", attestation.salt):
        assert secret not in to_json(list(evidence.records))


@pytest.mark.requirement("B-07")
def test_evidence_holds_all_that_led_to_the_decision(office: Office) -> None:
    """Mails, decisions of every step, and the records of the trail with their numbers and digests."""
    items = [office.time(), office.time()]
    request = office.asked(*items)
    with office.acting(office.manager) as tx:
        tx.signoff.remind(request.id, version=request.version)
    decide(office, request, *items)
    before = evidence_of(office, request.id)
    assert (before.records, before.head) == ((), Head(0, "0" * 64))
    office.engine.run_due()
    evidence = evidence_of(office, request.id)
    assert (before.unsealed, evidence.unsealed) == (len(evidence.records), 0)
    assert (evidence.schema, evidence.status, evidence.digest) == (SCHEMA, RequestStatus.DECIDED, request.digest)
    assert (evidence.employee_name, evidence.project_name) == ("Eva", "Advice")
    assert evidence.recipient == request.recipient
    assert [mail.kind for mail in evidence.mails] == [EventName.REQUEST_OPENED, EventName.REQUEST_REMINDED]
    assert len(evidence.decisions) == 4
    assert {record.event.subject_id for record in evidence.records} == {request.id, *(item.id for item in items)}
    with office.viewing(office.manager) as tx:
        assert tx.audit.head() == evidence.head
        records = {record.number: record for record in tx.audit.records()}
    assert all(records[record.number] == record for record in evidence.records)


@pytest.mark.requirement("B-07")
def test_evidence_is_exported_as_json(office: Office) -> None:
    """In a form with a number, names in order, the same for the same evidence; and it can be read again."""
    item = office.time()
    request = office.asked(item)
    decide(office, request, item)
    office.engine.run_due()
    evidence = evidence_of(office, request.id)
    text = to_json(evidence)
    assert text == to_json(evidence_of(office, request.id))
    assert from_json(text, Evidence) == evidence
    content = json.loads(text)
    assert content["schema"] == 1
    assert list(content) == sorted(content)
    assert "token" not in text


@pytest.mark.requirement("B-04")
def test_decision_verifies_as_long_as_nothing_changes(office: Office) -> None:
    """Before it, after it, and after a rejected line was corrected."""
    kept, refused = office.time(), office.time()
    request = office.asked(kept, refused)
    assert evidence_of(office, request.id).verification.is_intact
    decide(office, request, kept)
    with office.acting(office.eva) as tx:
        tx.approval.revise([refused.id])
        version = tx.entries.get(refused.id).version
        tx.entries.edit_time(refused.id, version=version, minutes=15)
    with office.viewing(office.manager) as tx:
        found = tx.signoff.verify(request.id)
    assert found.is_intact
    assert (found.lines_match, found.proof_matches, found.changed) == (True, True, ())


@pytest.mark.requirement("B-04")
def test_approved_line_that_was_altered_in_the_store_is_named(office: Office) -> None:
    """Nothing approved changes unnoticed, also where somebody goes around the library."""
    item, other = office.time(), office.time()
    request = office.asked(item, other)
    decide(office, request, item, other)
    with office.store.unit_of_work(office.firm.id, writes=True) as uow:
        stored = uow.items.find_many([item.id])[0]
        assert isinstance(stored, TimeEntry)
        uow.items.save(evolve(stored, minutes=600, version=stored.version + 1))
    with office.viewing(office.manager) as tx:
        found = tx.signoff.verify(request.id)
    assert (found.is_intact, found.changed) == (False, (item.id,))


@pytest.mark.requirement("B-07")
def test_attestation_that_was_altered_in_the_store_shows(office: Office) -> None:
    """Also when somebody only writes another name."""
    item = office.time()
    request = office.asked(item)
    decide(office, request, item)
    with office.store.unit_of_work(office.firm.id, writes=True) as uow:
        kept = uow.attestations.find(request.id)
        assert kept is not None
        uow.attestations._table.put(request.id, evolve(kept, by="Somebody else"))
    with office.viewing(office.manager) as tx:
        assert tx.signoff.verify(request.id).proof_matches is False


@pytest.mark.requirement("W-03")
def test_evidence_is_for_managers(office: Office) -> None:
    """Neither for an employee nor for the customer, and nothing of another organization exists."""
    item = office.time()
    request = office.asked(item)
    for actor in (office.eva, office.contact(request)):
        office.refuses(actor, lambda tx: tx.signoff.evidence(request.id), Refused)
        office.refuses(actor, lambda tx: tx.signoff.verify(request.id), Refused)
    office.refuses(office.stranger, lambda tx: tx.signoff.evidence(request.id), NotFound)


@pytest.mark.requirement("B-07")
def test_records_taken_off_the_end_of_the_trail_show(office: Office) -> None:
    """To who kept the head: a number and a digest, as plain values too."""
    office.time()
    office.engine.run_due()
    with office.viewing(office.manager) as tx:
        head = tx.audit.head()
        assert tx.audit.verify(expected_head=head) is None
        assert tx.audit.verify(expected_head=(head.number, head.digest)) is None
    with office.store.unit_of_work(office.firm.id, writes=True) as uow:
        uow.events._chain.delete(head.number)
    with office.viewing(office.manager) as tx:
        assert tx.audit.verify() is None
        assert tx.audit.verify(expected_head=head) == head.number


def test_sealing_is_done_in_parts(office: Office) -> None:
    """At most so many at a time, as a sealer wants it."""
    office.time()
    office.time()
    with office.acting(Actor.system(office.firm.id)) as tx:
        assert tx.audit.seal(limit=1) == 1
        assert tx.audit.seal(limit=5) == 1
        assert tx.audit.seal() == 0
