"""What is not billed yet, and why."""

from datetime import timedelta

import pytest

from tests.unit.usecases.firm import Office
from worktraq.core.access import Right
from worktraq.core.billing import NextAction, UnbilledReason, Waiting
from worktraq.core.calendar import Period
from worktraq.core.entries import Item
from worktraq.core.money import Money, Rate
from worktraq.core.projects import Hourly
from worktraq.core.rates import RateSubject
from worktraq.core.unbilled import AgeBand, Sum, UnbilledBy
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.i18n import localize
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.usecases.transaction import Transaction


def leading(office: Office, item: Item) -> str:
    """The first reason why an item is not billed."""
    with office.viewing(office.manager) as tx:
        return tx.billing.why(item.id)[0].reason.value


@pytest.mark.requirement("L-13", "B-01")
def test_item_has_its_reason_at_every_place(office: Office) -> None:
    """From draft to ready, with the customer's refusal and the expired link in between."""
    office.set_rate()
    item = office.time()
    found = [leading(office, item)]
    office.submit()
    found.append(leading(office, item))
    draft = office.time()
    office.approve(item)
    found.append(leading(office, item))
    with office.acting(office.eva) as tx:
        tx.entries.delete(draft.id, version=1)
    found.append(leading(office, item))
    (request,) = office.requests()
    office.engine.run_due(request.expires_at)
    found.append(leading(office, item))
    with office.acting(office.manager) as tx:
        request = tx.signoff.renew(request.id, version=2)
    with office.acting(office.contact(request)) as tx:
        tx.signoff.decide(digest=tx.signoff.shown().digest, reject={item.id: "no"})
    found.append(leading(office, item))
    with office.acting(office.manager) as tx:
        tx.approval.waive([item.id], reason="urgent")
    found.append(leading(office, item))
    assert found == [
        *("not_submitted", "awaiting_internal", "not_offered", "awaiting_customer", "request_expired", "rejected"),
        "ready",
    ]


@pytest.mark.requirement("B-01", "L-13")
def test_reason_names_who_waits_for_whom_since_when(office: Office) -> None:
    """And every further reason comes after the leading one."""
    item = office.time()
    at = office.clock.tick(timedelta(hours=2))
    office.submit()
    with office.viewing(office.manager) as tx:
        first, second = tx.billing.why(item.id)
    assert (first.waits_for, first.next_action, first.since) == (Waiting.APPROVER, NextAction.APPROVE, at)
    assert (second.reason, second.next_action) == (UnbilledReason.NO_RATE, NextAction.SET_RATE)


@pytest.mark.requirement("B-01", "L-13", "L-11")
def test_sums_per_reason_add_up_to_the_total(office: Office) -> None:
    """Over projects, expenses and work without a rate; what is not billable is left out."""
    office.set_rate("77.7731")
    firm = office.firm
    with office.acting(office.eva) as tx:
        tx.entries.register_time(firm.internal_activity.id, on=MONDAY, minutes=5)
        tx.entries.register_time(firm.fixed_activity.id, on=MONDAY, minutes=5)
        loose = tx.entries.register_time(firm.loose_activity.id, on=MONDAY, minutes=50)
        tx.approval.submit(OCTOBER)
    office.approve(loose)
    office.time(61)
    office.expense("12.50")
    with office.viewing(office.manager) as tx:
        overview = tx.billing.unbilled()
    (totals,) = overview.totals
    assert totals.by_reason == {
        UnbilledReason.NOT_SUBMITTED: Sum(2, 61, Money("91.57", "EUR")),
        UnbilledReason.NO_RATE: Sum(1, 50, Money("0", "EUR"), 1, 50),
    }
    assert totals.total == Sum(3, 111, Money("91.57", "EUR"), 1, 50)
    assert overview.groups == ()


@pytest.mark.requirement("L-13")
def test_overview_is_narrowed_down(office: Office) -> None:
    """To a customer, project, employee or period: who holds this invoice up."""
    firm = office.firm
    item = office.time()
    with office.acting(office.coen) as tx:
        other = tx.entries.register_time(firm.colleague_activity.id, on=MONDAY, minutes=60)
    with office.viewing(office.manager) as tx:
        lines = tx.billing.unbilled_lines
        assert [each.item_id for each in lines(user_id=firm.colleague.id)] == [other.id]
        assert [each.item_id for each in lines(project_id=firm.project.id, period=OCTOBER)] == [item.id, other.id]
        assert len(lines(customer_id=firm.other_customer.id)) == 0
        assert tx.billing.unbilled(period=Period.month(2026, 11)).totals == ()


@pytest.mark.requirement("W-05", "W-04", "T-09")
@pytest.mark.parametrize("right", [None, Right.READ, Right.APPROVE, Right.BILL])
def test_employee_reads_own_hours_and_those_he_bills(office: Office, right: Right | None) -> None:
    """In hours, without any amount, whether there is a rate or not."""
    firm = office.firm
    own_rate = Rate("77.7731", "EUR")
    office.time()
    with office.acting(office.manager) as tx:
        tx.rates.set(RateSubject.CUSTOMER, firm.customer.id, own_rate)
        if right is not None:
            tx.access.grant(right, customer_id=firm.customer.id, user_id=firm.colleague.id)
    with office.acting(office.coen) as tx:
        tx.entries.register_time(firm.colleague_activity.id, on=MONDAY, minutes=30)
        overview, lines = tx.billing.unbilled(), tx.billing.unbilled_lines()
        missing = tx.billing.unbilled(reasons=[UnbilledReason.NO_RATE]).totals
    expected = 90 if right is Right.BILL else 30
    assert [each.total for each in overview.totals] == [Sum(2 if right is Right.BILL else 1, expected)]
    assert {each.value for each in lines} == {None}
    assert missing == ()


@pytest.mark.requirement("W-05")
def test_employee_does_not_learn_whether_there_is_a_rate(office: Office) -> None:
    """Approved work without a rate looks as ready as with one."""
    with office.acting(office.eva) as tx:
        item = tx.entries.register_time(office.firm.loose_activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    office.approve(item)
    with office.viewing(office.eva) as tx:
        without = seen(tx, item)
    with office.acting(office.manager) as tx:
        tx.rates.fill_in(item.id, Rate("77.7731", "EUR"), reason="Forgotten")
    with office.viewing(office.eva) as tx:
        assert seen(tx, item) == without


def seen(tx: Transaction, item: Item) -> tuple[object, ...]:
    """All that somebody reads about an item that is not billed."""
    billing = tx.billing
    words = (billing.why(item.id), str(billing.explain(item.id)), billing.held_up(), tx.audit.history(item.id))
    return (*words, billing.unbilled(by=list(UnbilledBy)), billing.unbilled_lines())


def test_what_is_never_billed_has_no_reason(office: Office) -> None:
    """Nor is there one for what nobody sees."""
    with office.acting(office.eva) as tx:
        item = tx.entries.register_time(office.firm.internal_activity.id, on=MONDAY, minutes=60)
        assert tx.billing.why(item.id) == ()
    office.refuses(office.coen, lambda tx: tx.billing.why(item.id), NotFound)


def test_customers_in_several_currencies_have_totals_of_their_own(office: Office) -> None:
    """Nothing is converted."""
    with office.acting(office.manager) as tx:
        customer = tx.customers.add_business(company_name="Nova Inc.", currency="USD")
        activity = tx.activities.add(user_id=office.firm.employee.id, customer_id=customer.id, rate=Rate("10", "USD"))
    office.expense("12.50")
    with office.acting(office.eva) as tx:
        tx.entries.register_time(activity.id, on=MONDAY, minutes=90)
    with office.viewing(office.manager) as tx:
        totals = tx.billing.unbilled().totals
    assert [(each.currency, each.total.value) for each in totals] == [
        ("EUR", Money("12.50", "EUR")),
        ("USD", Money("15", "USD")),
    ]


@pytest.mark.requirement("B-01", "L-13")
def test_overview_is_grouped_with_names(office: Office) -> None:
    """By any of what there is; only groups that occur."""
    office.time()
    office.expense()
    with office.viewing(office.manager) as tx:
        overview = tx.billing.unbilled(by=list(UnbilledBy))
    (group,) = overview.groups
    assert (group.month, group.period, group.age) == (OCTOBER, OCTOBER, AgeBand.UP_TO_7)
    assert group.reason is UnbilledReason.NOT_SUBMITTED
    firm = office.firm
    assert overview.names == {
        firm.customer.id: "Bakkerij Jansen B.V.",
        firm.project.id: "Advice",
        firm.employee.id: "Eva",
    }
    assert group.totals == overview.totals


@pytest.mark.requirement("B-01", "L-13")
def test_overview_is_narrowed_down_by_reason_owner_and_age(office: Office) -> None:
    """The leading reason counts; older than seven days is after seven whole days."""
    office.time()
    office.submit()
    office.time()
    office.clock.tick(timedelta(days=7))
    with office.viewing(office.manager) as tx:
        unbilled = tx.billing.unbilled
        found = [
            sum(each.total.items for each in overview.totals)
            for overview in (
                unbilled(reasons=[UnbilledReason.AWAITING_INTERNAL]),
                unbilled(reasons=[UnbilledReason.NO_RATE]),
                unbilled(waits_for=Waiting.EMPLOYEE),
                unbilled(waits_for=Waiting.CONTACT),
                unbilled(older_than_days=6),
                unbilled(older_than_days=7),
            )
        ]
    assert found == [1, 0, 1, 0, 2, 0]


@pytest.mark.parametrize("days", [-1, 36_501])
def test_age_asked_for_is_in_range(office: Office, days: int) -> None:
    """And not what no calendar has."""
    error = office.refuses(office.manager, lambda tx: tx.billing.unbilled(older_than_days=days), InvalidInput)
    assert (error.field, error.code) == ("older_than_days", "number_out_of_range")


@pytest.mark.requirement("L-13")
def test_lines_come_in_pages_with_who_has_to_act(office: Office) -> None:
    """And the way to the timesheet: employee, project, billing period and request."""
    first, second = office.time(), office.time(30)
    office.submit()
    office.approve(first, second)
    (request,) = office.requests()
    with office.viewing(office.manager) as tx:
        page = tx.billing.unbilled_lines(limit=1)
        (rest,) = tx.billing.unbilled_lines(limit=1, after=page.next)
    (line,) = page
    assert (line.item_id, rest.item_id) == (first.id, second.id)
    assert (line.user_id, line.project_id, line.period, line.request_id) == (
        *(office.firm.employee.id, office.firm.project.id, OCTOBER, request.id),
    )
    assert (line.owner.who, line.owner.name) == (Waiting.CONTACT, request.recipient.name)
    with office.viewing(office.eva) as tx:
        (seen_by_her, *_) = tx.billing.unbilled_lines()
    assert (seen_by_her.owner.who, seen_by_her.owner.name) == (Waiting.CONTACT, "")


@pytest.mark.requirement("L-13")
def test_billing_period_tells_who_holds_its_invoice_up(office: Office) -> None:
    """Weeks or months, as the project says."""
    office.bill_project(Hourly())
    office.set_rate()
    item = office.time()
    with office.acting(office.coen) as tx:
        tx.entries.register_time(office.firm.colleague_activity.id, on=MONDAY, minutes=60)
    with office.viewing(office.manager) as tx:
        (held,) = tx.billing.held_up(project_id=office.firm.project.id)
    assert held.employees == {
        UnbilledReason.NOT_SUBMITTED: tuple(sorted((office.firm.employee.id, office.firm.colleague.id)))
    }
    with office.acting(office.coen) as tx:
        tx.approval.submit(OCTOBER)
    office.submit()
    with office.acting(office.manager) as tx:
        tx.approval.approve([item.id])
        (held,) = tx.billing.held_up(customer_id=office.firm.customer.id, period=OCTOBER)
    assert held.employees == {UnbilledReason.AWAITING_INTERNAL: (office.firm.colleague.id,)}
    assert not held.is_ready


@pytest.mark.requirement("B-01", "B-11")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "It has been a draft since 5 October 2026. Eva has to hand it in."),
        ("nl", "Het is concept sinds 5 oktober 2026. Eva moet het indienen."),
        ("de", "Seit dem 5. Oktober 2026 ist es ein Entwurf. Eva muss es einreichen."),
        ("fr", "C’est un brouillon depuis le 5 octobre 2026. Eva doit le soumettre."),
    ],
)
def test_item_is_explained_in_the_language_of_the_reader(office: Office, language: str, words: str) -> None:
    """Why, since when, who has to act by name, and what to do next."""
    item = office.time()
    with office.viewing(office.eva) as tx:
        explained = tx.billing.explain(item.id)
    assert localize(explained, language) == words


@pytest.mark.requirement("B-01")
def test_what_waits_for_nothing_is_explained_too(office: Office) -> None:
    """Work that is never billed says so."""
    with office.acting(office.eva) as tx:
        item = tx.entries.register_time(office.firm.internal_activity.id, on=MONDAY, minutes=60)
        assert str(tx.billing.explain(item.id)) == "It is not billed."


@pytest.mark.requirement("L-13", "W-04")
def test_missing_work_stands_beside_what_is_not_billed(office: Office) -> None:
    """Managers see everybody's, an employee only what he or she lacks."""
    firm = office.firm
    with office.acting(office.admin) as tx:
        tx.users.change(firm.employee.id, version=1, contract_minutes_per_week=2400)
    office.time(480)
    office.clock.tick(timedelta(days=30))
    week = Period.week(MONDAY)
    with office.viewing(office.manager) as tx:
        found = tx.billing.missing_work(week)
        assert tx.billing.missing_work(Period.day(tx.at.date())) == ()
    assert [(each.name, each.missing_minutes, each.empty_weeks) for each in found] == [
        ("Coen", None, (week,)),
        ("Eva", 1920, ()),
    ]
    with office.viewing(office.eva) as tx:
        assert [each.name for each in tx.billing.missing_work(week)] == ["Eva"]
        assert tx.billing.missing_work(week, user_id=firm.colleague.id) == ()
    office.refuses(office.system, missing, Refused)


def missing(tx: Transaction) -> object:
    """Asks what is missing."""
    return tx.billing.missing_work(OCTOBER)


@pytest.mark.requirement("B-01", "L-11", "W-05")
def test_instalments_that_are_due_are_ready(office: Office) -> None:
    """From their day on, for who sees amounts; they are no employee's, and the later ones are in no sum."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        add = tx.rates.add_instalment
        due = add(firm.fixed_project.id, due_on=MONDAY, amount=Money("500", "EUR"), description="First half")
        add(firm.fixed_project.id, due_on=MONDAY + timedelta(days=1), amount=Money("1", "EUR"), description="Rest")
        unbilled = tx.billing.unbilled
        overview = unbilled(by=list(UnbilledBy))
        nothing = [
            unbilled(user_id=firm.employee.id),
            unbilled(reasons=[UnbilledReason.REJECTED]),
            unbilled(period=Period.month(2026, 9)),
            unbilled(older_than_days=1),
            unbilled(customer_id=firm.other_customer.id),
        ]
        assert unbilled(waits_for=Waiting.MANAGER, older_than_days=0, period=OCTOBER).instalments == (due,)
    assert overview.instalments == (due,)
    assert overview.totals[0].by_reason == {UnbilledReason.READY: Sum(1, 0, Money("500", "EUR"))}
    (group,) = overview.groups
    assert (group.customer_id, group.project_id, group.user_id) == (firm.customer.id, firm.fixed_project.id, None)
    assert (group.month, group.period, group.reason, group.age) == (
        *(OCTOBER, OCTOBER, UnbilledReason.READY, AgeBand.UP_TO_7),
    )
    assert {each.totals for each in nothing} == {()}
    with office.viewing(office.eva) as tx:
        assert tx.billing.unbilled().totals == ()
