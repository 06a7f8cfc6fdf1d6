"""Legal holds: what must not be erased or deleted while a dispute or an inspection lasts."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from attrs import evolve, field, frozen

from worktraq.core.choices import chosen
from worktraq.core.ids import HoldId, OrganizationId, UserId
from worktraq.core.privacy import ERASED
from worktraq.core.text import clean_note
from worktraq.errors import Reason, Refused


class HoldSubject(StrEnum):
    """What a hold is on."""

    ORGANIZATION = "organization"
    USER = "user"
    CONTACT = "contact"
    CUSTOMER = "customer"
    PROJECT = "project"


@frozen(kw_only=True)
class LegalHold:
    """That nothing about a person, customer, project or the whole organization may be erased.

    Attributes:
        id: Of the hold.
        organization_id: Whose hold it is.
        subject: What it is on.
        subject_id: Of that thing.
        reason: Why it is kept; ``–`` where the period for that is over.
        placed_at: When, in UTC.
        placed_by: The user who placed it; None for the system.
        lifted_at: When it was lifted, in UTC; None while it is in force.
        lifted_by: The user who lifted it.
        version: Goes up when the reason is changed or erased, and when it is lifted.
    """

    id: HoldId
    organization_id: OrganizationId
    subject: HoldSubject
    subject_id: UUID
    reason: str
    placed_at: datetime
    placed_by: UserId | None
    lifted_at: datetime | None = None
    lifted_by: UserId | None = None
    version: int = 1

    @property
    def is_in_force(self) -> bool:
        """Whether it was not lifted."""
        return self.lifted_at is None


def new_hold(
    hold_id: HoldId,
    organization_id: OrganizationId,
    subject: HoldSubject,
    subject_id: UUID,
    reason: str,
    *,
    by: UserId | None,
    at: datetime,
) -> LegalHold:
    """A hold, in force.

    Raises:
        InvalidInput: When there is no reason, or for a subject that is none.
    """
    return LegalHold(
        id=hold_id,
        organization_id=organization_id,
        subject=chosen("subject", HoldSubject, subject),
        subject_id=subject_id,
        reason=clean_note("reason", reason, is_required=True),
        placed_at=at,
        placed_by=by,
    )


def changed_hold(hold: LegalHold, reason: str) -> LegalHold:
    """The hold, with another reason.

    Raises:
        Refused: With ``hold_lifted`` when it is no longer in force: it says why something was kept then.
        InvalidInput: When there is no reason.
    """
    _require_in_force(hold)
    return evolve(hold, reason=clean_note("reason", reason, is_required=True), version=hold.version + 1)


def without_reason(hold: LegalHold) -> LegalHold:
    """The hold, without what was written about it."""
    return evolve(hold, reason=ERASED, version=hold.version + 1)


def lifted(hold: LegalHold, *, by: UserId | None, at: datetime) -> LegalHold:
    """The hold, no longer in force.

    Raises:
        Refused: With ``hold_lifted`` when it was lifted before.
    """
    _require_in_force(hold)
    return evolve(hold, lifted_at=at, lifted_by=by, version=hold.version + 1)


def _require_in_force(hold: LegalHold) -> None:
    if not hold.is_in_force:
        raise Refused.because("hold_lifted")


_Ids = Collection[UUID | None]


@frozen
class Held:
    """All that is held, for asking about things and for leaving rows out.

    Attributes:
        holds: Those in force.
        is_everything: Whether the whole organization is.
        user_ids: These users.
        contact_ids: These contact persons.
        customer_ids: These customers.
        project_ids: These projects.
    """

    holds: tuple[LegalHold, ...] = ()
    is_everything: bool = False
    user_ids: frozenset[UUID] = field(default=frozenset())
    contact_ids: frozenset[UUID] = field(default=frozenset())
    customer_ids: frozenset[UUID] = field(default=frozenset())
    project_ids: frozenset[UUID] = field(default=frozenset())

    @property
    def subject_ids(self) -> frozenset[UUID]:
        """Of everything that is held, whatever it is."""
        return self.user_ids | self.contact_ids | self.customer_ids | self.project_ids

    def reasons_against(
        self, *, user_ids: _Ids = (), contact_ids: _Ids = (), customer_ids: _Ids = (), project_ids: _Ids = ()
    ) -> tuple[Reason, ...]:
        """Why something that these are concerned in stays as it is: a reason per hold."""
        concerned = {
            HoldSubject.USER: user_ids,
            HoldSubject.CONTACT: contact_ids,
            HoldSubject.CUSTOMER: customer_ids,
            HoldSubject.PROJECT: project_ids,
        }
        return tuple(
            Reason.of("legally_held", hold_id=str(hold.id))
            for hold in self.holds
            if hold.subject is HoldSubject.ORGANIZATION or hold.subject_id in concerned[hold.subject]
        )

    def require_none(
        self, *, user_ids: _Ids = (), contact_ids: _Ids = (), customer_ids: _Ids = (), project_ids: _Ids = ()
    ) -> None:
        """Go on only when nothing of this is held.

        Raises:
            Refused: With ``legally_held`` for every hold that stands in the way.
        """
        reasons = self.reasons_against(
            user_ids=user_ids, contact_ids=contact_ids, customer_ids=customer_ids, project_ids=project_ids
        )
        if reasons:
            raise Refused(reasons)


def held(holds: Iterable[LegalHold]) -> Held:
    """What these holds, those of them that are in force, hold together."""
    in_force = tuple(hold for hold in holds if hold.is_in_force)

    def ids(subject: HoldSubject) -> frozenset[UUID]:
        return frozenset(hold.subject_id for hold in in_force if hold.subject is subject)

    return Held(
        in_force,
        bool(ids(HoldSubject.ORGANIZATION)),
        ids(HoldSubject.USER),
        ids(HoldSubject.CONTACT),
        ids(HoldSubject.CUSTOMER),
        ids(HoldSubject.PROJECT),
    )
