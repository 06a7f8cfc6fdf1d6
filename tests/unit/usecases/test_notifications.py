"""What is mailed to whom, and what could not be delivered."""

from datetime import timedelta

import pytest

from tests.unit.usecases.firm import Office
from worktraq.core.chains import ApprovalChain
from worktraq.core.ids import IntentId
from worktraq.core.links import Links, SigningKey
from worktraq.core.money import Money
from worktraq.core.notifications import MOST_ATTEMPTS, DeliveryReport, NotificationKind
from worktraq.engine import WorkTraq
from worktraq.errors import AdapterError, NotFound
from worktraq.testing.builders import MONDAY, OCTOBER


@pytest.mark.requirement("L-07")
def test_customer_is_mailed_what_is_asked(office: Office) -> None:
    """Employee, period, hours and expenses, with a link; in the language of the customer."""
    with office.acting(office.manager) as tx:
        tx.customers.change(office.firm.customer.id, version=1, language="fr")
    office.asked(office.time(90), office.expense("12.50"))
    office.deliver()
    (mail,) = office.notifier.sent_to("ap@jansen.example")
    assert (mail.kind, mail.language, mail.employee_name, mail.period) == (
        *(NotificationKind.APPROVAL_REQUESTED, "fr", "Eva", OCTOBER),
    )
    assert (mail.minutes, mail.expenses, mail.project_name) == (90, (Money("12.50", "EUR"),), "Advice")
    assert mail.link.startswith(f"https://hours.example/{office.firm.id.hex}/")
    assert mail.due_on is not None


@pytest.mark.requirement("L-10", "L-12")
def test_employee_is_mailed_once_per_decision_with_what_was_said(office: Office) -> None:
    """After a mixed decision one mail, which says what became of each line."""
    item, expense = office.time(), office.expense()
    contact = office.contact(office.asked(item, expense))
    with office.acting(contact) as tx:
        digest = tx.signoff.shown().digest
        tx.signoff.decide(digest=digest, accept=[item.id], reject={expense.id: "No parking"})
    office.deliver()
    (mail,) = office.notifier.sent_to(office.firm.employee.email)
    assert mail.kind is NotificationKind.ITEMS_REJECTED
    assert [(line.is_approved, line.comment) for line in mail.lines] == [(True, ""), (False, "No parking")]
    assert mail.decided_by == "Bakkerij Jansen B.V."


@pytest.mark.requirement("L-10")
def test_employee_is_mailed_on_final_approval_only(office: Office) -> None:
    """Not when the firm has approved and the customer is still to be asked."""
    item = office.time()
    contact = office.contact(office.asked(item))
    assert office.notifier.sent_to(office.firm.employee.email) == []
    with office.acting(contact) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id])
    office.deliver()
    assert [each.kind for each in office.notifier.sent_to(office.firm.employee.email)] == [
        NotificationKind.ITEMS_APPROVED
    ]


@pytest.mark.requirement("L-10", "L-12")
def test_employee_is_mailed_on_rejection_inside(office: Office) -> None:
    """With the reason."""
    item = office.time()
    office.submit()
    with office.acting(office.manager) as tx:
        tx.approval.reject([item.id], reason="Too long")
    office.deliver()
    (mail,) = office.notifier.delivered
    assert (mail.kind, mail.lines[0].comment, mail.decided_by) == (NotificationKind.ITEMS_REJECTED, "Too long", "Mo")


@pytest.mark.requirement("L-09")
def test_customer_is_mailed_what_was_approved(office: Office) -> None:
    """The approved lines only, also after a mixed decision; once."""
    item, expense = office.time(), office.expense()
    contact = office.contact(office.asked(item, expense))
    with office.acting(contact) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id], reject={expense.id: ""})
    office.deliver()
    office.deliver()
    (mail,) = office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED)
    assert (mail.recipient_email, mail.minutes, mail.expenses, mail.link) == ("ap@jansen.example", 60, (), "")
    assert len(mail.lines) == 1


@pytest.mark.requirement("L-09")
def test_what_was_reopened_before_the_mail_went_out_is_not_confirmed(office: Office) -> None:
    """The customer is told what is approved when the mail is written; the employee, that it is a draft again."""
    item, other = office.time(), office.time()
    contact = office.contact(office.asked(item, other))
    with office.acting(contact) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id, other.id])
    with office.acting(office.manager) as tx:
        tx.approval.reopen([item.id], reason="Wrong project")
    office.deliver()
    (mail,) = office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED)
    assert len(mail.lines) == 1
    (reopened,) = office.notifier.of_kind(NotificationKind.ITEMS_REOPENED)
    assert [line.is_approved for line in reopened.lines] == [None]


@pytest.mark.requirement("L-09")
def test_nothing_is_confirmed_when_all_of_it_was_reopened(office: Office) -> None:
    """The mail is dropped."""
    item = office.time()
    contact = office.contact(office.asked(item))
    with office.acting(contact) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id])
    with office.acting(office.manager) as tx:
        tx.approval.reopen([item.id], reason="Wrong project")
    office.deliver()
    assert office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED) == []


@pytest.mark.requirement("L-09")
def test_nothing_approved_is_confirmed_to_nobody(office: Office) -> None:
    """The customer knows that he or she rejected everything."""
    item = office.time()
    contact = office.contact(office.asked(item))
    with office.acting(contact) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, reject={item.id: ""})
    office.deliver()
    assert office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED) == []


@pytest.mark.requirement("L-09")
def test_line_approved_inside_after_a_waiver_is_not_confirmed_twice(office: Office) -> None:
    """What the customer had confirmed before is not sent again."""
    office.settle_settings(chain=ApprovalChain.CUSTOMER_INTERNAL)
    item, expense = office.time(), office.expense()
    office.submit()
    with office.acting(office.contact(office.requests()[0])) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, accept=[item.id], reject={expense.id: "no"})
    office.approve(item)
    with office.acting(office.manager) as tx:
        tx.approval.waive([expense.id], reason="urgent")
    office.approve(expense)
    office.deliver()
    sent = office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED)
    assert sum(line.minutes is not None for mail in sent for line in mail.lines) == 1


def test_request_that_is_over_is_not_asked_for(office: Office) -> None:
    """What was decided before the mail left needs no mail."""
    item = office.time()
    request = office.asked(item)
    with office.acting(office.manager) as tx:
        tx.signoff.withdraw(request.id, version=1)
    assert office.engine.deliver_notifications() == DeliveryReport(dropped=1)


def test_deleted_items_and_people_who_left_get_no_mail(office: Office) -> None:
    """There is nothing to tell, or nobody."""
    gone, left = office.time(), office.time()
    office.submit()
    with office.acting(office.manager) as tx:
        tx.approval.reject([gone.id], reason="no")
        tx.approval.reject([left.id], reason="no")
    with office.acting(office.eva) as tx:
        (draft,) = tx.approval.revise([gone.id])
        tx.entries.delete(gone.id, version=draft.version)
    with office.acting(office.admin) as tx:
        tx.users.deactivate(office.firm.employee.id, version=1)
    assert office.engine.deliver_notifications() == DeliveryReport(dropped=2)


def test_failed_delivery_is_tried_again_later(office: Office) -> None:
    """Once, after a minute, as the same message."""
    office.asked(office.time())
    office.notifier.fail(is_transient=True)
    assert office.engine.deliver_notifications() == DeliveryReport(postponed=1)
    assert office.engine.deliver_notifications() == DeliveryReport()
    office.clock.tick(timedelta(minutes=1))
    assert office.engine.deliver_notifications() == DeliveryReport(delivered=1)


def test_delivery_is_given_up_after_the_last_attempt(office: Office) -> None:
    """Then a person decides: try again, or drop it."""
    office.asked(office.time())
    office.notifier.fail(is_transient=True, times=MOST_ATTEMPTS)
    reports = []
    for _ in range(MOST_ATTEMPTS):
        reports.append(office.engine.deliver_notifications())
        office.clock.tick(timedelta(days=30))
    assert reports[-1] == DeliveryReport(dead=1)
    with office.acting(office.admin) as tx:
        (dead,) = tx.notifications.dead()
        assert (dead.attempts, dead.problem) == (MOST_ATTEMPTS, "delivery_failed")
        tx.notifications.retry(dead.intent.id)
    assert office.engine.deliver_notifications() == DeliveryReport(delivered=1)


def test_message_that_can_never_be_delivered_is_dropped_by_hand(office: Office) -> None:
    """It is dead at once, and gone for good after that."""
    office.asked(office.time())
    office.notifier.fail(is_transient=False)
    assert office.engine.deliver_notifications() == DeliveryReport(dead=1)
    with office.acting(office.admin) as tx:
        (dead,) = tx.notifications.dead()
        tx.notifications.drop(dead.intent.id)
        assert tx.notifications.dead() == []
    office.refuses(office.admin, lambda tx: tx.notifications.retry(dead.intent.id), NotFound)
    office.refuses(office.admin, lambda tx: tx.notifications.drop(IntentId(dead.intent.id)), NotFound)


def test_link_whose_key_is_gone_is_not_mailed(office: Office) -> None:
    """It is given up with what is wrong."""
    office.asked(office.time())
    links = Links("https://hours.example", [SigningKey("other", b"o" * 32)])
    engine = WorkTraq(office.store, notifier=office.notifier, links=links, clock=office.clock)
    assert engine.deliver_notifications() == DeliveryReport(dead=1)


def test_without_a_notifier_nothing_is_lost(office: Office) -> None:
    """Delivering says what is missing; the mail waits."""
    office.asked(office.time())
    engine = WorkTraq(office.store, clock=office.clock)
    with pytest.raises(AdapterError) as raised:
        engine.deliver_notifications()
    assert raised.value.code == "notifier_missing"
    assert office.engine.deliver_notifications() == DeliveryReport(delivered=1)


def test_delivery_stops_at_its_limit(office: Office) -> None:
    """About there: what is claimed together is delivered together."""
    firm = office.firm
    with office.acting(office.eva) as tx:
        ids = [tx.entries.register_time(firm.loose_activity.id, on=MONDAY, minutes=1).id for _ in range(120)]
        tx.approval.submit(OCTOBER)
    for item_id in ids:
        with office.acting(office.manager) as tx:
            tx.approval.reject([item_id], reason="no")
    assert office.engine.deliver_notifications(limit=1).delivered < 120
    office.engine.deliver_notifications()
    assert len(office.notifier.delivered) == 120


def test_mail_over_several_customers_names_them_all(office: Office) -> None:
    """With expenses per currency."""
    with office.acting(office.manager) as tx:
        customer = tx.customers.add_business(company_name="Nova Inc.", currency="USD")
        activity = tx.activities.add(user_id=office.firm.employee.id, customer_id=customer.id)
    expense = office.expense()
    with office.acting(office.eva) as tx:
        other = tx.entries.register_expense(activity.id, on=MONDAY, amount=Money("5", "USD"), description="Bus")
    office.submit()
    with office.acting(office.manager) as tx:
        tx.approval.reject([expense.id, other.id], reason="no")
    office.deliver()
    (mail,) = office.notifier.delivered
    assert mail.customer_name == "Bakkerij Jansen B.V., Nova Inc."
    assert mail.expenses == (Money("12.50", "EUR"), Money("5", "USD"))
    assert (mail.period, mail.project_name) == (mail.period, "Advice")
