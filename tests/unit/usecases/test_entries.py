"""Registering and correcting hours and expenses."""

from datetime import date, time, timedelta

import pytest
from attrs import evolve

from tests.unit.usecases.firm import Office, codes
from worktraq.core.access import Right
from worktraq.core.calendar import Period
from worktraq.core.entries import ItemKind, NewTime, State
from worktraq.core.money import Money
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY, OCTOBER

TUESDAY = MONDAY + timedelta(days=1)


@pytest.mark.requirement("W-11")
def test_time_is_registered_on_an_own_activity(office: Office) -> None:
    """With a start and a contact person, if wanted."""
    firm = office.firm
    with office.acting(office.eva) as tx:
        entry = tx.entries.register_time(
            firm.activity.id,
            on=MONDAY,
            minutes=90,
            note="Year-end file",
            starts_at=time(9, 30),
            utc_offset=120,
            contact_id=firm.contact.id,
        )
        assert tx.entries.get(entry.id) == entry
    assert (entry.user_id, entry.customer_id, entry.project_id) == (
        *(firm.employee.id, firm.customer.id, firm.project.id),
    )
    assert (entry.contact_id, entry.starts_at, entry.utc_offset) == (firm.contact.id, time(9, 30), 120)


def test_several_times_are_registered_together(office: Office) -> None:
    """On several activities and days; overlapping is allowed."""
    firm = office.firm
    times = [
        NewTime(firm.activity.id, MONDAY, 60, starts_at=time(9)),
        NewTime(firm.activity.id, MONDAY, 60, starts_at=time(9)),
        NewTime(firm.internal_activity.id, TUESDAY, 60),
    ]
    with office.acting(office.eva) as tx:
        entries = tx.entries.register_times(times)
    assert [(each.on, each.is_billable) for each in entries] == [(MONDAY, True), (MONDAY, True), (TUESDAY, False)]


def test_expense_is_registered_on_an_own_activity(office: Office) -> None:
    """Billable by default on an hourly project, and as marked at a fixed price."""
    firm = office.firm
    amount = Money("5", "EUR")
    with office.acting(office.eva) as tx:
        made = [
            tx.entries.register_expense(activity.id, on=MONDAY, amount=amount, description="Bus", is_billable=wish)
            for activity, wish in [
                (firm.activity, None),
                (firm.activity, False),
                (firm.fixed_activity, None),
                (firm.fixed_activity, True),
                (firm.internal_activity, True),
            ]
        ]
    assert [each.is_billable for each in made] == [True, False, False, True, False]


def test_expense_names_a_contact_of_the_customer(office: Office) -> None:
    """As time does, also by an edit."""
    firm = office.firm
    expense = office.expense()
    with office.acting(office.eva) as tx:
        changed = tx.entries.edit_expense(expense.id, version=1, contact_id=firm.contact.id)
        amount = Money("1", "EUR")
        other = tx.entries.register_expense(
            firm.activity.id, on=MONDAY, amount=amount, description="Bus", contact_id=firm.contact.id
        )
    assert changed.contact_id == other.contact_id == firm.contact.id


@pytest.mark.requirement("L-12")
def test_draft_is_edited(office: Office) -> None:
    """What is not given stays; the version goes up."""
    entry, expense = office.time(), office.expense()
    with office.acting(office.eva) as tx:
        edited = tx.entries.edit_time(entry.id, version=1, minutes=45, note="Shorter", on=TUESDAY)
        cheaper = tx.entries.edit_expense(expense.id, version=1, amount=Money("2", "EUR"), on=TUESDAY)
    assert edited == evolve(entry, minutes=45, note="Shorter", on=TUESDAY, version=2)
    assert cheaper == evolve(expense, amount=Money("2", "EUR"), on=TUESDAY, version=2)


def test_time_is_not_edited_as_an_expense(office: Office) -> None:
    """Nor the other way round: there is no such thing."""
    entry, expense = office.time(), office.expense()
    office.refuses(office.eva, lambda tx: tx.entries.edit_expense(entry.id, version=1), NotFound)
    office.refuses(office.eva, lambda tx: tx.entries.edit_time(expense.id, version=1), NotFound)


def test_draft_is_deleted(office: Office) -> None:
    """Afterwards nobody finds it."""
    entry = office.time()
    with office.acting(office.eva) as tx:
        tx.entries.delete(entry.id, version=1)
    office.refuses(office.eva, lambda tx: tx.entries.get(entry.id), NotFound)


def test_draft_of_somebody_else_is_not_touched(office: Office) -> None:
    """A manager sees it, a colleague does not even that."""
    entry = office.time()
    for command in (
        lambda tx: tx.entries.edit_time(entry.id, version=1, minutes=5),
        lambda tx: tx.entries.delete(entry.id, version=1),
        lambda tx: tx.approval.submit_items([entry.id]),
    ):
        assert codes(office.refuses(office.manager, command, Refused)) == ["needs_owner"]
        office.refuses(office.coen, command, NotFound)


@pytest.mark.requirement("W-12", "L-12")
def test_rejected_item_is_corrected_also_after_its_activity_has_ended(office: Office) -> None:
    """And the customer is archived: nothing new, but what there is goes on."""
    entry = office.time()
    office.submit()
    with office.acting(office.manager) as tx:
        tx.approval.reject([entry.id], reason="too long")
        tx.activities.end(office.firm.activity.id, version=1)
        tx.customers.archive(office.firm.customer.id, version=1)
    with office.acting(office.eva) as tx:
        (draft,) = tx.approval.revise([entry.id])
        tx.entries.edit_time(entry.id, version=draft.version, minutes=30)
        (submitted,) = tx.approval.submit_items([entry.id])
    assert submitted.state is State.AWAITING_INTERNAL


@pytest.mark.requirement("W-12")
def test_correction_stays_within_the_days_of_the_activity(office: Office) -> None:
    """A draft is moved only to a day on which work may lie."""
    entry = office.time()
    with office.acting(office.manager) as tx:
        tx.activities.change(office.firm.activity.id, version=1, ends_on=TUESDAY)
    with office.acting(office.eva) as tx:
        assert tx.entries.edit_time(entry.id, version=1, on=TUESDAY).on == TUESDAY
    error = office.refuses(
        office.eva,
        lambda tx: tx.entries.edit_time(entry.id, version=2, on=TUESDAY + timedelta(days=1)),
        Refused,
    )
    assert codes(error) == ["activity_ended"]


@pytest.mark.requirement("W-13")
def test_internal_expense_is_not_made_billable(office: Office) -> None:
    """By an edit neither."""
    with office.acting(office.eva) as tx:
        expense = tx.entries.register_expense(
            office.firm.internal_activity.id, on=MONDAY, amount=Money("1", "EUR"), description="Bus"
        )
    error = office.refuses(
        office.eva, lambda tx: tx.entries.edit_expense(expense.id, version=1, is_billable=True), InvalidInput
    )
    assert error.code == "internal_not_billable"


def test_expense_is_made_billable_again(office: Office) -> None:
    """Where its activity is."""
    expense = office.expense()
    with office.acting(office.eva) as tx:
        tx.entries.edit_expense(expense.id, version=1, is_billable=False)
        assert tx.entries.edit_expense(expense.id, version=2, is_billable=True).is_billable


@pytest.mark.requirement("W-04", "T-05")
def test_items_are_listed_by_day_and_narrowed_down(office: Office) -> None:
    """An employee sees own ones, a manager everybody's."""
    firm = office.firm
    late, early = office.time(on=TUESDAY), office.time()
    expense = office.expense(on=TUESDAY)
    with office.acting(office.coen) as tx:
        other = tx.entries.register_time(firm.colleague_activity.id, on=MONDAY, minutes=5)
        assert [each.id for each in tx.entries.list()] == [other.id]
        assert len(tx.entries.list(user_id=firm.employee.id)) == 0
    with office.viewing(office.manager) as tx:
        entries = tx.entries
        assert [each.id for each in entries.list()] == [early.id, other.id, late.id, expense.id]
        assert [each.id for each in entries.list(user_id=firm.colleague.id)] == [other.id]
        assert [each.id for each in entries.list(kind=ItemKind.EXPENSE)] == [expense.id]
        assert [each.id for each in entries.list(period=Period.day(TUESDAY))] == [late.id, expense.id]
        assert len(entries.list(project_id=firm.fixed_project.id)) == 0
        assert len(entries.list(customer_id=firm.customer.id, states=[State.DRAFT], is_billable=True)) == 4
        assert len(entries.list(states=[State.APPROVED])) == 0
        first = entries.list(limit=3)
        assert [each.id for each in entries.list(limit=3, after=first.next)] == [expense.id]


def test_made_up_cursor_is_refused(office: Office) -> None:
    """A list says so clearly."""
    office.refuses(office.eva, lambda tx: tx.entries.list(after="nonsense"), InvalidInput)


@pytest.mark.requirement("T-09")
def test_who_may_read_does_not_register_for_others(office: Office) -> None:
    """Reading and registering are two rights."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.access.grant(Right.READ, customer_id=firm.customer.id, user_id=firm.colleague.id)
        tx.access.grant(Right.REGISTER, customer_id=firm.customer.id, user_id=firm.colleague.id)
    office.refuses(office.coen, lambda tx: tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60), NotFound)


def test_period_is_handed_in_without_what_lies_outside(office: Office) -> None:
    """What is on another day stays a draft, and so does what is somebody else's."""
    inside, outside = office.time(), office.time(on=date(2026, 11, 2))
    with office.acting(office.coen) as tx:
        other = tx.entries.register_time(office.firm.colleague_activity.id, on=MONDAY, minutes=5)
    submitted = office.submit(OCTOBER)
    assert [each.id for each in submitted] == [inside.id]
    assert (office.state(outside), office.state(other)) == (State.DRAFT, State.DRAFT)
