"""Requests to customers: to whom they go, and what a manager does with them."""

from datetime import timedelta

import pytest
from attrs import evolve

from tests.unit.usecases.firm import KEYS, Office, codes
from worktraq.core.billing import NextAction
from worktraq.core.calendar import Cadence
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import State
from worktraq.core.links import Links
from worktraq.core.money import Money
from worktraq.core.projects import FixedPrice, Hourly
from worktraq.core.signoff import RequestStatus
from worktraq.engine import WorkTraq
from worktraq.errors import Refused
from worktraq.testing.builders import OCTOBER


def test_withdrawn_request_is_offered_again_on_demand_only(office: Office) -> None:
    """The scheduler leaves it alone."""
    item = office.time()
    request = office.asked(item)
    with office.acting(office.manager) as tx:
        tx.signoff.withdraw(request.id, version=1)
    office.engine.run_due(office.clock.now + timedelta(days=60))
    assert [each.status for each in office.requests()] == [RequestStatus.WITHDRAWN]
    with office.acting(office.manager) as tx:
        again = tx.signoff.offer(user_id=office.firm.employee.id, project_id=office.firm.project.id, period=OCTOBER)
    assert again.item_ids == (item.id,)
    assert office.item(item.id).request_id == again.id


def test_expired_request_can_be_withdrawn(office: Office) -> None:
    """Then it is offered again on demand."""
    request = office.asked(office.time())
    office.engine.run_due(request.expires_at)
    with office.acting(office.manager) as tx:
        assert tx.signoff.withdraw(request.id, version=2).status is RequestStatus.WITHDRAWN


@pytest.mark.parametrize("case", ["asked", "nothing", "fixed price"])
def test_without_anything_that_waits_there_is_nothing_to_offer(office: Office, case: str) -> None:
    """Nor is the same thing asked twice, nor anything at a fixed price."""
    if case == "asked":
        office.asked(office.time())
    project = office.firm.fixed_project if case == "fixed price" else office.firm.project
    error = office.refuses(
        office.manager,
        lambda tx: tx.signoff.offer(user_id=office.firm.employee.id, project_id=project.id, period=OCTOBER),
        Refused,
    )
    assert codes(error) == ["nothing_to_offer"]


@pytest.mark.requirement("L-07")
def test_request_goes_to_the_contact_of_the_project(office: Office) -> None:
    """Else to the customer's own address."""
    with office.acting(office.manager) as tx:
        tx.projects.change(office.firm.project.id, version=1, contact_id=office.firm.contact.id)
    recipient = office.asked(office.time()).recipient
    assert (recipient.contact_id, recipient.email) == (office.firm.contact.id, "jan@jansen.example")


@pytest.mark.requirement("L-07")
@pytest.mark.parametrize("why", ["ended", "without address", "no longer there"])
def test_contact_who_cannot_be_asked_is_passed_over(office: Office, why: str) -> None:
    """Who has left the customer is not sent its hours."""
    contact = office.firm.contact
    with office.acting(office.manager) as tx:
        tx.projects.change(office.firm.project.id, version=1, contact_id=contact.id)
        if why == "ended":
            tx.contacts.end(contact.id, version=1)
        elif why == "without address":
            tx.contacts.change(contact.id, version=1, email="")
        else:
            tx.contacts.change(contact.id, version=1, customer_ids=[office.firm.other_customer.id])
    assert office.asked(office.time()).recipient.email == "ap@jansen.example"


@pytest.mark.requirement("L-07")
def test_nobody_to_ask_is_said(office: Office) -> None:
    """The item waits, and says that an address is missing."""
    with office.acting(office.manager) as tx:
        tx.customers.change(office.firm.customer.id, version=1, email="")
    item = office.time()
    office.submit()
    office.approve(item)
    assert office.requests() == []
    with office.viewing(office.manager) as tx:
        assert tx.billing.why(item.id)[0].next_action is NextAction.NAME_CONTACT
    error = office.refuses(
        office.manager,
        lambda tx: tx.signoff.offer(user_id=office.firm.employee.id, project_id=office.firm.project.id, period=OCTOBER),
        Refused,
    )
    assert codes(error) == ["nobody_to_ask"]


@pytest.mark.requirement("L-05")
def test_overview_of_requests_says_all_that_matters(office: Office) -> None:
    """Employee, project, period, hours, expenses, contact, sent, due; the newest first, narrowed down."""
    firm = office.firm
    first = office.asked(office.time(), office.expense())
    with office.acting(office.coen) as tx:
        other = tx.entries.register_time(firm.colleague_activity.id, on=OCTOBER.first, minutes=30)
        tx.approval.submit(OCTOBER)
    office.approve(other)
    with office.viewing(office.manager) as tx:
        newest, oldest = tx.signoff.list()
        assert (oldest, newest.user_id) == (first, firm.colleague.id)
        assert [each.id for each in tx.signoff.list(user_id=firm.employee.id, status=RequestStatus.OPEN)] == [first.id]
        assert len(tx.signoff.list(customer_id=firm.other_customer.id)) == 0
        assert len(tx.signoff.list(project_id=firm.project.id, period=OCTOBER)) == 2
        shown = tx.signoff.get(first.id)
    assert (first.minutes, first.expenses, first.recipient.email) == (60, Money("12.50", "EUR"), "ap@jansen.example")
    assert (first.sent_at, first.due_on) == (office.clock.now, office.clock.now.date() + timedelta(days=7))
    assert {line.item_id for line in shown.lines} == set(first.item_ids)


def test_without_links_customers_are_not_asked(office: Office) -> None:
    """A host that gave none cannot offer anything, and loses nothing."""
    engine = WorkTraq(office.store, clock=office.clock)
    item = office.time()
    office.submit()
    with engine.transaction(office.manager) as tx:
        tx.approval.approve([item.id])
    assert office.requests() == []
    office.engine.run_due()
    (request,) = office.requests()
    with engine.transaction(office.manager) as tx, pytest.raises(Refused):
        tx.signoff.renew(request.id, version=1)


def test_mail_can_be_sent_again_after_key_rotation(office: Office) -> None:
    """The link of before is still the one in the reminder."""
    request = office.asked(office.time())
    before = office.contact(request)
    links = Links("https://hours.example", [evolve(KEYS[0], name="2027", secret=b"z" * 32), *KEYS])
    engine = WorkTraq(office.store, notifier=office.notifier, links=links, clock=office.clock)
    with engine.transaction(office.manager) as tx:
        tx.signoff.remind(request.id, version=1)
    engine.deliver_notifications()
    assert office.notifier.delivered[-1].link.endswith(before.token)


@pytest.mark.requirement("L-03")
def test_weekly_project_asks_by_week(office: Office) -> None:
    """Each week is a request of its own, as soon as it is over."""
    office.bill_project(Hourly(Cadence.WEEKLY, customer_approval=True))
    first, second = office.time(), office.time(on=OCTOBER.first + timedelta(days=12))
    office.submit()
    office.approve(first, second)
    assert [each.item_ids for each in office.requests()] == [(first.id,), (second.id,)]


@pytest.mark.requirement("L-02")
def test_fixed_price_is_never_asked_about(office: Office) -> None:
    """A project that became one while items waited is left to a waiver."""
    item = office.time()
    with office.acting(office.eva) as tx:
        tx.approval.submit_items([item.id])
    office.approve(item)
    assert office.state(item) is State.AWAITING_CUSTOMER
    office.bill_project(FixedPrice())
    office.engine.run_due(office.clock.now + timedelta(days=60))
    assert office.requests() == []


@pytest.mark.requirement("L-04")
def test_approval_after_submission_leads_straight_to_billing(office: Office) -> None:
    """Nobody inside looks at it again."""
    office.settle_settings(chain=ApprovalChain.CUSTOMER)
    item = office.time()
    office.submit()
    (request,) = office.requests()
    with office.acting(office.contact(request)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id])
    assert office.state(item) is State.APPROVED
