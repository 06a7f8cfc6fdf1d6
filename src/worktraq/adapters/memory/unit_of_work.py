"""The unit of work: every repository of one organization, on the same tables."""

from worktraq.adapters.memory.access import MemoryGrants
from worktraq.adapters.memory.approval import MemoryDecisions, MemorySubmissions
from worktraq.adapters.memory.audit import MemoryEvents
from worktraq.adapters.memory.billing import MemoryUnbilled
from worktraq.adapters.memory.branding import MemoryBrands
from worktraq.adapters.memory.comments import MemoryComments
from worktraq.adapters.memory.connections import (
    MemoryConnections,
    MemoryImportMarks,
    MemoryImportRuns,
    MemoryQuestions,
    MemorySightings,
)
from worktraq.adapters.memory.customers import MemoryContacts, MemoryCustomers
from worktraq.adapters.memory.entries import MemoryItems
from worktraq.adapters.memory.erasing import MemoryForgetter, MemoryOverwriter, MemoryTraces
from worktraq.adapters.memory.evidence import MemoryAttestations
from worktraq.adapters.memory.imports import MemoryImportLinks
from worktraq.adapters.memory.inbox import MemoryInbox
from worktraq.adapters.memory.instalments import MemoryInstalments
from worktraq.adapters.memory.invitations import MemoryInvitations
from worktraq.adapters.memory.invoices import MemoryHandOvers, MemoryInvoices, MemoryInvoiceYears
from worktraq.adapters.memory.keyed_runs import MemoryKeyedRuns
from worktraq.adapters.memory.notifications import MemoryOutbox
from worktraq.adapters.memory.organizations import MemoryOrganizations
from worktraq.adapters.memory.overviews import MemoryHours
from worktraq.adapters.memory.past_time import MemoryPastTime, MemoryPastTimeCounts
from worktraq.adapters.memory.pins import MemoryPins
from worktraq.adapters.memory.privacy import MemoryErasures, MemoryHolds, MemoryRetentions
from worktraq.adapters.memory.projects import MemoryActivities, MemoryProjects
from worktraq.adapters.memory.rates import MemoryBudgets, MemoryMarkups, MemoryPrices, MemoryRates
from worktraq.adapters.memory.requests import MemoryRequestOverview
from worktraq.adapters.memory.signoff import MemoryRequests
from worktraq.adapters.memory.tables import Tables
from worktraq.adapters.memory.templates import MemoryTemplates
from worktraq.adapters.memory.terms import MemoryProjectRoundings, MemorySellerProfiles, MemoryTerms
from worktraq.adapters.memory.users import MemoryTeams, MemoryUsers
from worktraq.core.ids import OrganizationId
from worktraq.ports.clock import Clock


class MemoryUnitOfWork:
    """The repositories of one organization; on closed tables they refuse every change."""

    def __init__(self, organization_id: OrganizationId, tables: Tables, clock: Clock) -> None:
        self.organizations = MemoryOrganizations(organization_id, tables)
        self.brands = MemoryBrands(organization_id, tables)
        self.users = MemoryUsers(organization_id, tables)
        self.invitations = MemoryInvitations(organization_id, tables)
        self.teams = MemoryTeams(organization_id, tables)
        self.grants = MemoryGrants(organization_id, tables)
        self.customers = MemoryCustomers(organization_id, tables)
        self.pins = MemoryPins(organization_id, tables)
        self.contacts = MemoryContacts(organization_id, tables)
        self.projects = MemoryProjects(organization_id, tables)
        self.activities = MemoryActivities(organization_id, tables)
        self.rates = MemoryRates(organization_id, tables)
        self.markups = MemoryMarkups(organization_id, tables)
        self.prices = MemoryPrices(tables)
        self.budgets = MemoryBudgets(organization_id, tables)
        self.terms = MemoryTerms(organization_id, tables)
        self.seller_profiles = MemorySellerProfiles(organization_id, tables)
        self.roundings = MemoryProjectRoundings(tables)
        self.instalments = MemoryInstalments(organization_id, tables)
        self.invoices = MemoryInvoices(organization_id, tables)
        self.invoice_years = MemoryInvoiceYears(organization_id, tables)
        self.hand_overs = MemoryHandOvers(organization_id, tables)
        self.items = MemoryItems(organization_id, tables)
        self.decisions = MemoryDecisions(tables)
        self.comments = MemoryComments(organization_id, tables)
        self.submissions = MemorySubmissions(tables)
        self.requests = MemoryRequests(organization_id, tables)
        self.attestations = MemoryAttestations(organization_id, tables)
        self.inbox = MemoryInbox(tables)
        self.request_overview = MemoryRequestOverview(tables)
        self.unbilled = MemoryUnbilled(tables)
        self.hours = MemoryHours(tables)
        self.import_links = MemoryImportLinks(tables)
        self.connections = MemoryConnections(organization_id, tables)
        self.import_runs = MemoryImportRuns(organization_id, tables)
        self.questions = MemoryQuestions(organization_id, tables)
        self.sightings = MemorySightings(tables)
        self.import_marks = MemoryImportMarks(tables)
        self.templates = MemoryTemplates(organization_id, tables)
        self.keyed_runs = MemoryKeyedRuns(tables)
        self.holds = MemoryHolds(organization_id, tables)
        self.erasures = MemoryErasures(organization_id, tables)
        self.retentions = MemoryRetentions(organization_id, tables)
        self.traces = MemoryTraces(tables)
        self.overwriter = MemoryOverwriter(tables)
        self.forgetter = MemoryForgetter(tables)
        self.past_time = MemoryPastTime(tables)
        self.past_time_counts = MemoryPastTimeCounts(tables)
        self.outbox = MemoryOutbox(tables, clock)
        self.events = MemoryEvents(tables)
