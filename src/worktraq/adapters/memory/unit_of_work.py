"""The unit of work: every repository of one organization, on the same tables."""

from worktraq.adapters.memory.access import MemoryGrants
from worktraq.adapters.memory.approval import MemoryDecisions, MemorySubmissions
from worktraq.adapters.memory.audit import MemoryEvents
from worktraq.adapters.memory.billing import MemoryUnbilled
from worktraq.adapters.memory.customers import MemoryContacts, MemoryCustomers
from worktraq.adapters.memory.entries import MemoryItems
from worktraq.adapters.memory.imports import MemoryImportLinks
from worktraq.adapters.memory.notifications import MemoryOutbox
from worktraq.adapters.memory.organizations import MemoryOrganizations
from worktraq.adapters.memory.overviews import MemoryHours
from worktraq.adapters.memory.projects import MemoryActivities, MemoryProjects
from worktraq.adapters.memory.rates import MemoryPrices, MemoryRates
from worktraq.adapters.memory.signoff import MemoryRequests
from worktraq.adapters.memory.tables import Tables
from worktraq.adapters.memory.users import MemoryTeams, MemoryUsers
from worktraq.core.ids import OrganizationId
from worktraq.ports.clock import Clock


class MemoryUnitOfWork:
    """The repositories of one organization; on closed tables they refuse every change."""

    def __init__(self, organization_id: OrganizationId, tables: Tables, clock: Clock) -> None:
        self.organizations = MemoryOrganizations(organization_id, tables)
        self.users = MemoryUsers(organization_id, tables)
        self.teams = MemoryTeams(organization_id, tables)
        self.grants = MemoryGrants(organization_id, tables)
        self.customers = MemoryCustomers(organization_id, tables)
        self.contacts = MemoryContacts(organization_id, tables)
        self.projects = MemoryProjects(organization_id, tables)
        self.activities = MemoryActivities(organization_id, tables)
        self.rates = MemoryRates(organization_id, tables)
        self.prices = MemoryPrices(tables)
        self.items = MemoryItems(organization_id, tables)
        self.decisions = MemoryDecisions(tables)
        self.submissions = MemorySubmissions(tables)
        self.requests = MemoryRequests(organization_id, tables)
        self.unbilled = MemoryUnbilled(tables)
        self.hours = MemoryHours(tables)
        self.import_links = MemoryImportLinks(tables)
        self.outbox = MemoryOutbox(tables, clock)
        self.events = MemoryEvents(tables)
