"""Grants, and what they open."""

from datetime import date
from functools import partial

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.access import Action, Right
from worktraq.core.entries import State
from worktraq.core.ids import ItemId
from worktraq.core.organizations import RegistrationAccess
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.i18n import localize
from worktraq.testing.builders import MONDAY
from worktraq.usecases.transaction import Transaction


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
        assert codes(error) == ["registration_none" if mode is RegistrationAccess.NONE else "needs_right"]


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


@pytest.mark.requirement("T-09")
def test_grants_are_listed_by_holder_and_by_customer(office: Office) -> None:
    """A user's include those of teams; in pages, as there can be many."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        own = tx.access.grant(Right.READ, customer_id=firm.customer.id, user_id=firm.employee.id)
        of_team = tx.access.grant(Right.BILL, customer_id=firm.customer.id, team_id=firm.team.id)
        assert list(tx.access.grants_of(firm.employee.id)) == [own, of_team]
        assert [grant.is_through_team for grant in tx.access.grants_of(firm.employee.id)] == [False, True]
        assert list(tx.access.grants_of(firm.colleague.id)) == [of_team]
        assert list(tx.access.grants_of_team(firm.team.id)) == [of_team]
        first = tx.access.grants_on(firm.customer.id, limit=1)
        assert [*first, *tx.access.grants_on(firm.customer.id, after=first.next)] == [own, of_team]


@pytest.mark.requirement("T-06", "T-09")
@pytest.mark.parametrize("right", Right)
def test_grant_on_an_archived_customer_still_serves_but_to_register(office: Office, right: Right) -> None:
    """What stands there is still read, approved and billed; nothing new is registered (W-12)."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.customers.archive(firm.customer.id, version=1)

    def grant(tx: Transaction) -> object:
        return tx.access.grant(right, customer_id=firm.customer.id, user_id=firm.colleague.id)

    if right is Right.REGISTER:
        assert codes(office.refuses(office.manager, grant, Refused)) == ["customer_archived"]
    else:
        assert not isinstance(office.attempt(office.manager, grant), Exception)


@pytest.mark.requirement("T-09")
def test_right_action_and_command_may_come_from_a_form(office: Office) -> None:
    """As their values: with the same rules, and an error that names the choices for anything else."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        assert tx.access.grant("bill", customer_id=firm.customer.id, user_id=firm.colleague.id).right is Right.BILL  # type: ignore[arg-type]  # the point
        assert tx.access.allowed("see_rates")  # type: ignore[arg-type]  # the point
        tx.customers.archive(firm.customer.id, version=1)

    def grant(right: str, tx: Transaction) -> object:
        return tx.access.grant(right, customer_id=firm.customer.id, user_id=firm.colleague.id)  # type: ignore[arg-type]  # the point

    def ask(tx: Transaction) -> object:
        return tx.access.allowed("fly")  # type: ignore[arg-type]  # the point

    def ask_on(tx: Transaction) -> object:
        return tx.access.allowed_on(ItemId(firm.id), "fly")  # type: ignore[arg-type]  # the point

    assert codes(office.refuses(office.manager, partial(grant, "register"), Refused)) == ["customer_archived"]
    for call in (partial(grant, "fly"), ask, ask_on):
        assert office.refuses(office.manager, call, InvalidInput).code == "choice_unknown"


@pytest.mark.requirement("B-06", "T-09")
def test_verdict_names_the_grant_through_a_team(office: Office) -> None:
    """And the refusal of who is in no team names the right and the customer that are missing."""
    firm = office.firm
    with office.acting(office.admin) as tx:
        grant = tx.access.grant(Right.READ, customer_id=firm.customer.id, team_id=firm.team.id)
        nel = tx.users.add(name="Nel", email="nel@acme.example")
    with office.viewing(office.coen) as tx:
        verdict = tx.access.allowed(Action.SEE_ITEM, customer_id=firm.customer.id)
        assert verdict.grants == (grant,)
        assert localize(verdict, "en") == str(verdict)
    with office.viewing(office.actor(nel)) as tx:
        refused = tx.access.allowed(Action.SEE_ITEM, customer_id=firm.customer.id)
    missing = {dict(reason.parameters).get("customer_id") for reason in refused.reasons if reason.parameters}
    assert missing == {str(firm.customer.id)}
    assert localize(refused, "nl") != localize(refused, "en")


@pytest.mark.requirement("B-06", "W-06")
def test_question_of_a_deactivated_user_is_answered(office: Office) -> None:
    """With no, and why; everything else is refused."""
    firm = office.firm
    with office.acting(office.admin) as tx:
        tx.users.deactivate(firm.employee.id, version=1)
    with office.viewing(office.eva) as tx:
        verdicts = [tx.access.allowed(Action.REGISTER), tx.access.allowed_to_register(firm.activity.id)]
    assert [[reason.code for reason in verdict.reasons] for verdict in verdicts] == [["user_inactive"]] * 2


@pytest.mark.requirement("B-06", "W-12")
def test_question_about_an_activity_gives_every_reason(office: Office) -> None:
    """Of the activity, the customer, the access, the project; and whose it is, to who sees it."""
    firm = office.firm
    with office.acting(office.admin) as tx:
        tx.activities.change(firm.activity.id, version=1, starts_on=date(2026, 10, 6))
        tx.activities.end(firm.activity.id, version=2)
        tx.projects.change(firm.project.id, version=1, ends_on=date(2026, 10, 4))
        tx.users.change(firm.employee.id, version=1, registration_access=RegistrationAccess.NONE)
        tx.customers.archive(firm.customer.id, version=1)
    expected = ["activity_inactive", "activity_not_started", "customer_archived", "registration_none"]
    with office.viewing(office.eva) as tx:
        verdict = tx.access.allowed_to_register(firm.activity.id, on=MONDAY)
    assert [reason.code for reason in verdict.reasons] == [*expected, "project_finished"]
    with office.viewing(office.manager) as tx:
        assert "needs_owner" in [reason.code for reason in tx.access.allowed_to_register(firm.activity.id).reasons]
    office.refuses(office.coen, lambda tx: tx.access.allowed_to_register(firm.activity.id), NotFound)
    office.refuses(office.eva, lambda tx: tx.access.allowed_to_register(firm.activity.id, on="x"), InvalidInput)  # type: ignore[arg-type]  # no date


def test_actors_without_hours_cannot_register(office: Office) -> None:
    """The scheduler sees the activity and is told that it is no user."""
    with office.viewing(office.system) as tx:
        verdict = tx.access.allowed_to_register(office.firm.activity.id)
    assert [reason.code for reason in verdict.reasons] == ["not_a_user"]
