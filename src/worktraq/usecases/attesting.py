"""Keeping who decided on a request, from where, and about what exactly (B-04, B-07)."""

from collections.abc import Sequence

from attrs import field, frozen

from worktraq.core.actors import ActorKind
from worktraq.core.events import EventName
from worktraq.core.evidence import Attestation, Channel, DecidedLine
from worktraq.core.ids import DecisionId
from worktraq.core.signoff import ApprovalRequest
from worktraq.usecases.context import Context


@frozen
class Origin:
    """Where a decision comes from.

    Attributes:
        channel: How it came in.
        by: Name of the actual person.
        address: Network address; empty where it is not known.
    """

    channel: Channel
    by: str
    address: str = field(repr=False)


def attest(context: Context, request: ApprovalRequest, origin: Origin, lines: Sequence[DecidedLine]) -> None:
    """Keep what was decided on a request, and put the proof of it into the audit trail.

    The trail gets a salted digest only: a name and an address stand where they can be erased.
    """
    attestation = Attestation(
        request_id=request.id,
        organization_id=request.organization_id,
        at=context.at,
        channel=origin.channel,
        by=origin.by,
        user_id=context.actor.user_id if context.actor.kind is ActorKind.USER else None,
        address=origin.address,
        comment=request.comment,
        digest=request.digest,
        lines=tuple(lines),
        salt=context.new_id(DecisionId).hex,
    )
    context.uow.attestations.add(attestation)
    context.record(
        EventName.REQUEST_DECIDED,
        request.id,
        accepted=sum(1 for line in lines if line.is_approved),
        rejected=sum(1 for line in lines if not line.is_approved),
        channel=origin.channel.value,
        proof=attestation.proof,
    )
