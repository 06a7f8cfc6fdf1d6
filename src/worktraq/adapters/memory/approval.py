"""Decisions on items, and submissions of periods."""

from collections.abc import Collection, Sequence

from attrs import evolve

from worktraq.adapters.memory.references import require_referred
from worktraq.adapters.memory.tables import Tables
from worktraq.core.approval import Decision, Submission
from worktraq.core.calendar import Period
from worktraq.core.ids import ItemId, UserId
from worktraq.errors import Conflict


class MemoryDecisions:
    """The decisions on items of the organization."""

    def __init__(self, tables: Tables) -> None:
        self._decisions = tables.decisions

    def add(self, *decisions: Decision) -> None:
        """Store decisions."""
        for decision in decisions:
            if self._decisions.get(decision.id) is not None:
                raise Conflict("already_exists")
            self._decisions.put(decision.id, decision)

    def of_items(self, item_ids: Collection[ItemId]) -> Sequence[Decision]:
        """The decisions on these items, in order of instant, then id."""
        wanted = set(item_ids)
        found = (decision for decision in self._decisions.rows() if decision.item_id in wanted)
        return sorted(found, key=lambda decision: (decision.at, decision.id))

    def make_void(self, item_ids: Collection[ItemId]) -> None:
        """Make every decision on these items void."""
        for decision in self.of_items(item_ids):
            self._decisions.put(decision.id, evolve(decision, is_void=True))


class MemorySubmissions:
    """Which periods employees of the organization handed in."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._submissions = tables.submissions

    def add(self, submission: Submission) -> None:
        """Store a submission."""
        self._submissions.require_open()
        if self._submissions.get(submission.id) is not None:
            raise Conflict("already_exists")
        require_referred(self._tables, [submission])
        self._submissions.put(submission.id, submission)

    def periods_of(self, user_id: UserId, touching: Period) -> Sequence[Period]:
        """The periods that a user handed in and that share a day with the one given, in order."""
        return sorted(
            submission.period
            for submission in self._submissions.rows()
            if submission.user_id == user_id and share_a_day(submission.period, touching)
        )


def share_a_day(one: Period, other: Period) -> bool:
    """Whether some day lies in both periods."""
    return one.first < other.until and other.first < one.until
