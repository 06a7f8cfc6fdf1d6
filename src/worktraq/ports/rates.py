"""Storing rates and frozen prices."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from worktraq.core.ids import ItemId, MarkupId, ProjectId, RateRuleId
from worktraq.core.markups import MarkupRule
from worktraq.core.rates import ItemPrice, MoneyBudget, RateRule, Spending
from worktraq.ports.repository import Repository


class RateRepository(Repository[RateRule, RateRuleId], Protocol):
    """The rates of the organization. A subject has one rate per currency and date of validity."""

    def on_subjects(self, subject_ids: Collection[UUID]) -> Sequence[RateRule]:
        """Every rate on one of these things, in order of their ids; takes any number of things."""


class MarkupRepository(Repository[MarkupRule, MarkupId], Protocol):
    """The mark-ups on expenses. A subject has one per date of validity."""

    def on_subjects(self, subject_ids: Collection[UUID]) -> Sequence[MarkupRule]:
        """Every mark-up on one of these things, in order of their ids; takes any number of things."""


class PriceRepository(Protocol):
    """The frozen prices of items."""

    def add(self, *prices: ItemPrice) -> None:
        """Store prices of items that have none.

        Raises:
            Conflict: With ``already_exists`` when one of them has a price.
        """

    def put(self, *prices: ItemPrice) -> None:
        """Store prices; a price that the item had before is replaced."""

    def of_items(self, item_ids: Collection[ItemId]) -> Sequence[ItemPrice]:
        """The prices of those items that have one; takes any number of items."""

    def remove(self, item_ids: Collection[ItemId]) -> None:
        """Forget the prices of items; those without one are passed over."""

    def spending(self, project_id: ProjectId) -> Spending:
        """What was registered on a project: sums of frozen prices and of expenses, and the time without a price.

        The sums are in order of their currencies, the time is in order of activity, day and minutes. Added up by
        the store; what is given back grows with the time that is not priced, not with all time.
        """


class MoneyBudgetRepository(Protocol):
    """The money budgets of projects; a project has one at most."""

    def find(self, project_id: ProjectId) -> MoneyBudget | None:
        """The budget of a project, or None."""

    def add(self, budget: MoneyBudget) -> None:
        """Store the first budget of a project.

        Raises:
            Conflict: With ``already_exists`` when it has one; retryable ``changed_meanwhile`` without the project.
        """

    def save(self, budget: MoneyBudget) -> None:
        """Store a changed budget, whose version is one more than the stored one's.

        Raises:
            Conflict: With ``changed_meanwhile`` when another version is stored, or none.
        """

    def remove_of(self, project_ids: Collection[ProjectId]) -> None:
        """Forget the budgets of projects; those without one are passed over."""
