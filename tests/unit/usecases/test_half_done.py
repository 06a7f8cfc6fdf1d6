"""Nothing is half done: a refused command leaves nothing behind, also where it had several things to do."""

from datetime import date

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.calendar import Period
from worktraq.core.entries import State
from worktraq.core.money import Rate
from worktraq.core.projects import Hourly
from worktraq.core.rates import RateSubject
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY, OCTOBER


def test_one_bad_item_keeps_the_others_from_moving(office: Office) -> None:
    """A list of items is approved as a whole or not at all."""
    first = office.time()
    office.submit()
    draft = office.time()
    office.refuses(office.manager, lambda tx: tx.approval.approve([first.id, draft.id]), Refused)
    assert office.state(first) is State.AWAITING_INTERNAL


def test_rate_in_another_currency_leaves_no_activity_and_no_project(office: Office) -> None:
    """What cannot be priced as wanted is not made at all."""
    firm, dollars = office.firm, Rate("95", "USD")
    refused = [
        office.refuses(
            office.manager,
            lambda tx: tx.activities.add(user_id=firm.employee.id, customer_id=firm.customer.id, rate=dollars),
            InvalidInput,
        ),
        office.refuses(
            office.manager, lambda tx: tx.projects.add(firm.customer.id, name="New", rate=dollars), InvalidInput
        ),
        office.refuses(
            office.manager, lambda tx: tx.rates.set(RateSubject.CUSTOMER, firm.customer.id, dollars), InvalidInput
        ),
    ]
    assert [each.code for each in refused] == ["currency_not_customers"] * 3


def test_several_activities_are_made_together_or_not(office: Office) -> None:
    """One user who has left keeps the others from getting theirs."""
    firm = office.firm
    with office.acting(office.admin) as tx:
        tx.users.deactivate(firm.colleague.id, version=1)
    office.refuses(
        office.manager,
        lambda tx: tx.activities.add_for([firm.employee.id, firm.colleague.id], customer_id=firm.customer.id),
        Refused,
    )


@pytest.mark.requirement("L-08", "B-03")
def test_decision_that_lacks_a_comment_leaves_the_request_open(office: Office) -> None:
    """Where the organization wants one, with every line."""
    office.settle_settings(requires_comment=True)
    entry, expense = office.time(), office.expense()
    request = office.asked(entry, expense)
    contact = office.contact(request)
    with office.viewing(contact) as tx:
        digest = tx.signoff.shown().digest
    error = office.refuses(
        contact,
        lambda tx: tx.signoff.decide(digest=digest, accept=[entry.id], reject={expense.id: ""}),
        Refused,
    )
    assert codes(error) == ["comment_missing"]


@pytest.mark.requirement("W-02")
def test_decision_on_behalf_about_own_work_leaves_the_request_open(office: Office) -> None:
    """A manager does not speak for the customer about his own hours."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        activity = tx.activities.add(user_id=firm.manager.id, customer_id=firm.customer.id, project_id=firm.project.id)
        entry = tx.entries.register_time(activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    with office.acting(office.admin) as tx:
        tx.approval.approve([entry.id])
    (request,) = office.requests()
    error = office.refuses(
        office.manager,
        lambda tx: tx.signoff.decide_on_behalf(request.id, version=1, reason="by phone", accept=[entry.id]),
        Refused,
    )
    assert codes(error) == ["own_item"]


@pytest.mark.parametrize("reject", [True, False])
def test_decision_on_behalf_needs_a_reason(office: Office, *, reject: bool) -> None:
    """How the customer told it; also where each line that is rejected has a comment."""
    entry = office.time()
    request = office.asked(entry)
    error = office.refuses(
        office.manager,
        lambda tx: tx.signoff.decide_on_behalf(
            request.id,
            version=1,
            reason=" ",
            accept=[] if reject else [entry.id],
            reject={entry.id: "too many"} if reject else {},
        ),
        Refused,
    )
    assert codes(error) == ["reason_missing"]


@pytest.mark.requirement("B-04")
def test_decision_on_changed_content_changes_nothing(office: Office) -> None:
    """What was approved is what was seen."""
    entry = office.time()
    contact = office.contact(office.asked(entry))
    with office.viewing(contact) as tx:
        digest = tx.signoff.shown().digest
    with office.acting(office.manager) as tx:
        tx.activities.change(office.firm.activity.id, version=1, description="Something else")
    error = office.refuses(contact, lambda tx: tx.signoff.decide(digest=digest, accept=[entry.id]), Conflict)
    assert error.code == "request_stale"


def test_stale_version_is_refused(office: Office) -> None:
    """Somebody changes what he or she saw, or nothing."""
    firm = office.firm
    entry = office.time()
    office.asked(entry)
    commands = [
        (office.admin, lambda tx: tx.organizations.change(version=9, name="x")),
        (office.admin, lambda tx: tx.users.change(firm.employee.id, version=9, name="x")),
        (office.admin, lambda tx: tx.users.deactivate(firm.employee.id, version=9)),
        (office.admin, lambda tx: tx.teams.change(firm.team.id, version=9, name="x")),
        (office.admin, lambda tx: tx.teams.remove(firm.team.id, version=9)),
        (office.manager, lambda tx: tx.customers.change(firm.customer.id, version=9, number="x")),
        (office.manager, lambda tx: tx.customers.archive(firm.customer.id, version=9)),
        (office.manager, lambda tx: tx.customers.delete(firm.other_customer.id, version=9)),
        (office.manager, lambda tx: tx.contacts.change(firm.contact.id, version=9, name="x")),
        (office.manager, lambda tx: tx.contacts.delete(firm.contact.id, version=9)),
        (office.manager, lambda tx: tx.projects.change(firm.project.id, version=9, name="x")),
        (office.manager, lambda tx: tx.projects.delete(firm.fixed_project.id, version=9)),
        (office.manager, lambda tx: tx.activities.end(firm.activity.id, version=9)),
        (office.manager, lambda tx: tx.signoff.withdraw(office.requests()[0].id, version=9)),
    ]
    for actor, command in commands:
        assert office.refuses(actor, command, Conflict).code == "changed_meanwhile"


def test_stale_edit_of_a_draft_is_refused(office: Office) -> None:
    """The second of two people who edit the same draft starts again."""
    entry = office.time()
    with office.acting(office.eva) as tx:
        tx.entries.edit_time(entry.id, version=1, minutes=30)
    office.refuses(office.eva, lambda tx: tx.entries.edit_time(entry.id, version=1, minutes=45), Conflict)
    office.refuses(office.eva, lambda tx: tx.entries.delete(entry.id, version=1), Conflict)


def test_somebody_elses_activity_is_not_found(office: Office) -> None:
    """Nobody registers for a colleague, a manager neither."""
    activity_id = office.firm.colleague_activity.id
    for actor in (office.eva, office.manager):
        error = office.refuses(actor, lambda tx: tx.entries.register_time(activity_id, on=MONDAY, minutes=60), NotFound)
        assert error.kind == "activity"


def test_empty_period_cannot_even_be_made() -> None:
    """It is refused before anything is handed in."""
    with pytest.raises(InvalidInput) as raised:
        Period(date(2026, 10, 2), date(2026, 10, 1))
    assert raised.value.code == "period_empty"


def test_unknown_way_of_billing_leaves_no_project(office: Office) -> None:
    """By the hour or at a fixed price."""
    customer_id = office.firm.customer.id
    office.refuses(
        office.manager,
        lambda tx: tx.projects.add(customer_id, name="x", billing=Hourly),  # type: ignore[arg-type]  # the class
        InvalidInput,
    )
