"""The unit of work: every repository of one organization, on the same session."""

from functools import cached_property

from worktraq.adapters.sqlalchemy.access import SqlGrants
from worktraq.adapters.sqlalchemy.approval import SqlDecisions, SqlSubmissions
from worktraq.adapters.sqlalchemy.audit import SqlEvents
from worktraq.adapters.sqlalchemy.billing import SqlUnbilled
from worktraq.adapters.sqlalchemy.branding import SqlBrands
from worktraq.adapters.sqlalchemy.comments import SqlComments
from worktraq.adapters.sqlalchemy.connections import SqlConnections, SqlImportMarks, SqlImportRuns, SqlSightings
from worktraq.adapters.sqlalchemy.customers import SqlContacts, SqlCustomers
from worktraq.adapters.sqlalchemy.entries import SqlItems
from worktraq.adapters.sqlalchemy.erasing import SqlForgetter, SqlOverwriter, SqlTraces
from worktraq.adapters.sqlalchemy.evidence import SqlAttestations
from worktraq.adapters.sqlalchemy.imports import SqlImportLinks
from worktraq.adapters.sqlalchemy.inbox import SqlInbox
from worktraq.adapters.sqlalchemy.instalments import SqlInstalments
from worktraq.adapters.sqlalchemy.invitations import SqlInvitations
from worktraq.adapters.sqlalchemy.invoices import SqlHandOvers, SqlInvoices, SqlInvoiceYears
from worktraq.adapters.sqlalchemy.keyed_runs import SqlKeyedRuns
from worktraq.adapters.sqlalchemy.notifications import SqlOutbox
from worktraq.adapters.sqlalchemy.organizations import SqlOrganizations
from worktraq.adapters.sqlalchemy.overviews import SqlHours
from worktraq.adapters.sqlalchemy.past_time import SqlPastTime, SqlPastTimeCounts
from worktraq.adapters.sqlalchemy.pins import SqlPins
from worktraq.adapters.sqlalchemy.privacy import SqlErasures, SqlHolds, SqlRetentions
from worktraq.adapters.sqlalchemy.projects import SqlActivities, SqlProjects
from worktraq.adapters.sqlalchemy.questions import SqlQuestions
from worktraq.adapters.sqlalchemy.rates import SqlBudgets, SqlMarkups, SqlPrices, SqlRates
from worktraq.adapters.sqlalchemy.requests import SqlRequestOverview
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.signoff import SqlRequests
from worktraq.adapters.sqlalchemy.templates import SqlTemplates
from worktraq.adapters.sqlalchemy.terms import SqlProjectRoundings, SqlSellerProfiles, SqlTerms
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
    def brands(self) -> SqlBrands:
        """How it looks."""
        return SqlBrands(self._session)

    @cached_property
    def users(self) -> SqlUsers:
        """Its users."""
        return SqlUsers(self._session)

    @cached_property
    def invitations(self) -> SqlInvitations:
        """Who is asked to join it."""
        return SqlInvitations(self._session)

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
    def pins(self) -> SqlPins:
        """The PINs of its customers."""
        return SqlPins(self._session)

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
    def markups(self) -> SqlMarkups:
        """Mark-ups on expenses."""
        return SqlMarkups(self._session)

    @cached_property
    def budgets(self) -> SqlBudgets:
        """Money budgets of projects."""
        return SqlBudgets(self._session)

    @cached_property
    def terms(self) -> SqlTerms:
        """On which terms customers are invoiced."""
        return SqlTerms(self._session)

    @cached_property
    def seller_profiles(self) -> SqlSellerProfiles:
        """Who the seller is."""
        return SqlSellerProfiles(self._session)

    @cached_property
    def roundings(self) -> SqlProjectRoundings:
        """How the time on projects is rounded."""
        return SqlProjectRoundings(self._session)

    @cached_property
    def instalments(self) -> SqlInstalments:
        """Instalments of fixed prices."""
        return SqlInstalments(self._session)

    @cached_property
    def invoices(self) -> SqlInvoices:
        """Invoices and credit notes."""
        return SqlInvoices(self._session)

    @cached_property
    def invoice_years(self) -> SqlInvoiceYears:
        """How far their numbers have come."""
        return SqlInvoiceYears(self._session)

    @cached_property
    def hand_overs(self) -> SqlHandOvers:
        """Which of them were handed over."""
        return SqlHandOvers(self._session)

    @cached_property
    def items(self) -> SqlItems:
        """Time entries and expenses."""
        return SqlItems(self._session)

    @cached_property
    def decisions(self) -> SqlDecisions:
        """Decisions on items."""
        return SqlDecisions(self._session)

    @cached_property
    def comments(self) -> SqlComments:
        """Remarks on items."""
        return SqlComments(self._session)

    @cached_property
    def submissions(self) -> SqlSubmissions:
        """Periods handed in."""
        return SqlSubmissions(self._session)

    @cached_property
    def requests(self) -> SqlRequests:
        """Approval requests."""
        return SqlRequests(self._session)

    @cached_property
    def attestations(self) -> SqlAttestations:
        """What is kept of decisions on requests."""
        return SqlAttestations(self._session)

    @cached_property
    def inbox(self) -> SqlInbox:
        """What waits for an approver."""
        return SqlInbox(self._session)

    @cached_property
    def request_overview(self) -> SqlRequestOverview:
        """Approval requests, with names and figures."""
        return SqlRequestOverview(self._session)

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
    def connections(self) -> SqlConnections:
        """Its accounting connection."""
        return SqlConnections(self._session)

    @cached_property
    def import_runs(self) -> SqlImportRuns:
        """Runs of imports."""
        return SqlImportRuns(self._session)

    @cached_property
    def questions(self) -> SqlQuestions:
        """What imports could not take."""
        return SqlQuestions(self._session)

    @cached_property
    def sightings(self) -> SqlSightings:
        """What a run has seen."""
        return SqlSightings(self._session)

    @cached_property
    def import_marks(self) -> SqlImportMarks:
        """What an import did to things."""
        return SqlImportMarks(self._session)

    @cached_property
    def templates(self) -> SqlTemplates:
        """Its own texts of mails."""
        return SqlTemplates(self._session)

    @cached_property
    def keyed_runs(self) -> SqlKeyedRuns:
        """What was done under a key."""
        return SqlKeyedRuns(self._session)

    @cached_property
    def holds(self) -> SqlHolds:
        """Legal holds."""
        return SqlHolds(self._session)

    @cached_property
    def erasures(self) -> SqlErasures:
        """Who was erased."""
        return SqlErasures(self._session)

    @cached_property
    def retentions(self) -> SqlRetentions:
        """For how long what is kept."""
        return SqlRetentions(self._session)

    @cached_property
    def traces(self) -> SqlTraces:
        """What stands about people by the way."""
        return SqlTraces(self._session)

    @cached_property
    def overwriter(self) -> SqlOverwriter:
        """Writes over it."""
        return SqlOverwriter(self._session)

    @cached_property
    def forgetter(self) -> SqlForgetter:
        """Removes it."""
        return SqlForgetter(self._session)

    @cached_property
    def past_time(self) -> SqlPastTime:
        """What of it is past its time."""
        return SqlPastTime(self._session)

    @cached_property
    def past_time_counts(self) -> SqlPastTimeCounts:
        """How much of it is."""
        return SqlPastTimeCounts(self._session)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """Intents to tell somebody something."""
        return SqlOutbox(self._session)

    @cached_property
    def events(self) -> SqlEvents:
        """What happened."""
        return SqlEvents(self._session)
