"""Projects."""

from datetime import date

import pytest

from tests.unit.usecases.firm import Office, codes
from worktraq.core.access import Right
from worktraq.core.calendar import Cadence
from worktraq.core.money import Money, Rate
from worktraq.core.projects import FixedPrice, Hourly, HoursBudget, ProjectStatus
from worktraq.core.rates import RateSubject
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY


@pytest.mark.requirement("T-07", "L-01", "L-03")
def test_project_is_added_and_opened(office: Office) -> None:
    """With its way of billing, its days and who is asked."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        project = tx.projects.add(
            firm.customer.id,
            name="Audit",
            billing=Hourly(Cadence.WEEKLY, customer_approval=True),
            starts_on=date(2026, 11, 1),
            ends_on=date(2026, 12, 31),
            contact_id=firm.contact.id,
        )
        assert tx.projects.get(project.id) == project
    assert project.asks_customer
    assert project.status(MONDAY) is ProjectStatus.PLANNED


@pytest.mark.requirement("T-08")
def test_ended_contact_approves_for_no_new_project(office: Office) -> None:
    """He or she is asked nothing any more."""
    contact = office.firm.contact
    with office.acting(office.manager) as tx:
        tx.contacts.end(contact.id, version=contact.version)
    with pytest.raises(InvalidInput) as refused, office.acting(office.manager) as tx:
        tx.projects.add(office.firm.customer.id, name="Audit", contact_id=contact.id)
    assert refused.value.code == "contact_not_at_customer"


def test_project_whose_contact_ended_can_still_be_changed(office: Office) -> None:
    """Only naming an ended contact anew is refused."""
    contact = office.firm.contact
    with office.acting(office.manager) as tx:
        project = tx.projects.add(office.firm.customer.id, name="Audit", contact_id=contact.id)
        tx.contacts.end(contact.id, version=contact.version)
        assert tx.projects.change(project.id, version=1, name="Advice").name == "Advice"


@pytest.mark.requirement("W-05")
def test_rate_of_a_project_is_kept_apart(office: Office) -> None:
    """The project itself holds no price."""
    with office.acting(office.manager) as tx:
        project = tx.projects.add(office.firm.customer.id, name="Audit", rate=Rate("77.7731", "EUR"))
        assert [rule.rate for rule in tx.rates.on(project.id)] == [Rate("77.7731", "EUR")]
    assert "77" not in repr(project.billing)
    assert not hasattr(project, "rate")


@pytest.mark.requirement("T-07")
def test_project_is_changed(office: Office) -> None:
    """What is not given stays."""
    with office.acting(office.manager) as tx:
        changed = tx.projects.change(office.firm.project.id, version=1, name="Audit", ends_on=MONDAY)
    assert (changed.name, changed.ends_on, changed.billing) == ("Audit", MONDAY, office.firm.project.billing)


def test_unused_project_is_deleted_with_its_rates_and_grants(office: Office) -> None:
    """Nothing is left that refers to it."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        project = tx.projects.add(firm.customer.id, name="x", rate=Rate("1", "EUR"))
        tx.rates.set_budget(project.id, Money("1", "EUR"))
        tx.access.grant(Right.READ, customer_id=firm.customer.id, project_id=project.id, user_id=firm.employee.id)
        kept = tx.access.grant(Right.READ, customer_id=firm.customer.id, user_id=firm.employee.id)
        tx.projects.delete(project.id, version=1)
        assert tx.rates.on(project.id) == []
        assert list(tx.access.grants_on(firm.customer.id)) == [kept]


@pytest.mark.requirement("T-07")
def test_project_in_use_is_not_deleted(office: Office) -> None:
    """An activity is enough."""
    error = office.refuses(office.manager, lambda tx: tx.projects.delete(office.firm.project.id, version=1), Refused)
    assert codes(error) == ["project_in_use"]


@pytest.mark.requirement("T-07", "W-04")
def test_projects_are_listed_by_name(office: Office) -> None:
    """A manager sees all, an employee those he or she works on."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        other = tx.projects.add(firm.other_customer.id, name="Zorg", billing=FixedPrice())
        assert [each.name for each in tx.projects.list()] == ["Advice", "Year-end report", "Zorg"]
        assert [each.name for each in tx.projects.list(customer_id=firm.customer.id)] == ["Advice", "Year-end report"]
    with office.viewing(office.eva) as tx:
        assert [each.name for each in tx.projects.list()] == ["Advice", "Year-end report"]
    with office.viewing(office.coen) as tx:
        assert [each.name for each in tx.projects.list()] == ["Advice"]
        assert [each.name for each in tx.projects.list(customer_id=firm.other_customer.id)] == []
    office.refuses(office.coen, lambda tx: tx.projects.get(other.id), NotFound)


@pytest.mark.requirement("T-09")
@pytest.mark.parametrize("by_project", [True, False])
def test_granted_projects_are_in_the_list(office: Office, *, by_project: bool) -> None:
    """Those of a customer as a whole, too."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        project = tx.projects.add(firm.other_customer.id, name="Zorg")
        project_id = project.id if by_project else None
        tx.access.grant(
            Right.READ, customer_id=firm.other_customer.id, project_id=project_id, user_id=firm.colleague.id
        )
    with office.viewing(office.coen) as tx:
        assert [each.name for each in tx.projects.list()] == ["Advice", "Zorg"]


def test_bad_project_is_refused(office: Office) -> None:
    """It has a name and does not end before it begins."""
    firm = office.firm
    office.refuses(office.manager, lambda tx: tx.projects.add(firm.customer.id, name=""), InvalidInput)
    office.refuses(
        office.manager,
        lambda tx: tx.projects.change(firm.project.id, version=1, starts_on=MONDAY, ends_on=date(2026, 1, 1)),
        InvalidInput,
    )


def test_internal_project_has_no_rate(office: Office) -> None:
    """Internal work is not billed."""
    internal = office.firm.internal.id
    error = office.refuses(
        office.manager, lambda tx: tx.projects.add(internal, name="x", rate=Rate("1", "EUR")), InvalidInput
    )
    assert error.code == "internal_not_billable"
    with office.acting(office.manager) as tx:
        project = tx.projects.add(internal, name="Training")
    office.refuses(
        office.manager, lambda tx: tx.rates.set(RateSubject.PROJECT, project.id, Rate("1", "EUR")), InvalidInput
    )


@pytest.mark.requirement("T-07", "T-05")
def test_budget_of_hours_tells_what_is_used_to_who_sees_all_time(office: Office) -> None:
    """A manager, or by a right to read, approve or bill; not with the right to register only, nor as who works there."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.projects.change(firm.project.id, version=1, budget_minutes=90)
        tx.access.grant(Right.REGISTER, customer_id=firm.customer.id, user_id=firm.employee.id)
        tx.access.grant(Right.BILL, customer_id=firm.customer.id, project_id=firm.project.id, user_id=firm.colleague.id)
    office.time(60)
    with office.acting(office.coen) as tx:
        tx.entries.register_time(firm.colleague_activity.id, on=MONDAY, minutes=60)
    found = {}
    for name, actor in (("manager", office.manager), ("eva", office.eva), ("coen", office.coen)):
        with office.viewing(actor) as tx:
            assert tx.projects.get(firm.project.id).budget_minutes == 90
            found[name] = tx.projects.budget(firm.project.id)
    told = HoursBudget(90, 120, -30)
    assert found == {"manager": told, "eva": HoursBudget(90, None, None), "coen": told}
    office.refuses(office.coen, lambda tx: tx.projects.budget(firm.fixed_project.id), NotFound)


@pytest.mark.requirement("T-07")
def test_projects_are_narrowed_down(office: Office) -> None:
    """By where they stand on a day, and by a part of the name; today by default."""
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.projects.change(firm.project.id, version=1, ends_on=date(2026, 10, 4))
        tx.projects.change(firm.fixed_project.id, version=1, starts_on=date(2026, 10, 6))
        names = {status: [each.name for each in tx.projects.list(status=status)] for status in (None, *ProjectStatus)}
        assert names == {
            None: ["Advice", "Year-end report"],
            ProjectStatus.PLANNED: ["Year-end report"],
            ProjectStatus.ACTIVE: [],
            ProjectStatus.FINISHED: ["Advice"],
        }
        active = tx.projects.list(status=ProjectStatus.ACTIVE, on=date(2026, 10, 6))
        assert [each.name for each in active] == ["Year-end report"]
        assert [each.name for each in tx.projects.list(search="END")] == ["Year-end report"]
    for wrong in ({"status": "asleep"}, {"on": "today"}):
        office.refuses(office.manager, lambda tx, wrong=wrong: tx.projects.list(**wrong), InvalidInput)  # type: ignore[misc]  # binds what is wrong
