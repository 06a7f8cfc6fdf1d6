"""A small firm with everything in it that time, expenses and approval hang on."""

from attrs import frozen

from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer
from worktraq.core.ids import OrganizationId
from worktraq.core.organizations import Organization
from worktraq.core.projects import Activity, FixedPrice, Project
from worktraq.core.users import Role, Team, User
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing.builders import (
    a_contact,
    a_customer,
    a_private_customer,
    a_project,
    a_team,
    a_user,
    an_activity,
    an_organization,
)


@frozen
class Firm:
    """An organization and its parts, as they are stored.

    Attributes:
        organization: Acme, with the default settings.
        admin: Ada, who founded it.
        manager: Mo.
        employee: Eva.
        colleague: Coen, an employee too.
        team: Of Eva and Coen.
        internal: The organization itself as a customer.
        customer: A business with a number.
        other_customer: A private person.
        contact: At the business.
        project: For the business, hourly, with the customer's approval.
        fixed_project: For the business, at a fixed price.
        activity: Eva's, on the hourly project.
        loose_activity: Eva's, for the private person, without a project.
        fixed_activity: Eva's, on the project with the fixed price.
        internal_activity: Eva's, for the organization itself, not billable.
        colleague_activity: Coen's, on the hourly project.
    """

    organization: Organization
    admin: User
    manager: User
    employee: User
    colleague: User
    team: Team
    internal: Customer
    customer: Customer
    other_customer: Customer
    contact: ContactPerson
    project: Project
    fixed_project: Project
    activity: Activity
    loose_activity: Activity
    fixed_activity: Activity
    internal_activity: Activity
    colleague_activity: Activity

    @property
    def id(self) -> OrganizationId:
        """Of the organization."""
        return self.organization.id

    @property
    def users(self) -> tuple[User, ...]:
        """Everybody who works here."""
        return (self.admin, self.manager, self.employee, self.colleague)

    @property
    def customers(self) -> tuple[Customer, ...]:
        """All customers, the internal one included."""
        return (self.internal, self.customer, self.other_customer)

    @property
    def projects(self) -> tuple[Project, ...]:
        """All projects."""
        return (self.project, self.fixed_project)

    @property
    def activities(self) -> tuple[Activity, ...]:
        """All activities."""
        return (
            self.activity,
            self.loose_activity,
            self.fixed_activity,
            self.internal_activity,
            self.colleague_activity,
        )


def a_firm(name: str = "Acme") -> Firm:
    """A new firm, not stored."""
    organization = an_organization(name)
    admin = a_user(organization.id, "Ada", role=Role.ADMIN)
    manager = a_user(organization.id, "Mo", role=Role.MANAGER)
    eva, coen = a_user(organization.id, "Eva"), a_user(organization.id, "Coen")
    internal = a_customer(organization.id, name, is_internal=True)
    customer = a_customer(organization.id, number="K-1001", city="Utrecht")
    private = a_private_customer(organization.id)
    hourly, fixed = a_project(customer), a_project(customer, "Year-end report", billing=FixedPrice())
    return Firm(
        organization=organization,
        admin=admin,
        manager=manager,
        employee=eva,
        colleague=coen,
        team=a_team(organization.id, eva, coen),
        internal=internal,
        customer=customer,
        other_customer=private,
        contact=a_contact(organization.id, customer),
        project=hourly,
        fixed_project=fixed,
        activity=an_activity(eva, customer, hourly),
        loose_activity=an_activity(eva, private),
        fixed_activity=an_activity(eva, customer, fixed),
        internal_activity=an_activity(eva, internal, is_billable=False),
        colleague_activity=an_activity(coen, customer, hourly),
    )


def store_firm(uow: UnitOfWork, firm: Firm) -> None:
    """Store a firm, what is referred to before what refers to it."""
    uow.organizations.add(firm.organization)
    uow.users.add(*firm.users)
    uow.teams.add(firm.team)
    uow.customers.add(*firm.customers)
    uow.contacts.add(firm.contact)
    uow.projects.add(*firm.projects)
    uow.activities.add(*firm.activities)


def stored_firm(store: Store, name: str = "Acme") -> Firm:
    """A new firm, stored in a transaction of its own."""
    firm = a_firm(name)
    with store.unit_of_work(firm.id, writes=True) as uow:
        store_firm(uow, firm)
    return firm
