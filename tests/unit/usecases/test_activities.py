"""Activities."""

from datetime import date, timedelta

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.access import Right
from worktraq.core.ids import ActivityId
from worktraq.core.money import Rate
from worktraq.core.organizations import RegistrationAccess
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY


@pytest.mark.requirement("W-08", "W-11")
def test_activity_ties_a_user_to_a_customer(office: Office) -> None:
    """With a description and a rate if wanted; neither is needed."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        plain = tx.activities.add(user_id=firm.colleague.id, customer_id=firm.other_customer.id)
        priced = tx.activities.add(
            user_id=firm.colleague.id,
            customer_id=firm.customer.id,
            project_id=firm.project.id,
            description="Audit",
            rate=Rate("77.7731", "EUR"),
        )
        assert [rule.rate for rule in tx.rates.on(priced.id)] == [Rate("77.7731", "EUR")]
        assert tx.activities.get(plain.id) == plain
    assert (plain.description, plain.is_billable, plain.is_active) == ("", True, True)
    assert not hasattr(priced, "rate")


@pytest.mark.requirement("W-13")
def test_internal_work_is_not_billable(office: Office) -> None:
    """Neither when it is made nor later."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        assert not tx.activities.add(user_id=firm.colleague.id, customer_id=firm.internal.id).is_billable
    refused = [
        office.refuses(
            office.manager,
            lambda tx: tx.activities.add(user_id=firm.colleague.id, customer_id=firm.internal.id, is_billable=True),
            InvalidInput,
        ),
        office.refuses(
            office.manager,
            lambda tx: tx.activities.add(
                user_id=firm.colleague.id, customer_id=firm.internal.id, rate=Rate("1", "EUR")
            ),
            InvalidInput,
        ),
        office.refuses(
            office.manager,
            lambda tx: tx.activities.change(firm.internal_activity.id, version=1, is_billable=True),
            InvalidInput,
        ),
    ]
    assert [each.code for each in refused] == ["internal_not_billable"] * 3


@pytest.mark.requirement("W-14")
def test_activity_needs_an_active_user(office: Office) -> None:
    """Somebody who left gets none."""
    firm = office.firm
    with office.acting(office.admin) as tx:
        tx.users.deactivate(firm.colleague.id, version=1)
    error = office.refuses(
        office.manager,
        lambda tx: tx.activities.add(user_id=firm.colleague.id, customer_id=firm.customer.id),
        Refused,
    )
    assert codes(error) == ["activity_needs_active_user"]


def test_project_of_another_customer_is_not_found(office: Office) -> None:
    """An activity is on a project of its own customer."""
    firm = office.firm
    office.refuses(
        office.manager,
        lambda tx: tx.activities.add(
            user_id=firm.employee.id, customer_id=firm.other_customer.id, project_id=firm.project.id
        ),
        NotFound,
    )


@pytest.mark.requirement("W-12")
def test_ended_activity_is_opened_again(office: Office) -> None:
    """In between nothing is registered on it."""
    activity_id = office.firm.activity.id
    with office.acting(office.manager) as tx:
        assert not tx.activities.end(activity_id, version=1).is_active
    office.refuses(office.eva, lambda tx: tx.entries.register_time(activity_id, on=MONDAY, minutes=60), Refused)
    with office.acting(office.manager) as tx:
        assert tx.activities.activate(activity_id, version=2).is_active
    assert office.time().minutes == 60


@pytest.mark.requirement("W-12")
def test_days_of_an_activity_bound_what_is_registered(office: Office) -> None:
    """Before its first and after its last day there is no work on it."""
    activity_id = office.firm.activity.id
    with office.acting(office.manager) as tx:
        tx.activities.change(activity_id, version=1, starts_on=MONDAY, ends_on=MONDAY)
    assert office.time().on == MONDAY
    found = [
        codes(
            office.refuses(
                office.eva,
                lambda tx, days=days: tx.entries.register_time(  # type: ignore[misc]  # binds
                    activity_id, on=MONDAY + timedelta(days=days), minutes=60
                ),
                Refused,
            )
        )
        for days in (-1, 1)
    ]
    assert found == [["activity_not_started"], ["activity_ended"]]


@pytest.mark.requirement("W-08")
def test_same_activity_is_made_for_several_users(office: Office) -> None:
    """Each gets one."""
    firm = office.firm
    users = [firm.employee.id, firm.colleague.id]
    with office.acting(office.manager) as tx:
        made = tx.activities.add_for(users, customer_id=firm.other_customer.id, description="Audit")
        assert [each.user_id for each in made] == users
        assert {each.id for each in tx.activities.list(customer_id=firm.other_customer.id)} >= {
            each.id for each in made
        }


@pytest.mark.requirement("W-08")
def test_several_users_get_all_that_one_gets(office: Office) -> None:
    """Days, whether it is billed, and a rate each."""
    firm = office.firm
    users = [firm.employee.id, firm.colleague.id]
    with office.acting(office.manager) as tx:
        made = tx.activities.add_for(
            users,
            customer_id=firm.customer.id,
            is_billable=False,
            starts_on=MONDAY,
            ends_on=MONDAY,
            rate=Rate("95", "EUR"),
        )
        assert {(each.is_billable, each.starts_on, each.ends_on) for each in made} == {(False, MONDAY, MONDAY)}
        assert [[rule.rate for rule in tx.rates.on(each.id)] for each in made] == [[Rate("95", "EUR")]] * 2


@pytest.mark.requirement("W-08", "W-14")
def test_activity_for_several_users_is_made_for_all_or_none(office: Office) -> None:
    """Somebody who left, or who is unknown, keeps it from the others too."""
    firm = office.firm
    with office.acting(office.admin) as tx:
        tx.users.deactivate(firm.colleague.id, version=1)
    for other, error in ((firm.colleague.id, Refused), (office.other.employee.id, NotFound)):
        users = [firm.employee.id, other]
        office.refuses(
            office.manager,
            lambda tx, users=users: tx.activities.add_for(users, customer_id=firm.customer.id),  # type: ignore[misc]  # binds
            error,
        )


@pytest.mark.requirement("W-04", "W-12")
def test_employee_has_own_activities(office: Office) -> None:
    """Those on which something may be registered on a day, and the list of all."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.activities.end(firm.loose_activity.id, version=1)
        tx.activities.change(firm.fixed_activity.id, version=1, starts_on=date(2026, 10, 6))
    with office.viewing(office.eva) as tx:
        assert {each.id for each in tx.activities.mine()} == {firm.activity.id, firm.internal_activity.id}
        assert len(tx.activities.mine(date(2026, 10, 6))) == 3
        assert len(tx.activities.list()) == 4
        assert len(tx.activities.list(user_id=firm.colleague.id)) == 0
        assert tx.activities.get(firm.activity.id).id == firm.activity.id
    office.refuses(office.eva, lambda tx: tx.activities.get(firm.colleague_activity.id), NotFound)
    office.refuses(office.eva, lambda tx: tx.activities.mine("today"), InvalidInput)  # type: ignore[arg-type]  # no date


@pytest.mark.requirement("W-12", "T-09")
def test_own_activities_are_those_on_which_registering_is_allowed(office: Office) -> None:
    """Neither an archived customer, nor a project that is not active, nor what the access mode closes is among them."""
    firm, day = office.firm, date(2026, 10, 6)

    def seen() -> set[ActivityId]:
        with office.viewing(office.eva) as tx:
            mine = {each.id for each in tx.activities.mine(day)}
            allowed = {each.id for each in tx.activities.list() if tx.access.allowed_to_register(each.id, on=day)}
        assert mine == allowed
        return mine

    everything = {firm.activity.id, firm.loose_activity.id, firm.fixed_activity.id, firm.internal_activity.id}
    assert seen() == everything
    with office.acting(office.manager) as tx:
        tx.projects.change(firm.fixed_project.id, version=1, ends_on=MONDAY)
    assert seen() == everything - {firm.fixed_activity.id}
    with office.acting(office.manager) as tx:
        tx.access.grant(
            Right.REGISTER, customer_id=firm.customer.id, project_id=firm.project.id, user_id=firm.employee.id
        )
    with office.acting(office.admin) as tx:
        tx.users.change(firm.employee.id, version=1, registration_access=RegistrationAccess.GRANTED)
    assert seen() == {firm.activity.id}
    with office.acting(office.manager) as tx:
        tx.customers.archive(firm.customer.id, version=1)
    assert seen() == set()


def test_user_named_twice_gets_one_activity(office: Office) -> None:
    """As from a form that was filled in twice."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        added = tx.activities.add_for([firm.employee.id, firm.employee.id], customer_id=firm.customer.id)
    assert [each.user_id for each in added] == [firm.employee.id]


def test_activities_are_narrowed_down(office: Office) -> None:
    """By user, customer, project and whether they are active."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.activities.end(firm.activity.id, version=1)
        assert [each.id for each in tx.activities.list(is_active=False)] == [firm.activity.id]
        assert [each.id for each in tx.activities.list(user_id=firm.colleague.id)] == [firm.colleague_activity.id]
        assert [each.id for each in tx.activities.list(project_id=firm.fixed_project.id)] == [firm.fixed_activity.id]


def test_changed_description_is_kept(office: Office) -> None:
    """What was registered stays as it is."""
    entry = office.time()
    with office.acting(office.manager) as tx:
        changed = tx.activities.change(office.firm.activity.id, version=1, description="Audit", is_billable=False)
    assert (changed.description, changed.is_billable) == ("Audit", False)
    assert office.item(entry.id).is_billable
