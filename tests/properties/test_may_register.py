"""What is answered to "may I register?" is what registering does, for whatever access, grants, activities and days."""

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.usecases.firm import Office, an_office
from worktraq.core.access import Action, Right, Verdict
from worktraq.core.customers import Customer, CustomerStatus
from worktraq.core.ids import ActivityId
from worktraq.core.organizations import RegistrationAccess
from worktraq.core.projects import Project
from worktraq.core.users import Team, User
from worktraq.errors import NotFound, Refused
from worktraq.testing.builders import MONDAY, a_grant

DAYS = st.one_of(st.none(), st.integers(-2, 2).map(lambda days: MONDAY + timedelta(days=days)))
WHO = st.sampled_from(("employee", "colleague", "manager", "admin"))


@st.composite
def offices(draw: st.DrawFn) -> Office:
    """A firm with any access, grants, days and states."""
    office = an_office()
    firm = office.firm
    things: tuple[Customer | Project, ...] = (firm.customer, firm.project, firm.other_customer)
    holders: tuple[User | Team, ...] = (firm.employee, firm.colleague, firm.team)
    drawn = st.tuples(st.sampled_from(Right), st.sampled_from(things), st.sampled_from(holders))
    with office.store.unit_of_work(firm.id, writes=True) as uow:
        for user in firm.users:
            access, is_active = draw(st.sampled_from(RegistrationAccess)), draw(st.sampled_from((True, True, False)))
            uow.users.save(evolve(user, registration_access=access, is_active=is_active, version=2))
        for customer in (firm.customer, firm.other_customer):
            status = draw(st.sampled_from((CustomerStatus.ACTIVE, CustomerStatus.ACTIVE, CustomerStatus.ARCHIVED)))
            uow.customers.save(evolve(customer, status=status, version=2))
        uow.projects.save(evolve(firm.project, starts_on=draw(DAYS), ends_on=draw(DAYS), version=2))
        for activity in firm.activities:
            starts_on, ends_on, is_active = draw(DAYS), draw(DAYS), draw(st.sampled_from((True, True, False)))
            uow.activities.save(evolve(activity, starts_on=starts_on, ends_on=ends_on, is_active=is_active, version=2))
        uow.grants.add(*(a_grant(*each) for each in draw(st.sets(drawn, max_size=4))))
    return office


def answered(office: Office, who: str, activity_id: ActivityId, on: date) -> Verdict | None:
    """The answer to the question; None for an activity that is not seen."""
    result = office.attempt(
        office.actor(getattr(office.firm, who)), lambda tx: tx.access.allowed_to_register(activity_id, on=on)
    )
    assert isinstance(result, Verdict | NotFound), result
    return result if isinstance(result, Verdict) else None


@pytest.mark.requirement("B-06", "T-09", "W-12")
@given(office=offices(), who=WHO, number=st.integers(0, 4), on=DAYS.map(lambda day: day or MONDAY))
def test_answer_is_what_registering_does(office: Office, who: str, number: int, on: date) -> None:
    """Yes exactly when it succeeds; no with the same reasons, in the same order."""
    activity = office.firm.activities[number]
    actor = office.actor(getattr(office.firm, who))
    verdict = answered(office, who, activity.id, on)
    outcome = office.attempt(actor, lambda tx: tx.entries.register_time(activity.id, on=on, minutes=60))
    assert bool(verdict) is not isinstance(outcome, Exception)
    if verdict is None or activity.user_id != actor.user_id:
        assert isinstance(outcome, NotFound | Refused)
        assert not verdict
    elif isinstance(outcome, Refused):
        # Whoever is no longer active is told nothing more.
        told = [reason for reason in verdict.reasons if reason.code == "user_inactive"] or verdict.reasons
        assert list(outcome.reasons) == list(told)


@pytest.mark.requirement("B-06", "T-09")
@given(office=offices(), number=st.integers(0, 3), on=DAYS.map(lambda day: day or MONDAY))
def test_answer_for_a_customer_is_that_for_its_activities_without_their_own_reasons(
    office: Office, number: int, on: date
) -> None:
    """What stands against the customer or project stands against each activity there; nothing else is added but days."""
    activity = office.firm.activities[number]
    eva = office.actor(office.firm.employee)
    with office.viewing(eva) as tx:
        in_general = tx.access.allowed(
            Action.REGISTER, customer_id=activity.customer_id, project_id=activity.project_id
        )
        on_activity = tx.access.allowed_to_register(activity.id, on=on)
    of_days = ("activity_", "project_")
    rest = [reason for reason in on_activity.reasons if not reason.code.startswith(of_days)]
    assert rest == list(in_general.reasons)
    assert on_activity.grants == (() if on_activity.reasons else in_general.grants)
