"""Projects, activities, rates, and what is registered."""

from datetime import date
from typing import TypeVar

from attrs import evolve
from hypothesis import strategies as st

from worktraq.core.access import EVERYTHING, Scope
from worktraq.core.calendar import MINUTES_PER_DAY, Cadence, Period
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import Expense, Item, ItemKind, State, TimeEntry
from worktraq.core.expenses import LARGEST_VAT, RECEIPT_LENGTH
from worktraq.core.ids import ActivityId, ItemId, MarkupId, ProjectId, RateRuleId
from worktraq.core.markups import LARGEST_MARKUP, MarkupRule
from worktraq.core.projects import LARGEST_BUDGET, Activity, Billing, FixedPrice, Hourly, Project
from worktraq.core.rates import ItemPrice, MoneyBudget, RateRule
from worktraq.ports.entries import ItemFilter
from worktraq.testing.builders import a_markup, a_rate, a_time_entry, an_expense
from worktraq.testing.firms import Firm
from worktraq.testing.strategies.people import SOME_FIRM
from worktraq.testing.strategies.values import (
    amounts,
    dates,
    ids,
    instants,
    lines,
    names,
    notes,
    periods,
    rates,
    wall_times,
)

T = TypeVar("T", bound=Item)


def billings() -> st.SearchStrategy[Billing]:
    """Both ways of billing."""
    return st.one_of(st.builds(Hourly, st.sampled_from(Cadence), st.booleans()), st.just(FixedPrice()))


def _spans() -> st.SearchStrategy[tuple[date | None, date | None]]:
    both = st.tuples(dates(), dates()).map(lambda pair: (min(pair), max(pair)))
    return st.one_of(
        st.just((None, None)), both, both.map(lambda pair: (pair[0], None)), both.map(lambda pair: (None, pair[1]))
    )


@st.composite
def projects(draw: st.DrawFn, firm: Firm = SOME_FIRM) -> Project:
    """New projects for the firm's customers."""
    starts_on, ends_on = draw(_spans())
    return Project(
        id=draw(ids().map(ProjectId)),
        organization_id=firm.id,
        customer_id=draw(st.sampled_from(firm.customers)).id,
        name=draw(names()),
        billing=draw(billings()),
        starts_on=starts_on,
        ends_on=ends_on,
        contact_id=draw(st.sampled_from((None, firm.contact.id))),
        budget_minutes=draw(st.one_of(st.none(), st.integers(1, LARGEST_BUDGET))),
    )


@st.composite
def activities(draw: st.DrawFn, firm: Firm = SOME_FIRM) -> Activity:
    """New activities of the firm's users, with and without a project."""
    starts_on, ends_on = draw(_spans())
    project = draw(st.one_of(st.none(), st.sampled_from(firm.projects)))
    return Activity(
        id=draw(ids().map(ActivityId)),
        organization_id=firm.id,
        user_id=draw(st.sampled_from(firm.users)).id,
        customer_id=project.customer_id if project else draw(st.sampled_from(firm.customers)).id,
        project_id=project.id if project else None,
        description=draw(lines()),
        is_billable=draw(st.booleans()),
        is_active=draw(st.booleans()),
        starts_on=starts_on,
        ends_on=ends_on,
    )


def rate_rules(firm: Firm = SOME_FIRM) -> st.SearchStrategy[RateRule]:
    """Rates on everything that can have one."""
    things = st.sampled_from((*firm.activities, *firm.projects, *firm.customers, firm.organization))
    rules = st.builds(a_rate, things, rates(), st.one_of(st.none(), dates()))
    return st.builds(lambda rule, rule_id: evolve(rule, id=rule_id), rules, ids().map(RateRuleId))


def markup_rules(firm: Firm = SOME_FIRM) -> st.SearchStrategy[MarkupRule]:
    """Mark-ups on everything that can have one."""
    things = st.sampled_from((*firm.projects, *firm.customers, firm.organization))
    rules = st.builds(a_markup, things, st.integers(0, LARGEST_MARKUP), st.one_of(st.none(), dates()))
    return st.builds(lambda rule, rule_id: evolve(rule, id=rule_id), rules, ids().map(MarkupId))


@st.composite
def time_entries(draw: st.DrawFn, firm: Firm = SOME_FIRM) -> TimeEntry:
    """Time of the firm's users, in every state."""
    entry = a_time_entry(draw(st.sampled_from(firm.activities)), draw(dates()), draw(st.integers(1, MINUTES_PER_DAY)))
    starts_at = draw(st.one_of(st.none(), wall_times()))
    offset = draw(st.one_of(st.none(), st.integers(1 - MINUTES_PER_DAY, MINUTES_PER_DAY - 1))) if starts_at else None
    return _varied(draw, evolve(entry, starts_at=starts_at, utc_offset=offset), firm)


@st.composite
def expenses(draw: st.DrawFn, firm: Firm = SOME_FIRM) -> Expense:
    """Expenses of the firm's users, in every state."""
    expense = an_expense(draw(st.sampled_from(firm.activities)), draw(dates()), draw(amounts(least=1)))
    expense = evolve(
        expense,
        receipt_reference=draw(lines(RECEIPT_LENGTH)),
        vat_hundredths=draw(st.one_of(st.none(), st.integers(0, LARGEST_VAT))),
        is_reimbursable=draw(st.booleans()),
    )
    return _varied(draw, expense, firm)


def items(firm: Firm = SOME_FIRM) -> st.SearchStrategy[Item]:
    """Items of both kinds."""
    return st.one_of(time_entries(firm), expenses(firm))


def prices(item: Item, rule: RateRule | None = None) -> st.SearchStrategy[ItemPrice]:
    """Frozen prices of an item, which came from the rule where one is given."""
    rule_id = rule.id if rule else None
    rate = st.one_of(st.none(), rates())
    markup = st.one_of(st.none(), st.integers(0, LARGEST_MARKUP))
    return st.builds(
        lambda price, hundredths: evolve(price, markup_hundredths=hundredths),
        st.builds(
            ItemPrice, st.just(item.id), st.just(item.organization_id), amounts(), rate, st.just(rule_id), instants()
        ),
        markup,
    )


def money_budgets(firm: Firm = SOME_FIRM) -> st.SearchStrategy[MoneyBudget]:
    """First money budgets of the firm's projects."""
    project_ids = st.sampled_from([project.id for project in firm.projects])
    return st.builds(MoneyBudget, project_ids, st.just(firm.id), amounts(least=1))


def _varied(draw: st.DrawFn, item: T, firm: Firm) -> T:
    state = draw(st.sampled_from(State))
    chain = None if state is State.DRAFT else draw(st.sampled_from(ApprovalChain))
    return evolve(
        item,
        id=draw(ids().map(ItemId)),
        contact_id=draw(st.sampled_from((None, firm.contact.id))),
        note=draw(notes()),
        is_billable=draw(st.booleans()),
        state=state,
        chain=chain,
        passed=draw(st.integers(0, len(chain.steps))) if chain else 0,
        is_waived=draw(st.booleans()),
        since=draw(instants()),
    )


def scopes(firm: Firm = SOME_FIRM) -> st.SearchStrategy[Scope]:
    """What of the firm somebody may see, everything and nothing included."""
    customer_ids = st.frozensets(st.sampled_from([customer.id for customer in firm.customers]))
    project_ids = st.frozensets(st.sampled_from([project.id for project in firm.projects]))
    user_ids = st.sampled_from((None, *(user.id for user in firm.users)))
    return st.one_of(st.just(EVERYTHING), st.builds(Scope, st.just(False), user_ids, customer_ids, project_ids))


def item_filters(firm: Firm = SOME_FIRM) -> st.SearchStrategy[ItemFilter]:
    """Which of the firm's items are wanted; every condition alone and together with others."""
    user_ids = st.sampled_from((None, None, *(user.id for user in firm.users)))
    whens = (Period.month(2026, 10), Period.day(date(2026, 10, 31)), Period(date(1900, 1, 1), date(2026, 10, 1)))
    return st.builds(
        ItemFilter,
        scope=scopes(firm),
        user_id=user_ids,
        not_user_id=user_ids,
        customer_id=st.sampled_from((None, None, *(customer.id for customer in firm.customers))),
        project_id=st.sampled_from((None, None, *(project.id for project in firm.projects))),
        period=st.one_of(st.none(), st.none(), st.sampled_from(whens), periods()),
        states=st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(State))),
        kind=st.sampled_from((None, None, *ItemKind)),
        is_billable=st.sampled_from((None, None, True, False)),
    )
