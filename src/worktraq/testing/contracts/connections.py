"""What every store must do with accounting connections, the runs of their imports, and what these have to remember."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.accounting import SourceCheck, SourceInfo, SourcePage, Upsert
from worktraq.core.actors import Actor
from worktraq.core.connections import AccountingConnection, ConnectionState
from worktraq.core.ids import ConnectionId, ImportRunId, QuestionId
from worktraq.core.import_runs import ImportRun, Phase, RunState
from worktraq.core.imports import ARCHIVED, FieldConflict, ImportKind, MatchedBy
from worktraq.core.paging import PageRequest
from worktraq.core.questions import Question, QuestionReason, RowProblem
from worktraq.engine import WorkTraq
from worktraq.errors import Refused
from worktraq.ports.unit_of_work import Store
from worktraq.testing.builders import a_customer, an_import_link
from worktraq.testing.contracts.base import StoreContract, conflict, read_only, reading, writing
from worktraq.testing.fakes import BEGINNING, SeededIds
from worktraq.testing.firms import Firm

_CUSTOMER = ImportKind.CUSTOMER
_ids = SeededIds(77)


def a_connection(firm: Firm) -> AccountingConnection:
    """A connection of a firm."""
    return AccountingConnection(
        organization_id=firm.id,
        id=ConnectionId(_ids()),
        source="books",
        settings=(("administration", "123"), ("since", "ÿ")),
        secret_key=_ids(),
        connected_at=BEGINNING,
    )


def a_run(firm: Firm) -> ImportRun:
    """A run of a firm."""
    return ImportRun(
        id=ImportRunId(_ids()),
        organization_id=firm.id,
        connection_id=ConnectionId(_ids()),
        source="books",
        epoch=1,
        started_at=BEGINNING,
        seen_at=BEGINNING,
    )


def a_question(firm: Firm, external_id: str = "1", *, reason: QuestionReason = QuestionReason.CONFLICT) -> Question:
    """A question of a firm."""
    return Question(
        id=QuestionId(_ids()),
        organization_id=firm.id,
        source="books",
        kind=_CUSTOMER,
        external_id=external_id,
        reason=reason,
        run_id=ImportRunId(UUID(int=1)),
        asked_at=BEGINNING,
    )


class ConnectionRepositoryContract(StoreContract):
    """The one connection."""

    def test_a_connection_is_put_replaced_and_removed(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Every value comes back; another organization has its own."""
        connection = a_connection(firm)
        changed = evolve(connection, state=ConnectionState.NEEDS_ATTENTION, problem="source_denied", version=2)
        with writing(store, firm) as uow:
            assert uow.connections.find() is None
            uow.connections.put(connection)
            assert uow.connections.find() == connection
        with writing(store, firm) as uow:
            uow.connections.put(changed)
        with reading(store, other_firm) as uow:
            assert uow.connections.find() is None
        with writing(store, firm) as uow:
            assert uow.connections.find() == changed
            uow.connections.remove(changed)
            assert uow.connections.find() is None

    def test_a_stale_or_second_connection_is_not_put(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Nor removed."""
        connection = a_connection(firm)
        with writing(store, firm) as uow:
            uow.connections.put(connection)
        for wrong in (a_connection(firm), evolve(connection, version=3), evolve(a_connection(other_firm), version=2)):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.connections.put(wrong)
        for wrong in (evolve(connection, version=2), a_connection(other_firm)):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.connections.remove(wrong)
        with reading(store, firm) as uow:
            assert uow.connections.find() == connection

    @pytest.mark.requirement("T-01")
    def test_of_several_who_connect_at_once_one_succeeds(self, store: Store, firm: Firm) -> None:
        """The others are told that something is connected already."""
        engine = WorkTraq(store, sources={"one": _Source("one"), "two": _Source("two")})
        admin, barrier = Actor.user(firm.id, firm.admin.id), Barrier(4)

        def connect(worker: int) -> list[str]:
            barrier.wait()
            try:
                engine.run(admin, lambda tx: tx.accounting.connect("one" if worker % 2 else "two"))
            except Refused as refused:
                return [reason.code for reason in refused.reasons]
            return []

        with ThreadPoolExecutor(4) as pool:
            found = sorted(pool.map(connect, range(4)))
        assert found == [[], *[["accounting_connected_already"]] * 3]

    @pytest.mark.requirement("B-10")
    def test_of_several_who_import_at_once_one_does(self, store: Store, firm: Firm) -> None:
        """The others are told that it runs; nothing is there twice."""
        engine = WorkTraq(store, sources={"one": _Source("one")})
        admin, barrier = Actor.user(firm.id, firm.admin.id), Barrier(3)
        with engine.transaction(admin) as tx:
            tx.accounting.connect("one")

        def run(_worker: int) -> str:
            barrier.wait()
            try:
                return engine.import_accounting(admin).state.value
            except Refused as refused:
                return refused.reasons[0].code

        with ThreadPoolExecutor(3) as pool:
            found = set(pool.map(run, range(3)))
        assert "done" in found
        assert found <= {"done", "import_runs_already"}
        with engine.view(admin) as tx:
            assert len(tx.customers.list(search="nova")) == 1

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing changes without `writes`."""
        with read_only(), reading(store, firm) as uow:
            uow.connections.put(a_connection(firm))
        with read_only(), reading(store, firm) as uow:
            uow.connections.remove(a_connection(firm))
        with read_only(), reading(store, firm) as uow:
            uow.sightings.add(a_run(firm).id, _CUSTOMER, ["1"])
        with read_only(), reading(store, firm) as uow:
            uow.sightings.forget()
        with read_only(), reading(store, firm) as uow:
            uow.import_marks.add(ARCHIVED, [firm.customer.id])
        with read_only(), reading(store, firm) as uow:
            uow.import_marks.remove(ARCHIVED, [firm.customer.id])
        with read_only(), reading(store, firm) as uow:
            uow.questions.forget("books")
        with read_only(), reading(store, firm) as uow:
            uow.import_runs.forget_before(a_run(firm).id)


class ImportMemoryContract(StoreContract):
    """Runs, questions, sightings and marks."""

    def test_runs_come_back_newest_first(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """With every value; older ones can be forgotten."""
        first, second = a_run(firm), a_run(firm)
        full = evolve(
            second,
            state=RunState.STOPPED,
            phase=Phase.SWEEPING,
            cursor="c" * 5000,
            mark="customer:0:x",
            includes_users=True,
            leased_until=BEGINNING,
            retry_at=BEGINNING,
            problem="source_limited",
            pages=3,
            rows=2**40,
            counts=(("customer.create", 12),),
        )
        with writing(store, firm) as uow:
            uow.import_runs.add(first, full)
        with writing(store, other_firm) as uow:
            assert uow.import_runs.latest(5) == []
            uow.import_runs.forget_before(a_run(firm).id)
        with writing(store, firm) as uow:
            assert list(uow.import_runs.latest(5)) == [full, first]
            assert list(uow.import_runs.latest(1)) == [full]
            uow.import_runs.forget_before(full.id)
            assert list(uow.import_runs.latest(5)) == [full]
        for version in (1, 3):
            with conflict("changed_meanwhile"), writing(store, firm) as uow:
                uow.import_runs.save(evolve(full, version=version))

    def test_questions_are_found_by_row_and_in_pages(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """With every value; one for a row at most."""
        plain = [a_question(firm, key) for key in ("2", "1", "3")]
        full = evolve(
            a_question(firm, "4", reason=QuestionReason.SUGGESTED),
            said='{"values":{}}',
            entity_id=firm.customer.id,
            matched_by=MatchedBy.NAME,
            conflicts=(FieldConflict("city", None, "Gent", 'A"\n\u00ff'), FieldConflict("email", "", "a", "b")),
            problems=(RowProblem("email", "text_too_long", (("longest", 40),), "x"),),
        )
        with writing(store, firm) as uow:
            uow.questions.add(*plain, full)
        with reading(store, firm) as uow:
            found = uow.questions.of_rows("books", _CUSTOMER, ["4", "1", "2", "9"])
            assert found == [plain[1], plain[0], full]
            assert list(uow.questions.of_rows("books", ImportKind.USER, ["1"])) == []
            first = uow.questions.page(PageRequest(3), source="books")
            assert list(first) == plain
            rest = uow.questions.page(PageRequest.of(first.next, 3), source="books", kind=_CUSTOMER)
            assert list(rest) == [full]
            assert list(uow.questions.page(PageRequest(), source="books", reasons=[full.reason])) == [full]
            assert list(uow.questions.page(PageRequest(), source="books", reasons=[])) == []
            assert list(uow.questions.page(PageRequest(), source="other")) == []
        with reading(store, other_firm) as uow:
            assert list(uow.questions.page(PageRequest(), source="books")) == []
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.questions.add(a_question(firm, "1"))

    def test_questions_that_a_run_did_not_tell_of_are_forgotten(self, store: Store, firm: Firm) -> None:
        """Being told of again changes no version."""
        told, untold, other = (
            a_question(firm, "1"),
            a_question(firm, "2"),
            evolve(a_question(firm, "1"), source="other"),
        )
        run_id = a_run(firm).id
        with writing(store, firm) as uow:
            uow.questions.add(told, untold, other)
            uow.questions.touch(run_id, [told.id])
            uow.questions.forget("books", run_id)
        with writing(store, firm) as uow:
            assert uow.questions.find_many([told.id, untold.id, other.id]) == [evolve(told, run_id=run_id), other]
            uow.questions.forget("books")
            assert uow.questions.find_many([told.id, other.id]) == [other]

    def test_what_a_run_has_not_seen_is_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """In order of key, behind a key; seeing twice is seeing once."""
        links = [an_import_link(firm.customer, key, source="books") for key in ("1", "2", "3", "4")]
        run_id, other_run = a_run(firm).id, a_run(firm).id
        with writing(store, firm) as uow:
            uow.import_links.add(*links, an_import_link(firm.customer, "5"))
            uow.sightings.add(run_id, _CUSTOMER, ["2"])
            uow.sightings.add(run_id, _CUSTOMER, ["2", "9"])
            uow.sightings.add(run_id, ImportKind.USER, ["1"])
            uow.sightings.add(other_run, _CUSTOMER, ["3"])
        with writing(store, other_firm) as uow:
            uow.sightings.forget()
        with writing(store, firm) as uow:
            unseen = uow.sightings.unseen
            assert list(unseen(run_id, "books", _CUSTOMER, "", 2)) == [links[0], links[2]]
            assert list(unseen(run_id, "books", _CUSTOMER, "3", 2)) == [links[3]]
            uow.sightings.forget()
            assert list(unseen(run_id, "books", _CUSTOMER, "", 9)) == links

    def test_marks_are_given_and_taken(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Twice is once; each mark by itself."""
        one, two = firm.customer.id, firm.other_customer.id
        with writing(store, firm) as uow:
            uow.import_marks.add(ARCHIVED, [one])
            uow.import_marks.add(ARCHIVED, [one, two])
            assert uow.import_marks.find(ARCHIVED, [one, two, other_firm.customer.id]) == {one, two}
            assert uow.import_marks.find("other", [one, two]) == frozenset()
            uow.import_marks.remove("other", [one])
            uow.import_marks.remove(ARCHIVED, [one])
        with reading(store, firm) as uow:
            assert uow.import_marks.find(ARCHIVED, [one, two]) == {two}
        with reading(store, other_firm) as uow:
            assert uow.import_marks.find(ARCHIVED, [two]) == frozenset()

    def test_links_lead_back_from_things(self, store: Store, firm: Firm) -> None:
        """Of a source and kind; and it is known whether customers have none."""
        links = [an_import_link(firm.customer, key, source="books") for key in ("2", "1")]
        gone = an_import_link(a_customer(firm.id), "3", source="books")
        with writing(store, firm) as uow:
            uow.import_links.add(*links, gone, an_import_link(firm.customer, "1"))
            found = uow.import_links.of_entities("books", _CUSTOMER, [firm.customer.id, firm.other_customer.id])
            assert list(found) == [links[1], links[0]]
            assert list(uow.import_links.of_entities("books", ImportKind.USER, [firm.customer.id])) == []
            assert uow.import_links.count_active("books", _CUSTOMER) == 2
            assert uow.import_links.count_active("books", ImportKind.CONTACT) == 0
            assert uow.import_links.has_unlinked_customers("books")
            uow.import_links.put(an_import_link(firm.other_customer, "4", source="books"))
            assert not uow.import_links.has_unlinked_customers("books")
            assert uow.import_links.has_unlinked_customers("other")

    def test_customers_alike_are_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """By VAT number and by spans of the order by place, each once."""
        made = [(a_customer(firm.id, name), vat) for name, vat in _ALIKE]
        customers = [evolve(each, data=evolve(each.data, vat_number=vat)) for each, vat in made]
        with writing(store, firm) as uow:
            uow.customers.add(*customers)
        spans = [(customers[1].place_order, customers[1].place_order + "!"), ("0zz", "0zz!")]
        with reading(store, firm) as uow:
            found = uow.customers.find_alike([customers[0].data.vat_number, "NL1"], spans)
            assert found == customers[:2]
            assert list(uow.customers.find_alike([], [])) == []
            assert list(uow.customers.find_alike([customers[1].data.vat_number], spans[:1])) == [customers[1]]
        with reading(store, other_firm) as uow:
            assert list(uow.customers.find_alike([customers[0].data.vat_number], spans)) == []


_ALIKE = (("Alpha", "NL004495445B01"), ("Beta", "BE0428759497"), ("Gamma", ""))


class _Source:
    """Tells of one customer."""

    def __init__(self, name: str) -> None:
        self.info = SourceInfo(name, name.title(), {_CUSTOMER: ("company_name",)})

    def __call__(self, *_given: object, **_named: object) -> "_Source":
        return self

    def check(self) -> SourceCheck:
        return SourceCheck("Acme")

    def read(self, _cursor: str) -> SourcePage:
        return SourcePage("end", True, (Upsert(_CUSTOMER, "1", {"company_name": "Nova"}),))

    def close(self) -> None:
        """Nothing to let go of."""
