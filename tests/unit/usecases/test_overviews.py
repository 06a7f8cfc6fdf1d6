"""Totals of registered time."""

from datetime import date

import pytest

from tests.unit.usecases.firm import Office
from worktraq.core.access import Right
from worktraq.core.calendar import Period
from worktraq.core.overviews import GroupBy
from worktraq.core.projects import HoursBudget, ProjectStatus
from worktraq.errors import NotFound, Refused
from worktraq.testing.builders import MONDAY, OCTOBER


@pytest.fixture
def busy(office: Office) -> Office:
    """Eva worked for two customers in two months, Coen for one."""
    office.time(60)
    office.time(30, date(2026, 11, 2))
    office.expense()
    with office.acting(office.eva) as tx:
        tx.entries.register_time(office.firm.internal_activity.id, on=MONDAY, minutes=15)
    with office.acting(office.coen) as tx:
        tx.entries.register_time(office.firm.colleague_activity.id, on=MONDAY, minutes=120)
    return office


@pytest.mark.requirement("T-05")
def test_manager_sees_everybodys_hours(busy: Office) -> None:
    """Per customer and employee, with the names; expenses take no time."""
    firm = busy.firm
    with busy.viewing(busy.manager) as tx:
        overview = tx.overviews.hours()
    assert overview.minutes == 225
    assert {(each.customer_id, each.user_id): (each.minutes, each.billable_minutes) for each in overview.totals} == {
        (firm.customer.id, firm.employee.id): (90, 90),
        (firm.internal.id, firm.employee.id): (15, 0),
        (firm.customer.id, firm.colleague.id): (120, 120),
    }
    assert overview.names[firm.employee.id] == "Eva"
    assert overview.names[firm.customer.id] == firm.customer.name


@pytest.mark.requirement("T-05")
def test_hours_are_grouped_and_narrowed_down(busy: Office) -> None:
    """By project and month, within a period, for a customer or an employee."""
    firm = busy.firm
    with busy.viewing(busy.manager) as tx:
        by_month = tx.overviews.hours(by=[GroupBy.MONTH])
        of_eva = tx.overviews.hours(by=[GroupBy.PROJECT], user_id=firm.employee.id, customer_id=firm.customer.id)
        in_october = tx.overviews.hours(by=[], period=OCTOBER, project_id=firm.project.id)
    assert [(each.month, each.minutes) for each in by_month.totals] == [
        (OCTOBER, 195),
        (Period.month(2026, 11), 30),
    ]
    assert [(each.project_id, each.minutes) for each in of_eva.totals] == [(firm.project.id, 90)]
    assert of_eva.names == {firm.project.id: "Advice"}
    assert [(each.minutes, each.entries) for each in in_october.totals] == [(180, 2)]


@pytest.mark.requirement("T-05", "W-04")
@pytest.mark.parametrize(
    ("right", "minutes"), [(None, 120), (Right.REGISTER, 120), (Right.READ, 210), (Right.APPROVE, 210)]
)
def test_employee_sees_own_totals_unless_he_may_read(busy: Office, right: Right | None, minutes: int) -> None:
    """The right to register shows only one's own; the right to read everyone's."""
    firm = busy.firm
    if right is not None:
        with busy.acting(busy.manager) as tx:
            tx.access.grant(right, customer_id=firm.customer.id, user_id=firm.colleague.id)
    with busy.viewing(busy.coen) as tx:
        overview = tx.overviews.customer(firm.customer.id)
    assert overview.minutes == minutes
    assert overview.customer.name == firm.customer.name


@pytest.mark.requirement("T-05", "T-04")
def test_customer_overview_has_totals_per_employee_and_month(busy: Office) -> None:
    """In minutes, within a period if wanted."""
    firm = busy.firm
    with busy.viewing(busy.manager) as tx:
        whole, october = (tx.overviews.customer(firm.customer.id, period=each) for each in (None, OCTOBER))
    assert {(each.user_id, each.month): each.minutes for each in whole.totals} == {
        (firm.employee.id, OCTOBER): 60,
        (firm.employee.id, Period.month(2026, 11)): 30,
        (firm.colleague.id, OCTOBER): 120,
    }
    assert october.minutes == 180


def test_customer_that_is_not_seen_has_no_overview(busy: Office) -> None:
    """It is not found."""
    busy.refuses(busy.coen, lambda tx: tx.overviews.customer(busy.firm.other_customer.id), NotFound)


@pytest.mark.requirement("T-05")
def test_weeks_begin_when_the_organization_says(busy: Office) -> None:
    """On Monday by default; a Sunday belongs to the week that a Sunday begins."""
    busy.time(45, date(2026, 10, 4))
    for week_start, first in ((1, date(2026, 9, 28)), (7, date(2026, 10, 4))):
        busy.settle_settings(week_start=week_start)
        with busy.viewing(busy.eva) as tx:
            (earliest, *_) = tx.overviews.hours(by=[GroupBy.WEEK]).totals
        assert earliest.week is not None
        assert (earliest.week.first, earliest.minutes) == (first, 45 if week_start == 1 else 45 + 60 + 15)


@pytest.mark.requirement("T-05", "T-07")
def test_project_overview_has_status_budget_and_totals(busy: Office) -> None:
    """The budget is over all time, the totals are of the period; who works there sees own totals only."""
    firm = busy.firm
    with busy.acting(busy.manager) as tx:
        tx.projects.change(firm.project.id, version=1, budget_minutes=200, starts_on=MONDAY)
        whole = tx.overviews.project(firm.project.id, period=OCTOBER)
    assert (whole.name, whole.customer_name, whole.status) == ("Advice", firm.customer.name, ProjectStatus.ACTIVE)
    assert whole.budget == HoursBudget(200, 210, -10)
    assert {each.user_id: each.minutes for each in whole.totals} == {firm.employee.id: 60, firm.colleague.id: 120}
    assert (whole.minutes, whole.names[firm.employee.id]) == (180, "Eva")
    with busy.viewing(busy.coen) as tx:
        own = tx.overviews.project(firm.project.id)
    assert (own.minutes, own.budget, list(own.names)) == (120, HoursBudget(200, None, None), [firm.colleague.id])
    busy.refuses(busy.coen, lambda tx: tx.overviews.project(firm.fixed_project.id), NotFound)


@pytest.mark.requirement("T-05", "W-04")
def test_employee_overview_is_open_as_far_as_the_reader_sees(busy: Office) -> None:
    """A manager and the employee see all of it, a colleague what a grant opens, and nothing without one."""
    firm = busy.firm
    for actor in (busy.manager, busy.eva):
        with busy.viewing(actor) as tx:
            whole = tx.overviews.employee(firm.employee.id)
        assert (whole.name, whole.minutes) == ("Eva", 105)
        assert {(each.customer_id, each.month): each.minutes for each in whole.totals} == {
            (firm.customer.id, OCTOBER): 60,
            (firm.customer.id, Period.month(2026, 11)): 30,
            (firm.internal.id, OCTOBER): 15,
        }
        assert whole.names[firm.customer.id] == firm.customer.name
    busy.refuses(busy.coen, lambda tx: tx.overviews.employee(firm.employee.id), NotFound)
    busy.refuses(busy.coen, lambda tx: tx.overviews.employee(firm.manager.id), NotFound)
    with busy.acting(busy.manager) as tx:
        tx.access.grant(Right.READ, customer_id=firm.customer.id, user_id=firm.colleague.id)
        assert tx.overviews.employee(firm.admin.id).minutes == 0
    with busy.viewing(busy.coen) as tx:
        assert tx.overviews.employee(firm.employee.id).minutes == 90
        assert tx.overviews.employee(firm.employee.id, period=Period.month(2020, 1)).minutes == 0


@pytest.mark.requirement("T-05", "W-04")
def test_organization_overview_adds_up_what_everybody_did(busy: Office) -> None:
    """Per customer, employee and month, with how many of them are active; for managers only."""
    firm = busy.firm
    with busy.acting(busy.manager) as tx:
        tx.projects.change(firm.fixed_project.id, version=1, starts_on=date(2026, 10, 6))
        whole = tx.overviews.organization()
        october = tx.overviews.organization(period=OCTOBER)
    assert (whole.minutes, october.minutes) == (225, 195)
    assert {each.customer_id: each.minutes for each in whole.by_customer} == {
        firm.customer.id: 210,
        firm.internal.id: 15,
    }
    assert {each.user_id: each.minutes for each in whole.by_user} == {firm.employee.id: 105, firm.colleague.id: 120}
    assert [(each.month, each.minutes) for each in whole.by_month] == [(OCTOBER, 195), (Period.month(2026, 11), 30)]
    assert (whole.customers, whole.users, whole.projects) == (2, 4, 1)
    assert {whole.names[firm.employee.id], whole.names[firm.customer.id]} == {"Eva", firm.customer.name}
    busy.refuses(busy.eva, lambda tx: tx.overviews.organization(), Refused)
