"""The evidence of a decision as PDF."""

from uuid import UUID

import pytest
from attrs import evolve

from tests.unit.adapters.pdf.sheets import is_tagged, root_of, text_of
from tests.unit.usecases.firm import Office, an_office
from tests.unit.usecases.test_evidence import decide, evidence_of
from worktraq.adapters.pdf import TypstTimesheets
from worktraq.core.approval import DecisionKind
from worktraq.core.evidence import Evidence, Verification
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.ids import ItemId
from worktraq.core.signoff import RequestStatus

WRITER = TypstTimesheets()


def decided(office: Office) -> Evidence:
    """Of a request with a decision on each of its lines, and a reminder before."""
    kept, refused = office.time(), office.expense()
    request = office.asked(kept, refused)
    with office.acting(office.manager) as tx:
        tx.signoff.remind(request.id, version=request.version)
        request = tx.signoff.renew(request.id, version=tx.signoff.get(request.id).request.version)
    decide(office, request, kept, name='#read("/etc/passwd")', address="2001:db8::1")
    office.engine.run_due()
    return evidence_of(office, request.id)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """Evidence of a decision."""
    return decided(an_office())


@pytest.mark.requirement("B-07")
def test_evidence_says_who_decided_from_where_and_about_what(evidence: Evidence) -> None:
    """With the lines as shown, the mails, and the audit trail with its digests."""
    shown = text_of(WRITER.render_evidence(evidence, "en"))
    for text in (
        *("Evidence of approval", "Eva", "Bakkerij Jansen B.V.", "2001:db8::1", '#read("/etc/passwd")', "Thanks"),
        *("rejected: no", "approved inside the firm", "reminder", "request with a new link", "request.decided"),
        *("through the link in the mail", "Checked: what was approved has not been changed since."),
    ):
        assert text in shown
    digests = shown.replace(" ", "")
    assert all(record.digest in digests for record in evidence.records)
    assert evidence.head.digest in digests


@pytest.mark.requirement("B-04")
@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Verification(True, False), "does not agree with the audit trail"),
        (Verification(False, True), "does not agree with the audit trail"),
        (Verification(True, True, (ItemId(UUID(int=1)),)), "1 approved line is no longer"),
    ],
    ids=["proof", "lines", "changed"],
)
def test_what_does_not_verify_is_said_first(evidence: Evidence, found: Verification, expected: str) -> None:
    """Before anything else."""
    shown = text_of(WRITER.render_evidence(evolve(evidence, verification=found), "en"))
    assert shown.index(expected) < shown.index("Eva")


def test_open_request_has_evidence_too() -> None:
    """Of what was sent; what is not sealed yet is counted."""
    office = an_office()
    request = office.asked(office.time())
    shown = text_of(WRITER.render_evidence(evidence_of(office, request.id), "en"))
    assert "Nothing has been decided yet" in shown
    assert "have no place in the audit trail yet" in shown


@pytest.mark.parametrize(
    ("status", "matches", "expected"),
    [
        (RequestStatus.DECIDED, True, "the lines are still those that were decided"),
        (RequestStatus.DECIDED, False, "The lines are no longer those that were decided"),
        (RequestStatus.SUPERSEDED, False, "Nothing has been decided, and the lines have been changed"),
    ],
    ids=["decided", "changed", "superseded"],
)
def test_where_little_is_kept_the_lines_are_compared(
    evidence: Evidence, status: RequestStatus, matches: bool, expected: str
) -> None:
    """As with decisions of a version that kept no more than a digest."""
    old = evolve(evidence, attestation=None, status=status, verification=Verification(matches, None))
    assert expected in text_of(WRITER.render_evidence(old, "en"))


def test_decision_of_the_firm_is_told_apart(evidence: Evidence) -> None:
    """On the customer's behalf, without the customer, and void ones."""
    of_customer = evidence.decisions[-1]
    decisions = (
        evolve(of_customer, on_behalf=True, kind=DecisionKind.APPROVED),
        evolve(of_customer, on_behalf=True, kind=DecisionKind.REJECTED, is_void=True),
        evolve(of_customer, kind=DecisionKind.WAIVED),
        evolve(evidence.decisions[0], kind=DecisionKind.REJECTED),
    )
    office = an_office()
    item = office.time()
    request = office.asked(item)
    with office.acting(office.manager) as tx:
        tx.signoff.decide_on_behalf(request.id, version=request.version, reason="By phone", accept=[item.id])
    behalf = evolve(evidence_of(office, request.id), decisions=decisions)
    shown = text_of(WRITER.render_evidence(behalf, "en")).replace("’", "'")
    for text in (
        *("by the firm, on behalf of the customer", "approved on behalf of the customer", "rejected inside the firm"),
        *("rejected on behalf of the customer (void)", "gone on without the customer's approval"),
    ):
        assert text in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence_is_accessible_and_the_same_again(evidence: Evidence, language: str) -> None:
    """Tagged, with title and language, the same bytes for the same evidence."""
    pdf = WRITER.render_evidence(evidence, language)
    assert TypstTimesheets().render_evidence(evidence, language) == pdf
    assert is_tagged(pdf)
    assert str(root_of(pdf)["/Lang"]) == language
