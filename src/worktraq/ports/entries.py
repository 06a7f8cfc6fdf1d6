"""Storing time entries and expenses."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from attrs import field, frozen

from worktraq.core.access import EVERYTHING, Scope
from worktraq.core.calendar import Period
from worktraq.core.entries import Item, ItemKind, State
from worktraq.core.ids import CustomerId, ItemId, ProjectId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.ports.repository import Repository


@frozen(kw_only=True)
class ItemFilter:
    """Which items are wanted: those that satisfy everything given.

    Attributes:
        scope: What the actor may see.
        user_id: Of this owner.
        not_user_id: Of anybody but this owner.
        customer_id: For this customer.
        project_id: On this project.
        period: On these days.
        states: In one of these states; empty for all.
        kind: Only time, or only expenses.
        is_billable: Only what is, or is not, billable.
    """

    scope: Scope = EVERYTHING
    user_id: UserId | None = None
    not_user_id: UserId | None = None
    customer_id: CustomerId | None = None
    project_id: ProjectId | None = None
    period: Period | None = None
    states: frozenset[State] = field(default=frozenset())
    kind: ItemKind | None = None
    is_billable: bool | None = None


class ItemRepository(Repository[Item, ItemId], Protocol):
    """The time entries and expenses of the organization."""

    def move(self, *items: Item) -> None:
        """Store where items stand now: state, chain, passed, is_waived, request, since and version, and nothing else.

        Raises:
            Conflict: With ``changed_meanwhile`` when one of them is not stored with the version before; then none is.
        """

    def page(self, request: PageRequest, wanted: ItemFilter) -> Page[Item]:
        """Items in order of day, then id; the key of a page is (ISO date, hex of the id)."""

    def stream(self, wanted: ItemFilter) -> Iterator[Item]:
        """All items wanted, in order of day, then id, read in batches."""

    def minutes_on(self, user_id: UserId, days: Collection[date]) -> Mapping[date, int]:
        """The minutes that a user has registered on each of the days; days without any are left out."""

    def awaiting_offer(self) -> Sequence[Item]:
        """Every item that waits for the customer and stands in no request, in order of their ids."""
