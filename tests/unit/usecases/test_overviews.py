"""Totals of registered time."""

from datetime import date

import pytest

from tests.unit.usecases.firm import Office
from worktraq.core.access import Right
from worktraq.core.calendar import Period
from worktraq.core.overviews import GroupBy
from worktraq.errors import NotFound
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
