"""The unit of work: every repository of one organization, on the same session."""

from functools import cached_property

from worktraq.adapters.sqlalchemy.access import SqlGrants
from worktraq.adapters.sqlalchemy.approval import SqlDecisions, SqlSubmissions
from worktraq.adapters.sqlalchemy.audit import SqlEvents
from worktraq.adapters.sqlalchemy.billing import SqlUnbilled
from worktraq.adapters.sqlalchemy.customers import SqlContacts, SqlCustomers
from worktraq.adapters.sqlalchemy.entries import SqlItems
from worktraq.adapters.sqlalchemy.imports import SqlImportLinks
from worktraq.adapters.sqlalchemy.notifications import SqlOutbox
from worktraq.adapters.sqlalchemy.organizations import SqlOrganizations
from worktraq.adapters.sqlalchemy.overviews import SqlHours
from worktraq.adapters.sqlalchemy.projects import SqlActivities, SqlProjects
from worktraq.adapters.sqlalchemy.rates import SqlPrices, SqlRates
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.signoff import SqlRequests
from worktraq.adapters.sqlalchemy.users import SqlTeams, SqlUsers


class SqlUnitOfWork:
    """The repositories of one organization; a repository is made when it is first asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def organizations(self) -> SqlOrganizations:
        """The organization itself."""
        return SqlOrganizations(self._session)

    @cached_property
    def users(self) -> SqlUsers:
        """Its users."""
        return SqlUsers(self._session)

    @cached_property
    def teams(self) -> SqlTeams:
        """Its teams."""
        return SqlTeams(self._session)

    @cached_property
    def grants(self) -> SqlGrants:
        """Its grants."""
        return SqlGrants(self._session)

    @cached_property
    def customers(self) -> SqlCustomers:
        """Its customers."""
        return SqlCustomers(self._session)

    @cached_property
    def contacts(self) -> SqlContacts:
        """Its contact persons."""
        return SqlContacts(self._session)

    @cached_property
    def projects(self) -> SqlProjects:
        """Its projects."""
        return SqlProjects(self._session)

    @cached_property
    def activities(self) -> SqlActivities:
        """Its activities."""
        return SqlActivities(self._session)

    @cached_property
    def rates(self) -> SqlRates:
        """Its rates."""
        return SqlRates(self._session)

    @cached_property
    def prices(self) -> SqlPrices:
        """Frozen prices."""
        return SqlPrices(self._session)

    @cached_property
    def items(self) -> SqlItems:
        """Time entries and expenses."""
        return SqlItems(self._session)

    @cached_property
    def decisions(self) -> SqlDecisions:
        """Decisions on items."""
        return SqlDecisions(self._session)

    @cached_property
    def submissions(self) -> SqlSubmissions:
        """Periods handed in."""
        return SqlSubmissions(self._session)

    @cached_property
    def requests(self) -> SqlRequests:
        """Approval requests."""
        return SqlRequests(self._session)

    @cached_property
    def unbilled(self) -> SqlUnbilled:
        """What is not billed yet."""
        return SqlUnbilled(self._session)

    @cached_property
    def hours(self) -> SqlHours:
        """Totals of time."""
        return SqlHours(self._session)

    @cached_property
    def import_links(self) -> SqlImportLinks:
        """What was imported."""
        return SqlImportLinks(self._session)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """Intents to tell somebody something."""
        return SqlOutbox(self._session)

    @cached_property
    def events(self) -> SqlEvents:
        """What happened."""
        return SqlEvents(self._session)
