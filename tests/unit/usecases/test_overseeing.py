"""The management overview of what customers were asked, and what a manager does from there."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.approval import DecisionKind
from worktraq.core.entries import State
from worktraq.core.events import EventName
from worktraq.core.ids import ContactId, RequestId, TemplateId
from worktraq.core.money import Money
from worktraq.core.notifications import NotificationKind
from worktraq.core.requests import RequestSort, RequestSummary
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.core.templates import MailTemplate
from worktraq.engine import WorkTraq
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.testing.builders import OCTOBER, new_id
from worktraq.usecases.transaction import Transaction

pytestmark = pytest.mark.requirement("L-05")


def asked_of_coen(office: Office) -> ApprovalRequest:
    """A request about Coen's time."""
    with office.acting(office.coen) as tx:
        item = tx.entries.register_time(office.firm.colleague_activity.id, on=OCTOBER.first, minutes=30)
        tx.approval.submit(OCTOBER)
    office.approve(item)
    return office.requests()[-1]


def a_contact_at(office: Office, email: str = "sanne@jansen.example") -> ContactId:
    """Another contact person at the firm's customer."""
    with office.acting(office.manager) as tx:
        contact = tx.contacts.add(name="Sanne", email=email, language="fr", customer_ids=[office.firm.customer.id])
    return contact.id


def test_overview_shows_all_that_matters_with_names(office: Office) -> None:
    """In one call: whom it is about, who was asked, when, how late, and what came of it."""
    item, expense = office.time(), office.expense()
    request = office.asked(item, expense)
    office.engine.run_due(request.sent_at + timedelta(days=10))
    office.clock.set(request.sent_at + timedelta(days=10))
    with office.viewing(office.manager) as tx:
        (line,) = tx.signoff.overview()
    assert (line.employee_name, line.customer_name, line.project_name) == ("Eva", "Bakkerij Jansen B.V.", "Advice")
    assert (line.is_overdue, line.overdue_days) == (True, 3)
    shown = line.request
    assert (shown.period, shown.minutes, shown.expenses, shown.recipient.email) == (
        *(OCTOBER, 60, Money("12.50", "EUR"), "ap@jansen.example"),
    )
    assert (shown.sent_at, shown.due_on, shown.reminders, shown.is_escalated, shown.status) == (
        *(request.sent_at, date(2026, 10, 12), 1, False, RequestStatus.OPEN),
    )
    with office.acting(office.token(request)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=request.item_ids, comment="Thanks")
    with office.viewing(office.manager) as tx:
        (line,) = tx.signoff.overview()
    assert (line.request.decided_by, line.request.comment, line.is_overdue) == (
        *("Bakkerij Jansen B.V.", "Thanks", False),
    )


def test_overview_is_narrowed_down_and_counted(office: Office) -> None:
    """By status, being late, employee, customer, project, contact and period; counted in the same way."""
    firm = office.firm
    first, second = office.asked(office.time()), asked_of_coen(office)
    office.clock.set(first.sent_at + timedelta(days=8))
    third = office.asked(office.time(on=date(2026, 10, 6)))
    with office.acting(office.manager) as tx:
        tx.signoff.decide_on_behalf(second.id, version=1, reason="Phone", accept=second.item_ids)
    contact_id = a_contact_at(office)
    with office.acting(office.manager) as tx:
        tx.signoff.redirect(third.id, version=1, contact_id=contact_id)
    with office.viewing(office.manager) as tx:
        overview = tx.signoff.overview

        def ids(**wanted: object) -> list[RequestId]:
            return [each.request.id for each in overview(**wanted)]  # type: ignore[arg-type]  # one filter each

        assert ids() == [third.id, second.id, first.id]
        assert ids(sort=RequestSort.DUE) == [first.id, second.id, third.id]
        assert ids(statuses=[RequestStatus.DECIDED]) == [second.id]
        assert ids(statuses=[RequestStatus.DECIDED, RequestStatus.OPEN]) == [third.id, second.id, first.id]
        assert ids(is_overdue=True) == [first.id]
        assert ids(user_id=firm.colleague.id) == [second.id]
        assert ids(contact_id=contact_id) == [third.id]
        assert ids(customer_id=firm.other_customer.id) == ids(project_id=firm.fixed_project.id) == []
        assert ids(period=OCTOBER, user_id=firm.employee.id) == [third.id, first.id]
        counts, of_eva = tx.signoff.counts(), tx.signoff.counts(user_id=firm.employee.id)
    assert (counts.total, counts.overdue, counts.by_status[RequestStatus.OPEN]) == (3, 1, 2)
    assert (counts.by_status[RequestStatus.DECIDED], counts.by_status[RequestStatus.WITHDRAWN]) == (1, 0)
    assert (of_eva.total, of_eva.overdue) == (2, 1)


@pytest.mark.parametrize("sort", RequestSort)
def test_overview_comes_in_pages(office: Office, sort: RequestSort) -> None:
    """In either order; a cursor is of one order."""
    requests = [office.asked(office.time()), asked_of_coen(office), office.asked(office.time())]
    with office.viewing(office.manager) as tx:
        found: list[RequestSummary] = []
        after = None
        while not found or after is not None:
            page = tx.signoff.overview(sort=sort, after=after, limit=1)
            found += page
            after = page.next
        cursor = tx.signoff.overview(sort=sort, limit=1).next
        other = next(each for each in RequestSort if each is not sort)
        with pytest.raises(InvalidInput):
            tx.signoff.overview(sort=other, after=cursor)
    expected = requests[::-1] if sort is RequestSort.NEWEST else requests
    assert [each.request.id for each in found] == [each.id for each in expected]


@pytest.mark.requirement("B-03")
def test_from_a_request_one_reaches_its_items_and_back(office: Office) -> None:
    """Each with its state now and what was decided about it; every request that an item stood in."""
    item, expense, other = office.time(), office.expense(), office.time()
    first = office.asked(item, expense, other)
    with office.acting(office.manager) as tx:
        tx.approval.waive([other.id], reason="Urgent")
    second = office.requests()[-1]
    with office.acting(office.token(second)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id], reject={expense.id: "No receipt"})
    with office.viewing(office.manager) as tx:
        of_first = {each.item.id: each.decision for each in tx.signoff.items(first.id)}
        of_second = {each.item.id: each for each in tx.signoff.items(second.id)}
        assert [each.item.id for each in tx.signoff.items(first.id)] == list(first.item_ids)
        assert [each.id for each in tx.signoff.of_item(item.id)] == [first.id, second.id]
        assert [each.id for each in tx.signoff.of_item(other.id)] == [first.id]
    waived = of_first[other.id]
    assert waived is not None
    assert (waived.kind, of_first[item.id], of_first[expense.id]) == (DecisionKind.WAIVED, None, None)
    rejected = of_second[expense.id].decision
    assert rejected is not None
    assert (rejected.kind, rejected.comment, of_second[expense.id].item.state) == (
        *(DecisionKind.REJECTED, "No receipt", State.REJECTED),
    )
    with office.acting(office.eva) as tx:
        (draft,) = tx.approval.revise([expense.id])
        tx.entries.delete(draft.id, version=draft.version)
    with office.viewing(office.manager) as tx:
        assert [each.item.id for each in tx.signoff.items(second.id)] == [item.id]


def test_items_that_are_not_seen_lead_nowhere(office: Office) -> None:
    """Nor does what is another organization's."""
    item = office.time()
    request = office.asked(item)
    office.refuses(office.eva, lambda tx: tx.signoff.of_item(item.id), Refused)
    office.refuses(office.coen, lambda tx: tx.signoff.of_item(item.id), NotFound)
    office.refuses(office.stranger, lambda tx: tx.signoff.items(request.id), NotFound)


@pytest.mark.requirement("L-06")
@pytest.mark.parametrize("has_expired", [True, False])
def test_somebody_else_is_asked(office: Office, *, has_expired: bool) -> None:
    """With a new link in his or her language; the older link is void, and who had it learns nothing."""
    item = office.time()
    request = office.asked(item)
    old = office.contact(request)
    contact_id = a_contact_at(office)
    if has_expired:
        office.clock.set(request.expires_at)
        office.engine.run_due()
    with office.acting(office.manager) as tx:
        version = tx.signoff.get(request.id).request.version
        after = tx.signoff.redirect(request.id, version=version, contact_id=contact_id)
        events = [event.name for event in tx.audit.history(request.id)]
    assert (after.recipient.contact_id, after.recipient.name, after.status) == (contact_id, "Sanne", RequestStatus.OPEN)
    assert events[-1] is EventName.REQUEST_REDIRECTED
    assert codes(office.refuses(old, lambda tx: tx.signoff.shown(), Refused)) == ["link_replaced"]
    office.deliver()
    (mail,) = office.notifier.sent_to("sanne@jansen.example")
    assert (mail.kind, mail.language) == (NotificationKind.APPROVAL_REQUESTED, "fr")
    with office.acting(office.contact(after)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id])
    with office.viewing(office.manager) as tx:
        assert tx.approval.decisions(item.id)[-1].actor_name == "Sanne"


@pytest.mark.requirement("L-06", "L-07")
def test_customers_own_address_is_asked(office: Office) -> None:
    """Where no contact person is named."""
    with office.acting(office.manager) as tx:
        tx.projects.change(office.firm.project.id, version=1, contact_id=office.firm.contact.id)
    request = office.asked(office.time())
    with office.acting(office.manager) as tx:
        after = tx.signoff.redirect(request.id, version=1, contact_id=None)
    assert (after.recipient.contact_id, after.recipient.email) == (None, "ap@jansen.example")


@pytest.mark.requirement("L-06")
def test_nobody_is_asked_who_cannot_be(office: Office) -> None:
    """A contact of somebody else, one who has left, one without an address; nor about what is over."""
    request = office.asked(office.time())

    def redirect(contact_id: ContactId | None, version: int = 1) -> Callable[[Transaction], object]:
        return lambda tx: tx.signoff.redirect(request.id, version=version, contact_id=contact_id)

    with office.acting(office.manager) as tx:
        stranger = tx.contacts.add(name="Sam", email="sam@vries.example", customer_ids=[office.firm.other_customer.id])
        gone = tx.contacts.add(name="Gé", email="ge@jansen.example", customer_ids=[office.firm.customer.id])
        tx.contacts.end(gone.id, version=1)
    for contact in (stranger, gone):
        error = office.refuses(office.manager, redirect(contact.id), InvalidInput)
        assert (error.field, error.code) == ("contact_id", "contact_not_at_customer")
    office.refuses(office.manager, redirect(ContactId(new_id())), NotFound)
    silent = a_contact_at(office, email="")
    assert codes(office.refuses(office.manager, redirect(silent), Refused)) == ["recipient_without_email"]
    with office.acting(office.manager) as tx:
        tx.customers.change(office.firm.customer.id, version=1, email="")
    assert codes(office.refuses(office.manager, redirect(None), Refused)) == ["recipient_without_email"]
    office.refuses(office.manager, redirect(office.firm.contact.id, version=2), Conflict)
    without_links = WorkTraq(office.store, clock=office.clock)
    with without_links.transaction(office.manager) as tx, pytest.raises(Refused):
        redirect(office.firm.contact.id)(tx)
    with office.acting(office.manager) as tx:
        tx.signoff.withdraw(request.id, version=1)
    refused = office.refuses(office.manager, redirect(office.firm.contact.id, version=2), Refused)
    assert codes(refused) == ["request_withdrawn"]


@pytest.mark.requirement("L-06")
def test_selection_is_reminded_and_what_expired_is_renewed(office: Office) -> None:
    """One mail each; the link of what had expired is a new one, and its term begins anew."""
    old = office.asked(office.time())
    office.clock.set(old.expires_at)
    office.engine.run_due()
    fresh = asked_of_coen(office)
    office.deliver()
    before = len(office.notifier.delivered)
    with office.acting(office.manager) as tx:
        after = tx.signoff.remind_many([fresh.id, old.id, old.id])
        events = [[event.name for event in tx.audit.history(each.id)][-1] for each in after]
    assert [each.id for each in after] == sorted([old.id, fresh.id])
    renewed, open_one = after
    assert (renewed.status, renewed.token_number, renewed.sent_at) == (RequestStatus.OPEN, 2, office.clock.now)
    assert (open_one.token_number, open_one.version) == (1, 2)
    assert events == [EventName.REQUEST_RENEWED, EventName.REQUEST_REMINDED]
    office.deliver()
    mails = office.notifier.delivered[before:]
    assert [mail.kind for mail in mails] == [NotificationKind.APPROVAL_REMINDER] * 2
    assert len({mail.link for mail in mails}) == 2
    with office.acting(office.contact(renewed)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=renewed.item_ids)


@pytest.mark.requirement("L-06")
def test_nobody_is_reminded_where_one_of_a_selection_is_over(office: Office) -> None:
    """All or nothing, with the reason of each; nor with a template that is none, or for something else."""
    one, two, three = office.asked(office.time()), asked_of_coen(office), office.asked(office.time())
    with office.acting(office.manager) as tx:
        tx.signoff.decide_on_behalf(one.id, version=1, reason="Phone", accept=one.item_ids)
        tx.signoff.withdraw(two.id, version=1)
    ids = [one.id, two.id, three.id]
    error = office.refuses(office.manager, lambda tx: tx.signoff.remind_many(ids), Refused)
    assert sorted(codes(error)) == ["request_decided", "request_withdrawn"]
    office.refuses(office.manager, lambda tx: tx.signoff.remind_many([three.id, RequestId(new_id())]), NotFound)
    unknown = TemplateId(new_id())
    office.refuses(office.manager, lambda tx: tx.signoff.remind_many([three.id], template_id=unknown), NotFound)
    with office.acting(office.manager) as tx:
        assert tx.signoff.remind_many([]) == []


@pytest.mark.requirement("L-06")
def test_selection_is_reminded_with_the_text_that_was_chosen(office: Office) -> None:
    """One of the organization's texts for reminders, and no other."""
    request = office.asked(office.time())
    texts = [
        MailTemplate(
            id=TemplateId(new_id()),
            organization_id=office.firm.id,
            kind=kind,
            language="nl",
            name="Strict" if kind is NotificationKind.APPROVAL_REMINDER else "",
            subject="Nu echt",
            body="{{ link }}",
        )
        for kind in (NotificationKind.APPROVAL_REMINDER, NotificationKind.ITEMS_APPROVED)
    ]
    with office.store.unit_of_work(office.firm.id, writes=True) as uow:
        uow.templates.add(*texts)
    with office.acting(office.manager) as tx:
        tx.signoff.remind_many([request.id], template_id=texts[0].id)
    office.deliver()
    wording = office.notifier.delivered[-1].wording
    assert wording is not None
    assert wording.subject == "Nu echt"
    office.refuses(
        office.manager, lambda tx: tx.signoff.remind_many([request.id], template_id=texts[1].id), InvalidInput
    )


def test_overview_is_taken_out_as_a_table(office: Office) -> None:
    """With the same filters, read in batches."""
    first = office.asked(office.time(), office.expense())
    asked_of_coen(office)
    office.clock.set(first.sent_at + timedelta(days=8))
    with office.viewing(office.manager) as tx:
        rows = list(tx.exports.requests(sort=RequestSort.DUE).rows)
        of_eva = list(tx.exports.requests(user_id=office.firm.employee.id, is_overdue=True).rows)
        none = list(tx.exports.requests(statuses=[RequestStatus.DECIDED]).rows)
    assert [row[0] for row in rows] == ["Eva", "Coen"]
    assert [row[:3] for row in of_eva] == [("Eva", "Bakkerij Jansen B.V.", "Advice")]
    assert none == []
