"""Projects and activities."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, Integer, and_, bindparam, func, or_, select

from worktraq.adapters.sqlalchemy.cells import Row, bounded, day_number
from worktraq.adapters.sqlalchemy.entries import item_table
from worktraq.adapters.sqlalchemy.fields import Special
from worktraq.adapters.sqlalchemy.invoice_rows import invoice_line_table
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository, exists_in
from worktraq.adapters.sqlalchemy.schema import CODE, ID, KEY, LINE, NAME, OWNER, index, refers, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.signoff import request_table
from worktraq.adapters.sqlalchemy.statements import Prepared, is_among
from worktraq.core.calendar import Cadence
from worktraq.core.ids import ActivityId, CustomerId, ProjectId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.projects import Activity, Billing, BillingKind, Hourly, Project, ProjectStatus, billing_of
from worktraq.core.text import fold

project_table = table(
    "project",
    Column("id", ID, primary_key=True),
    Column("customer_id", ID, nullable=False),
    Column("name", NAME, nullable=False),
    Column("billing_kind", CODE, nullable=False),
    Column("billing_cadence", CODE),
    Column("billing_customer_approval", Boolean, nullable=False),
    Column("starts_on", Integer),
    Column("ends_on", Integer),
    Column("contact_id", ID),
    Column("budget_minutes", Integer),
    Column("version", BigInteger, nullable=False),
    Column("name_key", KEY, nullable=False),
    refers("customer_id", "customer"),
    refers("contact_id", "contact"),
    index("project", "name", "name_key", "id"),
    index("project", "customer", "customer_id"),
    index("project", "contact", "contact_id", only_filled="contact_id"),
)

activity_table = table(
    "activity",
    Column("id", ID, primary_key=True),
    Column("user_id", ID, nullable=False),
    Column("customer_id", ID, nullable=False),
    Column("project_id", ID),
    Column("description", LINE, nullable=False),
    Column("is_billable", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("starts_on", Integer),
    Column("ends_on", Integer),
    Column("version", BigInteger, nullable=False),
    refers("user_id", "user"),
    refers("customer_id", "customer"),
    refers("project_id", "project"),
    index("activity", "user", "user_id"),
    index("activity", "customer", "customer_id"),
    index("activity", "project", "project_id"),
)


def _loaded_billing(kind: str, cadence: str | None, customer_approval: bool | int) -> Billing:
    return billing_of(BillingKind(kind), Cadence(cadence) if cadence else None, bool(customer_approval))


def _dumped_billing(billing: Billing) -> Row:
    if isinstance(billing, Hourly):
        return (BillingKind.HOURLY.value, billing.cadence.value, billing.customer_approval)
    return (BillingKind.FIXED_PRICE.value, None, False)


def _name_key(project: Project) -> str:
    return bounded(fold(project.name))


_BILLING = Special(("billing_kind", "billing_cadence", "billing_customer_approval"), _loaded_billing, _dumped_billing)
_projects = Shelf(Mapping(project_table, Project, special={"billing": _BILLING}, derived={"name_key": _name_key}))
_p = project_table.c
_projects_of_customer = _projects.where(_p.customer_id == bindparam("customer_id"), order=(_p.id,))
_referring = (
    *(exists_in(each, "project_id") for each in (activity_table, item_table, request_table)),
    exists_in(invoice_line_table, "project_id", "invoice_id"),
)


def _stands(status: ProjectStatus, day: object) -> ColumnElement[bool]:
    """Whether a project is planned, active or finished on a day; empty days bound nothing."""
    if status is ProjectStatus.PLANNED:
        return _p.starts_on > day
    if status is ProjectStatus.FINISHED:
        return _p.ends_on < day
    return and_(or_(_p.starts_on.is_(None), _p.starts_on <= day), or_(_p.ends_on.is_(None), _p.ends_on >= day))


_active_projects = Prepared(
    select(func.count()).where(_p.organization_id == OWNER, _stands(ProjectStatus.ACTIVE, bindparam("on")))
)


class SqlProjects(SqlRepository[Project, ProjectId]):
    """The projects of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _projects)

    def page(
        self,
        request: PageRequest,
        *,
        customer_id: CustomerId | None,
        status: ProjectStatus | None,
        on: date,
        search: str,
        among: Collection[ProjectId] | None,
    ) -> Page[Project]:
        """Projects in order of folded name, then id."""
        statement = _projects.select()
        if customer_id is not None:
            statement = statement.where(_p.customer_id == self._session.packed(customer_id))
        if status is not None:
            statement = statement.where(_stands(status, day_number(on)))
        if search:
            statement = statement.where(_p.name_key.contains(search, autoescape=True))
        if among is not None:
            statement = statement.where(is_among(_p.id, map(self._session.packed, sorted(among))))
        return self._page_by_name(statement, request, _p.name_key, _name_key)

    def count_active(self, on: date) -> int:
        """How many projects are active on a day."""
        return self._session.count(_active_projects, on=day_number(on))

    def of_customer(self, customer_id: CustomerId) -> Sequence[Project]:
        """All projects of a customer, in order of their ids."""
        return self._load(self._session.fetch(_projects_of_customer, customer_id=self._session.packed(customer_id)))

    def is_referred_to(self, project_id: ProjectId) -> bool:
        """Whether an activity, item, request or invoice names the project."""
        key = self._session.packed(project_id)
        return any(self._session.fetch(referring, key=key) for referring in _referring)


_activities = Shelf(Mapping(activity_table, Activity))
_a = activity_table.c
_of_user = _activities.where(_a.user_id == bindparam("user_id"), order=(_a.id,))
_of_customer = _activities.where(_a.customer_id == bindparam("customer_id"), order=(_a.id,))
_active = Prepared(select(func.count()).where(_a.organization_id == OWNER, _a.is_active))


class SqlActivities(SqlRepository[Activity, ActivityId]):
    """The activities of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _activities)

    def of_user(self, user_id: UserId) -> Sequence[Activity]:
        """All activities of a user, in order of their ids."""
        return self._load(self._session.fetch(_of_user, user_id=self._session.packed(user_id)))

    def of_customer(self, customer_id: CustomerId) -> Sequence[Activity]:
        """All activities for a customer, in order of their ids."""
        return self._load(self._session.fetch(_of_customer, customer_id=self._session.packed(customer_id)))

    def page(
        self,
        request: PageRequest,
        *,
        user_id: UserId | None,
        customer_id: CustomerId | None,
        project_id: ProjectId | None,
        is_active: bool | None,
    ) -> Page[Activity]:
        """Activities in order of their ids, filtered by what is given."""
        statement = _activities.select()
        wanted = ((_a.user_id, user_id), (_a.customer_id, customer_id), (_a.project_id, project_id))
        for column, entity_id in wanted:
            if entity_id is not None:
                statement = statement.where(column == self._session.packed(entity_id))
        if is_active is not None:
            statement = statement.where(_a.is_active == is_active)
        return self._page(statement, request, (_a.id,), self._id_after(request), lambda activity: (activity.id.hex,))

    def count_active(self) -> int:
        """How many activities are active."""
        return self._session.count(_active)
