"""Connecting an accounting system and importing from it: what happens to each row, and when something goes wrong."""

from datetime import timedelta
from pathlib import Path

import pytest
from attrs import define, evolve

from tests.accounting.books import Books
from tests.accounting.offices import bookkeeping
from worktraq.adapters.accounting.secrets import FileSecrets, MemorySecrets
from worktraq.core.accounting import Deletions, RejectedRow, SourcePage
from worktraq.core.connections import ConnectionState
from worktraq.core.customers import CustomerStatus
from worktraq.core.import_runs import LEASE, RunState
from worktraq.core.imports import Change, ConflictDecision, Decisions, ImportKind, MatchDecision, MatchedBy
from worktraq.core.questions import QuestionReason
from worktraq.core.users import Role
from worktraq.errors import (
    Conflict,
    InvalidInput,
    Refused,
    SourceBroken,
    SourceDenied,
    SourceLimited,
    SourceUnavailable,
)
from worktraq.testing.fakes import BEGINNING

CUSTOMER, CONTACT, USER = ImportKind.CUSTOMER, ImportKind.CONTACT, ImportKind.USER


@pytest.mark.requirement("T-01")
def test_there_is_one_connection_at_most() -> None:
    """A second one is refused; after disconnecting, what was imported is known again."""
    firm = bookkeeping()
    firm.books.customer("1", "Nova")
    firm.run()
    with firm.engine.transaction(firm.office.admin) as tx, pytest.raises(Refused) as refused:
        tx.accounting.connect("books", settings={"name": "B"}, secrets={"token": "t"})
    assert refused.value.reasons[0].code == "accounting_connected_already"
    with firm.engine.transaction(firm.office.admin) as tx:
        tx.accounting.disconnect(version=1)
    assert firm.secrets._kept == {}
    with firm.engine.transaction(firm.office.admin) as tx:
        assert tx.accounting.connection() is None
        tx.accounting.connect("books", settings={"name": "B"}, secrets={"token": "t"})
    assert firm.run().count(CUSTOMER, Change.UNCHANGED) == 1
    assert len([name for name in firm.customers() if name == "Nova"]) == 1


@pytest.mark.requirement("T-01")
def test_secrets_are_in_the_secret_store_and_nowhere_else() -> None:
    """Nor in what is shown of a connection; a change taken back leaves the former ones."""
    firm = bookkeeping()
    with firm.engine.transaction(firm.office.admin) as tx:
        connection = tx.accounting.connection()
        assert connection is not None
        tx.accounting.change(version=1, secrets={"token": "hush-hush"})
    assert [dict(each) for each in firm.secrets._kept.values()] == [{"token": "hush-hush"}]
    assert "hush-hush" not in repr((firm.office.content(), connection, firm.engine, firm.secrets))

    def change_twice() -> None:
        with firm.engine.transaction(firm.office.admin) as tx:
            tx.accounting.change(version=2, secrets={"token": "other"})
            tx.accounting.change(version=3, settings={"nmae": "x"})

    with pytest.raises(InvalidInput):
        change_twice()
    assert [dict(each) for each in firm.secrets._kept.values()] == [{"token": "hush-hush"}]
    assert firm.engine.check_accounting(firm.office.manager).detail == "hush-hush"


def test_settings_are_checked_against_the_source() -> None:
    """All that is missing or unknown is named, and no value."""
    firm = bookkeeping(is_connected=False)
    for settings, secrets, expected in (
        ({}, {"token": "t"}, ["name"]),
        ({"name": "x", "else": "y"}, {"token": "t"}, ["else"]),
        ({"name": "x"}, {}, ["token"]),
        ({"name": "x"}, {"token": "s" * 10_001}, ["token"]),
        ({"name": "x"}, {"token": 7}, ["token"]),
    ):
        with firm.engine.transaction(firm.office.admin) as tx, pytest.raises(InvalidInput) as wrong:
            tx.accounting.connect("books", settings=settings, secrets=secrets)  # type: ignore[arg-type]  # on purpose
        assert [each.field for each in wrong.value.problems] == expected
    assert firm.secrets._kept == {}


@pytest.mark.requirement("B-10")
def test_plan_changes_nothing_and_what_was_planned_is_done() -> None:
    """The counts are those of the run; another position, page or version of ours makes it stale."""
    firm = bookkeeping(page_size=2)
    for key in ("1", "2", "3"):
        firm.books.customer(key)
    firm.books.contact("a", "Piet", "3")
    with firm.office.nothing_changes():
        plan = firm.engine.plan_accounting(firm.office.manager)
    assert (plan.count(CUSTOMER, Change.CREATE), plan.count(CONTACT, Change.CREATE), plan.rows) == (3, 1, 4)
    run = firm.engine.import_accounting(firm.office.manager, plan=plan)
    assert (run.counts, run.state) == (plan.counts, RunState.DONE)
    with pytest.raises(Conflict) as stale:
        firm.engine.import_accounting(firm.office.manager, plan=plan)
    assert stale.value.code == "plan_stale"
    firm.books.customer("1", "Other")
    plan = firm.engine.plan_accounting(firm.office.manager)
    with firm.engine.transaction(firm.office.manager) as tx:
        customer = firm.customers()["Customer 1"]
        tx.customers.change(customer.id, version=customer.version, email="ours@x.example")
    with pytest.raises(Conflict) as stale:
        firm.engine.import_accounting(firm.office.manager, plan=plan)
    assert stale.value.code == "plan_stale"
    assert "Other" not in firm.customers()
    assert firm.run().count(CUSTOMER, Change.UPDATE) == 1


@pytest.mark.requirement("B-10")
def test_conflict_is_asked_once_and_decided_per_field() -> None:
    """Asked twice it is the same question; decided, it is gone, and nothing is asked in the next run."""
    firm = bookkeeping()
    firm.books.customer("1", "Nova", email="a@x.example", street="A 1")
    firm.run()
    with firm.engine.transaction(firm.office.manager) as tx:
        nova = firm.customers()["Nova"]
        tx.customers.change(nova.id, version=nova.version, email="ours@x.example", company_name="Nova B.V.")
    firm.books.customer("1", "Nova N.V.", email="b@x.example", street="A 2")
    assert firm.run().count(CUSTOMER, Change.CONFLICT) == 1
    (asked,) = firm.questions()
    firm.run()
    assert firm.questions()[0].version == asked.version
    assert {each.field for each in asked.conflicts} == {"email", "company_name"}
    assert asked.entity_id == nova.id
    fields = {"email": ConflictDecision.KEEP_OURS, "company_name": ConflictDecision.TAKE_THEIRS}
    for wrong in ({"email": ConflictDecision.KEEP_OURS}, {**fields, "city": ConflictDecision.KEEP_OURS}):
        with firm.engine.transaction(firm.office.manager) as tx, pytest.raises(InvalidInput):
            tx.accounting.decide(asked.id, version=asked.version, fields=wrong)
    with firm.engine.transaction(firm.office.manager) as tx:
        assert tx.accounting.decide(asked.id, version=asked.version, fields=fields) is None
    now = firm.customers()["Nova N.V."]
    assert (now.data.email, now.data.address.street) == ("ours@x.example", "A 2")
    assert firm.run().counts == ()
    assert firm.questions() == []


@pytest.mark.requirement("B-10")
def test_decision_about_something_else_by_now_decides_nothing() -> None:
    """The question comes back as it stands now."""
    firm = bookkeeping()
    firm.books.customer("1", "Nova", email="a@x.example")
    firm.run()
    for email in ("one@x.example", "two@x.example"):
        with firm.engine.transaction(firm.office.manager) as tx:
            nova = firm.customers()["Nova"]
            tx.customers.change(nova.id, version=nova.version, email=email)
        if email.startswith("one"):
            firm.books.customer("1", "Nova", email="b@x.example")
            firm.run()
    (asked,) = firm.questions()
    with firm.engine.transaction(firm.office.manager) as tx:
        fields = {"email": ConflictDecision.TAKE_THEIRS}
        now = tx.accounting.decide(asked.id, version=asked.version, fields=fields)
    assert now is not None
    assert (now.version, now.conflicts[0].here) == (2, "two@x.example")
    assert firm.customers()["Nova"].data.email == "two@x.example"


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize(
    ("values", "matched_by"),
    [
        ({"vat_number": "NL004495445B01", "country": "NL"}, MatchedBy.VAT_NUMBER),
        ({"number": "K-7"}, MatchedBy.NUMBER),
        ({"city": "Gent"}, MatchedBy.NAME),
    ],
)
def test_customer_that_is_here_already_is_suggested(values: dict[str, str], matched_by: MatchedBy) -> None:
    """And becomes that customer, or another one, as somebody decides."""
    firm = bookkeeping()
    firm.books.customer("1", "Nova", is_archived=False, **values)
    firm.run()
    with firm.engine.transaction(firm.office.admin) as tx:
        tx.accounting.disconnect(version=1)
        tx.accounting.connect("other-books", settings={"name": "B"}, secrets={"token": "t"})
    name = "Nova" if matched_by is MatchedBy.NAME else "Nova Group"
    firm.books.log.clear()
    firm.books.customer("900", name, is_archived=False, **values)
    assert firm.run().count(CUSTOMER, Change.SUGGESTED) == 1
    (asked,) = firm.questions()
    assert (asked.reason, asked.matched_by) == (QuestionReason.SUGGESTED, matched_by)
    with firm.engine.transaction(firm.office.manager) as tx:
        fields = {each.field: ConflictDecision.TAKE_THEIRS for each in asked.conflicts}
        assert tx.accounting.decide(asked.id, version=1, fields=fields, match=MatchDecision.MATCH) is None
    assert firm.customers()[name].version == 1 + bool(asked.conflicts)
    assert firm.run().counts == ()


@pytest.mark.requirement("B-10")
def test_import_restores_what_it_archived_and_nothing_else() -> None:
    """Also when somebody changed it meanwhile; what a person archived stays so."""
    firm = bookkeeping()
    firm.books.customer("1", "Nova")
    firm.run()
    firm.books.delete(CUSTOMER, "1")
    assert firm.run().count(CUSTOMER, Change.ARCHIVE) == 1
    with firm.engine.transaction(firm.office.manager) as tx:
        nova = firm.customers()["Nova"]
        tx.customers.change(nova.id, version=nova.version, email="x@x.example")
    firm.books.customer("1", "Nova")
    assert firm.run().count(CUSTOMER, Change.RESTORE) == 1
    firm.books.customer("1", "Nova", is_archived=True)
    firm.run()
    with firm.engine.transaction(firm.office.manager) as tx:
        nova = firm.customers()["Nova"]
        nova = tx.customers.restore(nova.id, version=nova.version)
        tx.customers.archive(nova.id, version=nova.version)
    firm.books.customer("1", "Nova")
    firm.run()
    assert firm.customers()["Nova"].status is CustomerStatus.ARCHIVED


@pytest.mark.requirement("B-10")
def test_only_a_complete_listing_archives_what_is_not_in_it() -> None:
    """Not one that is cancelled, limited, or has a row of which it is unclear who it is."""
    firm = bookkeeping(Deletions.ABSENT, is_incremental=False, page_size=1)
    for key in ("1", "2", "3"):
        firm.books.customer(key)
    firm.run()
    firm.books.delete(CUSTOMER, "3")
    left = [2]

    def is_cancelled() -> bool:
        left[0] -= 1
        return left[0] < 0

    run = firm.engine.import_accounting(firm.office.manager, is_cancelled=is_cancelled)
    assert (run.state, run.problem) == (RunState.STOPPED, "import_cancelled")
    assert firm.customers()["Customer 3"].is_active
    firm.books.put(RejectedRow(CUSTOMER, "", "", "row_malformed", "?"))
    assert firm.engine.import_accounting(firm.office.manager, from_beginning=True).is_done
    assert firm.customers()["Customer 3"].is_active
    assert firm.questions()[0].reason is QuestionReason.MALFORMED
    firm.books.rows.pop((CUSTOMER, ""))
    plan = firm.engine.plan_accounting(firm.office.manager)
    run = firm.run()
    assert plan.count(CUSTOMER, Change.ARCHIVE) == run.count(CUSTOMER, Change.ARCHIVE) == 1
    assert not firm.customers()["Customer 3"].is_active
    assert firm.questions() == []


def test_bad_row_holds_up_no_other_and_is_not_forgotten() -> None:
    """What cannot be taken is named, and taken once nothing stands in its way."""
    firm = bookkeeping()
    firm.books.customer("1", "Nova", vat_number="NL1", country="NL")
    firm.books.customer("2", "Slager", number="K-1001")
    firm.books.customer("", "Nobody")
    firm.books.customer("3", "Kapper")
    run = firm.run()
    assert (run.count(CUSTOMER, Change.CREATE), run.count(CUSTOMER, Change.REJECTED)) == (1, 2)
    problems = {each.external_id[:1]: each.problems for each in firm.questions() if each.problems}
    assert problems["1"][0].value == "NL1"
    assert problems["?"][0].code == "row_malformed"
    (suggested,) = [each for each in firm.questions() if each.matched_by is MatchedBy.NUMBER]
    with firm.engine.transaction(firm.office.manager) as tx:
        holder = tx.customers.get(firm.office.firm.customer.id)
        tx.customers.change(holder.id, version=holder.version, number="K-2")
    assert firm.run().count(CUSTOMER, Change.CREATE) == 1
    assert suggested.id not in {each.id for each in firm.questions()}


@pytest.mark.requirement("S-07")
def test_users_are_read_in_by_administrators_as_employees() -> None:
    """Matched by mail address, never a role; a manager's run leaves them for an administrator's."""
    firm = bookkeeping()
    admin, manager = firm.office.firm.admin, firm.office.firm.manager
    firm.books.user("1", "Uma", "uma@x.example")
    firm.books.user("2", manager.name, manager.email.upper())
    firm.books.user("3", "Nomail", "")
    run = firm.run(firm.office.manager)
    assert run.count(USER, Change.WAITING) == 3
    run = firm.run(firm.office.admin)
    assert (run.count(USER, Change.CREATE), run.count(USER, Change.REJECTED)) == (1, 1)
    with firm.engine.view(firm.office.admin) as tx:
        users = {each.name: each for each in tx.users.list()}
    assert users["Uma"].role is Role.EMPLOYEE
    assert users[manager.name].role is Role.MANAGER
    firm.books.user("2", manager.name, "new@x.example")
    firm.books.user("9", admin.name, admin.email)
    firm.run(firm.office.admin)
    firm.books.delete(USER, "1")
    firm.books.delete(USER, "9")
    firm.run(firm.office.admin)
    with firm.engine.view(firm.office.admin) as tx:
        active = {each.name for each in tx.users.list(is_active=True)}
    assert "Uma" not in active
    assert admin.name in active
    asked = {each.external_id: each for each in firm.questions()}
    assert [each.field for each in asked["2"].conflicts] == ["email"]
    assert asked["9"].problems[0].code == "user_stays_active"
    with firm.engine.transaction(firm.office.manager) as tx, pytest.raises(Refused):
        tx.accounting.decide(asked["2"].id, version=1, fields={"email": ConflictDecision.TAKE_THEIRS})


def test_short_waits_are_waited_and_long_ones_stop_the_run() -> None:
    """The run says until when; it goes on where it stopped."""
    firm = bookkeeping(page_size=1)
    for key in ("1", "2"):
        firm.books.customer(key)
    until = firm.office.clock.now + timedelta(seconds=20)
    firm.books.trouble = [SourceLimited(until), None, SourceUnavailable(), SourceUnavailable()]
    run = firm.run()
    assert run.is_done
    assert firm.sleeping.waited == [20.0, 1.0, 2.0]
    later = firm.office.clock.now + timedelta(hours=1)
    firm.books.customer("3")
    firm.books.trouble = [SourceLimited(later)]
    run = firm.run()
    assert (run.state, run.problem, run.retry_at) == (RunState.STOPPED, "source_limited", later)
    firm.books.trouble = [SourceUnavailable()] * 4
    assert firm.run().problem == "source_unavailable"
    again = firm.run()
    assert (again.id, again.is_done, again.count(CUSTOMER, Change.CREATE)) == (run.id, True, 1)


def test_source_that_denies_or_is_broken_stops_the_run() -> None:
    """Whoever is not let in finds it at the connection, until it works again."""
    firm = bookkeeping()
    firm.books.trouble = [SourceDenied(), SourceBroken("source_answer_malformed"), ValueError("x"), SourceDenied()]
    assert firm.run().problem == "source_denied"
    with firm.engine.view(firm.office.manager) as tx:
        connection = tx.accounting.connection()
    assert connection is not None
    assert (connection.state, connection.problem) == (ConnectionState.NEEDS_ATTENTION, "source_denied")
    assert firm.run().problem == "source_answer_malformed"
    with pytest.raises(ValueError, match="x"):
        firm.run()
    with pytest.raises(SourceDenied):
        firm.engine.check_accounting(firm.office.admin)
    assert firm.run().is_done
    with firm.engine.view(firm.office.manager) as tx:
        connection = tx.accounting.connection()
        assert [run.state for run in tx.accounting.runs()] == [RunState.DONE]
    assert connection is not None
    assert connection.state is ConnectionState.WORKING


def test_a_run_has_one_worker_until_its_lease_runs_out() -> None:
    """Who lost the run to somebody else can do nothing more."""
    firm = bookkeeping(page_size=1)
    for key in ("1", "2", "3"):
        firm.books.customer(key)
    seen: list[str] = []

    def meanwhile(_done: int, _total: int | None) -> None:
        if seen:
            return
        with pytest.raises(Refused) as refused:
            firm.run()
        seen.append(refused.value.reasons[0].code)
        firm.office.clock.tick(LEASE + timedelta(seconds=1))
        assert firm.run().is_done

    with pytest.raises(Conflict) as lost:
        firm.engine.import_accounting(firm.office.manager, progress=meanwhile)
    assert seen == ["import_runs_already"]
    assert lost.value.code == "import_taken_over"
    assert len(firm.customers()) == 3 + 3


@pytest.mark.parametrize("is_in_memory", [True, False])
def test_secrets_are_kept_apart(is_in_memory: bool, tmp_path: Path) -> None:
    """By organization and key; shown nowhere, and in files for their owner alone."""
    firm = bookkeeping(is_connected=False).office
    store = MemorySecrets() if is_in_memory else FileSecrets(tmp_path / "vault")
    key, other = firm.firm.customer.id, firm.firm.other_customer.id
    assert store.load(firm.firm.id, key) == {}
    store.save(firm.firm.id, key, {"token": "hush"})
    store.save(firm.firm.id, key, {"token": "hush-hush"})
    assert store.load(firm.firm.id, key) == {"token": "hush-hush"}
    assert store.load(firm.other.id, key) == store.load(firm.firm.id, other) == {}
    assert "hush" not in repr(store)
    with store.exclusively(firm.firm.id, key):
        store.delete(firm.firm.id, key)
    assert store.load(firm.firm.id, key) == {}
    if not is_in_memory:
        store.save(firm.firm.id, key, {"token": "x"})
        (file,) = (tmp_path / "vault").glob("*.json")
        assert file.stat().st_mode & 0o077 == 0
    assert BEGINNING.tzinfo is not None


def test_bulk_decisions_are_for_all() -> None:
    """Decisions about single rows belong to questions."""
    firm = bookkeeping()
    firm.books.customer("1", "Nova", email="a@x.example")
    firm.run()
    with firm.engine.transaction(firm.office.manager) as tx:
        nova = firm.customers()["Nova"]
        tx.customers.change(nova.id, version=nova.version, email="ours@x.example")
    firm.books.customer("1", "Nova", email="b@x.example")
    firm.run()
    firm.run(decisions=Decisions(ConflictDecision.TAKE_THEIRS))
    assert firm.questions() == []
    assert firm.customers()["Nova"].data.email == "b@x.example"


def test_who_was_slower_than_the_lease_cannot_go_on_beside_somebody_else() -> None:
    """Also while the other one is still at it."""
    firm = bookkeeping(page_size=1)
    for key in ("1", "2", "3"):
        firm.books.customer(key)

    def taken_over(_done: int, _total: int | None) -> None:
        with firm.office.store.unit_of_work(firm.office.firm.id, writes=True) as uow:
            (run,) = uow.import_runs.latest(1)
            uow.import_runs.save(evolve(run, version=run.version + 1))

    with pytest.raises(Conflict) as lost:
        firm.engine.import_accounting(firm.office.manager, progress=taken_over)
    assert lost.value.code == "import_taken_over"
    assert "Customer 2" not in firm.customers()


@define
class RoundBooks(Books):
    """Lead from the third page back to the first."""

    def page(self, cursor: str) -> SourcePage:
        """An empty one."""
        self.read += 1
        assert self.read < 50, "it would never end"
        return SourcePage({"": "1", "1": "2", "2": "3", "3": "1"}[cursor], is_last=False)


def test_source_that_goes_round_in_a_circle_is_stopped() -> None:
    """However many pages the circle has."""
    assert bookkeeping(books=RoundBooks()).run().problem == "source_cursor_stuck"
