"""Finding what stands about a person, and writing over what otherwise never changes.

Whoever uses these erases personal data. Nothing here touches minutes, amounts, states or versions.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from attrs import frozen

from worktraq.core.approval import Decision
from worktraq.core.comments import Comment
from worktraq.core.entries import Item
from worktraq.core.evidence import Attestation
from worktraq.core.holds import Held, LegalHold
from worktraq.core.ids import CommentId, IntentId, RequestId, UserId
from worktraq.core.imports import ImportLink
from worktraq.core.invitations import Invitation
from worktraq.core.invoices import Invoice
from worktraq.core.privacy import Person
from worktraq.core.questions import Question
from worktraq.core.signoff import ApprovalRequest


@frozen
class InvoicesNaming:
    """Invoices and credit notes on which a person, or the work of a person, stands.

    Attributes:
        count: How many.
        last_on: The last date on one of them; None when there are none.
    """

    count: int
    last_on: date | None


class Traces(Protocol):
    """What stands about a person in records that name people by the way."""

    def decisions_by(self, actor_id: UUID) -> Sequence[Decision]:
        """The decisions that a user took, in order of their ids."""

    def comments_of(self, user_id: UserId, *, on_items: bool) -> Sequence[Comment]:
        """The remarks that a user wrote, and with `on_items` those of others on his or her items, in order of their ids."""

    def attestations(
        self, *, request_ids: Collection[RequestId] = (), user_id: UserId | None = None
    ) -> Sequence[Attestation]:
        """Those of these requests, and those of decisions that a user took for a customer, each once, in order."""

    def imports_of(self, entity_id: UUID) -> Sequence[ImportLink]:
        """What was imported about a thing, in order of source, kind and key."""

    def questions_about(self, entity_id: UUID) -> Sequence[Question]:
        """What imports asked about rows that are a thing, or are suggested to be it, in order of their ids."""

    def intents_to(self, *, user_id: UserId | None, request_ids: Collection[RequestId]) -> Sequence[IntentId]:
        """What the outbox holds for a user, or about requests, delivered or not, in order."""

    def invoices_naming(self, person: Person) -> InvoicesNaming:
        """The invoices to a private customer, or on which work of a user stands; a contact person stands on none."""


class Overwriter(Protocol):
    """Stores what may be erased of records; everything else of them stays as it is stored, their version too."""

    def items(self, *items: Item) -> None:
        """Store note, start and reference of the receipt.

        Raises:
            Conflict: With ``changed_meanwhile`` when a stored version is not that of the item.
        """

    def requests(self, *requests: ApprovalRequest) -> None:
        """Store the recipient, who decided, the comment, and by what the links are found.

        Raises:
            Conflict: As `items` does.
        """

    def decisions(self, *decisions: Decision) -> None:
        """Store who decided, by name, and the comment."""

    def attestations(self, *attestations: Attestation) -> None:
        """Store who decided and from where, the comment, the lines and the salt."""

    def invoices(self, *invoices: Invoice) -> None:
        """Store the parties, the note, and the texts and project names of the lines."""


class Forgetter(Protocol):
    """Removes what need not be kept at all; what is not there is no error."""

    def comments(self, comment_ids: Collection[CommentId]) -> None:
        """Remove remarks."""

    def imports(self, links: Collection[ImportLink]) -> None:
        """Remove what was imported."""

    def intents(self, intent_ids: Collection[IntentId]) -> None:
        """Remove messages from the outbox, whether they wait, are being delivered, or were."""


class PastTime(Protocol):
    """What is past its time and holds personal data still, the oldest first, at most `limit` of it.

    What a hold is on is left out: of its users, contacts, customers and projects. Whether the whole organization is
    held, has to be asked before.
    """

    def notes(self, before: date, held: Held, limit: int) -> Sequence[Item]:
        """Items of days before one, on which nobody is deciding, that have a note or a start."""

    def receipts(self, before: date, held: Held, limit: int) -> Sequence[Item]:
        """The same with the reference of a receipt."""

    def comments(self, before: datetime, held: Held, limit: int) -> Sequence[Comment]:
        """Remarks from before an instant."""

    def requests(self, before: datetime, held: Held, limit: int) -> Sequence[ApprovalRequest]:
        """Requests that came to their end before an instant, and whose recipient was not erased so."""

    def decisions(self, before: datetime, held: Held, limit: int) -> Sequence[Decision]:
        """Decisions inside the firm from before an instant that have a name, other than ``–``, or a comment."""

    def invitations(self, before: datetime, held: Held, limit: int) -> Sequence[Invitation]:
        """Invitations that nobody can accept any more since before an instant."""

    def invoices(self, before: date, held: Held, limit: int) -> Sequence[Invoice]:
        """Invoices with a date before one whose buyer has a name other than ``–``."""

    def holds(self, before: datetime, held: Held, limit: int) -> Sequence[LegalHold]:
        """Legal holds that were lifted before an instant, on what is not held again, with a reason other than ``–``."""


class PastTimeCounts(Protocol):
    """How much is past its time: of exactly the records that `PastTime` gives without a limit."""

    def notes(self, before: date, held: Held) -> int:
        """Items with a note or a start."""

    def receipts(self, before: date, held: Held) -> int:
        """Items with the reference of a receipt."""

    def comments(self, before: datetime, held: Held) -> int:
        """Remarks."""

    def evidence(self, before: datetime, held: Held) -> int:
        """Requests, the decisions and attestations of these requests, decisions inside the firm, and lifted holds."""

    def invitations(self, before: datetime, held: Held) -> int:
        """Invitations."""

    def invoices(self, before: date, held: Held) -> int:
        """Invoices and credit notes."""
