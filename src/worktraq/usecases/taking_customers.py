"""Taking customers out of an accounting system: comparing them three ways, suggesting, archiving (T-01, B-10)."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter

from attrs import evolve

from worktraq.core.accounting import Deleted, Upsert
from worktraq.core.comparing import RowDigest, three_way, values_imported
from worktraq.core.customer_rows import RowReader, Values, values_of, with_values
from worktraq.core.customers import Customer, CustomerData, archived, checked, place_span, restored
from worktraq.core.events import EventName
from worktraq.core.ids import CustomerId
from worktraq.core.imports import (
    ARCHIVED,
    Change,
    ConflictDecision,
    Decisions,
    ImportKind,
    ImportLink,
    ImportPlan,
    KnownRow,
    MatchDecision,
    MatchedBy,
    PlannedCustomer,
    as_checked,
    make_planned_customer,
)
from worktraq.core.questions import QuestionReason
from worktraq.errors import InvalidInput, Problem
from worktraq.usecases.applying import CustomerApplying
from worktraq.usecases.customers import check_currency_may_change
from worktraq.usecases.planning import matching_keys
from worktraq.usecases.taking import Taking

_KIND = ImportKind.CUSTOMER
_IS_ARCHIVED = "is_archived"
_TO_DECIDE = (Change.CONFLICT, Change.SUGGESTED)


class RowTexts:
    """Picks the texts of rows, in order of the fields.

    Args:
        fields: What the source tells.
        more: Names of what a digest is made of besides.
    """

    def __init__(self, fields: Sequence[str], *more: str) -> None:
        self.fields = tuple(fields)
        self._digest = RowDigest([*fields, *more])
        self._all: Callable[[Mapping[str, str]], Values] | None = (
            itemgetter(*self.fields) if len(self.fields) > 1 else None
        )

    def of(self, values: Mapping[str, str]) -> Values:
        """The text of each field; empty where the source leaves it out."""
        if self._all is not None:
            try:
                return self._all(values)
            except KeyError:
                pass
        return tuple([values.get(name) or "" for name in self.fields])

    def digest(self, texts: Values, *more: str) -> str:
        """Of a row.

        Raises:
            InvalidInput: Naming the field that holds no text.
        """
        try:
            return self._digest.of((*texts, *more))
        except TypeError:
            wrong = (name for name, text in zip(self.fields, texts, strict=True) if not isinstance(text, str))
            raise InvalidInput([Problem(name, "text_malformed") for name in wrong]) from None


class CustomerTaking:
    """Takes the customers of a page, or of what waited.

    Args:
        taking: Of the page.
    """

    def __init__(self, taking: Taking) -> None:
        self._taking = taking
        self._uow = taking.context.uow
        self._source = taking.info.name
        self._texts = RowTexts(taking.info.fields.get(_KIND, ()), _IS_ARCHIVED)
        self._reader = RowReader(self._texts.fields)
        self._rows: list[Upsert] = []
        self._planned: list[PlannedCustomer] = []
        self._changes: dict[str, Change] = {}
        self._standing: list[tuple[Upsert, CustomerId]] = []
        self._known: Mapping[str, KnownRow] = {}
        self._links: Mapping[str, ImportLink] = {}
        self._customers: Mapping[CustomerId, Customer] = {}
        self._suggested_ones: dict[CustomerId, Customer] = {}

    def take(self, rows: Mapping[str, Upsert]) -> None:
        """Take customers as they stand in the source."""
        taking = self._taking
        fresh = self._fresh(rows)
        if not fresh:
            return
        self._gather([row.external_id for row, _, _ in fresh])
        for row, texts, digest in fresh:
            try:
                self._planned.append(self._plan(row, texts, digest))
                self._rows.append(row)
            except InvalidInput as error:
                taking.refuse(row, error.problems)
        self._suggest()
        self._apply(self._ready())
        self._settle_standing(self._standing)
        for change, count in Counter(self._changes.values()).items():
            taking.count(_KIND, change, count)

    def archive(self, rows: Sequence[Deleted]) -> None:
        """Archive the customers that are gone in the source."""
        keys = [row.external_id for row in rows]
        links = self._uow.import_links.find_many(self._source, _KIND, keys)
        customers = self._uow.customers.find_many({CustomerId(link.entity_id) for link in links})
        active = {customer.id: customer for customer in customers if customer.is_active and not customer.is_internal}
        for row in rows:
            self._taking.settle(_KIND, row.external_id)
        for link in links:
            self._taking.look_at("delete", link.external_id, link.digest)
        self._save([archived(customer) for customer in active.values()], EventName.CUSTOMER_ARCHIVED)
        gone = [link for link in links if link.entity_id in active]
        self._taking.count(_KIND, Change.ARCHIVE, len(gone))
        if not self._taking.is_plan:
            # Without its digest the same row is looked at again when it comes back.
            self._uow.import_links.put(*[evolve(link, digest="") for link in gone])

    def _fresh(self, rows: Mapping[str, Upsert]) -> list[tuple[Upsert, Values, str]]:
        """The rows that do not say what they said before."""
        taking = self._taking
        self._known = {row.external_id: row for row in self._uow.import_links.known(self._source, _KIND, rows.keys())}
        fresh, unchanged, known_rows, is_watched = [], 0, self._known, taking.is_watched
        texts_of, digest_of = self._texts.of, self._texts.digest
        for key, row in rows.items():
            try:
                texts = texts_of(row.values)
                digest = digest_of(texts, "1" if row.is_archived else "")
            except InvalidInput as error:
                taking.refuse(row, error.problems)
                continue
            known = known_rows.get(key)
            if known is not None and known.version and known.digest == digest:
                unchanged += 1
                taking.settle(_KIND, key)
            else:
                fresh.append((row, texts, digest))
            if is_watched:
                taking.look_at_row(_KIND, key, digest, known)
        taking.count(_KIND, Change.UNCHANGED, unchanged)
        return fresh

    def _gather(self, keys: Collection[str]) -> None:
        live = [key for key in keys if key in self._known and self._known[key].version]
        links = self._uow.import_links.find_many(self._source, _KIND, live)
        self._links = {link.external_id: link for link in links}
        found = self._uow.customers.find_many({CustomerId(link.entity_id) for link in links})
        self._customers = {customer.id: customer for customer in found}

    def _plan(self, row: Upsert, texts: Values, digest: str) -> PlannedCustomer:
        key, number = row.external_id, len(self._planned)
        known, link = self._known.get(key), self._links.get(key)
        remembered = known.digest if known is not None else ""
        customer = self._customers.get(CustomerId(link.entity_id)) if link is not None else None
        if customer is None:
            data, said = self._reader.read(texts)
            return make_planned_customer(number, Change.CREATE, key, data, None, 0, said, digest, remembered)
        _, said = self._reader.read(texts, customer.data)
        fields = self._texts.fields
        merged = three_way(fields, values_imported(link), values_of(customer.data, fields), said)
        data = customer.data
        if merged.values:
            data = checked(with_values(customer.data, merged.values))
            check_currency_may_change(self._taking.context, customer, data)
        change = Change.CONFLICT if merged.conflicts else Change.UPDATE if merged.values else Change.UNCHANGED
        planned = make_planned_customer(
            number, change, key, data, customer.id, customer.version, said, digest, remembered
        )
        return evolve(planned, conflicts=merged.conflicts) if merged.conflicts else planned

    def _suggest(self) -> None:
        """Look for customers of ours that new rows may be: by VAT number, number, or name and place."""
        new = [planned for planned in self._planned if planned.change is Change.CREATE]
        found = self._alike([planned.data for planned in new]) if new and self._taking.has_unlinked() else ()
        if not found:
            return
        linked = self._uow.import_links.of_entities(self._source, _KIND, [each.id for each in found])
        taken = {link.entity_id for link in linked}
        free = [each for each in found if each.id not in taken and not each.is_internal]
        candidates: dict[tuple[MatchedBy, str], list[Customer]] = {}
        for each in free:
            for match in _keys(each.data):
                candidates.setdefault(match, []).append(each)
        suggested: set[CustomerId] = set()
        for planned in new if candidates else ():
            for match in _keys(planned.data):
                fitting = [each for each in candidates.get(match, ()) if each.id not in suggested]
                if len(fitting) == 1:
                    suggested.add(fitting[0].id)
                    self._suggested_ones[fitting[0].id] = fitting[0]
                    self._planned[planned.row] = self._suggested(planned, fitting[0], match[0])
                    break

    def _alike(self, new: Sequence[CustomerData]) -> Sequence[Customer]:
        customers = self._uow.customers
        found = {each.id: each for each in customers.find_by_numbers({data.number for data in new} - {""})}
        vat_numbers = {data.vat_number for data in new} - {""}
        spans = {place_span(data) for data in new} - {None}
        alike = customers.find_alike(sorted(vat_numbers), sorted(span for span in spans if span is not None))
        return list((found | {each.id: each for each in alike}).values())

    def _suggested(self, planned: PlannedCustomer, customer: Customer, matched_by: MatchedBy) -> PlannedCustomer:
        fields = self._texts.fields
        return evolve(
            planned,
            change=Change.SUGGESTED,
            customer_id=customer.id,
            version=customer.version,
            conflicts=three_way(fields, {}, values_of(customer.data, fields), planned.said).conflicts,
            matched_by=matched_by,
        )

    def _ready(self) -> list[tuple[PlannedCustomer, Decisions]]:
        """The rows of which nothing is left to be decided, and whose number nobody else has."""
        taking, ready = self._taking, []
        for row, planned in zip(self._rows, self._planned, strict=True):
            decisions = taking.decisions_for(planned.conflicts, planned.change)
            if planned.customer_id is not None and planned.change is not Change.SUGGESTED:
                self._standing.append((row, planned.customer_id))
            if planned.change not in _TO_DECIDE or decisions.is_complete_for(planned):
                ready.append((planned, decisions))
                continue
            reason = QuestionReason.SUGGESTED if planned.matched_by else QuestionReason.CONFLICT
            matched = (planned.matched_by, planned.customer_id)
            taking.ask(row, reason, conflicts=planned.conflicts, matched=matched)
        return self._with_free_numbers(ready)

    def _with_free_numbers(
        self, ready: Sequence[tuple[PlannedCustomer, Decisions]]
    ) -> list[tuple[PlannedCustomer, Decisions]]:
        claims = [self._claimed(planned, decisions) for planned, decisions in ready]
        holders = {each.data.number: each.id for each in self._uow.customers.find_by_numbers(set(claims) - {""})}
        kept, claimed = [], set()
        for row, number in zip(ready, claims, strict=True):
            planned, decisions = row
            holder = holders.get(number)
            is_held = holder is not None and (self._is_new(planned, decisions) or holder != planned.customer_id)
            if number and (number in claimed or is_held):
                self._taking.refuse(self._rows[planned.row], [Problem("number", "number_taken")])
                continue
            claimed.add(number)
            kept.append(row)
        return kept

    def _claimed(self, planned: PlannedCustomer, decisions: Decisions) -> str:
        """The number that a customer gets by this row; empty if it keeps the one it has."""
        if self._is_new(planned, decisions):
            return planned.data.number
        if "number" not in self._texts.fields:
            return ""
        theirs = planned.said[self._texts.fields.index("number")]
        is_in_conflict = any(each.field == "number" for each in planned.conflicts)
        if is_in_conflict and decisions.on_field(planned.row, "number") is not ConflictDecision.TAKE_THEIRS:
            return ""
        if planned.change is Change.SUGGESTED or is_in_conflict:
            return theirs
        return planned.data.number if planned.change is Change.UPDATE else ""

    def _is_new(self, planned: PlannedCustomer, decisions: Decisions) -> bool:
        if planned.change is Change.CREATE:
            return True
        return planned.change is Change.SUGGESTED and decisions.on_row(planned.row) is MatchDecision.CREATE

    def _apply(self, ready: Sequence[tuple[PlannedCustomer, Decisions]]) -> None:
        taking = self._taking
        if not ready:
            return
        decisions, taken = ready[0][1], []
        rows = [planned for planned, _ in ready]
        plan = as_checked(ImportPlan(self._source, tuple(rows), (), (), self._texts.fields))
        applying = CustomerApplying(taking.context, plan, decisions)
        customers = {**self._customers, **self._suggested_ones}
        stored = {each.row: customers[each.customer_id] for each in rows if each.customer_id is not None}
        applying.compare_with(stored, self._links, self._known.keys())
        for planned in rows:
            try:
                applying.take(planned)
            except InvalidInput as error:
                taking.refuse(self._rows[planned.row], error.problems)
            else:
                taken.append(planned)
        for planned in taken:
            taking.settle(_KIND, planned.external_id)
            self._changes[planned.external_id] = self._change_of(planned, decisions)
        if not taking.is_plan:
            ids = applying.store()
            by_row = {row.external_id: row for row in self._rows}
            known = {row.external_id for row, _ in self._standing}
            new = ((key, customer_id) for key, customer_id in ids.items() if key not in known)
            self._standing += [(by_row[key], customer_id) for key, customer_id in new]

    def _change_of(self, planned: PlannedCustomer, decisions: Decisions) -> Change:
        if self._is_new(planned, decisions):
            return Change.CREATE
        return Change.UNCHANGED if planned.change is Change.UNCHANGED else Change.UPDATE

    def _settle_standing(self, standing: Sequence[tuple[Upsert, CustomerId]]) -> None:
        """Archive what the source keeps for the past only, and restore what came back and no person archived."""
        known = self._known
        wanted = [
            (row, customer_id)
            for row, customer_id in standing
            if row.is_archived or (row.external_id in known and known[row.external_id].is_archived)
        ]
        if not wanted:
            return
        ids = [customer_id for _, customer_id in wanted]
        customers = {each.id: each for each in self._uow.customers.find_many(ids)}
        marked = self._uow.import_marks.find(ARCHIVED, ids)
        away, back = [], []
        for row, customer_id in wanted:
            customer = customers[customer_id]
            if row.is_archived and customer.is_active and not customer.is_internal:
                away.append(archived(customer))
                self._note(row, Change.ARCHIVE)
            elif not row.is_archived and not customer.is_active and customer_id in marked:
                back.append(restored(customer))
                self._note(row, Change.RESTORE)
        self._save(away, EventName.CUSTOMER_ARCHIVED)
        self._save(back, EventName.CUSTOMER_RESTORED)

    def _note(self, row: Upsert, change: Change) -> None:
        if self._changes.get(row.external_id) in {Change.UPDATE, Change.UNCHANGED}:
            self._changes[row.external_id] = change

    def _save(self, customers: Sequence[Customer], name: EventName) -> None:
        if self._taking.is_plan or not customers:
            return
        ids = [customer.id for customer in customers]
        self._uow.customers.save(*customers)
        marks = self._uow.import_marks
        (marks.add if name is EventName.CUSTOMER_ARCHIVED else marks.remove)(ARCHIVED, ids)
        self._taking.context.record_each(name, ids)


def _keys(data: CustomerData) -> Iterable[tuple[MatchedBy, str]]:
    vat_or_name = matching_keys(data)
    return [*vat_or_name[:-1], *([(MatchedBy.NUMBER, data.number)] if data.number else []), vat_or_name[-1]]
