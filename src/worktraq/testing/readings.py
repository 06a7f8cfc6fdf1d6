"""Everything that a store can be asked about one organization, as one value that can be compared with another store's."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from worktraq.core.audit import BEFORE_ALL
from worktraq.core.calendar import Period
from worktraq.core.customers import Customer
from worktraq.core.entries import Item
from worktraq.core.holds import Held
from worktraq.core.ids import OrganizationId
from worktraq.core.overviews import GroupBy
from worktraq.core.paging import Page, PageRequest, every
from worktraq.core.projects import Project
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.unbilled import UnbilledBy
from worktraq.ports.billing import UnbilledFilter
from worktraq.ports.entries import ItemFilter
from worktraq.ports.invoices import InvoiceFilter
from worktraq.ports.signoff import RequestFilter
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing.fakes import BEGINNING

T = TypeVar("T")
_ALL_DAYS = Period(date(2000, 1, 1), date(2100, 1, 1))
_AFTER_ALL = datetime(2100, 1, 1, tzinfo=UTC)
_MOST = 1_000_000

State = Mapping[str, Sequence[object]]
"""What stands where, each in the order that its port promises."""


class Readings:
    """Reads the whole of an organization through the ports, whichever store it is in.

    Some things are found by what they hang on only, such as a rate by its customer. What was ever seen stays known, so
    that something is also found that was left behind when its customer was deleted.
    """

    def __init__(self) -> None:
        self._priced: set[UUID] = set()

    def of(self, store: Store, organization_id: OrganizationId) -> State:
        """Everything that is committed."""
        with store.unit_of_work(organization_id, writes=False) as uow:
            return self.within(uow, organization_id)

    def within(self, uow: UnitOfWork, organization_id: OrganizationId) -> State:
        """Everything that a transaction or view sees."""
        users = _all(partial(uow.users.page, role=None, is_active=None, is_invited=None, search=""))
        customers = _all(uow.customers.page)
        projects = list(
            every(partial(uow.projects.page, customer_id=None, status=None, on=BEGINNING.date(), search="", among=None))
        )
        activities = list(
            every(partial(uow.activities.page, user_id=None, customer_id=None, project_id=None, is_active=None))
        )
        items = _all(partial(uow.items.page, wanted=ItemFilter()))
        requests = _all(partial(uow.requests.page, wanted=RequestFilter()))
        invoices = _all(partial(uow.invoices.page, wanted=InvoiceFilter()))
        invitations = _all(partial(uow.invitations.page, status=None, at=BEGINNING))
        teams = _all(uow.teams.page)
        grants = _all(partial(uow.grants.page, user_id=None, team_id=None, customer_id=None))
        contacts = _all(uow.contacts.page)
        holds = _all(partial(uow.holds.page, is_in_force=None))
        erasures = _all(uow.erasures.page)
        self._priced.add(organization_id)
        self._priced.update(customer.id for customer in customers)
        self._priced.update(project.id for project in projects)
        self._priced.update(activity.id for activity in activities)
        priced = sorted(self._priced)
        return {
            "organization": [uow.organizations.find(), uow.organizations.find_billing_details(), uow.brands.find()],
            "users": users,
            "administrators": [uow.users.count_active(None)],
            "invitations": invitations,
            "teams": teams,
            "grants": grants,
            "customers": customers,
            "contacts": contacts,
            "projects": projects,
            "activities": activities,
            "rates": list(uow.rates.on_subjects(priced)),
            "markups": list(uow.markups.on_subjects(priced)),
            **_of_billing(uow, customers, projects),
            "items": items,
            **_of_items(uow, items),
            "submissions": [(user.id, uow.submissions.periods_of(user.id, _ALL_DAYS)) for user in users],
            "requests": requests,
            **_of_requests(uow, requests),
            "invoices": invoices,
            "hand_overs": [
                *uow.hand_overs.of_invoices([invoice.id for invoice in invoices]),
                *uow.hand_overs.waiting(),
            ],
            "holds": holds,
            "erasures": erasures,
            "templates": list(uow.templates.all()),
            "dead": list(uow.outbox.dead()),
            "unsealed": list(uow.events.unsealed(_MOST)),
            "sealed": list(uow.events.chain(BEFORE_ALL, None)),
            **_figures(uow),
        }


def _all(read: Callable[[PageRequest], Page[T]]) -> list[T]:
    return list(every(read))


def _of_billing(uow: UnitOfWork, customers: Sequence[Customer], projects: Sequence[Project]) -> State:
    customer_ids, project_ids = [customer.id for customer in customers], [project.id for project in projects]
    return {
        "budgets": [uow.budgets.find(project_id) for project_id in project_ids],
        "terms": [*uow.terms.of_customers(customer_ids), *uow.roundings.of_projects(project_ids)],
        "seller": [uow.seller_profiles.find()],
        "pins": [uow.pins.find(customer_id) for customer_id in customer_ids],
        "instalments": [each for project_id in project_ids for each in uow.instalments.of_project(project_id)],
    }


def _of_items(uow: UnitOfWork, items: Sequence[Item]) -> State:
    item_ids = [item.id for item in items]
    return {
        "decisions": list(uow.decisions.of_items(item_ids)),
        "prices": list(uow.prices.of_items(item_ids)),
        "comments": list(uow.past_time.comments(_AFTER_ALL, Held(), _MOST)),
        "awaiting an offer": list(uow.items.awaiting_offer()),
    }


def _of_requests(uow: UnitOfWork, requests: Sequence[ApprovalRequest]) -> State:
    return {
        "open requests": list(uow.requests.open_ones()),
        "attestations": list(uow.traces.attestations(request_ids=[request.id for request in requests])),
    }


def _figures(uow: UnitOfWork) -> State:
    """What the store adds up itself, in no order of its own."""
    wanted = UnbilledFilter(at=BEGINNING, currency="EUR")
    unbilled = _all(partial(uow.unbilled.page, wanted=wanted))
    return {
        "hours": sorted(uow.hours.totals(ItemFilter(), (GroupBy.CUSTOMER, GroupBy.USER, GroupBy.MONTH)), key=repr),
        "unbilled": sorted(uow.unbilled.sums(wanted, (UnbilledBy.CUSTOMER, UnbilledBy.REASON)), key=repr),
        "unbilled items": unbilled,
    }


def difference(found: State, expected: State) -> str | None:
    """Where two states differ first, in words; None where they do not."""
    for name, rows in found.items():
        if rows != expected[name]:
            extra = [row for row in rows if row not in expected[name]]
            missing = [row for row in expected[name] if row not in rows]
            return f"{name}: unexpected {extra}, missing {missing}"
    return None


def check_same(found: State, expected: State, otherwise: str) -> None:
    """That two states are the same.

    Raises:
        AssertionError: With what it would mean otherwise, and the difference.
    """
    different = difference(found, expected)
    assert different is None, f"{otherwise}: {different}"
