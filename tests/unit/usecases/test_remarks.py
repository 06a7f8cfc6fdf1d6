"""Remarks on items, and the whole story of an item."""

import pytest

from tests.properties.canary import CANARY
from tests.unit.usecases.firm import Office, codes
from worktraq.core.access import Right
from worktraq.core.actors import Actor, ActorKind
from worktraq.core.chains import Step
from worktraq.core.entries import State
from worktraq.core.events import EventName
from worktraq.core.rates import RateSubject
from worktraq.errors import InvalidInput, NotFound, Refused

pytestmark = pytest.mark.requirement("W-09")


def test_owner_and_approvers_talk_about_an_item(office: Office) -> None:
    """In order; the item stays as it is."""
    item = office.time()
    with office.acting(office.manager) as tx:
        tx.access.grant(Right.APPROVE, customer_id=office.firm.customer.id, user_id=office.firm.colleague.id)
    for actor, text in ((office.eva, "Long day"), (office.manager, "Why?"), (office.coen, "I was there")):
        with office.acting(actor) as tx:
            tx.approval.comment(item.id, text)
    with office.viewing(office.eva) as tx:
        assert [comment.text for comment in tx.approval.comments(item.id)] == ["Long day", "Why?", "I was there"]
    assert office.item(item.id) == item


@pytest.mark.parametrize("state", ["draft", "awaiting", "approved", "rejected"])
def test_item_in_any_state_can_be_remarked_on(office: Office, state: str) -> None:
    """It changes neither the state nor the version; a customer is shown nothing of it."""
    item = office.time()
    if state != "draft":
        office.submit()
    if state == "rejected":
        with office.acting(office.manager) as tx:
            tx.approval.reject([item.id], reason="Too long")
    if state == "approved":
        office.approve(item)
        contact = office.token(office.requests()[0])
        with office.acting(contact) as tx:
            tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id])
    before = office.item(item.id)
    with office.acting(office.eva) as tx:
        tx.approval.comment(item.id, "See the agreement")
    assert office.item(item.id) == before


def test_customer_is_not_shown_a_remark(office: Office) -> None:
    """Neither the page nor the mail holds it, and what was shown can still be decided."""
    item = office.time()
    request = office.asked(item)
    contact = office.contact(request)
    with office.viewing(contact) as tx:
        digest = tx.signoff.shown().digest
    with office.acting(office.eva) as tx:
        tx.approval.comment(item.id, "Between us")
    with office.acting(contact) as tx:
        shown = tx.signoff.shown()
        assert (shown.digest, "Between us" in repr(shown)) == (digest, False)
        tx.signoff.decide(digest=digest, accept=[item.id])
    office.deliver()
    assert "Between us" not in repr(office.notifier.delivered)
    for use in (
        lambda tx: tx.approval.comments(item.id),
        lambda tx: tx.approval.comment(item.id, "x"),
        lambda tx: tx.approval.history(item.id),
    ):
        office.refuses(contact, use, NotFound)


@pytest.mark.requirement("W-04")
def test_who_sees_an_item_only_to_read_does_not_remark_on_it(office: Office) -> None:
    """And who does not see it, does not find it; the scheduler has nothing to say."""
    item = office.time()
    office.refuses(office.coen, lambda tx: tx.approval.comment(item.id, "x"), NotFound)
    with office.acting(office.manager) as tx:
        tx.access.grant(Right.READ, customer_id=office.firm.customer.id, user_id=office.firm.colleague.id)
    error = office.refuses(office.coen, lambda tx: tx.approval.comment(item.id, "x"), Refused)
    assert codes(error) == ["needs_owner", "needs_approver"]
    with office.viewing(office.coen) as tx:
        assert tx.approval.comments(item.id) == []
    error = office.refuses(office.system, lambda tx: tx.approval.comment(item.id, "x"), Refused)
    assert codes(error) == ["not_a_user"]
    office.refuses(office.eva, lambda tx: tx.approval.comment(item.id, "\n"), InvalidInput)


def test_own_remark_is_taken_back(office: Office) -> None:
    """Its text is gone for good; who else may have it gone is nobody."""
    item = office.time()
    with office.acting(office.eva) as tx:
        comment = tx.approval.comment(item.id, "Secret after all")
    for actor in (office.manager, office.system):
        error = office.refuses(actor, lambda tx: tx.approval.remove_comment(comment.id), Refused)
        assert codes(error) == ["comment_not_own"]
    office.refuses(office.coen, lambda tx: tx.approval.remove_comment(comment.id), NotFound)
    with office.acting(office.eva) as tx:
        tx.approval.remove_comment(comment.id)
        assert tx.approval.comments(item.id) == []
    office.refuses(office.eva, lambda tx: tx.approval.remove_comment(comment.id), NotFound)
    assert "Secret after all" not in repr(office.content())


def test_draft_is_deleted_with_what_was_remarked_on_it(office: Office) -> None:
    """Nothing is left of it but the records, which hold ids only."""
    item = office.time()
    with office.acting(office.manager) as tx:
        tx.approval.comment(item.id, "Still a draft")
    with office.acting(office.eva) as tx:
        tx.entries.delete(item.id, version=1)
    assert "Still a draft" not in repr(office.content())


@pytest.mark.requirement("B-07", "W-05")
def test_history_is_the_whole_story(office: Office) -> None:
    """Who by name, when, what, which words, and what no longer counts; its price is for managers only."""
    with office.acting(office.admin) as tx:
        tx.rates.set(RateSubject.CUSTOMER, office.firm.customer.id, CANARY)
    item = office.time()
    with office.acting(office.eva) as tx:
        comment = tx.approval.comment(item.id, "Long day")
    request = office.asked(item)
    with office.acting(office.token(request)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id])
    with office.acting(office.manager) as tx:
        tx.approval.reopen([item.id], reason="Wrong day")
    with office.viewing(office.eva) as tx:
        seen = tx.approval.history(item.id)
    with office.viewing(office.manager) as tx:
        everything = tx.approval.history(item.id)
    assert [(entry.name, entry.actor_name, entry.text, entry.is_void) for entry in seen] == [
        (EventName.ITEM_REGISTERED, "Eva", "", False),
        (EventName.ITEM_COMMENTED, "Eva", "Long day", False),
        (EventName.ITEM_SUBMITTED, "Eva", "", False),
        (EventName.ITEM_APPROVED, "Mo", "", True),
        (EventName.ITEM_APPROVED, "Bakkerij Jansen B.V.", "", True),
        (EventName.ITEM_REOPENED, "Mo", "", False),
        (EventName.ITEM_COMMENTED, "Mo", "Wrong day", False),
    ]
    by_customer = seen[4]
    assert (by_customer.step, by_customer.actor_kind, by_customer.request_id) == (
        *(Step.CUSTOMER, ActorKind.CONTACT, request.id),
    )
    assert seen[1].comment_id == comment.id
    extra = [entry.name for entry in everything if entry not in seen]
    assert extra == [EventName.ITEM_PRICED]
    assert all(entry.at == office.clock.now for entry in seen)


def test_why_something_was_withdrawn_is_kept(office: Office) -> None:
    """As a remark; saying nothing leaves none."""
    item = office.time()
    for reason in ("Forgot an hour", ""):
        office.submit()
        with office.acting(office.eva) as tx:
            tx.approval.withdraw([item.id], reason=reason)
    with office.viewing(office.manager) as tx:
        assert [comment.text for comment in tx.approval.comments(item.id)] == ["Forgot an hour"]


def test_history_tells_decisions_on_behalf_of_the_customer(office: Office) -> None:
    """With the reason; and a remark that was taken back, without its words."""
    item = office.time()
    office.asked(item)
    with office.acting(office.manager) as tx:
        tx.approval.approve([item.id], reason="By telephone")
        comment = tx.approval.comment(item.id, "Spoke to Jan")
        tx.approval.remove_comment(comment.id)
    with office.viewing(office.eva) as tx:
        *_, approved, remarked, taken_back = tx.approval.history(item.id)
    assert (approved.text, approved.on_behalf, approved.actor_name) == ("By telephone", True, "Mo")
    assert (remarked.name, remarked.text, taken_back.name) == (
        *(EventName.ITEM_COMMENTED, "", EventName.ITEM_COMMENT_REMOVED),
    )
    assert office.state(item) is State.APPROVED


@pytest.mark.requirement("W-04")
def test_history_is_for_who_sees_the_item(office: Office) -> None:
    """Nobody else finds it."""
    item = office.time()
    office.refuses(office.coen, lambda tx: tx.approval.history(item.id), NotFound)
    office.refuses(Actor.user(office.firm.id, office.other.admin.id), lambda tx: tx.approval.history(item.id), NotFound)
