"""Who was erased stays erased, whatever an accounting system or a sheet tells of the person."""

import pytest

from tests.accounting.books import Books
from tests.accounting.offices import Bookkeeping, bookkeeping
from worktraq.core.accounting import SourcePage
from worktraq.core.import_runs import RunState
from worktraq.core.imports import Change, ConflictDecision, Decisions, ImportKind, MatchDecision
from worktraq.core.privacy import DataCategory
from worktraq.core.questions import Question, QuestionReason
from worktraq.core.sheets import Sheet
from worktraq.errors import Conflict
from worktraq.serialization import to_json

pytestmark = pytest.mark.requirement("B-07", "B-10")
CUSTOMER, CONTACT, USER = ImportKind.CUSTOMER, ImportKind.CONTACT, ImportKind.USER


def tell(books: Books, *, email: str = "") -> None:
    """Three people, one of each kind."""
    books.customer("1", "Nova")
    books.customer("2", company_name="", kind="private", first_name="Yolentha", last_name="Smit", email=email)
    books.contact("3", "Xandriel", "1", email=email)
    books.user("4", "Zwanetta", email or "zwanetta@acme.example")


def ids(firm: Bookkeeping) -> dict[str, object]:
    """Who they are here."""
    with firm.engine.view(firm.office.admin) as tx:
        users = {user.name: user.id for user in tx.users.list(limit=100)}
    return {
        "user_id": users["Zwanetta"],
        "contact_id": firm.contacts()["Xandriel"].id,
        "customer_id": firm.customers()["Yolentha Smit"].id,
    }


def erase(firm: Bookkeeping) -> None:
    """Erase all three."""
    for name, person_id in ids(firm).items():
        with firm.engine.transaction(firm.office.admin) as tx:
            if name == "user_id":
                user = tx.users.get(person_id)  # type: ignore[arg-type]  # one id, by name
                tx.users.deactivate(user.id, version=user.version)
            tx.privacy.erase_person(**{name: person_id})  # type: ignore[arg-type]  # one id, by name


def told(firm: Bookkeeping) -> str:
    """Everything that is stored, audit trail and all."""
    return repr(firm.office.content()[firm.office.firm.id])


def marked(firm: Bookkeeping) -> set[object]:
    """What has a mark."""
    return set(firm.office.content()[firm.office.firm.id]["import_marks"].values())


@pytest.mark.parametrize("is_incremental", [True, False])
def test_no_import_brings_anybody_back(is_incremental: bool) -> None:
    """Neither the same rows nor other ones; what is told is that the row is of somebody who was erased, and nothing else."""
    firm = bookkeeping(is_incremental=is_incremental)
    tell(firm.books)
    firm.run(firm.office.admin)
    erase(firm)
    assert not [name for name in ("Yolentha", "Xandriel", "Zwanetta") if name in told(firm)]
    for email in ("", "", "other@x.example"):
        tell(firm.books, email=email)
        plan = firm.engine.plan_accounting(firm.office.admin)
        run = firm.engine.import_accounting(firm.office.admin, plan=plan)
        assert run.state is RunState.DONE
        assert [run.count(kind, Change.CREATE) for kind in ImportKind] == [0, 0, 0]
        assert [run.count(kind, Change.RESTORE) for kind in ImportKind] == [0, 0, 0]
        assert not [name for name in ("Yolentha", "Xandriel", "Zwanetta", "other@x") if name in told(firm)]
        asked = firm.questions()
        assert {(each.kind, each.external_id) for each in asked} == {(CUSTOMER, "2"), (CONTACT, "3"), (USER, "4")}
        assert {(each.reason, each.said, each.problems[0].code) for each in asked} == {
            (QuestionReason.REFUSED, "", "person_erased")
        }
    with firm.engine.transaction(firm.office.admin) as tx:
        for each in firm.questions():
            tx.accounting.dismiss(each.id, version=each.version)


def test_what_is_gone_there_is_not_told_of_any_more() -> None:
    """Somebody erased the rows there too."""
    firm = bookkeeping()
    tell(firm.books)
    firm.run(firm.office.admin)
    erase(firm)
    tell(firm.books)
    firm.run(firm.office.admin)
    for kind, key in ((CUSTOMER, "2"), (CONTACT, "3"), (USER, "4")):
        firm.books.delete(kind, key)
    run = firm.run(firm.office.admin)
    assert firm.questions() == []
    assert sum(run.count(kind, Change.ARCHIVE) for kind in ImportKind) == 0


def test_what_was_asked_about_somebody_is_given_out_and_goes() -> None:
    """Whether the row was linked, or only seemed to be the person; then it is not taken either."""
    firm = bookkeeping()
    tell(firm.books)
    firm.run(firm.office.admin)
    with firm.engine.transaction(firm.office.admin) as tx:
        xandriel = firm.contacts()["Xandriel"]
        tx.contacts.change(xandriel.id, version=xandriel.version, email="ours@x.example")
        wolkert = tx.customers.add_private(first_name="Wolkert", last_name="Brouwkes", number="P-1")
        wendelien = tx.users.add(name="Wendelien", email="wendelien@acme.example")
    firm.books.contact("3", "Xandriel", "1", email="theirs@x.example")
    firm.books.customer("9", company_name="", kind="private", first_name="Wolkert", last_name="Brouwkes", number="P-1")
    firm.books.user("8", "Wendelientje", "wendelien@acme.example")
    firm.run(firm.office.admin)
    assert len(firm.questions()) == 3
    with firm.engine.view(firm.office.admin) as tx:
        people = [("contact_id", xandriel.id), ("customer_id", wolkert.id), ("user_id", wendelien.id)]
        for name, person_id in people:
            records = list(tx.privacy.export_person(**{name: person_id}))  # type: ignore[arg-type]  # one id, by name
            (asked,) = [each for each in records if isinstance(each.value, Question)]
            assert (asked.category, asked.name) == (DataCategory.IMPORTS, "import_question")
            assert "Brouwkes" in to_json(asked) or "x.example" in to_json(asked) or "Wendelientje" in to_json(asked)
    with firm.engine.transaction(firm.office.admin) as tx:
        tx.users.deactivate(wendelien.id, version=tx.users.get(wendelien.id).version)
        for name, person_id in people:
            tx.privacy.erase_person(**{name: person_id})  # type: ignore[arg-type]  # one id, by name
    assert firm.questions() == []
    firm.engine.import_accounting(
        firm.office.admin,
        from_beginning=True,
        decisions=Decisions(ConflictDecision.TAKE_THEIRS, MatchDecision.CREATE),
    )
    assert {each.problems[0].code for each in firm.questions()} == {"person_erased"}
    assert not [name for name in ("Brouwkes", "Wendelien", "Xandriel") if name in told(firm)]


def test_marks_go_with_the_person() -> None:
    """Nothing says any more that an import archived or added who was erased."""
    firm = bookkeeping()
    tell(firm.books)
    firm.run(firm.office.admin)
    people = set(ids(firm).values())
    for kind, key in ((CUSTOMER, "2"), (CONTACT, "3"), (USER, "4")):
        firm.books.delete(kind, key)
    firm.run(firm.office.admin)
    assert marked(firm) >= people
    with firm.engine.transaction(firm.office.admin) as tx:
        for name, person_id in ids(firm).items():
            tx.privacy.erase_person(**{name: person_id})  # type: ignore[arg-type]  # one id, by name
    assert not marked(firm) & people


def test_import_that_is_running_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it read before somebody was erased is not stored after; it can be gone on with."""
    firm = bookkeeping(page_size=10)
    tell(firm.books)
    firm.run(firm.office.admin)
    tell(firm.books, email="new@x.example")
    page = Books.page

    def erased_meanwhile(books: Books, cursor: str) -> SourcePage:
        read = page(books, cursor)
        monkeypatch.setattr(Books, "page", page)
        erase(firm)
        return read

    monkeypatch.setattr(Books, "page", erased_meanwhile)
    with pytest.raises(Conflict) as conflict:
        firm.run(firm.office.admin)
    assert conflict.value.code == "import_taken_over"
    with firm.engine.view(firm.office.admin) as tx:
        (run, *_) = tx.accounting.runs()
    assert (run.state, run.problem) == (RunState.STOPPED, "import_interrupted")
    assert firm.run(firm.office.admin).id == run.id
    assert not [name for name in ("Yolentha", "Xandriel", "Zwanetta", "new@x") if name in told(firm)]


def test_sheet_brings_nobody_back_either() -> None:
    """Unless somebody else has the number by now."""
    firm = bookkeeping()
    rows = (("Klantnummer", "Voornaam", "Achternaam", "Soort"), ("P-1", "Yolentha", "Smit", "particulier"))
    sheet = Sheet("Klanten", rows)
    with firm.engine.transaction(firm.office.admin) as tx:
        tx.imports.apply(tx.imports.plan_customers([sheet]))
    with firm.engine.transaction(firm.office.admin) as tx:
        tx.privacy.erase_person(customer_id=firm.customers()["Yolentha Smit"].id)
        plan = tx.imports.plan_customers([sheet])
        assert [(cell.field, cell.code) for cell in plan.refused] == [("number", "person_erased")]
        somebody = tx.customers.add_private(first_name="Yo", last_name="Jansen", number="P-1")
        (row,) = tx.imports.plan_customers([sheet]).planned
        assert row.customer_id == somebody.id
