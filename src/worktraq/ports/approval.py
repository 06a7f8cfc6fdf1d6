"""Storing decisions on items, and submissions of periods."""

from collections.abc import Collection, Sequence
from typing import Protocol

from worktraq.core.approval import Decision, Submission
from worktraq.core.calendar import Period
from worktraq.core.ids import ItemId, UserId


class DecisionRepository(Protocol):
    """The decisions on items of the organization; they are added and made void, never removed."""

    def add(self, *decisions: Decision) -> None:
        """Store decisions."""

    def of_items(self, item_ids: Collection[ItemId]) -> Sequence[Decision]:
        """The decisions on these items, void ones included, in order of instant, then id."""

    def make_void(self, item_ids: Collection[ItemId]) -> None:
        """Make every decision on these items void."""


class SubmissionRepository(Protocol):
    """Which periods employees of the organization handed in."""

    def add(self, submission: Submission) -> None:
        """Store a submission."""

    def periods_of(self, user_id: UserId, touching: Period) -> Sequence[Period]:
        """The periods that a user handed in and that share a day with the one given, in order."""
