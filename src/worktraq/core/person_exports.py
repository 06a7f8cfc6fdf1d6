"""What a person is given of what is stored about him or her: nothing of other people but their names, and no rate."""

from datetime import datetime

from attrs import frozen

from worktraq.core.access import Grant
from worktraq.core.approval import Decision
from worktraq.core.calendar import Period
from worktraq.core.comments import Comment
from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer
from worktraq.core.entries import Expense, TimeEntry
from worktraq.core.events import Event
from worktraq.core.evidence import Attestation
from worktraq.core.ids import CustomerId, InvoiceId, ProjectId, RequestId, TeamId
from worktraq.core.imports import ImportLink
from worktraq.core.invitations import Invitation, InvitationStatus
from worktraq.core.invoices import Invoice, Party
from worktraq.core.money import Money
from worktraq.core.privacy import DataCategory
from worktraq.core.projects import Activity
from worktraq.core.questions import Question
from worktraq.core.signoff import ApprovalRequest, Recipient, RequestStatus
from worktraq.core.users import Team, User


@frozen
class ExportedTeam:
    """A team that the person is in, without the others.

    Attributes:
        id: Of the team.
        name: Of the team.
    """

    id: TeamId
    name: str


@frozen(kw_only=True)
class ExportedInvitation:
    """That the person was invited; without what its link is found by.

    Attributes:
        status: Where it stands.
        sent_at: When it was last sent, in UTC.
        expires_at: When the link stops working, in UTC.
        since: When it came into its status, in UTC.
    """

    status: InvitationStatus
    sent_at: datetime
    expires_at: datetime
    since: datetime


@frozen(kw_only=True)
class ExportedRequest:
    """A request about the person, or to the person; without what its links are found by.

    Attributes:
        id: Of the request.
        customer_id: Who is asked.
        project_id: About which project.
        period: About which days.
        minutes: Of all lines together.
        status: Where it stands.
        since: When it came into its status, in UTC.
        sent_at: When it was last offered, in UTC.
        recipient: Who is asked, where that is the person; else None.
        decided_by: Who decided; empty before.
        comment: What was said with the decision.
    """

    id: RequestId
    customer_id: CustomerId
    project_id: ProjectId
    period: Period
    minutes: int
    status: RequestStatus
    since: datetime
    sent_at: datetime
    recipient: Recipient | None
    decided_by: str
    comment: str


@frozen(kw_only=True)
class ExportedAttestation:
    """What is kept of a decision that the person took on a request.

    Attributes:
        request_id: The request.
        at: When, in UTC.
        by: The name as stated.
        address: Network address that the decision came from; empty where it is not known.
        comment: On the whole.
    """

    request_id: RequestId
    at: datetime
    by: str
    address: str
    comment: str


@frozen(kw_only=True)
class ExportedInvoice:
    """An invoice or credit note to the person, without its lines.

    Attributes:
        id: Of the invoice.
        number: As it reads.
        buyer: The person, as on the invoice.
        gross: To be paid.
        at: When it was confirmed, in UTC.
    """

    id: InvoiceId
    number: str
    buyer: Party
    gross: Money
    at: datetime


Exported = (
    User
    | ContactPerson
    | Customer
    | ExportedTeam
    | Grant
    | ExportedInvitation
    | Activity
    | Period
    | TimeEntry
    | Expense
    | Decision
    | Comment
    | ExportedRequest
    | ExportedAttestation
    | ExportedInvoice
    | ImportLink
    | Question
    | Event
)
"""What can be stored about a person."""


@frozen
class ExportedRecord:
    """One thing that is stored about a person.

    Attributes:
        category: Where it stands.
        name: What it is, such as ``item``.
        value: The thing.
    """

    category: DataCategory
    name: str
    value: Exported


def exported_team(team: Team) -> ExportedTeam:
    """A team without its members."""
    return ExportedTeam(team.id, team.name)


def exported_invitation(invitation: Invitation) -> ExportedInvitation:
    """An invitation without its link."""
    return ExportedInvitation(
        status=invitation.status,
        sent_at=invitation.sent_at,
        expires_at=invitation.expires_at,
        since=invitation.since,
    )


def exported_request(request: ApprovalRequest, *, is_recipient: bool) -> ExportedRequest:
    """A request without its links; the recipient only for the recipient."""
    return ExportedRequest(
        id=request.id,
        customer_id=request.customer_id,
        project_id=request.project_id,
        period=request.period,
        minutes=request.minutes,
        status=request.status,
        since=request.since,
        sent_at=request.sent_at,
        recipient=request.recipient if is_recipient else None,
        decided_by=request.decided_by,
        comment=request.comment,
    )


def exported_attestation(attestation: Attestation) -> ExportedAttestation:
    """What is kept of a decision, without the lines, which are about somebody else."""
    return ExportedAttestation(
        request_id=attestation.request_id,
        at=attestation.at,
        by=attestation.by,
        address=attestation.address,
        comment=attestation.comment,
    )


def exported_invoice(invoice: Invoice) -> ExportedInvoice:
    """An invoice without its lines, and so without a rate."""
    return ExportedInvoice(
        id=invoice.id,
        number=invoice.number,
        buyer=invoice.buyer,
        gross=invoice.totals.gross,
        at=invoice.confirmed_at,
    )
