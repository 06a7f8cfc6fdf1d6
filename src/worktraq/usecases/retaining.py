"""For how long personal data is kept: choosing it, and erasing what is past its time."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from attrs import evolve

from worktraq.core.access import Action
from worktraq.core.calendar import ONE_DAY, Period, check_date
from worktraq.core.entries import Item
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
from worktraq.core.events import EventName
from worktraq.core.evidence import NAMES, NOTES, Attestation
from worktraq.core.holds import Held, without_reason
from worktraq.core.ids import RequestId, UserId
from worktraq.core.paging import every
from worktraq.core.privacy import ERASED, DataCategory, ErasedCount
from worktraq.core.requests import UNDECIDED
from worktraq.core.retention import Retention, RetentionPlan, changed_retention, default_retention, kept_from
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.unset import UNSET, Unset
from worktraq.ports.signoff import RequestFilter
from worktraq.usecases.context import Context, check_version

T = TypeVar("T")
AT_ONCE = 500
"""How much of each category one round erases at most; the next round goes on."""


class Retaining:
    """The part of `worktraq.usecases.privacy.Privacy` that is about periods."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def retention(self) -> Retention:
        """For how many months each category is kept.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_RETENTION)
        return retention_of(self._context)

    def plan_retention(
        self,
        *,
        on: date | None = None,
        notes: int | Unset | None = UNSET,
        receipts: int | Unset | None = UNSET,
        comments: int | Unset | None = UNSET,
        evidence: int | Unset | None = UNSET,
        invitations: int | Unset | None = UNSET,
        invoices: int | Unset | None = UNSET,
    ) -> RetentionPlan:
        """What periods would take of what is stored, before they are chosen; nothing is changed.

        Args:
            on: The day on which they would be applied; today by default.
            notes: As of `change_retention`; the period that holds now by default.
            receipts: Likewise.
            comments: Likewise.
            evidence: Likewise.
            invitations: Likewise.
            invoices: Likewise.

        Returns:
            How many records of each category would lose names and texts, or go. What is held by now stays.

        Raises:
            Refused: For who is not an administrator.
            InvalidInput: As `change_retention` does; with ``date_malformed`` for the day.
        """
        context = self._context
        context.require(Action.CHANGE_RETENTION)
        before = retention_of(context)
        after = changed_retention(
            before,
            country_of(context),
            notes=notes,
            receipts=receipts,
            comments=comments,
            evidence=evidence,
            invitations=invitations,
            invoices=invoices,
        )
        day = context.today if on is None else check_date(on)
        erased = tuple(_past_time(context, after, day))
        return RetentionPlan(evolve(after, version=before.version), day, erased)

    def change_retention(
        self,
        *,
        version: int,
        notes: int | Unset | None = UNSET,
        receipts: int | Unset | None = UNSET,
        comments: int | Unset | None = UNSET,
        evidence: int | Unset | None = UNSET,
        invitations: int | Unset | None = UNSET,
        invoices: int | Unset | None = UNSET,
    ) -> Retention:
        """Choose for how many months categories are kept; see `worktraq.core.retention.Retention`.

        Args:
            version: Of the periods that were seen; 0 while nothing was chosen.
            notes: What was written with items; None for as long as the organization exists.
            receipts: References of receipts; likewise.
            comments: Remarks on items; likewise.
            evidence: Who was asked, who decided, and what they wrote; likewise.
            invitations: Those that are over; likewise.
            invoices: Names and texts on invoices; likewise.

        Raises:
            Refused: For who is not an administrator.
            InvalidInput: Naming every category that is wrong; also for less than the law demands.
            Conflict: When somebody else changed them.
        """
        context = self._context
        context.require(Action.CHANGE_RETENTION)
        before = retention_of(context)
        check_version(before.version, version)
        after = changed_retention(
            before,
            country_of(context),
            notes=notes,
            receipts=receipts,
            comments=comments,
            evidence=evidence,
            invitations=invitations,
            invoices=invoices,
        )
        context.uow.retentions.put(after)
        apply_again(context)
        context.record(EventName.RETENTION_CHANGED, context.actor.organization_id)
        return after


def country_of(context: Context) -> str:
    """The country of the organization, as its billing details say; empty where they do not."""
    details = context.uow.organizations.find_billing_details()
    return details.address.country if details is not None else ""


def retention_of(context: Context) -> Retention:
    """The periods that hold now."""
    stored = context.uow.retentions.find()
    return stored or default_retention(context.actor.organization_id, country_of(context))


def _past_time(context: Context, retention: Retention, on: date) -> Iterator[ErasedCount]:
    """How much of each category is past its time on a day."""
    held, counts = context.held(), context.uow.past_time_counts
    if held.is_everything:
        return
    counting: Mapping[DataCategory, Callable[[date], int]] = {
        DataCategory.NOTES: lambda first: counts.notes(first, held),
        DataCategory.RECEIPTS: lambda first: counts.receipts(first, held),
        DataCategory.COMMENTS: lambda first: counts.comments(_begin_of(context, first), held),
        DataCategory.EVIDENCE: lambda first: counts.evidence(_begin_of(context, first), held),
        DataCategory.INVITATIONS: lambda first: counts.invitations(_begin_of(context, first), held),
        DataCategory.INVOICES: lambda first: counts.invoices(first, held),
    }
    for category, count in counting.items():
        first = kept_from(on, retention.months(category))
        if first is not None and (found := count(first)):
            yield ErasedCount(category, found)


def apply_again(context: Context) -> None:
    """Have the next round look for what is past its time, although one of today did."""
    if context.uow.retentions.applied_on() is not None:
        context.uow.retentions.note_applied(context.today - ONE_DAY)


def record_erased(context: Context, *, names: Collection[RequestId], notes: Collection[RequestId]) -> None:
    """Put into the audit trail what was erased of requests, so that evidence of them can say so."""
    for request_id in sorted({*names, *notes}):
        said = {NAMES: int(request_id in names), NOTES: int(request_id in notes)}
        context.record(EventName.REQUEST_ERASED, request_id, **said)


class ApplyingRetention:
    """One round for one organization: what is past its time loses names and texts.

    Args:
        context: Of the transaction.
        at_once: How much of each category at most.
    """

    def __init__(self, context: Context, at_once: int = AT_ONCE) -> None:
        self._context = context
        self._at_once = at_once
        self._is_everything_done = True
        self._held = Held()

    def run(self) -> int:
        """Erase what is past its time, once a day; gives how many records were changed or removed."""
        context = self._context
        if context.uow.retentions.applied_on() == context.today:
            return 0
        self._held = context.held()
        if self._held.is_everything:
            return 0
        retention = retention_of(context)
        erasing: Mapping[DataCategory, Callable[[date], int]] = {
            DataCategory.NOTES: self._notes,
            DataCategory.RECEIPTS: self._receipts,
            DataCategory.COMMENTS: self._comments,
            DataCategory.EVIDENCE: self._evidence,
            DataCategory.INVITATIONS: self._invitations,
            DataCategory.INVOICES: self._invoices,
        }
        counts = {
            category.value: erase(first)
            for category, erase in erasing.items()
            if (first := kept_from(context.today, retention.months(category))) is not None
        }
        counts = {name: count for name, count in counts.items() if count}
        if counts:
            context.record(EventName.RETENTION_APPLIED, context.actor.organization_id, **counts)
        if self._is_everything_done:
            context.uow.retentions.note_applied(context.today)
        return sum(counts.values())

    def _notes(self, first: date) -> int:
        context, uow = self._context, self._context.uow
        items = self._all_of(uow.past_time.notes(first, self._held, self._at_once))
        uow.overwriter.items(*map(without_note, items))
        # What customers were shown of these items holds the notes too.
        requests = [each for each in self._requests_about(items) if each.status not in UNDECIDED]
        attestations = uow.traces.attestations(request_ids=[each.id for each in requests])
        uow.overwriter.attestations(*map(attested_without_notes, attestations))
        record_erased(context, names=(), notes={each.id for each in requests})
        return len(items)

    def _receipts(self, first: date) -> int:
        items = self._all_of(self._context.uow.past_time.receipts(first, self._held, self._at_once))
        self._context.uow.overwriter.items(*map(without_receipt, items))
        return len(items)

    def _comments(self, first: date) -> int:
        uow = self._context.uow
        comments = self._all_of(uow.past_time.comments(_begin_of(self._context, first), self._held, self._at_once))
        uow.forgetter.comments([comment.id for comment in comments])
        return len(comments)

    def _evidence(self, first: date) -> int:
        context, uow = self._context, self._context.uow
        before = _begin_of(context, first)
        requests = self._all_of(uow.past_time.requests(before, self._held, self._at_once))
        request_ids = {request.id for request in requests}
        on_lines = uow.decisions.of_items({item_id for request in requests for item_id in request.item_ids})
        decisions = [
            *(each for each in on_lines if each.request_id in request_ids),
            *self._all_of(uow.past_time.decisions(before, self._held, self._at_once)),
        ]
        attestations = uow.traces.attestations(request_ids=request_ids)
        holds = self._all_of(uow.past_time.holds(before, self._held, self._at_once))
        uow.overwriter.requests(*map(_request_past_time, requests))
        uow.overwriter.decisions(*[decided_without_words(decided_by(each, ERASED)) for each in decisions])
        uow.overwriter.attestations(*map(_attestation_past_time, attestations))
        uow.holds.save(*map(without_reason, holds))
        record_erased(context, names=request_ids, notes=request_ids)
        return len(requests) + len(decisions) + len(attestations) + len(holds)

    def _invitations(self, first: date) -> int:
        uow = self._context.uow
        before = _begin_of(self._context, first)
        invitations = self._all_of(uow.past_time.invitations(before, self._held, self._at_once))
        uow.invitations.remove(*invitations)
        return len(invitations)

    def _invoices(self, first: date) -> int:
        uow = self._context.uow
        invoices = self._all_of(uow.past_time.invoices(first, self._held, self._at_once))
        uow.overwriter.invoices(*map(without_names, invoices))
        return len(invoices)

    def _all_of(self, found: Sequence[T]) -> Sequence[T]:
        if len(found) == self._at_once:
            self._is_everything_done = False
        return found

    def _requests_about(self, items: Sequence[Item]) -> Iterator[ApprovalRequest]:
        days: dict[UserId, list[date]] = {}
        for item in items:
            days.setdefault(item.user_id, []).append(item.on)
        wanted = {item.id for item in items}
        for user_id, on in days.items():
            about = RequestFilter(user_id=user_id, period=Period(min(on), max(on) + ONE_DAY))
            for request in every(partial(self._context.uow.requests.page, wanted=about)):
                if not wanted.isdisjoint(request.item_ids):
                    yield request


def _begin_of(context: Context, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(context.organization.settings.time_zone)).astimezone(UTC)


def _request_past_time(request: ApprovalRequest) -> ApprovalRequest:
    return without_words(with_decider(without_recipient(request, ERASED), ERASED))


def _attestation_past_time(attestation: Attestation) -> Attestation:
    return attested_without_notes(attested_without_words(attested_by(attestation, ERASED)))
