"""When a customer is asked: for what is due and settled, in the transaction that settles it."""

from datetime import date, timedelta

import pytest

from tests.unit.usecases.firm import Office, later
from worktraq.core.calendar import Cadence, Period
from worktraq.core.chains import ApprovalChain
from worktraq.core.projects import Hourly
from worktraq.testing.builders import MONDAY, OCTOBER

pytestmark = pytest.mark.requirement("L-03")


def test_approving_the_last_item_asks_the_customer(office: Office) -> None:
    """Once the period is handed in as a whole; before that nobody is asked."""
    first, last = office.time(), office.time()
    office.submit()
    office.approve(first)
    assert office.requests() == []
    office.approve(last)
    assert [set(each.item_ids) for each in office.requests()] == [{first.id, last.id}]


def test_period_that_is_under_way_is_not_asked_about(office: Office) -> None:
    """Unless the submissions cover all its days, also where the last of them brings no hours."""
    item = office.time()
    with office.acting(office.eva) as tx:
        tx.approval.submit(Period(OCTOBER.first, date(2026, 10, 20)))
    office.approve(item)
    assert office.requests() == []
    with office.acting(office.eva) as tx:
        tx.approval.submit(Period(date(2026, 10, 20), OCTOBER.until))
    assert len(office.requests()) == 1


def test_rejected_item_is_waited_for(office: Office) -> None:
    """Until it is back and approved."""
    good, bad = office.time(), office.time()
    office.submit()
    office.approve(good)
    with office.acting(office.manager) as tx:
        tx.approval.reject([bad.id], reason="Too long")
    assert office.requests() == []
    with office.acting(office.eva) as tx:
        tx.approval.revise([bad.id])
        tx.approval.submit_items([bad.id])
    office.approve(bad)
    assert len(office.requests()) == 1


def test_deleting_the_last_draft_asks_the_customer(office: Office) -> None:
    """Nothing more can come."""
    item = office.time()
    office.submit()
    draft = office.time()
    office.approve(item)
    assert office.requests() == []
    with office.acting(office.eva) as tx:
        tx.entries.delete(draft.id, version=1)
    assert len(office.requests()) == 1


def test_moving_the_last_draft_to_another_period_asks_the_customer(office: Office) -> None:
    """What is left behind is complete."""
    item = office.time()
    office.submit()
    draft = office.time()
    office.approve(item)
    with office.acting(office.eva) as tx:
        tx.entries.edit_time(draft.id, version=1, on=date(2026, 11, 2))
    assert len(office.requests()) == 1


def test_expense_that_becomes_not_billable_is_not_waited_for(office: Office) -> None:
    """It never goes to the customer."""
    item = office.time()
    office.submit()
    draft = office.expense()
    office.approve(item)
    with office.acting(office.eva) as tx:
        tx.entries.edit_expense(draft.id, version=1, is_billable=False)
    assert len(office.requests()) == 1


def test_later_items_go_into_a_further_request(office: Office) -> None:
    """What was asked is not asked again."""
    first = office.time()
    office.asked(first)
    second = office.time()
    office.submit()
    office.approve(second)
    assert [each.item_ids for each in office.requests()] == [(first.id,), (second.id,)]


def test_employees_and_projects_are_asked_about_apart(office: Office) -> None:
    """One employee, one project, one period."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        project = tx.projects.add(firm.customer.id, name="Audit", billing=Hourly(customer_approval=True))
        activity = tx.activities.add(user_id=firm.employee.id, customer_id=firm.customer.id, project_id=project.id)
    with office.acting(office.coen) as tx:
        of_coen = tx.entries.register_time(firm.colleague_activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    with office.acting(office.eva) as tx:
        on_audit = tx.entries.register_time(activity.id, on=MONDAY, minutes=60)
    item = office.time()
    office.submit()
    office.approve(of_coen, on_audit, item)
    requests = office.requests()
    assert sorted(len(each.item_ids) for each in requests) == [1, 1, 1]
    assert {(each.user_id, each.project_id) for each in requests} == {
        (firm.employee.id, firm.project.id),
        (firm.employee.id, project.id),
        (firm.colleague.id, firm.project.id),
    }


def test_after_submission_the_customer_is_asked_at_once(office: Office) -> None:
    """Where the customer comes first."""
    office.settle_settings(chain=ApprovalChain.CUSTOMER)
    item = office.time()
    office.submit()
    assert [each.item_ids for each in office.requests()] == [(item.id,)]


def test_week_begins_where_the_organization_says(office: Office) -> None:
    """A week from Sunday to Saturday is asked about as such."""
    office.settle_settings(week_start=7)
    office.bill_project(Hourly(Cadence.WEEKLY, customer_approval=True))
    item = office.time()
    office.submit()
    office.approve(item)
    assert [each.period for each in office.requests()] == [Period(date(2026, 10, 4), date(2026, 10, 11))]


def test_scheduler_asks_when_the_period_has_ended(office: Office) -> None:
    """Without any submission of a whole period."""
    item = office.time()
    with office.acting(office.eva) as tx:
        tx.approval.submit_items([item.id])
    office.approve(item)
    later(office.clock, OCTOBER.last)
    assert office.engine.run_due().requests == 0
    later(office.clock, OCTOBER.until)
    assert office.engine.run_due().requests == 1


def test_scheduler_does_not_wait_for_drafts_for_ever(office: Office) -> None:
    """After the settling term of three days it asks about what is there; the draft goes into a further request."""
    item = office.time()
    office.submit()
    draft = office.time()
    office.approve(item)
    later(office.clock, OCTOBER.until + timedelta(days=2))
    assert office.engine.run_due().requests == 0
    later(office.clock, OCTOBER.until + timedelta(days=3))
    assert office.engine.run_due().requests == 1
    with office.acting(office.eva) as tx:
        tx.approval.submit_items([draft.id])
    office.approve(draft)
    assert [each.item_ids for each in office.requests()] == [(item.id,), (draft.id,)]
