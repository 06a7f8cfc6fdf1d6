"""What stands about a person in records that name people by the way, and writing over it."""

from collections.abc import Collection, Sequence
from uuid import UUID

from attrs import evolve

from worktraq.adapters.memory.tables import Tables
from worktraq.core.approval import Decision
from worktraq.core.comments import Comment
from worktraq.core.entries import Expense, Item, TimeEntry
from worktraq.core.evidence import Attestation
from worktraq.core.ids import CommentId, IntentId, RequestId, UserId
from worktraq.core.imports import ImportLink
from worktraq.core.invoices import Invoice
from worktraq.core.privacy import ERASED, Person, PersonKind
from worktraq.core.questions import Question
from worktraq.core.signoff import ApprovalRequest
from worktraq.errors import Conflict
from worktraq.ports.erasing import InvoicesNaming


class MemoryTraces:
    """What stands about a person by the way."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def decisions_by(self, actor_id: UUID) -> Sequence[Decision]:
        """The decisions that a user took."""
        found = (each for each in self._tables.decisions.rows() if each.actor_id == actor_id)
        return sorted(found, key=lambda each: each.id)

    def comments_of(self, user_id: UserId, *, on_items: bool) -> Sequence[Comment]:
        """The remarks that a user wrote, or that anybody wrote on his or her items."""
        found = (
            each
            for each in self._tables.comments.rows()
            if each.user_id == user_id or (on_items and self._owner_of(each.item_id) == user_id)
        )
        return sorted(found, key=lambda each: each.id)

    def attestations(
        self, *, request_ids: Collection[RequestId] = (), user_id: UserId | None = None
    ) -> Sequence[Attestation]:
        """Those of these requests, and those of what a user decided for a customer."""
        wanted = set(request_ids)
        found = (
            each
            for each in self._tables.attestations.rows()
            if each.request_id in wanted or (user_id is not None and each.user_id == user_id)
        )
        return sorted(found, key=lambda each: each.request_id)

    def imports_of(self, entity_id: UUID) -> Sequence[ImportLink]:
        """What was imported about a thing."""
        found = (each for each in self._tables.import_links.rows() if each.entity_id == entity_id)
        return sorted(found, key=lambda each: (each.source, each.kind, each.external_id))

    def questions_about(self, entity_id: UUID) -> Sequence[Question]:
        """What imports asked about rows that are a thing, or are suggested to be it."""
        rows = {(link.source, link.kind, link.external_id) for link in self.imports_of(entity_id)}
        found = (
            each
            for each in self._tables.questions.rows()
            if each.entity_id == entity_id or (each.source, each.kind, each.external_id) in rows
        )
        return sorted(found, key=lambda each: each.id)

    def intents_to(self, *, user_id: UserId | None, request_ids: Collection[RequestId]) -> Sequence[IntentId]:
        """What the outbox holds for a user, or about requests."""
        intents, wanted = (row.intent for row in self._tables.outbox.rows()), set(request_ids)
        return sorted(
            each.id
            for each in intents
            if each.request_id in wanted or (user_id is not None and each.user_id == user_id)
        )

    def invoices_naming(self, person: Person) -> InvoicesNaming:
        """The invoices to a private customer, or on which work of a user stands."""
        found = [
            each for each in self._tables.invoices.rows() if each.buyer.name != ERASED and self._is_naming(each, person)
        ]
        return InvoicesNaming(len(found), max((each.issued_on for each in found), default=None))

    def _owner_of(self, item_id: UUID) -> UUID | None:
        item = self._tables.items.get(item_id)
        return item.user_id if item is not None else None

    def _is_naming(self, invoice: Invoice, person: Person) -> bool:
        if person.kind is PersonKind.CUSTOMER:
            return invoice.customer_id == person.id
        items = map(self._tables.items.get, invoice.item_ids)
        return person.kind is PersonKind.USER and any(item is not None and item.user_id == person.id for item in items)


class MemoryOverwriter:
    """Stores what may be erased of records."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def items(self, *items: Item) -> None:
        """Store note, start and reference of the receipt."""
        table = self._tables.items
        table.require_open()
        for item in items:
            stored = table.get(item.id)
            if stored is None or stored.version != item.version:
                raise Conflict("changed_meanwhile")
            table.put(item.id, _overwritten(stored, item))

    def requests(self, *requests: ApprovalRequest) -> None:
        """Store the recipient, who decided, the comment, and by what the links are found."""
        table = self._tables.requests
        table.require_open()
        for request in requests:
            stored = table.get(request.id)
            if stored is None or stored.version != request.version:
                raise Conflict("changed_meanwhile")
            after = evolve(
                stored,
                recipient=evolve(stored.recipient, name=request.recipient.name, email=request.recipient.email),
                token_hash=request.token_hash,
                previous_token_hash=request.previous_token_hash,
                decided_by=request.decided_by,
                comment=request.comment,
            )
            table.put(request.id, after)

    def decisions(self, *decisions: Decision) -> None:
        """Store who decided, and the comment."""
        table = self._tables.decisions
        table.require_open()
        for each in decisions:
            stored = table.get(each.id)
            if stored is None:
                raise Conflict("changed_meanwhile")
            table.put(each.id, evolve(stored, actor_name=each.actor_name, comment=each.comment))

    def attestations(self, *attestations: Attestation) -> None:
        """Store who decided and from where, the comment, the lines and the salt."""
        table = self._tables.attestations
        table.require_open()
        for each in attestations:
            stored = table.get(each.request_id)
            if stored is None:
                raise Conflict("changed_meanwhile")
            after = evolve(
                stored, by=each.by, address=each.address, comment=each.comment, lines=each.lines, salt=each.salt
            )
            table.put(each.request_id, after)

    def invoices(self, *invoices: Invoice) -> None:
        """Store the parties, the note, and the texts and project names of the lines."""
        table = self._tables.invoices
        table.require_open()
        for each in invoices:
            stored = table.get(each.id)
            if stored is None:
                raise Conflict("changed_meanwhile")
            texts = {line.number: (line.text, line.project_name) for line in each.lines}
            lines = tuple(
                evolve(line, text=texts[line.number][0], project_name=texts[line.number][1]) for line in stored.lines
            )
            table.put(each.id, evolve(stored, seller=each.seller, buyer=each.buyer, note=each.note, lines=lines))


def _overwritten(stored: Item, item: Item) -> Item:
    if isinstance(stored, TimeEntry) and isinstance(item, TimeEntry):
        return evolve(stored, note=item.note, starts_at=item.starts_at, utc_offset=item.utc_offset)
    if isinstance(stored, Expense) and isinstance(item, Expense):
        return evolve(stored, note=item.note, receipt_reference=item.receipt_reference)
    raise Conflict("changed_meanwhile")


class MemoryForgetter:
    """Removes what need not be kept at all."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def comments(self, comment_ids: Collection[CommentId]) -> None:
        """Remove remarks."""
        self._tables.comments.require_open()
        for each in comment_ids:
            self._tables.comments.delete(each)

    def imports(self, links: Collection[ImportLink]) -> None:
        """Remove what was imported."""
        self._tables.import_links.require_open()
        for each in links:
            self._tables.import_links.delete((each.source, each.kind, each.external_id))

    def intents(self, intent_ids: Collection[IntentId]) -> None:
        """Remove messages from the outbox."""
        self._tables.outbox.require_open()
        for each in intent_ids:
            self._tables.outbox.delete(each)
