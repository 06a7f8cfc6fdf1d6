"""What is past its time and holds personal data still."""

from collections.abc import Sequence
from datetime import date, datetime
from sys import maxsize
from uuid import UUID

from worktraq.adapters.memory.tables import Tables
from worktraq.core.approval import Decision
from worktraq.core.comments import Comment
from worktraq.core.entries import Expense, Item, TimeEntry
from worktraq.core.erasing import UNDER_WAY
from worktraq.core.holds import Held, LegalHold
from worktraq.core.invitations import Invitation, InvitationStatus
from worktraq.core.invoices import Invoice
from worktraq.core.privacy import ERASED
from worktraq.core.signoff import ApprovalRequest, RequestStatus


class MemoryPastTime:
    """What is past its time."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def notes(self, before: date, held: Held, limit: int) -> Sequence[Item]:
        """Items of days before one that have a note or a start."""
        found = [item for item in self._quiet_items(before, held) if item.note or _start_of(item)]
        return found[:limit]

    def receipts(self, before: date, held: Held, limit: int) -> Sequence[Item]:
        """The same with the reference of a receipt."""
        items = self._quiet_items(before, held)
        return [item for item in items if isinstance(item, Expense) and item.receipt_reference][:limit]

    def comments(self, before: datetime, held: Held, limit: int) -> Sequence[Comment]:
        """Remarks from before an instant."""
        found = (
            each
            for each in self._tables.comments.rows()
            if each.at < before and each.user_id not in held.user_ids and not self._is_held(each.item_id, held)
        )
        return sorted(found, key=lambda each: (each.at, each.id))[:limit]

    def requests(self, before: datetime, held: Held, limit: int) -> Sequence[ApprovalRequest]:
        """Requests that came to their end before an instant."""
        found = (
            each
            for each in self._tables.requests.rows()
            if each.since < before
            and each.status is not RequestStatus.OPEN
            and each.recipient.name != ERASED
            and each.user_id not in held.user_ids
            and each.customer_id not in held.customer_ids
            and each.project_id not in held.project_ids
            and each.recipient.contact_id not in held.contact_ids
        )
        return sorted(found, key=lambda each: (each.since, each.id))[:limit]

    def decisions(self, before: datetime, held: Held, limit: int) -> Sequence[Decision]:
        """Decisions inside the firm from before an instant."""
        found = (
            each
            for each in self._tables.decisions.rows()
            if each.at < before
            and each.request_id is None
            and (each.actor_name not in ("", ERASED) or each.comment)
            and each.actor_id not in held.user_ids
            and not self._is_held(each.item_id, held)
        )
        return sorted(found, key=lambda each: (each.at, each.id))[:limit]

    def invitations(self, before: datetime, held: Held, limit: int) -> Sequence[Invitation]:
        """Invitations that nobody can accept any more since before an instant."""
        found = (
            each
            for each in self._tables.invitations.rows()
            if (each.expires_at if each.status is InvitationStatus.OPEN else each.since) < before
            and each.user_id not in held.user_ids
        )
        return sorted(found, key=lambda each: each.user_id)[:limit]

    def invoices(self, before: date, held: Held, limit: int) -> Sequence[Invoice]:
        """Invoices with a date before one."""
        found = (
            each
            for each in self._tables.invoices.rows()
            if each.issued_on < before
            and each.buyer.name != ERASED
            and each.customer_id not in held.customer_ids
            and held.project_ids.isdisjoint(line.project_id for line in each.lines if line.project_id)
            and held.user_ids.isdisjoint(line.user_id for line in each.lines if line.user_id)
        )
        return sorted(found, key=lambda each: (each.issued_on.year, each.count))[:limit]

    def holds(self, before: datetime, held: Held, limit: int) -> Sequence[LegalHold]:
        """Legal holds that were lifted before an instant."""
        found = (
            (each.lifted_at, each.id, each)
            for each in self._tables.holds.rows()
            if each.lifted_at is not None
            and each.lifted_at < before
            and each.reason != ERASED
            and each.subject_id not in held.subject_ids
        )
        return [each for *_, each in sorted(found)][:limit]

    def _quiet_items(self, before: date, held: Held) -> list[Item]:
        found = (
            item
            for item in self._tables.items.rows()
            if item.on < before and item.state not in UNDER_WAY and not _is_touched(item, held)
        )
        return sorted(found, key=lambda item: (item.on, item.id))

    def _is_held(self, item_id: UUID, held: Held) -> bool:
        item = self._tables.items.get(item_id)
        return item is not None and _is_touched(item, held)


class MemoryPastTimeCounts:
    """How much is past its time."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._past_time = MemoryPastTime(tables)

    def notes(self, before: date, held: Held) -> int:
        """Items with a note or a start."""
        return len(self._past_time.notes(before, held, maxsize))

    def receipts(self, before: date, held: Held) -> int:
        """Items with the reference of a receipt."""
        return len(self._past_time.receipts(before, held, maxsize))

    def comments(self, before: datetime, held: Held) -> int:
        """Remarks."""
        return len(self._past_time.comments(before, held, maxsize))

    def evidence(self, before: datetime, held: Held) -> int:
        """Requests with what belongs to them, decisions inside the firm, and lifted holds."""
        past, tables = self._past_time, self._tables
        requests = {each.id for each in past.requests(before, held, maxsize)}
        decisions = sum(each.request_id in requests for each in tables.decisions.rows())
        attestations = sum(each.request_id in requests for each in tables.attestations.rows())
        inside, holds = past.decisions(before, held, maxsize), past.holds(before, held, maxsize)
        return len(requests) + decisions + attestations + len(inside) + len(holds)

    def invitations(self, before: datetime, held: Held) -> int:
        """Invitations."""
        return len(self._past_time.invitations(before, held, maxsize))

    def invoices(self, before: date, held: Held) -> int:
        """Invoices and credit notes."""
        return len(self._past_time.invoices(before, held, maxsize))


def _is_touched(item: Item, held: Held) -> bool:
    return (
        item.user_id in held.user_ids
        or item.customer_id in held.customer_ids
        or item.project_id in held.project_ids
        or item.contact_id in held.contact_ids
    )


def _start_of(item: Item) -> object:
    return item.starts_at if isinstance(item, TimeEntry) else None
