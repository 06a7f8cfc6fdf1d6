"""Setting the firm up: the organization, its customers from the file, people, projects, activities and rates."""

from collections import Counter
from collections.abc import Collection, Mapping

from attrs import frozen

from worktraq.core.actors import Actor
from worktraq.core.customers import Customer, CustomerKind
from worktraq.core.ids import ActivityId, CustomerId, OrganizationId, ProjectId, UserId
from worktraq.core.imports import ImportPlan, RefusedCell
from worktraq.core.organizations import Settings
from worktraq.core.projects import Project
from worktraq.core.rates import RateSubject
from worktraq.core.users import Role
from worktraq.demo import firm
from worktraq.demo.files import Session, read_customers
from worktraq.engine import WorkTraq
from worktraq.i18n import Translator
from worktraq.ports.sheets import SheetReader
from worktraq.usecases.transaction import Transaction


@frozen
class Imported:
    """What came of the customer list.

    Attributes:
        customers: How many were imported.
        by_kind: How many of each kind and country.
        refused: The cells that kept a row out.
        totals: Rows that were left out as totals lines.
    """

    customers: int
    by_kind: Mapping[tuple[CustomerKind, str], int]
    refused: tuple[RefusedCell, ...]
    totals: tuple[int, ...]


@frozen
class Firm:
    """The firm, once it is set up.

    Attributes:
        organization_id: Of the organization.
        admin: The administrator.
        manager: The manager.
        employees: By what the list of hours calls them.
        projects: By what the list of hours calls them; the internal one under an empty name.
        activities: By person and project.
        imported: What came of the customer list.
    """

    organization_id: OrganizationId
    admin: Actor
    manager: Actor
    employees: Mapping[str, Actor]
    projects: Mapping[str, Project]
    activities: Mapping[tuple[str, str], ActivityId]
    imported: Imported

    def person_of(self, user_id: UserId) -> str:
        """What the list of hours calls a user."""
        return next(person for person, actor in self.employees.items() if actor.user_id == user_id)

    def project_of(self, project_id: ProjectId | None) -> str:
        """What the list of hours calls a project."""
        return next(name for name, project in self.projects.items() if project.id == project_id)


def set_up(engine: WorkTraq, reader: SheetReader, sessions: Collection[Session], translator: Translator) -> Firm:
    """Found the organization and make it ready for hours.

    Args:
        engine: On an empty store, or on one with other organizations.
        reader: Of the customer list.
        sessions: Tell who works on what.
        translator: For the words of the people in it; its language becomes the organization's.
    """
    founded = engine.found_organization(
        name=firm.NAME,
        admin_name=firm.ADMINISTRATOR,
        admin_email=firm.mail_address(firm.ADMINISTRATOR),
        settings=Settings(language=translator.language),
    )
    organization_id = founded.organization.id
    with engine.transaction(founded.admin) as tx:
        tx.organizations.change_billing_details(
            name=firm.LEGAL_NAME,
            address=firm.ADDRESS,
            vat_number=firm.VAT_NUMBER,
            email=f"facturen@{firm.DOMAIN}",
        )
        manager_id = _add_user(tx, firm.MANAGER, Role.MANAGER)
        users = {person: _add_user(tx, name, Role.EMPLOYEE, person) for person, name in firm.PEOPLE.items()}
    manager = Actor.user(organization_id, manager_id)
    imported = _import(engine, manager, reader)
    with engine.transaction(manager) as tx:
        customers = _customers(tx)
        projects = _projects(tx, customers, translator)
        activities = _activities(tx, users, projects, sessions, translator)
        _rates(tx, customers, projects, activities)
    employees = {person: Actor.user(organization_id, user_id) for person, user_id in users.items()}
    return Firm(organization_id, founded.admin, manager, employees, projects, activities, imported)


def _add_user(tx: Transaction, name: str, role: Role, external_id: str = "") -> UserId:
    return tx.users.add(name=name, email=firm.mail_address(name), role=role, external_id=external_id).id


def _import(engine: WorkTraq, manager: Actor, reader: SheetReader) -> Imported:
    with engine.transaction(manager) as tx:
        plan: ImportPlan = tx.imports.plan_customers(read_customers(reader))
        tx.imports.apply(plan, only="valid")
    by_kind = Counter((row.data.kind, row.data.address.country) for row in plan.planned)
    return Imported(len(plan.planned), by_kind, plan.refused, plan.totals)


def _customers(tx: Transaction) -> Mapping[str, Customer]:
    """The customers that the firm works for, by number; the own organization under an empty one."""
    wanted = {project.customer for project in firm.PROJECTS}
    found = {customer.data.number: customer for customer in tx.customers.list(limit=1000)}
    return {**{number: found[number] for number in wanted}, "": tx.customers.internal()}


def _projects(tx: Transaction, customers: Mapping[str, Customer], translator: Translator) -> Mapping[str, Project]:
    projects = {
        planned.name: tx.projects.add(customers[planned.customer].id, name=planned.name, billing=planned.billing)
        for planned in firm.PROJECTS
    }
    internal = tx.projects.add(customers[""].id, name=translator.gettext(firm.INTERNAL_PROJECT))
    return {**projects, "": internal}


def _activities(
    tx: Transaction,
    users: Mapping[str, UserId],
    projects: Mapping[str, Project],
    sessions: Collection[Session],
    translator: Translator,
) -> Mapping[tuple[str, str], ActivityId]:
    what = {planned.name: planned.activity for planned in firm.PROJECTS} | {"": firm.INTERNAL_PROJECT}
    pairs = {(session.person, session.project) for session in sessions} | {(person, "") for person in firm.TRAINED}
    return {
        (person, name): tx.activities.add(
            user_id=users[person],
            customer_id=projects[name].customer_id,
            project_id=projects[name].id,
            description=translator.gettext(what[name]),
        ).id
        for person, name in sorted(pairs)
    }


def _rates(
    tx: Transaction,
    customers: Mapping[str, Customer],
    projects: Mapping[str, Project],
    activities: Mapping[tuple[str, str], ActivityId],
) -> None:
    for number, rate in firm.CUSTOMER_RATES.items():
        customer_id: CustomerId = customers[number].id
        tx.rates.set(RateSubject.CUSTOMER, customer_id, rate)
    for name, rates in firm.PROJECT_RATES.items():
        for valid_from, rate in rates:
            tx.rates.set(RateSubject.PROJECT, projects[name].id, rate, valid_from=valid_from)
    for pair, rate in firm.ACTIVITY_RATES.items():
        tx.rates.set(RateSubject.ACTIVITY, activities[pair], rate)
