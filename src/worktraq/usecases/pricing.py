"""Finding the prices of items: frozen once approved, today's rate before."""

from collections.abc import Iterable, Mapping, Sequence

from worktraq.core.entries import Expense, Item
from worktraq.core.events import EventName
from worktraq.core.ids import CustomerId
from worktraq.core.rates import ItemPrice, RateBook, subjects_of
from worktraq.usecases.context import Context


class Pricing:
    """Prices of items, with one look at the rates for all of them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def freeze(self, approved: Iterable[Item]) -> None:
        """Store the prices of items that have just been approved; billable time without a rate stays without."""
        billable = [item for item in approved if item.is_billable]
        if not billable:
            return
        prices = [price for price in self.todays(billable) if price is not None]
        self._context.uow.prices.add(*prices)
        self._context.record_each(EventName.ITEM_PRICED, (price.item_id for price in prices))

    def todays(self, items: Sequence[Item]) -> list[ItemPrice | None]:
        """What each item is worth by the rates of today; None where there is no rate."""
        context, subjects = self._context, subjects_of(items)
        has_expenses = any(isinstance(item, Expense) for item in items)
        markups = context.uow.markups.on_subjects(subjects) if has_expenses else ()
        book = RateBook(context.uow.rates.on_subjects(subjects), markups)
        currencies = self._currencies(items)
        return [book.price(item, currencies[item.customer_id], context.at) for item in items]

    def _currencies(self, items: Sequence[Item]) -> Mapping[CustomerId, str]:
        customers = self._context.uow.customers.find_many({item.customer_id for item in items})
        return {customer.id: self._context.currency_of(customer) for customer in customers}
