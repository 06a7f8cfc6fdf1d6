"""Taking contact persons out of an accounting system; each at the customers that were taken from there (T-08, B-10)."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from attrs import evolve, frozen

from worktraq.core.accounting import Deleted, Upsert
from worktraq.core.comparing import decided, three_way, values_imported
from worktraq.core.contacts import ContactPerson, changed_contact, ended, new_contact, resumed
from worktraq.core.countries import language_code
from worktraq.core.events import EventName
from worktraq.core.ids import ContactId, CustomerId
from worktraq.core.imports import (
    ARCHIVED,
    Change,
    FieldConflict,
    ImportKind,
    ImportLink,
    KnownRow,
    MatchDecision,
    MatchedBy,
)
from worktraq.core.questions import QuestionReason
from worktraq.core.text import fold
from worktraq.errors import InvalidInput
from worktraq.usecases.taking import Taking
from worktraq.usecases.taking_customers import RowTexts

_KIND = ImportKind.CONTACT
_CUSTOMERS = "customers"


@frozen
class PlannedContact:
    """A row that can be taken.

    Attributes:
        row: Its number in the page.
        change: What becomes of it.
        told: As the source tells it.
        digest: Of the row; empty while some of its customers are missing.
        said: What it says, cleaned.
        customer_ids: Those of its customers that are here.
        contact: Who it is here, or is suggested to be.
        values: The fields that change.
        before: What it said before.
        conflicts: What has to be decided.
        matched_by: Why the contact is suggested.
    """

    row: int
    change: Change
    told: Upsert
    digest: str
    said: tuple[str, ...]
    customer_ids: tuple[CustomerId, ...]
    contact: ContactPerson | None = None
    values: Mapping[str, str] = {}
    before: Mapping[str, str] = {}
    conflicts: tuple[FieldConflict, ...] = ()
    matched_by: MatchedBy | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all of its customers are here."""
        return bool(self.digest)


class ContactTaking:
    """Takes the contacts of a page, or of what waited, after the customers.

    Args:
        taking: Of the page.
    """

    def __init__(self, taking: Taking) -> None:
        self._taking = taking
        self._uow = taking.context.uow
        self._source = taking.info.name
        self._texts = RowTexts(taking.info.fields.get(_KIND, ()), _CUSTOMERS, "is_archived")
        self._known: Mapping[str, KnownRow] = {}
        self._links: Mapping[str, ImportLink] = {}
        self._contacts: Mapping[UUID, ContactPerson] = {}
        self._customers: Mapping[str, CustomerId] = {}
        self._added: list[ContactPerson] = []
        self._saved: dict[ContactId, ContactPerson] = {}
        self._remembered: list[ImportLink] = []
        self._events: list[tuple[EventName, UUID]] = []
        self._away: list[UUID] = []
        self._back: list[UUID] = []
        self._taken: set[UUID] = set()

    def take(self, rows: Mapping[str, Upsert]) -> None:
        """Take contacts as they stand in the source."""
        fresh = self._fresh(rows)
        if not fresh:
            return
        self._gather([row for row, _, _ in fresh])
        planned: list[PlannedContact] = []
        for row, texts, digest in fresh:
            try:
                found = self._plan(len(planned), row, texts, digest)
            except InvalidInput as error:
                self._taking.refuse(row, error.problems)
                continue
            if found is not None:
                planned.append(found)
        for each in self._suggest(planned):
            self._decide(each)
        self._store()

    def end(self, rows: Sequence[Deleted]) -> None:
        """End the contacts that are gone in the source."""
        links = self._uow.import_links.find_many(self._source, _KIND, [row.external_id for row in rows])
        contacts = {each.id: each for each in self._uow.contacts.find_many([ContactId(x.entity_id) for x in links])}
        for row in rows:
            self._taking.settle(_KIND, row.external_id)
        for link in links:
            self._taking.look_at("delete", link.external_id, link.digest)
            contact = contacts.get(ContactId(link.entity_id))
            if contact is not None and not contact.is_ended:
                self._end(contact)
                self._remembered.append(evolve(link, digest=""))
                self._taking.count(_KIND, Change.ARCHIVE)
        self._store()

    def _fresh(self, rows: Mapping[str, Upsert]) -> list[tuple[Upsert, tuple[str, ...], str]]:
        taking = self._taking
        self._known = {row.external_id: row for row in self._uow.import_links.known(self._source, _KIND, rows.keys())}
        fresh = []
        for key, row in rows.items():
            try:
                texts = self._texts.of(row.values)
                digest = self._texts.digest(texts, "\x1e".join(row.customers), "1" if row.is_archived else "")
            except (InvalidInput, TypeError) as error:
                problems = error.problems if isinstance(error, InvalidInput) else ()
                taking.refuse(row, problems or InvalidInput.of(_CUSTOMERS, "text_malformed").problems)
                continue
            known = self._known.get(key)
            taking.look_at_row(_KIND, key, digest, known)
            if known is not None and known.version and known.digest == digest:
                taking.count(_KIND, Change.UNCHANGED)
                taking.settle(_KIND, key)
            else:
                fresh.append((row, texts, digest))
        return fresh

    def _gather(self, rows: Sequence[Upsert]) -> None:
        repository = self._uow.import_links
        links = repository.find_many(self._source, _KIND, [row.external_id for row in rows])
        self._links = {link.external_id: link for link in links}
        ids = [ContactId(link.entity_id) for link in links]
        self._contacts = {contact.id: contact for contact in self._uow.contacts.find_many(ids)}
        customers = {key for row in rows for key in row.customers}
        found = repository.known(self._source, ImportKind.CUSTOMER, customers)
        self._customers = {row.external_id: CustomerId(row.entity_id) for row in found if row.version}

    def _plan(self, number: int, row: Upsert, texts: tuple[str, ...], digest: str) -> PlannedContact | None:
        said = self._clean(texts)
        here = tuple(sorted({self._customers[key] for key in row.customers if key in self._customers}))
        is_whole = all(key in self._customers for key in row.customers) or self._taking.is_plan
        link = self._links.get(row.external_id)
        contact = self._contacts.get(link.entity_id) if link is not None else None
        if row.customers and not here and not is_whole and contact is None:
            self._taking.ask(row, QuestionReason.CUSTOMER_MISSING)
            return None
        before = values_imported(link) if contact is not None else {}
        planned = PlannedContact(
            number, Change.CREATE, row, digest if is_whole else "", said, here, contact, before=before
        )
        return planned if contact is None else self._compared(planned, contact, before)

    def _compared(self, planned: PlannedContact, contact: ContactPerson, before: Mapping[str, str]) -> PlannedContact:
        fields = self._texts.fields
        merged = three_way(fields, before, [getattr(contact, name) for name in fields], planned.said)
        is_other = bool(merged.values) or self._customers_of(planned, contact) != contact.customer_ids
        change = Change.CONFLICT if merged.conflicts else Change.UPDATE if is_other else Change.UNCHANGED
        return evolve(planned, change=change, values=merged.values, conflicts=merged.conflicts)

    def _clean(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        given = dict(zip(self._texts.fields, texts, strict=True))
        organization_id = self._taking.context.actor.organization_id
        clean = new_contact(
            ContactId(organization_id),
            organization_id,
            name=given.get("name", ""),
            email=given.get("email", ""),
            phone=given.get("phone", ""),
            language=language_code(given.get("language", "")),
            customer_ids=(),
        )
        return tuple(getattr(clean, name) for name in self._texts.fields)

    def _suggest(self, planned: Sequence[PlannedContact]) -> Iterable[PlannedContact]:
        """Look for contacts of ours, at the same customers, that new rows may be: by mail address or name."""
        new = [each for each in planned if each.change is Change.CREATE and each.customer_ids]
        if not new:
            return planned
        found = self._uow.contacts.of_customers({key for each in new for key in each.customer_ids})
        linked = self._uow.import_links.of_entities(self._source, _KIND, [each.id for each in found])
        taken = {link.entity_id for link in linked}
        free = [each for each in found if each.id not in taken]
        return [self._suggested(each, free, taken) if each.change is Change.CREATE else each for each in planned]

    def _suggested(self, planned: PlannedContact, free: Collection[ContactPerson], taken: set[UUID]) -> PlannedContact:
        said = dict(zip(self._texts.fields, planned.said, strict=True))
        for matched_by, name in ((MatchedBy.MAIL, "email"), (MatchedBy.NAME, "name")):
            wanted = fold(said.get(name, ""))
            fitting = [
                each
                for each in free
                if wanted
                and fold(getattr(each, name)) == wanted
                and each.id not in taken
                and not set(each.customer_ids).isdisjoint(planned.customer_ids)
            ]
            if len(fitting) == 1:
                taken.add(fitting[0].id)
                found = self._compared(planned, fitting[0], {})
                return evolve(found, change=Change.SUGGESTED, contact=fitting[0], matched_by=matched_by)
        return planned

    def _decide(self, planned: PlannedContact) -> None:
        taking, row = self._taking, planned.told
        decisions = taking.decisions_for(planned.conflicts, planned.change)
        contact = planned.contact
        if planned.change is not Change.SUGGESTED and contact is not None:
            contact = self._stand(planned, contact)
        if not decisions.is_complete_for(planned):
            reason = QuestionReason.SUGGESTED if planned.matched_by else QuestionReason.CONFLICT
            matched = (planned.matched_by, contact.id if contact is not None else None)
            taking.ask(row, reason, conflicts=planned.conflicts, matched=matched)
            return
        is_new = planned.change is Change.CREATE or (
            planned.change is Change.SUGGESTED and decisions.on_row(planned.row) is MatchDecision.CREATE
        )
        try:
            if is_new or contact is None:
                contact, change = self._add(planned), Change.CREATE
            else:
                contact, change = self._change(planned, contact, decided(planned, decisions))
        except InvalidInput as error:
            taking.refuse(row, error.problems)
            return
        self._remember(planned, contact.id)
        if planned.is_whole:
            taking.settle(_KIND, row.external_id)
            taking.count(_KIND, change)
        else:
            taking.ask(row, QuestionReason.CUSTOMER_MISSING)

    def _add(self, planned: PlannedContact) -> ContactPerson:
        context = self._taking.context
        given = dict(zip(self._texts.fields, planned.said, strict=True))
        contact = new_contact(
            context.new_id(ContactId),
            context.actor.organization_id,
            name=given.get("name", ""),
            email=given.get("email", ""),
            phone=given.get("phone", ""),
            language=given.get("language", ""),
            customer_ids=planned.customer_ids,
        )
        self._events.append((EventName.CONTACT_ADDED, contact.id))
        if planned.told.is_archived:
            contact = evolve(contact, is_ended=True)
            self._away.append(contact.id)
        self._added.append(contact)
        return contact

    def _change(
        self, planned: PlannedContact, contact: ContactPerson, taken: Mapping[str, str]
    ) -> tuple[ContactPerson, Change]:
        values = {**planned.values, **taken}
        customer_ids = self._customers_of(planned, contact)
        stood = contact.id in self._saved
        change = Change.RESTORE if contact.id in self._back else Change.ARCHIVE if stood else Change.UNCHANGED
        if not values and customer_ids == contact.customer_ids:
            return contact, change
        changed = changed_contact(contact, **values, customer_ids=customer_ids)
        self._saved[contact.id] = evolve(changed, version=contact.version if stood else changed.version)
        self._events.append((EventName.CONTACT_CHANGED, contact.id))
        return changed, change if stood else Change.UPDATE

    def _customers_of(self, planned: PlannedContact, contact: ContactPerson) -> tuple[CustomerId, ...]:
        """Where the contact works: what was added or taken away there is added or taken away here, and nothing else."""
        before = {CustomerId(UUID(each)) for each in planned.before.get(_CUSTOMERS, "").split()}
        theirs = set(planned.customer_ids)
        if not planned.is_whole:
            before &= theirs  # where he or she is not any more is only known once all customers are
        return tuple(sorted((set(contact.customer_ids) - (before - theirs)) | (theirs - before)))

    def _stand(self, planned: PlannedContact, contact: ContactPerson) -> ContactPerson:
        """End who is kept for the past only, and resume who came back and was not ended by a person."""
        if planned.told.is_archived and not contact.is_ended:
            return self._end(contact)
        if planned.told.is_archived or not contact.is_ended:
            return contact
        if not self._uow.import_marks.find(ARCHIVED, [contact.id]):
            return contact
        self._saved[contact.id] = resumed(contact)
        self._back.append(contact.id)
        self._events.append((EventName.CONTACT_RESUMED, contact.id))
        return self._saved[contact.id]

    def _end(self, contact: ContactPerson) -> ContactPerson:
        self._saved[contact.id] = ended(contact)
        self._away.append(contact.id)
        self._events.append((EventName.CONTACT_ENDED, contact.id))
        return self._saved[contact.id]

    def _remember(self, planned: PlannedContact, contact_id: ContactId) -> None:
        # Of an unfinished row it is remembered where the contact was put, so that the rest can be added.
        kept = " ".join(each.hex for each in planned.customer_ids)
        said = {**planned.before, **dict(zip(self._texts.fields, planned.said, strict=True)), _CUSTOMERS: kept}
        self._remembered.append(
            ImportLink(
                self._taking.context.actor.organization_id,
                self._source,
                _KIND,
                planned.told.external_id,
                contact_id,
                planned.digest,
                json.dumps(said, ensure_ascii=False),
            )
        )

    def _store(self) -> None:
        if self._taking.is_plan:
            return
        uow, context = self._uow, self._taking.context
        uow.contacts.add(*self._added)
        uow.contacts.save(*self._saved.values())
        uow.import_links.put(*self._remembered)
        if self._back:
            uow.import_marks.remove(ARCHIVED, self._back)
        if self._away:
            uow.import_marks.add(ARCHIVED, self._away)
        for name, contact_id in self._events:
            context.record(name, contact_id)
        self._added, self._saved, self._remembered = [], {}, []
        self._events, self._away, self._back = [], [], []
