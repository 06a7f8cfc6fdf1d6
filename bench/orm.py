"""The same things as a developer writes them with SQLAlchemy's ORM: declared classes with typed columns."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import String, create_engine, delete, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bench.places import Place
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import State, TimeEntry
from worktraq.core.events import Event, EventName


class Base(DeclarativeBase):
    """What both classes belong to."""

    type_annotation_map: ClassVar = {str: String(500)}  # MariaDB has no text without a length


class OrmEntry(Base):
    """A time entry."""

    __tablename__ = "entry"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(index=True)
    customer_id: Mapped[UUID] = mapped_column(index=True)
    project_id: Mapped[UUID | None] = mapped_column(index=True)
    activity_id: Mapped[UUID]
    contact_id: Mapped[UUID | None]
    on: Mapped[date] = mapped_column(index=True)
    minutes: Mapped[int]
    note: Mapped[str]
    is_billable: Mapped[bool]
    state: Mapped[State]
    chain: Mapped[ApprovalChain | None]
    passed: Mapped[int]
    is_waived: Mapped[bool]
    request_id: Mapped[UUID | None]
    since: Mapped[datetime]
    version: Mapped[int]


class OrmEvent(Base):
    """An event."""

    __tablename__ = "event"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    name: Mapped[EventName]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    details: Mapped[str]


class OrmStore:
    """The tables of the ORM, beside ours."""

    def __init__(self, place: Place) -> None:
        self._engine = create_engine(place.url)
        Base.metadata.create_all(self._engine)

    def add(self, entries: Sequence[TimeEntry], events: Sequence[Event]) -> None:
        """Store the same things with `add_all`, in one transaction."""
        with Session(self._engine) as session:
            session.add_all([_orm_entry(entry) for entry in entries])
            session.add_all([_orm_event(event) for event in events])
            session.commit()

    def load(self) -> int:
        """Load every entry."""
        with Session(self._engine) as session:
            return len(session.scalars(select(OrmEntry).order_by(OrmEntry.on, OrmEntry.id)).all())

    def clear(self) -> None:
        """Empty it again."""
        with Session(self._engine) as session:
            session.execute(delete(OrmEntry))
            session.execute(delete(OrmEvent))
            session.commit()

    def close(self) -> None:
        """Remove the tables."""
        Base.metadata.drop_all(self._engine)
        self._engine.dispose()


def _orm_entry(entry: TimeEntry) -> OrmEntry:
    return OrmEntry(
        organization_id=entry.organization_id,
        id=entry.id,
        user_id=entry.user_id,
        customer_id=entry.customer_id,
        project_id=entry.project_id,
        activity_id=entry.activity_id,
        contact_id=entry.contact_id,
        on=entry.on,
        minutes=entry.minutes,
        note=entry.note,
        is_billable=entry.is_billable,
        state=entry.state,
        chain=entry.chain,
        passed=entry.passed,
        is_waived=entry.is_waived,
        request_id=entry.request_id,
        since=entry.since,
        version=entry.version,
    )


def _orm_event(event: Event) -> OrmEvent:
    return OrmEvent(
        organization_id=event.organization_id,
        id=event.id,
        at=event.at,
        actor_kind=event.actor_kind.value,
        actor_id=event.actor_id,
        name=event.name,
        subject_id=event.subject_id,
        details="",
    )
