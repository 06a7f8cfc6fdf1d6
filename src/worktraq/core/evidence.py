"""Proof of what a customer decided: what was shown, who said what from where, and that nothing changed since (B-04, B-07)."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from attrs import evolve, field, frozen

from worktraq.core.approval import Decision, DecisionKind
from worktraq.core.audit import Head, SealedEvent
from worktraq.core.calendar import Period
from worktraq.core.chains import Step
from worktraq.core.entries import Item, State
from worktraq.core.events import Event, EventName
from worktraq.core.ids import ItemId, OrganizationId, RequestId, UserId
from worktraq.core.signoff import ApprovalRequest, Line, Recipient, RequestStatus, digest_of

SCHEMA = 1
"""Goes up when the form of exported evidence changes."""

_PROOF = "proof"
NAMES = "names"
"""Says in an event that who decided on a request, or what was said then, was erased."""
NOTES = "notes"
"""Says in an event that the notes of its lines were erased."""
_MAILS = (EventName.REQUEST_OPENED, EventName.REQUEST_RENEWED, EventName.REQUEST_REMINDED)
_KEPT = frozenset({State.APPROVED, State.INVOICED})


class Channel(StrEnum):
    """How a decision came in."""

    LINK = "link"
    ON_BEHALF = "on_behalf"


@frozen
class DecidedLine:
    """A line as it was shown, with what was said about it.

    Attributes:
        line: As it was shown.
        is_approved: Whether it was approved.
        comment: What was said about it; may be empty.
    """

    line: Line
    is_approved: bool
    comment: str


@frozen(kw_only=True)
class Attestation:
    """What is kept of a decision on a request, apart from the request, so that it can be erased by itself.

    Attributes:
        request_id: The request that was decided.
        organization_id: Whose request it is.
        at: When, in UTC.
        channel: How the decision came in.
        by: Name of the actual person, as stated; several people may share a mailbox.
        user_id: Who of the firm decided, when it was on behalf of the customer.
        address: Network address that the decision came from; empty where it is not known.
        comment: On the whole; may be empty.
        digest: Of the lines as they were shown.
        lines: As they were shown, with what was decided.
        salt: Mixed into the proof, so that nobody finds out by trying what was erased.
    """

    request_id: RequestId
    organization_id: OrganizationId
    at: datetime
    channel: Channel
    by: str
    user_id: UserId | None
    address: str = field(repr=False)
    comment: str
    digest: str
    lines: tuple[DecidedLine, ...]
    salt: str = field(repr=False)

    @property
    def proof(self) -> str:
        """A salted digest of all of it, which stands in the audit trail."""
        said = [[each.line.item_id.hex, each.is_approved, each.comment] for each in self.lines]
        content = [
            self.salt,
            self.request_id.hex,
            self.organization_id.hex,
            self.at.isoformat(timespec="microseconds"),
            self.channel.value,
            self.by,
            self.user_id.hex if self.user_id else None,
            self.address,
            self.comment,
            self.digest,
            said,
        ]
        form = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return "1:" + hashlib.sha256(form.encode()).hexdigest()


@frozen
class Verification:
    """Whether what was decided is still what it was.

    Attributes:
        lines_match: Whether the lines give the digest that was kept: as they were shown, or, where no attestation is
            kept, as they are today; None once their texts were erased.
        proof_matches: Whether the attestation gives the proof in the audit trail, and request and decisions say what it
            says; None before the decision, and once personal data in it was erased. An attestation that is gone proves
            nothing any more.
        changed: Approved lines that are no longer as they were shown.
        erased_at: When personal data in it was erased, in UTC, as the audit trail says; None when it is whole.
    """

    lines_match: bool | None
    proof_matches: bool | None
    changed: tuple[ItemId, ...] = ()
    erased_at: datetime | None = None

    @property
    def is_intact(self) -> bool:
        """Whether nothing speaks against it."""
        return self.lines_match is not False and self.proof_matches is not False and not self.changed


@frozen
class SentMail:
    """That the customer was written to.

    Attributes:
        kind: ``request.opened``, ``request.renewed`` or ``request.reminded``.
        at: When, in UTC.
    """

    kind: EventName
    at: datetime


@frozen(kw_only=True)
class Evidence:
    """Everything that tells how a request came to its decision; `worktraq.serialization.to_json` exports it.

    Attributes:
        schema: Of this form; see `SCHEMA`.
        made_at: When it was put together, in UTC.
        time_zone: An IANA name, in which instants are shown.
        organization_id: Who asked.
        organization_name: Who asked, by name.
        request_id: The request.
        status: Where it stands.
        since: When it came into its status, in UTC.
        employee_name: Whose hours and expenses.
        customer_name: Who was asked.
        project_name: About which project.
        period: About which days.
        recipient: To whom it was sent.
        minutes: Of all lines together.
        digest: Of the lines, as kept with the request.
        attestation: What was decided, by whom and from where; None before.
        verification: Whether what was decided is still what it was.
        mails: When the customer was written to, the oldest first.
        decisions: On every line, those inside the firm too, in order of instant.
        records: Of the audit trail about the request and its lines, in order.
        unsealed: How many events about them have no place in the trail yet.
        head: The end of the audit trail.
    """

    schema: int = SCHEMA
    made_at: datetime
    time_zone: str
    organization_id: OrganizationId
    organization_name: str
    request_id: RequestId
    status: RequestStatus
    since: datetime
    employee_name: str
    customer_name: str
    project_name: str
    period: Period
    recipient: Recipient
    minutes: int
    digest: str
    attestation: Attestation | None
    verification: Verification
    mails: tuple[SentMail, ...]
    decisions: tuple[Decision, ...]
    records: tuple[SealedEvent, ...]
    unsealed: int
    head: Head


def decided_lines(lines: Iterable[Line], rejected: Mapping[ItemId, str], comment: str) -> tuple[DecidedLine, ...]:
    """Lines with what was said about them; a rejection without a comment of its own has the one on the whole."""
    return tuple(
        DecidedLine(line, False, rejected[line.item_id] or comment)
        if line.item_id in rejected
        else DecidedLine(line, True, "")
        for line in lines
    )


def verified(
    request: ApprovalRequest,
    attestation: Attestation | None,
    *,
    today: Sequence[Line],
    items: Collection[Item],
    decisions: Iterable[Decision],
    events: Iterable[Event],
) -> Verification:
    """Whether what was decided on a request is still what it was.

    Args:
        request: The request.
        attestation: What is kept of the decision, if anything.
        today: Its lines as they are now.
        items: The items of these lines.
        decisions: On these items, void ones included.
        events: Of the request.
    """
    events, decisions = list(events), list(decisions)
    proofs = [dict(event.details).get(_PROOF) for event in events if event.name is EventName.REQUEST_DECIDED]
    erasures = [event for event in events if event.name is EventName.REQUEST_ERASED]
    erased_at = erasures[-1].at if erasures else None
    are_notes_erased = any(dict(event.details).get(NOTES) for event in erasures)
    are_names_erased = any(dict(event.details).get(NAMES) for event in erasures)
    if attestation is None:
        matches = None if are_notes_erased else digest_of(today) == request.digest
        return Verification(matches, False if proofs else None, erased_at=erased_at)
    shown = digest_of(each.line for each in attestation.lines)
    are_lines_kept = attestation.digest == request.digest == shown
    is_proven = proofs[-1:] == [attestation.proof] and _is_told_alike(request, attestation, decisions)
    return Verification(
        lines_match=None if are_notes_erased and attestation.digest == request.digest else are_lines_kept,
        proof_matches=None if are_names_erased else is_proven,
        changed=tuple(_changed(request, attestation, today, items, decisions, are_notes_erased=are_notes_erased)),
        erased_at=erased_at,
    )


def _is_told_alike(request: ApprovalRequest, attestation: Attestation, decisions: Iterable[Decision]) -> bool:
    """Whether the request and the decisions on its lines, which people are shown, say what is attested."""
    by, comment, on_behalf = attestation.by, attestation.comment, attestation.channel is Channel.ON_BEHALF
    attested = {
        each.line.item_id: (DecisionKind.APPROVED, by, on_behalf, comment if on_behalf else "")
        if each.is_approved
        else (DecisionKind.REJECTED, by, on_behalf, each.comment)
        for each in attestation.lines
    }
    told = {
        each.item_id: (each.kind, each.actor_name, each.on_behalf, each.comment)
        for each in decisions
        if each.request_id == request.id and each.step is Step.CUSTOMER and each.kind is not DecisionKind.WAIVED
    }
    return told == attested and (request.decided_by, request.comment, request.since) == (by, comment, attestation.at)


def _changed(
    request: ApprovalRequest,
    attestation: Attestation,
    today: Iterable[Line],
    items: Iterable[Item],
    decisions: Iterable[Decision],
    *,
    are_notes_erased: bool,
) -> Iterable[ItemId]:
    """Approved lines that are not what was shown, or that are gone although nobody reopened them."""

    def compared(line: Line) -> Line:
        return evolve(line, note="") if are_notes_erased else line

    now = {line.item_id: compared(line) for line in today}
    counting = {item.id for item in items if item.state in _KEPT and item.request_id == request.id}
    upheld = {each.item_id for each in decisions if each.request_id == request.id and not each.is_void}
    for each in attestation.lines:
        item_id = each.line.item_id
        is_gone = item_id not in now and item_id in upheld
        if each.is_approved and (is_gone or (item_id in counting and now[item_id] != compared(each.line))):
            yield item_id


def mails_of(events: Iterable[Event]) -> tuple[SentMail, ...]:
    """When the customer was written to."""
    return tuple(SentMail(event.name, event.at) for event in events if event.name in _MAILS)
