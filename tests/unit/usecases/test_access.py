"""Grants, and what they open."""

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.access import Right
from worktraq.core.entries import State
from worktraq.core.organizations import RegistrationAccess
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY


@pytest.mark.requirement("T-09")
def test_grant_is_given_once_and_withdrawn(office: Office) -> None:
    """The same right on the same thing for the same holder exists once."""
    customer_id, user_id = office.firm.customer.id, office.firm.employee.id
    with office.acting(office.manager) as tx:
        grant = tx.access.grant(Right.READ, customer_id=customer_id, user_id=user_id)
        tx.access.grant(Right.BILL, customer_id=customer_id, user_id=user_id)
        tx.access.grant(Right.READ, customer_id=customer_id, project_id=office.firm.project.id, user_id=user_id)
        tx.access.grant(Right.READ, customer_id=customer_id, team_id=office.firm.team.id)
    error = office.refuses(
        office.manager, lambda tx: tx.access.grant(Right.READ, customer_id=customer_id, user_id=user_id), InvalidInput
    )
    assert error.code == "grant_exists"
    with office.viewing(office.eva) as tx:
        assert len(tx.access.mine()) == 4
    with office.acting(office.manager) as tx:
        tx.access.withdraw(grant.id)
        assert grant not in tx.access.grants_on(customer_id)


@pytest.mark.requirement("T-09")
def test_grant_needs_exactly_one_holder(office: Office) -> None:
    """Neither nobody nor both."""
    firm = office.firm
    for holders in ({}, {"user_id": firm.employee.id, "team_id": firm.team.id}):
        error = office.refuses(
            office.manager,
            lambda tx, holders=holders: tx.access.grant(Right.READ, customer_id=firm.customer.id, **holders),  # type: ignore[misc]  # binds
            InvalidInput,
        )
        assert error.code == "grant_holder"


def test_project_of_another_customer_is_not_found(office: Office) -> None:
    """A right is on a customer, or on one project of it."""
    firm = office.firm
    office.refuses(
        office.manager,
        lambda tx: tx.access.grant(
            Right.READ, customer_id=firm.other_customer.id, project_id=firm.project.id, user_id=firm.employee.id
        ),
        NotFound,
    )


@pytest.mark.requirement("T-09", "W-04")
@pytest.mark.parametrize(
    ("right", "sees", "approves"),
    [(Right.READ, True, False), (Right.APPROVE, True, True), (Right.BILL, True, False), (Right.REGISTER, False, False)],
)
def test_right_opens_what_it_should(office: Office, right: Right, sees: bool, approves: bool) -> None:
    """On the project it was given for, to somebody who is no manager."""
    item = office.time()
    office.submit()
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.access.grant(right, customer_id=firm.customer.id, project_id=firm.project.id, user_id=firm.colleague.id)
    with office.viewing(office.coen) as tx:
        assert [each.id for each in tx.entries.list()] == ([item.id] if sees else [])
        assert [each.id for each in tx.approval.inbox()] == ([item.id] if approves else [])
    if approves:
        with office.acting(office.coen) as tx:
            assert tx.approval.approve([item.id])[0].state is State.AWAITING_CUSTOMER
    else:
        office.refuses(office.coen, lambda tx: tx.approval.approve([item.id]), Refused if sees else NotFound)


@pytest.mark.requirement("T-09", "W-12")
@pytest.mark.parametrize(
    ("mode", "granted", "may"),
    [
        (RegistrationAccess.ALL, False, True),
        (RegistrationAccess.GRANTED, False, False),
        (RegistrationAccess.GRANTED, True, True),
        (RegistrationAccess.NONE, True, False),
    ],
)
def test_registering_follows_the_mode_of_the_employee(
    office: Office, mode: RegistrationAccess, granted: bool, may: bool
) -> None:
    """With an active activity in any case."""
    firm = office.firm
    with office.acting(office.admin) as tx:
        tx.users.change(firm.employee.id, version=1, registration_access=mode)
        if granted:
            tx.access.grant(Right.REGISTER, customer_id=firm.customer.id, team_id=firm.team.id)
    if may:
        assert office.time().state is State.DRAFT
    else:
        error = office.refuses(
            office.eva, lambda tx: tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60), Refused
        )
        assert codes(error) == ["registering_not_granted"]


@pytest.mark.requirement("T-09", "W-12")
def test_right_to_register_does_not_replace_an_activity(office: Office) -> None:
    """Without an activity of one's own there is nothing to register on."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.access.grant(Right.REGISTER, customer_id=firm.other_customer.id, user_id=firm.colleague.id)
    office.refuses(
        office.coen, lambda tx: tx.entries.register_time(firm.loose_activity.id, on=MONDAY, minutes=60), NotFound
    )


@pytest.mark.requirement("T-04", "T-09")
@pytest.mark.parametrize("right", Right)
def test_any_right_shows_the_summary_and_the_project(office: Office, right: Right) -> None:
    """Whoever works for a customer knows its name, and nobody else does."""
    firm = office.firm
    with office.acting(office.admin) as tx:
        newcomer = tx.users.add(name="Nel", email="nel@acme.example")
    nel = office.actor(newcomer)
    office.refuses(nel, lambda tx: tx.customers.summary(firm.customer.id), NotFound)
    office.refuses(nel, lambda tx: tx.projects.get(firm.project.id), NotFound)
    with office.acting(office.manager) as tx:
        tx.access.grant(right, customer_id=firm.customer.id, user_id=newcomer.id)
    with office.viewing(nel) as tx:
        assert tx.customers.summary(firm.customer.id).name == firm.customer.name
        assert [each.id for each in tx.customers.summaries()] == [firm.customer.id]
        assert tx.projects.get(firm.project.id) == firm.project
        assert len(tx.projects.list(customer_id=firm.customer.id)) == 2
