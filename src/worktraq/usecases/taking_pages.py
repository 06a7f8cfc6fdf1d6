"""Taking a whole page of an accounting system, row by row of each kind, so that a bad one holds up no other."""

from collections.abc import Collection, Mapping, Sequence

from worktraq.core.accounting import Deleted, Deletions, RejectedRow, SourcePage, Upsert
from worktraq.core.ids import CustomerId
from worktraq.core.imports import Change, ImportKind
from worktraq.core.questions import Question, shown
from worktraq.usecases.taking import Taking, is_key, key_of_rejected
from worktraq.usecases.taking_contacts import ContactTaking
from worktraq.usecases.taking_customers import CustomerTaking
from worktraq.usecases.taking_users import UserTaking

ByKey = Mapping[ImportKind, dict[str, Upsert]]


def take_page(taking: Taking, page: SourcePage, *, has_questions: bool) -> None:
    """Take a page: what stands there, then what is gone, then what the source could not make out.

    Args:
        taking: Gathers what becomes of it.
        page: Of the source.
        has_questions: Whether anything was asked about rows of this source before.
    """
    upserts, deletes, rejected = _sorted_out(taking, page)
    if has_questions:
        for kind in taking.info.fields:
            keys = {*upserts[kind], *(row.external_id for row in deletes[kind])}
            taking.load_questions(kind, keys | {key for row, key in rejected if row.kind is kind})
    take_rows(taking, upserts, deletes)
    for row, key in rejected:
        taking.reject(row, key)
        taking.look_at("rejected", row.kind.value, key)
    if taking.info.deletions is Deletions.ABSENT:
        _note_seen(taking, upserts, rejected)
    if unchanged := set(filter(is_key, page.unchanged)) - upserts[ImportKind.CUSTOMER].keys():
        _leave_unchanged(taking, unchanged)
    taking.store()


def take_questions(taking: Taking, questions: Sequence[Question]) -> None:
    """Take rows again that were kept, all of one kind."""
    taking.know(questions)
    rows = [each.row for each in questions]
    upserts: ByKey = {kind: {} for kind in ImportKind}
    deletes: dict[ImportKind, list[Deleted]] = {kind: [] for kind in ImportKind}
    for row in rows:
        if isinstance(row, Upsert):
            upserts[row.kind][row.external_id] = row
        elif row is not None:
            deletes[row.kind].append(row)
    take_rows(taking, upserts, deletes)
    taking.store()


def take_rows(taking: Taking, upserts: ByKey, deletes: Mapping[ImportKind, Sequence[Deleted]]) -> None:
    """Take rows; contacts after their customers, and none of who was erased."""
    upserts = {kind: _without_barred(taking, kind, rows) for kind, rows in upserts.items()}
    if rows := upserts[ImportKind.CUSTOMER]:
        CustomerTaking(taking).take(rows)
    if rows := upserts[ImportKind.CONTACT]:
        ContactTaking(taking).take(rows)
    if rows := upserts[ImportKind.USER]:
        UserTaking(taking).take(rows)
    take_deletes(taking, deletes)


def _without_barred(taking: Taking, kind: ImportKind, rows: dict[str, Upsert]) -> dict[str, Upsert]:
    """Those that may be taken; of the others it is told that they are not, and nothing of what they say is kept."""
    barred = taking.context.barred_rows(taking.info.name, kind, rows) if rows else frozenset()
    for key in sorted(barred):
        taking.tell_once(rows[key], "person_erased")
        taking.look_at("barred", kind.value, key)
    return {key: row for key, row in rows.items() if key not in barred} if barred else rows


def take_deletes(taking: Taking, deletes: Mapping[ImportKind, Sequence[Deleted]]) -> None:
    """Archive, end or deactivate what is gone in the source."""
    if gone := deletes.get(ImportKind.CONTACT):
        ContactTaking(taking).end(gone)
    if gone := deletes.get(ImportKind.CUSTOMER):
        CustomerTaking(taking).archive(gone)
    if gone := deletes.get(ImportKind.USER):
        UserTaking(taking).deactivate(gone)


def _sorted_out(
    taking: Taking, page: SourcePage
) -> tuple[ByKey, Mapping[ImportKind, list[Deleted]], list[tuple[RejectedRow, str]]]:
    known = taking.info.fields
    upserts: ByKey = {kind: {} for kind in ImportKind}
    deletes: dict[ImportKind, list[Deleted]] = {kind: [] for kind in ImportKind}
    rejected = list(page.rejected)
    for row in page.upserts:
        if row.kind in known and is_key(row.external_id):
            upserts[row.kind][row.external_id] = row  # told twice, the last one counts
        else:
            rejected.append(_malformed(row))
    for gone in page.deletes:
        if gone.kind in known and is_key(gone.external_id):
            deletes[gone.kind].append(gone)
        else:
            rejected.append(_malformed(gone))
    keyed = [(row, key_of_rejected(row, number)) for number, row in enumerate(rejected)]
    # What can be understood counts, where the same row is told of in another way as well.
    return upserts, deletes, [(row, key) for row, key in keyed if key not in upserts[row.kind]]


def _malformed(row: Upsert | Deleted) -> RejectedRow:
    return RejectedRow(row.kind, "", "external_id", "row_malformed", shown(row.external_id))


def _note_seen(taking: Taking, upserts: ByKey, rejected: Collection[tuple[RejectedRow, str]]) -> None:
    uow = taking.context.uow
    for kind in taking.info.fields:
        refused = {key for row, key in rejected if row.kind is kind and is_key(row.external_id)}
        if taking.is_plan:
            for known in uow.import_links.known(taking.info.name, kind, refused - upserts[kind].keys()):
                taking.note_seen(kind, known)
        elif keys := upserts[kind].keys() | refused:
            uow.sightings.add(taking.run_id, kind, keys)


def _leave_unchanged(taking: Taking, keys: Collection[str]) -> None:
    """Note that customers are still there, and with them the contacts that the source told of them."""
    uow, source = taking.context.uow, taking.info.name
    customers = uow.import_links.known(source, ImportKind.CUSTOMER, keys)
    taking.count(ImportKind.CUSTOMER, Change.UNCHANGED, len(keys))
    if taking.info.deletions is not Deletions.ABSENT:
        return
    there = {ImportKind.CUSTOMER: set(keys)}
    if ImportKind.CONTACT in taking.info.fields:
        contacts = uow.contacts.of_customers([CustomerId(each.entity_id) for each in customers])
        links = uow.import_links.of_entities(source, ImportKind.CONTACT, [each.id for each in contacts])
        there[ImportKind.CONTACT] = {link.external_id for link in links}
    for kind, external_ids in there.items():
        if taking.is_plan:
            for known in uow.import_links.known(source, kind, external_ids):
                taking.note_seen(kind, known)
        else:
            uow.sightings.add(taking.run_id, kind, external_ids)
