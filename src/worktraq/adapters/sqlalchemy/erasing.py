"""What stands about a person in records that name people by the way, and writing over it."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import bindparam, delete, distinct, func, or_, select, true

from worktraq.adapters.sqlalchemy.approval import DECISIONS, decision_table
from worktraq.adapters.sqlalchemy.cells import Cell, Row, days
from worktraq.adapters.sqlalchemy.changes import Change
from worktraq.adapters.sqlalchemy.comments import COMMENTS, comment_table
from worktraq.adapters.sqlalchemy.entries import ITEMS, item_table
from worktraq.adapters.sqlalchemy.evidence import ATTESTATIONS, attestation_table
from worktraq.adapters.sqlalchemy.imports import IMPORT_LINKS, import_link_table
from worktraq.adapters.sqlalchemy.invoice_rows import INVOICES, invoice_item_table, invoice_line_table, invoice_table
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.notifications import intent_table
from worktraq.adapters.sqlalchemy.questions import QUESTIONS, question_table
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.signoff import REQUESTS, request_table
from worktraq.adapters.sqlalchemy.statements import ByKeys, Prepared
from worktraq.core.approval import Decision
from worktraq.core.comments import Comment
from worktraq.core.entries import Item
from worktraq.core.evidence import Attestation
from worktraq.core.ids import CommentId, IntentId, RequestId, UserId
from worktraq.core.imports import ImportLink
from worktraq.core.invoices import Invoice
from worktraq.core.privacy import ERASED, Person, PersonKind
from worktraq.core.questions import Question
from worktraq.core.signoff import ApprovalRequest
from worktraq.errors import Conflict
from worktraq.ports.erasing import InvoicesNaming

E = TypeVar("E")

_d, _c, _a, _l, _n = decision_table.c, comment_table.c, attestation_table.c, import_link_table.c, intent_table.c
_i, _v, _t, _q = item_table.c, invoice_table.c, invoice_item_table.c, question_table.c
_decided_by = DECISIONS.where(_d.actor_id == bindparam("actor_id"), order=(_d.id,))
_written_by = COMMENTS.where(_c.user_id == bindparam("user_id"))
_written_on = COMMENTS.where(
    _c.item_id.in_(select(_i.id).where(_i.organization_id == OWNER, _i.user_id == bindparam("user_id")))
)
_attested_by = ATTESTATIONS.where(_a.user_id == bindparam("user_id"))
_attested_in = ATTESTATIONS.many
_imported = IMPORT_LINKS.where(_l.entity_id == bindparam("entity_id"), order=(_l.source, _l.kind, _l.external_id))
_linked = (_l.organization_id == OWNER, _l.source == _q.source, _l.kind == _q.kind, _l.external_id == _q.external_id)
_is_linked = select(_l.entity_id).where(*_linked, _l.entity_id == bindparam("entity_id")).correlate(question_table)
_asked = QUESTIONS.where(or_(_q.entity_id == bindparam("entity_id"), _is_linked.exists()), order=(_q.id,))
_told = Prepared(select(_n.id).where(_n.organization_id == OWNER, _n.user_id == bindparam("user_id")))
_told_of = ByKeys(lambda keys: select(_n.id).where(_n.organization_id == OWNER, _n.request_id.in_(keys)))
_naming = (_v.organization_id == OWNER, _v.buyer_name != ERASED)
_to_customer = Prepared(
    select(func.count(), func.max(_v.issued_on)).where(*_naming, _v.customer_id == bindparam("person_id"))
)
_with_work_of = Prepared(
    select(func.count(distinct(_v.id)), func.max(_v.issued_on)).where(
        *_naming,
        _t.organization_id == _v.organization_id,
        _t.invoice_id == _v.id,
        _i.organization_id == _v.organization_id,
        _i.id == _t.item_id,
        _i.user_id == bindparam("person_id"),
    )
)


class SqlTraces:
    """What stands about a person by the way."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def decisions_by(self, actor_id: UUID) -> Sequence[Decision]:
        """The decisions that a user took."""
        return self._load(DECISIONS.mapping, _decided_by, actor_id=actor_id)

    def comments_of(self, user_id: UserId, *, on_items: bool) -> Sequence[Comment]:
        """The remarks that a user wrote, or that anybody wrote on his or her items."""
        found = self._load(COMMENTS.mapping, _written_by, user_id=user_id)
        if on_items:
            found += self._load(COMMENTS.mapping, _written_on, user_id=user_id)
        return sorted({each.id: each for each in found}.values(), key=lambda each: each.id)

    def attestations(
        self, *, request_ids: Collection[RequestId] = (), user_id: UserId | None = None
    ) -> Sequence[Attestation]:
        """Those of these requests, and those of what a user decided for a customer."""
        keys = [self._session.packed(each) for each in sorted(set(request_ids))]
        found = self._session.load(ATTESTATIONS.mapping, self._session.fetch_by_keys(_attested_in, keys))
        if user_id is not None:
            found += self._load(ATTESTATIONS.mapping, _attested_by, user_id=user_id)
        by_id = {each.request_id: each for each in found}
        return [by_id[request_id] for request_id in sorted(by_id)]

    def imports_of(self, entity_id: UUID) -> Sequence[ImportLink]:
        """What was imported about a thing."""
        return self._load(IMPORT_LINKS.mapping, _imported, entity_id=entity_id)

    def questions_about(self, entity_id: UUID) -> Sequence[Question]:
        """What imports asked about rows that are a thing, or are suggested to be it."""
        return self._load(QUESTIONS.mapping, _asked, entity_id=entity_id)

    def intents_to(self, *, user_id: UserId | None, request_ids: Collection[RequestId]) -> Sequence[IntentId]:
        """What the outbox holds for a user, or about requests."""
        keys = [self._session.packed(each) for each in request_ids]
        rows = list(self._session.fetch_by_keys(_told_of, keys))
        if user_id is not None:
            rows += self._session.fetch(_told, user_id=self._session.packed(user_id))
        return sorted({IntentId(self._session.database.unpacked(cell)) for (cell,) in rows})

    def invoices_naming(self, person: Person) -> InvoicesNaming:
        """The invoices to a private customer, or on which work of a user stands."""
        if person.kind is PersonKind.CONTACT:
            return InvoicesNaming(0, None)
        prepared = _to_customer if person.kind is PersonKind.CUSTOMER else _with_work_of
        ((count, last_on),) = self._session.fetch(prepared, person_id=self._session.packed(person.id))
        return InvoicesNaming(count, days[last_on])

    def _load(self, mapping: Mapping[E], prepared: Prepared, **named: UUID) -> list[E]:
        keys = {name: self._session.packed(each) for name, each in named.items()}
        return self._session.load(mapping, self._session.fetch(prepared, **keys))


_PARTY = ("name", "street", "postal_code", "city", "country", "vat_number", "company_number", "email", "phone")
_PARTIES = [f"{role}_{name}" for role in ("seller", "buyer") for name in (*_PARTY, "contact_name", "iban", "reference")]
_overwritten_items = Change(
    item_table,
    (OWNER.key, "id", "note", "starts_at", "utc_offset", "receipt_reference", "version"),
    ("id",),
    lambda fresh: _i.version == fresh["version"],
)
_RECIPIENT = ("recipient_name", "recipient_email")
_overwritten_requests = Change(
    request_table,
    (OWNER.key, "id", *_RECIPIENT, "token_hash", "previous_token_hash", "decided_by", "comment", "version"),
    ("id",),
    lambda fresh: request_table.c.version == fresh["version"],
)
_overwritten_decisions = Change(
    decision_table, (OWNER.key, "id", "actor_name", "comment"), ("id",), lambda _fresh: true()
)
_overwritten_attestations = Change(
    attestation_table,
    (OWNER.key, "request_id", "person", "address", "comment", "shown", "salt"),
    ("request_id",),
    lambda _fresh: true(),
)
_overwritten_invoices = Change(invoice_table, (OWNER.key, "id", *_PARTIES, "note"), ("id",), lambda _fresh: true())
_overwritten_lines = Change(
    invoice_line_table,
    (OWNER.key, "invoice_id", "number", "text", "project_name"),
    ("invoice_id", "number"),
    lambda _fresh: true(),
)


class SqlOverwriter:
    """Stores what may be erased of records."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def items(self, *items: Item) -> None:
        """Store note, start and reference of the receipt."""
        self._overwrite(ITEMS.mapping, _overwritten_items, items)

    def requests(self, *requests: ApprovalRequest) -> None:
        """Store the recipient, who decided, the comment, and by what the links are found."""
        self._overwrite(REQUESTS.mapping, _overwritten_requests, requests)

    def decisions(self, *decisions: Decision) -> None:
        """Store who decided, and the comment."""
        self._overwrite(DECISIONS.mapping, _overwritten_decisions, decisions)

    def attestations(self, *attestations: Attestation) -> None:
        """Store who decided and from where, the comment, the lines and the salt."""
        self._overwrite(ATTESTATIONS.mapping, _overwritten_attestations, attestations)

    def invoices(self, *invoices: Invoice) -> None:
        """Store the parties, the note, and the texts and project names of the lines."""
        self._overwrite(INVOICES.mapping, _overwritten_invoices, invoices)
        owner, packed = self._session.owner, self._session.packed
        lines: list[Row] = [
            (owner, packed(invoice.id), line.number, line.text, line.project_name)
            for invoice in invoices
            for line in invoice.lines
        ]
        self._session.change(_overwritten_lines, lines)

    def _overwrite(self, mapping: Mapping[E], change: Change, entities: Sequence[E]) -> None:
        self._session.require_writes()
        written = self._session.functions(mapping).written
        places = [written.index(name) for name in change.columns]
        rows = [tuple(row[place] for place in places) for row in self._session.dump(mapping, entities)]
        if self._session.change(change, rows) != len(rows):
            raise Conflict("changed_meanwhile")


_comments_gone = ByKeys(lambda keys: delete(comment_table).where(_c.organization_id == OWNER, _c.id.in_(keys)))
_intents_gone = ByKeys(lambda keys: delete(intent_table).where(_n.organization_id == OWNER, _n.id.in_(keys)))
_import_gone = Prepared(
    delete(import_link_table).where(
        _l.organization_id == OWNER,
        _l.source == bindparam("source"),
        _l.kind == bindparam("kind"),
        _l.external_id == bindparam("external_id"),
    ),
    (OWNER.key, "source", "kind", "external_id"),
)


class SqlForgetter:
    """Removes what need not be kept at all."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def comments(self, comment_ids: Collection[CommentId]) -> None:
        """Remove remarks."""
        self._session.run_by_keys(_comments_gone, self._packed(comment_ids))

    def imports(self, links: Collection[ImportLink]) -> None:
        """Remove what was imported."""
        rows: list[Row] = [(self._session.owner, each.source, each.kind.value, each.external_id) for each in links]
        self._session.run_rows(_import_gone, rows)

    def intents(self, intent_ids: Collection[IntentId]) -> None:
        """Remove messages from the outbox."""
        self._session.run_by_keys(_intents_gone, self._packed(intent_ids))

    def _packed(self, ids: Iterable[UUID]) -> list[Cell]:
        return [self._session.packed(each) for each in ids]
