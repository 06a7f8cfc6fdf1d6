"""Bad input is refused with a clear error, and nothing is half done: not even when the host goes on after it."""

from datetime import timedelta

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.entries import NewTime
from worktraq.core.money import Money
from worktraq.core.users import Role
from worktraq.errors import InvalidInput, Refused
from worktraq.testing.builders import MONDAY, OCTOBER


@pytest.mark.requirement("T-03")
def test_customer_without_a_company_name_is_refused(office: Office) -> None:
    """A business is called something."""
    error = office.refuses(office.manager, lambda tx: tx.customers.add_business(company_name=" "), InvalidInput)
    assert (error.field, error.code) == ("company_name", "text_missing")


@pytest.mark.requirement("T-03")
def test_private_person_without_a_name_is_refused(office: Office) -> None:
    """Both names are missing, both are named."""
    error = office.refuses(
        office.manager, lambda tx: tx.customers.add_private(first_name="", last_name=""), InvalidInput
    )
    assert [each.field for each in error.problems] == ["first_name", "last_name"]


@pytest.mark.parametrize("minutes", [-1, 0, 1441])
def test_impossible_minutes_are_refused(office: Office, minutes: int) -> None:
    """Nobody works less than nothing, or more than a day in one entry."""
    activity_id = office.firm.activity.id
    error = office.refuses(
        office.eva, lambda tx: tx.entries.register_time(activity_id, on=MONDAY, minutes=minutes), InvalidInput
    )
    assert (error.field, error.code) == ("minutes", "minutes_out_of_range")


def test_edit_to_negative_minutes_is_refused(office: Office) -> None:
    """What is wrong for new time is wrong for an edit."""
    entry = office.time()
    error = office.refuses(office.eva, lambda tx: tx.entries.edit_time(entry.id, version=1, minutes=-60), InvalidInput)
    assert error.code == "minutes_out_of_range"


def test_day_is_full_within_one_call(office: Office) -> None:
    """No entry of the batch is kept."""
    times = [NewTime(office.firm.activity.id, MONDAY, minutes) for minutes in (1000, 441)]
    error = office.refuses(office.eva, lambda tx: tx.entries.register_times(times), Refused)
    assert codes(error) == ["day_is_full"]


def test_day_is_full_over_several_transactions(office: Office) -> None:
    """Also across activities and customers; a full day itself is fine."""
    office.time(1000)
    other = office.firm.loose_activity.id
    office.refuses(office.eva, lambda tx: tx.entries.register_time(other, on=MONDAY, minutes=441), Refused)
    with office.acting(office.eva) as tx:
        tx.entries.register_time(other, on=MONDAY, minutes=440)
    office.refuses(office.eva, lambda tx: tx.entries.register_time(other, on=MONDAY, minutes=1), Refused)


def test_day_is_full_for_an_edit_of_the_minutes(office: Office) -> None:
    """The old minutes of the entry do not count against the new ones."""
    entry = office.time(700)
    office.time(700)
    error = office.refuses(office.eva, lambda tx: tx.entries.edit_time(entry.id, version=1, minutes=741), Refused)
    assert codes(error) == ["day_is_full"]
    with office.acting(office.eva) as tx:
        assert tx.entries.edit_time(entry.id, version=1, minutes=740).minutes == 740


def test_day_is_full_for_an_entry_that_is_moved_to_it(office: Office) -> None:
    """The day it goes to counts, with what is there."""
    tuesday = MONDAY + timedelta(days=1)
    office.time(1000)
    moved = office.time(441, tuesday)
    office.refuses(office.eva, lambda tx: tx.entries.edit_time(moved.id, version=1, on=MONDAY), Refused)
    with office.acting(office.eva) as tx:
        assert tx.entries.edit_time(moved.id, version=1, on=MONDAY, minutes=440).on == MONDAY


def test_submitted_minutes_count_for_the_day_too(office: Office) -> None:
    """In whatever state an entry is, the time is spent."""
    entry = office.time(1440)
    office.submit()
    office.approve(entry)
    activity_id = office.firm.activity.id
    office.refuses(office.eva, lambda tx: tx.entries.register_time(activity_id, on=MONDAY, minutes=1), Refused)


def test_day_of_a_colleague_is_his_own(office: Office) -> None:
    """The rule is about one employee."""
    office.time(1440)
    with office.acting(office.coen) as tx:
        entry = tx.entries.register_time(office.firm.colleague_activity.id, on=MONDAY, minutes=1440)
    assert entry.minutes == 1440


@pytest.mark.requirement("W-12")
def test_inactive_activity_is_refused(office: Office) -> None:
    """For hours and for expenses."""
    activity_id = office.firm.activity.id
    with office.acting(office.manager) as tx:
        tx.activities.end(activity_id, version=1)
    refused = [
        office.refuses(office.eva, lambda tx: tx.entries.register_time(activity_id, on=MONDAY, minutes=60), Refused),
        office.refuses(
            office.eva,
            lambda tx: tx.entries.register_expense(activity_id, on=MONDAY, amount=Money("1", "EUR"), description="Bus"),
            Refused,
        ),
    ]
    assert [codes(each) for each in refused] == [["activity_inactive"]] * 2


@pytest.mark.requirement("W-12")
def test_archived_customer_is_refused(office: Office) -> None:
    """No hours, no project, no activity."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.customers.archive(firm.customer.id, version=1)
    refused = [
        office.refuses(
            office.eva, lambda tx: tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60), Refused
        ),
        office.refuses(office.manager, lambda tx: tx.projects.add(firm.customer.id, name="New"), Refused),
        office.refuses(
            office.manager,
            lambda tx: tx.activities.add(user_id=firm.employee.id, customer_id=firm.customer.id),
            Refused,
        ),
        office.refuses(office.manager, lambda tx: tx.activities.activate(firm.activity.id, version=1), Refused),
    ]
    assert [codes(each) for each in refused] == [["customer_archived"]] * 4


def test_expense_in_another_currency_is_refused(office: Office) -> None:
    """New, and by an edit."""
    expense, dollars = office.expense(), Money("1", "USD")
    activity_id = office.firm.activity.id
    refused = [
        office.refuses(
            office.eva,
            lambda tx: tx.entries.register_expense(activity_id, on=MONDAY, amount=dollars, description="Bus"),
            InvalidInput,
        ),
        office.refuses(
            office.eva, lambda tx: tx.entries.edit_expense(expense.id, version=1, amount=dollars), InvalidInput
        ),
    ]
    assert [(each.field, each.code) for each in refused] == [("amount", "currency_not_customers")] * 2


@pytest.mark.requirement("T-07")
def test_hours_after_the_end_of_the_project_are_refused(office: Office) -> None:
    """New ones, and those that an edit would move there."""
    entry = office.time()
    with office.acting(office.manager) as tx:
        tx.projects.change(office.firm.project.id, version=1, ends_on=MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    activity_id = office.firm.activity.id
    refused = [
        office.refuses(office.eva, lambda tx: tx.entries.register_time(activity_id, on=tuesday, minutes=60), Refused),
        office.refuses(office.eva, lambda tx: tx.entries.edit_time(entry.id, version=1, on=tuesday), Refused),
    ]
    assert [codes(each) for each in refused] == [["project_finished"]] * 2


@pytest.mark.requirement("W-02")
@pytest.mark.parametrize("role", [Role.ADMIN, Role.MANAGER])
def test_approval_by_the_owner_is_refused(office: Office, role: Role) -> None:
    """Whatever he or she is; rejecting, waiving and deciding on behalf as well."""
    user = office.firm.admin if role is Role.ADMIN else office.firm.manager
    own = office.actor(user)
    with office.acting(office.admin) as tx:
        activity = tx.activities.add(
            user_id=user.id, customer_id=office.firm.customer.id, project_id=office.firm.project.id
        )
    with office.acting(own) as tx:
        entry = tx.entries.register_time(activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    refused = [
        office.refuses(own, lambda tx: tx.approval.approve([entry.id]), Refused),
        office.refuses(own, lambda tx: tx.approval.reject([entry.id], reason="no"), Refused),
    ]
    with office.acting(office.manager if role is Role.ADMIN else office.admin) as tx:
        tx.approval.approve([entry.id])
    refused += [
        office.refuses(own, lambda tx: tx.approval.approve([entry.id], reason="by phone"), Refused),
        office.refuses(own, lambda tx: tx.approval.waive([entry.id], reason="urgent"), Refused),
    ]
    assert [codes(each) for each in refused] == [["own_item"]] * 4


@pytest.mark.requirement("L-12")
def test_edit_of_a_submitted_entry_is_refused(office: Office) -> None:
    """Nor is it deleted or handed in twice; on every state that is no draft."""
    entry, expense = office.time(), office.expense()
    office.submit()
    version = office.item(entry.id).version
    refused = [
        office.refuses(office.eva, lambda tx: tx.entries.edit_time(entry.id, version=version, minutes=1), Refused),
        office.refuses(
            office.eva, lambda tx: tx.entries.edit_expense(expense.id, version=version, description="x"), Refused
        ),
        office.refuses(office.eva, lambda tx: tx.entries.delete(entry.id, version=version), Refused),
        office.refuses(office.eva, lambda tx: tx.approval.submit_items([entry.id]), Refused),
    ]
    assert [codes(each) for each in refused] == [["command_not_in_state"]] * 4
