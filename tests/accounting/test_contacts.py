"""Contact persons out of an accounting system: at which customers, ended and back, and matched."""

import pytest

from tests.accounting.offices import bookkeeping
from worktraq.core.accounting import Deleted
from worktraq.core.imports import Change, ConflictDecision, ImportKind, MatchDecision, MatchedBy
from worktraq.core.questions import Question, QuestionReason, decisions_on, row_of, text_of_row
from worktraq.errors import InvalidInput

CONTACT = ImportKind.CONTACT


def test_contact_is_ended_and_comes_back() -> None:
    """When it is gone there, or kept for the past only."""
    firm = bookkeeping()
    firm.books.customer("1", "Nova")
    firm.books.contact("a", "Piet", "1")
    firm.run()
    for is_archived in (False, True):
        if is_archived:
            firm.books.contact("a", "Piet", "1", is_archived=True)
        else:
            firm.books.delete(CONTACT, "a")
        assert firm.run().count(CONTACT, Change.ARCHIVE) == 1
        assert firm.contacts()["Piet"].is_ended
        firm.books.contact("a", "Piet", "1")
        assert firm.run().count(CONTACT, Change.RESTORE) == 1
        assert not firm.contacts()["Piet"].is_ended


def test_contact_follows_its_customers_and_keeps_those_of_ours() -> None:
    """What was added or taken away there is added or taken away here, and nothing else."""
    firm = bookkeeping()
    for key in ("1", "2"):
        firm.books.customer(key)
    firm.books.contact("a", "Piet", "1")
    firm.run()
    ours = firm.office.firm.customer.id
    with firm.engine.transaction(firm.office.manager) as tx:
        piet = firm.contacts()["Piet"]
        tx.contacts.change(piet.id, version=piet.version, customer_ids=[*piet.customer_ids, ours])
    firm.books.contact("a", "Piet", "2")
    firm.run()
    assert set(firm.contacts()["Piet"].customer_ids) == {ours, firm.customers()["Customer 2"].id}


def test_contact_in_conflict_and_contact_that_is_here_are_asked_about() -> None:
    """And decided one by one."""
    firm = bookkeeping()
    firm.books.customer("1", "Nova")
    firm.run()
    with firm.engine.transaction(firm.office.manager) as tx:
        tx.contacts.add(name="Piet", email="p@x.example", customer_ids=[firm.customers()["Nova"].id])
    firm.books.contact("a", "piet", "1", email="other@x.example")
    assert firm.run().count(CONTACT, Change.SUGGESTED) == 1
    (asked,) = firm.questions()
    assert asked.matched_by is MatchedBy.NAME
    fields = {each.field: ConflictDecision.TAKE_THEIRS for each in asked.conflicts}
    with firm.engine.transaction(firm.office.manager) as tx:
        assert tx.accounting.decide(asked.id, version=1, fields=fields, match=MatchDecision.MATCH) is None
        piet = next(iter(tx.contacts.list(search="piet")))
        tx.contacts.change(piet.id, version=piet.version, email="ours@x.example")
    firm.books.contact("a", "piet", "1", email="third@x.example")
    firm.run()
    (asked,) = firm.questions()
    assert asked.reason is QuestionReason.CONFLICT
    with firm.engine.transaction(firm.office.manager) as tx:
        tx.accounting.dismiss(asked.id, version=asked.version)
    assert firm.questions() == []


def test_row_is_kept_as_it_was_told() -> None:
    """Whatever it is; and a decision answers what is asked."""
    gone = Deleted(CONTACT, "a")
    assert row_of(CONTACT, "a", text_of_row(gone)) == gone
    firm = bookkeeping()
    firm.books.contact("b", "Jan", "404")
    firm.run()
    (waits,) = firm.questions()
    assert isinstance(waits, Question)
    for match in (None, MatchDecision.MATCH):
        with pytest.raises(InvalidInput):
            decisions_on(waits, {}, match)
