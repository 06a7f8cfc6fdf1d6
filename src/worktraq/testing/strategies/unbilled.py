"""Worlds in which work waits for being billed: rates, mark-ups, requests and items that belong together."""

from datetime import date, datetime, timedelta
from typing import TypeVar

from attrs import evolve, frozen
from hypothesis import strategies as st

from worktraq.core.calendar import MINUTES_PER_DAY, Cadence
from worktraq.core.customers import Customer
from worktraq.core.entries import Expense, Item, State
from worktraq.core.expenses import LARGEST_VAT
from worktraq.core.markups import LARGEST_MARKUP, MarkupRule
from worktraq.core.money import Money, Rate
from worktraq.core.projects import Hourly, Project
from worktraq.core.rates import ItemPrice, RateRule
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.core.unbilled import BAND_DAYS
from worktraq.ports.unit_of_work import UnitOfWork
from worktraq.testing.builders import a_markup, a_price, a_rate, a_request, a_time_entry, an_expense
from worktraq.testing.firms import Firm

T = TypeVar("T")
_CURRENCIES = ("EUR", "JPY", "KWD", "CLF")
_DAYS = (
    date(2026, 9, 30),
    date(2026, 10, 1),
    date(2026, 10, 5),
    date(2026, 11, 1),
    date(1900, 1, 1),
    date(2999, 12, 31),
)
_BEGINS = (None, *_DAYS)
_LARGEST = 10**15


@frozen
class Unbilling:
    """What goes into a store that holds the firm.

    Attributes:
        customers: Of the firm, in currencies of their own; saved as version 2.
        projects: Of the firm, billed by the week or month; saved as version 2.
        rates: On everything, in several currencies.
        markups: On everything.
        requests: In every status, some of them past their expiry.
        items: Of both kinds and in every state; some of them in a request.
        prices: Of some that are approved.
    """

    customers: tuple[Customer, ...]
    projects: tuple[Project, ...]
    rates: tuple[RateRule, ...]
    markups: tuple[MarkupRule, ...]
    requests: tuple[ApprovalRequest, ...]
    items: tuple[Item, ...]
    prices: tuple[ItemPrice, ...]

    def store(self, uow: UnitOfWork) -> None:
        """Put it all into a unit of work."""
        uow.customers.save(*self.customers)
        uow.projects.save(*self.projects)
        uow.rates.add(*self.rates)
        uow.markups.add(*self.markups)
        uow.requests.add(*self.requests)
        uow.items.add(*self.items)
        uow.prices.put(*self.prices)


@st.composite
def unbilling(draw: st.DrawFn, firm: Firm, at: datetime) -> Unbilling:
    """Worlds around a firm, as they are at an instant."""
    currencies = st.sampled_from(("", *_CURRENCIES))
    customers = tuple(
        evolve(each, data=evolve(each.data, currency=draw(currencies)), version=2) for each in firm.customers
    )
    billing = Hourly(draw(st.sampled_from(Cadence)), customer_approval=True)
    project = evolve(firm.project, billing=billing, version=2)
    requests = tuple(draw(_requests(firm, at)) for _ in range(3))
    items = tuple(draw(st.lists(_items(firm, requests, at), max_size=8)))
    approved = [item for item in items if item.state in (State.APPROVED, State.INVOICED)]
    prices = tuple(a_price(item, draw(_rates())) for item in approved if draw(st.booleans()))
    return Unbilling(
        customers=customers,
        projects=(project,),
        rates=tuple(draw(st.lists(_rules(firm), max_size=8, unique_by=_rule_key))),
        markups=tuple(draw(st.lists(_markups(firm), max_size=4, unique_by=_markup_key))),
        requests=requests,
        items=items,
        prices=prices,
    )


def _rates() -> st.SearchStrategy[Rate]:
    amounts = st.one_of(st.integers(0, _LARGEST), st.sampled_from((0, 950_000, 777_731, _LARGEST)))
    return st.builds(Rate.from_ten_thousandths, amounts, st.sampled_from(_CURRENCIES))


def _rules(firm: Firm) -> st.SearchStrategy[RateRule]:
    things = st.sampled_from((*firm.activities, *firm.projects, *firm.customers, firm.organization))
    return st.builds(a_rate, things, _rates(), st.sampled_from(_BEGINS))


def _rule_key(rule: RateRule) -> object:
    return rule.subject_id, rule.rate.currency, rule.valid_from


def _markups(firm: Firm) -> st.SearchStrategy[MarkupRule]:
    things = st.sampled_from((*firm.projects, *firm.customers, firm.organization))
    return st.builds(a_markup, things, st.integers(0, LARGEST_MARKUP), st.sampled_from(_BEGINS))


def _markup_key(rule: MarkupRule) -> object:
    return rule.subject_id, rule.valid_from


def _instants(at: datetime) -> st.SearchStrategy[datetime]:
    """Around the ends of the bands of age."""
    days = st.sampled_from((0, *(day + more for day in BAND_DAYS.values() for more in (0, 1, 2))))
    return st.builds(lambda day, us: at - timedelta(days=day, microseconds=us), days, st.integers(-1, 1))


@st.composite
def _requests(draw: st.DrawFn, firm: Firm, at: datetime) -> ApprovalRequest:
    request = a_request(firm.project, firm.employee, status=draw(st.sampled_from(RequestStatus)))
    expires_at = at + timedelta(microseconds=draw(st.integers(-1, 1)))
    return evolve(request, since=draw(_instants(at)), expires_at=expires_at)


@st.composite
def _items(draw: st.DrawFn, firm: Firm, requests: tuple[ApprovalRequest, ...], at: datetime) -> Item:
    activity, on = draw(st.sampled_from(firm.activities)), draw(st.sampled_from(_DAYS))
    state = draw(st.sampled_from(State))
    item: Item
    if draw(st.booleans()):
        item = a_time_entry(activity, on, draw(st.integers(1, MINUTES_PER_DAY)), state=state)
    else:
        item = _with_receipt(draw, an_expense(activity, on, draw(_amounts()), state=state))
    return evolve(
        item,
        is_billable=draw(st.sampled_from((True, True, True, False))),
        since=draw(_instants(at)),
        request_id=draw(st.sampled_from((None, *(request.id for request in requests)))),
    )


def _amounts() -> st.SearchStrategy[Money]:
    minor = st.one_of(st.integers(1, 100_000), st.integers(1, _LARGEST))
    return st.builds(Money.from_minor, minor, st.sampled_from(_CURRENCIES))


def _with_receipt(draw: st.DrawFn, expense: Expense) -> Expense:
    return evolve(expense, vat_hundredths=draw(st.sampled_from((None, 0, 600, 2100, LARGEST_VAT))))
