"""Putting proposals of invoices together: gathering what is ready, and what each line says."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from attrs import frozen

from worktraq.core.approval import Command
from worktraq.core.calendar import Cadence, Period
from worktraq.core.customers import Customer
from worktraq.core.entries import Item, State
from worktraq.core.ids import CustomerId, ProjectId
from worktraq.core.instalments import Instalment
from worktraq.core.projects import Hourly, Project
from worktraq.core.proposals import Due, InvoiceProposal, Ready, invoice_of, proposed
from worktraq.core.rates import ItemPrice
from worktraq.core.rounding import RoundingPolicy
from worktraq.core.terms import BillingTerms, SellerProfile, vat_for
from worktraq.core.text import fold
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context
from worktraq.usecases.moving import Moving
from worktraq.usecases.pricing import Pricing
from worktraq.usecases.terms import profile_of

_READY = frozenset({State.APPROVED})
_WAIVABLE = frozenset({State.AWAITING_CUSTOMER, State.REJECTED})


@frozen
class Wanted:
    """What is to be invoiced.

    Attributes:
        customer_id: Of this customer.
        project_id: Of this project.
        period: Worked on these days.
        waive_reason: Why it is billed without the customer's approval; empty for what is approved only.
    """

    customer_id: CustomerId | None
    project_id: ProjectId | None
    period: Period | None
    waive_reason: str


class Proposing:
    """What is ready, as proposals."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def proposals(self, wanted: Wanted) -> list[InvoiceProposal]:
        """Proposals in order of customer, each as its customer wants it."""
        items, instalments = self._items(wanted), self._instalments(wanted)
        facts = self._facts(items, instalments)
        ready: dict[CustomerId, list[Ready]] = {}
        for each in self.ready(items):
            ready.setdefault(each.item.customer_id, []).append(each)
        due: dict[CustomerId, list[Due]] = {}
        for instalment, one in zip(instalments, self.due(instalments), strict=True):
            due.setdefault(instalment.customer_id, []).append(one)
        return [
            proposal
            for customer in facts.customers
            for proposal in self._of_customer(
                customer, facts, ready.get(customer.id, ()), due.get(customer.id, ()), wanted.waive_reason
            )
        ]

    def ready(self, items: Sequence[Item]) -> list[Ready]:
        """Those items that have a price, with what their lines say; what is not approved has today's price."""
        uow = self._context.uow
        open_ones = [item for item in items if item.state is not State.APPROVED]
        todays = [price for price in Pricing(self._context).todays(open_ones) if price is not None] if open_ones else []
        frozen_ids = [item.id for item in items if item.state is State.APPROVED]
        prices: dict[object, ItemPrice] = {each.item_id: each for each in (*uow.prices.of_items(frozen_ids), *todays)}
        activities = {each.id: each.description for each in uow.activities.find_many({i.activity_id for i in items})}
        employees = {each.id: each.name for each in uow.users.find_many({item.user_id for item in items})}
        projects = self._projects(item.project_id for item in items)
        return [
            Ready(
                item=item,
                price=prices[item.id],
                activity=activities[item.activity_id],
                employee=employees[item.user_id],
                project=projects[item.project_id].name if item.project_id is not None else "",
            )
            for item in items
            if item.id in prices
        ]

    def due(self, instalments: Sequence[Instalment]) -> list[Due]:
        """Instalments, with what their lines say."""
        projects = self._projects(each.project_id for each in instalments)
        return [
            Due(
                instalment_id=each.id,
                project_id=each.project_id,
                project=projects[each.project_id].name,
                due_on=each.due_on,
                text=each.description,
                amount=each.amount,
                version=each.version,
            )
            for each in instalments
        ]

    def is_billable(self, item: Item, waive_reason: str) -> bool:
        """Whether an item can be invoiced: approved, or waived by who acts with nothing else missing (L-14)."""
        if not item.is_billable:
            return False
        if item.state in _WAIVABLE and waive_reason:
            is_last_step = item.chain is not None and item.passed + 1 == len(item.chain.steps)
            return is_last_step and Moving(self._context).verdict(item, Command.WAIVE, waive_reason).is_allowed
        return item.state is State.APPROVED

    def _items(self, wanted: Wanted) -> list[Item]:
        found = ItemFilter(
            scope=self._context.scope(),
            customer_id=wanted.customer_id,
            project_id=wanted.project_id,
            period=wanted.period,
            states=_READY | _WAIVABLE if wanted.waive_reason else _READY,
            is_billable=True,
        )
        items = self._context.uow.items.stream(found)
        return [item for item in list(items) if self.is_billable(item, wanted.waive_reason)]

    def _instalments(self, wanted: Wanted) -> list[Instalment]:
        found = self._context.uow.instalments.due(
            self._context.today, customer_id=wanted.customer_id, project_id=wanted.project_id
        )
        return [each for each in found if wanted.period is None or each.due_on in wanted.period]

    def _projects(self, project_ids: Iterable[ProjectId | None]) -> Mapping[ProjectId, Project]:
        wanted = {each for each in project_ids if each is not None}
        return {project.id: project for project in self._context.uow.projects.find_many(wanted)}

    def _facts(self, items: Sequence[Item], instalments: Sequence[Instalment]) -> "_Facts":
        uow = self._context.uow
        customer_ids = {item.customer_id for item in items} | {each.customer_id for each in instalments}
        projects = self._projects([*(item.project_id for item in items), *(each.project_id for each in instalments)])
        return _Facts(
            sorted(uow.customers.find_many(customer_ids), key=lambda each: (fold(each.name), each.id)),
            {each.customer_id: each for each in uow.terms.of_customers(customer_ids)},
            projects,
            {each.project_id: each.rounding for each in uow.roundings.of_projects(projects.keys())},
            profile_of(self._context),
        )

    def _of_customer(
        self, customer: Customer, facts: "_Facts", ready: Iterable[Ready], due: Iterable[Due], waive_reason: str
    ) -> Iterable[InvoiceProposal]:
        organization_id = self._context.actor.organization_id
        usual = BillingTerms(organization_id=organization_id, customer_id=customer.id)
        terms = facts.terms.get(customer.id, usual)
        groups: dict[object, tuple[list[Ready], list[Due]]] = {}
        for each in ready:
            key = self._invoice_of(terms, facts, each.item.project_id, each.item.on), each.price.value.currency
            groups.setdefault(key, ([], []))[0].append(each)
        for instalment in due:
            key = self._invoice_of(terms, facts, instalment.project_id, instalment.due_on), instalment.amount.currency
            groups.setdefault(key, ([], []))[1].append(instalment)
        for items, instalments in groups.values():
            is_waiving = any(each.item.state is not State.APPROVED for each in items)
            yield proposed(
                organization_id,
                customer.id,
                items[0].price.value.currency if items else instalments[0].amount.currency,
                items,
                instalments,
                vat=vat_for(facts.profile, customer, terms),
                lines_per=terms.lines_per,
                rounding_of=partial(_rounding, facts.roundings, terms.rounding),
                waive_reason=waive_reason if is_waiving else "",
            )

    def _invoice_of(self, terms: BillingTerms, facts: "_Facts", project_id: ProjectId | None, on: date) -> object:
        billing = facts.projects[project_id].billing if project_id is not None else None
        cadence = billing.cadence if isinstance(billing, Hourly) else Cadence.MONTHLY
        week_start = self._context.organization.settings.week_start
        return invoice_of(terms.invoice_per, project_id, on, cadence, week_start)


@frozen
class _Facts:
    """What the proposals of all customers are made by, read once."""

    customers: Sequence[Customer]
    terms: Mapping[CustomerId, BillingTerms]
    projects: Mapping[ProjectId, Project]
    roundings: Mapping[ProjectId, RoundingPolicy]
    profile: SellerProfile


def _rounding(
    of_projects: Mapping[ProjectId, RoundingPolicy], of_customer: RoundingPolicy, project_id: ProjectId | None
) -> RoundingPolicy:
    return of_customer if project_id is None else of_projects.get(project_id, of_customer)
