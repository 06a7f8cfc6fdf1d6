"""Projects, how they are billed, and activities."""

from datetime import date
from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.calendar import Cadence
from worktraq.core.ids import ActivityId, OrganizationId, ProjectId
from worktraq.core.projects import (
    Billing,
    BillingKind,
    FixedPrice,
    Hourly,
    HoursBudget,
    Project,
    ProjectStatus,
    billing_of,
    changed_activity,
    changed_project,
    new_activity,
    new_project,
)
from worktraq.errors import InvalidInput
from worktraq.testing.builders import MONDAY, a_contact, a_customer, a_project, a_user, an_activity

ACME = OrganizationId(UUID(int=1))
CUSTOMER = a_customer(ACME)
PROJECT = a_project(CUSTOMER)
ACTIVITY = an_activity(a_user(ACME), CUSTOMER, PROJECT)


def made(
    name: str = "Advice",
    billing: object = Hourly(),
    first: object = None,
    last: object = None,
    budget: object = None,
) -> Project:
    """A new project."""
    return new_project(
        ProjectId(UUID(int=2)),
        ACME,
        CUSTOMER.id,
        name=name,
        billing=billing,  # type: ignore[arg-type]  # also what the types do not allow
        starts_on=first,  # type: ignore[arg-type]  # as above
        ends_on=last,  # type: ignore[arg-type]  # as above
        contact_id=None,
        budget_minutes=budget,  # type: ignore[arg-type]  # as above
    )


@pytest.mark.requirement("L-01", "L-02")
@pytest.mark.parametrize(
    ("billing", "asks", "bills"),
    [
        (Hourly(customer_approval=True), True, True),
        (Hourly(customer_approval=False), False, True),
        (FixedPrice(), False, False),
    ],
)
def test_only_hourly_projects_can_ask_the_customer(billing: Billing, asks: bool, bills: bool) -> None:
    """And only where it is wanted."""
    project = a_project(CUSTOMER, billing=billing)
    assert (project.asks_customer, project.bills_time) == (asks, bills)


@pytest.mark.requirement("L-02")
def test_customer_approval_is_refused_for_a_fixed_price() -> None:
    """A form that says both gets a clear error."""
    with pytest.raises(InvalidInput) as raised:
        billing_of(BillingKind.FIXED_PRICE, None, customer_approval=True)
    assert raised.value.code == "approval_needs_hourly"


@pytest.mark.requirement("L-03")
def test_rhythm_is_refused_for_a_fixed_price() -> None:
    """Instalments have no rhythm."""
    with pytest.raises(InvalidInput) as raised:
        billing_of(BillingKind.FIXED_PRICE, Cadence.WEEKLY, customer_approval=False)
    assert raised.value.code == "cadence_needs_hourly"


@pytest.mark.requirement("L-01", "L-03")
def test_billing_from_a_form() -> None:
    """Monthly unless told otherwise."""
    assert billing_of(BillingKind.HOURLY, None, customer_approval=True) == Hourly(Cadence.MONTHLY, True)
    assert billing_of(BillingKind.HOURLY, Cadence.WEEKLY, customer_approval=False) == Hourly(Cadence.WEEKLY, False)
    assert billing_of(BillingKind.FIXED_PRICE, None, customer_approval=False) == FixedPrice()


@pytest.mark.requirement("T-07")
@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        (None, None, ProjectStatus.ACTIVE),
        (date(2026, 10, 6), None, ProjectStatus.PLANNED),
        (date(2026, 10, 5), date(2026, 10, 5), ProjectStatus.ACTIVE),
        (None, date(2026, 10, 4), ProjectStatus.FINISHED),
    ],
)
def test_project_is_planned_active_or_finished(first: date | None, last: date | None, status: ProjectStatus) -> None:
    """By its first and last day, both included."""
    assert evolve(PROJECT, starts_on=first, ends_on=last).status(MONDAY) is status


@pytest.mark.requirement("T-07")
def test_bad_project_is_refused() -> None:
    """It has a name, a known way of billing, and does not end before it begins."""
    faults = [
        ({"name": ""}, "name", "text_missing"),
        ({"billing": "hourly"}, "billing", "billing_unknown"),
        ({"first": "2026-10-05"}, "starts_on", "date_malformed"),
        ({"last": "2026-10-05"}, "ends_on", "date_malformed"),
        ({"first": date(2026, 10, 5), "last": date(2026, 10, 4)}, "ends_on", "ends_before_start"),
        *(({"budget": budget}, "budget_minutes", "number_out_of_range") for budget in (0, -1, 60_000_001, "60", True)),
    ]
    for given, field, code in faults:
        with pytest.raises(InvalidInput) as raised:
            made(**given)  # type: ignore[arg-type]  # one fault each
        assert (raised.value.field, raised.value.code) == (field, code)


@pytest.mark.requirement("L-01", "L-03")
@pytest.mark.parametrize(
    ("changes", "field"), [({"cadence": "daily"}, "cadence"), ({"customer_approval": "no"}, "customer_approval")]
)
def test_wrong_rhythm_or_answer_is_named(changes: dict[str, str], field: str) -> None:
    """A form gives texts: the value of a rhythm is taken, any other text is not."""
    assert made(billing=Hourly(cadence=Cadence("weekly"))).billing == Hourly(Cadence.WEEKLY)
    with pytest.raises(InvalidInput) as raised:
        made(billing=Hourly(**changes))  # type: ignore[arg-type]  # the point
    assert raised.value.field == field


def test_project_may_last_one_day() -> None:
    """Its first day can be its last."""
    assert made(first=MONDAY, last=MONDAY).ends_on == MONDAY


@pytest.mark.requirement("T-07")
def test_project_keeps_what_is_not_given() -> None:
    """What is given as nothing becomes empty."""
    contact_id = a_contact(ACME, CUSTOMER).id
    before = evolve(PROJECT, starts_on=MONDAY, ends_on=MONDAY, contact_id=contact_id, budget_minutes=60)
    assert changed_project(before, name="Audit") == evolve(before, name="Audit", version=2)
    assert changed_project(before, billing=FixedPrice()) == evolve(before, billing=FixedPrice(), version=2)
    assert changed_project(before, budget_minutes=90) == evolve(before, budget_minutes=90, version=2)
    emptied = changed_project(before, starts_on=None, ends_on=None, contact_id=None, budget_minutes=None)
    assert emptied == evolve(PROJECT, version=2)


@pytest.mark.requirement("T-07")
@pytest.mark.parametrize(
    ("minutes", "used", "left"), [(None, None, None), (None, 90, None), (60, None, None), (60, 90, -30), (60, 20, 40)]
)
def test_budget_of_hours_tells_what_is_left(minutes: int | None, used: int | None, left: int | None) -> None:
    """Where something is foreseen, and where it is told what is used."""
    assert HoursBudget.of(made(budget=minutes), used) == HoursBudget(minutes, used, left)


@pytest.mark.requirement("W-11")
def test_description_of_an_activity_is_optional() -> None:
    """An activity is one user's, for one customer."""
    activity = new_activity(
        ActivityId(UUID(int=3)),
        ACME,
        user_id=ACTIVITY.user_id,
        customer_id=CUSTOMER.id,
        project_id=None,
        description="",
        is_billable=True,
        starts_on=None,
        ends_on=None,
    )
    assert (activity.description, activity.is_active) == ("", True)


@pytest.mark.requirement("W-12")
def test_all_reasons_against_an_activity_are_given() -> None:
    """Ended, not begun, over."""
    activity = evolve(ACTIVITY, is_active=False, starts_on=date(2026, 10, 6), ends_on=date(2026, 10, 4))
    assert [reason.code for reason in activity.reasons_against(MONDAY)] == [
        *("activity_inactive", "activity_not_started", "activity_ended"),
    ]


@pytest.mark.requirement("W-12")
def test_first_and_last_day_of_an_activity_count() -> None:
    """On both, work may lie."""
    assert evolve(ACTIVITY, starts_on=MONDAY, ends_on=MONDAY).reasons_against(MONDAY) == ()


def test_activity_keeps_what_is_not_given() -> None:
    """Whose it is and for whom never changes."""
    assert changed_activity(ACTIVITY, is_active=False) == evolve(ACTIVITY, is_active=False, version=2)
    assert changed_activity(ACTIVITY, description="Audit", is_billable=False, starts_on=MONDAY) == evolve(
        ACTIVITY, description="Audit", is_billable=False, starts_on=MONDAY, version=2
    )
    assert changed_activity(evolve(ACTIVITY, ends_on=MONDAY), ends_on=None).ends_on is None


def test_activity_is_billable_or_not() -> None:
    """A text of a form, such as ``no``, would count as yes."""
    with pytest.raises(InvalidInput) as raised:
        changed_activity(ACTIVITY, is_billable="no")  # type: ignore[arg-type]  # the point
    assert (raised.value.field, raised.value.code) == ("is_billable", "value_malformed")


def test_activity_does_not_end_before_it_begins() -> None:
    """Its days are checked as those of a project."""
    with pytest.raises(InvalidInput) as raised:
        changed_activity(ACTIVITY, starts_on=MONDAY, ends_on=date(2026, 10, 4))
    assert raised.value.code == "ends_before_start"
