"""Evidence: the proof of a decision, and whether what was approved is still that."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.approval import Decision, DecisionKind
from worktraq.core.chains import Step
from worktraq.core.entries import Item, State
from worktraq.core.events import Event, EventName
from worktraq.core.evidence import (
    Attestation,
    Channel,
    DecidedLine,
    SentMail,
    Verification,
    decided_lines,
    mails_of,
    verified,
)
from worktraq.core.ids import OrganizationId, RequestId, UserId
from worktraq.core.signoff import ApprovalRequest, Line, RequestStatus, digest_of, line_of
from worktraq.testing.builders import (
    a_decision,
    a_request,
    a_time_entry,
    an_attestation,
    an_event,
    an_expense,
    in_state,
)
from worktraq.testing.firms import a_firm

FIRM = a_firm()
ITEMS = [
    in_state(a_time_entry(FIRM.activity), State.APPROVED),
    in_state(an_expense(FIRM.activity), State.INVOICED),
    in_state(a_time_entry(FIRM.activity), State.REJECTED),
]
LINES = [line_of(item, "Advice") for item in ITEMS]
ASKED = a_request(FIRM.project, FIRM.employee, *ITEMS, status=RequestStatus.DECIDED)
REQUEST = evolve(ASKED, digest=digest_of(LINES))
DECIDED = [evolve(item, request_id=REQUEST.id) for item in ITEMS]
ATTESTATION = evolve(
    an_attestation(REQUEST, *LINES),
    at=REQUEST.since,
    by=REQUEST.decided_by,
    comment=REQUEST.comment,
    lines=decided_lines(LINES, {ITEMS[2].id: "no"}, ""),
    digest=REQUEST.digest,
)
DECISIONS = [
    evolve(
        a_decision(item, FIRM.manager),
        kind=kind,
        step=Step.CUSTOMER,
        actor_name=ATTESTATION.by,
        comment=comment,
        request_id=REQUEST.id,
    )
    for item, kind, comment in zip(
        DECIDED, (DecisionKind.APPROVED, DecisionKind.APPROVED, DecisionKind.REJECTED), ("", "", "no"), strict=True
    )
]
EVENT = an_event(FIRM.id, REQUEST.id, EventName.REQUEST_DECIDED)
EVENTS = [
    an_event(FIRM.id, REQUEST.id, EventName.REQUEST_OPENED),
    evolve(EVENT, details=(("proof", ATTESTATION.proof),)),
]


def checked(
    attestation: Attestation | None = ATTESTATION,
    *,
    lines: list[Line] = LINES,
    items: list[Item] = DECIDED,
    decisions: list[Decision] = DECISIONS,
    request: ApprovalRequest = REQUEST,
    events: list[Event] = EVENTS,
) -> Verification:
    """The verdict, with one thing otherwise than it should be."""
    return verified(request, attestation, today=lines, items=items, decisions=decisions, events=events)


@pytest.mark.requirement("B-04")
def test_untouched_decision_verifies() -> None:
    """Lines, proof and items agree."""
    assert checked() == Verification(lines_match=True, proof_matches=True)
    assert checked().is_intact


@pytest.mark.requirement("B-07")
@pytest.mark.parametrize(
    "change",
    [
        lambda kept: evolve(kept, request_id=RequestId(UUID(int=7))),
        lambda kept: evolve(kept, organization_id=OrganizationId(UUID(int=7))),
        lambda kept: evolve(kept, at=kept.at + timedelta(microseconds=1)),
        lambda kept: evolve(kept, channel=Channel.ON_BEHALF),
        lambda kept: evolve(kept, by="Somebody else"),
        lambda kept: evolve(kept, user_id=UserId(UUID(int=7))),
        lambda kept: evolve(kept, address="192.0.2.99"),
        lambda kept: evolve(kept, comment="Of course"),
        lambda kept: evolve(kept, digest="1:" + "f" * 64),
        lambda kept: evolve(kept, lines=tuple(evolve(each, is_approved=True) for each in kept.lines)),
        lambda kept: evolve(kept, lines=tuple(evolve(each, comment="") for each in kept.lines)),
        lambda kept: evolve(kept, lines=kept.lines[1:]),
        lambda kept: evolve(kept, salt="0"),
    ],
    ids=str.split(
        "request organization instant channel person user address comment digest verdicts comments removed salt"
    ),
)
def test_any_change_of_what_is_kept_shows(change: Callable[[Attestation], Attestation]) -> None:
    """Whatever is altered afterwards does not give the proof in the audit trail."""
    found = checked(change(ATTESTATION))
    assert found.proof_matches is False
    assert not found.is_intact


@pytest.mark.requirement("B-04")
def test_line_that_was_altered_where_it_is_kept_shows() -> None:
    """The proof holds the digest of the lines, which the lines no longer give."""
    first, *others = ATTESTATION.lines
    forged = DecidedLine(evolve(first.line, note="Something else"), first.is_approved, first.comment)
    found = checked(evolve(ATTESTATION, lines=(forged, *others)))
    assert (found.lines_match, found.proof_matches, found.is_intact) == (False, True, False)


@pytest.mark.requirement("B-04")
def test_approved_line_that_changed_is_named() -> None:
    """Billed ones too; a rejected one may be corrected."""
    changed = [evolve(line, note="More work") for line in LINES]
    assert checked(lines=changed).changed == (ITEMS[0].id, ITEMS[1].id)
    assert not checked(lines=changed).is_intact
    assert checked(lines=[*LINES[:2], changed[2]]).is_intact


@pytest.mark.requirement("B-04")
def test_approved_line_that_is_gone_is_named() -> None:
    """Unless it was reopened before, which makes the decision void."""
    assert checked(lines=LINES[1:], items=DECIDED[1:]).changed == (ITEMS[0].id,)
    void = [evolve(DECISIONS[0], is_void=True), *DECISIONS[1:]]
    assert checked(lines=LINES[1:], items=DECIDED[1:], decisions=void).is_intact


@pytest.mark.parametrize(
    "reopened",
    [evolve(DECIDED[0], state=State.DRAFT), evolve(DECIDED[0], request_id=None)],
    ids=["draft", "asked again"],
)
def test_line_that_was_reopened_may_change(reopened: Item) -> None:
    """It is no longer what was approved, and the audit trail says so."""
    lines = [evolve(LINES[0], note="Corrected"), *LINES[1:]]
    assert checked(lines=lines, items=[reopened, *DECIDED[1:]]).is_intact


def test_request_without_a_decision_is_checked_by_its_lines() -> None:
    """There is nothing else to compare yet."""
    assert checked(None, events=EVENTS[:1]) == Verification(lines_match=True, proof_matches=None)
    assert checked(None, events=EVENTS[:1]).is_intact
    assert not checked(None, lines=LINES[1:], events=EVENTS[:1]).is_intact


@pytest.mark.requirement("B-04", "B-07")
def test_decision_whose_attestation_is_gone_is_proven_by_nothing() -> None:
    """The audit trail says that there was one."""
    assert checked(None) == Verification(lines_match=True, proof_matches=False)
    assert not checked(None).is_intact


@pytest.mark.requirement("B-04", "B-07")
@pytest.mark.parametrize(
    "change",
    [{"decided_by": "Mallory"}, {"comment": "Of course"}, {"since": REQUEST.since + timedelta(seconds=1)}],
    ids=["by", "comment", "at"],
)
def test_request_that_tells_otherwise_shows(change: Mapping[str, object]) -> None:
    """Overviews and mails read the request, so it has to say what is attested."""
    assert checked(request=evolve(REQUEST, **change)).proof_matches is False  # type: ignore[arg-type]  # names of a test


@pytest.mark.requirement("B-04", "B-07")
@pytest.mark.parametrize(
    "change",
    [{"kind": DecisionKind.REJECTED}, {"actor_name": "Mallory"}, {"on_behalf": True}, {"comment": "Of course"}],
    ids=["kind", "by", "behalf", "comment"],
)
def test_decision_that_tells_otherwise_shows(change: Mapping[str, object]) -> None:
    """Timesheets read the decisions; those inside the firm, and what was waived later, are not the customer's."""
    forged = evolve(DECISIONS[0], **change)  # type: ignore[arg-type]  # names of a test
    assert checked(decisions=[forged, *DECISIONS[1:]]).proof_matches is False
    assert checked(decisions=DECISIONS[1:]).proof_matches is False
    inside = evolve(forged, step=Step.INTERNAL)
    waived = evolve(forged, kind=DecisionKind.WAIVED)
    assert checked(decisions=[inside, *DECISIONS, waived]).is_intact


@pytest.mark.requirement("B-04")
def test_decision_on_behalf_has_its_reason_with_every_line() -> None:
    """What the customer said in another way stands with each decision."""
    kept = evolve(ATTESTATION, channel=Channel.ON_BEHALF, comment="by telephone")
    request = evolve(REQUEST, comment="by telephone")
    events = [EVENTS[0], evolve(EVENT, details=(("proof", kept.proof),))]
    decisions = [evolve(each, on_behalf=True, comment=each.comment or "by telephone") for each in DECISIONS]
    assert checked(kept, decisions=decisions, request=request, events=events).is_intact
    assert not checked(kept, request=request, events=events).is_intact


def test_proof_is_salted() -> None:
    """The same decision has another proof, so that nobody finds out by trying who it was."""
    assert evolve(ATTESTATION, salt="one").proof != evolve(ATTESTATION, salt="other").proof
    assert evolve(ATTESTATION, by="", address="").proof != ATTESTATION.proof


def test_address_and_salt_stay_out_of_logs() -> None:
    """What is kept is not shown by accident."""
    assert ATTESTATION.address not in repr(ATTESTATION)
    assert ATTESTATION.salt not in repr(ATTESTATION)


def test_rejected_line_without_a_comment_has_the_one_on_the_whole() -> None:
    """As its decision has."""
    one, two, three = decided_lines(LINES, {LINES[0].item_id: "", LINES[1].item_id: "late"}, "see mail")
    assert [(each.is_approved, each.comment) for each in (one, two, three)] == [
        (False, "see mail"),
        (False, "late"),
        (True, ""),
    ]


def test_mails_are_told_by_their_events() -> None:
    """What was sent first, again and as a reminder."""
    names = [
        EventName.REQUEST_OPENED,
        EventName.REQUEST_REMINDED,
        EventName.REQUEST_RENEWED,
        EventName.REQUEST_DECIDED,
    ]
    events = [an_event(FIRM.id, REQUEST.id, name) for name in names]
    assert mails_of(events) == tuple(SentMail(event.name, event.at) for event in events[:3])
