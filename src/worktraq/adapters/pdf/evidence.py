"""What the evidence of a decision shows, in words of the reader's language."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from worktraq.adapters.pdf.content import Shown, capital, colour_of, in_margin
from worktraq.core.approval import Decision, DecisionKind
from worktraq.core.chains import Step
from worktraq.core.events import EventName
from worktraq.core.evidence import Channel, DecidedLine, Evidence
from worktraq.core.signoff import RequestStatus
from worktraq.i18n import Translator


def content_of(evidence: Evidence, speaker: Translator) -> Mapping[str, Shown]:
    """Everything that the template of evidence shows."""
    heading = speaker.text("Evidence of approval")
    period = speaker.period(evidence.period.first, evidence.period.until)
    return {
        "language": speaker.language,
        "title": f"{heading} – {evidence.employee_name} – {period}",
        "heading": heading,
        "running": f"{heading} – {in_margin(evidence.employee_name)} – {period}",
        "organization": evidence.organization_name,
        "short-name": in_margin(evidence.organization_name),
        "colour": colour_of(""),
        "footer": speaker.text("Made on {at}", at=_shown_at(evidence.made_at, evidence, speaker)),
        "page": speaker.gettext("page {page} of {pages}"),
        "is-intact": "yes" if evidence.verification.is_intact else "",
        "verdict": _verdict(evidence, speaker),
        "facts": [[label, value] for label, value in _facts(evidence, capital(period), speaker)],
        "labels": _labels(speaker),
        "lines": [_line(each, speaker) for each in evidence.attestation.lines] if evidence.attestation else [],
        "decisions": [_decision(each, evidence, speaker) for each in evidence.decisions],
        "mails": [[_shown_at(mail.at, evidence, speaker), _mail(mail.kind, speaker)] for mail in evidence.mails],
        "records": _records(evidence, speaker),
        "unsealed": _unsealed(evidence.unsealed, speaker),
        "digests": [[label, value] for label, value in _digests(evidence, speaker)],
    }


def _shown_at(at: datetime, evidence: Evidence, speaker: Translator) -> str:
    return speaker.instant(at, evidence.time_zone)


def _verdict(evidence: Evidence, speaker: Translator) -> str:
    found = evidence.verification
    if found.erased_at is not None and found.is_intact:
        return speaker.text(
            "Personal data in this was erased on {at}. What is left of it has not been changed since.",
            at=_shown_at(found.erased_at, evidence, speaker),
        )
    if evidence.attestation is None:
        return _verdict_on_lines(evidence, speaker)
    if found.is_intact:
        return speaker.text("Checked: what was approved has not been changed since.")
    if found.changed:
        return speaker.plural(
            "{count} approved line is no longer what was approved.",
            "{count} approved lines are no longer what was approved.",
            len(found.changed),
        )
    return speaker.text("What is kept of the decision does not agree with the audit trail.")


def _verdict_on_lines(evidence: Evidence, speaker: Translator) -> str:
    """Where no more is kept than the digest: nothing is decided, or it was before more was kept."""
    if evidence.status is RequestStatus.DECIDED:
        if evidence.verification.is_intact:
            return speaker.text("Checked: the lines are still those that were decided.")
        return speaker.text("The lines are no longer those that were decided.")
    if evidence.verification.is_intact:
        return speaker.text("Nothing has been decided yet; the lines are those that were sent.")
    return speaker.text("Nothing has been decided, and the lines have been changed since they were sent.")


def _facts(evidence: Evidence, period: str, speaker: Translator) -> Iterator[tuple[str, str]]:
    yield speaker.text("Employee"), evidence.employee_name
    yield speaker.text("Customer"), evidence.customer_name
    yield speaker.text("Period"), period
    yield speaker.text("Project"), evidence.project_name
    yield speaker.text("Sent to"), f"{evidence.recipient.name} <{evidence.recipient.email}>"
    status = speaker.message(f"status.{evidence.status.value}")
    yield speaker.text("Status"), f"{capital(status)}, {_shown_at(evidence.since, evidence, speaker)}"
    said = evidence.attestation
    if said is not None:
        yield speaker.text("Decided by"), said.by
        yield speaker.text("Way"), _channel(said.channel, speaker)
        if said.address:
            yield speaker.text("Network address"), said.address
        if said.comment:
            yield speaker.text("Comment"), said.comment


def _channel(channel: Channel, speaker: Translator) -> str:
    if channel is Channel.LINK:
        return speaker.text("through the link in the mail")
    return speaker.text("by the firm, on behalf of the customer")


def _labels(speaker: Translator) -> Mapping[str, Shown]:
    date, time = speaker.text("Date"), speaker.text("Time")
    return {
        "lines": speaker.text("Lines as they were shown"),
        "line": [
            date,
            speaker.text("Activity"),
            speaker.text("Description"),
            speaker.text("Quantity"),
            speaker.text("Decision"),
        ],
        "decisions": speaker.text("Decisions"),
        "decision": [time, speaker.text("Decision"), speaker.text("By"), speaker.text("Comment")],
        "mails": speaker.text("Mails to the customer"),
        "mail": [time, speaker.text("Mail")],
        "records": speaker.text("Audit trail"),
        "record": [speaker.text("Number"), time, speaker.text("Event"), speaker.text("Digest")],
        "digests": speaker.text("Digests"),
    }


def _line(decided: DecidedLine, speaker: Translator) -> Shown:
    line = decided.line
    amount = "" if line.amount is None else speaker.money(line.amount.minor, line.amount.currency)
    quantity = amount if line.minutes is None else speaker.hours(line.minutes)
    verdict = speaker.text("approved") if decided.is_approved else speaker.text("rejected")
    said = f"{verdict}: {decided.comment}" if decided.comment else verdict
    return [speaker.day(line.on), line.activity, line.note, quantity, said]


def _decision(decision: Decision, evidence: Evidence, speaker: Translator) -> Shown:
    what = _what(decision, speaker)
    if decision.is_void:
        what = speaker.text("{decision} (void)", decision=what)
    return [_shown_at(decision.at, evidence, speaker), what, decision.actor_name, decision.comment]


def _what(decision: Decision, speaker: Translator) -> str:
    if decision.kind is DecisionKind.WAIVED:
        return speaker.text("gone on without the customer's approval")
    is_approved, is_internal = decision.kind is DecisionKind.APPROVED, decision.step is Step.INTERNAL
    if is_internal:
        return speaker.text("approved inside the firm") if is_approved else speaker.text("rejected inside the firm")
    if decision.on_behalf:
        return (
            speaker.text("approved on behalf of the customer")
            if is_approved
            else speaker.text("rejected on behalf of the customer")
        )
    return speaker.text("approved by the customer") if is_approved else speaker.text("rejected by the customer")


def _mail(kind: EventName, speaker: Translator) -> str:
    if kind is EventName.REQUEST_REMINDED:
        return speaker.text("reminder")
    if kind is EventName.REQUEST_RENEWED:
        return speaker.text("request with a new link")
    return speaker.text("request")


def _records(evidence: Evidence, speaker: Translator) -> list[Shown]:
    return [
        [
            str(record.number),
            _shown_at(record.event.at, evidence, speaker),
            record.event.name.value,
            record.digest,
        ]
        for record in evidence.records
    ]


def _unsealed(count: int, speaker: Translator) -> str:
    if not count:
        return ""
    return speaker.plural(
        "{count} event has no place in the audit trail yet.",
        "{count} events have no place in the audit trail yet.",
        count,
    )


def _digests(evidence: Evidence, speaker: Translator) -> Iterator[tuple[str, str]]:
    yield speaker.text("Of the lines, as kept with the request (SHA-256)"), evidence.digest.rpartition(":")[2]
    if evidence.attestation is not None and evidence.verification.erased_at is None:
        proof = evidence.attestation.proof.rpartition(":")[2]
        yield speaker.text("Of the decision, as kept in the audit trail (SHA-256)"), proof
    head = speaker.text("Of the end of the audit trail, number {number}", number=evidence.head.number)
    yield head, evidence.head.digest
