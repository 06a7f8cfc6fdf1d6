"""Decisions on items, and submissions of periods."""

from collections.abc import Collection, Sequence

from sqlalchemy import Boolean, Column, Integer, bindparam, update

from worktraq.adapters.sqlalchemy.cells import day_number
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import CODE, ID, INSTANT, NAME, OWNER, index, long_text, refers, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys
from worktraq.core.approval import Decision, Submission
from worktraq.core.calendar import Period
from worktraq.core.ids import ItemId, UserId

decision_table = table(
    "decision",
    Column("id", ID, primary_key=True),
    Column("item_id", ID, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("step", CODE, nullable=False),
    Column("actor_kind", CODE, nullable=False),
    Column("actor_id", ID),
    Column("actor_name", NAME, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("comment", long_text(), nullable=False),
    Column("on_behalf", Boolean, nullable=False),
    Column("request_id", ID),
    Column("is_void", Boolean, nullable=False),
    # No foreign key to the item: a draft may be deleted, what was decided about it stays.
    index("decision", "item", "item_id"),
)

submission_table = table(
    "submission",
    Column("id", ID, primary_key=True),
    Column("user_id", ID, nullable=False),
    Column("period_first", Integer, nullable=False),
    Column("period_until", Integer, nullable=False),
    Column("at", INSTANT, nullable=False),
    refers("user_id", "user"),
    index("submission", "user", "user_id", "period_first"),
)

DECISIONS = Shelf(Mapping(decision_table, Decision))
_d = decision_table.c
_of_items = DECISIONS.by_keys("item_id")
_made_void = ByKeys(
    lambda keys: (
        update(decision_table)
        .where(_d.organization_id == OWNER, _d.item_id.in_(keys), _d.is_void.is_not(True))
        .values(is_void=True)
    )
)


class SqlDecisions:
    """The decisions on items of the organization."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, *decisions: Decision) -> None:
        """Store decisions."""
        self._session.add(DECISIONS.insertion, self._session.dump(DECISIONS.mapping, decisions))

    def of_items(self, item_ids: Collection[ItemId]) -> Sequence[Decision]:
        """The decisions on these items, in order of instant, then id."""
        keys = [self._session.packed(each) for each in sorted(set(item_ids))]
        found = self._session.load(DECISIONS.mapping, self._session.fetch_by_keys(_of_items, keys))
        return sorted(found, key=lambda decision: (decision.at, decision.id))

    def make_void(self, item_ids: Collection[ItemId]) -> None:
        """Make every decision on these items void."""
        self._session.run_by_keys(_made_void, [self._session.packed(each) for each in item_ids])


_submissions = Shelf(Mapping(submission_table, Submission))
_s = submission_table.c
_touching = _submissions.where(
    _s.user_id == bindparam("user_id"),
    _s.period_first < bindparam("until"),
    _s.period_until > bindparam("first"),
)


class SqlSubmissions:
    """Which periods employees of the organization handed in."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, submission: Submission) -> None:
        """Store a submission."""
        self._session.add(_submissions.insertion, self._session.dump(_submissions.mapping, [submission]))

    def periods_of(self, user_id: UserId, touching: Period) -> Sequence[Period]:
        """The periods that a user handed in and that share a day with the one given, in order."""
        rows = self._session.fetch(
            _touching,
            user_id=self._session.packed(user_id),
            first=day_number(touching.first),
            until=day_number(touching.until),
        )
        return sorted(submission.period for submission in self._session.load(_submissions.mapping, rows))
