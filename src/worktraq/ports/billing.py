"""Reading what is not billed yet."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from worktraq.core.billing import UnbilledReason
from worktraq.core.entries import Item
from worktraq.core.paging import Page, PageRequest
from worktraq.core.unbilled import UnbilledBy, UnbilledSum
from worktraq.ports.entries import ItemFilter


@frozen(kw_only=True)
class UnbilledFilter:
    """Which billable items that are not invoiced are wanted, and how they are looked at.

    Attributes:
        items: Narrows down; its `is_billable` and `states` are not looked at.
        reasons: With one of these as leading reason; None for any.
        since_before: Whose leading reason stands since before this instant; None for any.
        at: Now: decides which requests are expired.
        currency: Of the organization, for customers without a currency of their own.
        shows_amounts: Whether the reader may see amounts; without, no item lacks a rate (W-05).
        week_start: ISO weekday with which weeks begin.
    """

    items: ItemFilter = ItemFilter()
    reasons: frozenset[UnbilledReason] | None = None
    since_before: datetime | None = None
    at: datetime
    currency: str
    shows_amounts: bool = True
    week_start: int = 1


class UnbilledReader(Protocol):
    """What is not billed yet: added up by the store, and one by one."""

    def sums(self, wanted: UnbilledFilter, by: Collection[UnbilledBy]) -> Sequence[UnbilledSum]:
        """The sums per group, currency and leading reason, in no particular order; each once, none of nothing.

        What is given back grows with the number of groups. The value of an item is its frozen price; where that can
        still change, what the rates and mark-ups of today give, rounded half away from zero; see
        `worktraq.core.rates.RateBook.price`. `worktraq.core.unbilled.sums_of` says what it has to come to.
        """

    def page(self, request: PageRequest, wanted: UnbilledFilter) -> Page[Item]:
        """The items, in order of day, then id; the key of a page is (ISO date, hex of the id)."""
