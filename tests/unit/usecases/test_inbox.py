"""What waits for an approver: in groups, and decided on as a whole."""

from datetime import date

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.access import Right
from worktraq.core.actors import Actor
from worktraq.core.calendar import Cadence, Period
from worktraq.core.entries import Item, State
from worktraq.core.events import EventName
from worktraq.core.inbox import WaitingGroup
from worktraq.core.money import Money
from worktraq.core.notifications import NotificationKind
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY, OCTOBER

pytestmark = pytest.mark.requirement("W-09")


def groups(office: Office, actor: Actor, by: Cadence = Cadence.MONTHLY) -> list[WaitingGroup]:
    """What waits for somebody."""
    with office.viewing(actor) as tx:
        return list(tx.approval.waiting(by=by))


def of_coen(office: Office, minutes: int = 30) -> Item:
    """Coen's time on the project, handed in."""
    with office.acting(office.coen) as tx:
        item = tx.entries.register_time(office.firm.colleague_activity.id, on=MONDAY, minutes=minutes)
        return tx.approval.submit_items([item.id])[0]


def of_manager(office: Office) -> Item:
    """Mo's own time on the project, handed in."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        activity = tx.activities.add(user_id=firm.manager.id, customer_id=firm.customer.id, project_id=firm.project.id)
        item = tx.entries.register_time(activity.id, on=MONDAY, minutes=60)
        return tx.approval.submit_items([item.id])[0]


def test_groups_tell_who_waits_for_how_much_since_when(office: Office) -> None:
    """Per employee, customer, project and month; the oldest first."""
    office.time(60), office.time(30, date(2026, 10, 2)), office.expense("12.50"), office.time(15, date(2026, 11, 3))
    office.submit(Period(OCTOBER.first, date(2026, 12, 1)))
    of_coen(office)
    october, coens, november = groups(office, office.manager)
    firm = office.firm
    assert (october.user_id, october.customer_id, october.project_id) == (
        *(firm.employee.id, firm.customer.id, firm.project.id),
    )
    assert (october.period, october.items, october.minutes, october.expenses, october.oldest) == (
        *(OCTOBER, 3, 90, (Money("12.50", "EUR"),), date(2026, 10, 2)),
    )
    assert (coens.user_id, coens.minutes, november.period) == (firm.colleague.id, 30, Period.month(2026, 11))


def test_weeks_begin_where_the_organization_says(office: Office) -> None:
    """On Sunday, here."""
    office.settle_settings(week_start=7)
    office.time(on=date(2026, 10, 10)), office.time(on=date(2026, 10, 11))
    office.submit()
    found = groups(office, office.manager, Cadence.WEEKLY)
    assert [group.period.first for group in found] == [date(2026, 10, 4), date(2026, 10, 11)]


def test_groups_come_in_pages(office: Office) -> None:
    """Behind a cursor, for who has many."""
    days = [date(2026, month, 1) for month in (10, 11, 12)]
    for day in days:
        office.time(on=day)
    office.submit(Period(days[0], date(2027, 1, 1)))
    with office.viewing(office.manager) as tx:
        first = tx.approval.waiting(limit=2)
        second = tx.approval.waiting(limit=2, after=first.next)
    assert [group.oldest for group in (*first, *second)] == days
    assert second.next is None


@pytest.mark.requirement("W-04", "T-09")
@pytest.mark.parametrize("through_team", [True, False])
@pytest.mark.parametrize("of_project", [True, False])
def test_approver_by_grant_sees_and_decides_what_the_grant_opens(
    office: Office, *, through_team: bool, of_project: bool
) -> None:
    """On a customer or a project, as a user or through a team; never the own items, and nothing besides."""
    firm = office.firm
    holder = {"team_id": firm.team.id} if through_team else {"user_id": firm.colleague.id}
    project_id = firm.project.id if of_project else None
    with office.acting(office.manager) as tx:
        tx.access.grant(Right.APPROVE, customer_id=firm.customer.id, project_id=project_id, **holder)
    with office.acting(office.eva) as tx:
        on_project = tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60)
        on_other_project = tx.entries.register_time(firm.fixed_activity.id, on=MONDAY, minutes=60)
        elsewhere = tx.entries.register_time(firm.loose_activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    own = of_coen(office)
    expected = {on_project.id} if of_project else {on_project.id, on_other_project.id}
    with office.acting(office.coen) as tx:
        assert {item.id for item in tx.approval.inbox()} == expected
        assert sum(group.items for group in tx.approval.waiting()) == len(expected)
        assert {item.id for item in tx.approval.approve_all()} == expected
        assert tx.approval.waiting().items == ()
    assert office.state(own) is State.AWAITING_INTERNAL
    assert office.state(elsewhere) is State.AWAITING_INTERNAL


@pytest.mark.requirement("W-04")
def test_who_may_not_approve_has_nothing_waiting(office: Office) -> None:
    """Neither an employee, nor where own work may be approved, nor the scheduler, nor a contact."""
    office.settle_settings(allows_self_approval=True)
    item = office.time()
    office.submit()
    for actor in (office.eva, office.coen, office.system, Actor.contact(office.firm.id, "token")):
        with office.acting(actor) as tx:
            assert len(tx.approval.inbox()) == 0
            assert len(tx.approval.waiting()) == 0
            assert tx.approval.approve_all() == []
            assert tx.approval.reject_all(reason="Too long") == []
    assert office.state(item) is State.AWAITING_INTERNAL


@pytest.mark.requirement("W-02")
def test_own_items_are_never_approved_as_a_whole(office: Office) -> None:
    """Where the organization allows it, they are approved one by one."""
    office.settle_settings(allows_self_approval=True)
    own = of_manager(office)
    with office.acting(office.manager) as tx:
        assert [item.id for item in tx.approval.inbox()] == [own.id]
        assert tx.approval.waiting().items == ()
        assert tx.approval.approve_all() == []
        assert tx.approval.approve([own.id])[0].state is State.AWAITING_CUSTOMER


def test_everything_of_an_employee_and_period_is_approved_in_one_call(office: Office) -> None:
    """Everything else stays; the items come back."""
    entry, expense, november = office.time(), office.expense(), office.time(on=date(2026, 11, 3))
    office.submit(Period(OCTOBER.first, date(2026, 12, 1)))
    other = of_coen(office)
    with office.acting(office.manager) as tx:
        approved = tx.approval.approve_all(user_id=office.firm.employee.id, period=OCTOBER)
    assert {item.id for item in approved} == {entry.id, expense.id}
    assert {item.state for item in approved} == {State.AWAITING_CUSTOMER}
    assert [office.state(item) for item in (november, other)] == [State.AWAITING_INTERNAL] * 2


@pytest.mark.requirement("L-10")
def test_everything_of_a_customer_or_project_is_rejected_in_one_call(office: Office) -> None:
    """With one reason, and one mail to each employee."""
    entry = office.time()
    with office.acting(office.eva) as tx:
        elsewhere = tx.entries.register_time(office.firm.loose_activity.id, on=MONDAY, minutes=60)
    office.submit()
    other = of_coen(office)
    with office.acting(office.manager) as tx:
        tx.approval.reject_all(reason="Wrong rate code", customer_id=office.firm.customer.id)
    assert [office.state(item) for item in (entry, other, elsewhere)] == [
        *(State.REJECTED, State.REJECTED, State.AWAITING_INTERNAL),
    ]
    office.deliver()
    mails = office.notifier.of_kind(NotificationKind.ITEMS_REJECTED)
    assert sorted(mail.recipient_name for mail in mails) == ["Coen", "Eva"]
    assert {line.comment for mail in mails for line in mail.lines} == {"Wrong rate code"}
    with office.acting(office.manager) as tx:
        assert tx.approval.reject_all(reason="x", project_id=office.firm.project.id) == []


def test_rejecting_everything_needs_a_reason(office: Office) -> None:
    """Nothing happens without one."""
    office.time()
    office.submit()
    error = office.refuses(office.manager, lambda tx: tx.approval.reject_all(reason=" "), Refused)
    assert codes(error) == ["reason_missing"]


@pytest.mark.requirement("B-04")
@pytest.mark.parametrize("change", ["added", "withdrawn", "changed and handed in again"])
def test_only_what_was_seen_is_approved(office: Office, change: str) -> None:
    """Somebody added, took back, or changed something in between: nothing is approved, and one looks again."""
    item = office.time()
    office.submit()
    seen = [group.token for group in groups(office, office.manager)]
    with office.acting(office.eva) as tx:
        if change == "added":
            extra = tx.entries.register_time(office.firm.activity.id, on=MONDAY, minutes=60)
            tx.approval.submit_items([extra.id])
        else:
            tx.approval.withdraw([item.id])
        if change == "changed and handed in again":
            current = tx.entries.get(item.id)
            tx.entries.edit_time(item.id, version=current.version, note="Something else")
            tx.approval.submit_items([item.id])
    for decide in (
        lambda tx: tx.approval.approve_all(seen=seen),
        lambda tx: tx.approval.reject_all(seen=seen, reason="x"),
    ):
        assert office.refuses(office.manager, decide, Conflict).code == "inbox_changed"


def test_groups_that_were_seen_are_approved_together(office: Office) -> None:
    """Their tokens add up, in any order."""
    office.time(), office.time(on=date(2026, 11, 3)), office.expense()
    office.submit(Period(OCTOBER.first, date(2026, 12, 1)))
    of_coen(office)
    tokens = [group.token for group in groups(office, office.manager)]
    with office.acting(office.manager) as tx:
        assert len(tx.approval.approve_all(seen=tokens[::-1])) == 4
    with office.acting(office.manager) as tx:
        assert tx.approval.approve_all(seen=[]) == []


def test_token_and_rhythm_are_checked(office: Office) -> None:
    """Whatever a page passes on."""
    error = office.refuses(office.manager, lambda tx: tx.approval.approve_all(seen=["x"]), InvalidInput)
    assert error.code == "token_malformed"
    office.refuses(office.manager, lambda tx: tx.approval.waiting(by="yearly"), InvalidInput)  # type: ignore[arg-type]  # that is what is refused


@pytest.mark.requirement("B-07")
def test_every_item_has_its_decision_and_record(office: Office) -> None:
    """As if each had been approved alone."""
    items = [office.time(), office.time(), office.expense()]
    office.submit()
    with office.acting(office.manager) as tx:
        tx.approval.approve_all(reason="Fine")
    with office.viewing(office.eva) as tx:
        for item in items:
            assert [decision.comment for decision in tx.approval.decisions(item.id)] == ["Fine"]
            events = [event.name for event in tx.audit.history(item.id)]
            assert events.count(EventName.ITEM_APPROVED) == 1


def test_what_another_organization_registers_never_waits_here(office: Office) -> None:
    """Not even for an administrator."""
    office.time()
    office.submit()
    with office.acting(office.stranger) as tx:
        assert tx.approval.waiting().items == ()
        assert tx.approval.approve_all() == []
    intruder = Actor.user(office.firm.id, office.other.admin.id)
    office.refuses(intruder, lambda tx: tx.approval.approve_all(), NotFound)
