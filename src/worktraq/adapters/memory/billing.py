"""What is not billed yet."""

from collections.abc import Collection, Iterator, Sequence

from attrs import evolve

from worktraq.adapters.memory.entries import is_wanted
from worktraq.adapters.memory.repository import page_of
from worktraq.adapters.memory.tables import Tables
from worktraq.core.billing import Unbilled, reasons, status_by_now
from worktraq.core.calendar import Cadence
from worktraq.core.entries import Item, State
from worktraq.core.paging import Page, PageRequest
from worktraq.core.projects import Hourly
from worktraq.core.rates import RateBook
from worktraq.core.unbilled import UnbilledBy, UnbilledSum, sums_of
from worktraq.ports.billing import UnbilledFilter

_NOT_INVOICED = frozenset(State) - {State.INVOICED}


class MemoryUnbilled:
    """What is not billed yet: added up, and one by one."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def sums(self, wanted: UnbilledFilter, by: Collection[UnbilledBy]) -> Sequence[UnbilledSum]:
        """The sums per group, currency and leading reason."""
        return sums_of(
            self._found(wanted), by, at=wanted.at, week_start=wanted.week_start, shows_amounts=wanted.shows_amounts
        )

    def page(self, request: PageRequest, wanted: UnbilledFilter) -> Page[Item]:
        """The items, in order of day, then id."""
        found = (unbilled.item for unbilled in self._found(wanted))
        return page_of(found, request, lambda item: (item.on.isoformat(), item.id.hex))

    def _found(self, wanted: UnbilledFilter) -> Iterator[Unbilled]:
        narrowed = evolve(wanted.items, is_billable=True, states=_NOT_INVOICED)
        book = RateBook(self._tables.rates.rows(), self._tables.markups.rows())
        for item in self._tables.items.rows():
            if is_wanted(item, narrowed):
                unbilled = self._unbilled(item, wanted, book)
                why = reasons(unbilled, shows_amounts=wanted.shows_amounts)[0]
                is_reason = wanted.reasons is None or why.reason in wanted.reasons
                if is_reason and (wanted.since_before is None or why.since < wanted.since_before):
                    yield unbilled

    def _unbilled(self, item: Item, wanted: UnbilledFilter, book: RateBook) -> Unbilled:
        customer = self._tables.customers.get(item.customer_id)
        currency = (customer.data.currency if customer else "") or wanted.currency
        project = self._tables.projects.get(item.project_id) if item.project_id is not None else None
        request = self._tables.requests.get(item.request_id) if item.request_id is not None else None
        status, since = status_by_now(request, wanted.at) if request is not None else (None, None)
        price = self._tables.prices.get(item.id)
        if price is None and item.follows_rates:
            price = book.price(item, currency, wanted.at)
        cadence = project.billing.cadence if project and isinstance(project.billing, Hourly) else Cadence.MONTHLY
        return Unbilled(item, currency, price, status, since, cadence)
