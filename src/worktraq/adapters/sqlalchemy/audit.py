"""Events, and the chain they are sealed into."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from sqlalchemy import BigInteger, Column, and_, bindparam, or_

from worktraq.adapters.sqlalchemy.cells import Found, Row
from worktraq.adapters.sqlalchemy.changes import Change
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.organizations import lock_organization
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import CODE, ID, INSTANT, OWNER, index, long_text, table, text
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys, Prepared
from worktraq.adapters.sqlalchemy.streams import BATCH
from worktraq.core.audit import SealedEvent
from worktraq.core.events import Event
from worktraq.errors import AdapterError, Conflict

event_table = table(
    "event",
    Column("id", ID, primary_key=True),
    Column("at", INSTANT, nullable=False),
    Column("actor_kind", CODE, nullable=False),
    Column("actor_id", ID),
    Column("name", text(60), nullable=False),
    Column("subject_id", ID, nullable=False),
    Column("details", long_text(), nullable=False),
    Column("number", BigInteger),
    Column("digest", text(64)),
    index("event", "subject", "subject_id"),
    index("event", "number", "number", "id"),
)

_events = Shelf(Mapping(event_table, Event))
_c = event_table.c
_history = _events.where(_c.subject_id == bindparam("subject_id"), order=(_c.at, _c.id))
_unsealed = Prepared(_events.select().where(_c.number.is_(None)).order_by(_c.id).limit(bindparam("most")))
_sealed = _events.select().add_columns(_c.number, _c.digest)
_head = Prepared(_sealed.where(_c.number.is_not(None)).order_by(_c.number.desc()).limit(1))
_behind = and_(_c.number >= bindparam("after"), or_(_c.number > bindparam("after"), _c.id > bindparam("after_id")))
_chain = Prepared(_sealed.where(_behind).order_by(_c.number, _c.id).limit(bindparam("most")))
_of_subjects = ByKeys(lambda keys: _sealed.where(_c.subject_id.in_(keys), _c.number.is_not(None)))
_UNREADABLE = (KeyError, OverflowError, TypeError, ValueError)
"""What reading a row can give that somebody wrote by hand."""
_LAST_ID = UUID(int=2**128 - 1)
_seal = Change(event_table, (OWNER.key, "id", "number", "digest"), ("id",), lambda _fresh: _c.number.is_(None))


class SqlEvents:
    """The events of the organization."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, *events: Event) -> None:
        """Store events."""
        self._session.add(_events.insertion, self._session.dump(_events.mapping, events))

    def history(self, subject_id: UUID) -> Sequence[Event]:
        """Everything that happened to a thing, in order of instant, then id."""
        rows = self._session.fetch(_history, subject_id=self._session.packed(subject_id))
        return self._session.load(_events.mapping, rows)

    def unsealed(self, limit: int) -> Sequence[Event]:
        """Events that are not in the chain yet, in order of their ids; locks the organization where they can be."""
        if self._session.writes:
            lock_organization(self._session)
        return self._session.load(_events.mapping, self._session.fetch(_unsealed, most=limit))

    def head(self) -> SealedEvent | None:
        """The last record of the chain, or None."""
        found = self._records(self._session.fetch(_head))
        return found[0] if found else None

    def seal(self, *records: SealedEvent) -> None:
        """Give events their place in the chain."""
        self._session.require_writes()
        head = self.head()
        first = head.number + 1 if head else 1
        if [record.number for record in records] != list(range(first, first + len(records))):
            raise Conflict("changed_meanwhile")
        rows: list[Row] = [
            (self._session.owner, self._session.packed(record.event.id), record.number, record.digest)
            for record in records
        ]
        if self._session.change(_seal, rows) != len(rows):
            raise Conflict("changed_meanwhile")

    def chain(self, after: int, limit: int | None) -> Iterator[SealedEvent]:
        """The records of the chain behind a number, in order, read in batches."""
        remaining, after_id = limit, _LAST_ID
        while remaining is None or remaining > 0:
            most = BATCH if remaining is None else min(BATCH, remaining)
            rows = self._session.fetch(_chain, after=after, after_id=self._session.packed(after_id), most=most)
            try:
                found = self._records(rows)
            except _UNREADABLE:
                yield from self._one_by_one(rows)
                return
            yield from found
            if len(found) < most:
                return
            after, after_id = found[-1].number, found[-1].event.id
            remaining = None if remaining is None else remaining - most

    def records_of(self, subject_ids: Collection[UUID]) -> Sequence[SealedEvent]:
        """The records of the chain about these things, in order."""
        keys = [self._session.packed(each) for each in sorted(set(subject_ids))]
        found = self._records(self._session.fetch_by_keys(_of_subjects, keys))
        return sorted(found, key=lambda record: record.number)

    def _one_by_one(self, rows: Sequence[Found]) -> Iterator[SealedEvent]:
        """Those in front of the one that cannot be read; then its error."""
        for row in rows:
            try:
                (record,) = self._records([row])
            except _UNREADABLE as error:
                raise AdapterError("record_unreadable") from error
            yield record

    def _records(self, rows: Sequence[Found]) -> list[SealedEvent]:
        events = self._session.load(_events.mapping, [row[:-2] for row in rows])
        return [SealedEvent(event, *row[-2:]) for event, row in zip(events, rows, strict=True)]
