"""The outbox, and delivering from the outboxes of all organizations."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    bindparam,
    delete,
    false,
    literal_column,
    null,
    select,
    update,
)

from worktraq.adapters.sqlalchemy.cells import Found
from worktraq.adapters.sqlalchemy.databases import Database
from worktraq.adapters.sqlalchemy.errors import translating
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import CODE, ID, INSTANT, OWNER, long_text, table, text
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import Compiled, Prepared
from worktraq.core.ids import IntentId, OrganizationId
from worktraq.core.notifications import ClaimedIntent, DeadIntent, Intent

intent_table = table(
    "intent",
    Column("id", ID, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("user_id", ID),
    Column("request_id", ID),
    Column("item_ids", long_text(), nullable=False),
    Column("template_id", ID),
    Column("available_at", INSTANT, server_default="0"),
    Column("lease_until", INSTANT),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("delivered_at", INSTANT),
    Column("is_dead", Boolean, nullable=False, server_default=false()),
    Column("problem", text(100), nullable=False, server_default=""),
    # Empty once delivered or dead, so that looking for what is due passes over what is done with.
    Index("ix_worktraq_intent_available", "available_at", "id"),
)

_intents = Shelf(Mapping(intent_table, Intent))
_c = intent_table.c
_AT_ONCE = 0
_dead = Prepared(_intents.select().add_columns(_c.attempts, _c.problem).where(_c.is_dead).order_by(_c.id))
_this_dead = (_c.organization_id == OWNER, _c.id == bindparam("intent_id"), _c.is_dead)
_retried = Prepared(
    update(intent_table)
    .where(*_this_dead)
    .values(is_dead=False, attempts=0, problem="", available_at=_AT_ONCE, lease_until=None)
)
_dropped = Prepared(delete(intent_table).where(*_this_dead))
_HELD_BY = (OWNER.key, "intent_id", "held_fence")
_held = update(intent_table).where(
    _c.organization_id == OWNER,
    _c.id == bindparam("intent_id"),
    _c.fence == bindparam("held_fence"),
    _c.lease_until.is_not(None),
)


class SqlOutbox:
    """The intents of the organization."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, *intents: Intent) -> None:
        """Put intents into the outbox, due at once."""
        self._session.add(_intents.insertion, self._session.dump(_intents.mapping, intents))

    def dead(self) -> Sequence[DeadIntent]:
        """The intents that could not be delivered, in order of their ids."""
        rows = self._session.fetch(_dead)
        intents = self._session.load(_intents.mapping, [row[:-2] for row in rows])
        return [DeadIntent(intent, *row[-2:]) for intent, row in zip(intents, rows, strict=True)]

    def retry(self, intent_id: IntentId) -> bool:
        """Let a dead intent be delivered again, from its first attempt."""
        return self._session.run(_retried, intent_id=self._session.packed(intent_id)) == 1

    def drop(self, intent_id: IntentId) -> bool:
        """Forget a dead intent."""
        return self._session.run(_dropped, intent_id=self._session.packed(intent_id)) == 1


class SqlClaims:
    """Delivering from the outboxes of all organizations; each call is a transaction of its own.

    Time is the database's, so that workers need not agree on theirs.

    Args:
        database: What is particular about the database.
        writing: Opens a transaction that belongs to no organization.
    """

    def __init__(self, database: Database, writing: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._database = database
        self._writing = writing
        done = _held.values(delivered_at=database.now, available_at=null(), lease_until=null())
        self._completion = Prepared(done, _HELD_BY)

    def claim(
        self, limit: int, lease: timedelta, organization_id: OrganizationId | None = None
    ) -> Sequence[ClaimedIntent]:
        """Take intents that are due and that nobody holds, the oldest first, and count the attempt."""
        now = self._database.now
        due = (
            select(_c.organization_id, _c.fence, _c.attempts, *_intents.mapping.read)
            .where(_c.available_at <= now)
            .order_by(_c.available_at, _c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        if organization_id is not None:
            due = due.where(_c.organization_id == self._database.packed(organization_id))
        until = now + _microseconds(lease)
        taken = (
            update(intent_table)
            .where(_c.organization_id == bindparam("owner"), _c.id == bindparam("intent_id"))
            .values(attempts=_c.attempts + 1, fence=_c.fence + 1, lease_until=until, available_at=until)
        )
        with self._writing() as connection, translating(self._database.driver_errors):
            cursor = connection.execute(due).cursor
            assert cursor is not None
            rows = cursor.fetchall()
            if rows:
                id_place = 3 + [column.name for column in _intents.mapping.read].index("id")
                connection.execute(taken, [{"owner": row[0], "intent_id": row[id_place]} for row in rows])
        return [self._claimed(row) for row in rows]

    def extend(self, lease: timedelta, *claimed: ClaimedIntent) -> Sequence[ClaimedIntent]:
        """Hold intents for longer, from now on."""
        duration: ColumnElement[int] = literal_column(str(_microseconds(lease)))
        until = self._database.now + duration
        extension = Prepared(_held.values(lease_until=until, available_at=until), _HELD_BY)
        compiled = self._database.compiler.compiled(extension)
        with self._writing() as connection:
            return [each for each in claimed if self._run(connection, compiled, [each])]

    def complete(self, *claimed: ClaimedIntent) -> int:
        """Note that intents are delivered."""
        with self._writing() as connection:
            return self._run(connection, self._database.compiler[self._completion], claimed)

    def _run(self, connection: Connection, compiled: Compiled, claimed: Sequence[ClaimedIntent]) -> int:
        packed = self._database.packed
        rows = [(packed(each.intent.organization_id), packed(each.intent.id), each.fence) for each in claimed]
        if not rows:
            return 0
        with translating(self._database.driver_errors):
            cursor = connection.connection.cursor()
            cursor.executemany(compiled.sql, compiled.arranged(rows))
        return cursor.rowcount

    def postpone(self, claimed: ClaimedIntent, wait: timedelta, problem: str) -> bool:
        """Release an intent, to be claimed again after a wait."""
        return self._release(claimed, available_at=self._database.now + _microseconds(wait), problem=problem)

    def bury(self, claimed: ClaimedIntent, problem: str) -> bool:
        """Note that an intent cannot be delivered."""
        return self._release(claimed, is_dead=True, available_at=None, problem=problem)

    def _release(self, claimed: ClaimedIntent, **values: ColumnElement[int] | int | str | None) -> bool:
        statement = (
            update(intent_table)
            .where(
                _c.organization_id == self._database.packed(claimed.intent.organization_id),
                _c.id == self._database.packed(claimed.intent.id),
                _c.fence == claimed.fence,
                _c.lease_until.is_not(None),
            )
            .values(lease_until=None, **values)
        )
        with self._writing() as connection, translating(self._database.driver_errors):
            return connection.execute(statement).rowcount == 1

    def _claimed(self, row: Found) -> ClaimedIntent:
        owner, fence, attempts = row[:3]
        functions = _intents.mapping.functions(native=self._database.has_native_ids)
        (intent,) = functions.load([row[3:]], OrganizationId(self._database.unpacked(owner)))
        return ClaimedIntent(intent, fence + 1, attempts + 1)


def _microseconds(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1)
